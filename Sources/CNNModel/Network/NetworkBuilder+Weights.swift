import CNNLayers
import CNNSyntax

/// A shared call that is running.
struct Sharing {
  let call: Int
  /// False in the first call, which makes the weights.
  let isRepeated: Bool
  /// How many sets of weights it has used.
  var used = 0
  /// What was wrong has been reported.
  var isBroken = false
}

/// A later call of what is shared does not fit the weights that the first one made.
enum SharingFault {
  /// It comes to other layers.
  case layers(call: Int)
  /// A layer in it wants other arrays than a set has.
  case arrays(call: Int, of: WeightsID)
}

/// Which set of weights a layer gets: one of its own, or the one that a shared call used in the same place. The first call
/// makes the sets; every later one takes them in the same order.
extension NetworkBuilder {
  /// Whether a shared call is running.
  func isSharing(_ call: Int) -> Bool { sharing.contains { $0.call == call } }

  mutating func beginSharing(_ call: Int, isRepeated: Bool) {
    sharing.append(Sharing(call: call, isRepeated: isRepeated))
  }

  /// - Returns: False where a later call used fewer sets than the first one made.
  mutating func endSharing() -> Bool {
    guard let ended = sharing.popLast() else { return true }
    return !ended.isRepeated || ended.isBroken || ended.used == network.sharedCalls[ended.call].weights.count
  }

  /// The weights of the layer that is added next, and what is wrong with them the first time it is.
  ///
  /// - Parameter input: The shape that enters the layer.
  mutating func weights(
    for operation: Operation, _ name: LocalName, of input: Shape
  ) -> (id: WeightsID?, fault: SharingFault?) {
    guard operation.hasWeights else { return (nil, nil) }
    guard !sharing.isEmpty else { return (newWeights(name), nil) }
    guard let id = sharedWeights(sharing.count - 1, name) else {
      let fault = breakSharing().map { SharingFault.layers(call: $0) }
      return (newWeights(name), fault)
    }
    let isOwn = Int(id) == network.weights.count - 1 && network.weights[Int(id)].layer == network.layers.count
    if !isOwn, network.arrays(of: network.weights[Int(id)]) != operation.weights(for: input) {
      markBroken()
      return (id, breakSharing().map { .arrays(call: $0, of: id) })
    }
    return (id, nil)
  }

  /// The innermost shared call, unless it is known to be broken already.
  private mutating func breakSharing() -> Int? {
    guard let last = sharing.indices.last, !sharing[last].isBroken else { return nil }
    sharing[last].isBroken = true
    return sharing[last].call
  }

  /// - Returns: Nil where a shared call wants more weights than the first of its calls made.
  private mutating func sharedWeights(_ level: Int, _ name: LocalName) -> WeightsID? {
    guard level >= 0 else { return newWeights(name) }
    let (call, used) = (sharing[level].call, sharing[level].used)
    if sharing[level].isRepeated {
      guard used < network.sharedCalls[call].weights.count else { return nil }
      sharing[level].used += 1
      return network.sharedCalls[call].weights[used]
    }
    guard let id = sharedWeights(level - 1, name) else { return nil }
    network.sharedCalls[call].weights.append(id)
    return id
  }

  private mutating func newWeights(_ name: LocalName) -> WeightsID {
    var (name, scope) = (name, naming.id)
    // A shared layer has the name that it is declared with.
    if let last = sharing.last, case .layer = network.sharedCalls[last.call].callee {
      let shared = network.sharedCalls[last.call]
      (name, scope) = (shared.name, shared.scope)
    }
    network.weights.append(
      WeightSet(
        layerIndex: Int32(truncatingIfNeeded: network.layers.count), name: name, scope: scope,
        sharedIndex: Int32(sharing.last?.call ?? -1)))
    return WeightsID(network.weights.count - 1)
  }
}
