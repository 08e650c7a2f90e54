/// `batchnorm`
public struct BatchNormalization: Layer {
  var epsilon = 0.0
  var momentum = 0.0
  var affine = true
  var scale = true

  public init() {}

  public static let name = "batchnorm"
  public static let family = Family.normalization
  public static let summary = "Normalises each channel over the batch (Ioffe and Szegedy, 2015)."
  public static let shapeRule = "that of the input"
  public static let isWeighted = true
  public static let parameters: [Parameter<BatchNormalization>] = [
    .epsilon { $0.epsilon = $1 },
    .optional("momentum", .rate, .ratio(1, 10), "Weight of the new value in the running statistics.") {
      $0.momentum = $1
    },
    .affine { $0.affine = $1 },
    .optional("scale", .flag, true, "With `off`, a learned shift but no factor, as Keras's `scale=False`.") {
      $0.scale = $1
    },
  ]
  public static let examples = [
    Example("batchnorm", "56x56x64", "56x56x64", parameters: 128),
    Example("batchnorm eps 0.001, scale off", "35x35x32", "35x35x32", parameters: 32),
  ]

  public func operation(on input: Shape) -> Operation? {
    .normalization(
      Normalization(kind: .batch(momentum: momentum), epsilon: epsilon, scale: affine && scale, shift: affine))
  }
}

/// `instancenorm`
public struct InstanceNormalization: Layer {
  var epsilon = 0.0
  var affine = true

  public init() {}

  public static let name = "instancenorm"
  public static let family = Family.normalization
  public static let summary = "Normalises each channel of each example (Ulyanov, Vedaldi and Lempitsky, 2016)."
  public static let shapeRule = "that of the input"
  public static let isWeighted = true
  public static let parameters: [Parameter<InstanceNormalization>] = [
    .epsilon { $0.epsilon = $1 },
    .optional("momentum", .rate, .ratio(1, 10), "For files that name it; no running statistics are kept.") { _, _ in },
    .affine { $0.affine = $1 },
  ]
  public static let examples = [Example("instancenorm", "64x64x32", "64x64x32", parameters: 64)]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .normalization(Normalization(kind: .instance, epsilon: epsilon, scale: affine, shift: affine))
  }
}

/// `groupnorm 32`
public struct GroupNormalization: Layer {
  var groups: Int32 = 1
  var epsilon = 0.0
  var affine = true

  public init() {}

  public static let name = "groupnorm"
  public static let family = Family.normalization
  public static let summary = "Normalises groups of channels of each example (Wu and He, 2018)."
  public static let shapeRule = "that of the input; `groups` divides the channels"
  public static let isWeighted = true
  public static let parameters: [Parameter<GroupNormalization>] = [
    .required("groups", .count, "How many groups the channels form.") { $0.groups = $1 },
    .epsilon { $0.epsilon = $1 },
    .affine { $0.affine = $1 },
  ]
  public static let examples = [Example("groupnorm 32", "56x56x256", "56x56x256", parameters: 512)]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard input.channels % groups == 0 else {
      throw LayerError(
        .notDivisible(what: "channels", value: Int64(input.channels), by: "groups", divisor: Int64(groups)),
        parameter: "groups")
    }
    return .normalization(
      Normalization(kind: .group(groups: groups), epsilon: epsilon, scale: affine, shift: affine))
  }
}

/// `layernorm`
public struct LayerNormalization: Layer {
  var epsilon = 0.0
  var affine = true
  var whole = false

  public init() {}

  public static let name = "layernorm"
  public static let family = Family.normalization
  public static let summary = "Normalises the channels of each cell, or the whole map (Ba, Kiros and Hinton, 2016)."
  public static let shapeRule = "that of the input"
  public static let isWeighted = true
  public static let parameters: [Parameter<LayerNormalization>] = [
    .epsilon { $0.epsilon = $1 },
    .affine { $0.affine = $1 },
    .optional("whole", .flag, false, "Over the whole map, with a factor and a shift for every element.") {
      $0.whole = $1
    },
  ]
  public static let examples = [
    Example("layernorm eps 1e-6", "56x56x96", "56x56x96", parameters: 192),
    Example("layernorm whole", "4x4x3", "4x4x3", parameters: 96),
  ]

