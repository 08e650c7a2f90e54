import CNNText

/// What is wrong with the text of a file: a fact and its place. `Diagnostic.init(_: SyntaxProblem, ...)` words it.
public struct SyntaxProblem: Hashable, Sendable {
  public enum Fact: Hashable, Sendable {
    case invalidUTF8
    case unexpectedCharacter
    /// `# ...`; the span is that of the sign, and what follows it on the line is a comment.
    case hashComment
    case unclosedString
    case badNumber
    case badShape
    case expected(Expectation, found: TokenKind)
    /// The span is that of the opening bracket; the other of what cannot stand in it any more.
    case unclosed(TokenKind, until: Span?)
    /// A closing brace that no body needs.
    case strayBrace
    /// A name where a keyword like it belongs.
    case misspelled(TokenKind)
    /// A bare name behind the gap may be a stage whose `|` is missing.
    case missingComma(beforeName: Bool)
    /// `slope -0.5`: a difference or an argument? The span is that of the minus; the name stands before it.
    case ambiguousMinus(name: Span)
    /// `conv(64, 3x3)`: arguments between parentheses; the span is that of the opening one.
    case callParentheses(close: Span)
    /// `stride=2`; the gap is what stands between name and value.
    case equalsInArgument(gap: Span)
    /// `x = conv 8, 3x3`; the gap is what follows the name, up to the end of the sign.
    case equalsAfterLabel(gap: Span)
    /// `nn.` before the name of a layer.
    case modulePrefix
    /// `return x`; the span is that of the word.
    case returnStatement
    /// `(3, 3)`, with what it is here: `3x3`.
    case tuple(shape: String)
    /// A dash at the start of a line that is not in a join's body.
    case misplacedDash
    /// A second stage, or a claim, in what holds one call.
    case sharedPipeline
    /// A loop, condition or repetition that holds branches behind a dash; the span is that of the dash.
    case dashBeforeBranches
    /// The label of such a loop.
    case labelOfBranches
    /// A `|` or `->` after a loop, condition or repetition that holds branches.
    case stageAfterBranches
    /// A `where` at the start of a line; the span is that of the last token of the shape above.
    case detachedWhere(from: Span)
    case tooDeep(limit: Int)
  }

  /// What the grammar wants at a place.
  public enum Expectation: Hashable, Sendable {
    case declaration, stage, value, condition, shape, pattern, part, tensor, endOfLine, body
    case name(of: String)
    case token(TokenKind)
  }

  public let fact: Fact
  public let span: Span

  public init(_ fact: Fact, at span: Span) {
    self.fact = fact
    self.span = span
  }
}

extension SyntaxProblem.Fact {
  /// True where the parser went on as if the mistake had not been made, so that the tree lacks nothing.
  var isRepaired: Bool {
    switch self {
    case .invalidUTF8, .unexpectedCharacter, .badNumber, .badShape, .missingComma, .ambiguousMinus, .misplacedDash,
      .dashBeforeBranches, .labelOfBranches, .detachedWhere, .misspelled, .strayBrace, .unclosed(.leftBrace, _),
      .hashComment, .callParentheses, .equalsInArgument, .equalsAfterLabel, .modulePrefix, .returnStatement, .tuple:
      true
    case .unclosedString, .expected, .unclosed, .sharedPipeline, .stageAfterBranches, .tooDeep: false
    }
  }

  /// True where what else seems wrong in the line may follow from the mistake.
  var spoilsLine: Bool {
    switch self {
    case .unclosedString, .expected, .missingComma(beforeName: true): true
    case .missingComma(beforeName: false), .invalidUTF8, .unexpectedCharacter, .badNumber, .badShape, .unclosed,
      .ambiguousMinus, .misplacedDash, .sharedPipeline, .dashBeforeBranches, .labelOfBranches, .stageAfterBranches,
      .detachedWhere, .misspelled, .strayBrace, .tooDeep, .hashComment, .callParentheses, .equalsInArgument,
      .equalsAfterLabel, .modulePrefix, .returnStatement, .tuple:
      false
    }
  }
}
