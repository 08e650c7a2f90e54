import Testing

@testable import CNNLayers

/// Receptive fields against the cells of the input that really reach each cell, for random chains over one axis.
@Suite struct ReceptiveFieldTests {
  /// What a cell depends on.
  private struct Cell {
    var reads: Set<Int>
    /// True where padding took part, so that some of the field lies outside or is missing.
    var isPadded: Bool

    static let padding = Cell(reads: [], isPadded: true)
  }

  @Test func windowsHoldExactlyWhatCellsRead() throws {
    var generator = SplitMix(seed: 1)
    var exact = 0
    var clipped = 0
    for _ in 0..<1800 {
      let extent = Int32.random(in: 12...48, using: &generator)
      var shape = Shape(rank: 1, spatial: Axes(extent, 1, 1), channels: 1)
      var field = ReceptiveField.identity(rank: 1)
      var cells = (0..<Int(extent)).map { Cell(reads: [$0], isPadded: false) }
      var chain: [Operation] = []
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let operation = Self.random(shape, &generator)
        guard let output = try? operation.output(of: shape) else { continue }
        field = operation.receptiveField(from: [field], input: shape)
        cells = Self.propagate(cells, through: operation, count: Int(output.spatial[0]))
        shape = output
        chain.append(operation)
      }
      guard case .window(let hull) = field, let axis = hull.axes.first else {
        Issue.record("no window for \(chain)")
        continue
      }
      for (index, cell) in cells.enumerated() {
        let start = Int(axis.start) + index * Int(axis.stride)
        let window = start..<(start + Int(axis.size))
        let clip = window.clamped(to: 0..<Int(extent))
        if cell.isPadded {
          clipped += 1
          #expect(cell.reads.allSatisfy { clip.contains($0) }, "cell \(index) of \(chain) on \(extent)")
        } else {
          exact += 1
          #expect(cell.reads.min() == window.lowerBound, "cell \(index) of \(chain) on \(extent)")
          #expect(cell.reads.max() == window.upperBound - 1, "cell \(index) of \(chain) on \(extent)")
        }
      }
    }
    #expect(exact > 3000)
    #expect(clipped > 3000)
  }

  /// What a source gives depends on no cell, whatever is made of it, and widens nothing that it meets.
  @Test func sourcesDependOnNothing() throws {
    let input = Shape(rank: 1, spatial: Axes(12, 1, 1), channels: 1)
    let window = ReceptiveField.identity(rank: 1)
    let pool = Operation.globalPool(.average, keepsAxes: false)
    for source in [Operation.noise, .coordinates] {
      let field = source.receptiveField(from: [window], input: input)
      #expect(field == .constant)
      #expect(pool.receptiveField(from: [field], input: input) == .constant)
      for other in [window, .all, .none, .constant] {
        #expect(field.hull(with: other) == other)
        #expect(other.hull(with: field) == other)
      }
    }
  }

  private static func random(_ shape: Shape, _ generator: inout SplitMix) -> Operation {
    func number(_ range: ClosedRange<Int32>) -> Axes { Axes(Int32.random(in: range, using: &generator), 1, 1) }
    let extent = shape.spatial[0]
    switch Int.random(in: 0..<8, using: &generator) {
    case 0...2:
      let window = Window(
        kernel: number(1...4), stride: number(1...3), dilation: number(1...2), before: number(0...2),
        after: number(0...2))
      return Bool.random(using: &generator)
        ? .convolution(window, filters: 1, groups: 1, bias: true) : .localConvolution(window, filters: 1, bias: true)
    case 7:
      let start = Int32.random(in: 0...min(2, extent - 1), using: &generator)
      return .slice(.cells(0), start: start, count: Int32.random(in: 1...extent - start, using: &generator))
    case 3:
      let window = Window(
        kernel: number(2...3), stride: number(1...3), dilation: number(1...2), before: number(0...1),
        after: number(0...1))
      return .pool(.max, window, ceil: Bool.random(using: &generator), countsPadding: false)
    case 4: return .pad(.zero, before: number(0...3), after: number(0...3))
    case 5: return .crop(before: number(0...2), after: number(0...2))
    default:
      let divisors = (1...extent).filter { extent % $0 == 0 && $0 > 1 }
      let size = divisors.randomElement(using: &generator) ?? extent
      return size > 1
        ? .adaptivePool(.average, size: Axes(size, 1, 1)) : .crop(before: number(0...0), after: number(0...0))
    }
  }

  private static func propagate(_ cells: [Cell], through operation: Operation, count: Int) -> [Cell] {
    func cell(_ index: Int) -> Cell { cells.indices.contains(index) ? cells[index] : .padding }
    func union(_ indices: [Int]) -> Cell {
      indices.map(cell).reduce(into: Cell(reads: [], isPadded: false)) {
        $0.reads.formUnion($1.reads)
        $0.isPadded = $0.isPadded || $1.isPadded
      }
    }
    return (0..<count).map { index in
      switch operation {
      case .slice(_, let start, _): return cell(index + Int(start))
      case .convolution(let window, _, _, _), .localConvolution(let window, _, _), .pool(_, let window, _, _):
        let start = index * Int(window.stride[0]) - Int(window.before[0])
        return union((0..<Int(window.kernel[0])).map { start + $0 * Int(window.dilation[0]) })
      case .pad(_, let before, _): return cell(index - Int(before[0]))
      case .crop(let before, _): return cell(index + Int(before[0]))
      case .adaptivePool(_, let size):
        let (from, to) = (index * cells.count / Int(size[0]), ((index + 1) * cells.count - 1) / Int(size[0]))
        return union(Array(from...to))
      case .input, .transposedConvolution, .dense, .globalPool, .normalization, .localResponseNormalization,
        .activation, .softmax, .dropout, .scale, .flatten, .reshape, .permute, .concatenate, .elementwise, .resize,
        .pixelShuffle, .pixelUnshuffle, .channelShuffle, .reduce, .unpool, .gatedLinear, .unitNorm, .attention,
        .recurrent, .learned, .coordinates, .noise:
        return .padding
      }
    }
  }

  private static func window(_ start: Int64, _ size: Int64, stride: Int64 = 1) -> ReceptiveField {
    .window(.init(axes: [.init(size: size, stride: stride, start: start)]))
  }

  @Test func whereFieldsMeetTheSmallestThatHoldsBothIsTaken() {
    for (a, b, c, d) in [(0, 3, -1, 5), (-4, 2, 6, 1), (2, 9, 3, 2)] as [(Int64, Int64, Int64, Int64)] {
      let cells = Set((a..<(a + b))).union(c..<(c + d))
      let hull = Self.window(a, b).hull(with: Self.window(c, d))
      #expect(hull == Self.window(cells.min() ?? 0, (cells.max() ?? 0) - (cells.min() ?? 0) + 1), "\(a) \(b) \(c) \(d)")
    }
    #expect(Self.window(0, 1).hull(with: Self.window(0, 1, stride: 2)) == .none)
    #expect(Self.window(0, 1).hull(with: .all) == .all)
    #expect(ReceptiveField.none.hull(with: .all) == .none)
  }

  @Test func fieldsBeyondSixtyThreeBitsAreNone() {
    let far = Self.window(.max - 2, 9)
    #expect(far.hull(with: Self.window(0, 1)) == .none)
    #expect(Self.window(.min + 2, 9).hull(with: Self.window(.max - 9, 9)) == .none)
  }

  @Test func axesThatAReshapeAddsOrTakesAwayReadEverything() throws {
    let sequence = Shape(rank: 1, spatial: Axes(28, 1, 1), channels: 6)
    let map = Shape(rank: 2, spatial: Axes(28, 1, 1), channels: 6)
    let field = ReceptiveField.identity(rank: 1)
    #expect(Operation.reshape(map).receptiveField(from: [field], input: sequence) == .all)
    #expect(Operation.reshape(sequence).receptiveField(from: [.identity(rank: 2)], input: map) == .all)
    #expect(Operation.reshape(sequence).receptiveField(from: [field], input: sequence) == field)
  }
}
