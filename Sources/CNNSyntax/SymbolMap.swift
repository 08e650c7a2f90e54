/// Values by symbol. Symbols are numbers already, so a multiplication is all the hashing it takes, and unlike a dictionary
/// it costs a small program nothing before its first use.
public struct SymbolMap<Value: Sendable>: Sendable {
  /// In the order in which they were added.
  public private(set) var keys: [Symbol] = []
  private var values: [Value] = []
  /// Open addressing over `keys`: a slot holds a position + 1, or 0 when free. Empty while a look at all keys is quicker.
  private var slots: [UInt32] = []

  /// Up to so many keys are searched one by one.
  private static var linearLimit: Int { 8 }

  public init() {}

  public var isEmpty: Bool { keys.isEmpty }

  public subscript(symbol: Symbol) -> Value? {
    get { position(of: symbol).map { values[$0] } }
    set {
      guard let newValue else { return }
      if let position = position(of: symbol) {
        values[position] = newValue
      } else {
        keys.append(symbol)
        values.append(newValue)
        index()
      }
    }
  }

  private func position(of symbol: Symbol) -> Int? {
    if slots.isEmpty { return keys.firstIndex(of: symbol) }
    var slot = Self.hash(symbol) & (slots.count - 1)
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if keys[position] == symbol { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Finds room for the newest key.
  private mutating func index() {
    guard keys.count > Self.linearLimit else { return }
    if keys.count * 2 > slots.count {
      slots = Array(repeating: 0, count: max(slots.count, 2 * Self.linearLimit) * 2)
      for position in keys.indices { insert(position) }
    } else {
      insert(keys.count - 1)
    }
  }

  private mutating func insert(_ position: Int) {
    var slot = Self.hash(keys[position]) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(position) + 1
  }

  /// Knuth's multiplicative hash.
  private static func hash(_ symbol: Symbol) -> Int { Int((symbol.index &* 2_654_435_769) >> 8) }
}
