import CNNSyntax

/// The variables in scope, innermost last. Few are looked through; among many, a map knows the innermost of each name.
struct Locals {
  private var items: [Local] = []
  /// For each variable the one of its name that it hides, or -1.
  private var hidden: [Int32] = []
  /// The innermost variable of each name, or -1; kept from the first moment on at which there are many.
  private var innermost = SymbolMap<Int32>()
  private var isIndexed = false

  /// Up to so many variables are looked through.
  private static let linearLimit = 16

  var count: Int { items.count }
  var indices: Range<Int> { items.indices }

  subscript(index: Int) -> Local {
    get { items[index] }
    set { items[index] = newValue }
  }

  mutating func append(_ local: Local) {
    items.append(local)
    if isIndexed {
      index(items.count - 1)
    } else if items.count > Self.linearLimit {
      isIndexed = true
      for position in items.indices { index(position) }
    }
  }

  private mutating func index(_ position: Int) {
    let symbol = items[position].symbol
    hidden.append(innermost[symbol] ?? -1)
    innermost[symbol] = Int32(truncatingIfNeeded: position)
  }

  mutating func removeSubrange(_ range: PartialRangeFrom<Int>) {
    if isIndexed {
      for position in (range.lowerBound..<items.count).reversed() {
        innermost[items[position].symbol] = hidden.removeLast()
      }
    }
    items.removeSubrange(range)
  }

  /// Where the innermost variable of a name stands, if not below a position.
  func position(of symbol: Symbol, from start: Int) -> Int? {
    if isIndexed {
      guard let position = innermost[symbol], Int(position) >= start else { return nil }
      return Int(position)
    }
    var index = items.count
    while index > start {
      index -= 1
      if items[index].symbol == symbol { return index }
    }
    return nil
  }
}
