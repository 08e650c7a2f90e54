/// A name, as a number: equal names of one compilation have equal symbols.
public struct Symbol: Hashable, Sendable {
  public let index: UInt32

  @inlinable
  public init(index: UInt32) {
    self.index = index
  }
}

/// Gives names their symbols. One table serves all files of a compilation, so that names compare as numbers.
public struct SymbolTable: Sendable {
  /// The spellings, one after the other, and where each begins.
  private var bytes: [UInt8] = []
  private var starts: [UInt32] = [0]
  /// Open addressing; a slot holds a symbol's index + 1, or 0 when free. The size is a power of two. Symbols count from
  /// those of the base on.
  private var slots: [UInt32]
  /// The symbols before those that stand here. Every model adds a few names to those of its files, which are many: they
  /// are shared, not copied.
  private let base: Base?
  private let baseCount: Int

  private final class Base: Sendable {
    let table: SymbolTable

    init(_ table: SymbolTable) { self.table = table }
  }

  public init() {
    slots = Array(repeating: 0, count: 512)
    base = nil
    baseCount = 0
  }

  private init(base: SymbolTable) {
    slots = Array(repeating: 0, count: 16)
    self.base = Base(base)
    baseCount = base.count
  }

  /// The same table, whose copies share what is in it now. It is no base of another: names are looked for in two places
  /// at most.
  public func shared() -> SymbolTable { base == nil ? SymbolTable(base: self) : self }

  public var count: Int { baseCount + ownCount }
  private var ownCount: Int { starts.count - 1 }

  public mutating func intern(_ name: String) -> Symbol {
    var name = name
    return name.withUTF8 { intern($0) }
  }

  /// The symbol of a name, new if the name was never seen. Takes about as long as reading the name twice.
  public mutating func intern(_ name: UnsafeBufferPointer<UInt8>) -> Symbol {
    let hash = Self.hash(name)
    if let base, case .known(let index) = base.table.find(name, hash) { return Symbol(index: index) }
    switch find(name, hash) {
    case .known(let index): return symbol(index)
    case .free(let slot):
      bytes.append(contentsOf: name)
      return add(at: slot)
    }
  }

  private enum Place {
    /// An index among the names of this table alone.
    case known(UInt32)
    case free(slot: Int)
  }

  @inline(__always)
  private func find(_ name: UnsafeBufferPointer<UInt8>, _ hash: Int) -> Place {
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 {
      let index = slots[slot] - 1
      if spelling(index, is: name) { return .known(index) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return .free(slot: slot)
  }

  private func symbol(_ index: UInt32) -> Symbol { Symbol(index: UInt32(baseCount) + index) }

  /// Gives the name whose bytes were added last its symbol.
  private mutating func add(at slot: Int) -> Symbol {
    let index = UInt32(ownCount)
    starts.append(UInt32(bytes.count))
    slots[slot] = index + 1
    if ownCount * 2 > slots.count { grow() }
    return symbol(index)
  }

  /// The symbol of `outer.inner`. The name is put together where new names go, and taken away again if it is known.
  public mutating func intern(_ outer: Symbol, dot inner: Symbol) -> Symbol {
    let start = bytes.count
    copySpelling(of: outer)
    bytes.append(UInt8(ascii: "."))
    copySpelling(of: inner)
    let (known, slot) = bytes.withUnsafeBufferPointer { bytes -> (Symbol?, Int) in
      let name = UnsafeBufferPointer(rebasing: bytes[start...])
      let hash = Self.hash(name)
      if let base, case .known(let index) = base.table.find(name, hash) { return (Symbol(index: index), 0) }
      switch find(name, hash) {
      case .known(let index): return (symbol(index), 0)
      case .free(let slot): return (nil, slot)
      }
    }
    guard let known else { return add(at: slot) }
    bytes.removeSubrange(start...)
    return known
  }

  private mutating func copySpelling(of symbol: Symbol) {
    let index = Int(symbol.index) - baseCount
    if let base, index < 0 {
      bytes += base.table.bytes(of: symbol)
    } else {
      for offset in Int(starts[index])..<Int(starts[index + 1]) { bytes.append(bytes[offset]) }
    }
  }

  /// The UTF-8 of a symbol's name.
  public func bytes(of symbol: Symbol) -> ArraySlice<UInt8> {
    let index = Int(symbol.index) - baseCount
    if let base, index < 0 { return base.table.bytes(of: symbol) }
    return bytes[Int(starts[index])..<Int(starts[index + 1])]
  }

  public subscript(symbol: Symbol) -> String {
    String(decoding: bytes(of: symbol), as: UTF8.self)
  }

  private func spelling(_ index: UInt32, is name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[Int(index)])
    guard Int(starts[Int(index) + 1]) - start == name.count else { return false }
    var offset = start
    for byte in name {
      if bytes[offset] != byte { return false }
      offset += 1
    }
    return true
  }

  /// FNV-1a.
  private static func hash(_ name: some Sequence<UInt8>) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in name {
      hash = (hash ^ UInt32(byte)) &* 16_777_619
    }
    return Int(hash ^ (hash >> 15))
  }

  private mutating func grow() {
    var wider = [UInt32](repeating: 0, count: slots.count * 4)
    for index in 0..<ownCount {
      var slot = Self.hash(bytes[Int(starts[index])..<Int(starts[index + 1])]) & (wider.count - 1)
      while wider[slot] != 0 { slot = (slot + 1) & (wider.count - 1) }
      wider[slot] = UInt32(index) + 1
    }
    slots = wider
  }
}
