import CNNLayers
import CNNSyntax
import CNNText

/// The names that a call can give values to, in order. Shared, not copied: it is looked at for every argument.
final class Signature: Sendable {
  let callee: String
  let symbols: [Symbol]
  /// The parameters of a layer; empty for blocks and models, whose parameters take any value.
  let infos: [ParameterInfo]
  /// Whether further values without a name belong to the first parameter.
  let gathers: Bool

  init(callee: String, symbols: [Symbol], infos: [ParameterInfo]) {
    self.callee = callee
    self.symbols = symbols
    self.infos = infos
    gathers = infos.first?.takesSeveral ?? false
  }

  func index(of symbol: Symbol) -> Int? { symbols.firstIndex(of: symbol) }

  func names(_ table: SymbolTable) -> [String] { symbols.map { table[$0] } }
}

extension Program {
  /// The signature of a block or a model.
  func signature(of definition: ProgramDefinition) -> Signature {
    let tree = tree(definition.file)
    return Signature(
      callee: name(of: definition),
      symbols: definition.definition.parameters.range.map { tree.parameters[$0].name.symbol }, infos: [])
  }

  /// True where the parameters of a block could not be read.
  func hasDamagedParameters(_ definition: ProgramDefinition) -> Bool {
    let tree = tree(definition.file)
    guard case .body(let body) = definition.definition.content, !tree.damage.isEmpty else { return false }
    let keyword = tree.tokens[definition.definition.keyword.position]
    return tree.isDamaged(from: keyword.start, to: tree.tokens[body.open.position].start)
  }
}

/// A layer that a model uses. Shared, not copied: it is looked at for every stage.
final class LayerInUse: Sendable {
  let definition: LayerDefinition
  let signature: Signature

  init(_ definition: LayerDefinition, _ signature: Signature) {
    self.definition = definition
    self.signature = signature
  }
}

/// The layers of the catalogue that are in use: a definition is made when the first stage calls it.
struct LayersInUse {
  private var layers: [LayerInUse] = []
  /// For each layer of the catalogue its place among those in use, or -1.
  private var places: [Int16] = []

  /// - Parameter symbols: Where the names of its parameters get their numbers.
  @inline(__always)
  mutating func layer(_ kind: Int, _ symbols: inout SymbolTable) -> LayerInUse {
    if kind < places.count, places[kind] >= 0 { return layers[Int(places[kind])] }
    return make(kind, &symbols)
  }

  private mutating func make(_ kind: Int, _ symbols: inout SymbolTable) -> LayerInUse {
    if places.isEmpty { places = Array(repeating: -1, count: Catalogue.layers.count) }
    let definition = Catalogue.layers[kind].definition()
    let signature = Signature(
      callee: Catalogue.layers[kind].name, symbols: definition.parameters.map { symbols.intern($0.name) },
      infos: definition.parameters)
    let layer = LayerInUse(definition, signature)
    places[kind] = Int16(layers.count)
    layers.append(layer)
    return layer
  }
}
