import CNNText

/// A word of the language. What lies between two tokens (blanks, comments, bytes that belong to nothing) is trivia and
/// belongs to the token behind it: the texts of all tokens with their trivia, joined, are the file.
public struct Token: Hashable, Sendable {
  public let kind: TokenKind
  public let start: UInt32
  public let end: UInt32

  @inlinable
  public init(_ kind: TokenKind, start: UInt32, end: UInt32) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// The closed set of tokens. Keywords, the grammar's terminals and the editors' word lists are all read from here.
public enum TokenKind: UInt8, CaseIterable, Sendable {
  case end, newline, name, underscore, number, shape
  /// A whole string, or the pieces of one with holes: `"layer{`, `}.{`, `}"`.
  case string, stringHead, stringMiddle, stringTail
  /// A number or shape that cannot be read; the lexer has said why.
  case malformed

  case keywordImport, keywordLet, keywordShared, keywordBlock, keywordModel
  case keywordInput, keywordOutput, keywordExpect, keywordWhere
  case keywordFrom, keywordIf, keywordThen, keywordElse, keywordFor, keywordIn, keywordRepeat
  case keywordAnd, keywordOr, keywordNot, keywordOn, keywordOff, keywordTrue, keywordFalse

  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, colon, pipe, arrow, dot, until
  case plus, minus, star, slash, percent, caret
  case equal, equalEqual, notEqual, less, lessEqual, greater, greaterEqual

  /// How a token appears in a file.
  private enum Writing {
    /// Always by this spelling.
    case fixed(String)
    /// In many ways; this is what a message calls it.
    case varying(String)
  }

  private var writing: Writing {
    switch self {
    case .end: .varying("the end of the file")
    case .newline: .varying("the end of the line")
    case .name: .varying("a name")
    case .number, .malformed: .varying("a number")
    case .shape: .varying("a shape")
    case .string, .stringHead, .stringMiddle, .stringTail: .varying("a string")
    case .underscore: .fixed("_")
    case .keywordImport: .fixed("import")
    case .keywordLet: .fixed("let")
    case .keywordShared: .fixed("shared")
    case .keywordBlock: .fixed("block")
    case .keywordModel: .fixed("model")
    case .keywordInput: .fixed("input")
    case .keywordOutput: .fixed("output")
    case .keywordExpect: .fixed("expect")
    case .keywordWhere: .fixed("where")
    case .keywordFrom: .fixed("from")
    case .keywordIf: .fixed("if")
    case .keywordThen: .fixed("then")
    case .keywordElse: .fixed("else")
    case .keywordFor: .fixed("for")
    case .keywordIn: .fixed("in")
    case .keywordRepeat: .fixed("repeat")
    case .keywordAnd: .fixed("and")
    case .keywordOr: .fixed("or")
    case .keywordNot: .fixed("not")
    case .keywordOn: .fixed("on")
    case .keywordOff: .fixed("off")
    case .keywordTrue: .fixed("true")
    case .keywordFalse: .fixed("false")
    case .leftParen: .fixed("(")
    case .rightParen: .fixed(")")
    case .leftBracket: .fixed("[")
    case .rightBracket: .fixed("]")
    case .leftBrace: .fixed("{")
    case .rightBrace: .fixed("}")
    case .comma: .fixed(",")
    case .colon: .fixed(":")
    case .pipe: .fixed("|")
    case .arrow: .fixed("->")
    case .dot: .fixed(".")
    case .until: .fixed("..<")
    case .plus: .fixed("+")
    case .minus: .fixed("-")
    case .star: .fixed("*")
    case .slash: .fixed("/")
    case .percent: .fixed("%")
    case .caret: .fixed("^")
    case .equal: .fixed("=")
    case .equalEqual: .fixed("==")
    case .notEqual: .fixed("!=")
    case .less: .fixed("<")
    case .lessEqual: .fixed("<=")
    case .greater: .fixed(">")
    case .greaterEqual: .fixed(">=")
    }
  }

  /// How the token is written, where there is only one way.
  public var spelling: String? {
    switch writing {
    case .fixed(let spelling): spelling
    case .varying: nil
    }
  }

  /// How a message speaks of the token.
  public var description: String {
    switch writing {
    case .fixed(let spelling): "`\(spelling)`"
    case .varying(let description): description
    }
  }

  @inlinable
  public var isKeyword: Bool {
    rawValue >= TokenKind.keywordImport.rawValue && rawValue <= TokenKind.keywordFalse.rawValue
  }

  var isOpening: Bool { self == .leftBrace || self == .leftBracket || self == .leftParen }
  var isClosing: Bool { self == .rightBrace || self == .rightBracket || self == .rightParen }

  /// True for values of one token.
  var isSingleValue: Bool {
    self == .number || self == .shape || self == .name || self == .keywordOff || self == .keywordOn
  }

  /// True for tokens that end a value for certain.
  var endsValue: Bool {
    self == .comma || self == .newline || self == .pipe || self == .arrow || self == .rightBracket
      || self == .rightParen || self == .rightBrace
  }

  /// True for tokens that can begin a value. A parenthesis or bracket does so only behind a blank, a minus never: the
  /// parser looks at the spacing itself.
  var beginsValue: Bool {
    switch self {
    case .name, .underscore, .number, .shape, .string, .stringHead, .malformed, .keywordInput, .keywordShared,
      .keywordIf, .keywordNot, .keywordOn, .keywordOff, .keywordTrue, .keywordFalse, .leftParen, .leftBracket:
      true
    case .end, .newline, .stringMiddle, .stringTail, .keywordImport, .keywordLet, .keywordBlock, .keywordModel,
      .keywordOutput, .keywordExpect, .keywordWhere, .keywordFrom, .keywordThen, .keywordElse, .keywordFor, .keywordIn,
      .keywordRepeat, .keywordAnd, .keywordOr, .rightParen, .rightBracket, .leftBrace, .rightBrace, .comma, .colon,
      .pipe, .arrow, .dot, .until, .plus, .minus, .star, .slash, .percent, .caret, .equal, .equalEqual, .notEqual,
      .less, .lessEqual, .greater, .greaterEqual:
      false
    }
  }

  /// True for tokens that can begin a statement.
  var beginsStatement: Bool {
    switch self {
    case .name, .string, .stringHead, .keywordLet, .keywordShared, .keywordInput, .keywordOutput, .keywordExpect,
      .keywordFrom, .keywordIf, .keywordFor, .keywordRepeat:
      true
    case .end, .newline, .underscore, .number, .shape, .stringMiddle, .stringTail, .malformed, .keywordImport,
      .keywordBlock, .keywordModel, .keywordWhere, .keywordThen, .keywordElse, .keywordIn, .keywordAnd, .keywordOr,
      .keywordNot, .keywordOn, .keywordOff, .keywordTrue, .keywordFalse, .leftParen, .rightParen, .leftBracket,
      .rightBracket, .leftBrace, .rightBrace, .comma, .colon, .pipe, .arrow, .dot, .until, .plus, .minus, .star, .slash,
      .percent, .caret, .equal, .equalEqual, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      false
    }
  }

  public static let keywords: [TokenKind] = allCases.filter(\.isKeyword)
  /// Everything that is written with signs rather than letters.
  public static let signs: [TokenKind] = allCases.filter { !$0.isKeyword && $0.spelling != nil }
}
