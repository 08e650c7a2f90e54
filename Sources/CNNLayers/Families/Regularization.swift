// Layers that act while training only.

/// `dropout 0.2`
public struct Dropout: Layer {
  var rate = 0.0

  public init() {}

  public static let name = "dropout"
  public static let family = Family.regularization
  public static let summary = "Leaves out values at random while training (Srivastava et al., 2014)."
  public static let shapeRule = "that of the input"
  public static let parameters: [Parameter<Dropout>] = [
    .optional("rate", .rate, .ratio(1, 2), "The share that is left out.") { $0.rate = $1 }
  ]
  public static let examples = [Example("dropout 0.2", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .dropout(.elements, rate: rate) }
}

/// `spatialdropout 0.2`
public struct SpatialDropout: Layer {
  var rate = 0.0

  public init() {}

  public static let name = "spatialdropout"
  public static let family = Family.regularization
  public static let summary = "Leaves out whole channels at random while training (Tompson et al., 2015)."
  public static let shapeRule = "that of the input"
  public static let parameters: [Parameter<SpatialDropout>] = [
    .optional("rate", .rate, .ratio(1, 2), "The share that is left out.") { $0.rate = $1 }
  ]
  public static let examples = [Example("spatialdropout 0.2", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .dropout(.channels, rate: rate) }
}

/// `droppath 0.2`
public struct DropPath: Layer {
  var rate = 0.0

  public init() {}

  public static let name = "droppath"
  public static let family = Family.regularization
  public static let summary =
    "Leaves out whole branches at random while training: stochastic depth (Huang et al., 2016)."
  public static let shapeRule = "that of the input"
  public static let parameters: [Parameter<DropPath>] = [
    .optional("rate", .rate, .ratio(1, 2), "The share that is left out.") { $0.rate = $1 }
  ]
  public static let examples = [Example("droppath 0.2", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .dropout(.path, rate: rate) }
}
