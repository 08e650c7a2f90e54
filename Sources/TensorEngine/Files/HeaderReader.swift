/// Reads a header of text, byte by byte, and says where it is not what it should be.
struct HeaderReader {
  let format: FileFormat
  let bytes: [UInt8]
  /// The next byte.
  private(set) var position: Int
  /// The first byte behind the header.
  let end: Int

  /// - Parameter range: The bytes of the header, which exist.
  init(_ format: FileFormat, _ bytes: [UInt8], _ range: Range<Int>) {
    self.format = format
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next byte that is no white space.
  mutating func peek() -> UInt8? {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    return position < end ? bytes[position] : nil
  }

  /// Takes the next byte if it is this one.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(TensorError) {
    guard take(character) else { throw wrong("'\(character)'") }
  }

  mutating func expectEnd() throws(TensorError) {
    guard peek() == nil else { throw wrong("the end of the header") }
  }

  /// Takes a word of letters.
  mutating func word() -> String {
    var letters = ""
    while let next = position < end ? bytes[position] : nil, isLetter(next) {
      letters.unicodeScalars.append(Unicode.Scalar(next))
      position += 1
    }
    return letters
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// Takes a number of decimal digits without a sign, as JSON and Python write it.
  mutating func number() throws(TensorError) -> Int {
    _ = peek()
    let start = position
    var value = 0
    while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw wrong("a number below 2^63", at: start) }
      value = sum
      position += 1
    }
    guard position > start else { throw wrong("a number") }
    guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw wrong("a number without zeros before it", at: start)
    }
    return value
  }

  /// Takes numbers between brackets, separated by commas.
  ///
  /// - Parameter allowsLastComma: As Python does: `(3,)`.
  mutating func numbers(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, allowsLastComma: Bool
  ) throws(TensorError) -> [Int] {
    try expect(open)
    var numbers: [Int] = []
    guard !take(close) else { return [] }
    while true {
      numbers.append(try number())
      // More than a tensor can have, and a header of millions of them is not worth reading on.
      guard numbers.count <= 64 else { throw wrong("at most 64 numbers") }
      if take(close) { return numbers }
      try expect(",")
      if allowsLastComma, take(close) { return numbers }
    }
  }

  /// What was found in place of what had to stand at the next byte, or at another.
  func wrong(_ expected: String, at offset: Int? = nil) -> TensorError {
    let offset = offset ?? position
    let found: String
    if offset >= end {
      found = "the end of the header"
    } else if (0x21...0x7E).contains(bytes[offset]) {
      found = "'\(Unicode.Scalar(bytes[offset]))'"
    } else {
      found = "the byte \(bytes[offset])"
    }
    return TensorError(.data(.malformed(format, offset: offset, expected: expected, found: found)))
  }
}

// MARK: - Strings

extension HeaderReader {
  /// Takes a string of JSON.
  mutating func jsonString() throws(TensorError) -> String {
    let start = position
    try expect("\"")
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        let string = String(decoding: text, as: UTF8.self)
        guard string.utf8.elementsEqual(text) else { throw wrong("a string in UTF-8", at: start) }
        return string
      case UInt8(ascii: "\\"): text += String(try escapedScalar()).utf8
      case 0..<0x20: throw wrong("a string without control characters")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw wrong("'\"'")
  }

  private mutating func escapedScalar() throws(TensorError) -> Unicode.Scalar {
    let start = position
    let letter = position + 1 < end ? bytes[position + 1] : 0
    position += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      // Beyond 16 bits a scalar is a pair of units: its upper and its lower ten bits.
      if (0xD800..<0xDC00).contains(unit), position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let second = try hexadecimal()
        if (0xDC00..<0xE000).contains(second),
          let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        {
          return scalar
        }
      } else if let scalar = Unicode.Scalar(unit) {
        return scalar
      }
    default: break
    }
    throw wrong("an escape of JSON", at: start)
  }

  private mutating func hexadecimal() throws(TensorError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw wrong("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Takes a string of Python without escapes, between single or double quotes.
  mutating func pythonString() throws(TensorError) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw wrong("a string") }
    position += 1
    var text = ""
    while position < end, bytes[position] != quote {
      guard (0x20...0x7E).contains(bytes[position]), bytes[position] != UInt8(ascii: "\\") else {
        throw wrong("a plain string")
      }
      text.unicodeScalars.append(Unicode.Scalar(bytes[position]))
      position += 1
    }
    guard position < end else { throw wrong("the end of the string") }
    position += 1
    return text
  }
}
