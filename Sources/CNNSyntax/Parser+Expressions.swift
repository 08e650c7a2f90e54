import CNNText

// MARK: - Arguments and shapes

extension Parser {
  /// The arguments of a stage: up to the end of the line, `|`, `->` or a brace.
  mutating func stageArguments() -> NodeList<Argument> {
    guard kind.beginsValue || kind == .minus else { return .none }
    if kind == .leftParen, position > 0, isAdjacent(position - 1, position), let close = endOfCall() {
      return parenthesizedArguments(until: close)
    }
    let base = argumentStack.count
    var progress = LoopProgress()
    while progress.advanced(to: position) {
      argumentStack.append(argument())
      if accept(.comma) != nil {
        // A trailing comma: a line that begins with a dash is a branch.
        if kind == .newline, nextKind == .minus { break }
        skipExtraCommas()
        if !kind.beginsValue, kind != .minus { break }
      } else if kind.beginsValue, !isAtLabel {
        if !isExplainedByLexer() { report(.missingComma(beforeName: isBareName), at: tree.span(previous).after) }
      } else {
        break
      }
    }
    return collect(&argumentStack, from: base, into: &tree.arguments)
  }

  private mutating func skipExtraCommas() {
    skipNewlines()
    while kind == .comma {
      expected(.value)
      advance()
      skipNewlines()
    }
  }

  /// `args ::= arg ( ',' arg )* ','?`, between parentheses.
  mutating func argumentList(until closing: TokenKind) -> NodeList<Argument> {
    let base = argumentStack.count
    var progress = LoopProgress()
    while !endsList, progress.advanced(to: position) {
      if kind == .comma {
        expected(.value)
        advance()
        continue
      }
      argumentStack.append(argument())
      separator(before: closing, beginsItem: kind.beginsValue)
    }
    return collect(&argumentStack, from: base, into: &tree.arguments)
  }

  /// A name that is a whole argument, or a whole stage.
  private var isBareName: Bool { kind == .name && !tree.tokens[nextPosition].kind.beginsValue }

  /// `arg ::= ( NAME | 'shared' ) expr | expr`
  mutating func argument() -> Argument {
    guard kind == .name || kind == .keywordShared else { return Argument(name: nil, value: expression()) }
    let next = nextPosition
    let nextKind = tree.tokens[next].kind
    if nextKind == .equal { return argumentWithEquals() }
    let spaced = !isAdjacent(position, next)
    if nextKind == .minus, spaced, isAdjacent(next, next + 1), tree.tokens[next + 1].kind.beginsValue {
      return ambiguousMinus(at: next)
    }
    let opensBracket = nextKind == .leftParen || nextKind == .leftBracket
    guard nextKind.beginsValue, spaced || !opensBracket else { return Argument(name: nil, value: expression()) }
    let name = takeName()
    return Argument(name: name, value: expression())
  }

  /// `slope -0.5` is read as an argument with a negative value, after saying that it could be a difference.
  private mutating func ambiguousMinus(at minus: Int) -> Argument {
    report(.ambiguousMinus(name: currentSpan), at: tree.span(TokenID(minus)))
    let name = takeName()
    return Argument(name: name, value: expression())
  }

  /// `shape ::= SHAPE | NUMBER | list`
  mutating func shape() -> NodeID<Expression>? {
    switch kind {
    case .shape, .number, .malformed, .leftBracket: return primary()
    default:
      expected(.shape)
      return nil
    }
  }
}

// MARK: - Expressions, from the loosest to the tightest

extension Parser {
  /// `expr ::= 'if' or 'then' expr NL? 'else' expr | or`
  mutating func expression() -> NodeID<Expression> {
    // Most values are a single token; this spares them ten calls.
    if kind.isSingleValue, tree.tokens[nextPosition].kind.endsValue { return primary() }
    return nested { parser in
      guard parser.kind == .keywordIf else { return parser.or() }
      let keyword = parser.token
      parser.advance()
      let condition = parser.or()
      guard parser.accept(.keywordThen) != nil else { return parser.missing(.token(.keywordThen)) }
      let value = parser.expression()
      parser.skipNewlineBeforeElse()
      guard parser.accept(.keywordElse) != nil else { return parser.missing(.token(.keywordElse)) }
      let other = parser.expression()
      return parser.add(.conditional(keyword: keyword, condition, then: value, else: other))
    } tooDeep: { parser in
      parser.add(.missing(parser.previous))
    }
  }

  private mutating func skipNewlineBeforeElse() {
    if kind == .newline, nextKind == .keywordElse { advance() }
  }

  /// `or ::= and ( 'or' NL? and )*`
  mutating func or() -> NodeID<Expression> {
    leftAssociative(.disjunction) { $0.and() }
  }

  /// `and ::= not ( 'and' NL? not )*`
  private mutating func and() -> NodeID<Expression> {
    leftAssociative(.conjunction) { $0.not() }
  }

