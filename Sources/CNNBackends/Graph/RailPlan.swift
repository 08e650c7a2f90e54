import CNNModel

/// The lines that leave their column: where they turn, and in which order they stand beside it.
struct RailPlan {
  /// What leaves the dot of a fork.
  struct Fork {
    /// Goes on below.
    let down: Regions.Target
    /// Go aside, the one that comes back first next to the dot.
    let aside: [Rail]
  }

  struct Rail {
    let target: Regions.Target
    /// The card at which it is back, or its column ends.
    let end: Int
  }

  /// A line that comes to a join from the side.
  struct Arrival {
    let wire: Int
    /// The card beside which it left its column.
    let start: Int
    /// Whether it comes from the right, where the rails of the column are.
    let isOuter: Bool
  }

  private(set) var forks: [Int: Fork] = [:]
  /// So many rails are kept in order around a fork; a picture with more is beyond reading.
  private static let mostAround = 8

  /// For each card, from the inside out: what left last comes first.
  private(set) var arrivals: [[Arrival]]
  /// The forks that lie within a rail, whose lines must stay between it and the column.
  private(set) var waypoints: [Regions.Target: [Int]] = [:]
  /// For a line to a column that comes back nowhere, the lines to columns which begin further down while it lasts, the
  /// lowest first. They stand nearer, so that none has to pass through the one that began before it.
  private(set) var nearer: [Regions.Target: [Regions.Target]] = [:]

  private let columns: ColumnPlan
  /// The card beside which each column begins.
  private let starts: [Int]
  /// The card at which each column is back, or ends.
  private var ends: [Int]

  init(_ columns: ColumnPlan) {
    self.columns = columns
    arrivals = Array(repeating: [], count: columns.cards.cards.count)
    starts = columns.heads.map { head in
      switch head {
      case .card(let card): columns.wiring.inputs[card].first.map { columns.wiring.wires[$0].source } ?? card
      case .bars(let bars): columns.regions.bars[bars].source
      }
    }
    ends = columns.lastCard
    for (index, last) in columns.lastCard.enumerated() where index > 0 {
      guard let wire = columns.wiring.outputs[last].first else { continue }
      ends[index] = columns.wiring.wires[wire].target
    }
    addForks()
    addWaypoints()
    addNearer()
    addArrivals()
  }

  /// The block around everything that a fork feeds.
  func cluster(ofFork card: Int) -> Int {
    let clusters = columns.regions.targets[card].map { cluster(of: $0) }
    return clusters.dropFirst().reduce(clusters.first ?? 0) { columns.cards.commonCluster($0, $1) }
  }

  /// The block in which a line comes to the side of its join. A line from a fork outside a block runs within it, or it
  /// could not pass between the columns there.
  func cluster(ofWire wire: Int) -> Int {
    let line = columns.wiring.wires[wire]
    let target = columns.cards.cards[line.target].cluster
    if columns.regions.targets[line.source].count > 1 {
      let fork = cluster(ofFork: line.source)
      return columns.cards.commonCluster(fork, target) == fork ? target : fork
    }
    return columns.cards.commonCluster(columns.cards.cards[line.source].cluster, target)
  }

  /// The column in which a line comes to the side of its join; nil for a rail, which is a column of its own.
  func column(ofWire wire: Int) -> Int? {
    let line = columns.wiring.wires[wire]
    guard let fork = forks[line.source] else { return columns.column[line.source] }
    return fork.down == .wire(wire) ? columns.column[line.source] : nil
  }

  /// The column that begins where a rail ends; nil for one that ends beside a join.
  func column(of target: Regions.Target) -> Int? {
    switch target {
    case .bars(let bars): columns.columnOfBars[bars]
    case .wire(let wire):
      arrives(wire) ? nil : columns.column[columns.wiring.wires[wire].target]
    }
  }

  /// Whether a line comes to its card from the side.
  private func arrives(_ wire: Int) -> Bool {
    columns.wiring.inputs[columns.wiring.wires[wire].target].count > 1 && !columns.straight.contains(.wire(wire))
  }

  private func cluster(of target: Regions.Target) -> Int {
    switch target {
    case .wire(let wire): columns.cards.cards[columns.wiring.wires[wire].target].cluster
    case .bars(let bars): columns.regions.bars[bars].cluster
    }
  }