  public func operation(on input: Shape) -> Operation? {
    .normalization(Normalization(kind: .layer(whole: whole), epsilon: epsilon, scale: affine, shift: affine))
  }
}

/// `lrn`
public struct LocalResponseNormalization: Layer {
  var size: Int32 = 1
  var alpha = 0.0
  var beta = 0.0
  var k = 0.0

  public init() {}

  public static let name = "lrn"
  public static let family = Family.normalization
  public static let summary =
    "Divides each value by a power of the squares around it in neighbouring channels (Krizhevsky et al., 2012)."
  public static let shapeRule = "that of the input"
  public static let parameters: [Parameter<LocalResponseNormalization>] = [
    .optional("size", .count, 5, "How many neighbouring channels.") { $0.size = $1 },
    .optional("alpha", .decimal, .ratio(1, 10_000), "Weight of the squares, divided by `size` as in PyTorch.") {
      $0.alpha = $1
    },
    .optional("beta", .decimal, .ratio(3, 4), "The power.") { $0.beta = $1 },
    .optional("k", .decimal, 2, "What is added to the sum.") { $0.k = $1 },
  ]
  public static let examples = [Example("lrn", "55x55x96", "55x55x96")]

  public func operation(on input: Shape) -> Operation? {
    .localResponseNormalization(size: size, alpha: alpha, beta: beta, k: k)
  }
}

/// `normalize over channels`
public struct Normalize: Layer {
  var axes = AxisSet.channels
  var epsilon = 0.0

  public init() {}

  public static let name = "normalize"
  public static let family = Family.normalization
  public static let summary =
    "Divides the channels of each cell, or the values along other axes, by their Euclidean norm; nothing is learned."
  public static let shapeRule = "that of the input"
  public static let parameters: [Parameter<Normalize>] = [
    .overChannels { $0.axes = $1 },
    .optional("eps", .positive, .ratio(1, 1_000_000_000_000), "The least that it divides by.") { $0.epsilon = $1 },
  ]
  public static let examples = [
    Example("normalize", "128", "128"), Example("normalize cells, eps 1e-6", "14x14x8", "14x14x8"),
  ]

  public func operation(on input: Shape) -> Operation? { .unitNorm(over: axes, epsilon: epsilon) }
}

/// `scale 1e-6`
public struct Scale: Layer {
  var initial = 1.0

  public init() {}

  public static let name = "scale"
  public static let family = Family.normalization
  public static let summary = "Multiplies each channel by a learned factor: ConvNeXt's layer scale (Liu et al., 2022)."
  public static let shapeRule = "that of the input"
  public static let isWeighted = true
  public static let parameters: [Parameter<Scale>] = [
    .optional("init", .decimal, 1, "The factors before training.") { $0.initial = $1 }
  ]
  public static let examples = [Example("scale 1e-6", "56x56x96", "56x56x96", parameters: 96)]

  public func operation(on input: Shape) -> Operation? { .scale(initial: initial) }
}

extension Value {
  /// A default that is not whole.
  static func ratio(_ numerator: Int64, _ denominator: Int64) -> Value {
    .number(Rational(numerator, denominator) ?? 0)
  }
}

extension Parameter {
  fileprivate static func epsilon(_ assign: @escaping @Sendable (inout L, Double) -> Void) -> Self {
    .optional("eps", .positive, .ratio(1, 100_000), "Added to the variance before its root is taken.", assign)
  }

  fileprivate static func affine(_ assign: @escaping @Sendable (inout L, Bool) -> Void) -> Self {
    .optional("affine", .flag, true, "A learned factor and shift after it.", assign)
  }
}
