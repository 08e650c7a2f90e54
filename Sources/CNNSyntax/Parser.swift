import CNNText

/// Reads a file into its syntax tree.
///
/// - Returns: The tree, whole whatever the text is, and the problems in the order of the file, one perhaps more than once.
public func parse(
  _ source: SourceFile, symbols: inout SymbolTable
) -> (tree: SyntaxTree, problems: [SyntaxProblem]) {
  let (tokens, problems) = Lexer.tokens(of: source)
  var parser = Parser(source: source, tokens: tokens, lexicalProblems: problems, symbols: symbols)
  // Leaves the parser as the only owner of the table, so that new names do not copy it.
  symbols = SymbolTable()
  parser.file()
  symbols = parser.symbols
  parser.noteDamage()
  if max(problems.count, parser.problems.count) >= Parser.problemLimit { parser.giveUp() }
  return (parser.tree, (problems + parser.problems).sorted { $0.span < $1.span })
}

/// Recursive descent with one function a production, named as in the grammar (`grammar/cnn.ebnf`), in
/// `Parser+Declarations`, `Parser+Stages` and `Parser+Expressions`. Here is what they stand on: the current token,
/// recovery, and how lists of nodes come to lie together.
struct Parser {
  /// How deep braces, brackets and parentheses may nest.
  static let nestingLimit = 100
  /// How many operators, members and items may follow each other in one expression.
  static let chainLimit = 500
  /// A file with so many mistakes is something else than a network.
  static let problemLimit = 100

  var tree: SyntaxTree
  var symbols: SymbolTable
  /// What the lexer has said, in the order of the file.
  let lexicalProblems: [SyntaxProblem]
  /// Where strings begin that are not closed on their line, in order.
  let openStrings: [UInt32]
  var problems: [SyntaxProblem] = []

  private(set) var position = 0
  private(set) var kind: TokenKind
  /// How many parentheses and brackets are open: inside them a newline means nothing.
  var brackets = 0
  var depth = 0
  /// Behind the line of the last problem: what else goes wrong before it follows from that.
  var troubledLineEnd = -1
  /// The line that was looked at last, and the newline that ends it.
  var line = 0..<0
  /// True while the line before the running statement begins with what begins no statement.
  var followsJunk = false
  /// Where brackets close, by where they open, in order.
  var bracketPairs: [BracketPair]?
  /// What is open at the end of the file is one mistake.
  var reportedOpenEnd = false
  /// How the braces of the declaration that is being read add up, and where it ends.
  var balance = BraceBalance.even
  var balanceEnd = 0
  /// How far the running statement is indented.
  var indentation = 0

  // Nodes of lists that are still being read; a finished list moves to the tree in one piece.
  var statementStack: [Statement] = []
  var stageStack: [Stage] = []
  var patternStack: [Pattern] = []
  var argumentStack: [Argument] = []
  var expressionStack: [NodeID<Expression>] = []

  init(source: SourceFile, tokens: [Token], lexicalProblems: [SyntaxProblem], symbols: SymbolTable) {
    tree = SyntaxTree(source: source, tokens: tokens)
    self.lexicalProblems = lexicalProblems.sorted { $0.span < $1.span }
    openStrings = self.lexicalProblems.filter { $0.fact == .unclosedString }.map(\.span.start)
    self.symbols = symbols
    kind = tokens[0].kind
    // Generous guesses: what stays unused is address space, not memory.
    tree.expressions.reserveCapacity(tokens.count / 2)
    tree.arguments.reserveCapacity(tokens.count / 3)
    tree.stages.reserveCapacity(tokens.count / 3)
    tree.statements.reserveCapacity(tokens.count / 4)
    if kind == .newline { advance() }
  }
}

// MARK: - The current token

// Inlined always: a getter called for its result would be passed a copy of the whole parser.
extension Parser {
  @inline(__always)
  var token: TokenID { TokenID(position) }
  var currentSpan: Span { tree.span(token) }
  /// The token before the current one, newlines apart.
  @inline(__always)
  var previous: TokenID {
    var index = max(position - 1, 0)
    while index > 0, tree.tokens[index].kind == .newline { index -= 1 }
    return TokenID(index)
  }

  /// The kind of the token behind the current one.
  @inline(__always)
  var nextKind: TokenKind { tree.tokens[nextPosition].kind }

  @inline(__always)
  var nextPosition: Int {
    var index = min(position + 1, tree.tokens.count - 1)
    while brackets > 0, tree.tokens[index].kind == .newline { index += 1 }
    return index
  }

  mutating func advance() {
    guard kind != .end else { return }
    position += 1
    kind = tree.tokens[position].kind
    while brackets > 0, kind == .newline {
      position += 1
      kind = tree.tokens[position].kind
    }
  }

  mutating func move(to position: Int) {
    self.position = position
    kind = tree.tokens[position].kind
  }

  mutating func skipNewlines() {
    while kind == .newline { advance() }
  }

  /// A value may stand on the next line; what else stands there belongs to a line of its own.
  mutating func skipNewlinesBeforeValue() {
    if kind == .newline, nextKind.beginsValue || nextKind == .minus { advance() }
  }

  /// Consumes the current token if it is of a kind.
  mutating func accept(_ wanted: TokenKind) -> TokenID? {
    guard kind == wanted else { return nil }
    defer { advance() }
    return token
  }

  /// True where nothing stands between the tokens at two neighbouring positions.
  @inline(__always)
  func isAdjacent(_ left: Int, _ right: Int) -> Bool { tree.tokens[left].end == tree.tokens[right].start }

  /// The current token, a name, as a node.
  mutating func takeName() -> Name {
    let bytes = tree.source.bytes
    let token = tree.tokens[position]
    let symbol = bytes.withUnsafeBufferPointer {
      symbols.intern(UnsafeBufferPointer(rebasing: $0[Int(token.start)..<Int(token.end)]))
    }
    defer { advance() }
    return Name(symbol: symbol, token: self.token)
  }
}

/// Proof that a loop of the parser ends: it goes on only after a round that consumed something.
struct LoopProgress {
  private var last = -1

  mutating func advanced(to position: Int) -> Bool {
    defer { last = position }
    return position > last
  }
}

/// Moves the nodes above `base` from a stack to the end of an array, where they are neighbours.
func collect<Node>(_ stack: inout [Node], from base: Int, into nodes: inout [Node]) -> NodeList<Node> {
  let start = nodes.count
  if stack.count == base + 1 {
    // Most lists hold one node, and moving a range costs several times as much.
    nodes.append(stack.removeLast())
  } else {
    nodes.append(contentsOf: stack[base...])
    stack.removeSubrange(base...)
  }
  return NodeList(start..<nodes.count)
}
