import CNNLayers
import CNNModel

/// What lies between a tensor and the join at which all ways from it have come together, and which of these ways are
/// drawn side by side between two bars.
struct Regions {
  /// Where a line begins.
  enum Source: Hashable {
    case card(Int)
    case port(bars: Int, index: Int)
  }

  /// Where a line ends.
  enum Target: Hashable {
    case wire(Int)
    case bars(Int)
  }

  /// Branches side by side: a bar from which they start and a join on which they end.
  struct Bars {
    let join: Int
    /// The card whose tensor enters.
    let source: Int
    let branches: [Branch]
    var cluster: Int
    /// The port of another fork, where it is the first of a branch.
    var feed: Source
  }

  struct Branch: Hashable {
    /// Its first card, or a fork again.
    let first: Target
    /// Its last line, into the join.
    let last: Int
    let room: Room
  }

  /// What a part of the diagram takes from left to right: its column, and what stands to the right of that.
  struct Room: Hashable {
    var column: Int
    var side: Int

    var width: Int { column + side }

    mutating func hold(_ other: Room, margin: Int) {
      column = max(column, other.column + margin)
      side = max(side, other.side)
    }
  }

  private(set) var bars: [Bars] = []
  /// The bars of a join.
  private(set) var barsOfJoin: [Int: Int] = [:]
  /// The port at which a line begins.
  private(set) var portOf: [Target: Source] = [:]
  /// What reads the tensor of each card: its lines, those behind a fork as one.
  private(set) var targets: [[Target]]

  /// The width of a card with its frame, and between two of them.
  static let card = 186
  static let gap = 22

  private var remaining: [Int]
  /// For a join that closes a region: the card whose tensor enters it, and the room it takes.
  private var entries: [Int: (source: Int, room: Room)] = [:]
  private let plan: CardPlan
  private let wiring: Wiring

  init(_ plan: CardPlan, _ wiring: Wiring, hasBars: Bool) {
    self.plan = plan
    self.wiring = wiring
    remaining = wiring.outputs.map(\.count)
    targets = []
    for join in plan.cards.indices where wiring.inputs[join].count > 1 { close(join, hasBars: hasBars) }
    targets = wiring.outputs.map { $0.map { Target.wire($0) }.filter { portOf[$0] == nil } }
    for index in bars.indices {
      if let port = portOf[.bars(index)] {
        bars[index].feed = port
      } else {
        targets[bars[index].source].append(.bars(index))
      }
    }
  }

  /// How a branch was walked, from its end to where it splits off.
  private struct Walk {
    var source: Int
    var first: Target
    var room: Room
    /// False where another region begins at the very tensor and has no bar that could be its first part.
    var standsAlone: Bool
    var isEmpty: Bool
    var cluster: Int
  }

  private mutating func close(_ join: Int, hasBars: Bool) {
    let walks = wiring.inputs[join].map { walk(from: $0, to: join) }
    guard let first = walks.first, walks.allSatisfy({ $0.source == first.source }) else { return }
    let source = first.source
    remaining[source] -= walks.count - 1
    let isApart = walks.allSatisfy { !$0.isEmpty && $0.standsAlone } && Set(walks.map(\.first)).count == walks.count
    guard hasBars, isApart, plan.isPlainJoin(join), walks.count > 2 || plan.concatenates(join) else {
      let main = walks.first { !$0.isEmpty }?.room ?? Room(column: Self.card, side: 0)
      let all = walks.reduce(0) { $0 + $1.room.width + Self.gap }
      entries[join] = (source, Room(column: max(main.column, Self.card), side: all - main.column))
      return
    }
    let number = bars.count
    for (index, walk) in walks.enumerated() { portOf[walk.first] = .port(bars: number, index: index) }
    let branches = zip(walks, wiring.inputs[join]).map { Branch(first: $0.first, last: $1, room: $0.room) }
    let cluster = walks.reduce(plan.cards[join].cluster) { plan.commonCluster($0, $1.cluster) }
    bars.append(Bars(join: join, source: source, branches: branches, cluster: cluster, feed: .card(source)))
    barsOfJoin[join] = number
    let columns = walks.reduce(0) { $0 + $1.room.width } + Self.gap * (walks.count - 1)
    entries[join] = (source, Room(column: columns, side: 0))
  }

  /// Follows a line against its direction as long as there is one way only.
  private func walk(from wire: Int, to join: Int) -> Walk {
    let depth = plan.clusters[plan.cards[join].cluster].depth
    var walk = Walk(
      source: wiring.wires[wire].source, first: .wire(wire), room: Room(column: 0, side: 0), standsAlone: true,
      isEmpty: true,
      cluster: plan.cards[join].cluster)
    while remaining[walk.source] == 1 {
      let card = walk.source
      let margin = 2 * Self.clusterMargin * max(plan.clusters[plan.cards[card].cluster].depth - depth, 0)
      if let entry = entries[card] {
        walk.source = entry.source
        walk.room.hold(entry.room, margin: margin)
        if let bars = barsOfJoin[card] {
          walk.first = .bars(bars)
          walk.cluster = bars < self.bars.count ? self.bars[bars].cluster : walk.cluster
          walk.standsAlone = true
        } else {
          walk.standsAlone = false
        }
      } else if wiring.inputs[card].count == 1 {
        let input = wiring.inputs[card].lowerBound
        walk.source = wiring.wires[input].source
        walk.room.hold(Room(column: Self.card, side: 0), margin: margin)
        walk.first = .wire(input)
        walk.cluster = plan.cards[card].cluster
        walk.standsAlone = true
      } else {
        break
      }
      walk.isEmpty = false
    }
    return walk
  }

  private static let clusterMargin = 10
}

extension CardPlan {
  /// Whether a card is a join that reads its branches as they are, and no closed block.
  fileprivate func isPlainJoin(_ card: Int) -> Bool {
    guard case .layers(let layers, _) = cards[card].content, let head = layers.first, cards[card].crops.isEmpty else {
      return false
    }
    return operation(of: head).isJoin
  }

  /// Whether a card is a join that puts channels side by side.
  func concatenates(_ card: Int) -> Bool {
    guard case .layers(let layers, _) = cards[card].content else { return false }
    return layers.contains { operation(of: $0) == .concatenate(over: .channels) }
  }
}
