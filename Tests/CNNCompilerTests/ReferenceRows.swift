import CNNModel

@testable import CNNLayers

/// A layer of a network, as the program or as a reference file has it.
struct ModelRow {
  var name: String
  var operation: Operation
  /// Positions in the same list.
  var inputs: [Int]
  var inputShapes: [Shape]
  var output: Shape
  var parameters: Int64
  var statistics: Int64
  var multiplyAdds: Int64
  var field: ReceptiveField
}

/// Rows that a framework runs and the language has no layer for, or runs as one where the language has two.
enum FrameworkRow: String, CaseIterable {
  /// PyTorch's maps have their channels first; ConvNeXt's normalisations and linear layers want them last, as the
  /// language's always are.
  case channelsLast
  /// Keras scales the pixels inside of the model.
  case preprocessing
  /// A global pool that keeps its axes and is flattened at once, where `globalavgpool` gives the vector.
  case flattenedPool
  /// A global pool that loses its axes and gets them back at once, where `globalavgpool keep` keeps them.
  case reshapedPool
  /// Keras's `activation` argument, where the language has a layer.
  case activation
}

/// What of a reference file cannot be understood.
struct ReferenceFault: Error {
  let text: String
}

extension ReferenceModel {
  /// The rows of the file as the program must give them, and how many of the framework's own were left out or added.
  func rows() throws -> (rows: [ModelRow], outputs: [Int], framework: [FrameworkRow: Int]) {
    var rows: [ModelRow] = []
    var framework: [FrameworkRow: Int] = [:]
    // Where the output of each layer of the file is found among the rows.
    var positions: [Int: Int] = [:]
    for layer in layers {
      let inputs = try layer.inputs.map { id in
        guard let position = positions[id] else { throw ReferenceFault(text: "\(layer.name) reads the unknown \(id)") }
        return position
      }
      if let kind = frameworkRow(layer, rows, inputs) {
        framework[kind, default: 0] += 1
        positions[layer.id] = inputs[0]
        if kind != .channelsLast, kind != .preprocessing { try mergePool(layer, into: &rows[inputs[0]]) }
        continue
      }
      rows.append(try row(layer, inputs))
      if let activation = layer.attributes["activation"]?.text {
        framework[.activation, default: 0] += 1
        rows.append(try self.activation(activation, after: rows.count - 1, rows))
      }
      positions[layer.id] = rows.count - 1
    }
    return (rows, outputs.compactMap { positions[$0] }, framework)
  }

  private func frameworkRow(_ layer: Layer, _ rows: [ModelRow], _ inputs: [Int]) -> FrameworkRow? {
    switch layer.kind {
    case "permute": return .channelsLast
    case "rescale", "normalize": return .preprocessing
    case "flatten", "reshape":
      guard case .globalPool(_, let keepsAxes) = rows[inputs[0]].operation else { return nil }
      return keepsAxes ? .flattenedPool : .reshapedPool
    default: return nil
    }
  }

  /// A global pool takes the shape that the row behind it gives its output.
  private func mergePool(_ layer: Layer, into row: inout ModelRow) throws {
    row.output = try shape(layer.output, of: layer)
    row.operation = .globalPool(.average, keepsAxes: !row.output.isVector)
  }

  private func row(_ layer: Layer, _ inputs: [Int]) throws -> ModelRow {
    guard let field = Self.receptiveField(layer.field) else { throw ReferenceFault(text: "the field of \(layer.name)") }
    let inputShapes = try layer.inputShapes.map { try shape($0, of: layer) }
    let output = try shape(layer.output, of: layer)
    return ModelRow(
      name: layer.name, operation: try layer.operation(on: inputShapes.first ?? output, giving: output),
      inputs: inputs, inputShapes: inputShapes, output: output,
      parameters: layer.parameters - (layer.notTrained ?? 0),
      statistics: layer.statistics ?? layer.notTrained ?? 0,
      multiplyAdds: layer.multiplyAdds, field: field)
  }

  private func activation(_ name: String, after index: Int, _ rows: [ModelRow]) throws -> ModelRow {
    var row = rows[index]
    guard let operation = Layer.activation(name, [:]) else { throw ReferenceFault(text: "the activation \(name)") }
    row.operation = operation
    row.name += "." + name
    row.inputs = [index]
    row.inputShapes = [row.output]
    (row.parameters, row.statistics, row.multiplyAdds) = (0, 0, 0)
    return row
  }

  private func shape(_ extents: [Int32], of layer: Layer) throws -> Shape {
    let isChannelsFirst = hasChannelsFirst && layer.layout != "HWC"
    let ordered = isChannelsFirst ? Array(extents.dropFirst()) + extents.prefix(1) : extents
    guard let shape = Shape(ordered) else { throw ReferenceFault(text: "the shape of \(layer.name)") }
    return shape
  }
}

