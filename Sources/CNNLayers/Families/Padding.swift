/// `zeropad 1`
public struct ZeroPad: Layer {
  var sides = Sides(before: Axes(all: 0), after: Axes(all: 0))

  public init() {}

  public static let name = "zeropad"
  public static let family = Family.padding
  public static let summary = "Adds zeros around the maps."
  public static let shapeRule = "n + before + after on every axis"
  public static let parameters: [Parameter<ZeroPad>] = [
    .required("amounts", .sides, "Cells to add, on all sides, an axis or a side.") { $0.sides = $1 }
  ]
  public static let examples = [
    Example("zeropad 1", "13x13x8", "15x15x8"),
    Example("zeropad [0, 1, 0, 1]", "13x13x8", "14x14x8"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .pad(.zero, before: sides.before, after: sides.after)
  }
}

/// `reflectpad 1`
public struct ReflectPad: Layer {
  var sides = Sides(before: Axes(all: 0), after: Axes(all: 0))

  public init() {}

  public static let name = "reflectpad"
  public static let family = Family.padding
  public static let summary = "Adds the maps mirrored at their edges, without the edge itself."
  public static let shapeRule = "n + before + after on every axis"
  public static let parameters: [Parameter<ReflectPad>] = [
    .required("amounts", .sides, "Cells to add, on all sides, an axis or a side.") { $0.sides = $1 }
  ]
  public static let examples = [
    Example("reflectpad 1", "13x13x8", "15x15x8"),
    Example("reflectpad [0, 1, 0, 1]", "13x13x8", "14x14x8"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? {
    .rule(PadKind.reflect.rule(sides.before[axis], sides.after[axis]))
  }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    for axis in 0..<Int(input.rank) {
      let limit = input.spatial[axis] - 1
      let amount = max(sides.before[axis], sides.after[axis])
      if amount > limit {
        throw LayerError(
          .padTooLarge(amount, extent: input.spatial[axis], axis: axis, limit: limit), parameter: "amounts")
      }
    }
    return .pad(.reflect, before: sides.before, after: sides.after)
  }
}

/// `replicatepad 1`
public struct ReplicatePad: Layer {
  var sides = Sides(before: Axes(all: 0), after: Axes(all: 0))

  public init() {}

  public static let name = "replicatepad"
  public static let family = Family.padding
  public static let summary = "Adds copies of the outermost cells."
  public static let shapeRule = "n + before + after on every axis"
  public static let parameters: [Parameter<ReplicatePad>] = [
    .required("amounts", .sides, "Cells to add, on all sides, an axis or a side.") { $0.sides = $1 }
  ]
  public static let examples = [
    Example("replicatepad 1", "13x13x8", "15x15x8"),
    Example("replicatepad [0, 1, 0, 1]", "13x13x8", "14x14x8"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .pad(.replicate, before: sides.before, after: sides.after)
  }
}

/// `circularpad 1`
public struct CircularPad: Layer {
  var sides = Sides(before: Axes(all: 0), after: Axes(all: 0))

  public init() {}

  public static let name = "circularpad"
  public static let family = Family.padding
  public static let summary = "Adds the cells of the opposite side."
  public static let shapeRule = "n + before + after on every axis"
  public static let parameters: [Parameter<CircularPad>] = [
    .required("amounts", .sides, "Cells to add, on all sides, an axis or a side.") { $0.sides = $1 }
  ]
  public static let examples = [
    Example("circularpad 1", "13x13x8", "15x15x8"),
    Example("circularpad [0, 1, 0, 1]", "13x13x8", "14x14x8"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? {
    .rule(PadKind.circular.rule(sides.before[axis], sides.after[axis]))
  }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    for axis in 0..<Int(input.rank) {
      let limit = input.spatial[axis]
      let amount = max(sides.before[axis], sides.after[axis])
      if amount > limit {
        throw LayerError(
          .padTooLarge(amount, extent: input.spatial[axis], axis: axis, limit: limit), parameter: "amounts")
      }
    }
    return .pad(.circular, before: sides.before, after: sides.after)
  }
}

/// `crop like scaled`
public struct Crop: Layer {
  var sides: Sides?
  var size: OpenAxes?
  var like: KnownTensor?

  public init() {}

  public static let name = "crop"
  public static let family = Family.padding
  public static let summary = "Cuts cells from the sides of the maps."
  public static let shapeRule =
    "n - before - after, or the size asked for, centred; an odd cell goes from the bottom and right"
  public static let parameters: [Parameter<Crop>] = [
    .derived("amounts", .sides, "none", "Cells to cut, on all sides, an axis or a side.") { $0.sides = $1 },
    .derived("size", .size, "none", "Spatial extents to keep, centred.") { $0.size = $1 },
    .derived("like", .tensor, "none", "A tensor whose size to keep, centred.") { $0.like = $1 },
  ]
  public static let examples = [
    Example("crop 4", "64x64x512", "56x56x512"),
    Example("crop size 56x56", "64x64x512", "56x56x512"),
    Example("crop [0, 1, 0, 1]", "8x8x3", "7x7x3"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? {
    if let like { return .cut(.tensor(like.id)) }
    if let size { return size.extents[axis].target.map { .cut($0) } ?? .rule(.identity) }
    return nil
  }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    let given = [sides != nil, size != nil, like != nil].filter { $0 }.count
    guard given == 1 else {
      let names = ["amounts", "size", "like"]
      throw LayerError(given == 0 ? .missingOneOf(names) : .excludeEachOther(names))
    }
    if let sides { return .crop(before: sides.before, after: sides.after) }
    if let like, like.shape.rank != input.rank {
      throw LayerError(.inputRank(like.shape, wanted: Int(input.rank)...Int(input.rank)), parameter: "like")
    }
    var before = Axes(all: 0)
    var after = Axes(all: 0)
    for axis in 0..<Int(input.rank) {
      let extent = input.spatial[axis]
      let wanted = like?.shape.spatial[axis] ?? size?.extents[axis].extent(of: extent) ?? extent
      let surplus = input.spatial[axis] - wanted
      guard surplus >= 0 else {
        let arithmetic = "\(wanted) of \(input.spatial[axis])"
        throw LayerError(
          .emptyOutput(axis: axis, rank: Int(input.rank), arithmetic: arithmetic),
          parameter: like == nil ? "size" : "like")
      }
      before[axis] = surplus / 2
      after[axis] = surplus - surplus / 2
    }
    return .crop(before: before, after: after)
  }
}
