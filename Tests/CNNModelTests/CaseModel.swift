import CNNLayers

/// A case of the reference as a model of the language: its inputs, and the stages of its one line.
struct CaseModel {
  var inputs: [[Int]]
  var stages: [String]
  /// The case's result as the model gives it, where that is not channels last.
  var out: [Int]?
  var departure: Departure?

  /// Where the language and the framework part on purpose; everything else must agree.
  enum Departure: String, CaseIterable {
    /// Patches as columns and back are no layers of the language.
    case foldsAndUnfolds
    /// Statistics over height and width without the channels.
    case normalizedPlanes
    /// PyTorch does not work out `same` for a stride; here it is ceil(n / stride) cells.
    case sameWithStride
    /// Keras does not stride and dilate at once; here both follow one formula.
    case strideWithDilation
    /// PyTorch's pad crops when it is negative; here that is an error which offers `crop`.
    case croppingPads
    /// PyTorch holds the kernel of a three-dimensional mean against the input without its padding; here pools of any rank
    /// follow one formula.
    case averagePool3D
  }

  private let row: ReferenceCase
  private var attributes: ReferenceCase.Attributes { row.attributes }

  /// Nil for an operation that the list below does not know.
  init?(_ row: ReferenceCase) {
    self.row = row
    inputs = [row.input]
    stages = []
    switch row.errorClass {
    case "same_with_stride": departure = .sameWithStride
    case "stride_with_dilation": departure = .strideWithDilation
    case "input_smaller_than_kernel": departure = row.also.isEmpty ? .averagePool3D : nil
    default: departure = nil
    }
    switch row.op {
    case "conv1d", "conv2d", "conv3d": convolution()
    case "depthwise_conv2d": stages = [depthwise(bias: attributes.bias)]
    case "separable_conv2d":
      stages = [depthwise(bias: false), call("conv", number(attributes.filters), "1x1", bias(attributes.bias))]
    case "conv_transpose1d", "conv_transpose2d", "conv_transpose3d": transposedConvolution()
    case "max_pool1d", "max_pool2d", "max_pool3d": stages = [pool("maxpool")]
    case "avg_pool1d", "avg_pool2d", "avg_pool3d": stages = [pool("avgpool")]
    case "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d": stages = [adaptive("adaptivemaxpool")]
    case "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d": stages = [adaptive("adaptiveavgpool")]
    case "interpolate2d", "upsample2d": resampling()
    case "pixel_shuffle": stages = [call("pixelshuffle", number(attributes.factor?.first))]
    case "pixel_unshuffle": stages = [call("pixelunshuffle", number(attributes.factor?.first))]
    case "pad2d": padding()
    case "crop2d": stages = [call("crop", list(attributes.crop))]
    case "linear":
      inputs = [row.inputs[0]]
      stages = [call("dense", number(attributes.filters), bias(attributes.bias))]
    case "batchnorm2d": stages = ["batchnorm"]
    case "groupnorm": stages = [call("groupnorm", number(attributes.groups))]
    case "layernorm": layerNormalization()
    case "flatten":
      stages = ["flatten"]
      out = row.out
    case "add":
      inputs = row.inputs.map(row.channelsLast)
      stages = ["from a", "add b"]
    case "concat": concatenation()
    case "unfold2d", "fold2d": departure = .foldsAndUnfolds
    default: return nil
    }
    if row.errorClass == "channel_mismatch" || row.errorClass == "features_mismatch", let wanted = attributes.inChannels
    {
      let open = String(repeating: "_x", count: inputs[0].count - 1)
      stages.insert("identity -> \(open)\(wanted)", at: 0)
    }
  }

  /// The model's text. Further inputs are called `b`, `c`, `d`.
  func text(name: String) -> String {
    let names = inputs.count == 1 ? [""] : ["a", "b", "c", "d"]
    let declarations = zip(names, inputs).map { "  input \($0) \(Self.shape($1))\n" }
    return "model \(name) {\n\(declarations.joined())  \(stages.joined(separator: " | "))\n}\n"
  }

  // MARK: Operations

  private mutating func convolution() {
    let window = [
      number(attributes.filters), axes(attributes.kernel), named("stride", axes(attributes.stride)),
      named("dilation", axes(attributes.dilation)), named("groups", number(attributes.groups)), bias(attributes.bias),
    ]
    guard let mode = attributes.paddingMode, mode != "zeros", case .amounts(let amounts)? = attributes.padding else {
      stages = [call("conv", window + [padArgument])]
      return
    }
    stages = [call("\(mode)pad", list(amounts)), call("conv", window)]
  }

  private func depthwise(bias isOn: Bool?) -> String {
    call(
      "depthwise", axes(attributes.kernel), named("multiplier", number(attributes.multiplier)),
      named("stride", axes(attributes.stride)), padArgument, named("dilation", axes(attributes.dilation)), bias(isOn))
  }

