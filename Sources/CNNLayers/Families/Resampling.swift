/// `upsample 2`
public struct Upsample: Layer {
  var factor: [Rational] = []
  var mode = ResizeMode.nearest
  var alignsCorners = false

  public init() {}

  public static let name = "upsample"
  public static let family = Family.resampling
  public static let summary = "Resizes the maps by a factor."
  public static let shapeRule = "floor(n * factor) on every axis, worked out exactly"
  public static let parameters: [Parameter<Upsample>] = [
    .required("factor", .factor, "How many cells a cell becomes; a list has one factor an axis.") { $0.factor = $1 },
    .mode { $0.mode = $1 },
    .alignCorners { $0.alignsCorners = $1 },
  ]
  public static let examples = [
    Example("upsample 2", "13x13x128", "26x26x128"),
    Example("upsample 1.5, mode bilinear", "7x7x64", "10x10x64"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? {
    .rule(ExtentRule(factor: factor[axis].numerator, divisor: factor[axis].denominator))
  }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    try mode.check(alignsCorners: alignsCorners)
    var size = Axes(all: 1)
    for axis in 0..<Int(input.rank) {
      let extent = input.spatial[axis]
      guard let cells = Rational(Int64(extent)).multiplied(by: factor[axis])?.floor, cells <= Int32.max else {
        throw LayerError(.tensorTooLarge(extents: [Int64.max]), parameter: "factor")
      }
      guard cells >= 1 else {
        let arithmetic = "\(extent) * \(factor[axis]), rounded down to \(cells)"
        throw LayerError(
          .emptyOutput(axis: axis, rank: Int(input.rank), arithmetic: arithmetic), parameter: "factor")
      }
      size[axis] = Int32(cells)
    }
    return .resize(mode: mode, alignsCorners: alignsCorners, size: size)
  }
}

/// `resize 520x520, mode bilinear`
public struct Resize: Layer {
  var size: OpenAxes?
  var like: KnownTensor?
  var mode = ResizeMode.nearest
  var alignsCorners = false

  public init() {}

  public static let name = "resize"
  public static let family = Family.resampling
  public static let summary = "Resizes the maps to a size, or to that of another tensor."
  public static let shapeRule = "the size asked for, `_` keeps an extent"
  public static let parameters: [Parameter<Resize>] = [
    .derived("size", .size, "that of `like`", "Spatial extents of the output.") { $0.size = $1 },
    .derived("like", .tensor, "none", "A tensor whose size to take.") { $0.like = $1 },
    .mode { $0.mode = $1 },
    .alignCorners { $0.alignsCorners = $1 },
  ]
  public static let examples = [Example("resize 65x65, mode bilinear", "1x1x256", "65x65x256")]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? { like.map { .taken(.tensor($0.id)) } ?? size?.extents[axis].change }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    try mode.check(alignsCorners: alignsCorners)
    return .resize(mode: mode, alignsCorners: alignsCorners, size: try target(input))
  }

  private func target(_ input: Shape) throws(LayerError) -> Axes {
    switch (size, like) {
    case (nil, nil): throw LayerError(.missingOneOf(["size", "like"]))
    case (.some, .some): throw LayerError(.excludeEachOther(["size", "like"]), parameter: "like")
    case (nil, let like?):
      guard like.shape.rank == input.rank else {
        throw LayerError(.inputRank(like.shape, wanted: Int(input.rank)...Int(input.rank)), parameter: "like")
      }
      return like.shape.spatial
    case (let size?, nil):
      var axes = Axes(all: 1)
      for axis in 0..<Int(input.rank) { axes[axis] = size.extents[axis].extent(of: input.spatial[axis]) }
      return axes
    }
  }
}

/// `unpool pooled`
public struct Unpool: Layer {
  public init() {}

  public static let name = "unpool"
  public static let family = Family.resampling
  public static let summary =
    "Puts each value back where the max pool that made a tensor found its own, zeros elsewhere (Zeiler and Fergus, 2014)."
  public static let shapeRule = "that of what the pool read"
  public static let parameters: [Parameter<Unpool>] = [
    .required("of", .tensor, "What a `maxpool` gave.") { _, _ in }
  ]
  public static let examples = [
    Example("pooled: maxpool 2x2\n unpool pooled", "28x28x32", "28x28x32")
  ]

  public static func inverse(of operation: Operation) throws(LayerFault) -> Operation {
    guard case .pool(.max, let window, let ceil, _) = operation else { throw .noPool }
    return .unpool(window, ceil: ceil)
  }

  /// Only the operation that made the tensor tells; see `inverse`.
  public func operation(on input: Shape) throws(LayerError) -> Operation? { throw LayerError(.noPool, parameter: "of") }
}

extension ResizeMode {
  /// Only modes that interpolate between cells can align their corners.
  fileprivate func check(alignsCorners: Bool) throws(LayerError) {
    switch self {
    case .nearest where alignsCorners:
      throw LayerError(.alignedCorners(mode: .nearest), parameter: "aligncorners")
    case .area where alignsCorners:
      throw LayerError(.alignedCorners(mode: .area), parameter: "aligncorners")
    case .nearest, .area, .bilinear, .bicubic: return
    }
  }
}

extension Parameter {
  fileprivate static func mode(_ assign: @escaping @Sendable (inout L, ResizeMode) -> Void) -> Self {
    .optional(
      "mode", .mode, .word(.nearest), "How values between cells come about.", words: ParameterType<ResizeMode>.words,
      assign)
  }

  fileprivate static func alignCorners(_ assign: @escaping @Sendable (inout L, Bool) -> Void) -> Self {
    .optional(
      "aligncorners", .flag, false, "Let the centres of the corner cells keep their place, not the corners.", assign)
  }
}
