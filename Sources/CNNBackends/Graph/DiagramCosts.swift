import CNNModel
import CNNText

/// What the cards of a diagram cost.
struct DiagramCosts {
  struct Shown {
    let exact: String
    let short: String
    let share: String
    let heat: Diagram.Heat
  }

  let total: LayerCosts
  /// For each card.
  let cards: [LayerCosts]
  private let layers: [LayerCosts]
  private let heat: GraphOptions.Heat
  private let sizes: NetworkSizes?

  init(_ network: Network, _ plan: CardPlan, _ heat: GraphOptions.Heat) {
    layers = NetworkCosts(network).layers
    var cards = [LayerCosts](repeating: LayerCosts(), count: plan.cards.count)
    var total = LayerCosts()
    for (index, card) in plan.cardOf.enumerated() where card >= 0 {
      cards[card].add(layers[index])
      total.add(layers[index])
    }
    self.cards = cards
    self.total = total
    self.heat = heat
    sizes = network.sizes
  }

  /// `1,024 parameters`, and multiply-adds where there are any; nil where both are none.
  static func words(_ costs: LayerCosts) -> String? {
    let parts = [
      costs.parameters > 0 ? "\(costs.parameters.grouped) parameters" : nil,
      costs.multiplyAdds > 0 ? "\(costs.multiplyAdds.grouped) multiply-adds" : nil,
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  func sum(_ range: Range<Int>) -> LayerCosts {
    var sum = LayerCosts()
    for index in range { sum.add(layers[index]) }
    return sum
  }

  /// `25,557,032 parameters`, `4.09 G multiply-adds`; where inputs have symbols, those of one size.
  var summary: [String] {
    let size = sizes.map { " at \($0.standInWords)" } ?? ""
    return ["\(total.parameters.grouped) parameters", "\(total.multiplyAdds.short) multiply-adds\(size)"]
  }

  /// What the scale shows.
  var scale: String? {
    switch heat {
    case .none: nil
    case .parameters: "share of parameters"
    case .macs: "share of multiply-adds"
    }
  }

  /// The row of a card; nil where nothing is to be shown or it costs nothing.
  func shown(_ card: Int) -> Shown? {
    let part: Int64
    let whole: Int64
    let exact: String
    switch heat {
    case .none: return nil
    case .parameters:
      (part, whole) = (cards[card].parameters, total.parameters)
      exact = "\(part.grouped) parameters"
    case .macs:
      (part, whole) = (cards[card].multiplyAdds, total.multiplyAdds)
      exact = "\(part.short) multiply-adds"
    }
    guard let share = Share(part, of: whole) else { return nil }
    let words = exact.split(separator: " ").last.map(String.init) ?? ""
    return Shown(
      exact: exact, short: "\(part.short) \(words)",
      share: share.percent.hasPrefix("<") ? "< " + share.percent.dropFirst() : share.percent,
      heat: Self.step(share))
  }

  private static func step(_ share: Share) -> Diagram.Heat {
    switch share.rounded(pieces: 1000) {
    case ..<10: .trace
    case ..<50: .low
    case ..<150: .middle
    case ..<400: .high
    default: .most
    }
  }
}
