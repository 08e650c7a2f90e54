import CNNModel
import CNNText

/// Draws columns of cards: gives every card, bar and point its node, and every line its edges.
struct DiagramBuilder {
  private(set) var diagram: Diagram
  private let columns: ColumnPlan
  private let rails: RailPlan
  private let names: DiagramNames
  private let isHorizontal: Bool
  /// The nodes of the bars above branches; those of cards have the numbers of their cards.
  private var forkBars: [Int] = []
  /// Beside each join, the corner at which a line arrives.
  private var corners: [Int: Int] = [:]
  /// The dot of a fork, and the outermost corner beside it.
  private var dots: [Int: Int] = [:]
  private var ends: [Int: Int] = [:]
  /// The points beside the dot of a fork at which the rails around it pass, each with where its rail ends and
  /// begins.
  private var waypointsBeside: [Int: [(end: Int, start: Int, node: Int)]] = [:]
  /// Where a line to a column further out passes above one that begins below, from the top.
  private var passes: [Regions.Target: [Int]] = [:]
  private var turns: [Regions.Target: Int] = [:]

  private var plan: CardPlan { columns.cards }

  init(_ input: BackendInput, _ options: GraphOptions, _ columns: ColumnPlan) {
    let form = NormalForm(input.model, of: input.program)
    let costs = DiagramCosts(input.network, columns.cards, options.heat)
    let names = DiagramNames(columns.cards, input.network, form)
    self.columns = columns
    self.names = names
    rails = RailPlan(columns)
    isHorizontal = options.isHorizontal
    let ranks = input.network.inputs.map { Int(input.network.shape(of: $0.tensor).rank) }
    let notes = DiagramNotes(input, columns.cards, names, costs, form, linkBase: options.linkBase)
    let summary = costs.summary + (input.network.isComplete ? [] : ["up to the first mistake"])
    diagram = Diagram(
      title: Diagram.Title(
        name: Helvetica.elided(input.network.name.printable, to: 300, size: 16, bold: true),
        summary: summary, tooltip: notes.tooltip(ofCluster: 0)),
      legend: Diagram.Legend(families: [], scale: costs.scale, shapes: shapeLegend(rank: ranks.max() ?? 0)))
    addClusters(input.network, form, notes)
    let writer = CardWriter(input, columns, names, costs, form)
    for index in plan.cards.indices {
      add(
        Diagram.Node(
          id: names.ids[index], cluster: plan.cards[index].cluster, column: columnName(columns.column[index]),
          content: writer.content(of: index, hasSideLine: !isHorizontal && !rails.arrivals[index].isEmpty),
          tooltip: notes.tooltip(index), link: notes.link(index)))
    }
    for (index, bars) in columns.regions.bars.enumerated() {
      forkBars.append(
        add(
          Diagram.Node(
            id: names.ids[bars.join] + "~bar", cluster: bars.cluster,
            column: columnName(columns.columnOfBars[index]), content: .forkBar(CardWriter.columns(of: bars)))))
    }
    addLines()
    diagram.legend = Diagram.Legend(
      families: Self.families(diagram), scale: costs.scale, shapes: diagram.legend.shapes)
  }

  @discardableResult
  private mutating func add(_ node: Diagram.Node) -> Int {
    diagram.nodes.append(node)
    return diagram.nodes.count - 1
  }

  /// Columns are named for their first card, so that the name does not change when another column comes before it.
  private func columnName(_ column: Int) -> String {
    if column == 0 { return "main" }
    switch columns.heads[column] {
    case .card(let card): return names.ids[card]
    case .bars(let bars): return names.ids[columns.regions.bars[bars].join] + "~bar"
    }
  }

  private mutating func addClusters(_ network: Network, _ form: NormalForm, _ notes: DiagramNotes) {
    let withBars = Set(columns.regions.bars.map(\.cluster))
    for (index, cluster) in plan.clusters.enumerated() {
      let stage = form.text(of: network.frames[Int(cluster.frame)])
      let room = withBars.contains(index) ? 178.0 : 83.0
      let path = network.path(of: network.frames[Int(cluster.frame)]).printable
      let kind = Helvetica.elided(stage.kind.printable, to: room, size: 10, bold: true)
      let left = room - Helvetica.width(kind, size: 10, bold: true) - Helvetica.width(" ", size: 10)
      diagram.clusters.append(
        Diagram.Cluster(
          id: names.clusterIDs[index], parent: cluster.parent, depth: cluster.depth, kind: kind,
          arguments: ArgumentLines.wrapped(
            stage.argumentList.map { $0.printable.withCrosses }, room, first: left, size: 10),
          name: Helvetica.elided(path, to: room, size: 8.5), tooltip: notes.tooltip(ofCluster: index),
          link: notes.link(ofCluster: index)))
    }
  }

