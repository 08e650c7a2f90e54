import CNNLayers
import CNNSyntax

/// The names that are given in one scope: labels, and what has none, counted by kind.
struct NamingScope {
  /// Index into `Network.scopes`; -1 for the model's own.
  let id: Int32
  /// Where its layers and inner scopes begin in the network.
  let firstLayer: Int
  let firstScope: Int
  /// A label took a number that a layer above it had been given.
  private(set) var hasConflict = false
  /// Labels that read like the name of something without one: `conv1`.
  private var taken: Set<LocalName> = []
  private var layers: [UInt32] = []
  private var calls = SymbolMap<UInt32>()
  private var labelled = SymbolMap<UInt32>()

  init(id: Int32, in network: Network) {
    self.id = id
    firstLayer = network.layers.count
    firstScope = network.scopes.count
  }

  /// Keeps a name for a label.
  mutating func take(_ name: LocalName) {
    taken.insert(name)
    // Whether something of that name has been counted yet is found out where the scope ends.
    if !layers.isEmpty || !calls.isEmpty { hasConflict = true }
  }

  mutating func nextLayer(_ kind: Int, of count: Int, _ symbol: Symbol) -> LocalName {
    if layers.isEmpty { layers = Array(repeating: 0, count: count) }
    var number = layers[kind] + 1
    while !taken.isEmpty, taken.contains(LocalName(symbol: symbol, number: number)) { number += 1 }
    layers[kind] = number
    return LocalName(symbol: symbol, number: number)
  }

  mutating func nextCall(_ symbol: Symbol) -> LocalName {
    var number = (calls[symbol] ?? 0) + 1
    while !taken.isEmpty, taken.contains(LocalName(symbol: symbol, number: number)) { number += 1 }
    calls[symbol] = number
    return LocalName(symbol: symbol, number: number)
  }

  /// What several stages of one labelled line are called: the first has no number, the others do.
  mutating func nextLabelled(_ symbol: Symbol) -> LocalName {
    let number = (labelled[symbol] ?? 0) + 1
    labelled[symbol] = number
    return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
  }

  /// Whether calls of that name have numbers.
  func isCounted(_ symbol: Symbol) -> Bool { calls[symbol] != nil }

  mutating func restartNumbers() {
    layers = []
    for symbol in calls.keys { calls[symbol] = 0 }
  }
}
