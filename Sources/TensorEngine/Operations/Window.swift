import TensorKernels

/// A window that slides over one to three axes: an extent, a step and a padding for each of them, from the outermost.
///
/// Along an axis of n cells it gives floor((n + before + after - reach) / stride) + 1 cells, where its reach is
/// dilation * (kernel - 1) + 1 (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016).
public struct Window: Sendable {
  // One reference, since layers are copied wherever their network is.
  private let values: Values

  private final class Values: Sendable {
    let kernel: [Int]
    let stride: [Int]
    let dilation: [Int]
    let before: [Int]
    let after: [Int]
    let isSame: Bool

    init(_ kernel: [Int], _ stride: [Int]?, _ dilation: [Int]?, _ before: [Int]?, _ after: [Int]?, isSame: Bool) {
      let ones = kernel.map { _ in 1 }
      self.kernel = kernel
      self.stride = stride ?? ones
      self.dilation = dilation ?? ones
      self.before = before ?? kernel.map { _ in 0 }
      self.after = after ?? self.before
      self.isSame = isSame
    }
  }

  public var kernel: [Int] { values.kernel }
  public var stride: [Int] { values.stride }
  public var dilation: [Int] { values.dilation }
  /// Cells added before the first.
  public var before: [Int] { values.before }
  /// Cells added behind the last.
  public var after: [Int] { values.after }
  /// Whether the padding is worked out from the input when the window meets it, so that ceil(n / stride) cells come out.
  public var isSame: Bool { values.isSame }

  /// - Parameters:
  ///   - stride: Steps of 1 where it is nil.
  ///   - dilation: Neighbouring cells where it is nil.
  ///   - before: No padding where it is nil.
  ///   - after: As much as before where it is nil.
  /// - Throws: `TensorError` where the lists differ in length or a number is out of range.
  public init(
    _ kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil, before: [Int]? = nil, after: [Int]? = nil
  ) throws(TensorError) {
    values = Values(kernel, stride, dilation, before, after, isSame: false)
    try check()
  }

  /// A window with as much padding as it takes to give ceil(n / stride) cells for any n; an odd cell goes behind.
  public init(same kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil) throws(TensorError) {
    values = Values(kernel, stride, dilation, nil, nil, isSame: true)
    try check()
  }

  private init(_ window: Window, before: [Int], after: [Int]) {
    values = Values(window.kernel, window.stride, window.dilation, before, after, isSame: false)
  }

  private func check() throws(TensorError) {
    guard (1...3).contains(kernel.count) else {
      throw TensorError(.argument("the axes of a window", found: "\(kernel.count)", expected: "1 to 3"))
    }
    for (name, values) in [("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
      try Self.check(name, values, in: 1...Self.largest, count: kernel.count)
    }
    try Self.check("before", before, in: 0...Self.largest, count: kernel.count)
    try Self.check("after", after, in: -Self.largest...Self.largest, count: kernel.count)
  }

  /// Beyond this no product of two of its numbers is sure to fit an integer.
  private static let largest = Int(Int32.max)

  private static func check(
    _ name: String, _ values: [Int], in range: ClosedRange<Int>, count: Int
  ) throws(TensorError) {
    guard values.count == count else {
      throw TensorError(.count(what: "numbers for \(name)", expected: count, found: values.count))
    }
    for value in values where !range.contains(value) {
      throw TensorError(
        .argument(name, found: "\(value)", expected: "from \(range.lowerBound) to \(range.upperBound)"))
    }
  }

  /// How many axes it slides over.
  public var rank: Int { kernel.count }

  /// How many cells it spans along an axis.
  func reach(_ axis: Int) -> Int { dilation[axis] * (kernel[axis] - 1) + 1 }
}

extension Window: Hashable {
  public static func == (a: Window, b: Window) -> Bool { a.numbers == b.numbers && a.isSame == b.isSame }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(numbers)
    hasher.combine(isSame)
  }

  private var numbers: [[Int]] { [kernel, stride, dilation, before, after] }
}

extension Window {
  /// The window with its padding worked out for an input.
  func fitted(to input: TensorShape) throws(TensorError) -> Window {
    guard isSame else { return self }
    try checkRank(input)
    var (before, after): ([Int], [Int]) = ([], [])
    for axis in 0..<rank {
      let extent = input[axis + 1]
      let cells = (extent - 1) / stride[axis] + 1
      let total = max((cells - 1) * stride[axis] + reach(axis) - extent, 0)
      before.append(total / 2)
      after.append(total - total / 2)
    }
    return Window(self, before: before, after: after)
  }

  /// The cells it gives along the axes of an input.
  ///
  /// - Parameter ceil: Round up where a stride is left over, as long as the last window starts inside the input or its
  ///   padding before it (PyTorch's `ceil_mode`).
  func cells(of input: TensorShape, ceil: Bool = false) throws(TensorError) -> [Int] {
    try checkRank(input)
    var result: [Int] = []
    for axis in 0..<rank {
      let extent = input[axis + 1]
      let padded = extent + before[axis] + after[axis]
      let room = padded - reach(axis)
      let step = stride[axis]
      guard room >= 0 || ceil && room > -step else {
        throw TensorError(
          .windowTooLarge(axis: axis, extent: extent, padding: before[axis] + after[axis], reach: reach(axis)))
      }
      guard ceil else {
        result.append(room / step + 1)
        continue
      }
      let cells = (room + step - 1) / step + 1
      result.append((cells - 1) * step >= extent + before[axis] ? cells - 1 : cells)
    }
    return result
  }

  /// The cells a transposed convolution of this window gives: (n - 1) * stride + reach - before - after.
  func transposedCells(of input: TensorShape) throws(TensorError) -> [Int] {
    try checkRank(input)
    var result: [Int] = []
    for axis in 0..<rank {
      let (steps, overflow) = (input[axis + 1] - 1).multipliedReportingOverflow(by: stride[axis])
      let cells = steps.addingReportingOverflow(reach(axis) - before[axis] - after[axis])
      guard !overflow, !cells.overflow else { throw TensorError(.tooLarge(input.extents)) }
      result.append(cells.partialValue)
    }
    return result
  }

  private func checkRank(_ input: TensorShape) throws(TensorError) {
    guard input.rank == rank + 2 else {
      throw TensorError(.rank(what: "an input", expected: rank + 2...rank + 2, found: input.extents))
    }
  }

  /// A number for each axis, those that are missing first.
  static func three(_ values: [Int], missing: Int = 1) -> (Int, Int, Int) {
    let padded = Array(repeating: missing, count: 3 - values.count) + values
    return (padded[0], padded[1], padded[2])
  }
}
