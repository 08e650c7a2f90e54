import TensorKernels

/// A convolution over one to three axes, grouped and dilated where asked for; as many groups as channels make it
/// depthwise.
///
/// The weight is `[kernel..., in / groups, filters]`, the bias `[filters]`. The output has the batch of the input, the cells
/// of the window and as many channels as filters.
public struct Convolution: Layer, Parameterized {
  public var weight: Parameter
  public var bias: Parameter?
  public let window: Window
  public let channels: Int
  public let filters: Int
  public let groups: Int
  public let site: Site?

  /// - Parameters:
  ///   - channels: Those of the input.
  ///   - filters: Channels of the output; `groups` divides both.
  ///   - initializer: How the weights begin. A bias begins as zeros.
  /// - Throws: `TensorError` where the numbers do not fit each other or memory does not suffice.
  public init(
    _ channels: Int, filters: Int, window: Window, groups: Int = 1, bias: Bool = true,
    initializer: Initializer = .glorot, using generator: inout SeededGenerator, site: Site? = nil
  ) throws(TensorError) {
    self.window = window
    self.channels = channels
    self.filters = filters
    self.groups = groups
    self.site = site
    try checkGroups(groups, channels: channels, filters: filters)
    let cells = try TensorShape(window.kernel).count
    weight = Parameter(
      try initializer.tensor(
        TensorShape(window.kernel + [channels / groups, filters]), fanIn: cells * (channels / groups),
        fanOut: cells * (filters / groups), using: &generator), .weight, .kernel(groups: groups))
    self.bias = bias ? Parameter(try Tensor(zeros: TensorShape(vector: filters)), .bias, .features([])) : nil
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let cells = try window.fitted(to: input).cells(of: input)
    guard input.channels == channels else {
      throw TensorError(.channels(what: "an input", expected: channels, found: input.extents))
    }
    return try TensorShape([input.batch] + cells + [filters])
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let kernel = ConvolutionKernel(
      window: try window.fitted(to: x.tensor.shape), groups: groups, wide: x.tensor.shape, narrow: shape)
    let values = try Parameter.values(weight, bias, window.kernel + [channels / groups, filters], filters)
    let output = try kernel.forward(x.tensor, values.weight, values.bias)
    guard tape.isRecording else { return Variable(output) }
    return tape.record(output) { [weight, bias] (gradient, flow) throws(TensorError) in
      try flow.add(kernel.weights(x.tensor, gradient, weight.value.shape), to: weight)
      if let bias { try flow.add(gradient.channelSums(), to: bias) }
      if x.node != nil { try flow.add(kernel.transposed(gradient, weight.value, nil), to: x) }
    }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path + "weight", &weight)
    try bias?.visit(path + "bias", body)
  }
}

/// The transposed convolution of a window: the derivative of a convolution by its input, used forward.
///
/// The weight is `[kernel..., filters / groups, in]`, the bias `[filters]`. An axis of n cells becomes
/// (n - 1) * stride + reach - before - after cells.
public struct TransposedConvolution: Layer, Parameterized {
  public var weight: Parameter
  public var bias: Parameter?
  public let window: Window
  public let channels: Int
  public let filters: Int
  public let groups: Int
  public let site: Site?