  private static func families(_ diagram: Diagram) -> [Diagram.Spine] {
    var seen: Set<Diagram.Spine> = []
    for node in diagram.nodes {
      switch node.content {
      case .card(let card): seen.formUnion(card.rows.compactMap(\.spine))
      case .joinBar(let bar): seen.formUnion(bar.rows.compactMap(\.spine) + [.family(.join)])
      case .terminal, .forkBar, .dot, .corner, .waypoint: break
      }
    }
    return GraphFamily.allCases.map { Diagram.Spine.family($0) }.filter(seen.contains)
      + (seen.contains(.block) ? [.block] : [])
  }
}

// MARK: - Lines

extension DiagramBuilder {
  /// A point where a line turns or splits.
  private mutating func point(_ id: String, _ cluster: Int, _ column: String, _ content: Diagram.Content) -> Int {
    add(Diagram.Node(id: id, cluster: cluster, column: column, content: content))
  }

  private mutating func addLines() {
    for join in plan.cards.indices where !rails.arrivals[join].isEmpty { addArrivals(at: join) }
    for card in plan.cards.indices where columns.regions.targets[card].count > 1 { addDot(of: card) }
    for card in plan.cards.indices {
      if let fork = rails.forks[card] {
        addFork(fork, of: card)
      } else if let target = columns.regions.targets[card].first {
        connect(card, bottom, to: target)
      }
    }
    for (index, bars) in columns.regions.bars.enumerated() {
      for (position, branch) in bars.branches.enumerated() {
        connect(forkBars[index], .barBottom(position), to: branch.first)
      }
    }
    for (target, points) in passes.sorted(by: { $0.value[0] < $1.value[0] }) {
      for (above, below) in zip(points, points.dropFirst() + [turns[target]].compactMap { $0 }) {
        diagram.edges.append(
          Diagram.Edge(
            from: above, fromPort: .none, to: below, toPort: .none, weight: 12, style: .invisible, hasArrow: false))
      }
    }
    for card in plan.cards.indices {
      guard var inner = ends[card], let around = waypointsBeside[card] else { continue }
      for waypoint in around.sorted(by: { ($0.end, $1.start) < ($1.end, $0.start) }) {
        diagram.edges.append(
          Diagram.Edge(
            from: inner, fromPort: .none, to: waypoint.node, toPort: .none, style: .invisible, hasArrow: false))
        inner = waypoint.node
      }
    }
  }

  private var bottom: Diagram.Port { isHorizontal ? .cardRight : .bottom }

  /// The corners on the rank of a join at which lines from the side arrive: each hands on what comes from further out.
  private mutating func addArrivals(at join: Int) {
    // What comes from the left, and what from the right.
    var inner = [join, join]
    var rank = [join]
    for arrival in rails.arrivals[join] {
      let wire = columns.wiring.wires[arrival.wire]
      let id = "\(names.ids[join])~at~\(names.ids[wire.source])" + (wire.slot == 0 ? "" : "~\(wire.slot)")
      let column = rails.column(ofWire: arrival.wire).map { columnName($0) } ?? railName(.wire(arrival.wire))
      let corner = point(id, rails.cluster(ofWire: arrival.wire), column, .corner)
      corners[arrival.wire] = corner
      rank.append(corner)
      let side = arrival.isOuter ? 1 : 0
      diagram.edges.append(
        Diagram.Edge(
          from: corner, fromPort: .none, to: inner[side], toPort: .none, style: .skip, hasArrow: inner[side] == join,
          meetsHead: inner[side] != join, meetsTail: true, isReversed: arrival.isOuter))
      inner[side] = corner
    }
    diagram.ranks.append(rank)
  }

  private mutating func addDot(of card: Int) {
    let cluster = rails.cluster(ofFork: card)
    dots[card] = point(names.ids[card] + "~fork", cluster, columnName(columns.column[card]), .dot)
  }

