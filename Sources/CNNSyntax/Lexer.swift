import CNNText

/// Cuts a file into tokens. Reads every byte once, decodes none, and never fails: what it cannot read becomes trivia or
/// a `malformed` token, and a problem.
struct Lexer {
  private let file: FileID
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0
  /// A copy at hand: a static table is asked for by way of a lock.
  private let classes = Lexer.byteClasses
  private let signs = Lexer.signsByFirstByte
  /// How many strings with a hole are open around the current token.
  private var openHoles = 0
  private(set) var tokens: [Token] = []
  private(set) var problems: [SyntaxProblem] = []

  /// The tokens of a file, the last of which is `end`.
  static func tokens(of source: SourceFile) -> (tokens: [Token], problems: [SyntaxProblem]) {
    source.bytes.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(file: source.id, bytes: bytes)
      lexer.run()
      return (lexer.tokens, lexer.problems)
    }
  }

  private init(file: FileID, bytes: UnsafeBufferPointer<UInt8>) {
    self.file = file
    self.bytes = bytes
    // Three bytes a token is fewer than people write; the pages of what stays unused are never touched.
    tokens.reserveCapacity(bytes.count / 3 + 16)
  }

  private mutating func run() {
    checkEncoding()
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
    while offset < bytes.count { next() }
    closeHoles()
    let end = UInt32(bytes.count)
    tokens.append(Token(.end, start: end, end: end))
  }

  private mutating func next() {
    let byte = bytes[offset]
    switch classes[Int(byte)] {
    case .blank: offset += 1
    case .lineBreak: lineBreak()
    case .letter: word()
    case .digit: number()
    case .quote: string()
    case .sign: sign()
    case .other: skipUnknown()
    }
  }

  private func peek(_ distance: Int = 0) -> UInt8 {
    let index = offset + distance
    return index < bytes.count ? bytes[index] : 0
  }

  private mutating func emit(_ kind: TokenKind, from start: Int) {
    tokens.append(Token(kind, start: UInt32(start), end: UInt32(offset)))
  }

  private mutating func report(_ fact: SyntaxProblem.Fact, _ start: Int, _ end: Int) {
    guard problems.count < Parser.problemLimit else { return }
    problems.append(SyntaxProblem(fact, at: Span(file: file, start: UInt32(start), end: UInt32(end))))
  }
}

// MARK: - Lines and words

extension Lexer {
  /// One token for the break and all the empty lines behind it; none before the first token.
  private mutating func lineBreak() {
    closeHoles()
    let start = offset
    offset += 1
    if let last = tokens.last, last.kind != .newline { emit(.newline, from: start) }
  }

  private mutating func word() {
    let start = offset
    if bytes[offset] == UInt8(ascii: "_") {
      let next = peek(1)
      if next == UInt8(ascii: "x"), Self.isExtentStart(peek(2)) { return shape(from: start) }
    }
    offset += 1
    while offset < bytes.count, isWordByte(bytes[offset]) { offset += 1 }
    emit(Self.keyword(bytes[start..<offset]), from: start)
  }

  /// The keyword that a word is, or `name`.
  private static func keyword(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> TokenKind {
    guard word.count <= 6, let first = word.first else { return .name }
    if word.count == 1, first == UInt8(ascii: "_") { return .underscore }
    for entry in keywordsByFirstByte[Int(first) & 31] where entry.spelling.count == word.count {
      if entry.spelling.elementsEqual(word) { return entry.kind }
    }
    return .name
  }

  private struct KeywordEntry {
    let kind: TokenKind
    let spelling: [UInt8]
  }

  private static let keywordsByFirstByte: [[KeywordEntry]] = {
    var table = [[KeywordEntry]](repeating: [], count: 32)
    for kind in TokenKind.keywords {
      guard let spelling = kind.spelling.map({ Array($0.utf8) }), let first = spelling.first else { continue }
      table[Int(first) & 31].append(KeywordEntry(kind: kind, spelling: spelling))
    }
    return table
  }()
}

// MARK: - Numbers and shapes

extension Lexer {
  /// `12`, `0.5`, `1e-5`, `5M`, or the start of a shape such as `28x28x1`.
  private mutating func number() {
    let start = offset
    skipDigits()
    if peek() == UInt8(ascii: "x") { return shape(from: start) }
    if peek() == UInt8(ascii: "."), Self.isDigit(peek(1)) {
      offset += 1
      skipDigits()
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      let sign = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+") ? 1 : 0
      if Self.isDigit(peek(1 + sign)) {
        offset += 1 + sign
        skipDigits()
      }
    }
    if NumberLiteral.multiplier(peek()) != nil { offset += 1 }
    guard isWordByte(peek()) else { return emit(.number, from: start) }
    while isWordByte(peek()) { offset += 1 }
    report(.badNumber, start, offset)
    emit(.malformed, from: start)
  }

