import TensorKernels

/// A function of each number by itself.
public struct Activation: Layer, Mapping {
  /// The closed set of functions without parameters to learn.
  public enum Function: Hashable, Sendable {
    /// max(x, 0); its derivative at 0 is 0.
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x above zero, slope * x below.
    case leakyRelu(slope: Float)
    /// x above zero, alpha * (e^x - 1) below.
    case elu(alpha: Float)
    /// The scaled ELU that normalises itself (Klambauer et al., 2017).
    case selu
    /// x above zero, alpha * (e^(x / alpha) - 1) below.
    case celu(alpha: Float)
    /// x * the share of a normal distribution below x, or its approximation by a hyperbolic tangent.
    case gelu(tanh: Bool)
    /// x * sigmoid(x)
    case silu
    /// x * tanh(softplus(x))
    case mish
    case sigmoid
    /// relu6(x + 3) / 6
    case hardSigmoid
    /// x * relu6(x + 3) / 6
    case hardSwish
    case tanh
    /// ln(1 + e^x)
    case softplus
    /// e^x
    case exp
    /// The natural logarithm.
    case log
    case sqrt
    /// |x|; its derivative at 0 is 0.
    case abs
    /// x^2
    case square
    /// 1 / x
    case reciprocal
    /// min(max(x, low), high); its derivative at the ends is 1.
    case clip(low: Float, high: Float)
    /// min(max(x, low), high); its derivative at the ends is 0.
    case hardTanh(low: Float, high: Float)
    /// x / (1 + |x|)
    case softSign
    /// x brought nearer to 0 by the threshold; 0 where it is no farther.
    case softShrink(threshold: Float)
  }

  public let function: Function
  public let site: Site?

  public init(_ function: Function, site: Site? = nil) {
    self.function = function
    self.site = site
  }

  public func outputShape(of input: TensorShape) -> TensorShape { input }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: Tensor) {
    let (kind, first, second) = function.kernel
    let y = try Tensor.filled(x.shape) { y throws(TensorError) in
      try x.read { tk_activate(kind, first, second, $0, y, x.shape.count) }
    }
    return (y, function.keepsOutput ? y : x)
  }

  func backward(_ gradient: Tensor, _ kept: Tensor) throws(TensorError) -> Tensor {
    let (kind, first, second) = function.kernel
    return try Tensor.filled(kept.shape) { dx throws(TensorError) in
      try kept.read { kept throws(TensorError) in
        try gradient.read { tk_activate_backward(kind, first, second, kept, $0, dx, gradient.shape.count) }
      }
    }
  }
}

extension Activation.Function {
  /// Whether the derivative at x is that at the output, so that x need not be kept.
  fileprivate var keepsOutput: Bool {
    switch self {
    case .relu, .relu6: true
    case .leakyRelu, .elu, .selu, .celu, .gelu, .silu, .mish, .sigmoid, .hardSigmoid, .hardSwish, .tanh, .softplus,
      .exp, .log, .sqrt, .abs, .square, .reciprocal, .clip, .hardTanh, .softSign, .softShrink:
      false
    }
  }

  fileprivate var kernel: (tk_activation, Float, Float) {
    switch self {
    case .relu: (tk_relu, 0, 0)
    case .relu6: (tk_relu6, 0, 0)
    case .leakyRelu(let slope): (tk_leaky_relu, slope, 0)
    case .elu(let alpha): (tk_elu, alpha, 0)
    case .selu: (tk_selu, 0, 0)
    case .celu(let alpha): (tk_celu, alpha, 0)
    case .gelu(let tanh): (tanh ? tk_gelu_tanh : tk_gelu, 0, 0)
    case .silu: (tk_silu, 0, 0)
    case .mish: (tk_mish, 0, 0)
    case .sigmoid: (tk_sigmoid, 0, 0)
    case .hardSigmoid: (tk_hard_sigmoid, 0, 0)
    case .hardSwish: (tk_hard_swish, 0, 0)
    case .tanh: (tk_tanh, 0, 0)
    case .softplus: (tk_softplus, 0, 0)
    case .exp: (tk_exp, 0, 0)
    case .log: (tk_log, 0, 0)
    case .sqrt: (tk_sqrt, 0, 0)
    case .abs: (tk_abs, 0, 0)
    case .square: (tk_square, 0, 0)
    case .reciprocal: (tk_reciprocal, 0, 0)
    case .clip(let low, let high): (tk_clip, low, high)
    case .hardTanh(let low, let high): (tk_hard_tanh, low, high)
    case .softSign: (tk_soft_sign, 0, 0)
    case .softShrink(let threshold): (tk_soft_shrink, threshold, 0)
    }
  }
}

