import CNNLayers
import CNNText

/// What would give a tensor another shape. The commonest question of all is why a dense layer reads 256 numbers and not the
/// 400 of a paper; the answers are an input of another size, or convolutions that are padded.
public struct ShapeAlternatives {
  /// One way to come by the shape.
  public enum Change: Hashable, Sendable {
    /// An input of another size. Every size of the range does; the shape is the roundest of them.
    case input(Shape, ClosedRange<Int32>)
    /// `pad same` on some convolutions that have none, as they are called.
    case padding([String])
  }

  /// The shape that is wanted and comes about.
  public let shape: Shape
  public let changes: [Change]

  /// - Parameter matches: Whether a shape of the target is one that is wanted.
  /// - Returns: Nil where nothing was found.
  public init?(
    of target: TensorID, in network: Network, _ form: NormalForm, where matches: @escaping (Shape) -> Bool
  ) {
    let search = Search(whatIf: WhatIf(target, in: network, form), target: target, network: network, matches: matches)
    let inputs = search.inputs()
    let paddings = search.paddings()
    guard let shape = inputs?.shape ?? paddings.first?.shape else { return nil }
    self.shape = shape
    changes = ([inputs].compactMap(\.self) + paddings).filter { $0.shape == shape }.map(\.change)
  }

  /// Those of a map that a vector of some length lays out in a row.
  public init?(length: Int64, ofRow map: TensorID, in network: Network, _ form: NormalForm) {
    self.init(of: map, in: network, form) { $0.elements == length }
  }

  /// The smallest input that is larger than the one there is, where one was found.
  public var leastInput: Shape? {
    for case .input(let shape, let sizes) in changes {
      var spatial = shape.spatial
      let cells = sizes.lowerBound - shape.spatial[0]
      for axis in 0..<Int(shape.rank) { spatial[axis] += cells }
      return shape.with(spatial: spatial)
    }
    return nil
  }

  /// `from an input of 32x32x1 (32 to 35 do), or with `pad same` on conv1`
  public var words: String {
    changes.map { change in
      switch change {
      case .input(let shape, let sizes):
        let others = sizes.count == 1 ? "" : " (\(sizes.lowerBound) to \(sizes.upperBound) do)"
        return "from an input of \(shape)\(others)"
      case .padding(let names): return "with `pad same` on \(Self.list(names))"
      }
    }.joined(separator: ", or ")
  }

  private static func list(_ names: [String]) -> String {
    names.count == 1 ? names[0] : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}

private struct Search {
  /// How far from its size an input is looked for, and in how many steps of layers at most.
  private static let reach: Int32 = 1024
  private static let stepLimit = 6_000

  let whatIf: WhatIf
  let target: TensorID
  let network: Network
  let matches: (Shape) -> Bool

  /// The target's shape, where it is one that is wanted.
  private func fitting(_ outcome: WhatIf.Outcome) -> Shape? {
    guard case .shapes(let shapes) = outcome, let shape = shapes[target], matches(shape) else { return nil }
    return shape
  }

  /// The nearest sizes of the input that do; its sides change by the same number of cells.
  func inputs() -> (shape: Shape, change: ShapeAlternatives.Change)? {
    let sources = whatIf.ancestors.filter { network.inputs(of: network.producer(of: $0)).isEmpty }
    guard sources.count == 1, let source = sources.first, network.producer(of: source).kind == nil else { return nil }
    let own = network.shape(of: source)
    guard own.rank > 0 else { return nil }
    func moved(_ cells: Int32) -> Shape? {
      var spatial = own.spatial
      for axis in 0..<Int(own.rank) {
        let (extent, overflow) = own.spatial[axis].addingReportingOverflow(cells)
        guard !overflow, extent > 0 else { return nil }
        spatial[axis] = extent
      }
      let shape = own.with(spatial: spatial)
      return shape.checkedElements == nil ? nil : shape
    }
    func found(_ cells: Int32) -> Shape? {
      moved(cells).flatMap { fitting(whatIf.shapes(inputs: [source: $0])) }
    }
    var steps = 0
    for distance in 1...Self.reach {
      for cells in [distance, -distance] {
        steps += whatIf.ancestors.count
        if steps > Self.stepLimit { return nil }
        guard let shape = found(cells) else { continue }
        var range = cells...cells
        let sign: Int32 = cells > 0 ? 1 : -1
        var next = cells + sign
        while abs(next) <= Self.reach, found(next) == shape {
          range = min(next, range.lowerBound)...max(next, range.upperBound)
          next += sign
        }
        // Of the sizes that do, people take the one that can be halved most often.
        let roundest = range.max { Self.halvings(own.spatial[0] + $0) < Self.halvings(own.spatial[0] + $1) } ?? cells
        guard let input = moved(roundest) else { return nil }
        let sizes = own.spatial[0] + range.lowerBound...own.spatial[0] + range.upperBound
        return (shape, .input(input, sizes))
      }
    }
    return nil
  }

  private static func halvings(_ extent: Int32) -> Int { extent.trailingZeroBitCount }

  /// One convolution padded, each by itself, then all of them.
  func paddings() -> [(shape: Shape, change: ShapeAlternatives.Change)] {
    let bare = whatIf.convolutions.filter { id in
      guard let window = network.producer(of: id).operation.window else { return false }
      let axes = 0..<Int(network.shape(of: id).rank)
      return axes.contains { window.reach($0) > 1 }
        && axes.allSatisfy { window.before[$0] == 0 && window.after[$0] == 0 }
    }
    if bare.count > 64 { return [] }
    let choices = bare.map { [$0] } + (bare.count > 1 ? [bare] : [])
    var found: [(shape: Shape, change: ShapeAlternatives.Change)] = []
    for choice in choices where found.count < 3 {
      let arguments = Dictionary(uniqueKeysWithValues: choice.map { ($0, ["pad": Value.word(.same)]) })
      guard let shape = fitting(whatIf.shapes(arguments: arguments)) else { continue }
      found.append((shape, .padding(choice.map { network.path(of: network.producer(of: $0)) })))
    }
    return found
  }
}
