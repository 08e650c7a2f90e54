import CNNText
import Foundation
import Testing

@testable import CNNSyntax

/// `grammar/cnn.ebnf` is the language that the lexer and the parser read.
@Suite struct GrammarTests {
  private let grammar: Grammar

  init() throws {
    grammar = try Grammar.load()
  }

  @Test func everyProductionIsDefinedOnceAndReached() {
    let names = grammar.productions.map(\.name)
    #expect(names.count == Set(names).count)
    for production in grammar.productions {
      for reference in production.symbol.references {
        #expect(grammar.has(reference), "\(production.name) speaks of \(reference)")
      }
    }
    var reached: Set<String> = ["file"]
    var open = ["file"]
    while let name = open.popLast() {
      for reference in grammar[name].references where reached.insert(reference).inserted { open.append(reference) }
    }
    #expect(reached == Set(names))
  }

  @Test func terminalsAreTheSpellingsOfTokens() {
    let phrases = grammar.productions.filter { !$0.isToken }
    #expect(Set(phrases.flatMap(\.symbol.terminals)) == Set(TokenKind.allCases.compactMap(\.spelling)))
    #expect(Set(grammar["KEYWORD"].terminals) == Set(TokenKind.keywords.compactMap(\.spelling)))
  }

  /// Where a comment of the parser says ``let ::= 'let' NAME ...``, the grammar says the same.
  @Test func productionsInTheParserAreThoseOfTheGrammar() throws {
    let folder = Grammar.packageFolder.appendingPathComponent("Sources/CNNSyntax")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("Parser") }
    var quoted: [String: String] = [:]
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      let comments = text.split(separator: "\n").map { line in
        let words = line.drop(while: \.isWhitespace)
        return words.hasPrefix("///") ? String(words.dropFirst(3)) : "`"
      }
      for code in comments.joined(separator: " ").split(separator: "`") {
        let sides = code.components(separatedBy: " ::= ")
        if sides.count == 2 { quoted[sides[0]] = sides[1].filter { !$0.isWhitespace } }
      }
    }
    #expect(quoted.count > 20)
    for (name, text) in quoted {
      let production = grammar.productions.first { $0.name == name }
      #expect(production?.text.filter { !$0.isWhitespace } == text, "\(name)")
    }
  }

  /// What the grammar can say, the parser reads without a complaint.
  @Test(arguments: 0..<8)
  func everySentenceParses(run: Int) {
    var generator = SentenceGenerator(grammar, seed: UInt64(run) + 1)
    var symbols = SymbolTable()
    for _ in 0..<300 {
      let sentence = generator.sentence(of: "file")
      let source = SourceFile(path: "t.cnn", text: sentence)
      let (_, problems) = parse(source, symbols: &symbols)
      #expect(problems.isEmpty, "\(problems.first.map { "\($0.fact) at \($0.span)" } ?? "") in\n\(sentence)")
      if !problems.isEmpty { return }
    }
  }

  /// Sentences use all of the grammar: every terminal and every token turns up.
  @Test func sentencesHoldEveryTerminal() {
    var generator = SentenceGenerator(grammar, seed: 7)
    var seen: Set<TokenKind> = []
    for _ in 0..<300 {
      let source = SourceFile(path: "t.cnn", text: generator.sentence(of: "file"))
      for token in Lexer.tokens(of: source).tokens { seen.insert(token.kind) }
    }
    #expect(seen == Set(TokenKind.allCases).subtracting([.malformed]))
  }

  /// What the productions of tokens say, the lexer reads as one token of that kind.
  @Test(arguments: [
    ("NAME", TokenKind.name), ("NUMBER", .number), ("SHAPE", .shape), ("STRING", .string),
  ])
  func everyTokenIsLexed(name: String, kind: TokenKind) {
    var generator = SentenceGenerator(grammar, seed: 3)
    for _ in 0..<300 {
      let text = generator.token(name)
      let (tokens, problems) = Lexer.tokens(of: SourceFile(path: "t.cnn", text: text))
      #expect(problems.isEmpty, "\(text)")
      let isWhole =
        tokens.count == 2 || tokens.first?.kind == .stringHead && tokens[tokens.count - 2].kind == .stringTail
      #expect(isWhole, "\(text)")
      if kind != .string { #expect(tokens[0].kind == kind, "\(text)") }
    }
  }

  /// Of words made of the letters that matter, the lexer and the grammar think the same.
  @Test func lexerAndGrammarAgreeOnWords() {
    var random = SplitMix(state: 5)
    let letters = Array("aex_0190.+-KMGB")
    let productions: [(String, TokenKind)] = [("NAME", .name), ("NUMBER", .number), ("SHAPE", .shape)]
    for _ in 0..<5000 {
      let text = String((0...random.below(5)).map { _ in letters[random.below(letters.count)] })
      let (tokens, problems) = Lexer.tokens(of: SourceFile(path: "t.cnn", text: text))
      let kind = tokens.count == 2 && problems.isEmpty ? tokens[0].kind : nil
      for (name, own) in productions { #expect(grammar.matches(name, text) == (kind == own), "\(name) \(text)") }
    }
  }
}
