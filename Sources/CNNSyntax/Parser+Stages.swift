import CNNText

extension Parser {
  /// `body ::= '{' NL? ( lines NL? )? '}'`. Where it is missing, an empty one takes its place.
  mutating func body() -> Body {
    guard let (open, isWritten) = openBrace() else { return makeBody(previous, previous, .none) }
    let outer = indentation
    return nested { parser in
      if isWritten { parser.advance() }
      parser.skipNewlines()
      let statements = parser.statements(inJoin: false, outer: outer)
      return parser.makeBody(open, parser.closeBody(openedBy: open, isWritten: isWritten), statements)
    } tooDeep: { parser in
      parser.makeBody(open, parser.previous, .none)
    }
  }

  mutating func makeBody(_ open: TokenID, _ close: TokenID, _ statements: NodeList<Statement>) -> Body {
    defer { tree.bodyCount += 1 }
    return Body(open: open, close: close, statements: statements, number: UInt32(tree.bodyCount))
  }

  /// `{ stmt NL }`, up to the closing brace, in a join up to a dash. A line that begins a declaration ends them too: a
  /// brace is missing.
  private mutating func statements(inJoin: Bool, outer: Int) -> NodeList<Statement> {
    let base = statementStack.count
    var progress = LoopProgress()
    var sawDash = false
    while kind != .end, !(inJoin && kind == .minus), !beginsForeignDeclaration(at: position),
      !isDedented(below: outer), progress.advanced(to: position)
    {
      if kind == .rightBrace {
        guard isStray(below: outer) else { break }
        if !followsJunk { report(.strayBrace, at: currentSpan) }
        followsJunk = true
        advance()
        skipNewlines()
        continue
      }
      if kind == .minus {
        // The branches of one join are one mistake.
        if !sawDash { report(.misplacedDash, at: currentSpan) }
        sawDash = true
        advance()
      }
      noteIndentation()
      // Lines of junk that follow each other are one mistake.
      if followsJunk, !kind.beginsStatement { troubledLineEnd = max(troubledLineEnd, position + 1) }
      let start = position
      if let statement = statement() { statementStack.append(statement) }
      followsJunk = troubledLineEnd > start
      endOfStatement()
    }
    return collect(&statementStack, from: base, into: &tree.statements)
  }

  private mutating func endOfStatement() {
    if kind != .newline, kind != .rightBrace, kind != .end {
      let explained = problems.last.map { $0.span.end >= tree.span(previous).start } ?? false
      if !explained { expected(.endOfLine) }
      // The conditions of a misplaced `where` may go on in the next line.
      if kind == .keywordWhere { _ = conditions() }
      recover()
    }
    skipNewlines()
  }

  /// `stmt ::= let | input | output | expect | pipeline`
  private mutating func statement() -> Statement? {
    switch kind {
    case .keywordLet: return binding().map { .binding($0) }
    case .keywordInput: return input()
    case .keywordOutput: return output()
    case .keywordExpect: return expect()
    default: return pipeline().map { .pipeline($0) }
    }
  }

  /// `input ::= 'input' NAME? shape where?`
  private mutating func input() -> Statement? {
    let keyword = token
    advance()
    let name = kind == .name ? takeName() : nil
    guard let shape = shape() else { return nil }
    tree.inputs.append(InputSyntax(keyword: keyword, name: name, shape: shape, whereClause: whereClause()))
    return .input(NodeID(tree.inputs.count - 1))
  }

  /// `where ::= 'where' conditions`. One that begins the next line is read, after saying that it belongs to this one.
  private mutating func whereClause() -> WhereClause? {
    if kind == .newline, nextKind == .keywordWhere {
      let end = tree.span(previous)
      advance()
      report(.detachedWhere(from: end), at: currentSpan)
    }
    guard kind == .keywordWhere else { return nil }
    let keyword = token
    return WhereClause(keyword: keyword, conditions: conditions())
  }

  private mutating func output() -> Statement? {
    let keyword = token
    advance()
    guard kind == .name else {
      expected(.name(of: "the output"))
      return nil
    }
    let name = takeName()
    let body = kind == .leftBrace ? body() : nil
    tree.outputs.append(OutputSyntax(keyword: keyword, name: name, body: body))
    return .output(NodeID(tree.outputs.count - 1))
  }

