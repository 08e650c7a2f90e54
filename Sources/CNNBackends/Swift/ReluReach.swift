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
    // Weights begin one way, however many layers share them: as the first use has it.
    for (index, layer) in network.layers.enumerated() {
      if let weights = layer.weights { isFed[index] = isFed[network.weights[Int(weights)].layer] }
    }
    self.isFed = isFed
  }

  private enum Effect { case relu, passes, ends }

  private static func effect(_ operation: CNNLayers.Operation) -> Effect {
    if case .activation(let function) = operation {
      return function.isLikeRelu ? .relu : .ends
    }
    return operation.passesSigns ? .passes : .ends
  }
}
