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
  /// Open addressing; a slot holds a symbol's index + 1, or 0 when free. The size is a power of two.
  private var slots: [UInt32] = Array(repeating: 0, count: 512)

  public init() {}

  public var count: Int { starts.count - 1 }

  public mutating func intern(_ name: String) -> Symbol {
    var name = name
    return name.withUTF8 { intern($0) }
  }

  /// The symbol of a name, new if the name was never seen. Takes about as long as reading the name twice.
  public mutating func intern(_ name: UnsafeBufferPointer<UInt8>) -> Symbol {
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = slots[slot] - 1
      if spelling(index, is: name) { return Symbol(index: index) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let index = UInt32(count)
    bytes.append(contentsOf: name)
    starts.append(UInt32(bytes.count))
    slots[slot] = index + 1
    if count * 2 > slots.count { grow() }
    return Symbol(index: index)
  }

  /// The symbol of `outer.inner`. The name is put together where new names go, and taken away again if it is known.
  public mutating func intern(_ outer: Symbol, dot inner: Symbol) -> Symbol {
    let start = bytes.count
    copySpelling(of: outer)
    bytes.append(UInt8(ascii: "."))
    copySpelling(of: inner)
    let end = bytes.count
    var slot = Self.hash(bytes[start..<end]) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = slots[slot] - 1
      if spelling(index, isAlsoAt: start..<end) {
        bytes.removeSubrange(start..<end)
        return Symbol(index: index)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let index = UInt32(count)
    starts.append(UInt32(end))
    slots[slot] = index + 1
    if count * 2 > slots.count { grow() }
    return Symbol(index: index)
  }

  private mutating func copySpelling(of symbol: Symbol) {
    for offset in Int(starts[Int(symbol.index)])..<Int(starts[Int(symbol.index) + 1]) { bytes.append(bytes[offset]) }
  }

  private func spelling(_ index: UInt32, isAlsoAt range: Range<Int>) -> Bool {
    let start = Int(starts[Int(index)])
    guard Int(starts[Int(index) + 1]) - start == range.count else { return false }
    for offset in 0..<range.count where bytes[start + offset] != bytes[range.lowerBound + offset] { return false }
    return true
  }

  /// The UTF-8 of a symbol's name.
  public func bytes(of symbol: Symbol) -> ArraySlice<UInt8> {
    bytes[Int(starts[Int(symbol.index)])..<Int(starts[Int(symbol.index) + 1])]
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
    for index in 0..<count {
      var slot = Self.hash(bytes[Int(starts[index])..<Int(starts[index + 1])]) & (wider.count - 1)
      while wider[slot] != 0 { slot = (slot + 1) & (wider.count - 1) }
      wider[slot] = UInt32(index) + 1
    }
    slots = wider
  }
}
