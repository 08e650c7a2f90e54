/// `conv 64, 3x3, pad same`
public struct Convolution: Layer {
  var filters: Int32 = 1
  var kernel = Axes(all: 1)
  var stride = Axes(all: 1)
  var padding = Padding.valid
  var dilation = Axes(all: 1)
  var groups: Int32 = 1
  var bias = true

  public init() {}

  public static let name = "conv"
  public static let family = Family.convolution
  public static let summary = "Slides filters over the input, each as deep as the channels of its group."
  public static let shapeRule =
    "floor((n + padding - reach) / stride) + 1 on every axis, reach = dilation * (kernel - 1) + 1; channels = filters"
  public static let isWeighted = true
  public static let parameters: [Parameter<Convolution>] = [
    .required("filters", .count, "How many filters, and so channels of the output.") { $0.filters = $1 },
    .required("kernel", .extent, "Extent of a filter.") { $0.kernel = $1 },
    .optional("stride", .extent, 1, "Cells from one position of the filter to the next.") { $0.stride = $1 },
    .optional("pad", .padding, 0, "Zeros around the input.", words: ParameterType<Padding>.words) { $0.padding = $1 },
    .optional("dilation", .extent, 1, "Cells from one element of the filter to the next.") { $0.dilation = $1 },
    .optional("groups", .count, 1, "Parts into which channels and filters are split.") { $0.groups = $1 },
    .optional("bias", .flag, true, "A learned number added to each map.") { $0.bias = $1 },
  ]
  public static let examples = [
    Example("conv 32, 5x5, pad same", "28x28x1", "28x28x32", parameters: 832),
    Example("conv 96, 11x11, stride 4", "227x227x3", "55x55x96", parameters: 34_944),
    Example("conv 256, 5x5, pad 2, groups 2", "27x27x96", "27x27x256", parameters: 307_456),
    Example("conv 16, 9, pad causal", "16000x1", "16000x16", parameters: 160),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    try input.requireGroups(groups, filters: filters)
    let window = try Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, input: input)
    return .convolution(window, filters: filters, groups: groups, bias: bias)
  }
}

/// `depthwise 3x3, stride 2, pad 1`
public struct DepthwiseConvolution: Layer {
  var kernel = Axes(all: 1)
  var multiplier: Int32 = 1
  var stride = Axes(all: 1)
  var padding = Padding.valid
  var dilation = Axes(all: 1)
  var bias = true

  public init() {}

  public static let name = "depthwise"
  public static let family = Family.convolution
  public static let summary = "Slides filters of its own over each channel by itself."
  public static let shapeRule = "as `conv`; channels = input channels * multiplier"
  public static let isWeighted = true
  public static let parameters: [Parameter<DepthwiseConvolution>] = [
    .required("kernel", .extent, "Extent of a filter.") { $0.kernel = $1 },
    .optional("multiplier", .count, 1, "Filters for each channel.") { $0.multiplier = $1 },
    .optional("stride", .extent, 1, "Cells from one position of the filter to the next.") { $0.stride = $1 },
    .optional("pad", .padding, 0, "Zeros around the input.", words: ParameterType<Padding>.words) { $0.padding = $1 },
    .optional("dilation", .extent, 1, "Cells from one element of the filter to the next.") { $0.dilation = $1 },
    .optional("bias", .flag, true, "A learned number added to each map.") { $0.bias = $1 },
  ]
  public static let examples = [
    Example("depthwise 3x3, stride 2, pad 1, bias off", "112x112x64", "56x56x64", parameters: 576),
    Example("depthwise 5x5, multiplier 2, pad same", "28x28x32", "28x28x64", parameters: 1664),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    let (filters, overflow) = input.channels.multipliedReportingOverflow(by: multiplier)
    guard !overflow else {
      throw LayerError(
        .tensorTooLarge(extents: [Int64(input.channels) * Int64(multiplier)]), parameter: "multiplier")
    }
    let window = try Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, input: input)
    return .convolution(window, filters: filters, groups: input.channels, bias: bias)
  }
}

/// `convtranspose 64, 2x2, stride 2`
public struct TransposedConvolution: Layer {
  var filters: Int32 = 1
  var kernel = Axes(all: 1)
  var stride = Axes(all: 1)
  var padding = Padding.valid
  var outputPadding = Axes(all: 0)
  var dilation = Axes(all: 1)
  var groups: Int32 = 1
  var bias = true

  public init() {}

