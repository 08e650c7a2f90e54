import CNNText

/// Bodies and statements.
extension Parser {
  /// `body ::= '{' NL? ( lines NL? )? '}'`. Where it is missing, an empty one takes its place. In a join, and in the loops,
  /// conditions and repetitions that stand there, lines may begin with dashes.
  mutating func body(inJoin: Bool) -> Body {
    guard let (open, isWritten) = openBrace() else { return makeBody(previous, previous, .none) }
    return body(openedBy: open, isWritten: isWritten, inJoin: inJoin)
  }

  mutating func body() -> Body { body(inJoin: false) }

  mutating func body(openedBy open: TokenID, isWritten: Bool, inJoin: Bool) -> Body {
    let outer = indentation
    return nested { parser in
      if isWritten { parser.advance() }
      parser.skipNewlines()
      let (statements, holdsBranches) = parser.statements(inJoin: inJoin, outer: outer)
      let close = parser.closeBody(openedBy: open, isWritten: isWritten)
      return parser.makeBody(open, close, statements, holdsBranches: holdsBranches)
    } tooDeep: { parser in
      parser.makeBody(open, parser.previous, .none)
    }
  }

  mutating func makeBody(
    _ open: TokenID, _ close: TokenID, _ statements: NodeList<Statement>, holdsBranches: Bool = false
  ) -> Body {
    defer { tree.bodyCount += 1 }
    return Body(
      open: open, close: close, statements: statements, number: UInt32(tree.bodyCount), holdsBranches: holdsBranches)
  }

  /// `lines ::= stmt ( NL stmt )*` or, in a join, `items ::= item ( NL item )*`, up to the closing brace. A line that
  /// begins a declaration ends them too: a brace is missing.
  private mutating func statements(
    inJoin: Bool, outer: Int
  ) -> (statements: NodeList<Statement>, holdsBranches: Bool) {
    let base = statementStack.count
    var progress = LoopProgress()
    var sawDash = false
    var holdsBranches = false
    var branch: OpenBranch?
    while kind != .end, !beginsForeignDeclaration(at: position), !isDedented(below: outer),
      progress.advanced(to: position)
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
        if inJoin {
          close(&branch)
          holdsBranches = true
          branch = beginBranch()
          skipNewlines()
          if kind == .minus || kind == .rightBrace { continue }
        } else {
          // The branches of one join are one mistake.
          if !sawDash { report(.misplacedDash, at: currentSpan) }
          sawDash = true
          advance()
        }
      }
      noteIndentation()
      // Lines of junk that follow each other are one mistake.
      if followsJunk, !kind.beginsStatement, !isAtLabel { troubledLineEnd = max(troubledLineEnd, position + 1) }
      let start = position
      if let statement = statement(inJoin: inJoin) {
        if self.holdsBranches(statement) {
          if let dash = branch?.dash, dash.position + 1 == start {
            report(.dashBeforeBranches, at: tree.span(dash))
            branch = nil
          }
          close(&branch)
          holdsBranches = true
        }
        statementStack.append(statement)
      }
      followsJunk = troubledLineEnd > start
      // Where a brace is missing, a body ends with the line before this one.
      if position == start || !startsLine(position) { endOfStatement() }
    }
    close(&branch)
    return (collect(&statementStack, from: base, into: &tree.statements), holdsBranches)
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

  /// `stmt ::= let | shared | input | output | expect | pipeline`
  private mutating func statement(inJoin: Bool) -> Statement? {
    switch kind {
    case .keywordLet: return binding().map { .binding($0) }
    case .keywordShared: return shared().map { .shared($0) }
    case .keywordInput: return input()
    case .keywordOutput: return output()
    case .keywordExpect: return expect()
    default: return pipeline(inJoin: inJoin).map { .pipeline($0) }
    }
  }

  /// `shared ::= 'shared' NAME ':' call`
  private mutating func shared() -> NodeID<SharedSyntax>? {
    let keyword = token
    advance()
    guard kind == .name else {
      expected(.name(of: "what is shared"))
      return nil
    }
    let name = takeName()
    if accept(.colon) == nil { expected(.token(.colon)) }
    guard kind == .name else {
      expected(.stage)
      return nil
    }
    let first = token
    tree.stages.append(Stage(label: nil, kind: .call(call()), assertion: nil, first: first, last: previous))
    tree.shared.append(SharedSyntax(keyword: keyword, name: name, stage: NodeID(tree.stages.count - 1)))
    let id = NodeID<SharedSyntax>(tree.shared.count - 1)
    skipNewline(before: .arrow)
    skipNewline(before: .pipe)
    if kind == .arrow || kind == .pipe { skipPipeline(.sharedPipeline) }
    return id
  }

  /// Reads the stages behind what no stage can follow, for the mistakes in them.
  mutating func skipPipeline(_ fact: SyntaxProblem.Fact) {
    report(fact, at: currentSpan)
    if accept(.pipe) == nil {
      advance()
      _ = shape()
      skipNewline(before: .pipe)
      guard accept(.pipe) != nil else { return }
    }
    _ = pipeline(inJoin: false)
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

  /// `output ::= 'output' ( NAME | STRING ) ( body | ':' step ( NL? '|' stage )* )?`
  private mutating func output() -> Statement? {
    let keyword = token
    advance()
    let first = token
    let label: Label
    switch kind {
    case .name: label = .name(takeName())
    case .string, .stringHead: label = .template(string())
    default:
      expected(.name(of: "the output"))
      return nil
    }
    let content: OutputSyntax.Content
    if kind == .leftBrace {
      content = .body(body())
    } else if accept(.colon) != nil {
      guard let stage = step(label: label, from: first, inJoin: false) else { return nil }
      content = .pipeline(pipeline(from: stage))
    } else {
      content = .none
    }
    tree.outputs.append(OutputSyntax(keyword: keyword, label: label, content: content))
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
}

// MARK: - Branches

/// A branch whose lines are being read.
private struct OpenBranch {
  let dash: TokenID
  /// Where its statements begin on the stack.
  let base: Int
}

extension Parser {
  /// `branch ::= '-' NL? lines?`, up to the first of its lines.
  private mutating func beginBranch() -> OpenBranch {
    let dash = token
    noteIndentation()
    advance()
    indentation += Int(tree.tokens[position].start - tree.tokens[dash.position].start)
    return OpenBranch(dash: dash, base: statementStack.count)
  }

  private mutating func close(_ branch: inout OpenBranch?) {
    guard let open = branch else { return }
    let statements = collect(&statementStack, from: open.base, into: &tree.statements)
    tree.branches.append(Branch(dash: open.dash, statements: statements))
    statementStack.append(.branch(NodeID(tree.branches.count - 1)))
    branch = nil
  }

  /// True for a loop, condition or repetition whose lines begin with dashes: it ends the branch above it.
  private func holdsBranches(_ statement: Statement) -> Bool {
    guard case .pipeline(let stages) = statement else { return false }
    return tree.holdsBranches(tree.stages[Int(stages.start)])
  }
}
