import CNNLayers
import CNNModel

/// A layer as the engine has it: its type, and what it is made with.
struct LayerCode {
  /// `Convolution`
  let type: String
  /// The arguments of its initialiser, but for the site.
  let arguments: [String]
  /// Whether it has parameters, which loading and training change.
  let isWeighted: Bool
  /// Whether its weights begin as random numbers.
  let isRandom: Bool
  /// Whether making it can fail.
  let canThrow: Bool
  let call: Call

  /// How it is made, but for its site: equal for layers of which one can stand for the other.
  var making: String { "\(type)(\(arguments.joined(separator: ", ")))" }

  /// How it is given its inputs.
  enum Call: Hashable {
    case single
    /// All of them in a list.
    case list
    /// One, and another for its extents.
    case like(TensorID)
  }

  private init(
    _ type: String, _ arguments: [String] = [], isWeighted: Bool = false, isRandom: Bool = false,
    canThrow: Bool = false,
    call: Call = .single
  ) {
    self.type = type
    self.arguments = arguments
    self.isWeighted = isWeighted
    self.isRandom = isRandom
    self.canThrow = canThrow
    self.call = call
  }

  /// - Parameters:
  ///   - input: The shape of the first input.
  ///   - feedsRelu: Whether what it gives goes through a ReLU.
  ///   - fit: What its extents follow, where they depend on the size of the network's input.
  ///   - order: What was flattened into its input.
  /// - Returns: Nil for an input, which is no layer.
  init?(_ operation: CNNLayers.Operation, input: Shape, feedsRelu: Bool, fit: ExtentFit?, order: [Shape]) {
    let rank = Int(input.rank)
    let channels = String(input.channels)
    let flattened =
      order.isEmpty ? [] : ["flattened: [\(order.map { SwiftText.list($0.extents) }.joined(separator: ", "))]"]
    let random = (feedsRelu ? ["initializer: .he"] : []) + ["using: &generator"]
    switch operation {
    case .convolution(let window, let filters, let groups, let bias):
      let sliding = "window: \(Self.text(window, rank: rank, isFitted: fit != nil))"
      let shape = Self.kernel(channels, filters, sliding, groups, bias)
      self.init("Convolution", shape + random, isWeighted: true, isRandom: true, canThrow: true)
    case .transposedConvolution(let window, let filters, let groups, let bias):
      let sliding = "window: \(Self.text(window, rank: rank, isFitted: false))"
      let shape = Self.kernel(channels, filters, sliding, groups, bias)
      self.init("TransposedConvolution", shape + random, isWeighted: true, isRandom: true, canThrow: true)
    case .localConvolution(let window, let filters, let bias):
      let sliding = "window: \(Self.text(window, rank: rank, isFitted: false))"
      let shape = ["\(SwiftText.list(input.extents))", "filters: \(filters)", sliding] + (bias ? [] : ["bias: false"])
      self.init("LocalConvolution", shape + random, isWeighted: true, isRandom: true, canThrow: true)
    case .dense(let units, let bias):
      let shape = [channels, "units: \(units)"] + (bias ? [] : ["bias: false"])
      self.init("Dense", shape + flattened + random, isWeighted: true, isRandom: true, canThrow: true)
    case .pool(let kind, let window, let ceil, let countsPadding):
      let sliding = "window: \(Self.text(window, rank: rank, isFitted: fit != nil))"
      let flags = (ceil ? ["ceil: true"] : []) + (countsPadding ? ["countsPadding: true"] : [])
      self.init("Pool", [".\(kind.rawValue)", sliding] + flags, canThrow: true)
    case .globalPool(let kind, let keepsAxes):
      self.init("GlobalPool", [".\(kind.rawValue)"] + (keepsAxes ? ["keepsAxes: true"] : []))
    case .adaptivePool(let kind, let size):
      if let fit {
        self.init(fit, ".pool(.\(kind.rawValue))")
      } else {
        self.init("AdaptivePool", [".\(kind.rawValue)", "size: \(SwiftText.list(size.array(rank: rank)))"])
      }
    case .normalization(let normalization):
      self.init("Normalization", Self.arguments(normalization, input) + flattened, isWeighted: true, canThrow: true)
    case .localResponseNormalization(let size, let alpha, let beta, let k):
      let numbers = [("alpha", alpha), ("beta", beta), ("k", k)].map { "\($0): \(SwiftText.float($1))" }
      self.init("LocalResponseNormalization", ["size: \(size)"] + numbers)
    case .activation(let function): self.init(function, input, flattened)
    case .gatedLinear: self.init("GatedLinear")
    case .softmax(let logarithm, let axes):
      self.init("Softmax", (logarithm ? ["logarithm: true"] : []) + Self.over(axes, rank))
    case .unitNorm(let axes, let epsilon):
      let least = SwiftText.float(epsilon)
      self.init(
        "UnitNormalization", Self.over(axes, rank) + (least == SwiftText.float(1e-12) ? [] : ["epsilon: \(least)"]))
    case .reduce(let kind, let axes):
      self.init("Reduce", [".\(kind.rawValue)", "over: \(Self.text(axes, rank))"])
    case .unpool(let window, let ceil):
      let sliding = "window: \(Self.text(window, rank: rank, isFitted: fit != nil))"
      self.init("MaxUnpool", [sliding] + (ceil ? ["ceil: true"] : []), canThrow: true, call: .list)
    case .attention(let heads, let scaled):
      self.init(
        "Attention", (heads == 1 ? [] : ["heads: \(heads)"]) + (scaled ? [] : ["scaled: false"]), call: .list)
    case .recurrent(let recurrent):
      let flags =
        (recurrent.both ? ["both: true"] : []) + (recurrent.biases == 2 ? [] : ["biases: \(recurrent.biases)"])
        + (recurrent.last ? ["last: true"] : [])
      self.init(
        "Recurrent", [".\(recurrent.kind.rawValue)", channels, "units: \(recurrent.units)"] + flags + random,
        isWeighted: true, isRandom: true, canThrow: true)
    case .learned(let shape, let initial):
      let numbers = [("initial", initial.mean), ("deviation", initial.deviation)].filter { $0.1 != 0 }
      self.init(
        "Learned",
        [SwiftText.list(shape.extents)] + numbers.map { "\($0): \(SwiftText.float($1))" } + ["using: &generator"],
        isWeighted: true, isRandom: true, canThrow: true)
    case .coordinates: self.init("Coordinates")
    case .noise: self.init("Noise")
    case .dropout(let kind, let rate): self.init("Dropout", [".\(kind.rawValue)", "rate: \(SwiftText.float(rate))"])
    case .scale(let initial):
      let arguments = ["channels: \(channels)", "initial: \(SwiftText.float(initial))"]
      self.init("Scale", arguments + flattened, isWeighted: true, canThrow: true)
    case .input: return nil
    case .flatten: self.init("Flatten")
    case .reshape(let shape):
      let extents = fit.map { "[\($0.extents.map(\.text).joined(separator: ", "))]" }
      self.init("Reshape", [extents ?? SwiftText.list(shape.extents)])
    case .permute(let permutation):
      self.init("Permute", ["[" + permutation.order.map(String.init).joined(separator: ", ") + "]"], canThrow: true)
    case .concatenate(let axis): self.init("Concatenate", Self.over(AxisSet(axis), rank), call: .list)
    case .elementwise(let operation, let constants):
      let numbers = constants.map { ".init(\(SwiftText.float($0.value)), at: \($0.position))" }
      self.init(
        "Elementwise",
        [".\(operation.rawValue)"] + (numbers.isEmpty ? [] : ["constants: [\(numbers.joined(separator: ", "))]"]),
        call: .list)
    case .resize(let mode, let alignsCorners, let size):
      let corners = alignsCorners ? ["alignsCorners: true"] : []
      if let fit {
        self.init(fit, ".resize(.\(mode.rawValue), alignsCorners: \(alignsCorners))")
      } else {
        self.init("Resize", [".\(mode.rawValue)", "size: \(SwiftText.list(size.array(rank: rank)))"] + corners)
      }
    case .pixelShuffle(let factor): self.init("PixelShuffle", ["factor: \(factor)"])
    case .pixelUnshuffle(let factor): self.init("PixelUnshuffle", ["factor: \(factor)"])
    case .channelShuffle(let groups): self.init("ChannelShuffle", ["groups: \(groups)"])
    case .pad(let kind, let before, let after):
      self.init("Pad", [".\(kind.rawValue)"] + Self.sides(before, after, rank))
    case .crop(let before, let after):
      if let fit { self.init(fit, ".crop") } else { self.init("Crop", Self.sides(before, after, rank)) }
    case .slice(let axis, let start, let count):
      self.init("Slice", ["start: \(start)", "count: \(count)"] + Self.over(AxisSet(axis), rank))
    }
  }