  /// `not ::= 'not' not | comparison`
  private mutating func not() -> NodeID<Expression> {
    guard kind == .keywordNot else { return comparison() }
    return nested { parser in
      let keyword = parser.token
      parser.advance()
      return parser.add(.not(keyword, parser.not()))
    } tooDeep: { parser in
      parser.add(.missing(parser.previous))
    }
  }

  /// `comparison ::= range ( ( '==' | '!=' | '<' | '<=' | '>' | '>=' ) NL? range )?`
  private mutating func comparison() -> NodeID<Expression> {
    notAssociative(.comparison) { $0.range() }
  }

  /// `range ::= sum ( '..<' NL? sum )?`
  private mutating func range() -> NodeID<Expression> {
    notAssociative(.range) { $0.sum() }
  }

  /// `sum ::= product ( ( '+' | '-' ) NL? product )*`
  private mutating func sum() -> NodeID<Expression> {
    leftAssociative(.sum) { $0.product() }
  }

  /// `product ::= negation ( ( '*' | '/' | '%' ) NL? negation )*`
  private mutating func product() -> NodeID<Expression> {
    leftAssociative(.product) { $0.negation() }
  }

  /// `negation ::= '-' negation | power`
  private mutating func negation() -> NodeID<Expression> {
    guard kind == .minus else { return power() }
    return nested { parser in
      let sign = parser.token
      parser.advance()
      return parser.add(.negation(sign, parser.negation()))
    } tooDeep: { parser in
      parser.add(.missing(parser.previous))
    }
  }

  /// `power ::= postfix ( '^' NL? negation )?`: it binds to the right, and tighter than a minus before it.
  private mutating func power() -> NodeID<Expression> {
    let base = postfix()
    guard accept(.caret) != nil else { return base }
    skipNewlines()
    let exponent = nested {
      $0.negation()
    } tooDeep: { parser in
      parser.add(.missing(parser.previous))
    }
    return add(.binary(.power, base, exponent))
  }

  /// `postfix ::= primary suffix*`. A bracket behind a blank begins an argument, not an item.
  mutating func postfix() -> NodeID<Expression> {
    var node = primary()
    var progress = LoopProgress()
    var count = 0
    while progress.advanced(to: position) {
      count += 1
      if count > Self.chainLimit {
        report(.tooDeep(limit: Self.chainLimit), at: currentSpan)
        return add(.missing(previous))
      }
      if kind == .dot {
        advance()
        guard kind == .name || kind == .number else { return missing(.name(of: "a part of the tensor")) }
        node = add(.member(node, takeName()))
      } else if kind == .leftBracket, position > 0, isAdjacent(position - 1, position) {
        let (index, close) = bracketed(.rightBracket) { $0.expression() }
        node = add(.item(node, index: index, close: close))
      }
    }
    return node
  }
}

// MARK: - Primaries

extension Parser {
  /// `primary ::= NUMBER | SHAPE | STRING | 'on' | 'off' | 'true' | 'false' | '_' | 'input' | 'shared' | NAME | function
  /// | '(' expr ')' | list | comprehension`. `shared` is what a parameter of a layer is called.
  mutating func primary() -> NodeID<Expression> {
    let token = token
    switch kind {
    case .number: return take(.number(token))
    case .shape: return take(.shape(token))
    case .malformed: return take(.missing(token))
    case .underscore: return take(.wildcard(token))
    case .keywordInput: return take(.input(token))
    case .keywordOn, .keywordTrue: return take(.boolean(true, token))
    case .keywordOff, .keywordFalse: return take(.boolean(false, token))
    case .string, .stringHead: return add(.string(string()))
    case .name: return nameOrCall()
    case .keywordShared: return add(.name(takeName()))
    case .leftParen:
      if let shape = tuple() { return shape }
      return nested { parser in
        let (inner, close) = parser.bracketed(.rightParen) { $0.expression() }
        return parser.add(.parenthesized(inner, open: token, close: close))
      } tooDeep: { parser in
        parser.add(.missing(parser.previous))
      }
    case .leftBracket: return list()
    default: return missing(.value)
    }
  }

  private mutating func nameOrCall() -> NodeID<Expression> {
    let name = takeName()
    guard kind == .leftParen, isAdjacent(position - 1, position) else { return add(.name(name)) }
    return nested { parser in
      let (arguments, close) = parser.bracketed(.rightParen) { $0.argumentList(until: .rightParen) }
      return parser.add(.call(name, arguments, close: close))
    } tooDeep: { parser in
      parser.add(.missing(parser.previous))
    }
  }