/// x above zero, and below it x times a slope that is learned: one for all channels, or one a channel (He et al., 2015).
public struct ParametricRelu: Layer, Parameterized {
  /// `[1]` or `[channels]`.
  public var weight: Parameter
  public let slopes: Int
  public let site: Site?

  /// - Parameters:
  ///   - slopes: 1, or the number of channels.
  ///   - initial: Where the slopes begin.
  ///   - spatialRank: How many axes of cells the input has, for weights from elsewhere.
  ///   - flattened: The order of the features of a vector, for weights from elsewhere.
  public init(
    slopes: Int, initial: Float = 0.25, spatialRank: Int = 0, flattened: FeatureOrder = [], site: Site? = nil
  ) throws(TensorError) {
    try flattened.check(slopes)
    guard (0...3).contains(spatialRank) else {
      throw TensorError(.argument("the axes of cells", found: "\(spatialRank)", expected: "from 0 to 3"), site: site)
    }
    self.slopes = slopes
    self.site = site
    weight = Parameter(
      try Tensor(repeating: initial, TensorShape([slopes])), .scale,
      .slopes(spatialRank: spatialRank, flattened))
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard slopes == 1 || input.channels == slopes else {
      throw TensorError(.channels(what: "an input", expected: slopes, found: input.extents))
    }
    return input
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let channels = shape.channels
    let rows = shape.count / channels
    let factors = try weight.value("slopes", shaped: TensorShape(vector: slopes))
    let slopes = slopes
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try x.tensor.read { x throws(TensorError) in
        try factors.read { tk_prelu(x, rows, channels, $0, slopes, y) }
      }
    }
    guard tape.isRecording else { return Variable(y) }
    return tape.record(y) { [weight] (gradient, flow) throws(TensorError) in
      var slopeGradient = try Tensor(uninitialized: factors.shape)
      let inputGradient = try Tensor.filled(shape) { dx throws(TensorError) in
        try x.tensor.read { x throws(TensorError) in
          try gradient.read { dy throws(TensorError) in
            try factors.read { factors throws(TensorError) in
              try slopeGradient.write { tk_prelu_backward(x, dy, rows, channels, factors, slopes, dx, $0) }
            }
          }
        }
      }
      try flow.add(slopeGradient, to: weight)
      try flow.add(inputGradient, to: x)
    }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path + "weight", &weight)
  }
}

/// The first half of the channels, each times the sigmoid of its counterpart in the second (Dauphin et al., 2017).
///
/// `[batch, cells..., 2 * channels]` becomes `[batch, cells..., channels]`.
public struct GatedLinear: Layer, Mapping {
  public let site: Site?

  public init(site: Site? = nil) {
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard input.channels % 2 == 0 else {
      throw TensorError(.notDivisible(what: "channels", value: input.channels, divisor: 2))
    }
    return try input.with(channels: input.channels / 2)
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: Tensor) {
    let shape = try outputShape(of: x.shape)
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try x.read { tk_gate($0, shape.count / shape.channels, shape.channels, y) }
    }
    return (y, x)
  }

  func backward(_ gradient: Tensor, _ x: Tensor) throws(TensorError) -> Tensor {
    let channels = gradient.shape.channels
    return try Tensor.filled(x.shape) { dx throws(TensorError) in
      try x.read { x throws(TensorError) in
        try gradient.read { tk_gate_backward(x, $0, gradient.shape.count / channels, channels, dx) }
      }
    }
  }
}