  private init(_ fit: ExtentFit, _ operation: String) {
    let extents = fit.extents.map(\.text).joined(separator: ", ")
    self.init("Fit", [operation, "to: [\(extents)]"], call: fit.other.map { .like($0) } ?? .single)
  }

  private static func kernel(
    _ channels: String, _ filters: Int32, _ window: String, _ groups: Int32, _ bias: Bool
  ) -> [String] {
    [channels, "filters: \(filters)", window] + (groups == 1 ? [] : ["groups: \(groups)"])
      + (bias ? [] : ["bias: false"])
  }

  /// Nothing for the channels, which axes are unless others are named.
  private static func over(_ axes: AxisSet, _ rank: Int) -> [String] {
    axes == .channels ? [] : ["over: \(text(axes, rank))"]
  }

  /// `.cells`, `[.height, .channels]`
  private static func text(_ axes: AxisSet, _ rank: Int) -> String {
    let names = axes.names(rank: rank).map { ".\($0)" }
    return names.count == 1 ? names[0] : "[\(names.joined(separator: ", "))]"
  }

  private static func sides(_ before: Axes, _ after: Axes, _ rank: Int) -> [String] {
    ["before: \(SwiftText.list(before.array(rank: rank)))", "after: \(SwiftText.list(after.array(rank: rank)))"]
  }

