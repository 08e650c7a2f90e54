import CNNLayers
import CNNModel
import CNNText

/// The reader's own number among those that were explained: what it is, or why it is none of them.
struct Comparison {
  private let number: Int64
  private let facts: [Explanation.Fact]
  private let layer: LayerFacts?
  /// Shapes that the layer has or could have had.
  private let shapes: [Shape]
  /// What would make the number the length of the layer's vector.
  private let alternatives: ShapeAlternatives?

  init(_ number: Int64, with facts: [Explanation.Fact], _ layer: LayerFacts? = nil, _ shapes: [Shape] = []) {
    self.number = number
    self.facts = facts
    self.layer = layer
    self.shapes = shapes
    alternatives = layer?.rowedMap.flatMap { map in
      layer.flatMap { ShapeAlternatives(length: number, ofRow: map, in: $0.network, $0.form) }
    }
  }

  var text: String {
    let matches = facts.filter { $0.value == number }
    if !matches.isEmpty { return "\(number.grouped) is \(meanings(matches))." }
    if let alternatives {
      let product = alternatives.shape.extents.map(String.init).joined(separator: " * ")
      return "\(number.grouped) is \(product), \(alternatives.words)."
    }
    guard let layer, number > 0, !layer.output.isVector, let channels = Optional(Int64(layer.output.channels)) else {
      return "\(number.grouped) is none of these." + nearest
    }
    guard number % channels == 0 else {
      let rest = number % channels
      return
        "\(number.grouped) is none of these. It is \(channels) * \(number / channels) + \(rest), and \(layer.name) "
        + "gives a multiple of its \(counted(channels, "map"))."
    }
    return "\(number.grouped) is none of these. It is \(channels) * \(number / channels)"
      + remark(on: number / channels, channels)
  }

  /// Each meaning once; a long list by its beginning.
  private func meanings(_ matches: [Explanation.Fact]) -> String {
    var seen: Set<String> = []
    let meanings = matches.map(\.meaning).filter { seen.insert($0).inserted }
    let shown = 4
    if meanings.count <= shown { return listed(meanings) }
    return meanings.prefix(shown).joined(separator: ", ") + " and \(meanings.count - shown) numbers more"
  }

  /// What the cells of a map tell: whether they make a square, and which side they miss.
  private func remark(on cells: Int64, _ channels: Int64) -> String {
    let squares = shapes.filter { $0.rank == 2 && $0.spatial[0] == $0.spatial[1] }
    guard !squares.isEmpty else { return "." + nearest }
    let root = Self.squareRoot(cells)
    if root * root == cells { return ", maps of \(root)x\(root), and nothing here gives those." }
    let text = ", and \(cells) is not a square"
    let divisors = squares.filter { square in
      let side = Int64(square.spatial[0])
      return cells % side == 0 && cells / side <= 2 * side
    }
    guard let closest = divisors.min(by: { distance($0.elements) < distance($1.elements) }) else {
      return text + "." + nearest
    }
    let side = Int64(closest.spatial[0])
    return "\(text): \(side) * \(cells / side) * \(channels) is \(difference(closest.elements)) "
      + "\(side) * \(side) * \(channels) = \(closest.elements.grouped)."
  }

  /// ` The nearest is 279,936, the neurons of conv1.`
  private var nearest: String {
    guard let fact = facts.min(by: { distance($0.value) < distance($1.value) }) else { return "" }
    return " It is \(difference(fact.value)) \(fact.value.grouped), \(fact.meaning)."
  }

  /// `36,960 short of`
  private func difference(_ value: Int64) -> String {
    "\(distance(value).grouped) \(number < value ? "short of" : "more than")"
  }

  private func distance(_ value: Int64) -> UInt64 {
    number < value ? UInt64(bitPattern: value &- number) : UInt64(bitPattern: number &- value)
  }

  /// The whole part of the square root of a positive number.
  private static func squareRoot(_ number: Int64) -> Int64 {
    var root = Int64(Double(number).squareRoot())
    while root > 0, root > number / root { root -= 1 }
    while root + 1 <= number / (root + 1) { root += 1 }
    return root
  }
}
