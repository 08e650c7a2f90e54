import CNNLayers
import CNNModel
import CNNSyntax

/// The words that editors colour, each list from the table where the compiler has it.
enum EditorWords {
  /// What a keyword is for, as far as its colour goes.
  enum Role: CaseIterable {
    case declaration, control, logic, constant
  }

  static func keywords(_ role: Role) -> [String] {
    TokenKind.keywords.filter { self.role(of: $0) == role }.compactMap(\.spelling)
  }

  static let layers = Catalogue.layers.map(\.name)
  static let words = Word.allCases.map(\.rawValue)
  static let functions = Function.allCases.map(\.rawValue)
  static let measures = Measure.allCases.map(\.rawValue)
  /// `K`, `M` and the like, behind a number.
  static let suffixes = (UInt8(ascii: "A")...UInt8(ascii: "Z")).filter { NumberLiteral.multiplier($0) != nil }
    .map { String(UnicodeScalar($0)) }

  private static func role(of kind: TokenKind) -> Role? {
    switch kind {
    case .keywordImport, .keywordLet, .keywordShared, .keywordBlock, .keywordModel, .keywordInput, .keywordOutput,
      .keywordExpect,
      .keywordWhere:
      .declaration
    case .keywordFrom, .keywordIf, .keywordThen, .keywordElse, .keywordFor, .keywordIn, .keywordRepeat: .control
    case .keywordAnd, .keywordOr, .keywordNot: .logic
    case .keywordOn, .keywordOff, .keywordTrue, .keywordFalse: .constant
    case .end, .newline, .name, .underscore, .number, .shape, .string, .stringHead, .stringMiddle, .stringTail,
      .malformed, .leftParen, .rightParen, .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma, .colon, .pipe,
      .arrow, .dot, .until, .plus, .minus, .star, .slash, .percent, .caret, .equal, .equalEqual, .notEqual, .less,
      .lessEqual, .greater, .greaterEqual:
      nil
    }
  }
}