  /// - Parameters:
  ///   - channels: Those of the input.
  ///   - filters: Channels of the output; `groups` divides both.
  ///   - window: Its padding is cut from the output; a negative one behind adds cells there.
  public init(
    _ channels: Int, filters: Int, window: Window, groups: Int = 1, bias: Bool = true,
    initializer: Initializer = .glorot, using generator: inout SeededGenerator, site: Site? = nil
  ) throws(TensorError) {
    self.window = window
    self.channels = channels
    self.filters = filters
    self.groups = groups
    self.site = site
    try checkGroups(groups, channels: channels, filters: filters)
    let cells = try TensorShape(window.kernel).count
    weight = Parameter(
      try initializer.tensor(
        TensorShape(window.kernel + [filters / groups, channels]), fanIn: cells * (channels / groups),
        fanOut: cells * (filters / groups), using: &generator), .weight, .transposedKernel(groups: groups))
    self.bias = bias ? Parameter(try Tensor(zeros: TensorShape(vector: filters)), .bias, .features([])) : nil
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let cells = try window.transposedCells(of: input)
    guard input.channels == channels else {
      throw TensorError(.channels(what: "an input", expected: channels, found: input.extents))
    }
    return try TensorShape([input.batch] + cells + [filters])
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let kernel = ConvolutionKernel(window: window, groups: groups, wide: shape, narrow: x.tensor.shape)
    let values = try Parameter.values(weight, bias, window.kernel + [filters / groups, channels], filters)
    let output = try kernel.transposed(x.tensor, values.weight, values.bias)
    guard tape.isRecording else { return Variable(output) }
    return tape.record(output) { [weight, bias] (gradient, flow) throws(TensorError) in
      try flow.add(kernel.weights(gradient, x.tensor, weight.value.shape), to: weight)
      if let bias { try flow.add(gradient.channelSums(), to: bias) }
      if x.node != nil { try flow.add(kernel.forward(gradient, weight.value, nil), to: x) }
    }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path + "weight", &weight)
    try bias?.visit(path + "bias", body)
  }
}

private func checkGroups(_ groups: Int, channels: Int, filters: Int) throws(TensorError) {
  guard groups >= 1 else { throw TensorError(.argument("groups", found: "\(groups)", expected: "at least 1")) }
  for (what, value) in [("channels", channels), ("filters", filters)] {
    guard value >= 1 else { throw TensorError(.argument(what, found: "\(value)", expected: "at least 1")) }
    guard value % groups == 0 else { throw TensorError(.notDivisible(what: what, value: value, divisor: groups)) }
  }
}

/// The kernels of a convolution between two shapes: a wide one that windows slide over, and a narrow one of their cells.
struct ConvolutionKernel: Sendable {
  let wide: TensorShape
  let narrow: TensorShape
  private let shape: tk_convolution

  init(window: Window, groups: Int, wide: TensorShape, narrow: TensorShape) {
    self.wide = wide
    self.narrow = narrow
    shape = tk_convolution(
      batch: wide.batch, groups: groups, in_channels: wide.channels, out_channels: narrow.channels,
      in: Window.three(wide.spatial), out: Window.three(narrow.spatial), kernel: Window.three(window.kernel),
      stride: Window.three(window.stride), dilation: Window.three(window.dilation),
      before: Window.three(window.before, missing: 0))
  }

  /// From wide to narrow.
  func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws(TensorError) -> Tensor {
    try run(x, weight, bias, narrow) { tk_convolution_forward(&$0, $1, $2, $3, $4) }
  }

  /// From narrow to wide.
  func transposed(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws(TensorError) -> Tensor {
    try run(x, weight, bias, wide) { tk_convolution_transposed(&$0, $1, $2, $3, $4) }
  }

  /// The derivative by the weights, from what is wide and what is narrow.
  func weights(_ x: Tensor, _ y: Tensor, _ weight: TensorShape) throws(TensorError) -> Tensor {
    try run(x, y, nil, weight) { (shape, x, y, _, output) in tk_convolution_weights(&shape, x, y, output) }
  }

  private typealias Kernel = (
    inout tk_convolution, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>?, UnsafeMutablePointer<Float>
  ) -> Bool

  private func run(
    _ first: Tensor, _ second: Tensor, _ bias: Tensor?, _ output: TensorShape, _ kernel: Kernel
  ) throws(TensorError) -> Tensor {
    var shape = shape
    return try Tensor.filled(output) { output throws(TensorError) in
      let done = try first.read { first throws(TensorError) in
        try second.read { second throws(TensorError) in
          guard let bias else { return kernel(&shape, first, second, nil, output) }
          return try bias.read { kernel(&shape, first, second, $0, output) }
        }
      }
      guard done else { throw TensorError(.outOfMemory(bytes: self.wide.count * MemoryLayout<Float>.stride)) }
    }
  }
}