  /// `expect ::= 'expect' conditions`
  private mutating func expect() -> Statement {
    let keyword = token
    return .expect(keyword: keyword, conditions())
  }

  /// `conditions ::= NL? expr ( ',' NL? expr )*`, from the keyword before them on.
  private mutating func conditions() -> NodeList<NodeID<Expression>> {
    let base = expressionStack.count
    repeat {
      advance()
      if kind == .newline, !isFollowedByStatement { advance() }
      expressionStack.append(kind.beginsValue || kind == .minus ? expression() : missing(.condition))
    } while kind == .comma
    return collect(&expressionStack, from: base, into: &tree.expressionLists)
  }

  /// `pipeline ::= stage ( NL? '|' stage )*`. A line that begins with `|` continues the one above.
  private mutating func pipeline() -> NodeList<Stage>? {
    let base = stageStack.count
    while let stage = stage() {
      stageStack.append(stage)
      skipNewline(before: .pipe)
      if accept(.pipe) == nil {
        guard isAtLabel else { break }
        expected(.token(.pipe))
      }
    }
    return stageStack.count == base ? nil : collect(&stageStack, from: base, into: &tree.stages)
  }

  /// Joins a line that begins with `|`, `->` or `else` to the one above.
  private mutating func skipNewline(before continuation: TokenKind) {
    if kind == .newline, nextKind == continuation, !isOutdented(at: position + 1) { advance() }
  }

  /// `stage ::= label? ( from | if | for | repeat | call ) ( NL? '->' shape )?`
  private mutating func stage() -> Stage? {
    let first = token
    let label = label()
    guard let kind = stageKind() else { return nil }
    let last = previous
    skipNewline(before: .arrow)
    let assertion = accept(.arrow) == nil ? nil : shape()
    return Stage(label: label, kind: kind, assertion: assertion, first: first, last: last)
  }

  /// True before a label: a name or a string, and a colon.
  var isAtLabel: Bool {
    switch kind {
    case .name, .string: return nextKind == .colon
    case .stringHead:
      var index = position
      // Labels are short; a longer string is none.
      while index < min(position + 64, tree.tokens.count), tree.tokens[index].kind != .newline {
        if tree.tokens[index].kind == .stringTail { return tree.tokens[index + 1].kind == .colon }
        index += 1
      }
      return false
    default: return false
    }
  }

  private mutating func label() -> Label? {
    var label: Label?
    switch kind {
    case .name where nextKind == .colon: label = .name(takeName())
    case .string, .stringHead: label = .template(string())
    case .colon:
      expected(.name(of: "the label"))
      advance()
      return nil
    default: return nil
    }
    if accept(.colon) == nil { expected(.token(.colon)) }
    return label
  }

  private mutating func stageKind() -> Stage.Kind? {
    switch kind {
    case .name: return .call(call())
    case .keywordFrom:
      advance()
      return tensor().map { .from($0) }
    case .keywordIf: return conditional().map { .conditional($0) }
    case .keywordFor: return loop().map { .loop($0) }
    case .keywordRepeat: return repetition().map { .repetition($0) }
    default:
      expected(.stage)
      return nil
    }
  }

  /// `tensor ::= ( STRING | 'input' | NAME | function ) suffix*`
  private mutating func tensor() -> NodeID<Expression>? {
    switch kind {
    case .name, .keywordInput, .string, .stringHead: return postfix()
    default:
      expected(.tensor)
      return nil
    }
  }

  private mutating func call() -> Call {
    let name = takeName()
    let arguments = kind == .leftBrace ? .none : stageArguments()
    let join = kind == .leftBrace || lacksBrace ? joinBody() : nil
    return Call(name: name, arguments: arguments, join: join)
  }

  /// True where the next line is one of a join's, and the brace before it is missing.
  private var lacksBrace: Bool {
    balance == .closesMore && isFollowedByDeeperLine && nextKind != .pipe && nextKind != .arrow
  }