  /// Digits or `_`, joined by `x`. `28x28xN` is one wrong shape, not a shape and a name.
  private mutating func shape(from start: Int) {
    offset = start
    while true {
      if peek() == UInt8(ascii: "_") { offset += 1 } else { skipDigits() }
      guard peek() == UInt8(ascii: "x"), Self.isExtentStart(peek(1)) else { break }
      offset += 1
    }
    guard isWordByte(peek()) else { return emit(.shape, from: start) }
    while isWordByte(peek()) { offset += 1 }
    report(.badShape, start, offset)
    emit(.malformed, from: start)
  }

  private mutating func skipDigits() {
    while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isExtentStart(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") }
  private func isWordByte(_ byte: UInt8) -> Bool {
    let kind = classes[Int(byte)]
    return kind == .letter || kind == .digit
  }
}

// MARK: - Strings

extension Lexer {
  private mutating func string() {
    let start = offset
    offset += 1
    stringText(from: start, whole: .string, cut: .stringHead)
  }

  /// Reads on to the closing quote or to a hole. An open string ends with its line.
  private mutating func stringText(from start: Int, whole: TokenKind, cut: TokenKind) {
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return emit(whole, from: start)
      case UInt8(ascii: "{"):
        offset += 1
        openHoles += 1
        return emit(cut, from: start)
      case UInt8(ascii: "\\"):
        offset += Self.isLineBreak(peek(1)) || offset + 1 == bytes.count ? 1 : 2
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        report(.unclosedString, start, offset)
        return emit(whole, from: start)
      case let byte where byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F:
        report(.unexpectedCharacter, offset, offset + 1)
        offset += 1
      default:
        offset += 1
      }
    }
    report(.unclosedString, start, offset)
    emit(whole, from: start)
  }

  /// A hole that is still open where its line or the file ends.
  private mutating func closeHoles() {
    guard openHoles > 0 else { return }
    openHoles = 0
    let head = tokens.last { $0.kind == .stringHead }
    report(.unclosedString, head.map { Int($0.start) } ?? offset, offset)
    let end = UInt32(offset)
    tokens.append(Token(.stringTail, start: end, end: end))
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
}

// MARK: - Signs, comments and what is neither

extension Lexer {
  private mutating func sign() {
    let start = offset
    if bytes[offset] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") { return comment() }
    if bytes[offset] == UInt8(ascii: "}"), openHoles > 0 {
      openHoles -= 1
      offset += 1
      return stringText(from: start, whole: .stringTail, cut: .stringMiddle)
    }
    let first = Int(bytes[offset]) & 0x7F
    for index in signs.starts[first]..<signs.starts[first + 1] where matches(signs.entries[index]) {
      offset += Int(signs.entries[index].count)
      return emit(signs.entries[index].kind, from: start)
    }
    skipUnknown()
  }

  private func matches(_ sign: SignEntry) -> Bool {
    (sign.count < 2 || peek(1) == sign.second) && (sign.count < 3 || peek(2) == sign.third)
  }

  private mutating func comment() {
    while offset < bytes.count, !Self.isLineBreak(bytes[offset]) { offset += 1 }
  }

