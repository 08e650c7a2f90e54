import CNNLayers
import CNNSyntax
import CNNText

/// Looks for two names that read the same.
///
/// Names within a call are told apart when they are given. Joined by dots and counted by digits, names of different calls
/// can still read the same: the label `layer1.0` and the `0` within `layer1`; the eleventh call of `res` and the first of
/// `res1`. Their weights would be stored under one name.
struct PathCheck {
  let program: Program
  let network: Network

  /// Two names that read the same, and where the second is given.
  struct Clash {
    let path: String
    let first: Span
    let second: Span
  }

  /// The first clash of two layers, then of two sets of weights, which layers of different names may have where something
  /// is shared.
  var clashes: [Clash] { [clashOfWeights, clashOfLayers].compactMap(\.self) }

  private var clashOfLayers: Clash? {
    guard hasTwoReadings, let (first, second) = layersOfOnePath() else { return nil }
    let (firstLayer, secondLayer) = (network.layers[first], network.layers[second])
    var (a, b) = (PathEnd(firstLayer), PathEnd(secondLayer))
    // Where the last parts are one name, the difference is further out.
    while a.name == b.name, a.scope >= 0, b.scope >= 0, a.scope != b.scope {
      a = outer(a)
      b = outer(b)
    }
    let path = network.path(b.name, in: b.scope)
    guard let here = place(of: b) ?? program.place(of: TensorID(second), in: network) else { return nil }
    let there = place(of: a) ?? program.place(of: TensorID(first), in: network)
    return Clash(path: path, first: there ?? here, second: here)
  }

  private var clashOfWeights: Clash? {
    if network.sharedCalls.isEmpty { return nil }
    var seen: [String: Int] = [:]
    for set in network.weights {
      let path = network.path(of: set)
      guard let other = seen.updateValue(set.layer, forKey: path) else { continue }
      let places = [other, set.layer].map { program.place(of: network.layers[$0], in: network) }
      let shared = set.sharedIndex < 0 ? nil : network.sharedCalls[Int(set.sharedIndex)].place
      guard let here = shared ?? places[1] else { return nil }
      return Clash(path: path, first: places[0] ?? here, second: here)
    }
    return nil
  }

  private func outer(_ end: PathEnd) -> PathEnd {
    let scope = network.scopes[Int(end.scope)]
    return PathEnd(name: scope.name, scope: scope.parent, inner: end.scope)
  }

  /// Where the call is written whose name a path ends with; nil for a layer, and for a label around several stages.
  private func place(of end: PathEnd) -> Span? {
    guard let inner = end.inner, let frame = network.frames.first(where: { $0.scope == inner }),
      let stage = frame.stage, frame.parent >= .model
    else { return nil }
    let tree = program.tree(network.frames[Int(frame.parent)].file)
    return tree.headSpan(tree.stages[stage.position])
  }

  /// Whether some part of a path can be read in two ways, which in many networks none can: for a part with a dot or with
  /// a number behind digits of its own.
  private var hasTwoReadings: Bool {
    var endings = NameEndings(network.symbols)
    for scope in network.scopes where endings.hasTwoReadings(scope.name) { return true }
    for index in network.layers.indices where endings.hasTwoReadings(network.layers[index].name) { return true }
    return false
  }

  /// The first layer that has the path of one before it. Only paths with a part that can be read in two ways are kept,
  /// and many networks have none.
  private func layersOfOnePath() -> (first: Int, second: Int)? {
    var parts = PathParts(network.symbols)
    var scopes: [PathHash] = []
    for scope in network.scopes {
      scopes.append(parts.hash(scope.name, within: scope.parent < 0 ? nil : scopes[Int(scope.parent)]))
    }
    var layers: [PathHash] = []
    layers.reserveCapacity(network.layers.count)
    for layer in network.layers {
      layers.append(parts.hash(layer.name, within: layer.scope < 0 ? nil : scopes[Int(layer.scope)]))
    }
    var ambiguous: Set<UInt64> = []
    for layer in layers where layer.hasTwoReadings { ambiguous.insert(layer.value) }
    guard !ambiguous.isEmpty else { return nil }
    var seen: [UInt64: Int] = [:]
    for (index, layer) in layers.enumerated() where ambiguous.contains(layer.value) {
      guard let other = seen.updateValue(index, forKey: layer.value) else { continue }
      if network.path(of: network.layers[other]) == network.path(of: network.layers[index]) { return (other, index) }
    }
    return nil
  }
}