  /// `join ::= '{' NL? ( lines NL? | ( lines NL )? branch ( NL branch )* NL? )? '}'`
  mutating func joinBody() -> NodeID<Join> {
    let outer = indentation
    let (open, isWritten) = openBrace() ?? (previous, false)
    let join = nested { parser in
      if isWritten { parser.advance() }
      parser.skipNewlines()
      let plain = parser.statements(inJoin: true, outer: outer)
      let branches = parser.branches(outer: outer)
      let close = parser.closeBody(openedBy: open, isWritten: isWritten)
      return Join(body: parser.makeBody(open, close, plain), branches: branches)
    } tooDeep: { parser in
      Join(body: parser.makeBody(open, parser.previous, .none), branches: .none)
    }
    tree.joins.append(join)
    return NodeID(tree.joins.count - 1)
  }

  private mutating func branches(outer: Int) -> NodeList<Branch> {
    let base = branchStack.count
    while kind == .minus {
      let dash = token
      noteIndentation()
      advance()
      indentation += Int(tree.tokens[position].start - tree.tokens[dash.position].start)
      skipNewlines()
      let statements = statements(inJoin: true, outer: outer)
      branchStack.append(Branch(dash: dash, statements: statements))
    }
    return collect(&branchStack, from: base, into: &tree.branches)
  }

  /// `if ::= 'if' expr body ( NL? 'else' ( body | if ) )?`
  private mutating func conditional() -> NodeID<Conditional>? {
    nested { parser in
      parser.advance()
      let condition = parser.expression()
      let body = parser.body()
      let alternative = parser.alternative()
      parser.tree.conditionals.append(Conditional(condition: condition, body: body, alternative: alternative))
      return NodeID(parser.tree.conditionals.count - 1)
    } tooDeep: { _ in
      nil
    }
  }

  private mutating func alternative() -> Body? {
    skipNewline(before: .keywordElse)
    guard accept(.keywordElse) != nil else { return nil }
    guard kind == .keywordIf else { return body() }
    let first = token
    guard let inner = conditional() else { return nil }
    tree.stages.append(
      Stage(label: nil, kind: .conditional(inner), assertion: nil, first: first, last: previous))
    tree.statements.append(.pipeline(NodeList(tree.stages.count - 1..<tree.stages.count)))
    let statement = NodeList<Statement>(tree.statements.count - 1..<tree.statements.count)
    return makeBody(first, previous, statement)
  }

  /// `for ::= 'for' pattern ( ',' pattern )? 'in' expr body`
  private mutating func loop() -> NodeID<Loop>? {
    advance()
    guard let first = pattern() else { return nil }
    var index: NodeID<Pattern>?
    var element = first
    if accept(.comma) != nil {
      guard let second = pattern() else { return nil }
      (index, element) = (first, second)
    }
    if accept(.keywordIn) == nil { expected(.token(.keywordIn)) }
    let sequence = expression()
    tree.loops.append(Loop(index: index, element: element, sequence: sequence, body: body()))
    return NodeID(tree.loops.count - 1)
  }

  private mutating func repetition() -> NodeID<Repetition>? {
    advance()
    let count = expression()
    tree.repetitions.append(Repetition(count: count, body: body()))
    return NodeID(tree.repetitions.count - 1)
  }

  /// `pattern ::= NAME | '_' | '[' ( pattern ( ',' pattern )* ','? )? ']'`
  private mutating func pattern() -> NodeID<Pattern>? {
    guard let pattern = patternNode() else { return nil }
    tree.patterns.append(pattern)
    return NodeID(tree.patterns.count - 1)
  }

  private mutating func patternNode() -> Pattern? {
    switch kind {
    case .name: return .name(takeName())
    case .underscore:
      defer { advance() }
      return .ignored(token)
    case .leftBracket:
      return nested { parser in
        let open = parser.token
        let (items, close) = parser.bracketed(.rightBracket) { $0.patternList() }
        return .list(items, open: open, close: close)
      } tooDeep: { _ in
        nil
      }
    default:
      expected(.pattern)
      return nil
    }
  }

  private mutating func patternList() -> NodeList<Pattern> {
    let base = patternStack.count
    var progress = LoopProgress()
    while kind != .rightBracket, kind != .newline, progress.advanced(to: position), let item = patternNode() {
      patternStack.append(item)
      separator(before: .rightBracket, beginsItem: kind == .name || kind == .underscore)
    }
    return collect(&patternStack, from: base, into: &tree.patterns)
  }
}
