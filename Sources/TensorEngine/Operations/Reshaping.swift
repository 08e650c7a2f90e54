import TensorKernels

/// Everything of an example as one vector, in the order of its memory: channels change fastest.
public struct Flatten: Layer {
  public let site: Site?

  public init(site: Site? = nil) {
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try TensorShape([input.batch, input.count / input.batch])
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    try x.reshaped(outputShape(of: x.tensor.shape), &tape)
  }
}

/// Other extents for the elements of an example, in the same order.
public struct Reshape: Layer {
  /// The extents after the batch, channels last; nil for the one that the number of elements decides.
  public let extents: [Int?]
  public let site: Site?

  /// - Parameter extents: At most one of them is nil.
  public init(_ extents: [Int?], site: Site? = nil) {
    self.extents = extents
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let known = extents.reduce(input.batch) { $0.multipliedReportingOverflow(by: $1 ?? 1).partialValue }
    let open = known > 0 ? input.count / known : 0
    let shape = try TensorShape([input.batch] + extents.map { $0 ?? open })
    guard shape.count == input.count else { throw TensorError(.shapesDiffer(input.extents, shape.extents)) }
    return shape
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    try x.reshaped(outputShape(of: x.tensor.shape), &tape)
  }
}

extension Variable {
  fileprivate func reshaped(_ shape: TensorShape, _ tape: inout Tape) throws(TensorError) -> Variable {
    let y = try tensor.reshaped(shape)
    guard tape.records(self) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      try flow.add(gradient.reshaped(tensor.shape), to: self)
    }
  }
}

/// The axes behind the batch in another order.
public struct Permute: Layer, Mapping {
  /// Where each axis comes from, channels counted last: `[1, 0, 2]` exchanges rows and columns.
  public let order: [Int]
  public let site: Site?

  /// - Throws: `TensorError` unless the order holds each axis once.
  public init(_ order: [Int], site: Site? = nil) throws(TensorError) {
    guard order.sorted() == Array(order.indices), (1...4).contains(order.count) else {
      throw TensorError(
        .argument("the order of axes", found: "\(order)", expected: "each of 1 to 4 axes once"), site: site)
    }
    self.order = order
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard input.rank == order.count + 1 else {
      let rank = order.count + 1
      throw TensorError(.rank(what: "an input", expected: rank...rank, found: input.extents))
    }
    return try TensorShape([input.batch] + order.map { input[$0 + 1] })
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: TensorShape) {
    let shape = try outputShape(of: x.shape)
    return (try x.permuted(axes: x.shape.extents, [0] + order.map { $0 + 1 }, shape), x.shape)
  }

  func backward(_ gradient: Tensor, _ input: TensorShape) throws(TensorError) -> Tensor {
    let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? 0 }
    return try gradient.permuted(axes: gradient.shape.extents, [0] + inverse.map { $0 + 1 }, input)
  }
}

/// Channels become cells: channel c * f^axes + k of a cell becomes channel c of the k-th of f x f cells (Shi et al., 2016,
/// as in PyTorch).
public struct PixelShuffle: Layer, Mapping {
  public let factor: Int
  public let site: Site?

  public init(factor: Int, site: Site? = nil) {
    self.factor = factor
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let cells = try Blocks.cells(factor, input)
    guard input.channels % cells == 0 else {
      throw TensorError(.notDivisible(what: "channels", value: input.channels, divisor: cells))
    }
    return try TensorShape([input.batch] + input.spatial.map { $0 * factor } + [input.channels / cells])
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: TensorShape) {
    let shape = try outputShape(of: x.shape)
    return (try Blocks(wide: shape, narrow: x.shape, factor: factor).spread(x), x.shape)
  }

  func backward(_ gradient: Tensor, _ input: TensorShape) throws(TensorError) -> Tensor {
    try Blocks(wide: gradient.shape, narrow: input, factor: factor).gather(gradient)
  }
}

/// Cells become channels: the inverse of `PixelShuffle`.
public struct PixelUnshuffle: Layer, Mapping {
  public let factor: Int
  public let site: Site?

  public init(factor: Int, site: Site? = nil) {
    self.factor = factor
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let cells = try Blocks.cells(factor, input)
    for extent in input.spatial where extent % factor != 0 {
      throw TensorError(.notDivisible(what: "an extent", value: extent, divisor: factor))
    }
    let (channels, overflow) = input.channels.multipliedReportingOverflow(by: cells)
    guard !overflow else { throw TensorError(.tooLarge(input.extents)) }
    return try TensorShape([input.batch] + input.spatial.map { $0 / factor } + [channels])
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: TensorShape) {
    let shape = try outputShape(of: x.shape)
    return (try Blocks(wide: x.shape, narrow: shape, factor: factor).gather(x), x.shape)
  }

  func backward(_ gradient: Tensor, _ input: TensorShape) throws(TensorError) -> Tensor {
    try Blocks(wide: input, narrow: gradient.shape, factor: factor).spread(gradient)
  }
}

/// Blocks of cells of a wide shape, and the channels of a narrow one that hold them.
private struct Blocks {
  let wide: TensorShape
  let narrow: TensorShape
  let factor: Int

