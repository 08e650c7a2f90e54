/// `maxpool 3x3, stride 2, pad 1`
public struct MaxPool: Layer {
  var window = PoolWindow()

  public init() {}

  public static let name = "maxpool"
  public static let family = Family.pooling
  public static let summary = "Takes the largest value of each window."
  public static let shapeRule = PoolWindow.shapeRule
  public static let parameters: [Parameter<MaxPool>] = [
    .required("kernel", .extent, "Extent of the window.") { $0.window.kernel = $1 },
    .derived("stride", .extent, "kernel", "Cells from one window to the next.") { $0.window.stride = $1 },
    .optional("pad", .padding, 0, "Cells around the input that never win.", words: ParameterType<Padding>.words) {
      $0.window.padding = $1
    },
    .optional("dilation", .extent, 1, "Cells from one element of the window to the next.") {
      $0.window.dilation = $1
    },
    .optional("ceil", .flag, false, "Round up, so that a last window may hang over the end.") {
      $0.window.ceil = $1
    },
  ]
  public static let examples = [
    Example("maxpool 2x2", "28x28x32", "14x14x32"),
    Example("maxpool 3x3, stride 2, pad 1", "112x112x64", "56x56x64"),
    Example("maxpool 3x3, stride 2, ceil", "112x112x64", "56x56x64"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    .pool(.max, try window.resolved(on: input), ceil: window.ceil, countsPadding: false)
  }
}

/// `avgpool 2x2`
public struct AveragePool: Layer {
  var window = PoolWindow()
  var countsPadding = false

  public init() {}

  public static let name = "avgpool"
  public static let family = Family.pooling
  public static let summary = "Takes the mean of each window."
  public static let shapeRule = PoolWindow.shapeRule
  public static let parameters: [Parameter<AveragePool>] = [
    .required("kernel", .extent, "Extent of the window.") { $0.window.kernel = $1 },
    .derived("stride", .extent, "kernel", "Cells from one window to the next.") { $0.window.stride = $1 },
    .optional("pad", .padding, 0, "Zeros around the input.", words: ParameterType<Padding>.words) {
      $0.window.padding = $1
    },
    .optional("ceil", .flag, false, "Round up, so that a last window may hang over the end.") {
      $0.window.ceil = $1
    },
    .optional("countpad", .flag, false, "Count the padding in the mean, as PyTorch does by default.") {
      $0.countsPadding = $1
    },
  ]
  public static let examples = [
    Example("avgpool 2x2", "28x28x6", "14x14x6"),
    Example("avgpool 3x3, stride 1, pad same", "35x35x192", "35x35x192"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    .pool(.average, try window.resolved(on: input), ceil: window.ceil, countsPadding: countsPadding)
  }
}

/// What the two pools share.
struct PoolWindow: Sendable {
  var kernel = Axes(all: 1)
  /// That of the kernel unless given.
  var stride: Axes?
  var padding = Padding.valid
  var dilation = Axes(all: 1)
  var ceil = false

  static let shapeRule =
    "floor((n + padding - reach) / stride) + 1 on every axis; `ceil` rounds up while the last window starts inside"

  func resolved(on input: Shape) throws(LayerError) -> Window {
    try input.requireSpatial()
    // Half of the kernel itself, however far it is dilated: PyTorch's rule.
    if case .amounts(let before, let after) = padding {
      for axis in 0..<Int(input.rank) {
        let pad = max(before[axis], after[axis])
        if pad > kernel[axis] / 2 { throw LayerError(.poolPadding(pad, kernel: kernel[axis]), parameter: "pad") }
      }
    }
    return try Window(
      kernel: kernel, stride: stride ?? kernel, dilation: dilation, padding: padding, input: input)
  }
}

/// `globalmaxpool`
public struct GlobalMaxPool: Layer {
  var keep = false

  public init() {}

  public static let name = "globalmaxpool"
  public static let family = Family.pooling
  public static let summary = "Takes the largest value of each map."
  public static let shapeRule = "a vector of the channels; with `keep` a map of one cell"
  public static let parameters: [Parameter<GlobalMaxPool>] = [
    .optional("keep", .flag, false, "Keep the spatial axes, each of extent 1.") { $0.keep = $1 }
  ]
  public static let examples = [Example("globalmaxpool", "7x7x512", "512")]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .globalPool(.max, keepsAxes: keep)
  }
}

/// `globalavgpool`
public struct GlobalAveragePool: Layer {
  var keep = false

  public init() {}

  public static let name = "globalavgpool"
  public static let family = Family.pooling
  public static let summary = "Takes the mean of each map (Lin, Chen and Yan, \"Network in Network\", 2013)."
  public static let shapeRule = "a vector of the channels; with `keep` a map of one cell"
  public static let parameters: [Parameter<GlobalAveragePool>] = [
    .optional("keep", .flag, false, "Keep the spatial axes, each of extent 1.") { $0.keep = $1 }
  ]
  public static let examples = [
    Example("globalavgpool", "7x7x2048", "2048"),
    Example("globalavgpool keep", "28x28x72", "1x1x72"),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    return .globalPool(.average, keepsAxes: keep)
  }
}

/// `adaptivemaxpool 6x6`
public struct AdaptiveMaxPool: Layer {
  var size = OpenAxes(extents: [])

  public init() {}

  public static let name = "adaptivemaxpool"
  public static let family = Family.pooling
  public static let summary = "Takes maxima of as many windows as asked for, spread evenly over the input."
  public static let shapeRule = AdaptivePool.shapeRule
  public static let parameters: [Parameter<AdaptiveMaxPool>] = [
    .required("size", .size, "Spatial extents of the output.") { $0.size = $1 }
  ]
  public static let examples = [Example("adaptivemaxpool 6x6", "13x13x256", "6x6x256")]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? { size.extents[axis].change }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    .adaptivePool(.max, size: try AdaptivePool.size(size, on: input))
  }
}

/// `adaptiveavgpool 7x7`
public struct AdaptiveAveragePool: Layer {
  var size = OpenAxes(extents: [])

  public init() {}

  public static let name = "adaptiveavgpool"
  public static let family = Family.pooling
  public static let summary = "Takes means of as many windows as asked for, spread evenly over the input."
  public static let shapeRule = AdaptivePool.shapeRule
  public static let parameters: [Parameter<AdaptiveAveragePool>] = [
    .required("size", .size, "Spatial extents of the output.") { $0.size = $1 }
  ]
  public static let examples = [
    Example("adaptiveavgpool 7x7", "7x7x512", "7x7x512"),
    Example("adaptiveavgpool [6, _]", "13x9x4", "6x9x4"),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? { size.extents[axis].change }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    .adaptivePool(.average, size: try AdaptivePool.size(size, on: input))
  }
}

/// What the two adaptive pools share: window i of m reads cells floor(i * n / m) up to ceil((i + 1) * n / m), as PyTorch
/// lays them.
enum AdaptivePool {
  static let shapeRule = "the size asked for, `_` keeps an extent"

  static func size(_ size: OpenAxes, on input: Shape) throws(LayerError) -> Axes {
    try input.requireSpatial()
    var axes = Axes(all: 1)
    for axis in 0..<Int(input.rank) { axes[axis] = size.extents[axis].extent(of: input.spatial[axis]) }
    return axes
  }
}
