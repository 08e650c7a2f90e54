/// What a network takes: a name and the shape of one example.
public struct InputShape: Hashable, Sendable {
  public let name: String
  /// Without the batch, channels last.
  public let extents: [InputExtent]
  /// Where it is declared; errors name it.
  public let site: Site?

  public init(_ name: String, _ extents: [InputExtent], site: Site? = nil) {
    self.name = name
    self.extents = extents
    self.site = site
  }
}

/// The extent of an axis of an input.
public enum InputExtent: Hashable, Sendable, ExpressibleByIntegerLiteral {
  case cells(Int)
  /// What follows from the size of a symbol.
  case symbol(InputSymbol, SizeTable)

  public init(integerLiteral cells: Int) {
    self = .cells(cells)
  }

  /// As many cells as the size of a symbol.
  public static func symbol(_ symbol: InputSymbol) -> InputExtent { .symbol(symbol, .identity) }
}

extension [InputShape] {
  /// Throws unless there is a tensor for each, of its shape, as many examples in each as in the first, and a size of
  /// every symbol that fits all of them.
  public func check(_ inputs: [Variable]) throws(TensorError) {
    guard inputs.count == count else {
      throw TensorError(.count(what: "inputs", expected: count, found: inputs.count), site: first?.site)
    }
    guard let batch = inputs.first?.tensor.shape.batch else { return }
    var sizes = SymbolSizes()
    for (input, expected) in zip(inputs, self) {
      do throws(TensorError) {
        try expected.check(input.tensor.shape.extents, batch: batch, &sizes)
      } catch {
        throw error.at(expected.site)
      }
    }
  }
}

extension InputShape {
  fileprivate func check(_ found: [Int], batch: Int, _ sizes: inout SymbolSizes) throws(TensorError) {
    guard found.count == extents.count + 1 else {
      let rank = extents.count + 1
      throw TensorError(.rank(what: name, expected: rank...rank, found: found))
    }
    var wanted = [batch]
    for (extent, cells) in zip(extents, found.dropFirst()) {
      switch extent {
      case .cells(let cells): wanted.append(cells)
      case .symbol: wanted.append(cells)
      }
    }
    guard wanted == found else { throw TensorError(.shape(what: name, expected: wanted, found: found)) }
    for (axis, extent) in extents.enumerated() {
      guard case .symbol(let symbol, let table) = extent else { continue }
      try sizes.narrow(symbol, by: table, cells: found[axis + 1], where: "axis \(axis + 1) of \(name)")
    }
  }
}

/// The sizes that symbols can still have, axis by axis.
private struct SymbolSizes {
  /// For each symbol the axes seen so far, and those of its sizes that fit them all.
  private var symbols: [String: (axes: [(table: SizeTable, cells: Int)], sizes: [Int])] = [:]

  mutating func narrow(_ symbol: InputSymbol, by table: SizeTable, cells: Int, where axis: String) throws(TensorError) {
    let known = symbols[symbol.name]
    let axes = (known?.axes ?? []) + [(table, cells)]
    // An axis with few sizes decides: where all axes so far have too many, they are told apart by the next.
    let candidates = axes.lazy.compactMap { $0.table.sizes(giving: $0.cells) }.min { $0.count < $1.count }
    let sizes = (candidates ?? Self.all(axes.map(\.table.cycle) + [symbol.cycle])).filter { size in
      symbol.contains(size) && axes.allSatisfy { $0.table[size] == $0.cells }
    }
    guard !sizes.isEmpty else {
      let earlier = known.map { _ in ", which does not go with the axes before it" } ?? ""
      throw TensorError(
        .argument(
          "the size of \(axis)", found: "\(cells)\(earlier)",
          expected: table == .identity ? "\(symbol.words)" : "what follows from \(symbol.words)"))
    }
    symbols[symbol.name] = (axes, sizes)
  }
  /// The sizes up to where what all cycles have in common repeats itself.
  private static func all(_ cycles: [(start: Int, period: Int)]) -> [Int] {
    let period = cycles.reduce(1) { product, cycle in
      let (next, overflow) = product.multipliedReportingOverflow(by: cycle.period)
      return overflow ? limit : min(next, limit)
    }
    return Array(1..<(cycles.map(\.start).max() ?? 1) + period)
  }

  /// More sizes are not looked at.
  private static let limit = 1 << 17
}
