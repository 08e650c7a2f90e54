/// What a diagram looks wrong by, as Graphviz has laid it out: a sentence for each fault.
struct LayoutCheck {
  let layout: GraphLayout

  /// All that is asked of a diagram from top to bottom.
  var faults: [String] { overlaps + bends + crossings + bows + wideCards }

  /// Cards that lie on others.
  var overlaps: [String] {
    let cards = layout.nodes.values.filter { !$0.isPoint }.sorted { $0.box.left < $1.box.left }
    return cards.enumerated().flatMap { index, card in
      cards[(index + 1)...].prefix { $0.box.left < card.box.right }
        .filter { card.box.overlaps($0.box) }.map { "\(card.name) and \($0.name) overlap" }
    }
  }

  /// What stands beside the main column though it belongs to it.
  var bends: [String] {
    let main = layout.nodes.values.filter { $0.group == "main" }.sorted { $0.box.top > $1.box.top }
    guard let first = main.first else { return [] }
    return main.filter { abs($0.box.middle - first.box.middle) >= 1.5 }
      .map { "\($0.name) is beside the main column" }
  }

  /// Lines that run through cards, or through the titles of blocks.
  var crossings: [String] {
    let cards = layout.nodes.filter { !$0.value.isPoint }.sorted { $0.value.box.top > $1.value.box.top }
    let tallest = cards.map { $0.value.box.top - $0.value.box.bottom }.max() ?? 0
    var faults: [String] = []
    for edge in layout.edges where edge.isVisible {
      let (low, high) = (edge.line.map(\.y).min() ?? 0, edge.line.map(\.y).max() ?? 0)
      for (node, card) in cards where node != edge.tail && node != edge.head {
        if card.box.bottom > high { continue }
        if card.box.top + tallest < low { break }
        if edge.runs(through: card.box) { faults.append("\(name(edge)) runs through \(card.name)") }
      }
      for cluster in layout.clusters where cluster.name != "cluster_model" {
        if let label = cluster.label, edge.runs(through: label) {
          faults.append("\(name(edge)) runs through the title of \(cluster.name)")
        }
      }
    }
    return faults
  }

  /// Lines between two turns that are neither level nor upright.
  var bows: [String] {
    layout.edges.filter { edge in
      let ends = [edge.tail, edge.head].compactMap { layout.nodes[$0] }
      let (x, y) = (edge.line.map(\.x), edge.line.map(\.y))
      guard edge.isVisible, ends.allSatisfy(\.isPoint), let left = x.min(), let right = x.max(), let low = y.min(),
        let high = y.max()
      else { return false }
      return min(right - left, high - low) >= 1.5
    }.map { "\(name($0)) bows" }
  }

  /// Cards that a text has made wider than they are meant to be.
  var wideCards: [String] {
    layout.nodes.values.filter { $0.isCard && $0.label.contains("ALIGN=\"LEFT\"") && abs($0.box.width - 186) >= 0.5 }
      .map { "\($0.name) is \($0.box.width) wide" }.sorted()
  }

  private func name(_ edge: GraphLayout.Edge) -> String {
    "the line from \(layout.nodes[edge.tail]?.name ?? "") to \(layout.nodes[edge.head]?.name ?? "")"
  }
}

extension GraphLayout.Edge {
  fileprivate func runs(through box: GraphLayout.Box) -> Bool { line.contains { box.holds($0.x, $0.y, margin: 1) } }
}