  private mutating func addFork(_ fork: RailPlan.Fork, of card: Int) {
    guard let dot = dots[card] else { return }
    let cluster = rails.cluster(ofFork: card)
    diagram.edges.append(
      Diagram.Edge(
        from: card, fromPort: bottom, to: dot, toPort: .none, weight: 60, hasArrow: false, meetsHead: true))
    connect(dot, isHorizontal ? .right : .bottom, to: fork.down)
    var inner = dot
    var rank = [dot]
    var corners: [Int] = []
    for rail in fork.aside {
      for target in rails.nearer[rail.target] ?? [] {
        let id = "\(names.ids[card])~to~\(name(of: rail.target))~past~\(name(of: target))"
        let pass = point(id, cluster, rails.column(of: target).map { columnName($0) } ?? railName(target), .corner)
        diagram.edges.append(railEdge(from: inner, to: pass, weight: nil))
        rank.append(pass)
        passes[target, default: []].append(pass)
        inner = pass
      }
      let column = rails.column(of: rail.target).map { columnName($0) } ?? railName(rail.target)
      let corner = point("\(names.ids[card])~to~\(name(of: rail.target))", cluster, column, .corner)
      diagram.edges.append(railEdge(from: inner, to: corner, weight: nil))
      rank.append(corner)
      corners.append(corner)
      turns[rail.target] = corner
      inner = corner
    }
    ends[card] = inner
    diagram.ranks.append(rank)
    for (rail, corner) in zip(fork.aside, corners) {
      connect(addWaypoints(of: rail, from: corner, card), .none, to: rail.target)
    }
  }

  /// Leads a rail around the forks within it, and gives the last point.
  private mutating func addWaypoints(of rail: RailPlan.Rail, from corner: Int, _ card: Int) -> Int {
    var last = corner
    for fork in rails.waypoints[rail.target] ?? [] {
      guard let dot = dots[fork] else { continue }
      let id = "\(names.ids[card])~to~\(name(of: rail.target))~by~\(names.ids[fork])"
      let waypoint = point(id, rails.cluster(ofFork: card), railName(rail.target), .waypoint)
      diagram.ranks.append([dot, waypoint])
      diagram.edges.append(railEdge(from: last, to: waypoint, weight: 12))
      waypointsBeside[fork, default: []].append((rail.end, card, waypoint))
      last = waypoint
    }
    return last
  }

  private func railEdge(from: Int, to: Int, weight: Int?) -> Diagram.Edge {
    Diagram.Edge(
      from: from, fromPort: .none, to: to, toPort: .none, weight: weight, style: .skip, hasArrow: false,
      meetsHead: true,
      meetsTail: true)
  }

  /// The column of a line that comes back to a join.
  private func railName(_ target: Regions.Target) -> String {
    guard case .wire(let wire) = target else { return name(of: target) }
    return "\(names.ids[columns.wiring.wires[wire].source])~to~\(name(of: target))"
  }

  private func name(of target: Regions.Target) -> String {
    switch target {
    case .wire(let wire):
      let wire = columns.wiring.wires[wire]
      return names.ids[wire.target] + (wire.slot == 0 ? "" : "~\(wire.slot)")
    case .bars(let bars): return names.ids[columns.regions.bars[bars].join] + "~bar"
    }
  }

  /// A line from a node down to what reads it: straight in its column, or to the corner beside a join.
  private mutating func connect(_ node: Int, _ port: Diagram.Port, to target: Regions.Target) {
    let isStraight = columns.straight.contains(target)
    var edge = Diagram.Edge(
      from: node, fromPort: port, to: node, toPort: .none, weight: isStraight ? 60 : 8,
      style: isStraight ? .main : .skip, meetsTail: port == .none)
    switch target {
    case .bars(let bars):
      // To the middle of the bar: a line to its edge would stop short of it.
      edge.to = forkBars[bars]
      edge.hasArrow = false
      edge.meetsHead = true
    case .wire(let wire):
      edge.to = columns.wiring.wires[wire].target
      if let corner = corners[wire] {
        edge.to = corner
        edge.weight = port == .none ? 12 : 8
        edge.hasArrow = false
        edge.meetsHead = true
      } else if let bars = columns.regions.barsOfJoin[edge.to] {
        // A little less than above a branch, so that the room which a short one leaves is below it.
        edge.weight = 50
        edge.toPort = .barTop(columns.regions.bars[bars].branches.firstIndex { $0.last == wire } ?? 0)
      } else if isHorizontal {
        edge.toPort = .cardLeft
      } else {
        edge.toPort = rails.arrivals[edge.to].isEmpty ? .top : .cardTop
      }
    }
    diagram.edges.append(edge)
  }
}
