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
  var shape = OpenShape(extents: [])

  public init() {}

  public static let name = "reshape"
  public static let family = Family.reshaping
  public static let summary = "The same elements in another shape, in the order of their axes, channels last."
  public static let shapeRule = "the shape asked for, of as many elements; one `_` is worked out"
  public static let regroups = true
  public static let parameters: [Parameter<Reshape>] = [
    .required("shape", .openShape, "The new shape.") { $0.shape = $1 }
  ]
  public static let examples = [
    Example("reshape 7x7x64", "3136", "7x7x64"), Example("reshape [_, 64]", "14x14x64", "196x64"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? { .reshape(try shape.filled(from: input)) }
}

extension OpenShape {
  /// The shape, with what is left of a number of elements in the open place.
  fileprivate func filled(from input: Shape) throws(LayerError) -> Shape {
    var known: Int64 = 1
    for extent in extents {
      let (product, overflow) = known.multipliedReportingOverflow(by: Int64(extent ?? 1))
      known = overflow ? .max : product
    }
    let open = input.elements / known
    if extents.contains(nil), input.elements % known != 0 || open > Int32.max {
      throw LayerError(.openExtent(from: input, known: known), parameter: "shape")
    }
    guard let shape = Shape(extents.map { $0 ?? Int32(open) }) else {
      throw LayerError(.openExtent(from: input, known: known), parameter: "shape")
    }
    return shape
  }
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
  var ranges: [PartRange] = []
  var axis = Axis.channels

  public init() {}

  public static let name = "slice"
  public static let family = Family.reshaping
  public static let summary = "A part of the channels, or of another axis; several ranges give as many tensors."
  public static let shapeRule = "along the axis as many as the range holds"
  public static let parameters: [Parameter<Slice>] = [
    .required("range", .ranges, "The first, and the one after the last; several give several parts.") {
      $0.ranges = $1
    },
    .optional("over", .axis, .word(.channels), "The axis that is cut.", words: Word.axes) { $0.axis = $1 },
  ]
  public static let examples = [
    Example("slice 0 ..< 58", "28x28x116", "28x28x58"), Example("slice 7 ..< 21, over height", "28x28x3", "14x28x3"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? {
    guard self.axis.spatial == axis, let last = ranges.last else { return .rule(.identity) }
    let upper = ranges.map(\.upper).max() ?? 0
    return .rule(ExtentRule(factor: 0, offset: last.upper - max(last.lower, 0), minimum: upper))
  }

  public func parts(on input: Shape) throws(LayerError) -> [Operation] {
    var parts: [Operation] = []
    let extent = input.extent(axis)
    for range in ranges {
      guard range.lower >= 0, range.upper <= Int64(extent), range.lower < range.upper else {
        throw LayerError(
          .badRange(
            lower: range.lower, upper: range.upper, axis: axis.name(rank: Int(input.rank)), extent: extent),
          parameter: "range")
      }
      parts.append(.slice(axis, start: Int32(range.lower), count: Int32(range.upper - range.lower)))
    }
    return parts
  }

  public func operation(on input: Shape) throws(LayerError) -> Operation? { try parts(on: input).last }
}

/// `split 2`
public struct Split: Layer {
  var count: Int32 = 1
  var axis = Axis.channels

  public init() {}

  public static let name = "split"
  public static let family = Family.reshaping
  public static let summary = "Equal parts of the channels, or of another axis, each a tensor."
  public static let shapeRule = "along the axis the extent by the number of parts, which divides it"
  public static let parameters: [Parameter<Split>] = [
    .required("parts", .count, "How many parts.") { $0.count = $1 },
    .optional("over", .axis, .word(.channels), "The axis that is cut.", words: Word.axes) { $0.axis = $1 },
  ]
  public static let examples = [
    Example("[a, b]: split 2\nmultiply a, b", "28x28x116", "28x28x58"),
    Example("[top, _, _, bottom]: split 4, over height\nsubtract top, bottom", "28x28x3", "7x28x3"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? { self.axis.spatial == axis ? .needed : .rule(.identity) }

  /// More parts than a network has tensors for are refused before a list of them is made.
  static let limit: Int32 = 65_536

  public func parts(on input: Shape) throws(LayerError) -> [Operation] {
    let extent = input.extent(axis)
    guard extent % count == 0 else {
      throw LayerError(
        .notDivisible(
          what: axis.name(rank: Int(input.rank)), value: Int64(extent), by: "parts", divisor: Int64(count)),
        parameter: "parts")
    }
    guard count <= Self.limit else {
      throw LayerError(.aboveMaximum(Int64(Self.limit), found: .number(Rational(Int64(count)))), parameter: "parts")
    }
    let size = extent / count
    return (0..<count).map { .slice(axis, start: $0 * size, count: size) }
  }

  public func operation(on input: Shape) throws(LayerError) -> Operation? { try parts(on: input).last }
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
