/// Writes a diagram in the language of Graphviz: a line for each block, node, rank and edge, so that a difference of two
/// files shows what has changed.
struct DOTPrinter {
  private let diagram: Diagram
  private let tables: DOTTables
  private let theme: GraphTheme
  private let isHorizontal: Bool
  /// What stands in each block: nodes, and the blocks in it at the place of their first node.
  private var items: [[Item]]
  private var ranksIn: [[Int]]

  private enum Item {
    case node(Int)
    case cluster(Int)
  }

  init(_ diagram: Diagram, _ options: GraphOptions) {
    self.diagram = diagram
    theme = GraphTheme(options.theme)
    tables = DOTTables(theme)
    isHorizontal = options.isHorizontal
    items = Array(repeating: [], count: diagram.clusters.count)
    ranksIn = items.map { _ in [] }
    var seen = [Bool](repeating: false, count: diagram.clusters.count)
    for (index, node) in diagram.nodes.enumerated() {
      items[node.cluster].append(.node(index))
      var cluster = node.cluster
      while !seen[cluster], let parent = diagram.clusters[cluster].parent {
        seen[cluster] = true
        items[parent].append(.cluster(cluster))
        cluster = parent
      }
    }
    for (index, rank) in diagram.ranks.enumerated() {
      guard let outermost = rank.map({ diagram.nodes[$0].cluster }).min(by: { isOutside($0, $1) }) else { continue }
      ranksIn[outermost].append(index)
    }
  }

  private func isOutside(_ a: Int, _ b: Int) -> Bool { diagram.clusters[a].depth < diagram.clusters[b].depth }

  var text: String {
    var text = "digraph \(DOTText.escaped(diagram.title.name)) {\n"
    text += "  graph [\(graphAttributes)]\n"
    text += "  node [shape=plain \(DOTText.font) fontsize=11 fontcolor=\"\(theme.ink)\"]\n"
    text += "  edge [\(DOTText.font) fontsize=9 color=\"\(theme.edge)\" fontcolor=\"\(theme.dim)\" arrowsize=0.5"
    text += " penwidth=1.1]\n"
    write(cluster: 0, indentation: "  ", to: &text)
    text += "}\n"
    return text
  }

  private var graphAttributes: String {
    let separation = isHorizontal ? "nodesep=0.306 ranksep=0.3 rankdir=LR" : "nodesep=0.306 ranksep=0.19"
    return "newrank=true bgcolor=\"\(theme.background)\" \(DOTText.font) fontsize=9 fontcolor=\"\(theme.ink)\" "
      + "\(separation) splines=spline pad=0.2 labelloc=b labeljust=l label=<\(tables.legend(diagram.legend))>"
  }

  private func write(cluster index: Int, indentation: String, to text: inout String) {
    let cluster = diagram.clusters[index]
    text += "\(indentation)subgraph \(DOTText.quoted(cluster.id)) { \(attributes(of: index))\n"
    let inside = indentation + "  "
    for item in items[index] {
      switch item {
      case .node(let node): text += inside + line(for: diagram.nodes[node]) + "\n"
      case .cluster(let cluster): write(cluster: cluster, indentation: inside, to: &text)
      }
    }
    for rank in ranksIn[index] {
      let ids = diagram.ranks[rank].map { DOTText.quoted(diagram.nodes[$0].id) }
      text += "\(inside){rank=same; \(ids.joined(separator: "; "))}\n"
    }
    if index == 0 {
      for edge in diagram.edges { text += inside + line(for: edge) + "\n" }
    }
    text += indentation + "}\n"
  }

  private func attributes(of index: Int) -> String {
    let cluster = diagram.clusters[index]
    let notes = notes(cluster.tooltip, cluster.link)
    if index == 0 {
      return
        "label=<\(tables.title(diagram.title))> labelloc=t labeljust=l penwidth=0 margin=\(Self.titleMargin) \(notes)"
    }
    let fills = theme.clusterFills
    let fill = fills.isEmpty ? nil : fills[min(cluster.depth, fills.count) - 1]
    let style = fill.map { "style=\"rounded,filled\" fillcolor=\"\($0)\"" } ?? "style=rounded"
    return "label=<\(tables.label(of: cluster))> labelloc=t labeljust=l \(style) penwidth=0.8 "
      + "color=\"\(theme.clusterFrame)\" margin=10 \(notes)"
  }

  /// As far as Graphviz sets the title in, so that it begins where the cards do.
  private static let titleMargin = 10

  private func line(for node: Diagram.Node) -> String {
    let group = node.column.map { " group=\(DOTText.quoted($0))" } ?? ""
    let look =
      switch node.content {
      case .dot: "shape=point width=0.05 color=\"\(theme.edge)\" tooltip=\" \""
      case .corner: "shape=point width=0.028 penwidth=0 color=\"\(theme.skip)\" tooltip=\" \""
      // Lines stop a point short of the middle; what is as thick as they are, and longer than that, leaves no gap.
      case .waypoint:
        "shape=box fixedsize=true \(isHorizontal ? "width=0.05 height=0.015" : "width=0.015 height=0.05") label=\"\""
          + " style=filled penwidth=0 color=\"\(theme.skip)\" tooltip=\" \""
      case .forkBar(let columns): "tooltip=\" \" label=<\(tables.bar(columns, height: 2, color: theme.edge))>"
      case .terminal(let terminal): "\(notes(node)) label=<\(tables.terminal(terminal))>"
      case .card(let card): "\(notes(node)) label=<\(tables.card(card))>"
      case .joinBar(let bar): "\(notes(node)) label=<\(tables.joinBar(bar))>"
      }
    return "\(DOTText.quoted(node.id)) [\(look)\(group)]"
  }

  private func notes(_ node: Diagram.Node) -> String { notes(node.tooltip, node.link) }

  private func notes(_ tooltip: String, _ link: String?) -> String {
    "tooltip=\(DOTText.escaped(tooltip))" + (link.map { " URL=\(DOTText.escaped($0))" } ?? "")
  }

  private func line(for edge: Diagram.Edge) -> String {
    let ends = [(edge.from, edge.fromPort), (edge.to, edge.toPort)].map { node, port in
      DOTText.quoted(diagram.nodes[node].id) + DOTText.suffix(port)
    }
    var attributes = edge.isReversed ? ["dir=back"] : []
    if edge.style == .invisible { attributes.append("style=invis") }
    if let weight = edge.weight { attributes.append("weight=\(weight)") }
    if !edge.hasArrow, edge.style != .invisible {
      attributes.append(edge.isReversed ? "arrowtail=none" : "arrowhead=none")
    }
    if edge.isReversed ? edge.meetsTail : edge.meetsHead { attributes.append("headclip=false") }
    if edge.isReversed ? edge.meetsHead : edge.meetsTail { attributes.append("tailclip=false") }
    if edge.style == .skip { attributes.append("color=\"\(theme.skip)\"") }
    return (edge.isReversed ? ends.reversed() : ends).joined(separator: " -> ")
      + (attributes.isEmpty ? "" : " [\(attributes.joined(separator: " "))]")
  }
}
