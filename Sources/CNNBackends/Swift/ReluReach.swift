import CNNLayers
import CNNModel

/// Which tensors go into a ReLU: their weights begin as He et al. have it, all others as Glorot and Bengio do.
struct ReluReach {
  /// For each tensor whether a ReLU, or one of the functions that took its place, is the next function behind it.
  let isFed: [Bool]

  init(_ network: Network) {
    var isFed = [Bool](repeating: false, count: network.layers.count)
    for layer in network.layers.indices.reversed() {
      switch Self.effect(network.layers[layer].operation) {
      case .relu: for tensor in network.inputs(of: network.layers[layer]) { isFed[Int(tensor)] = true }
      case .passes where isFed[layer]:
        for tensor in network.inputs(of: network.layers[layer]) { isFed[Int(tensor)] = true }
      case .passes, .ends: continue
      }
    }
    self.isFed = isFed
  }

  private enum Effect { case relu, passes, ends }

  private static func effect(_ operation: CNNLayers.Operation) -> Effect {
    switch operation {
    case .activation(let function):
      switch function {
      case .relu, .relu6, .leakyRelu, .prelu, .elu, .celu, .gelu, .silu, .mish, .hardSwish: .relu
      case .selu, .sigmoid, .hardSigmoid, .tanh, .softplus: .ends
      }
    case .input, .convolution, .transposedConvolution, .dense, .softmax: .ends
    case .pool, .globalPool, .adaptivePool, .normalization, .localResponseNormalization, .dropout, .scale, .flatten,
      .reshape, .permute, .concatenate, .elementwise, .resize, .pixelShuffle, .pixelUnshuffle, .channelShuffle, .pad,
      .crop, .slice:
      .passes
    }
  }
}