  private func end(of target: Regions.Target) -> Int {
    switch target {
    case .bars(let bars): ends[columns.columnOfBars[bars]]
    case .wire(let wire):
      arrives(wire) ? columns.wiring.wires[wire].target : ends[columns.column[columns.wiring.wires[wire].target]]
    }
  }

  private mutating func addForks() {
    for card in columns.cards.cards.indices where columns.regions.targets[card].count > 1 {
      let rails = columns.regions.targets[card].enumerated().map { position, target in
        (position: position, rail: Rail(target: target, end: end(of: target)))
      }.sorted { ($0.rail.end, $0.position) < ($1.rail.end, $1.position) }.map(\.rail)
      guard let down = rails.first(where: { columns.straight.contains($0.target) }) ?? rails.first else { continue }
      forks[card] = Fork(down: down.target, aside: rails.filter { $0.target != down.target })
    }
  }

  private mutating func addNearer() {
    let begun = forks.keys.sorted().map { card in
      (card: card, targets: forks[card]?.aside.map(\.target).filter { column(of: $0) != nil } ?? [])
    }
    for (position, (card, targets)) in begun.enumerated() {
      guard let target = targets.first(where: { endsAlone($0) }), let last = lastBeforeOutputs(of: target) else {
        continue
      }
      let below = begun[(position + 1)...].filter { other in
        other.card < last && columns.column[other.card] == columns.column[card]
          && cluster(ofFork: other.card) == cluster(ofFork: card)
      }
      if !below.isEmpty { nearer[target] = below.reversed().flatMap(\.targets) }
    }
  }

  /// Whether what begins with a line ends with an output.
  private func endsAlone(_ target: Regions.Target) -> Bool {
    guard let column = column(of: target) else { return false }
    return columns.wiring.outputs[columns.lastCard[column]].isEmpty
  }

  /// The last card of a column that is no output: those stand behind all others.
  private func lastBeforeOutputs(of target: Regions.Target) -> Int? {
    guard let column = column(of: target) else { return nil }
    return columns.column.indices.last { card in
      guard columns.column[card] == column else { return false }
      if case .output = columns.cards.cards[card].content { return false }
      return true
    }
  }

  private mutating func addArrivals() {
    for (index, wire) in columns.wiring.wires.enumerated() where arrives(index) {
      let isRail = forks[wire.source].map { $0.down != .wire(index) } ?? false
      let start = isRail ? wire.source : starts[columns.column[wire.source]]
      arrivals[wire.target].append(Arrival(wire: index, start: start, isOuter: isOuter(index)))
    }
    for join in arrivals.indices where arrivals[join].count > 1 {
      arrivals[join].sort { ($1.start, $0.wire) < ($0.start, $1.wire) }
    }
  }

  /// Whether a line reaches its join from the right: from the same column or one further out, or around it.
  private func isOuter(_ index: Int) -> Bool {
    let wire = columns.wiring.wires[index]
    let (source, target) = (columns.column[wire.source], columns.column[wire.target])
    if source >= target { return true }
    return (waypoints[.wire(index)] ?? []).contains { fork in
      forks[fork]?.aside.contains { column(of: $0.target) == target } ?? false
    }
  }

  /// For each fork the rails around it in the same block. A rail that comes back to a card of the column which the
  /// fork begins comes from outside too.
  private mutating func addWaypoints() {
    var open: [Int: [Rail]] = [:]
    for card in columns.cards.cards.indices {
      guard let fork = forks[card], let outermost = fork.aside.last else { continue }
      let cluster = cluster(ofFork: card)
      var rails = open.removeValue(forKey: cluster) ?? []
      while let last = rails.last, last.end <= card { rails.removeLast() }
      let begun = Set(fork.aside.compactMap { column(of: $0.target) })
      for around in rails.suffix(Self.mostAround)
      where around.end >= outermost.end || begun.contains(columns.column[around.end]) {
        waypoints[around.target, default: []].append(card)
      }
      for rail in fork.aside.reversed() {
        if case .wire(let wire) = rail.target, arrives(wire) { rails.append(rail) }
      }
      open[cluster] = rails
    }
  }
}
