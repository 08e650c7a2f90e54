import CNNText

/// A value to be worked out while compiling. Sixteen bytes: what needs more lies in `Compound`.
public enum Expression: Hashable, Sendable {
  case number(TokenID)
  case shape(TokenID)
  case boolean(Bool, TokenID)
  /// `_`, which stands for any extent.
  case wildcard(TokenID)
  case string(NodeID<StringTemplate>)
  case name(Name)
  /// `input`, the tensor that enters a block or a join.
  case input(TokenID)
  case negation(TokenID, NodeID<Expression>)
  case not(TokenID, NodeID<Expression>)
  case binary(BinaryOperator, NodeID<Expression>, NodeID<Expression>)
  /// `tensor.c`
  case member(NodeID<Expression>, Name)
  case compound(NodeID<Compound>)
  /// `[width * i for i in 1 ..< 4]`
  case comprehension(NodeID<Comprehension>)
  /// Nothing could be read here, and a problem says so. It has no value and causes no further problem.
  case missing(TokenID)
}

/// The expressions that hold several others.
public enum Compound: Hashable, Sendable {
  /// `[1, 2]`
  case list(NodeList<NodeID<Expression>>, open: TokenID, close: TokenID)
  /// `(a + b)`
  case parenthesized(NodeID<Expression>, open: TokenID, close: TokenID)
  /// `if a then b else c`
  case conditional(keyword: TokenID, NodeID<Expression>, then: NodeID<Expression>, else: NodeID<Expression>)
  /// `multiple(x, of 8)`
  case call(Name, NodeList<Argument>, close: TokenID)
  /// `widths[i]`
  case item(NodeID<Expression>, index: NodeID<Expression>, close: TokenID)
}

/// `[expr for i, pattern in list if condition]`: a list of what an expression gives for the items of another.
public struct Comprehension: Hashable, Sendable {
  public let value: NodeID<Expression>
  public let index: NodeID<Pattern>?
  public let element: NodeID<Pattern>
  public let sequence: NodeID<Expression>
  public let condition: NodeID<Expression>?
  public let open: TokenID
  public let close: TokenID
}

public enum BinaryOperator: UInt8, CaseIterable, Hashable, Sendable {
  case or, and
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case until
  case add, subtract
  case multiply, divide, remainder
  case power

  public var token: TokenKind {
    switch self {
    case .or: .keywordOr
    case .and: .keywordAnd
    case .equal: .equalEqual
    case .notEqual: .notEqual
    case .less: .less
    case .lessEqual: .lessEqual
    case .greater: .greater
    case .greaterEqual: .greaterEqual
    case .until: .until
    case .add: .plus
    case .subtract: .minus
    case .multiply: .star
    case .divide: .slash
    case .remainder: .percent
    case .power: .caret
    }
  }
}

extension BinaryOperator {
  /// How tightly operators bind, from the loosest on.
  enum Level: UInt8 {
    case disjunction, conjunction, comparison, range, sum, product, power
  }

  var level: Level {
    switch self {
    case .or: .disjunction
    case .and: .conjunction
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: .comparison
    case .until: .range
    case .add, .subtract: .sum
    case .multiply, .divide, .remainder: .product
    case .power: .power
    }
  }

  /// The operator a token is.
  init?(_ token: TokenKind) {
    guard let found = Self.byToken[Int(token.rawValue)] else { return nil }
    self = found
  }

  private static let byToken: [BinaryOperator?] = TokenKind.allCases.map { kind in
    allCases.first { $0.token == kind }
  }
}

/// A string: pieces of text and holes between them. `"down{3 - i}"`.
public struct StringTemplate: Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    /// A token whose text, without quotes and braces, belongs to the string.
    case text(TokenID)
    case hole(NodeID<Expression>)
  }

  public let first: TokenID
  public let last: TokenID
  public let parts: NodeList<Part>
}