  /// `list ::= '[' ( expr ( ',' expr )* ','? )? ']'`, or a comprehension.
  private mutating func list() -> NodeID<Expression> {
    let open = token
    return nested { parser in
      let (content, close) = parser.bracketed(.rightBracket) { $0.listContent() }
      // Nobody knows how many items an open list was to have.
      guard parser.tree.tokens[close.position].kind == .rightBracket else { return parser.add(.missing(open)) }
      switch content {
      case .items(let items): return parser.add(.list(items, open: open, close: close))
      case .loop(let value, let header, let condition):
        guard let header else { return parser.add(.missing(open)) }
        parser.tree.comprehensions.append(
          Comprehension(
            value: value, index: header.index, element: header.element, sequence: header.sequence,
            condition: condition, open: open, close: close))
        return parser.add(.comprehension(NodeID(parser.tree.comprehensions.count - 1)))
      }
    } tooDeep: { parser in
      parser.add(.missing(parser.previous))
    }
  }

  /// What stands between the brackets of a list.
  private enum ListContent {
    case items(NodeList<NodeID<Expression>>)
    /// A comprehension; without its header where that could not be read.
    case loop(NodeID<Expression>, LoopHeader?, condition: NodeID<Expression>?)
  }

  /// `comprehension ::= '[' expr 'for' header ( 'if' expr )? ']'`, without the brackets, or the items of a list.
  private mutating func listContent() -> ListContent {
    guard !endsList, kind != .comma else { return .items(listItems(behind: nil)) }
    let first = expression()
    guard kind == .keywordFor else { return .items(listItems(behind: first)) }
    advance()
    let header = loopHeader()
    let condition = accept(.keywordIf) == nil ? nil : expression()
    return .loop(first, header, condition: condition)
  }

  /// The items of a list, of which the first may have been read.
  private mutating func listItems(behind first: NodeID<Expression>?) -> NodeList<NodeID<Expression>> {
    let base = expressionStack.count
    if let first {
      expressionStack.append(first)
      separator(before: .rightBracket, beginsItem: kind.beginsValue)
    }
    var progress = LoopProgress()
    while !endsList, progress.advanced(to: position) {
      if kind == .comma {
        expected(.value)
        advance()
        continue
      }
      let item = expression()
      expressionStack.append(item)
      separator(before: .rightBracket, beginsItem: kind.beginsValue)
    }
    return collect(&expressionStack, from: base, into: &tree.expressionLists)
  }

  /// `STRING`, with its holes: `"layer{i + 1}.{j}"`.
  mutating func string() -> NodeID<StringTemplate> {
    let first = token
    var parts: [StringTemplate.Part] = []
    if kind == .string {
      parts.append(.text(token))
      advance()
    } else {
      var progress = LoopProgress()
      while position == first.position || kind == .stringMiddle, progress.advanced(to: position) {
        parts.append(.text(token))
        advance()
        parts.append(.hole(expression()))
      }
      if kind == .stringTail {
        parts.append(.text(token))
        advance()
      } else {
        expected(.token(.rightBrace))
        while kind != .stringTail, kind != .newline, kind != .end { advance() }
        if kind == .stringTail { advance() }
      }
    }
    let start = tree.templateParts.count
    tree.templateParts.append(contentsOf: parts)
    tree.templates.append(
      StringTemplate(first: first, last: previous, parts: NodeList(start..<tree.templateParts.count)))
    return NodeID(tree.templates.count - 1)
  }
}

// MARK: - Building nodes

extension Parser {
  mutating func add(_ expression: Expression) -> NodeID<Expression> {
    tree.expressions.append(expression)
    return NodeID(tree.expressions.count - 1)
  }

  mutating func add(_ compound: Compound) -> NodeID<Expression> {
    tree.compounds.append(compound)
    return add(.compound(NodeID(tree.compounds.count - 1)))
  }

  mutating func take(_ expression: Expression) -> NodeID<Expression> {
    advance()
    return add(expression)
  }

  mutating func missing(_ expectation: SyntaxProblem.Expectation) -> NodeID<Expression> {
    expected(expectation)
    return add(.missing(previous))
  }

  private mutating func leftAssociative(
    _ level: BinaryOperator.Level, _ operand: (inout Parser) -> NodeID<Expression>
  ) -> NodeID<Expression> {
    var left = operand(&self)
    var count = 0
    while let found = BinaryOperator(kind), found.level == level {
      count += 1
      if count == Self.chainLimit { report(.tooDeep(limit: Self.chainLimit), at: currentSpan) }
      advance()
      skipNewlinesBeforeValue()
      let right = operand(&self)
      if count < Self.chainLimit { left = add(.binary(found, left, right)) }
    }
    return count < Self.chainLimit ? left : add(.missing(previous))
  }

  private mutating func notAssociative(
    _ level: BinaryOperator.Level, _ operand: (inout Parser) -> NodeID<Expression>
  ) -> NodeID<Expression> {
    let left = operand(&self)
    guard let found = BinaryOperator(kind), found.level == level else { return left }
    advance()
    skipNewlinesBeforeValue()
    let right = operand(&self)
    return add(.binary(found, left, right))
  }
}
