// One value of all along some axes. The axes stay, with an extent of 1, so that the result meets what it came from.

/// `mean over cells`
public struct Mean: Layer {
  var axes: AxisSet = []

  public init() {}

  public static let name = "mean"
  public static let family = Family.reduction
  public static let summary = "The mean of all values along some axes."
  public static let shapeRule = ReductionShape.rule
  public static let parameters: [Parameter<Mean>] = [.over { $0.axes = $1 }]
  public static let examples = [
    Example("mean cells", "28x28x32", "1x1x32"), Example("mean channels", "28x28x32", "28x28x1"),
  ]

  public func operation(on input: Shape) -> Operation? { .reduce(.mean, over: axes) }
}

/// `max over channels`
public struct Max: Layer {
  var axes: AxisSet = []

  public init() {}

  public static let name = "max"
  public static let family = Family.reduction
  public static let summary = "The largest of all values along some axes."
  public static let shapeRule = ReductionShape.rule
  public static let parameters: [Parameter<Max>] = [.over { $0.axes = $1 }]
  public static let examples = [
    Example("max channels", "28x28x32", "28x28x1")
  ]

  public func operation(on input: Shape) -> Operation? { .reduce(.maximum, over: axes) }
}

/// `min over channels`
public struct Min: Layer {
  var axes: AxisSet = []

  public init() {}

  public static let name = "min"
  public static let family = Family.reduction
  public static let summary = "The smallest of all values along some axes."
  public static let shapeRule = ReductionShape.rule
  public static let parameters: [Parameter<Min>] = [.over { $0.axes = $1 }]
  public static let examples = [
    Example("min channels", "28x28x32", "28x28x1")
  ]

  public func operation(on input: Shape) -> Operation? { .reduce(.minimum, over: axes) }
}

/// `sum over width`
public struct Sum: Layer {
  var axes: AxisSet = []

  public init() {}

  public static let name = "sum"
  public static let family = Family.reduction
  public static let summary = "The sum of all values along some axes."
  public static let shapeRule = ReductionShape.rule
  public static let parameters: [Parameter<Sum>] = [.over { $0.axes = $1 }]
  public static let examples = [
    Example("sum width", "28x14x32", "28x1x32"), Example("sum [height, channels]", "28x14x32", "1x14x1"),
  ]

  public func operation(on input: Shape) -> Operation? { .reduce(.sum, over: axes) }
}

/// `norm over cells`
public struct Norm: Layer {
  var axes: AxisSet = []

  public init() {}

  public static let name = "norm"
  public static let family = Family.reduction
  public static let summary = "The Euclidean norm of all values along some axes: the root of the sum of their squares."
  public static let shapeRule = ReductionShape.rule
  public static let parameters: [Parameter<Norm>] = [.over { $0.axes = $1 }]
  public static let examples = [
    Example("norm cells", "56x56x384", "1x1x384")
  ]

  public func operation(on input: Shape) -> Operation? { .reduce(.norm, over: axes) }
}

enum ReductionShape {
  static let rule = "1 along the axes named, the other extents as they are"
}

extension Parameter {
  /// Along which axes; it must be given.
  fileprivate static func over(_ assign: @escaping @Sendable (inout L, AxisSet) -> Void) -> Self {
    .required("over", .axes, "The axes that come together, `cells` for all but the channels.", words: Word.axes, assign)
  }

  /// Along which axes, the channels unless others are given.
  static func overChannels(_ assign: @escaping @Sendable (inout L, AxisSet) -> Void) -> Self {
    .optional(
      "over", .axes, .word(.channels), "The axes that come together, `cells` for all but the channels.",
      words: Word.axes, assign)
  }
}
