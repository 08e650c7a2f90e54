import Foundation

/// `grammar/cnn.ebnf`, read: its productions in their order.
struct Grammar {
  indirect enum Symbol: Equatable {
    case terminal(String)
    case production(String)
    case characters(CharacterClass)
    case sequence([Symbol])
    case choice([Symbol])
    /// `?`, `*` and `+`.
    case repeated(Symbol, atLeast: Int, isMany: Bool)
    /// `A - B`: what A says, unless B says it too.
    case difference(Symbol, Symbol)
    case remark(Remark)
  }

  /// The comments that are part of the grammar.
  enum Remark: String {
    case adjacent = "ws: none"
    case oneLine = "ws: line"
    case notLastOnLine = "not before NL"
    case notBeforeDash = "not before -"
  }

  /// `[A-Za-z_]`, or with `^` everything else.
  struct CharacterClass: Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      ranges.contains { $0.contains(scalar.value) } != isNegated
    }
  }

  struct Production {
    let name: String
    let symbol: Symbol
    /// The right side as it is written, blanks between symbols made one.
    let text: String

    var isToken: Bool { Grammar.isToken(name) }
  }

  let productions: [Production]
  private let byName: [String: Symbol]

  subscript(name: String) -> Symbol { byName[name] ?? .sequence([]) }

  /// Tokens are written in capitals.
  static func isToken(_ name: String) -> Bool { name.allSatisfy(\.isUppercase) }

  func has(_ name: String) -> Bool { byName[name] != nil }

  init(_ text: String) throws {
    let tokens = try GrammarToken.tokens(of: text)
    let starts = tokens.indices.filter { $0 > 0 && tokens[$0] == .sign("::=") }
    productions = try starts.enumerated().map { position, start in
      guard case .name(let name) = tokens[start - 1] else { throw GrammarError("no name before ::=") }
      let end = position + 1 < starts.count ? starts[position + 1] - 1 : tokens.count
      let body = Array(tokens[start + 1..<end])
      var reader = GrammarReader(tokens: body)
      let symbol = try reader.choice()
      guard reader.isAtEnd else { throw GrammarError("\(name): cannot read on from \(reader.rest)") }
      return Production(name: name, symbol: symbol, text: body.map(\.text).joined(separator: " "))
    }
    byName = Dictionary(productions.map { ($0.name, $0.symbol) }) { first, _ in first }
  }

  /// The grammar of this package.
  static func load() throws -> Grammar {
    try Grammar(String(contentsOf: packageFolder.appendingPathComponent("grammar/cnn.ebnf"), encoding: .utf8))
  }

  static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

struct GrammarError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension Grammar.Symbol {
  /// Every symbol in this one, itself included.
  var all: [Grammar.Symbol] {
    switch self {
    case .terminal, .production, .characters, .remark: [self]
    case .sequence(let parts), .choice(let parts): [self] + parts.flatMap(\.all)
    case .repeated(let part, _, _): [self] + part.all
    case .difference(let whole, let excluded): [self] + whole.all + excluded.all
    }
  }

  var references: [String] { all.compactMap { if case .production(let name) = $0 { name } else { nil } } }
  var terminals: [String] { all.compactMap { if case .terminal(let text) = $0 { text } else { nil } } }
}

extension Grammar {
  /// True where a whole text is what a token's production says.
  func matches(_ name: String, _ text: String) -> Bool { matches(self[name], text) }

  func matches(_ symbol: Symbol, _ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    return ends(of: symbol, scalars, from: 0).contains(scalars.count)
  }

  /// Where the symbol can end that begins at a place.
  private func ends(of symbol: Symbol, _ text: [Unicode.Scalar], from start: Int) -> Set<Int> {
    switch symbol {
    case .terminal(let word):
      let scalars = Array(word.unicodeScalars)
      return text[start...].starts(with: scalars) ? [start + scalars.count] : []
    case .production(let name): return ends(of: self[name], text, from: start)
    case .characters(let characters):
      return start < text.count && characters.contains(text[start]) ? [start + 1] : []
    case .sequence(let parts):
      return parts.reduce([start]) { places, part in
        Set(places.flatMap { ends(of: part, text, from: $0) })
      }
    case .choice(let parts): return Set(parts.flatMap { ends(of: $0, text, from: start) })
    case .repeated(let part, let atLeast, let isMany):
      var found: Set<Int> = atLeast == 0 ? [start] : []
      var places = ends(of: part, text, from: start)
      while !places.isSubset(of: found) {
        found.formUnion(places)
        if !isMany { break }
        places = Set(places.flatMap { ends(of: part, text, from: $0) })
      }
      return found
    case .difference(let whole, let excluded):
      return ends(of: whole, text, from: start).subtracting(ends(of: excluded, text, from: start))
    case .remark: return [start]
    }
  }
}
