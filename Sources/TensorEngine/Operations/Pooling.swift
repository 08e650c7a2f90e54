import TensorKernels

/// What a pool makes of the cells in a window.
public enum PoolKind: Hashable, Sendable { case max, average }

/// The largest value or the mean of each channel in a window that slides.
///
/// Padding is never the largest. Where nothing of the input lies in a window, the value is 0.
public struct Pool: PoolLayer {
  public let kind: PoolKind
  public let window: Window
  /// Whether a last window may hang over the end.
  public let ceil: Bool
  /// Whether a mean counts the cells of the padding, though not those beyond it that `ceil` adds.
  public let countsPadding: Bool
  public let site: Site?

  public init(
    _ kind: PoolKind, window: Window, ceil: Bool = false, countsPadding: Bool = false, site: Site? = nil
  ) {
    self.kind = kind
    self.window = window
    self.ceil = ceil
    self.countsPadding = countsPadding
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try input.with(spatial: window.fitted(to: input).cells(of: input, ceil: ceil))
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    try fitted(to: x.tensor.shape).pooled(x, &tape)
  }

  /// The pool with the padding of its window worked out for an input.
  private func fitted(to input: TensorShape) throws(TensorError) -> Pool {
    let window = try window.fitted(to: input)
    return Pool(kind, window: window, ceil: ceil, countsPadding: countsPadding, site: site)
  }

  /// Where the largest value of each window lies: a cell of the example, the first of equals, or -1 for none.
  func places(of x: Tensor) throws(TensorError) -> Storage<Int32> {
    let pool = try fitted(to: x.shape)
    let shape = try pool.checkedShape(of: x.shape)
    let places = try Storage<Int32>(count: shape.count)
    _ = try PoolKernel(pool, input: x.shape, output: shape).max(x, places: places.pointer)
    return places
  }

  func spans(_ axis: Int, _ input: Int, _ output: Int) -> [tk_span] {
    let (step, kernel) = (window.dilation[axis], window.kernel[axis])
    let end = countsPadding ? input + window.after[axis] : input
    return (0..<output).map { position in
      let start = position * window.stride[axis] - window.before[axis]
      /// The taps that lie before a cell.
      func taps(before cell: Int) -> Int { min(max((cell - start + step - 1) / step, 0), kernel) }
      let skipped = start < 0 ? taps(before: 0) : 0
      let count = max(taps(before: input) - skipped, 0)
      return tk_span(
        first: count > 0 ? start + skipped * step : 0, count: count, step: step,
        divisor: countsPadding ? taps(before: end) : count)
    }
  }
}

/// The largest value or the mean of each channel.
public struct GlobalPool: PoolLayer {
  public let kind: PoolKind
  /// Whether the axes stay, with extents of 1; a vector is left where they do not.
  public let keepsAxes: Bool
  public let site: Site?

  public init(_ kind: PoolKind, keepsAxes: Bool = false, site: Site? = nil) {
    self.kind = kind
    self.keepsAxes = keepsAxes
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try input.checkSpatial()
    return keepsAxes
      ? try input.with(spatial: input.spatial.map { _ in 1 }) : try TensorShape([input.batch, input.channels])
  }

  func spans(_ axis: Int, _ input: Int, _ output: Int) -> [tk_span] {
    [tk_span(first: 0, count: input, step: 1, divisor: input)]
  }
}

/// The largest values or means of as many windows as asked for: window i of m covers the cells from floor(i * n / m) up to
/// ceil((i + 1) * n / m), as PyTorch lays them.
public struct AdaptivePool: PoolLayer {
  public let kind: PoolKind
  public let size: [Int]
  public let site: Site?

  public init(_ kind: PoolKind, size: [Int], site: Site? = nil) {
    self.kind = kind
    self.size = size
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try input.checkSpatial(size.count)
    return try input.with(spatial: size)
  }

  func spans(_ axis: Int, _ input: Int, _ output: Int) -> [tk_span] {
    (0..<output).map { position in
      let first = position * input / output
      let count = ((position + 1) * input + output - 1) / output - first
      return tk_span(first: first, count: count, step: 1, divisor: count)
    }
  }
}

// MARK: - What pools share

/// A layer that makes one value of the cells in a window.
protocol PoolLayer: Layer {
  var kind: PoolKind { get }

  /// The windows along an axis: one for each of `output` positions.
  func spans(_ axis: Int, _ input: Int, _ output: Int) -> [tk_span]
}

extension PoolLayer {
  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable { try pooled(x, &tape) }

