import TensorKernels

/// How Keras lays out and names what a recurrent layer has: gates of the gated unit in the order update, reset, new, and
/// both of its biases as the rows of one tensor.
extension Parameter.Gates {
  /// Whether Keras has such a layer: its memory has one bias, its gated unit (`reset_after`) has two, or they have none.
  var isInKeras: Bool {
    switch kind {
    case .lstm: biases < 2
    case .gru: biases != 1
    }
  }

  private var isBias: Bool {
    switch part {
    case .inputs, .states: false
    case .inputBias, .stateBias: true
    }
  }

  /// How many axes the tensor has.
  var rank: Int { isBias ? 1 : 2 }

  /// The shape in Keras, for the extents in the engine.
  func kerasShape(_ extents: [Int]) -> [Int] { isBias && kind == .gru && biases == 2 ? [2] + extents : extents }

  /// The parts of a name in Keras in the place of the engine's last one: `lstm_cell/kernel`, or
  /// `forward_lstm/lstm_cell/kernel` for one of two ways. Nil where Keras has no such layer.
  var kerasName: [String]? {
    guard isInKeras else { return nil }
    let last =
      switch part {
      case .inputs: "kernel"
      case .states: "recurrent_kernel"
      case .inputBias, .stateBias: "bias"
      }
    let layer = kind == .lstm ? "lstm" : "gru"
    let way: [String] =
      switch direction {
      case .only: []
      case .forth: ["forward_" + layer]
      case .back: ["backward_" + layer]
      }
    return way + [layer + "_cell", last]
  }

  /// A tensor of Keras as the engine has it; its shape is `kerasShape`.
  func parameter(ofKeras tensor: Tensor, _ shape: TensorShape) throws(TensorError) -> Tensor {
    guard kind == .gru else { return try tensor.reshaped(shape) }
    let width = shape[shape.rank - 1]
    let units = width / kind.gates
    let start = part == .stateBias ? width : 0
    return try Tensor.filled(shape) { target throws(TensorError) in
      try tensor.read { source in
        for (gate, place) in [1, 0, 2].enumerated() {
          tk_copy_columns(
            source + start + place * units, width, target + gate * units, width, shape.count / width, units)
        }
      }
    }
  }
}

extension WeightLayout {
  /// A name of Keras that may be that of a recurrent layer, in one form: without the cell's part, with full stops, and, where
  /// `joinsWays` is set, with `forward` and `backward` in the place of the names of both ways.
  static func recurrentName(ofKeras name: String, joinsWays: Bool) -> String {
    var parts = dotted(name).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 2, let cell = parts.dropLast().last, cell.hasPrefix("lstm_cell") || cell.hasPrefix("gru_cell") {
      parts.remove(at: parts.count - 2)
    }
    if joinsWays, parts.count > 2 {
      for way in ["forward", "backward"] where parts[parts.count - 2].hasPrefix(way + "_") {
        parts[parts.count - 2] = way
      }
    }
    return parts.joined(separator: ".")
  }

  /// The parameters of recurrent layers by the names that Keras may have them under. One tensor may be for two of them.
  static func recurrentNames(_ wanted: [(name: String, parameter: Parameter)]) -> [String: [String]] {
    var names: [String: [String]] = [:]
    for (name, parameter) in wanted {
      guard case .gates(let gates) = parameter.axes, gates.isInKeras else { continue }
      let own = WeightLayout.keras.name(name, of: parameter)
      names[recurrentName(ofKeras: own, joinsWays: gates.direction != .only), default: []].append(name)
    }
    return names
  }
}
