// Tensors that are not computed from another. Of the tensor that enters they take the batch, and its extents if they have
// none of their own.

/// `learned 14x14x384`
public struct Learned: Layer {
  var shape = Shape(vector: 1)
  var mean = 0.0
  var deviation = 0.0

  public init() {}

  public static let name = "learned"
  public static let family = Family.source
  public static let summary =
    "A tensor that is trained itself, as position embeddings are (Dosovitskiy et al., 2020); the same for all examples."
  public static let shapeRule = "the shape asked for"
  public static let isWeighted = true
  public static let parameters: [Parameter<Learned>] = [
    .required("shape", .shape, "Its shape.") { $0.shape = $1 },
    .optional("init", .decimal, 0, "Every value before training.") { $0.mean = $1 },
    .optional("std", .notNegative, 0, "Deviation of normally distributed numbers that are added to them.") {
      $0.deviation = $1
    },
  ]
  public static let examples = [
    Example("learned 14x14x384, std 0.02", "14x14x384", "14x14x384", parameters: 75_264),
    Example("learned 64, init 1", "7x7x64", "64", parameters: 64),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard shape.checkedElements != nil else {
      throw LayerError(.tensorTooLarge(extents: shape.extents.map(Int64.init)), parameter: "shape")
    }
    return .learned(shape, initial: LearnedInitial(mean: mean, deviation: deviation))
  }
}

/// `coordinates`
public struct Coordinates: Layer {
  public init() {}

  public static let name = "coordinates"
  public static let family = Family.source
  public static let summary =
    "Where each cell is: one channel an axis, evenly from -1 to 1 (Liu et al., \"CoordConv\", 2018)."
  public static let shapeRule = "the cells of the input; as many channels as it has axes of cells"
  public static let examples = [Example("coordinates", "28x28x3", "28x28x2")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .coordinates
  }
}

/// `noise`
public struct Noise: Layer {
  public init() {}

  public static let name = "noise"
  public static let family = Family.source
  public static let summary =
    "Numbers from the standard normal distribution while training, zeros in use (Kingma and Welling, 2013)."
  public static let shapeRule = "that of the input"
  public static let examples = [Example("noise", "128", "128")]

  public func operation(on input: Shape) -> Operation? { .noise }
}
