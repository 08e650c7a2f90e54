import CNNText

/// Pipelines, stages and their labels.
extension Parser {
  /// `pipeline ::= stage ( NL? '|' stage )*`. A line that begins with `|` continues the one above.
  mutating func pipeline(inJoin: Bool) -> NodeList<Stage>? {
    stage(inJoin: inJoin).map { pipeline(from: $0) }
  }

  mutating func pipeline(from first: Stage) -> NodeList<Stage> {
    let base = stageStack.count
    stageStack.append(first)
    // What holds branches has its line for itself.
    var progress = LoopProgress()
    while !tree.holdsBranches(first), progress.advanced(to: position) {
      skipNewline(before: .pipe)
      if accept(.pipe) == nil {
        guard isAtLabel else { break }
        expected(.token(.pipe))
      }
      guard let stage = stage(inJoin: false) else { break }
      stageStack.append(stage)
    }
    return collect(&stageStack, from: base, into: &tree.stages)
  }

  /// Joins a line that begins with `|`, `->` or `else` to the one above.
  mutating func skipNewline(before continuation: TokenKind) {
    if kind == .newline, nextKind == continuation, !isOutdented(at: position + 1) { advance() }
  }

  /// `stage ::= label? step`
  private mutating func stage(inJoin: Bool) -> Stage? {
    if kind == .name, nextKind == .dot { skipModules() }
    let first = token
    let label = label()
    return step(label: label, from: first, inJoin: inJoin)
  }

  /// `step ::= ( from | if | for | repeat | call ) ( NL? '->' shape )?`
  mutating func step(label: Label?, from first: TokenID, inJoin: Bool) -> Stage? {
    guard let kind = stageKind(inJoin: inJoin) else { return nil }
    var stage = Stage(label: label, kind: kind, assertion: nil, first: first, last: previous)
    if inJoin, tree.holdsBranches(stage) {
      if let label {
        report(.labelOfBranches, at: tree.span(label))
        stage = Stage(label: nil, kind: kind, assertion: nil, first: first, last: stage.last)
      }
      skipNewline(before: .arrow)
      skipNewline(before: .pipe)
      if self.kind == .arrow || self.kind == .pipe { skipPipeline(.stageAfterBranches) }
      return stage
    }
    skipNewline(before: .arrow)
    if accept(.arrow) != nil {
      stage = Stage(label: label, kind: kind, assertion: shape(), first: first, last: stage.last)
    }
    return stage
  }

  /// True before a label: a name, a string or a list of names, and a colon.
  @inline(__always)
  var isAtLabel: Bool {
    switch kind {
    case .name, .string: nextKind == .colon
    case .stringHead, .leftBracket: isAtLongLabel
    default: false
    }
  }

  private var isAtLongLabel: Bool {
    if kind == .leftBracket { return endOfParts(from: position) == .colon }
    var index = position
    // Labels are short; a longer string is none.
    while index < min(position + 64, tree.tokens.count), tree.tokens[index].kind != .newline {
      if tree.tokens[index].kind == .stringTail { return tree.tokens[index + 1].kind == .colon }
      index += 1
    }
    return false
  }

  /// What follows the bracket that closes the one at an index; nil where that is far away.
  func endOfParts(from open: Int) -> TokenKind? {
    var level = 0
    for index in open..<min(open + 64, tree.tokens.count - 1) {
      switch tree.tokens[index].kind {
      case .leftBracket: level += 1
      case .rightBracket:
        level -= 1
        if level == 0 { return tree.tokens[index + 1].kind }
      case .leftBrace, .rightBrace, .colon, .pipe: return nil
      default: break
      }
    }
    return nil
  }

  /// `label ::= ( NAME | STRING | parts ) ':'`
  private mutating func label() -> Label? {
    var label: Label?
    switch kind {
    case .name where nextKind == .colon: label = .name(takeName())
    case .name where nextKind == .equal: return labelBeforeEquals()
    case .string, .stringHead: label = .template(string())
    case .leftBracket:
      let end = endOfParts(from: position)
      guard end == .colon || end == .name else { return nil }
      label = .pattern(parts())
    case .colon:
      expected(.name(of: "the label"))
      advance()
      return nil
    default: return nil
    }
    if accept(.colon) == nil { expected(.token(.colon)) }
    return label
  }