  public static let name = "convtranspose"
  public static let family = Family.convolution
  public static let summary = "The gradient of a convolution as a layer: it spreads each cell by a filter."
  public static let shapeRule =
    "(n - 1) * stride + reach - padding + outputpad on every axis; n * stride with `pad same`; channels = filters"
  public static let isWeighted = true
  public static let parameters: [Parameter<TransposedConvolution>] = [
    .required("filters", .count, "How many filters, and so channels of the output.") { $0.filters = $1 },
    .required("kernel", .extent, "Extent of a filter.") { $0.kernel = $1 },
    .optional("stride", .extent, 1, "Cells of the output from one cell of the input to the next.") { $0.stride = $1 },
    .optional("pad", .padding, 0, "Cells cut from the output's sides.", words: ParameterType<Padding>.words) {
      $0.padding = $1
    },
    .optional("outputpad", .amount, 0, "Cells added at the output's bottom and right.") { $0.outputPadding = $1 },
    .optional("dilation", .extent, 1, "Cells from one element of the filter to the next.") { $0.dilation = $1 },
    .optional("groups", .count, 1, "Parts into which channels and filters are split.") { $0.groups = $1 },
    .optional("bias", .flag, true, "A learned number added to each map.") { $0.bias = $1 },
  ]
  public static let examples = [
    Example("convtranspose 512, 2x2, stride 2", "28x28x1024", "56x56x512", parameters: 2_097_664),
    Example("convtranspose 16, 3x3, stride 2, pad 1, outputpad 1", "14x14x32", "28x28x16", parameters: 4624),
    Example("convtranspose 8, 4x4, stride 2, pad same", "7x7x16", "14x14x8", parameters: 2056),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    try input.requireGroups(groups, filters: filters)
    for axis in 0..<Int(input.rank) where outputPadding[axis] >= max(stride[axis], dilation[axis]) {
      throw LayerError(
        .outputPadding(outputPadding[axis], stride: stride[axis], dilation: dilation[axis]), parameter: "outputpad")
    }
    return .transposedConvolution(try window(on: input), filters: filters, groups: groups, bias: bias)
  }

  private func window(on input: Shape) throws(LayerError) -> Window {
    guard padding == .same else {
      var window = try Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, input: input)
      for axis in 0..<Int(input.rank) { window.after[axis] -= outputPadding[axis] }
      return window
    }
    guard (0..<Int(input.rank)).allSatisfy({ outputPadding[$0] == 0 }) else {
      throw LayerError(.excludeEachOther(["pad same", "outputpad"]), parameter: "outputpad")
    }
    var window = Window(
      kernel: kernel, stride: stride, dilation: dilation, before: Axes(all: 0), after: Axes(all: 0))
    for axis in 0..<Int(input.rank) {
      // What the window spreads beyond the stride is cut; where it spreads less, empty cells follow.
      let surplus = window.reach(axis) - Int64(stride[axis])
      guard surplus <= Int32.max else {
        throw LayerError(.aboveMaximum(Int64(Int32.max), found: .number(Rational(surplus))), parameter: "kernel")
      }
      window.before[axis] = Int32(max(surplus, 0) / 2)
      window.after[axis] = Int32(surplus) - window.before[axis]
    }
    return window
  }
}

/// `localconv 64, 3x3`
public struct LocalConvolution: Layer {
  var filters: Int32 = 1
  var kernel = Axes(all: 1)
  var stride = Axes(all: 1)
  var padding = Padding.valid
  var dilation = Axes(all: 1)
  var bias = true

  public init() {}

  public static let name = "localconv"
  public static let family = Family.convolution
  public static let summary =
    "A convolution that shares nothing: each cell of the output has filters and biases of its own."
  public static let shapeRule = "as `conv`"
  public static let isWeighted = true
  public static let parameters: [Parameter<LocalConvolution>] = [
    .required("filters", .count, "How many filters a cell has, and so channels of the output.") { $0.filters = $1 },
    .required("kernel", .extent, "Extent of a filter.") { $0.kernel = $1 },
    .optional("stride", .extent, 1, "Cells from one position of the filter to the next.") { $0.stride = $1 },
    .optional("pad", .padding, 0, "Zeros around the input.", words: ParameterType<Padding>.words) { $0.padding = $1 },
    .optional("dilation", .extent, 1, "Cells from one element of the filter to the next.") { $0.dilation = $1 },
    .optional("bias", .flag, true, "A learned number added to each value.") { $0.bias = $1 },
  ]
  public static let examples = [
    Example("localconv 96, 11x11, stride 4", "227x227x3", "55x55x96", parameters: 105_705_600),
    Example("localconv 16, 3x3, pad 1, bias off", "8x8x4", "8x8x16", parameters: 36_864),
  ]

  public static let answersChange = true
  public func change(_ axis: Int) -> ExtentChange? { .needed }

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    try input.requireSpatial()
    let window = try Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding, input: input)
    return .localConvolution(window, filters: filters, bias: bias)
  }
}

extension Shape {
  /// Refuses groups that do not divide the channels and the filters.
  fileprivate func requireGroups(_ groups: Int32, filters: Int32) throws(LayerError) {
    if channels % groups != 0 {
      throw Self.indivisible("input channels", channels, groups, .commonDivisor(with: Int64(filters), "filters"))
    }
    if filters % groups != 0 {
      throw Self.indivisible("filters", filters, groups, .commonDivisor(with: Int64(channels), "input channels"))
    }
  }

  private static func indivisible(
    _ what: String, _ value: Int32, _ groups: Int32, _ remedy: Division
  ) -> LayerError {
    LayerError(
      .notDivisible(what: what, value: Int64(value), by: "groups", divisor: Int64(groups), remedy: remedy),
      parameter: "groups")
  }
}
