import Testing

@testable import CNNLayers

/// The rule of a window against windows laid one by one.
@Suite struct WindowRuleTests {
  /// How many positions a window has on an axis. Rounding up is PyTorch's `ceil_mode`: the last position may hang over
  /// the end by less than a stride, as long as it starts inside the input or its left padding.
  private static func positions(_ window: Window, on extent: Int64, ceil: Bool) -> Int64 {
    let inside = extent + Int64(window.before[0])
    let padded = inside + Int64(window.after[0])
    var count: Int64 = 0
    var start: Int64 = 0
    while true {
      let overhang = start + window.reach(0) - padded
      guard overhang <= 0 || ceil && overhang < Int64(window.stride[0]) && start < inside else { return count }
      count += 1
      start += Int64(window.stride[0])
    }
  }

  @Test func rulesCountPositions() {
    var samples = SizeSamples(seed: 1)
    for _ in 0..<3000 {
      let window = samples.window()
      // Only pools round up, and their padding is narrower than the window.
      for ceil in Int64(window.after[0]) < window.reach(0) ? [false, true] : [false] {
        let rule = window.rule(0, ceil: ceil)
        for extent: Int64 in 1...40 {
          let count = Self.positions(window, on: extent, ceil: ceil)
          #expect(rule(extent) ?? 0 == count, "\(window) on \(extent), ceil \(ceil)")
        }
      }
    }
  }
}
