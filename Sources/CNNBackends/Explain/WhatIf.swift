import CNNLayers
import CNNModel

extension LayerFacts {
  /// The shapes of what this layer depends on, worked out again with other arguments.
  var whatIf: WhatIf { WhatIf(id, in: network, form) }

  /// What the layer would be on another input, or with other arguments; nil where it cannot be.
  func operation(on input: Shape, with changes: [String: Value] = [:]) -> Operation? {
    form.operation(of: layer, on: input, with: changes)
  }
}
