import CNNLayers
import CNNSyntax

/// What layers, calls and weights of a network are called.
extension Network {
  /// The whole name of a layer: `layer1.0.conv1`.
  public func path(of layer: NetworkLayer) -> String { path(layer.name, in: layer.scope) }

  /// The whole name of a set of weights, which the names of its arrays in a file begin with.
  public func path(of set: WeightSet) -> String {
    let outer = path(ofScope: set.scope, forWeights: true)
    return outer.isEmpty ? text(set.name) : outer + "." + text(set.name)
  }

  /// What a layer's weights are shared as, where another layer was the first to use them: the declared name, `tower`.
  public func sharedName(ofLayer index: Int) -> String? {
    guard let weights = layers[index].weights, !ownsWeights(index) else { return nil }
    let shared = self.weights[Int(weights)].sharedIndex
    return shared < 0 ? nil : path(ofSharedCall: Int(shared))
  }

  /// What the weights of several layers are shared as, where other layers were the first to use all of them.
  public func sharedName(ofLayers indices: some Sequence<Int>) -> String? {
    var name: String?
    for index in indices where layers[index].weights != nil {
      guard let shared = sharedName(ofLayer: index) else { return nil }
      name = name ?? shared
    }
    return name
  }

  /// The shared call that a layer is one of, where what is shared is a single layer.
  public func sharedCall(ofLayer index: Int) -> Int? {
    guard let weights = layers[index].weights else { return nil }
    let shared = Int(self.weights[Int(weights)].sharedIndex)
    guard shared >= 0, case .layer = sharedCalls[shared].callee else { return nil }
    return shared
  }

  /// The shared call that a call of a block is one of.
  public func sharedCall(of frame: Frame) -> Int? {
    guard frame.scope >= 0, scopes[Int(frame.scope)].shared >= 0 else { return nil }
    return Int(scopes[Int(frame.scope)].shared)
  }

  /// What the names of the weights of a call begin with; empty for the model itself.
  public func weightsPath(of frame: Frame) -> String { path(ofScope: frame.scope, forWeights: true) }

  /// The whole name of a shared call, which the names of its weights begin with.
  public func path(ofSharedCall index: Int) -> String {
    let shared = sharedCalls[index]
    let outer = path(ofScope: shared.scope, forWeights: true)
    return outer.isEmpty ? text(shared.name) : outer + "." + text(shared.name)
  }

  /// The whole name of a call; empty for the model itself.
  public func path(of frame: Frame) -> String { path(ofScope: frame.scope) }

  func path(_ name: LocalName, in scope: Int32) -> String {
    let outer = path(ofScope: scope)
    return outer.isEmpty ? text(name) : outer + "." + text(name)
  }

  /// - Parameter forWeights: Whether calls of what is shared go by the name it is declared with.
  private func path(ofScope scope: Int32, forWeights: Bool = false) -> String {
    var parts: [String] = []
    var scope = scope
    while scope >= 0 {
      let part = scopes[Int(scope)]
      if forWeights, part.shared >= 0 {
        let shared = sharedCalls[Int(part.shared)]
        parts.append(text(shared.name))
        scope = shared.scope
      } else {
        parts.append(text(part.name))
        scope = part.parent
      }
    }
    return parts.reversed().joined(separator: ".")
  }

  private func text(_ name: LocalName) -> String {
    symbols[name.symbol] + (name.number == 0 ? "" : String(name.number))
  }
}