  /// Keras adds what a stride beyond the kernel leaves over, and cuts half the kernel from both sides of `same` where it
  /// is given an output padding. Both are amounts here.
  private mutating func transposedConvolution() {
    var pad = padArgument
    var extra = named("outputpad", axes(attributes.outputPadding))
    if row.framework == .keras, case .word(let word)? = attributes.padding, let kernel = attributes.kernel,
      let stride = attributes.stride, let dilation = attributes.dilation
    {
      let given = attributes.outputPadding
      if word == "valid", given == nil {
        let reach = zip(kernel, dilation).map { ($0 - 1) * $1 + 1 }
        extra = named("outputpad", list(zip(stride, reach).map { max($0 - $1, 0) }))
      } else if word == "same", let given, row.errorClass == nil {
        let cut = zip(kernel, given).map { $0 / 2 * 2 - $1 }
        pad = named("pad", list(cut.flatMap { [max($0, 0) / 2, max($0, 0) - max($0, 0) / 2] }))
        extra = named("outputpad", list(cut.map { max(-$0, 0) }))
      }
    }
    stages = [
      call(
        "convtranspose", number(attributes.filters), axes(attributes.kernel), named("stride", axes(attributes.stride)),
        pad, extra, named("dilation", axes(attributes.dilation)), named("groups", number(attributes.groups)),
        bias(attributes.bias))
    ]
  }

  private func pool(_ name: String) -> String {
    call(
      name, axes(attributes.kernel), named("stride", axes(attributes.stride)), padArgument,
      named("dilation", axes(attributes.dilation)), attributes.ceil == true ? "ceil" : nil,
      attributes.countsPadding == true ? "countpad" : nil)
  }

  private func adaptive(_ name: String) -> String {
    call(name, attributes.outputSize.map { "[\($0.map { $0.map(String.init) ?? "_" }.joined(separator: ", "))]" })
  }

  /// The exact variant of nearest neighbours has no word of its own: its sizes are those of `nearest`.
  private mutating func resampling() {
    let mode = attributes.mode.map { $0 == "nearest-exact" ? "nearest" : $0 }
    let corners = attributes.alignsCorners.map { "aligncorners \($0 ? "on" : "off")" }
    let factors = attributes.scale?.map { $0 == 1.0 / 3 ? "1 / 3" : "\($0)" } ?? attributes.factor?.map(String.init)
    let factor = factors.map { "[\($0.joined(separator: ", "))]" }
    if attributes.size != nil || factor == nil {
      stages = [call("resize", list(attributes.size), named("factor", factor), named("mode", mode), corners)]
    } else {
      stages = [call("upsample", factor, named("mode", mode), corners)]
    }
  }

  private mutating func padding() {
    let mode = attributes.mode == "constant" || attributes.mode == nil ? "zero" : attributes.mode
    stages = [call("\(mode ?? "")pad", list(attributes.pad))]
    if row.errorClass == nil, let pad = attributes.pad, pad.contains(where: { $0 < 0 }) { departure = .croppingPads }
  }

  /// Over all axes it is the whole map; over the last axis it is the channels of a map written in PyTorch's own order.
  private mutating func layerNormalization() {
    let shape = row.inputs[0]
    guard let normalized = attributes.normalized else { return }
    switch normalized.count {
    case shape.count:
      stages = ["layernorm whole"]
      if row.errorClass != nil { stages.insert("identity -> \(Self.shape(row.channelsLast(normalized)))", at: 0) }
    case 1:
      inputs = [shape]
      out = row.out
      stages = ["layernorm"]
      if row.errorClass != nil { stages.insert("identity -> _x_x\(normalized[0])", at: 0) }
    default: departure = .normalizedPlanes
    }
  }

  /// Tensors are joined along their last axis, so the case's axis is written last.
  private mutating func concatenation() {
    guard let axis = attributes.axis else { return }
    func last(_ shape: [Int]) -> [Int] {
      shape.enumerated().filter { $0.offset != axis }.map(\.element) + [shape[axis]]
    }
    inputs = row.inputs.map(last)
    out = row.out.map(last)
    stages = ["from a", "concat " + ["b", "c", "d"].prefix(inputs.count - 1).joined(separator: ", ")]
  }

  // MARK: Arguments

  private var padArgument: String? {
    switch attributes.padding {
    case nil: nil
    case .word(let word): "pad \(word)"
    case .amounts(let amounts): named("pad", list(amounts))
    }
  }

  private func call(_ name: String, _ arguments: String?...) -> String { call(name, arguments) }

  private func call(_ name: String, _ arguments: [String?]) -> String {
    let given = arguments.compactMap { $0 }
    return given.isEmpty ? name : "\(name) \(given.joined(separator: ", "))"
  }

  private func named(_ name: String, _ value: String?) -> String? { value.map { "\(name) \($0)" } }
  private func number(_ value: Int?) -> String? { value.map(String.init) }
  private func list(_ values: [Int]?) -> String? { values.map { "[\($0.map(String.init).joined(separator: ", "))]" } }
  private func bias(_ isOn: Bool?) -> String? { isOn.map { $0 ? "bias on" : "bias off" } }

  /// `3`, `3x5` or `[0, 3]`, whichever is the shortest that can be written.
  private func axes(_ values: [Int]?) -> String? {
    guard let values, let first = values.first else { return nil }
    if values.allSatisfy({ $0 == first }), first > 0 { return String(first) }
    return values.count > 1 && values.allSatisfy { $0 > 0 } ? Self.shape(values) : list(values)
  }

  private static func shape(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "x") }
}
