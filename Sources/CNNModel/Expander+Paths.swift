import CNNLayers
import CNNSyntax
import CNNText

// Names within a call are told apart when they are given. Joined by dots and counted by digits, names of different calls
// can still read the same: the label `layer1.0` and the `0` within `layer1`; the eleventh call of `res` and the first of
// `res1`. Their weights would be stored under one name.
extension Expander {
  /// Reports the first two layers whose whole names read the same.
  mutating func checkPaths() {
    // Labels that were given twice have been told.
    let hasWrongNames = problems.contains { if case .name = $0.fact { true } else { false } }
    guard !hasWrongNames, let (first, second) = layersOfOnePath() else { return }
    let (firstLayer, secondLayer) = (network.layers[first], network.layers[second])
    var (a, b) = (PathEnd(firstLayer), PathEnd(secondLayer))
    // Where the last parts are one name, what is told apart lies further out.
    while a.name == b.name, a.scope >= 0, b.scope >= 0, a.scope != b.scope {
      a = outer(a)
      b = outer(b)
    }
    let path = network.path(b.name, in: b.scope)
    guard let here = place(of: b) ?? place(of: TensorID(second)) else { return }
    report(.samePath(path, first: place(of: a) ?? place(of: TensorID(first)) ?? here), at: here)
  }

  private func outer(_ end: PathEnd) -> PathEnd {
    let scope = network.scopes[Int(end.scope)]
    return PathEnd(name: scope.name, scope: scope.parent, inner: end.scope)
  }

  /// Where the call stands whose name a path ends with; nil for a layer, and for a label around several stages.
  private func place(of end: PathEnd) -> Span? {
    guard let inner = end.inner, let frame = network.frames.first(where: { $0.scope == inner }),
      let stage = frame.stage, frame.parent >= 0
    else { return nil }
    let tree = program.tree(network.frames[Int(frame.parent)].file)
    return tree.headSpan(tree.stages[stage.position])
  }

  /// The first layer that has the path of one before it. Only paths with a part that can be read in two ways are kept,
  /// and most networks have none.
  private func layersOfOnePath() -> (first: Int, second: Int)? {
    let scopes = network.scopes.reduce(into: [PathHash]()) { hashes, scope in
      hashes.append(PathHash(scope.name, within: scope.parent < 0 ? nil : hashes[Int(scope.parent)], network.symbols))
    }
    let layers = network.layers.map { layer in
      PathHash(layer.name, within: layer.scope < 0 ? nil : scopes[Int(layer.scope)], network.symbols)
    }
    let ambiguous = Set(layers.lazy.filter(\.hasTwoReadings).map(\.value))
    guard !ambiguous.isEmpty else { return nil }
    var seen: [UInt64: Int] = [:]
    for (index, layer) in layers.enumerated() where ambiguous.contains(layer.value) {
      guard let other = seen[layer.value] else {
        seen[layer.value] = index
        continue
      }
      if network.path(of: network.layers[other]) == network.path(of: network.layers[index]) { return (other, index) }
    }
    return nil
  }
}

/// The last part of a path and where it lies.
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

/// A hash of a path's text (FNV-1a), and whether a part of it could be read as other names.
private struct PathHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
  private(set) var hasTwoReadings = false

  init(_ name: LocalName, within outer: PathHash?, _ symbols: SymbolTable) {
    if let outer {
      self = outer
      add(UInt8(ascii: "."))
    }
    var last: UInt8 = 0
    for byte in symbols.bytes(of: name.symbol) {
      if byte == UInt8(ascii: ".") { hasTwoReadings = true }
      add(byte)
      last = byte
    }
    guard name.number > 0 else { return }
    if last >= UInt8(ascii: "0"), last <= UInt8(ascii: "9") { hasTwoReadings = true }
    for byte in String(name.number).utf8 { add(byte) }
  }

  private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