  /// The cells of a block.
  static func cells(_ factor: Int, _ input: TensorShape) throws(TensorError) -> Int {
    try input.checkSpatial()
    guard (1...Int(Int32.max)).contains(factor) else {
      throw TensorError(.argument("factor", found: "\(factor)", expected: "at least 1"))
    }
    return try TensorShape(input.spatial.map { _ in factor }).count
  }

  /// The axes [batch, cells..., channels, factor...] of the narrow one as [batch, (cell, factor)..., channels].
  func spread(_ x: Tensor) throws(TensorError) -> Tensor {
    let rank = narrow.spatialRank
    let axes = narrow.extents.dropLast() + [wide.channels] + Array(repeating: factor, count: rank)
    let order = [0] + (0..<rank).flatMap { [1 + $0, 2 + rank + $0] } + [1 + rank]
    return try x.permuted(axes: Array(axes), order, wide)
  }

  func gather(_ x: Tensor) throws(TensorError) -> Tensor {
    let rank = narrow.spatialRank
    let axes = [narrow.batch] + narrow.spatial.flatMap { [$0, factor] } + [wide.channels]
    let order = [0] + (0..<rank).map { 1 + 2 * $0 } + [1 + 2 * rank] + (0..<rank).map { 2 + 2 * $0 }
    return try x.permuted(axes: axes, order, narrow)
  }
}

/// Channels of groups dealt out in turn: channel i of group g becomes channel i * groups + g (Zhang et al., 2018).
public struct ChannelShuffle: Layer, Mapping {
  public let groups: Int
  public let site: Site?

  public init(groups: Int, site: Site? = nil) {
    self.groups = groups
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard groups >= 1 else { throw TensorError(.argument("groups", found: "\(groups)", expected: "at least 1")) }
    guard input.channels % groups == 0 else {
      throw TensorError(.notDivisible(what: "channels", value: input.channels, divisor: groups))
    }
    return input
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: Void) {
    let shape = try outputShape(of: x.shape)
    let width = shape.channels / groups
    return (try x.permuted(axes: [shape.count / shape.channels, groups, width], [0, 2, 1], shape), ())
  }

  func backward(_ gradient: Tensor, _ kept: Void) throws(TensorError) -> Tensor {
    let shape = gradient.shape
    let width = shape.channels / groups
    return try gradient.permuted(axes: [shape.count / shape.channels, width, groups], [0, 2, 1], shape)
  }
}

/// Some neighbours along an axis, channels where nothing else is said.
public struct Slice: Layer, Mapping {
  public let start: Int
  public let count: Int
  public let axis: Axis
  public let site: Site?

  public init(start: Int, count: Int, over axis: Axis = .channels, site: Site? = nil) {
    self.start = start
    self.count = count
    self.axis = axis
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let place = try axis.place(in: input)
    let (end, overflow) = start.addingReportingOverflow(count)
    guard start >= 0, count >= 1, !overflow, end <= input[place] else {
      let what = axis == .channels ? "\(input[place]) channels" : "\(axis) of \(input[place])"
      throw TensorError(.argument("a slice", found: "\(count) from \(start) on", expected: "within \(what)"))
    }
    var extents = input.extents
    extents[place] = count
    return try TensorShape(extents)
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: TensorShape) {
    let shape = try outputShape(of: x.shape)
    let rows = try axis.rows(of: shape)
    let (width, whole) = (shape.count / rows, x.shape.count / rows)
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try x.read { tk_copy_columns($0 + start * (width / count), whole, y, width, rows, width) }
    }
    return (y, x.shape)
  }

  func backward(_ gradient: Tensor, _ input: TensorShape) throws(TensorError) -> Tensor {
    let rows = try axis.rows(of: input)
    let (width, whole) = (gradient.shape.count / rows, input.count / rows)
    var dx = try Tensor(zeros: input)
    try dx.write { dx throws(TensorError) in
      try gradient.read { tk_copy_columns($0, width, dx + start * (width / count), whole, rows, width) }
    }
    return dx
  }
}

extension Tensor {
  /// The elements, seen as a tensor of `axes`, with its axes in another order, as a tensor of `shape`.
  func permuted(axes: [Int], _ order: [Int], _ shape: TensorShape) throws(TensorError) -> Tensor {
    var strides = axes.map { _ in 1 }
    for axis in axes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * axes[axis + 1] }
    let missing = Int(tk_permuted_axes) - axes.count
    let extents = Array(repeating: 1, count: missing) + order.map { axes[$0] }
    let steps = Array(repeating: 0, count: missing) + order.map { strides[$0] }
    var kernel = tk_permutation()
    withUnsafeMutableBytes(of: &kernel.extents) { target in extents.withUnsafeBytes { target.copyMemory(from: $0) } }
    withUnsafeMutableBytes(of: &kernel.strides) { target in steps.withUnsafeBytes { target.copyMemory(from: $0) } }
    return try Tensor.filled(shape) { y throws(TensorError) in
      try read { tk_permute(&kernel, $0, y) }
    }
  }
}
