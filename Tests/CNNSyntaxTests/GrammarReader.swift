/// A word of the notation in which the grammar is written.
enum GrammarToken: Equatable {
  case name(String)
  case literal(String)
  /// `[0-9]` or `#x0A`, as written.
  case characters(String, Grammar.CharacterClass)
  case sign(String)
  case remark(Grammar.Remark)

  var text: String {
    switch self {
    case .name(let text), .sign(let text): text
    case .literal(let text): "'\(text)'"
    case .characters(let text, _): text
    case .remark(let remark): "/* \(remark.rawValue) */"
    }
  }

  static func tokens(of text: String) throws -> [GrammarToken] {
    var rest = Substring(text)
    var tokens: [GrammarToken] = []
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if rest.hasPrefix("/*") {
        let comment = try take(&rest, from: "/*", to: "*/")
        if let remark = Grammar.Remark(rawValue: comment.trimmingBlanks) { tokens.append(.remark(remark)) }
      } else if first == "'" {
        tokens.append(.literal(try take(&rest, from: "'", to: "'")))
      } else if first == "[" {
        let inside = try take(&rest, from: "[", to: "]")
        tokens.append(.characters("[\(inside)]", Grammar.CharacterClass(inside: inside)))
      } else if rest.hasPrefix("#x") {
        let code = "#x" + rest.dropFirst(2).prefix(while: \.isHexDigit)
        rest.removeFirst(code.count)
        tokens.append(.characters(code, Grammar.CharacterClass(inside: code)))
      } else if rest.hasPrefix("::=") {
        rest.removeFirst(3)
        tokens.append(.sign("::="))
      } else if first.isLetter {
        let name = rest.prefix(while: \.isLetter)
        rest.removeFirst(name.count)
        tokens.append(.name(String(name)))
      } else if "()|?*+-".contains(first) {
        rest.removeFirst()
        tokens.append(.sign(String(first)))
      } else {
        throw GrammarError("`\(first)` means nothing in a grammar")
      }
    }
    return tokens
  }

  private static func take(_ rest: inout Substring, from opening: String, to closing: String) throws -> String {
    rest.removeFirst(opening.count)
    guard let end = rest.ranges(of: closing).first else { throw GrammarError("no \(closing) behind \(opening)") }
    defer { rest = rest[end.upperBound...] }
    return String(rest[..<end.lowerBound])
  }
}

extension Grammar.CharacterClass {
  /// Reads what stands between the brackets of a class.
  init(inside text: String) {
    var scalars = Array(text.unicodeScalars)[...]
    if scalars.first == "^" {
      isNegated = true
      scalars = scalars.dropFirst()
    }
    while !scalars.isEmpty {
      let lower = Self.takeScalar(&scalars)
      var upper = lower
      if scalars.count > 1, scalars.first == "-" {
        scalars = scalars.dropFirst()
        upper = Self.takeScalar(&scalars)
      }
      ranges.append(lower...max(lower, upper))
    }
  }

  /// A character, or its code behind `#x`.
  private static func takeScalar(_ scalars: inout ArraySlice<Unicode.Scalar>) -> UInt32 {
    if scalars.starts(with: ["#", "x"]) {
      let digits = scalars.dropFirst(2).prefix { Character($0).isHexDigit }
      scalars = scalars.dropFirst(2 + digits.count)
      return UInt32(String(String.UnicodeScalarView(digits)), radix: 16) ?? 0
    }
    return scalars.popFirst()?.value ?? 0
  }
}

/// Reads the right side of a production: a choice of sequences of symbols with `?`, `*`, `+` behind them.
struct GrammarReader {
  private var tokens: ArraySlice<GrammarToken>

  init(tokens: [GrammarToken]) {
    self.tokens = tokens[...]
  }

  var isAtEnd: Bool { tokens.isEmpty }
  var rest: String { tokens.prefix(3).map(\.text).joined(separator: " ") }

  mutating func choice() throws -> Grammar.Symbol {
    var parts = [try sequence()]
    while tokens.first == .sign("|") {
      tokens.removeFirst()
      parts.append(try sequence())
    }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws -> Grammar.Symbol {
    var parts: [Grammar.Symbol] = []
    while let first = tokens.first, first != .sign("|"), first != .sign(")") { parts.append(try item()) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func item() throws -> Grammar.Symbol {
    var symbol = try atom()
    while case .sign(let sign)? = tokens.first, "?*+".contains(sign) {
      tokens.removeFirst()
      symbol = .repeated(symbol, atLeast: sign == "+" ? 1 : 0, isMany: sign != "?")
    }
    if tokens.first == .sign("-") {
      tokens.removeFirst()
      symbol = .difference(symbol, try item())
    }
    return symbol
  }

  private mutating func atom() throws -> Grammar.Symbol {
    guard let token = tokens.popFirst() else { throw GrammarError("a production ends too early") }
    switch token {
    case .name(let name): return .production(name)
    case .literal(let text): return .terminal(text)
    case .characters(_, let characters): return .characters(characters)
    case .remark(let remark): return .remark(remark)
    case .sign("("):
      let inner = try choice()
      guard tokens.popFirst() == .sign(")") else { throw GrammarError("a ) is missing") }
      return inner
    case .sign(let sign): throw GrammarError("`\(sign)` stands in a wrong place")
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
