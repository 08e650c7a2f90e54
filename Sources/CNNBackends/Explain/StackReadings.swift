import CNNLayers
import CNNText

/// The readings of a stack of convolutions, with their totals: what `9 * k1 + 25 * k1 * k2` is, and what it is not.
struct StackReadings {
  private let layers: [LayerFacts]

  init(_ layers: [LayerFacts]) {
    self.layers = layers
  }

  /// A formula with more terms than this is told by its result.
  private static let shownTerms = 2
  /// Maps that multiply through more layers than this are beyond what anybody means.
  private static let multipliedLayers = 3

  private struct Total {
    let kind: ParameterReading.Kind
    let weights: Int64
    let parameters: Int64
    let formula: String
    let maps: Int64?
  }

  func describe(in explanation: inout Explanation) {
    guard layers.count > 1, layers.contains(where: { $0.input.channels > 1 }) else { return }
    let isGrouped = layers.contains { ($0.filterBank?.groups ?? 1) > 1 }
    let kinds: [ParameterReading.Kind] = isGrouped ? [.everyMap, .flat, .ungrouped, .own] : [.everyMap, .flat, .own]
    let totals = kinds.compactMap(total)
    guard totals.count > 1 else { return }
    let columns: [Explanation.Column] = [
      .init(minimum: 22), .init("weights", .right), .init(), .init("with biases", .right), .init("maps", .right),
    ]
    let title = "Other readings:"
    let rows = totals.map { total in
      [
        total.kind.words, total.weights.grouped, total.formula, total.parameters.grouped,
        total.maps.map(String.init) ?? "",
      ]
    }
    explanation.add(.init(columns, title: title, rows: rows))
    for total in totals where total.kind != .own {
      explanation.note(total.weights, "the number of weights of the convolutions, \(total.kind.words)")
      explanation.note(total.parameters, "the number of parameters of the convolutions, \(total.kind.words)")
      explanation.note(total.maps, "the number of maps of the convolutions, \(total.kind.words)")
    }
  }

  private func total(_ kind: ParameterReading.Kind) -> Total? {
    let readings = layers.compactMap { $0.reading(kind) }
    guard readings.count == layers.count, let weights = sum(readings.map(\.weights)),
      let parameters = sum([weights] + layers.map { $0.filterBank.map { $0.bias ? $0.filters : 0 } })
    else { return nil }
    let isShort = readings.count <= Self.shownTerms
    return Total(
      kind: kind, weights: weights, parameters: parameters,
      formula: isShort
        ? readings.map { times(Array($0.weightFactors.dropFirst() + $0.weightFactors.prefix(1))) }.joined(
          separator: " + ") : "",
      maps: maps(kind, readings))
  }

  /// The maps at the end of a plain stack. Where every filter gives a map for each map below, they multiply.
  private func maps(_ kind: ParameterReading.Kind, _ readings: [ParameterReading]) -> Int64? {
    guard kind == .everyMap else { return readings.last?.maps }
    guard let last = layers.last, layers.count <= Self.multipliedLayers, isPlain(to: last) else { return nil }
    return product([Int64(layers[0].input.channels)] + layers.compactMap { $0.filterBank?.filters })
  }

  /// True where the convolutions stand one above the other, without joins between them.
  private func isPlain(to last: LayerFacts) -> Bool {
    var above = Set(layers.map(\.id))
    var link: LayerFacts? = last
    while let layer = link, layer.inputs.count <= 1 {
      above.remove(layer.id)
      link = layer.inputs.first.map(layer.facts)
    }
    return above.isEmpty && link == nil
  }
}

extension ParameterReading.Kind {
  fileprivate var words: String {
    switch self {
    case .everyMap: "every filter on every map"
    case .flat: "one flat filter, all maps"
    case .ungrouped: "no groups"
    case .own: "these layers"
    }
  }
}
