import CNNText

/// Reads a file into its syntax tree.
///
/// - Returns: The tree, whole whatever the text is, and the problems in the order of the file.
public func parse(
  _ source: SourceFile, symbols: inout SymbolTable
) -> (tree: SyntaxTree, problems: [SyntaxProblem]) {
  let (tokens, problems) = Lexer.tokens(of: source)
  var parser = Parser(source: source, tokens: tokens, symbols: symbols)
  // Leaves the parser as the only owner of the table, so that new names do not copy it.
  symbols = SymbolTable()
  parser.file()
  symbols = parser.symbols
  let all = problems + parser.problems
  if all.isEmpty { return (parser.tree, []) }
  var seen: Set<SyntaxProblem> = []
  return (parser.tree, all.sorted { $0.span < $1.span }.filter { seen.insert($0).inserted })
}

/// Recursive descent with one function a production, named as in the grammar (`grammar/cnn.ebnf`), in
/// `Parser+Declarations`, `Parser+Stages` and `Parser+Expressions`. Here is what they stand on: the current token,
/// recovery, and how lists of nodes come to lie together.
struct Parser {
  /// How deep braces, brackets and parentheses may nest.
  static let nestingLimit = 100

  var tree: SyntaxTree
  var symbols: SymbolTable
  var problems: [SyntaxProblem] = []

  private(set) var position = 0
  private(set) var kind: TokenKind
  /// How many parentheses and brackets are open: inside them a newline means nothing.
  private(set) var brackets = 0
  private var depth = 0
  /// One unclosed brace explains all that follows from it.
  private var reportedUnclosedBrace = false

  // Nodes of lists that are still being read; a finished list moves to the tree in one piece.
  var statementStack: [Statement] = []
  var stageStack: [Stage] = []
  var branchStack: [Branch] = []
  var patternStack: [Pattern] = []
  var argumentStack: [Argument] = []
  var expressionStack: [NodeID<Expression>] = []

  init(source: SourceFile, tokens: [Token], symbols: SymbolTable) {
    tree = SyntaxTree(source: source, tokens: tokens)
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
    let symbol = bytes.withUnsafeBufferPointer { symbols.intern($0[Int(token.start)..<Int(token.end)]) }
    defer { advance() }
    return Name(symbol: symbol, token: self.token)
  }
}

// MARK: - Problems and recovery

extension Parser {
  mutating func report(_ fact: SyntaxProblem.Fact, at span: Span) {
    problems.append(SyntaxProblem(fact, at: span))
  }

  /// Says what should stand here. What the lexer has already complained of is not said again.
  mutating func expected(_ expectation: SyntaxProblem.Expectation) {
    if kind == .malformed { return }
    let place = kind == .newline || kind == .end ? tree.span(previous).after : currentSpan
    report(.expected(expectation, found: kind), at: place)
  }

  /// Skips to where a statement can begin: the next line or the brace that closes this body. Bodies on the way are read,
  /// so that the mistakes in them are reported too.
  mutating func recover() {
    brackets = 0
    while kind != .newline, kind != .rightBrace, kind != .end {
      if kind == .leftBrace { _ = joinBody() } else { advance() }
    }
  }

  /// Runs `production` one level deeper; beyond the limit, reports it once and skips to the bracket that closes.
  mutating func nested<Node>(_ production: (inout Parser) -> Node, tooDeep: (inout Parser) -> Node) -> Node {
    guard depth < Self.nestingLimit else {
      report(.tooDeep(limit: Self.nestingLimit), at: currentSpan)
      skipBalanced()
      return tooDeep(&self)
    }
    depth += 1
    defer { depth -= 1 }
    return production(&self)
  }

  /// Skips an opening bracket, all that is in it, and what closes it.
  private mutating func skipBalanced() {
    var level = 0
    repeat {
      if kind.isOpening { level += 1 }
      if kind.isClosing { level -= 1 }
      advance()
    } while level > 0 && kind != .end
    if kind == .end { reportedUnclosedBrace = true }
  }

  /// Reads `content` between brackets, in which newlines mean nothing, and the closing bracket.
  mutating func bracketed<Node>(_ closing: TokenKind, _ content: (inout Parser) -> Node) -> (Node, close: TokenID) {
    let opening = token
    let mark = problems.count
    brackets += 1
    advance()
    let node = content(&self)
    if kind == closing {
      let close = token
      brackets -= 1
      advance()
      return (node, close)
    }
    brackets -= 1
    // What stands on later lines belongs to them, not to an open bracket, and so do the problems found there.
    let breaks = (opening.position + 1..<max(position, opening.position + 1)).filter {
      tree.tokens[$0].kind == .newline
    }
    if let line = breaks.first(where: { endsItem(tree.tokens[$0 - 1].kind) }) ?? breaks.last {
      let end = tree.tokens[line - 1].end
      problems.removeSubrange((problems[mark...].firstIndex { $0.span.start >= end } ?? problems.count)...)
      move(to: line)
    }
    if kind != .malformed { report(.unclosed(tree.tokens[opening.position].kind), at: tree.span(opening)) }
    return (node, previous)
  }

  /// True for tokens behind which an item of a list, or an argument, may be complete.
  private func endsItem(_ kind: TokenKind) -> Bool {
    if kind.isClosing || kind == .stringTail { return true }
    return kind.beginsValue && !kind.isOpening && kind != .keywordIf && kind != .keywordNot && kind != .stringHead
  }

  mutating func closeBody(openedBy open: TokenID) -> TokenID {
    if let close = accept(.rightBrace) { return close }
    if !reportedUnclosedBrace {
      reportedUnclosedBrace = true
      report(.unclosed(.leftBrace), at: tree.span(open))
    }
    return previous
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
  nodes.append(contentsOf: stack[base...])
  stack.removeSubrange(base...)
  return NodeList(start..<nodes.count)
}