/// The last part of a path and the scope it is in.
private struct PathEnd {
  let name: LocalName
  let scope: Int32
  /// The scope that bears the name; nil for a layer.
  let inner: Int32?

  init(name: LocalName, scope: Int32, inner: Int32) {
    self.name = name
    self.scope = scope
    self.inner = inner
  }

  init(_ layer: NetworkLayer) {
    name = layer.name
    scope = layer.scope
    inner = nil
  }
}

/// What the names in paths end with, looked at once for each symbol.
private struct NameEndings {
  private enum Ending { case unknown, plain, digit, dotted }

  private let symbols: SymbolTable
  private var endings: [Ending]

  init(_ symbols: SymbolTable) {
    self.symbols = symbols
    endings = Array(repeating: .unknown, count: symbols.count)
  }

  mutating func hasTwoReadings(_ name: LocalName) -> Bool {
    let index = Int(name.symbol.index)
    if endings[index] == .unknown { endings[index] = ending(of: name.symbol) }
    return endings[index] == .dotted || name.number > 0 && endings[index] == .digit
  }

  private func ending(of symbol: Symbol) -> Ending {
    let bytes = symbols.bytes(of: symbol)
    if bytes.contains(UInt8(ascii: ".")) { return .dotted }
    return bytes.last.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false ? .digit : .plain
  }
}

/// A hash of a path's text, the same whatever its parts are, and whether a part of it could be read as other names.
private struct PathHash {
  var value: UInt64 = 0
  var hasTwoReadings = false

  /// The base of the polynomial whose coefficients are the bytes.
  static let base: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func add(_ byte: UInt8) { value = value &* Self.base &+ UInt64(byte) &+ 1 }
}

/// What the names in paths contribute, worked out once for each symbol.
private struct PathParts {
  private struct Part {
    var hash = PathHash()
    /// The base to the power of its length.
    var shift: UInt64 = 1
    var endsWithDigit = false
  }

  private let symbols: SymbolTable
  private var parts: [Symbol: Part] = [:]
  private var last: (symbol: Symbol, part: Part)?

  init(_ symbols: SymbolTable) { self.symbols = symbols }

  mutating func hash(_ name: LocalName, within outer: PathHash?) -> PathHash {
    var result = outer ?? PathHash()
    if outer != nil { result.add(UInt8(ascii: ".")) }
    let part = part(of: name.symbol)
    result.value = result.value &* part.shift &+ part.hash.value
    if part.hash.hasTwoReadings || name.number > 0 && part.endsWithDigit { result.hasTwoReadings = true }
    guard name.number > 0 else { return result }
    var power: UInt32 = 1
    while name.number / power >= 10 { power *= 10 }
    while power > 0 {
      result.add(UInt8(ascii: "0") + UInt8(name.number / power % 10))
      power /= 10
    }
    return result
  }

  private mutating func part(of symbol: Symbol) -> Part {
    if let last, last.symbol == symbol { return last.part }
    if let known = parts[symbol] {
      last = (symbol, known)
      return known
    }
    var part = Part()
    for byte in symbols.bytes(of: symbol) {
      part.hash.add(byte)
      part.shift = part.shift &* PathHash.base
      if byte == UInt8(ascii: ".") { part.hash.hasTwoReadings = true }
      part.endsWithDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
    parts[symbol] = part
    last = (symbol, part)
    return part
  }
}