  /// `parts ::= '[' part ( ',' part )* ','? ']'`, `part ::= NAME | '_'`
  private mutating func parts() -> NodeID<Pattern> {
    let open = token
    let (items, close) = bracketed(.rightBracket) { parser in
      let base = parser.patternStack.count
      var progress = LoopProgress()
      repeat {
        switch parser.kind {
        case .name: parser.patternStack.append(.name(parser.takeName()))
        case .underscore:
          parser.patternStack.append(.ignored(parser.token))
          parser.advance()
        default: parser.expected(.part)
        }
        parser.separator(before: .rightBracket, beginsItem: parser.kind == .name || parser.kind == .underscore)
      } while !parser.endsList && progress.advanced(to: parser.position)
      return collect(&parser.patternStack, from: base, into: &parser.tree.patterns)
    }
    tree.patterns.append(.list(items, open: open, close: close))
    return NodeID(tree.patterns.count - 1)
  }

  private mutating func stageKind(inJoin: Bool) -> Stage.Kind? {
    switch kind {
    case .name:
      if isReturn { return returned().map { .from($0) } }
      return .call(call())
    case .keywordFrom:
      advance()
      return tensor().map { .from($0) }
    case .keywordIf: return conditional(inJoin: inJoin).map { .conditional($0) }
    case .keywordFor: return loop(inJoin: inJoin).map { .loop($0) }
    case .keywordRepeat: return repetition(inJoin: inJoin).map { .repetition($0) }
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

  /// `call ::= NAME ( arg ( ',' NL? /* not before - */ arg )* ','? /* not before NL */ )? join?`
  mutating func call() -> Call {
    let name = takeName()
    let arguments = kind == .leftBrace ? .none : stageArguments()
    let join = kind == .leftBrace || lacksBrace ? joinBody() : nil
    return Call(name: name, arguments: arguments, join: join)
  }

  /// True where the next line is one of a join's, and the brace before it is missing.
  @inline(__always)
  private var lacksBrace: Bool {
    balance == .closesMore && isFollowedByDeeperLine && nextKind != .pipe && nextKind != .arrow
  }

  /// `join ::= '{' NL? ( items NL? )? '}'`
  mutating func joinBody() -> NodeID<Join> {
    let (open, isWritten) = openBrace() ?? (previous, false)
    let body = body(openedBy: open, isWritten: isWritten, inJoin: true)
    tree.joins.append(Join(body: body))
    return NodeID(tree.joins.count - 1)
  }

  /// `if ::= 'if' expr body ( NL? 'else' ( body | if ) )?`; in a join, also
  /// `choice ::= 'if' expr join ( NL? 'else' ( join | choice ) )?`.
  private mutating func conditional(inJoin: Bool) -> NodeID<Conditional>? {
    nested { parser in
      parser.advance()
      let condition = parser.expression()
      let body = parser.body(inJoin: inJoin)
      let alternative = parser.alternative(inJoin: inJoin)
      parser.tree.conditionals.append(Conditional(condition: condition, body: body, alternative: alternative))
      return NodeID(parser.tree.conditionals.count - 1)
    } tooDeep: { _ in
      nil
    }
  }

  private mutating func alternative(inJoin: Bool) -> Body? {
    skipNewline(before: .keywordElse)
    guard accept(.keywordElse) != nil else { return nil }
    guard kind == .keywordIf else { return body(inJoin: inJoin) }
    let first = token
    guard let inner = conditional(inJoin: inJoin) else { return nil }
    let stage = Stage(label: nil, kind: .conditional(inner), assertion: nil, first: first, last: previous)
    tree.stages.append(stage)
    tree.statements.append(.pipeline(NodeList(tree.stages.count - 1..<tree.stages.count)))
    let statement = NodeList<Statement>(tree.statements.count - 1..<tree.statements.count)
    return makeBody(first, previous, statement, holdsBranches: tree.holdsBranches(stage))
  }

  /// `for ::= 'for' header body`
  private mutating func loop(inJoin: Bool) -> NodeID<Loop>? {
    advance()
    guard let header = loopHeader() else { return nil }
    let body = body(inJoin: inJoin)
    tree.loops.append(
      Loop(index: header.index, element: header.element, sequence: header.sequence, body: body))
    return NodeID(tree.loops.count - 1)
  }

  /// `header ::= pattern ( ',' pattern )? 'in' expr`
  mutating func loopHeader() -> LoopHeader? {
    guard let first = pattern() else { return nil }
    var index: NodeID<Pattern>?
    var element = first
    if accept(.comma) != nil {
      guard let second = pattern() else { return nil }
      (index, element) = (first, second)
    }
    if accept(.keywordIn) == nil { expected(.token(.keywordIn)) }
    return LoopHeader(index: index, element: element, sequence: expression())
  }

  private mutating func repetition(inJoin: Bool) -> NodeID<Repetition>? {
    advance()
    let count = expression()
    let body = body(inJoin: inJoin)
    tree.repetitions.append(Repetition(count: count, body: body))
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

/// The names of a loop and what it goes through.
struct LoopHeader {
  let index: NodeID<Pattern>?
  let element: NodeID<Pattern>
  let sequence: NodeID<Expression>
}
