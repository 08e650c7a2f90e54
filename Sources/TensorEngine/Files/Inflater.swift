/// Unpacks what was deflated (RFC 1951).
struct Inflater {
  private let bytes: [UInt8]
  /// The next byte, and the one behind the last.
  private var position: Int
  private let end: Int
  /// Bits that were read and not used yet, the first one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var output: [UInt8] = []
  /// How many bytes there have to be.
  private let count: Int

  /// - Parameters:
  ///   - bytes: A file.
  ///   - range: Which of its bytes are to be unpacked, all of which exist.
  ///   - count: How many there should be then.
  /// - Throws: `TensorError` where they are not deflated bytes, or there are more or fewer of them. Memory is taken as
  ///   bytes come out, so a wrong count costs nothing.
  static func inflate(_ bytes: [UInt8], _ range: Range<Int>, count: Int) throws(TensorError) -> [UInt8] {
    var inflater = Inflater(bytes: bytes, range, count: count)
    try inflater.run()
    return inflater.output
  }

  private init(bytes: [UInt8], _ range: Range<Int>, count: Int) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    self.count = count
  }

  private mutating func run() throws(TensorError) {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try store()
      case 1: try expand(Self.fixedLiterals, Self.fixedDistances)
      case 2:
        let (literals, distances) = try codes()
        try expand(literals, distances)
      default: throw wrong("a block of kind 0, 1 or 2", "3")
      }
    }
    guard output.count == count else { throw wrong("\(count) bytes when inflated", "\(output.count)") }
    guard position - bitCount / 8 == end else { throw wrong("the end of the deflated bytes", "more of them") }
  }

  // MARK: Bits

  /// Reads until there are 16 bits, the most that one step takes, or the bytes end.
  private mutating func fill() {
    while bitCount <= 48, position < end {
      bits |= UInt64(bytes[position]) << UInt64(bitCount)
      position += 1
      bitCount += 8
    }
  }

  private mutating func take(_ width: Int) throws(TensorError) -> Int {
    fill()
    guard bitCount >= width else { throw wrong("more bits", "the end of the deflated bytes") }
    return drop(width)
  }

  /// Takes bits that are there.
  private mutating func drop(_ width: Int) -> Int {
    let value = Int(bits & (1 << UInt64(width) - 1))
    bits >>= UInt64(width)
    bitCount -= width
    return value
  }

  private mutating func symbol(_ code: PrefixCode) throws(TensorError) -> Int {
    fill()
    let (symbol, width) = code[Int(bits & (1 << UInt64(code.width) - 1))]
    guard width > 0 else { throw wrong("a code of the block", "another") }
    guard width <= bitCount else { throw wrong("a whole code", "the end of the deflated bytes") }
    _ = drop(width)
    return symbol
  }

  private func wrong(_ expected: String, _ found: String) -> TensorError {
    TensorError(.data(.malformed(.npz, offset: position - bitCount / 8, expected: expected, found: found)))
  }

  // MARK: Blocks

  /// A block of bytes as they are.
  private mutating func store() throws(TensorError) {
    _ = drop(bitCount % 8)
    let length = try take(16)
    guard try take(16) == ~length & 0xFFFF else { throw wrong("the length of a block twice", "two lengths") }
    // Whole bytes that were read ahead are given back.
    position -= bitCount / 8
    bits = 0
    bitCount = 0
    guard length <= end - position else { throw wrong("a block of \(length) bytes", "\(end - position)") }
    try checkRoom(length)
    output += bytes[position..<position + length]
    position += length
  }

  /// A block of literals and of repeats of what came before.
  private mutating func expand(_ literals: PrefixCode, _ distances: PrefixCode) throws(TensorError) {
    while true {
      let symbol = try symbol(literals)
      if symbol < 256 {
        try checkRoom(1)
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengths.count else { throw wrong("a length", "the code \(symbol)") }
      let length = try value(Self.lengths[symbol - 257])
      let code = try self.symbol(distances)
      guard code < Self.distances.count else { throw wrong("a distance", "the code \(code)") }
      let distance = try value(Self.distances[code])
      guard distance <= output.count else { throw wrong("a distance of at most \(output.count)", "\(distance)") }
      try checkRoom(length)
      // A repeat may run into itself.
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private func checkRoom(_ more: Int) throws(TensorError) {
    guard more <= count - output.count else { throw wrong("\(count) bytes when inflated", "more") }
  }

  private mutating func value(_ range: (base: Int, extra: Int)) throws(TensorError) -> Int {
    range.extra == 0 ? range.base : range.base + (try take(range.extra))
  }

  /// The codes of a block that brings its own.
  private mutating func codes() throws(TensorError) -> (literals: PrefixCode, distances: PrefixCode) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let lengthCount = try take(4) + 4
    var lengthWidths = [UInt8](repeating: 0, count: 19)
    for place in Self.lengthOrder.prefix(lengthCount) { lengthWidths[place] = UInt8(try take(3)) }
    let lengthCode = try code(lengthWidths)
    var widths: [UInt8] = []
    let total = literalCount + distanceCount
    while widths.count < total {
      let symbol = try symbol(lengthCode)
      let (width, times): (UInt8, Int)
      switch symbol {
      case 16:
        guard let last = widths.last else { throw wrong("a width to repeat", "none") }
        (width, times) = (last, 3 + (try take(2)))
      case 17: (width, times) = (0, 3 + (try take(3)))
      case 18: (width, times) = (0, 11 + (try take(7)))
      default: (width, times) = (UInt8(symbol), 1)
      }
      guard times <= total - widths.count else { throw wrong("\(total) widths", "more") }
      widths += Array(repeating: width, count: times)
    }
    guard widths[256] > 0 else { throw wrong("a code for the end of the block", "none") }
    return (try code(Array(widths[..<literalCount])), try code(Array(widths[literalCount...])))
  }

  private func code(_ widths: [UInt8]) throws(TensorError) -> PrefixCode {
    guard let code = PrefixCode(widths: widths) else {
      throw wrong("widths of a prefix code", "too many or too few short ones")
    }
    return code
  }
}

// MARK: - Tables of the format

extension Inflater {
  /// The order in which the widths of the code for widths are listed.
  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  /// What the codes from 257 mean: a length, and how many bits are added to it. Groups of four share the number of bits.
  private static let lengths: [(base: Int, extra: Int)] = {
    var result = (3...10).map { (base: $0, extra: 0) }
    var base = 11
    for extra in 1...5 {
      for _ in 0..<4 {
        result.append((base, extra))
        base += 1 << extra
      }
    }
    // The longest has a code to itself.
    return result + [(258, 0)]
  }()

  /// What the codes of distances mean. Groups of two share the number of bits.
  private static let distances: [(base: Int, extra: Int)] = {
    var result = (1...4).map { (base: $0, extra: 0) }
    var base = 5
    for extra in 1...13 {
      for _ in 0..<2 {
        result.append((base, extra))
        base += 1 << extra
      }
    }
    return result
  }()

  private static let fixedLiterals = PrefixCode(
    fixed: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = PrefixCode(fixed: Array(repeating: 5, count: 32))
}

/// A prefix code as a table over the next bits.
private struct PrefixCode {
  /// How many bits the table looks at.
  let width: Int
  /// For all values of these bits: a symbol above the lowest four bits, and in those how many bits are its code; zero
  /// for what is no code.
  private var table: [UInt16]

  /// - Parameter widths: How many bits the code of each symbol has, up to 15; zero for symbols without one.
  /// - Returns: Nil where there are more short codes than can be told apart, or bits that begin no code, as only a single
  ///   code of one bit leaves.
  init?(widths: [UInt8]) {
    let longest = Int(widths.max() ?? 0)
    width = longest
    table = Array(repeating: 0, count: 1 << longest)
    // Codes of one width follow each other in the order of their symbols, behind all shorter ones.
    var code = 0
    for width in 1..<max(longest + 1, 2) {
      for (symbol, own) in widths.enumerated() where Int(own) == width {
        guard code < 1 << width else { return nil }
        // Bits arrive with the first of a code lowest, so the table is indexed by codes turned round.
        let reversed = (0..<width).reduce(0) { $0 | (code >> $1 & 1) << (width - 1 - $1) }
        for index in stride(from: reversed, to: table.count, by: 1 << width) {
          table[index] = UInt16(symbol) << 4 | UInt16(width)
        }
        code += 1
      }
      code <<= 1
    }
    guard longest <= 1 || code == 2 << longest else { return nil }
  }

  /// A code of the format itself, which is known to be one.
  init(fixed widths: [UInt8]) {
    guard let code = PrefixCode(widths: widths) else { preconditionFailure("the fixed codes are prefix codes") }
    self = code
  }

  /// The symbol that the next bits begin with, and how many of them are its code; no bits where they begin with none.
  subscript(bits: Int) -> (symbol: Int, width: Int) { (Int(table[bits] >> 4), Int(table[bits] & 15)) }
}
