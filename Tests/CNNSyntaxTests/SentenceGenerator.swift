/// Writes sentences of a grammar at random: the same ones for the same seed.
struct SentenceGenerator {
  private enum Piece: Equatable {
    case word(String)
    case newline
    /// A newline that is none before a dash.
    case looseNewline
    /// Nothing stands between the words on either side.
    case adjacent
    /// A comma that cannot stand at the end of a line.
    case looseComma
  }

  private let grammar: Grammar
  /// How deep productions lie in each other, at least, in what a production gives.
  private let heights: [String: Int]
  private let depthLimit: Int
  private var random: SplitMix
  /// In the hole of a string, which ends on its line.
  private var isOnOneLine = false

  init(_ grammar: Grammar, seed: UInt64, depthLimit: Int = 60) {
    self.grammar = grammar
    self.depthLimit = depthLimit
    random = SplitMix(state: seed)
    heights = Self.heights(of: grammar)
  }

  /// A text that a production with a name in small letters describes.
  mutating func sentence(of name: String) -> String {
    var pieces: [Piece] = []
    phrase(.production(name), depth: 0, &pieces)
    return text(of: pieces)
  }

  /// A text that a production with a name in capitals describes.
  mutating func token(_ name: String, depth: Int = 0) -> String {
    token(grammar[name], depth: depth)
  }
}

// MARK: - Phrases

extension SentenceGenerator {
  private mutating func phrase(_ symbol: Grammar.Symbol, depth: Int, _ pieces: inout [Piece]) {
    switch symbol {
    case .terminal(let text): pieces.append(.word(text))
    case .production("NL"): pieces.append(.newline)
    case .production(let name) where Grammar.isToken(name):
      pieces.append(.word(token(name, depth: depth + 1)))
    case .production(let name): phrase(grammar[name], depth: depth + 1, &pieces)
    case .sequence(let parts):
      for part in parts { phrase(part, depth: depth, &pieces) }
    case .choice(let parts): phrase(pick(parts, depth: depth), depth: depth, &pieces)
    case .repeated(let part, let atLeast, let isMany):
      for _ in 0..<rounds(part, atLeast: atLeast, isMany: isMany, depth: depth) {
        phrase(part, depth: depth, &pieces)
      }
    case .remark(.adjacent): pieces.append(.adjacent)
    case .remark(.notLastOnLine): if pieces.last == .word(",") { pieces[pieces.count - 1] = .looseComma }
    case .remark(.notBeforeDash): if pieces.last == .newline { pieces[pieces.count - 1] = .looseNewline }
    case .remark(.oneLine): isOnOneLine = true
    case .characters, .difference: break
    }
  }

  /// One of several: of those that give the smallest text once the sentence is deep enough, before that the rather the
  /// shorter it is.
  private mutating func pick(_ parts: [Grammar.Symbol], depth: Int) -> Grammar.Symbol {
    if depth >= depthLimit {
      let least = parts.map(height).min() ?? 0
      let smallest = parts.filter { height($0) == least }
      return smallest[random.below(smallest.count)]
    }
    let weights = parts.map { part in
      if case .sequence(let symbols) = part { 360 / (symbols.count * symbols.count) } else { 360 }
    }
    var mark = random.below(weights.reduce(0, +))
    for (part, weight) in zip(parts, weights) {
      mark -= weight
      if mark < 0 { return part }
    }
    return parts[0]
  }

  /// How often a part stands there. Every level of an expression may hold several operands: most should hold one.
  private mutating func rounds(_ part: Grammar.Symbol, atLeast: Int, isMany: Bool, depth: Int) -> Int {
    if isOnOneLine, part == .production("NL") { return 0 }
    let isIncluded = depth < 12 ? random.below(2) == 0 : random.below(10) == 0
    guard depth < depthLimit, isIncluded else { return atLeast }
    return isMany ? 1 + random.below(2) : 1
  }

  private func height(_ symbol: Grammar.Symbol) -> Int { Self.height(symbol, heights) }

