// Functions of each value by itself, and the softmax. None changes the shape.

/// `relu`
public struct Relu: Layer {
  public init() {}

  public static let name = "relu"
  public static let family = Family.activation
  public static let summary = "max(x, 0)."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("relu", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.relu) }
}

/// `relu6`
public struct Relu6: Layer {
  public init() {}

  public static let name = "relu6"
  public static let family = Family.activation
  public static let summary = "min(max(x, 0), 6)."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("relu6", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.relu6) }
}

/// `selu`
public struct Selu: Layer {
  public init() {}

  public static let name = "selu"
  public static let family = Family.activation
  public static let summary = "A scaled `elu` that keeps mean and variance (Klambauer et al., 2017)."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("selu", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.selu) }
}

/// `silu`
public struct Silu: Layer {
  public init() {}

  public static let name = "silu"
  public static let family = Family.activation
  public static let summary = "x * sigmoid(x), also called swish."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("silu", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.silu) }
}

/// `mish`
public struct Mish: Layer {
  public init() {}

  public static let name = "mish"
  public static let family = Family.activation
  public static let summary = "x * tanh(softplus(x))."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("mish", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.mish) }
}

/// `sigmoid`
public struct Sigmoid: Layer {
  public init() {}

  public static let name = "sigmoid"
  public static let family = Family.activation
  public static let summary = "1 / (1 + exp(-x))."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("sigmoid", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.sigmoid) }
}

/// `hardsigmoid`
public struct HardSigmoid: Layer {
  public init() {}

  public static let name = "hardsigmoid"
  public static let family = Family.activation
  public static let summary = "min(max(x + 3, 0), 6) / 6."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("hardsigmoid", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.hardSigmoid) }
}

/// `hardswish`
public struct HardSwish: Layer {
  public init() {}

  public static let name = "hardswish"
  public static let family = Family.activation
  public static let summary = "x * hardsigmoid(x) (Howard et al., 2019)."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("hardswish", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.hardSwish) }
}

/// `tanh`
public struct HyperbolicTangent: Layer {
  public init() {}

  public static let name = "tanh"
  public static let family = Family.activation
  public static let summary = "The hyperbolic tangent."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("tanh", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.tanh) }
}

/// `softplus`
public struct Softplus: Layer {
  public init() {}

  public static let name = "softplus"
  public static let family = Family.activation
  public static let summary = "log(1 + exp(x))."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("softplus", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.softplus) }
}

/// `leakyrelu 0.1`
public struct LeakyRelu: Layer {
  var slope = 0.0

  public init() {}

  public static let name = "leakyrelu"
  public static let family = Family.activation
  public static let summary = "x above zero, slope * x below."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<LeakyRelu>] = [
    .optional("slope", .decimal, .ratio(1, 100), "The slope below zero.") { $0.slope = $1 }
  ]
  public static let examples = [Example("leakyrelu 0.1", "13x13x512", "13x13x512")]

  public func operation(on input: Shape) -> Operation? { .activation(.leakyRelu(slope: slope)) }
}

/// `prelu`
public struct PRelu: Layer {
  var slope = 0.0
  var shared = false

  public init() {}

  public static let name = "prelu"
  public static let family = Family.activation
  public static let summary = "A leaky relu whose slopes are learned (He et al., 2015)."
  public static let shapeRule = ActivationShape.rule
  public static let isWeighted = true
  public static let parameters: [Parameter<PRelu>] = [
    .optional("slope", .decimal, .ratio(1, 4), "The slopes before training.") { $0.slope = $1 },
    .optional("shared", .flag, false, "One slope for all channels.") { $0.shared = $1 },
  ]
  public static let examples = [
    Example("prelu", "28x28x32", "28x28x32", parameters: 32),
    Example("prelu shared", "28x28x32", "28x28x32", parameters: 1),
  ]

  public func operation(on input: Shape) -> Operation? { .activation(.prelu(initial: slope, shared: shared)) }
}

/// `elu`
public struct Elu: Layer {
  var alpha = 0.0

  public init() {}

  public static let name = "elu"
  public static let family = Family.activation
  public static let summary = "x above zero, alpha * (exp(x) - 1) below (Clevert et al., 2015)."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<Elu>] = [
    .optional("alpha", .decimal, 1, "The limit below, as a negative.") { $0.alpha = $1 }
  ]
  public static let examples = [Example("elu", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.elu(alpha: alpha)) }
}

/// `celu`
public struct Celu: Layer {
  var alpha = 0.0

  public init() {}

  public static let name = "celu"
  public static let family = Family.activation
  public static let summary = "x above zero, alpha * (exp(x / alpha) - 1) below (Barron, 2017)."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<Celu>] = [
    .optional("alpha", .positive, 1, "The limit below, as a negative.") { $0.alpha = $1 }
  ]
  public static let examples = [Example("celu alpha 2", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.celu(alpha: alpha)) }
}

/// `gelu`
public struct Gelu: Layer {
  var tanh = false

  public init() {}

  public static let name = "gelu"
  public static let family = Family.activation
  public static let summary = "x times the normal distribution's share below x (Hendrycks and Gimpel, 2016)."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<Gelu>] = [
    .optional("tanh", .flag, false, "The approximation by a hyperbolic tangent.") { $0.tanh = $1 }
  ]
  public static let examples = [Example("gelu", "56x56x384", "56x56x384")]

  public func operation(on input: Shape) -> Operation? { .activation(.gelu(tanh: tanh)) }
}

/// `softmax`
public struct Softmax: Layer {
  var axes = AxisSet.channels

  public init() {}

  public static let name = "softmax"
  public static let family = Family.activation
  public static let summary = "exp(x) over the sum of them all, across the channels of each cell or along other axes."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<Softmax>] = [.overChannels { $0.axes = $1 }]
  public static let examples = [
    Example("softmax", "1000", "1000"), Example("softmax cells", "14x14x8", "14x14x8"),
  ]

  public func operation(on input: Shape) -> Operation? { .softmax(logarithm: false, over: axes) }
}

/// `logsoftmax`
public struct LogSoftmax: Layer {
  var axes = AxisSet.channels

  public init() {}

  public static let name = "logsoftmax"
  public static let family = Family.activation
  public static let summary = "The logarithm of `softmax`."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<LogSoftmax>] = [.overChannels { $0.axes = $1 }]
  public static let examples = [Example("logsoftmax", "10", "10")]

  public func operation(on input: Shape) -> Operation? { .softmax(logarithm: true, over: axes) }
}

enum ActivationShape {
  static let rule = "that of the input"
}