  /// `Window([3, 3], stride: [2, 2], before: [1, 1])`
  private static func text(_ window: Window, rank: Int, isFitted: Bool) -> String {
    let kernel = SwiftText.list(window.kernel.array(rank: rank))
    var arguments = [isFitted ? "same: \(kernel)" : kernel]
    func add(_ name: String, _ axes: Axes, unless usual: Int32) {
      let values = axes.array(rank: rank)
      if values.contains(where: { $0 != usual }) { arguments.append("\(name): \(SwiftText.list(values))") }
    }
    add("stride", window.stride, unless: 1)
    add("dilation", window.dilation, unless: 1)
    if !isFitted {
      let (before, after) = (window.before.array(rank: rank), window.after.array(rank: rank))
      if (before + after).contains(where: { $0 != 0 }) { arguments.append("before: \(SwiftText.list(before))") }
      if before != after { arguments.append("after: \(SwiftText.list(after))") }
    }
    return "Window(\(arguments.joined(separator: ", ")))"
  }

  private static func arguments(_ normalization: Normalization, _ input: Shape) -> [String] {
    let kind: String
    switch normalization.kind {
    case .batch(let momentum): kind = ".batch(momentum: \(SwiftText.float(momentum)))"
    case .instance: kind = ".instance"
    case .group(let groups): kind = ".group(\(groups))"
    case .layer(whole: false): kind = ".layer"
    case .layer(whole: true): kind = ".layerOverAll(extents: \(SwiftText.list(input.extents)))"
    }
    let epsilon = SwiftText.float(normalization.epsilon)
    return [kind, "channels: \(input.channels)"] + (epsilon == SwiftText.float(1e-5) ? [] : ["epsilon: \(epsilon)"])
      + (normalization.scale ? [] : ["scale: false"]) + (normalization.shift ? [] : ["shift: false"])
  }

  private init(_ function: Activation, _ input: Shape, _ flattened: [String]) {
    let name: String
    switch function {
    case .prelu(let initial, let shared):
      let arguments = ["slopes: \(shared ? 1 : input.channels)", "initial: \(SwiftText.float(initial))"]
      let axes = input.isVector ? [] : ["spatialRank: \(input.rank)"]
      self.init("ParametricRelu", arguments + axes + (shared ? [] : flattened), isWeighted: true, canThrow: true)
      return
    case .leakyRelu(let slope): name = "leakyRelu(slope: \(SwiftText.float(slope)))"
    case .elu(let alpha): name = "elu(alpha: \(SwiftText.float(alpha)))"
    case .celu(let alpha): name = "celu(alpha: \(SwiftText.float(alpha)))"
    case .gelu(let tanh): name = "gelu(tanh: \(tanh))"
    case .relu: name = "relu"
    case .relu6: name = "relu6"
    case .selu: name = "selu"
    case .silu: name = "silu"
    case .mish: name = "mish"
    case .sigmoid: name = "sigmoid"
    case .hardSigmoid: name = "hardSigmoid"
    case .hardSwish: name = "hardSwish"
    case .tanh: name = "tanh"
    case .softplus: name = "softplus"
    case .exp: name = "exp"
    case .log: name = "log"
    case .sqrt: name = "sqrt"
    case .abs: name = "abs"
    case .square: name = "square"
    case .reciprocal: name = "reciprocal"
    case .softSign: name = "softSign"
    case .clip(let low, let high): name = "clip(low: \(SwiftText.float(low)), high: \(SwiftText.float(high)))"
    case .hardTanh(let low, let high):
      name = "hardTanh(low: \(SwiftText.float(low)), high: \(SwiftText.float(high)))"
    case .softShrink(let threshold): name = "softShrink(threshold: \(SwiftText.float(threshold)))"
    }
    self.init("Activation", ["." + name])
  }
}

/// What the extents of a layer's output follow, in a network that takes inputs of several sizes.
struct ExtentFit {
  enum Extent {
    case kept
    case cells(Int32)
    case number(Int32)
    case scaled(by: Int64, over: Int64)
    case like
    /// What the number of elements leaves: of a `reshape`.
    case open

    var text: String {
      switch self {
      case .kept: ".kept"
      case .cells(let count): ".cells(\(count))"
      case .number(let count): "\(count)"
      case .scaled(let factor, let divisor): ".scaled(by: \(factor), over: \(divisor))"
      case .like: ".like"
      case .open: "nil"
      }
    }
  }

  /// The extents of a `reshape`, channels among them; one is open.
  init(reshape extents: [Extent]) {
    self.init(extents: extents, other: nil)
  }

  init(extents: [Extent], other: TensorID?) {
    self.extents = extents
    self.other = other
  }

  let extents: [Extent]
  /// The tensor that some of them are like.
  let other: TensorID?
}
