import CNNBackends
import Testing

/// What Graphviz makes of the diagrams: nothing overlaps, and what should be straight is.
@Suite(.enabled(if: Graphviz.isInstalled, Graphviz.isMissing))
struct GraphLayoutTests {
  @Test(arguments: GraphSample.all)
  func isInOrder(sample: GraphSample) throws {
    try check(try sample.input().graph(GraphOptions(depth: sample.depth)), "\(sample.testDescription)")
  }

  @Test(arguments: GraphSample.all.filter { $0.depth == .levels(1) })
  func isInOrderWithCosts(sample: GraphSample) throws {
    try check(try sample.input().graph(GraphOptions(heat: .macs, theme: .print)), "\(sample.testDescription)")
  }

  @Test(arguments: ReportSample.allCases)
  func isInOrderForHardNetworks(sample: ReportSample) throws {
    for depth in [ReportOptions.Depth.levels(1), .levels(2), .all] {
      try check(
        try sample.model().graph(GraphOptions(depth: depth, heat: .parameters, theme: .dark)), "\(sample) \(depth)")
    }
  }

  @Test(arguments: GraphSample.all.filter { $0.depth == .levels(1) })
  func takesTheWayToTheRight(sample: GraphSample) throws {
    let layout = try Graphviz.layout(try sample.input().graph(GraphOptions(isHorizontal: true)))
    checkOverlaps(layout, "\(sample.testDescription)")
    checkLines(layout, "\(sample.testDescription)")
  }

  private func check(_ dot: String, _ name: String) throws {
    let layout = try Graphviz.layout(dot)
    checkOverlaps(layout, name)
    checkColumns(layout, name)
    checkLines(layout, name)
    checkWidths(layout, name)
  }

  private func checkOverlaps(_ layout: GraphLayout, _ name: String) {
    let cards = layout.nodes.values.filter { !$0.isPoint }.sorted { $0.box.left < $1.box.left }
    for (index, card) in cards.enumerated() {
      for other in cards[(index + 1)...].prefix(while: { $0.box.left < card.box.right }) {
        #expect(!card.box.overlaps(other.box), "\(card.name) and \(other.name) overlap in \(name)")
      }
    }
  }

  private func checkColumns(_ layout: GraphLayout, _ name: String) {
    let main = layout.nodes.values.filter { $0.group == "main" }
    guard let first = main.first else { return }
    for node in main {
      #expect(abs(node.box.middle - first.box.middle) < 1.5, "\(node.name) is beside the main column of \(name)")
    }
  }

  private func checkLines(_ layout: GraphLayout, _ name: String) {
    let cards = layout.nodes.filter { !$0.value.isPoint }.sorted { $0.value.box.top > $1.value.box.top }
    let tallest = cards.map { $0.value.box.top - $0.value.box.bottom }.max() ?? 0
    for edge in layout.edges where edge.isVisible {
      let (low, high) = (edge.line.map(\.y).min() ?? 0, edge.line.map(\.y).max() ?? 0)
      for (node, card) in cards where node != edge.tail && node != edge.head {
        if card.box.bottom > high { continue }
        if card.box.top + tallest < low { break }
        let crossing = edge.line.first { card.box.holds($0.x, $0.y, margin: 1) }
        #expect(crossing == nil, "\(names(edge, layout)) runs through \(card.name) in \(name)")
      }
      for cluster in layout.clusters {
        guard let label = cluster.label, cluster.name != "cluster_model" else { continue }
        let crossing = edge.line.first { label.holds($0.x, $0.y, margin: 1) }
        #expect(crossing == nil, "\(names(edge, layout)) runs through the title of \(cluster.name) in \(name)")
      }
    }
  }

  private func names(_ edge: GraphLayout.Edge, _ layout: GraphLayout) -> String {
    "the line from \(layout.nodes[edge.tail]?.name ?? "") to \(layout.nodes[edge.head]?.name ?? "")"
  }

  /// A text too long would have made its card wider.
  private func checkWidths(_ layout: GraphLayout, _ name: String) {
    for node in layout.nodes.values where node.isCard && node.label.contains("ALIGN=\"LEFT\"") {
      #expect(abs(node.box.width - 186) < 0.5, "\(node.name) is \(node.box.width) wide in \(name)")
    }
  }
}
