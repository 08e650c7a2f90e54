// Functions of a single number that are no activations by custom, and the gate of two. All but `glu` keep the shape.

/// `exp`
public struct Exponential: Layer {
  public init() {}

  public static let name = "exp"
  public static let family = Family.activation
  public static let summary = "exp(x)."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("exp", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.exp) }
}

/// `log`
public struct Logarithm: Layer {
  public init() {}

  public static let name = "log"
  public static let family = Family.activation
  public static let summary = "The natural logarithm of x."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("log", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.log) }
}

/// `sqrt`
public struct SquareRoot: Layer {
  public init() {}

  public static let name = "sqrt"
  public static let family = Family.activation
  public static let summary = "The square root of x."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("sqrt", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.sqrt) }
}

/// `abs`
public struct AbsoluteValue: Layer {
  public init() {}

  public static let name = "abs"
  public static let family = Family.activation
  public static let summary = "x without its sign."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("abs", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.abs) }
}

/// `square`
public struct Square: Layer {
  public init() {}

  public static let name = "square"
  public static let family = Family.activation
  public static let summary = "x * x."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("square", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.square) }
}

/// `reciprocal`
public struct Reciprocal: Layer {
  public init() {}

  public static let name = "reciprocal"
  public static let family = Family.activation
  public static let summary = "1 / x."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("reciprocal", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.reciprocal) }
}

/// `softsign`
public struct SoftSign: Layer {
  public init() {}

  public static let name = "softsign"
  public static let family = Family.activation
  public static let summary = "x / (1 + abs(x)) (Bergstra et al., 2009)."
  public static let shapeRule = ActivationShape.rule
  public static let examples = [Example("softsign", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.softSign) }
}

/// `clip 0, 6`
public struct Clip: Layer {
  var low = 0.0
  var high = 0.0

  public init() {}

  public static let name = "clip"
  public static let family = Family.activation
  public static let summary = "min(max(x, low), high)."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<Clip>] = [
    .required("low", .decimal, "What is below becomes this.") { $0.low = $1 },
    .required("high", .decimal, "What is above becomes this.") { $0.high = $1 },
  ]
  public static let examples = [Example("clip 0, 6", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try ActivationShape.requireAscending(low, high)
    return .activation(.clip(low: low, high: high))
  }
}

/// `hardtanh`
public struct HardTanh: Layer {
  var low = 0.0
  var high = 0.0

  public init() {}

  public static let name = "hardtanh"
  public static let family = Family.activation
  public static let summary = "min(max(x, low), high), from -1 to 1 (Collobert, 2004)."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<HardTanh>] = [
    .optional("low", .decimal, .number(-1), "What is below becomes this.") { $0.low = $1 },
    .optional("high", .decimal, 1, "What is above becomes this.") { $0.high = $1 },
  ]
  public static let examples = [
    Example("hardtanh", "28x28x32", "28x28x32"), Example("hardtanh 0, high 6", "28x28x32", "28x28x32"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try ActivationShape.requireAscending(low, high)
    return .activation(.hardTanh(low: low, high: high))
  }
}

/// `softshrink`
public struct SoftShrink: Layer {
  var threshold = 0.0

  public init() {}

  public static let name = "softshrink"
  public static let family = Family.activation
  public static let summary = "x moved towards zero by a threshold, and zero within it (Donoho, 1995)."
  public static let shapeRule = ActivationShape.rule
  public static let parameters: [Parameter<SoftShrink>] = [
    .optional("threshold", .notNegative, .ratio(1, 2), "How far values move.") { $0.threshold = $1 }
  ]
  public static let examples = [Example("softshrink 0.1", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .activation(.softShrink(threshold: threshold)) }
}

/// `glu`
public struct GatedLinear: Layer {
  public init() {}

  public static let name = "glu"
  public static let family = Family.activation
  public static let summary =
    "The first half of the channels, each times the sigmoid of its partner in the second half (Dauphin et al., 2017)."
  public static let shapeRule = "half as many channels, which must be even"
  public static let examples = [Example("glu", "28x28x64", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .gatedLinear }
}

extension ActivationShape {
  fileprivate static func requireAscending(_ low: Double, _ high: Double) throws(LayerError) {
    if low > high { throw LayerError(.descending(low: low, high: high), parameter: "high") }
  }
}
