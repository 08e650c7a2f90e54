import CNNModel
import CNNText

/// What nodes are called: on the card, in what shows when a pointer rests on it, and in the text.
struct DiagramNames {
  private(set) var ids: [String] = []
  private(set) var clusterIDs: [String] = []
  private var paths: [String] = []
  private var shownNames: [String?] = []
  private var taken: Set<String> = []

  init(_ plan: CardPlan, _ network: Network, _ form: NormalForm) {
    let clusterPaths = plan.clusters.map { network.path(of: network.frames[Int($0.frame)]) }
    for path in clusterPaths {
      clusterIDs.append(unique("cluster_" + (path.isEmpty ? "model" : Self.identifier(path))))
    }
    for card in plan.cards {
      let path = Self.path(of: card, network)
      paths.append(path)
      ids.append(unique(Self.identifier(Self.key(of: card, network) ?? path)))
      shownNames.append(Self.shown(path, of: card, below: clusterPaths[card.cluster], network, form))
    }
  }

  /// The whole name of what a card shows.
  func path(_ card: Int) -> String { paths[card] }

  /// What stands on the card. Inside a block only what the author named is told.
  func shown(_ card: Int) -> String? { shownNames[card] }

  private static func path(of card: CardPlan.Card, _ network: Network) -> String {
    switch card.content {
    case .input(let tensor), .output(let tensor): return tensor.name
    case .layers(_, let call?), .call(let call): return network.path(of: network.frames[Int(call)])
    case .layers(let layers, nil): return network.path(of: network.layers[layers[0]])
    case .stack(let calls):
      let ends = [calls[0], calls[calls.count - 1]].map { network.path(of: network.frames[Int($0)]) }
      return nameRange(ends[0], ends[1], dash: "–")
    }
  }

  /// What an identifier is made of where it is not the path: it must not change when a loop runs once more.
  private static func key(of card: CardPlan.Card, _ network: Network) -> String? {
    switch card.content {
    case .stack(let calls): network.path(of: network.frames[Int(calls[0])])
    case .output(let tensor): tensor.place == nil ? "~output" : "~output~" + identifier(tensor.name)
    case .input, .layers, .call: nil
    }
  }

  private static func shown(
    _ path: String, of card: CardPlan.Card, below cluster: String, _ network: Network, _ form: NormalForm
  ) -> String? {
    let name = path.hasPrefix(cluster + ".") ? String(path.dropFirst(cluster.count + 1)) : path
    if card.cluster > 0 {
      let kind =
        switch card.content {
        case .input, .output: ""
        case .layers(let layers, nil): form.text(of: network.layers[layers[0]]).kind
        case .layers(_, let call?), .call(let call): form.text(of: network.frames[Int(call)]).kind
        case .stack(let calls): form.text(of: network.frames[Int(calls[0])]).kind
        }
      if case .stack = card.content { return name.printable }
      if name.hasPrefix(kind), name.dropFirst(kind.count).allSatisfy({ ("0"..."9").contains($0) }) { return nil }
    }
    return name.printable
  }

  /// Letters, digits, dots and the like stay; every other byte is told by its number, so that any name is one word.
  private static func identifier(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    return text.utf8.reduce(into: "") { result, byte in
      result += isPlain(byte) ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "~"): true
    default: false
    }
  }

  private mutating func unique(_ id: String) -> String {
    var candidate = id
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(id)~\(number)"
      number += 1
    }
    return candidate
  }
}
