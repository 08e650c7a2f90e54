import TensorKernels

extension Tensor {
  /// Adds another tensor of the same shape, in place.
  mutating func add(_ other: Tensor) throws(TensorError) {
    guard shape == other.shape else { throw TensorError(.shapesDiffer(shape.extents, other.shape.extents)) }
    let count = shape.count
    try other.read { source throws(TensorError) in
      try write { target in tk_add(target, source, count) }
    }
  }

  /// Multiplies every element, in place.
  mutating func multiply(by factor: Float) throws(TensorError) {
    let count = shape.count
    try write { tk_multiply_by($0, factor, count) }
  }
}

/// A learned factor for each channel: ConvNeXt's layer scale (Liu et al., 2022).
public struct Scale: Layer, Parameterized {
  /// `[channels]`
  public var weight: Parameter
  public let channels: Int
  public let site: Site?

  /// - Parameters:
  ///   - initial: Where the factors begin.
  ///   - flattened: The order of the features of a vector, for weights from elsewhere.
  public init(
    channels: Int, initial: Float = 1, flattened: FeatureOrder = [], site: Site? = nil
  ) throws(TensorError) {
    try flattened.check(channels)
    self.channels = channels
    self.site = site
    weight = Parameter(try Tensor(repeating: initial, TensorShape([channels])), .scale, .features(flattened))
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard input.channels == channels else {
      throw TensorError(.channels(what: "an input", expected: channels, found: input.extents))
    }
    return input
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let (rows, channels) = (shape.count / channels, channels)
    let factors = try weight.value("weight", shaped: TensorShape(vector: channels))
    let y = try Self.scaled(x.tensor, factors)
    guard tape.isRecording else { return Variable(y) }
    return tape.record(y) { [weight] (gradient, flow) throws(TensorError) in
      let products = try Tensor.filled(factors.shape) { sums throws(TensorError) in
        try x.tensor.read { x throws(TensorError) in
          try gradient.read { tk_channel_products(x, $0, rows, channels, sums) }
        }
      }
      try flow.add(products, to: weight)
      if x.node != nil { try flow.add(Self.scaled(gradient, factors), to: x) }
    }
  }

  private static func scaled(_ x: Tensor, _ factors: Tensor) throws(TensorError) -> Tensor {
    let channels = x.shape.channels
    return try Tensor.filled(x.shape) { y throws(TensorError) in
      try x.read { source throws(TensorError) in
        try factors.read { tk_scale_channels(source, x.shape.count / channels, channels, $0, y) }
      }
    }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path + "weight", &weight)
  }
}

/// Leaves out at random while training, and multiplies the rest by 1 / (1 - rate); in use it does nothing.
public struct Dropout: Layer {
  /// What chance decides about at once.
  public enum Kind: Hashable, Sendable {
    case elements
    /// Whole channels of an example (Tompson et al., 2015).
    case channels
    /// Whole examples: stochastic depth (Huang et al., 2016).
    case path
  }

  public let kind: Kind
  public let rate: Float
  public let site: Site?

  public init(_ kind: Kind = .elements, rate: Float, site: Site? = nil) {
    self.kind = kind
    self.rate = rate
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard rate >= 0, rate <= 1 else { throw TensorError(.argument("rate", found: "\(rate)", expected: "from 0 to 1")) }
    return input
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    guard tape.isTraining else { return x }
    let elements = shape.count / shape.batch
    let choices =
      switch kind {
      case .elements: elements
      case .channels: shape.channels
      case .path: 1
      }
    let kernel = tk_dropout(
      examples: shape.batch, elements: elements, choices: choices, seed: tape.generator.next(), rate: rate)
    let y = try Self.drop(kernel, x.tensor)
    guard tape.records(x) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      try flow.add(Self.drop(kernel, gradient), to: x)
    }
  }

  private static func drop(_ kernel: tk_dropout, _ x: Tensor) throws(TensorError) -> Tensor {
    try Tensor.filled(x.shape) { y throws(TensorError) in
      try x.read { x in withUnsafePointer(to: kernel) { tk_drop($0, x, y) } }
    }
  }
}