  /// The shape of the output, if its positions can be counted and held.
  fileprivate func checkedShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let shape = try outputShape(of: input)
    guard input.cells <= Int(Int32.max) else { throw TensorError(.tooLarge(input.extents)) }
    try shape.checkMemory()
    return shape
  }

  func pooled(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try checkedShape(of: x.tensor.shape)
    let kernel = PoolKernel(self, input: x.tensor.shape, output: shape)
    switch kind {
    case .average:
      let y = try kernel.average(x.tensor)
      guard tape.records(x) else { return Variable(y) }
      return tape.record(y) { (gradient, flow) throws(TensorError) in
        try flow.add(kernel.averageGradient(gradient), to: x)
      }
    case .max:
      guard tape.records(x) else { return Variable(try kernel.max(x.tensor, places: nil)) }
      let places = try Storage<Int32>(count: shape.count)
      let y = try kernel.max(x.tensor, places: places.pointer)
      return tape.record(y) { (gradient, flow) throws(TensorError) in
        try flow.add(kernel.maxGradient(gradient, places), to: x)
      }
    }
  }
}

/// The kernels of a pool between two shapes.
private struct PoolKernel: Sendable {
  let input: TensorShape
  let output: TensorShape
  /// The windows of all axes, from the outermost.
  let spans: [PoolSpan]
  let positions: (Int, Int, Int)

  /// The kernels' own struct, which may cross threads: it is four numbers.
  struct PoolSpan: @unchecked Sendable { let span: tk_span }

  init(_ layer: some PoolLayer, input: TensorShape, output: TensorShape) {
    self.input = input
    self.output = output
    let whole = PoolSpan(span: tk_span(first: 0, count: 1, step: 1, divisor: 1))
    let extents = input.spatial
    let results = output.spatialRank == extents.count ? output.spatial : extents.map { _ in 1 }
    positions = Window.three(results)
    var all = Array(repeating: whole, count: 3 - extents.count)
    for axis in extents.indices {
      all += layer.spans(axis, extents[axis], results[axis]).map { PoolSpan(span: $0) }
    }
    spans = all
  }

  func average(_ x: Tensor) throws(TensorError) -> Tensor {
    try run(x, output) { (pool, x, y) in tk_average_pool(&pool, x, y) }
  }

  func averageGradient(_ gradient: Tensor) throws(TensorError) -> Tensor {
    try run(gradient, input) { (pool, dy, dx) in tk_average_pool_backward(&pool, dy, dx) }
  }

  func max(_ x: Tensor, places: UnsafeMutablePointer<Int32>?) throws(TensorError) -> Tensor {
    try run(x, output) { (pool, x, y) in tk_max_pool(&pool, x, y, places) }
  }

  func maxGradient(_ gradient: Tensor, _ places: Storage<Int32>) throws(TensorError) -> Tensor {
    defer { withExtendedLifetime(places) {} }
    return try run(gradient, input) { (pool, dy, dx) in tk_max_pool_backward(&pool, places.pointer, dy, dx) }
  }

  private func run(
    _ from: Tensor, _ shape: TensorShape,
    _ kernel: (inout tk_pool, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) -> Tensor {
    try Tensor.filled(shape) { to throws(TensorError) in
      try from.read { from in
        spans.withUnsafeBytes { bytes in
          guard let base = bytes.bindMemory(to: tk_span.self).baseAddress else { return }
          let (first, second, _) = positions
          var pool = tk_pool(
            batch: input.batch, channels: input.channels, in: Window.three(input.spatial), out: positions,
            spans: (base, base + first, base + first + second))
          kernel(&pool, from, to)
        }
      }
    }
  }
}

extension TensorShape {
  /// Throws where the machine has not the memory for a tensor of this shape and for a table of its positions.
  func checkMemory() throws(TensorError) {
    let positions = spatial.reduce(0) { $0 &+ min($1, Int(Int32.max)) }
    let bytes = (count &* MemoryLayout<Float>.stride).addingReportingOverflow(positions &* 64)
    guard extents.allSatisfy({ $0 <= Int(Int32.max) }) else { throw TensorError(.tooLarge(extents)) }
    guard !bytes.overflow, tk_has_memory(bytes.partialValue) else {
      throw TensorError(.outOfMemory(bytes: bytes.overflow ? Int.max : bytes.partialValue))
    }
  }

  /// Throws unless there are axes between the batch and the channels; as many as `count` where it is given.
  func checkSpatial(_ count: Int? = nil) throws(TensorError) {
    let range = count.map { $0 + 2...$0 + 2 } ?? 3...Self.largestRank
    guard range.contains(rank), spatialRank >= 1 else {
      throw TensorError(.rank(what: "an input", expected: range, found: extents))
    }
  }
}