extension ReferenceModel.Layer {
  /// What the program has to compute for this row.
  func operation(on input: Shape, giving output: Shape) throws -> Operation {
    let operation: Operation? =
      switch kind {
      case "input": .input
      case "conv2d", "depthwise_conv2d":
        .convolution(try window(), filters: output.channels, groups: whole("groups"), bias: flag("bias"))
      case "conv_transpose2d":
        .transposedConvolution(try window(), filters: output.channels, groups: whole("groups"), bias: flag("bias"))
      // A linear layer on a map is a convolution of 1x1.
      case "linear":
        input.isVector
          ? .dense(units: output.channels, bias: flag("bias"))
          : .convolution(Self.pointwise, filters: output.channels, groups: 1, bias: flag("bias"))
      case "maxpool2d": .pool(.max, try window(), ceil: flag("ceil_mode"), countsPadding: false)
      case "avgpool2d": .pool(.average, try window(), ceil: flag("ceil_mode"), countsPadding: flag("count_include_pad"))
      case "adaptive_avgpool2d": .adaptivePool(.average, size: output.spatial)
      case "global_avgpool": .globalPool(.average, keepsAxes: flag("keepdims"))
      case "batchnorm": .normalization(try batchNormalization())
      case "layernorm":
        .normalization(
          Normalization(kind: .layer(whole: false), epsilon: number("eps"), scale: true, shift: true))
      case "lrn":
        .localResponseNormalization(
          size: whole("size"), alpha: number("alpha"), beta: number("beta"), k: number("k"))
      case "add": .elementwise(.add, constants: [])
      case "mul": .elementwise(.multiply, constants: [])
      case "concat": .concatenate(over: .channels)
      case "flatten": .flatten
      case "reshape": output.isVector ? .flatten : .reshape(output)
      case "pad": try sides("pad").map { .pad(.zero, before: $0.before, after: $0.after) }
      case "crop": try sides("crop").map { .crop(before: $0.before, after: $0.after) }
      case "upsample":
        text("mode").flatMap { ResizeMode(rawValue: $0) }.map {
          .resize(mode: $0, alignsCorners: flag("align_corners"), size: output.spatial)
        }
      // Keras drops the whole of an example by a mask of one value.
      case "dropout": .dropout(attributes["noise_shape"]?.integers == nil ? .elements : .path, rate: number("p"))
      case "stochastic_depth": .dropout(.path, rate: number("p"))
      // The file does not say where the factors begin; the paper does.
      case "layer_scale": .scale(initial: 1e-6)
      default: Self.activation(kind, attributes)
      }
    guard let operation else { throw ReferenceFault(text: "the \(kind) of \(name)") }
    return operation
  }

  static func activation(_ name: String, _ attributes: [String: JSONValue]) -> Operation? {
    switch name {
    case "relu": .activation(.relu)
    case "relu6": .activation(.relu6)
    case "leaky_relu": attributes["slope"]?.number.map { .activation(.leakyRelu(slope: $0)) }
    case "gelu": .activation(.gelu(tanh: attributes["approximate"]?.text != "none"))
    case "silu": .activation(.silu)
    case "sigmoid": .activation(.sigmoid)
    case "tanh": .activation(.tanh)
    case "hardswish": .activation(.hardSwish)
    case "hardsigmoid": .activation(.hardSigmoid)
    case "softmax": .softmax(logarithm: false, over: .channels)
    default: nil
    }
  }

  private static let pointwise = Window(
    kernel: Axes(all: 1), stride: Axes(all: 1), dilation: Axes(all: 1), before: Axes(all: 0), after: Axes(all: 0))

  /// Keras's momentum is the weight of the old value, and it has a factor or not; PyTorch says `affine`.
  private func batchNormalization() throws -> Normalization {
    let isKeras = attributes["center"] != nil
    let momentum = isKeras ? 1 - number("momentum") : number("momentum")
    return Normalization(
      kind: .batch(momentum: momentum), epsilon: number("eps"), scale: flag(isKeras ? "scale" : "affine"),
      shift: flag(isKeras ? "center" : "affine"))
  }

  private func window() throws -> Window {
    guard let kernel = axes("kernel"), let stride = axes("stride"), let sides = try sides("pad") else {
      throw ReferenceFault(text: "the window of \(name)")
    }
    return Window(
      kernel: kernel, stride: stride, dilation: axes("dilation") ?? Axes(all: 1), before: sides.before,
      after: sides.after)
  }

  private func axes(_ key: String) -> Axes? {
    guard let values = attributes[key]?.integers, values.count == 2 else { return nil }
    return Axes(values[0], values[1], 1)
  }

  /// Top, bottom, left and right.
  private func sides(_ key: String) throws -> (before: Axes, after: Axes)? {
    guard let sides = attributes[key]?.integers, sides.count == 4 else {
      throw ReferenceFault(text: "the \(key) of \(name)")
    }
    return (Axes(sides[0], sides[2], 0), Axes(sides[1], sides[3], 0))
  }

  /// Values that are not given are none a layer can have, so that they cannot agree by accident.
  private func whole(_ key: String) -> Int32 { attributes[key]?.number.flatMap { Int32(exactly: $0) } ?? -1 }
  private func number(_ key: String) -> Double { attributes[key]?.number ?? .nan }
  private func text(_ key: String) -> String? { attributes[key]?.text }
  private func flag(_ key: String) -> Bool { attributes[key]?.flag ?? false }
}
