import CNNModel

/// Which cards stand below each other in a straight column: first the longest chain from an input to the output, then
/// what branches off.
struct ColumnPlan {
  let cards: CardPlan
  let wiring: Wiring
  let regions: Regions
  /// The column of each card; the main one is 0.
  private(set) var column: [Int]
  private(set) var columnOfBars: [Int]
  /// The lines that run down a column.
  private(set) var straight: Set<Regions.Target> = []
  /// What each column begins with.
  private(set) var heads: [Head] = []
  /// The last card of each column.
  private(set) var lastCard: [Int] = []

  enum Head: Hashable {
    case card(Int)
    case bars(Int)
  }

  private var hasSuccessor: [Bool]
  /// How many layers stand on the longest way to each card, its own among them.
  private let lengths: [Int]

  init(_ cards: CardPlan, wiring: Wiring, hasBars: Bool) {
    self.cards = cards
    self.wiring = wiring
    regions = Regions(cards, wiring, hasBars: hasBars)
    column = Array(repeating: -1, count: cards.cards.count)
    columnOfBars = Array(repeating: -1, count: regions.bars.count)
    hasSuccessor = Array(repeating: false, count: cards.cards.count)
    lengths = Self.lengths(cards, wiring)
    addMainColumn()
    for card in cards.cards.indices { place(card) }
  }

  private static func lengths(_ plan: CardPlan, _ wiring: Wiring) -> [Int] {
    var lengths = [Int](repeating: 0, count: plan.cards.count)
    for (card, content) in plan.cards.enumerated() {
      lengths[card] = content.layerCount + (wiring.inputs[card].map { lengths[wiring.wires[$0].source] }.max() ?? 0)
    }
    return lengths
  }

  /// The output without a name of its own, else the one at the end of the longest chain; where the model is cut short,
  /// the end of the longest chain.
  private var end: Int? {
    var named: Int?
    for (index, card) in cards.cards.enumerated() {
      guard case .output(let output) = card.content else { continue }
      if output.place == nil { return index }
      if named.map({ lengths[$0] < lengths[index] }) ?? true { named = index }
    }
    return named ?? lengths.indices.max { lengths[$0] < lengths[$1] }
  }

  private mutating func addMainColumn() {
    guard var card = end else { return }
    heads.append(.card(card))
    lastCard.append(card)
    while true {
      column[card] = 0
      heads[0] = .card(card)
      if let bars = regions.barsOfJoin[card] {
        columnOfBars[bars] = 0
        straight.insert(.bars(bars))
        card = regions.bars[bars].source
      } else if let wire = longest(wiring.inputs[card]) {
        straight.insert(.wire(wire))
        card = wiring.wires[wire].source
      } else {
        return
      }
      hasSuccessor[card] = true
    }
  }

  private func longest(_ wires: some Sequence<Int>) -> Int? {
    var best: Int?
    for wire in wires {
      if let best, lengths[wiring.wires[best].source] >= lengths[wiring.wires[wire].source] { continue }
      best = wire
    }
    return best
  }

  private mutating func place(_ card: Int) {
    for wire in wiring.inputs[card] {
      guard case .port(let bars, _) = regions.portOf[.wire(wire)] else { continue }
      place(bars: bars)
      straight.insert(.wire(wire))
    }
    if let bars = regions.barsOfJoin[card] {
      for branch in regions.bars[bars].branches { straight.insert(.wire(branch.last)) }
      if column[card] < 0 { column[card] = columnOfBars[bars] }
    } else if column[card] < 0 {
      let free = wiring.inputs[card].filter { wire in
        regions.portOf[.wire(wire)] == nil && !hasSuccessor[wiring.wires[wire].source]
      }
      if let wire = longest(free) {
        straight.insert(.wire(wire))
        hasSuccessor[wiring.wires[wire].source] = true
        column[card] = column[wiring.wires[wire].source]
      } else {
        column[card] = newColumn(.card(card))
      }
    }
    lastCard[column[card]] = max(lastCard[column[card]], card)
  }

  private mutating func place(bars: Int) {
    guard columnOfBars[bars] < 0 else { return }
    switch regions.bars[bars].feed {
    case .port(let outer, _):
      place(bars: outer)
      straight.insert(.bars(bars))
      columnOfBars[bars] = newColumn(.bars(bars))
    case .card(let source):
      if hasSuccessor[source] {
        columnOfBars[bars] = newColumn(.bars(bars))
      } else {
        hasSuccessor[source] = true
        straight.insert(.bars(bars))
        columnOfBars[bars] = column[source]
      }
    }
  }

  private mutating func newColumn(_ head: Head) -> Int {
    heads.append(head)
    lastCard.append(0)
    return heads.count - 1
  }
}
