import Testing

@testable import CNNLayers

/// The formulas of windows against windows laid one by one.
@Suite struct WindowTests {
  /// Every window over one axis of up to nine cells.
  private static let all: [(window: Window, extent: Int)] = {
    var all: [(Window, Int)] = []
    for (kernel, stride, dilation) in product(1...4, 1...5, 1...3) {
      for (before, after, extent) in product(0...3, 0...3, 1...9) {
        let window = Window(
          kernel: Axes(all: kernel), stride: Axes(all: stride), dilation: Axes(all: dilation),
          before: Axes(all: before), after: Axes(all: after))
        all.append((window, Int(extent)))
      }
    }
    return all
  }()

  private static func product(
    _ a: ClosedRange<Int32>, _ b: ClosedRange<Int32>, _ c: ClosedRange<Int32>
  ) -> [(Int32, Int32, Int32)] {
    a.flatMap { x in b.flatMap { y in c.map { z in (x, y, z) } } }
  }

  /// The cells of the padded axis that a window at a position covers, those of its holes too.
  private static func span(_ window: Window, at index: Int) -> ClosedRange<Int> {
    let start = index * Int(window.stride[0])
    return start...(start + Int(window.dilation[0]) * (Int(window.kernel[0]) - 1))
  }

  /// How many windows can be laid, from the left, without or with an overhang at the end.
  private static func placed(_ window: Window, on extent: Int, ceil: Bool) -> Int {
    let real = extent + Int(window.before[0])
    let padded = real + Int(window.after[0])
    return (0...padded).prefix { index in
      let span = span(window, at: index)
      let missing = max(0, span.upperBound + 1 - padded)
      return missing == 0 || ceil && missing < Int(window.stride[0]) && span.lowerBound < real
    }.count
  }

  @Test func cellsAreTheWindowsThatCanBeLaid() {
    for (window, extent) in Self.all {
      let input = Shape(rank: 1, spatial: Axes(all: Int32(extent)), channels: 1)
      // Only pools round up, and they are padded by half of their kernel at most.
      for ceil in window.after[0] > window.kernel[0] / 2 ? [false] : [false, true] {
        let cells = (try? window.cells(0, of: input, ceil: ceil)).map { Int($0) }
        let placed = Self.placed(window, on: extent, ceil: ceil)
        #expect(cells ?? 0 == placed, "\(window) on \(extent), ceil \(ceil)")
        if let cells {
          let arithmetic = window.arithmetic(axis: 0, extent: Int32(extent), isPool: false, ceil: ceil)
          #expect(Int(arithmetic.result) == cells, "\(arithmetic.text)")
        }
      }
    }
  }

  /// Cells behind the last window that a further position, were there room for it, would begin to read.
  @Test func unreadCellsAreThoseOfTheWindowThatDoesNotFit() {
    var unreadCases = 0
    for (window, extent) in Self.all {
      let input = Shape(rank: 1, spatial: Axes(all: Int32(extent)), channels: 1)
      let cells = Self.placed(window, on: extent, ceil: false)
      guard cells > 0 else { continue }
      let last = Self.span(window, at: cells - 1).upperBound
      let next = Self.span(window, at: cells)
      // What lies between two windows is skipped on purpose; the rest of the real cells is left over.
      let real = Int(window.before[0])..<(Int(window.before[0]) + extent)
      let unread = real.filter { $0 > last && (next.lowerBound <= last || $0 >= next.lowerBound) }.count
      #expect(Int(window.unread(0, of: input, cells: Int32(cells))) == unread, "\(window) on \(extent)")
      if unread > 0 { unreadCases += 1 }
    }
    #expect(unreadCases > 500)
  }

  @Test func sameGivesAsManyCellsAsStridesBegin() throws {
    for (kernel, stride, extent) in Self.product(1...7, 1...5, 1...9) {
      for dilation: Int32 in 1...3 {
        let input = Shape(rank: 1, spatial: Axes(all: extent), channels: 1)
        let window = try Window(
          kernel: Axes(all: kernel), stride: Axes(all: stride), dilation: Axes(all: dilation), padding: .same,
          input: input)
        let begun = (0..<extent).filter { $0 % stride == 0 }.count
        #expect(try window.cells(0, of: input, ceil: false) == Int64(begun), "\(window) on \(extent)")
        let surplus = window.after[0] - window.before[0]
        #expect(surplus == 0 || surplus == 1, "\(window) on \(extent)")
      }
    }
  }

  @Test func aTransposedWindowGivesWhatTheWindowTakes() throws {
    for (window, extent) in Self.all {
      let cells = window.transposedCells(0, of: Int32(extent))
      guard cells >= 1 else { continue }
      let input = Shape(rank: 1, spatial: Axes(all: Int32(cells)), channels: 1)
      #expect(try window.cells(0, of: input, ceil: false) == Int64(extent), "\(window) on \(extent)")
    }
  }
}
