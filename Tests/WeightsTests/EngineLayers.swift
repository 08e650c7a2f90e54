import CNNBackends
import CNNLayers
import CNNModel
import TensorEngine

/// The layers of a network that have weights, made of the engine's, each under its name.
struct EngineLayers: Parameterized {
  private var layers: [(path: String, layer: any Parameterized)] = []

  /// - Parameter file: What the compiler says was flattened into each layer.
  init(_ input: BackendInput, _ file: WeightFile) throws(TensorError) {
    var generator = SeededGenerator(seed: 1)
    for set in input.network.weights {
      let layer = input.network.layers[set.layer]
      let path = input.network.path(of: set)
      let parts = file.tensors.first { $0.layer == path && !$0.flattened.isEmpty }?.flattened ?? []
      let shape = input.network.firstInputShape(of: layer)
      if let made = try Self.layer(layer.operation, shape, FeatureOrder(parts), &generator) {
        layers.append((path, made))
      }
    }
  }

  private static func layer(
    _ operation: CNNLayers.Operation, _ shape: Shape, _ order: FeatureOrder, _ generator: inout SeededGenerator
  ) throws(TensorError) -> (any Parameterized)? {
    let channels = Int(shape.channels)
    let rank = Int(shape.rank)
    func window(_ window: CNNLayers.Window) throws(TensorError) -> TensorEngine.Window {
      func numbers(_ axes: CNNLayers.Axes) -> [Int] { axes.array(rank: rank).map(Int.init) }
      return try TensorEngine.Window(
        numbers(window.kernel), stride: numbers(window.stride), dilation: numbers(window.dilation),
        before: numbers(window.before), after: numbers(window.after))
    }
    switch operation {
    case .convolution(let sliding, let filters, let groups, let bias):
      return try Convolution(
        channels, filters: Int(filters), window: window(sliding), groups: Int(groups), bias: bias, using: &generator)
    case .transposedConvolution(let sliding, let filters, let groups, let bias):
      return try TransposedConvolution(
        channels, filters: Int(filters), window: window(sliding), groups: Int(groups), bias: bias, using: &generator)
    case .dense(let units, let bias):
      return try TensorEngine.Dense(channels, units: Int(units), bias: bias, flattened: order, using: &generator)
    case .normalization(let normalization):
      let kind: TensorEngine.Normalization.Kind =
        switch normalization.kind {
        case .batch: .batch(momentum: 0.1)
        case .instance: .instance
        case .group(let groups): .group(Int(groups))
        case .layer(whole: false): .layer
        case .layer(whole: true): .layerOverAll(extents: shape.extents.map(Int.init))
        }
      return try TensorEngine.Normalization(
        kind, channels: channels, scale: normalization.scale, shift: normalization.shift, flattened: order)
    case .activation(.prelu(_, let shared)):
      return try ParametricRelu(slopes: shared ? 1 : channels, spatialRank: rank, flattened: order)
    case .scale: return try TensorEngine.Scale(channels: channels, flattened: order)
    case .localConvolution(let sliding, let filters, let bias):
      return try LocalConvolution(
        shape.extents.map(Int.init), filters: Int(filters), window: window(sliding), bias: bias, using: &generator)
    case .recurrent(let recurrent):
      return try TensorEngine.Recurrent(
        recurrent.kind == .lstm ? .lstm : .gru, channels, units: Int(recurrent.units), both: recurrent.both,
        biases: Int(recurrent.biases), using: &generator)
    case .learned(let shape, _):
      return try TensorEngine.Learned(shape.extents.map(Int.init), using: &generator)
    case .input, .pool, .globalPool, .adaptivePool, .localResponseNormalization, .activation, .softmax, .dropout,
      .flatten, .reshape, .permute, .concatenate, .elementwise, .resize, .pixelShuffle, .pixelUnshuffle,
      .channelShuffle, .pad, .crop, .slice, .gatedLinear, .reduce, .unitNorm, .coordinates, .noise, .attention, .unpool:
      return nil
    }
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout TensorEngine.Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in layers.indices {
      var layer = layers[index].layer
      try layer.visitParameters(path + layers[index].path + ".", body)
      layers[index].layer = layer
    }
  }
}