  /// A run of bytes that begin no token is one problem. What is not UTF-8 has been reported before.
  private mutating func skipUnknown() {
    let start = offset
    if bytes[offset] == UInt8(ascii: "#") {
      while offset < bytes.count, bytes[offset] == UInt8(ascii: "#") { offset += 1 }
      report(.hashComment, start, offset)
      return comment()
    }
    repeat { offset += 1 } while offset < bytes.count && classes[Int(bytes[offset])] == .other
    var index = start
    while index < offset {
      let length = UTF8Sequence.length(bytes, at: index)
      if length == 0 { return }
      index += length
    }
    report(.unexpectedCharacter, start, offset)
  }

  /// One problem for each run of bytes that are not UTF-8, wherever they stand.
  private mutating func checkEncoding() {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    var index = 0
    var badStart: Int?
    while index < bytes.count {
      let length = UTF8Sequence.length(bytes, at: index)
      if length == 0 {
        badStart = badStart ?? index
        index += 1
        continue
      }
      if let start = badStart {
        report(.invalidUTF8, start, index)
        badStart = nil
      }
      index += length
    }
    if let start = badStart { report(.invalidUTF8, start, index) }
  }

  private enum ByteClass: UInt8 {
    case blank, lineBreak, letter, digit, quote, sign, other
  }

  private static let byteClasses: [ByteClass] = {
    var classes = [ByteClass](repeating: .other, count: 256)
    for sign in signsByFirstByte.entries { classes[Int(sign.first)] = .sign }
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") {
      classes[Int(byte)] = .letter
      classes[Int(byte ^ 0x20)] = .letter
    }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { classes[Int(byte)] = .digit }
    classes[Int(UInt8(ascii: "_"))] = .letter
    classes[Int(UInt8(ascii: "\""))] = .quote
    classes[Int(UInt8(ascii: " "))] = .blank
    classes[Int(UInt8(ascii: "\t"))] = .blank
    classes[Int(UInt8(ascii: "\n"))] = .lineBreak
    classes[Int(UInt8(ascii: "\r"))] = .lineBreak
    return classes
  }()

  private struct SignEntry {
    let kind: TokenKind
    let count: UInt8
    let first: UInt8
    let second: UInt8
    let third: UInt8
  }

  /// The signs by their first byte, the longest of each first.
  private struct SignTable {
    var entries: [SignEntry] = []
    /// Where the signs of a first byte begin; they end where those of the next do.
    var starts = [Int](repeating: 0, count: 129)
  }

  private static let signsByFirstByte: SignTable = {
    var table = SignTable()
    for kind in TokenKind.signs where kind != .underscore {
      guard var bytes = kind.spelling?.utf8.makeIterator(), let first = bytes.next() else { continue }
      let second = bytes.next()
      let third = bytes.next()
      table.entries.append(
        SignEntry(
          kind: kind, count: third != nil ? 3 : second != nil ? 2 : 1, first: first, second: second ?? 0,
          third: third ?? 0))
      table.starts[Int(first) + 1] += 1
    }
    table.entries.sort { $0.first == $1.first ? $0.count > $1.count : $0.first < $1.first }
    for first in 1...128 { table.starts[first] += table.starts[first - 1] }
    return table
  }()
}

/// The length in bytes of UTF-8 sequences, as the Unicode standard's table of well-formed sequences has them.
enum UTF8Sequence {
  /// The length of the sequence that begins at an index, or 0 where none does.
  static func length(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let first = bytes[index]
    if first < 0x80 { return 1 }
    let second: ClosedRange<UInt8>
    let length: Int
    switch first {
    case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
    case 0xE0: (second, length) = (0xA0...0xBF, 3)
    case 0xED: (second, length) = (0x80...0x9F, 3)
    case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
    case 0xF0: (second, length) = (0x90...0xBF, 4)
    case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
    case 0xF4: (second, length) = (0x80...0x8F, 4)
    default: return 0
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
