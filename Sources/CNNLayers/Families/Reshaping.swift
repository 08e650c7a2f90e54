/// `flatten`
public struct Flatten: Layer {
  public init() {}

  public static let name = "flatten"
  public static let family = Family.reshaping
  public static let summary = "Lays the maps out in a row."
  public static let shapeRule = "a vector of as many features as the input has elements"
  public static let examples = [Example("flatten", "7x7x64", "3136")]

  public func operation(on input: Shape) -> Operation? { .flatten }
}

/// `reshape 7x7x64`
public struct Reshape: Layer {
  var shape = Shape(vector: 1)

  public init() {}

  public static let name = "reshape"
  public static let family = Family.reshaping
  public static let summary = "The same elements in another shape, in the order of their axes, channels last."
  public static let shapeRule = "the shape asked for, of as many elements"
  public static let parameters: [Parameter<Reshape>] = [
    .required("shape", .shape, "The new shape.") { $0.shape = $1 }
  ]
  public static let examples = [Example("reshape 7x7x64", "3136", "7x7x64")]

  public func operation(on input: Shape) -> Operation? { .reshape(shape) }
}

/// `permute [2, 0, 1]`
public struct Permute: Layer {
  var order: [Int32] = []

  public init() {}

  public static let name = "permute"
  public static let family = Family.reshaping
  public static let summary = "Axes in another order, counted from 0, channels last."
  public static let shapeRule = "extent i of the output is extent order[i] of the input"
  public static let parameters: [Parameter<Permute>] = [
    .required("order", .order, "For each axis of the output, the axis of the input.") { $0.order = $1 }
  ]
  public static let examples = [Example("permute [2, 0, 1]", "28x14x3", "3x28x14")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    let axes = Int(input.rank) + 1
    guard order.count == axes, let permutation = Permutation(order) else {
      throw LayerError(.badOrder(order, axes: axes), parameter: "order")
    }
    return .permute(permutation)
  }
}

/// `identity`
public struct Identity: Layer {
  public init() {}

  public static let name = "identity"
  public static let family = Family.reshaping
  public static let summary = "Passes its input through."
  public static let shapeRule = "that of the input"
  public static let examples = [Example("identity", "28x28x3", "28x28x3")]

  public func operation(on input: Shape) -> Operation? { nil }
}

/// `slice 0 ..< 58`
public struct Slice: Layer {
  var range = ChannelRange(lower: 0, upper: 1)

  public init() {}

  public static let name = "slice"
  public static let family = Family.reshaping
  public static let summary = "Some of the channels. A split is a slice for each part."
  public static let shapeRule = "as many channels as the range holds"
  public static let parameters: [Parameter<Slice>] = [
    .required("channels", .channels, "The first channel, and the one behind the last.") { $0.range = $1 }
  ]
  public static let examples = [Example("slice 0 ..< 58", "28x28x116", "28x28x58")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard range.lower >= 0, range.upper <= Int64(input.channels), range.lower < range.upper else {
      throw LayerError(
        .badRange(lower: range.lower, upper: range.upper, channels: input.channels), parameter: "channels")
    }
    return .slice(start: Int32(range.lower), count: Int32(range.upper - range.lower))
  }
}

/// `channelshuffle 2`
public struct ChannelShuffle: Layer {
  var groups: Int32 = 1

  public init() {}

  public static let name = "channelshuffle"
  public static let family = Family.reshaping
  public static let summary = "Deals the channels out among groups (Zhang et al., \"ShuffleNet\", 2018)."
  public static let shapeRule = "that of the input; `groups` divides the channels"
  public static let parameters: [Parameter<ChannelShuffle>] = [
    .required("groups", .count, "How many groups.") { $0.groups = $1 }
  ]
  public static let examples = [Example("channelshuffle 2", "28x28x116", "28x28x116")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard input.channels % groups == 0 else {
      throw LayerError(
        .notDivisible(what: "channels", value: Int64(input.channels), by: "groups", divisor: Int64(groups)),
        parameter: "groups")
    }
    return .channelShuffle(groups: groups)
  }
}

/// `pixelshuffle 2`
public struct PixelShuffle: Layer {
  var factor: Int32 = 1

  public init() {}

  public static let name = "pixelshuffle"
  public static let family = Family.reshaping
  public static let summary = "Turns channels into cells: sub-pixel upsampling (Shi et al., 2016)."
  public static let shapeRule = "every axis times factor; channels divided by factor to the number of axes"
  public static let parameters: [Parameter<PixelShuffle>] = [
    .required("factor", .count, "How many cells a cell becomes along an axis.") { $0.factor = $1 }
  ]
  public static let examples = [Example("pixelshuffle 2", "32x32x64", "64x64x16")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .pixelShuffle(factor: factor)
  }
}

/// `pixelunshuffle 2`
public struct PixelUnshuffle: Layer {
  var factor: Int32 = 1

  public init() {}

  public static let name = "pixelunshuffle"
  public static let family = Family.reshaping
  public static let summary = "Turns cells into channels: the inverse of `pixelshuffle`."
  public static let shapeRule = "every axis divided by factor; channels times factor to the number of axes"
  public static let parameters: [Parameter<PixelUnshuffle>] = [
    .required("factor", .count, "How many cells become one along an axis.") { $0.factor = $1 }
  ]
  public static let examples = [Example("pixelunshuffle 2", "64x64x16", "32x32x64")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .pixelUnshuffle(factor: factor)
  }
}