  private static func height(_ symbol: Grammar.Symbol, _ heights: [String: Int]) -> Int {
    switch symbol {
    case .terminal, .characters, .remark: 0
    case .production(let name): Grammar.isToken(name) ? 0 : (heights[name] ?? 1000) + 1
    case .sequence(let parts): parts.map { height($0, heights) }.max() ?? 0
    case .choice(let parts): parts.map { height($0, heights) }.min() ?? 0
    case .repeated(let part, let atLeast, _): atLeast == 0 ? 0 : height(part, heights)
    case .difference(let whole, _): height(whole, heights)
    }
  }

  private static func heights(of grammar: Grammar) -> [String: Int] {
    var heights: [String: Int] = [:]
    for _ in grammar.productions {
      for production in grammar.productions { heights[production.name] = height(production.symbol, heights) }
    }
    return heights
  }
}

// MARK: - Tokens

extension SentenceGenerator {
  private mutating func token(_ symbol: Grammar.Symbol, depth: Int) -> String {
    switch symbol {
    case .terminal(let text): return text
    case .production(let name) where Grammar.isToken(name): return token(grammar[name], depth: depth + 1)
    case .production(let name):
      var pieces: [Piece] = []
      phrase(.production(name), depth: depth + 1, &pieces)
      return text(of: pieces)
    case .sequence(let parts):
      let outer = isOnOneLine
      defer { isOnOneLine = outer }
      return parts.map { token($0, depth: depth) }.joined()
    case .choice(let parts): return token(pick(parts, depth: depth), depth: depth)
    case .repeated(let part, let atLeast, let isMany):
      return (0..<rounds(part, atLeast: atLeast, isMany: isMany, depth: depth))
        .map { _ in token(part, depth: depth) }.joined()
    case .characters(let characters): return character(of: characters)
    case .difference(let whole, let excluded):
      // What is left out is rare: a second try is nearly always enough.
      while true {
        let text = token(whole, depth: depth)
        if !grammar.matches(excluded, text) { return text }
      }
    case .remark(.oneLine):
      isOnOneLine = true
      return ""
    case .remark: return ""
    }
  }

  private static let alphabet = Array(
    "aeghiklnorstuxyzABCKMXZ_0123456789 .,:;!?'\\\"{}#$%&()*+-/<=>@[]^|~\t\u{E9}\u{1F600}")

  private mutating func character(of characters: Grammar.CharacterClass) -> String {
    while true {
      let candidate = Self.alphabet[random.below(Self.alphabet.count)]
      if candidate.unicodeScalars.allSatisfy(characters.contains) { return String(candidate) }
    }
  }
}

// MARK: - Text

extension SentenceGenerator {
  private static let newlines = ["\n", "\r\n", "\n\n", " // a remark, \"{[(\n", "\n\n  /// words\n  "]
  private static let blanks = [" ", " ", "  ", "\t"]
  private static let breaks = ["\n  ", " // why\n", "\r\n"]

  private mutating func text(of pieces: [Piece]) -> String {
    var text = ""
    var brackets = 0
    for (index, piece) in pieces.enumerated() {
      let next = index + 1 < pieces.count ? pieces[index + 1] : .newline
      switch piece {
      case .looseNewline where next == .word("-"): continue
      case .newline, .looseNewline:
        text += choice(brackets == 0 ? Self.newlines : Self.breaks)
        continue
      case .adjacent: continue
      case .looseComma: if next != .newline { text += "," }
      case .word(let word):
        text += word
        if word == "(" || word == "[" { brackets += 1 }
        if word == ")" || word == "]" { brackets -= 1 }
      }
      if next == .adjacent { continue }
      let mayBreak = brackets > 0 && !isOnOneLine && random.below(4) == 0
      text += choice(mayBreak ? Self.breaks : Self.blanks)
    }
    return text
  }

  private mutating func choice(_ texts: [String]) -> String { texts[random.below(texts.count)] }
}

/// A small generator of random numbers (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, but without, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}
