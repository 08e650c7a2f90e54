import CNNLayers
import CNNModel

/// Which card reads which.
struct Wiring {
  /// One line of the diagram: a tensor, and the card that reads it.
  struct Wire {
    let tensor: TensorID
    /// The card that makes the tensor, and the one that reads it.
    let source: Int
    let target: Int
    /// Which input of its target it is.
    let slot: Int
  }

  private(set) var wires: [Wire] = []
  /// The wires into each card.
  private(set) var inputs: [Range<Int>] = []
  /// The wires out of each card.
  private(set) var outputs: [[Int]]

  init(_ plan: CardPlan, network: Network) {
    outputs = Array(repeating: [], count: plan.cards.count)
    let layersOf = Self.layers(of: plan)
    for (target, card) in plan.cards.enumerated() {
      let start = wires.count
      for tensor in Self.tensors(into: target, card, layersOf[target], plan, network) {
        let source = plan.cardOf[Int(tensor)]
        outputs[source].append(wires.count)
        wires.append(Wire(tensor: tensor, source: source, target: target, slot: wires.count - start))
      }
      inputs.append(start..<wires.count)
    }
  }

  private static func layers(of plan: CardPlan) -> [[Int]] {
    var layers = [[Int]](repeating: [], count: plan.cards.count)
    for (index, card) in plan.cardOf.enumerated() where card >= 0 { layers[card].append(index) }
    return layers
  }

  /// What a card reads from others: each input of a layer, each tensor that enters a closed block once.
  private static func tensors(
    into target: Int, _ card: CardPlan.Card, _ layers: [Int], _ plan: CardPlan, _ network: Network
  ) -> [TensorID] {
    let foreign = { (tensor: TensorID) in plan.cardOf[Int(tensor)] != target }
    switch card.content {
    case .input: return []
    case .output(let output): return [output.tensor]
    case .layers(let own, _):
      return own.flatMap { network.inputs(of: network.layers[$0]) }.compactMap { tensor in
        let crop = card.crops.contains(Int(tensor)) ? network.inputs(of: network.producer(of: tensor)).first : nil
        let read = crop ?? tensor
        return foreign(read) ? read : nil
      }
    case .call, .stack:
      var seen: Set<TensorID> = []
      return layers.flatMap { network.inputs(of: network.layers[$0]) }.filter {
        foreign($0) && seen.insert($0).inserted
      }
    }
  }
}
