import CNNText

extension Parser {
  /// `file ::= NL? ( decl ( NL decl )* NL? )?`
  mutating func file() {
    skipNewlines()
    var progress = LoopProgress()
    while kind != .end, progress.advanced(to: position) {
      countBraces()
      noteIndentation()
      if let declaration = declaration() {
        tree.declarations.append(declaration)
      } else {
        tree.lacksDeclaration = true
      }
      endOfDeclaration()
    }
  }

  /// `decl ::= 'import' STRING | let | definition`
  private mutating func declaration() -> Declaration? {
    switch kind {
    case .keywordImport:
      let keyword = token
      advance()
      guard kind == .string || kind == .stringHead else {
        expected(.token(.string))
        return nil
      }
      return .importFile(keyword: keyword, path: string())
    case .keywordLet: return binding().map { .binding($0) }
    case .keywordBlock, .keywordModel: return definition(isModel: kind == .keywordModel).map { .definition($0) }
    case .name where nextKind == .name: return misspelled()
    default:
      expected(.declaration)
      return nil
    }
  }

  /// `modle MNIST { ... }`
  private mutating func misspelled() -> Declaration? {
    let keywords: [TokenKind] = [.keywordModel, .keywordBlock, .keywordLet]
    let nearest = nearestName(to: tree.text(token), in: keywords.compactMap(\.spelling))
    guard let keyword = keywords.first(where: { $0.spelling == nearest }) else {
      expected(.declaration)
      return nil
    }
    report(.misspelled(keyword), at: currentSpan)
    return keyword == .keywordLet
      ? binding().map { .binding($0) } : definition(isModel: keyword == .keywordModel).map { .definition($0) }
  }

  /// A declaration ends with its line. After a mistake, all up to the next line that begins one is skipped.
  private mutating func endOfDeclaration() {
    if kind == .newline, position + 1 < tree.tokens.count, beginsDeclaration(nextKind) || nextKind == .end {
      return skipNewlines()
    }
    if kind == .end || beginsForeignDeclaration(at: position) { return }
    if kind == .newline {
      skipNewlines()
      return
    }
    expected(.endOfLine)
    skipToDeclaration()
  }

  var beginsDeclaration: Bool { beginsDeclaration(kind) }

  private func beginsDeclaration(_ kind: TokenKind) -> Bool {
    kind == .keywordImport || kind == .keywordLet || kind == .keywordBlock || kind == .keywordModel
  }

  /// `let ::= 'let' NAME '=' NL? expr`. Without its value the name is still known.
  mutating func binding() -> NodeID<Binding>? {
    advance()
    guard kind == .name else {
      expected(.name(of: "the value"))
      return nil
    }
    let name = takeName()
    if accept(.equal) == nil { expected(.token(.equal)) } else { skipNewlinesBeforeValue() }
    let value = expression()
    tree.bindings.append(Binding(name: name, value: value))
    return NodeID(tree.bindings.count - 1)
  }

  /// `definition ::= 'block' NAME params? body | 'model' NAME ( alias | params? body )`
  private mutating func definition(isModel: Bool) -> Definition? {
    let keyword = token
    advance()
    guard kind == .name else {
      expected(.name(of: isModel ? "the model" : "the block"))
      return nil
    }
    let name = takeName()
    let content: Definition.Content
    var parameters = NodeList<ParameterSyntax>.none
    if isModel, kind == .equal {
      guard let alias = alias() else { return nil }
      content = alias
    } else {
      if kind == .leftParen {
        parameters = parameterList()
      } else if kind == .name {
        expected(.token(.leftParen))
        while kind != .leftBrace, kind != .newline, kind != .end { advance() }
      }
      content = .body(body())
    }
    return Definition(isModel: isModel, keyword: keyword, name: name, parameters: parameters, content: content)
  }

  /// `= ResNet(depths [3, 4, 23, 3])`
  private mutating func alias() -> Definition.Content? {
    advance()
    guard kind == .name else {
      expected(.name(of: "a model"))
      return nil
    }
    let target = takeName()
    var arguments = NodeList<Argument>.none
    if kind == .leftParen {
      (arguments, _) = bracketed(.rightParen) { $0.argumentList(until: .rightParen) }
    }
    return .alias(of: target, arguments: arguments)
  }

  /// `params ::= '(' ( param ( ',' param )* ','? )? ')'`, `param ::= NAME ( '=' expr )?`
  private mutating func parameterList() -> NodeList<ParameterSyntax> {
    let base = tree.parameters.count
    _ = bracketed(.rightParen) { parser in
      var progress = LoopProgress()
      while !parser.endsList, progress.advanced(to: parser.position) {
        if parser.kind == .name {
          let name = parser.takeName()
          let value = parser.accept(.equal) == nil ? nil : parser.expression()
          parser.tree.parameters.append(ParameterSyntax(name: name, defaultValue: value))
        } else {
          parser.expected(.name(of: "a parameter"))
        }
        parser.separator(before: .rightParen, beginsItem: parser.kind == .name)
      }
    }
    return NodeList(base..<tree.parameters.count)
  }

  /// True for what ends a list, by right or not.
  var endsList: Bool {
    kind.isClosing || kind == .end || kind == .leftBrace || kind == .newline
  }

  /// A comma, or the complaint that it is missing. What is neither a comma nor an item is skipped, with a complaint.
  mutating func separator(before closing: TokenKind, beginsItem: Bool) {
    if kind != closing, kind != .comma {
      if beginsItem {
        if !isExplainedByLexer() { report(.missingComma(beforeName: false), at: tree.span(previous).after) }
        return
      }
      if kind == .end || kind.isClosing || kind == .leftBrace || kind == .newline { return }
      expected(.token(closing))
      guard skipItem(before: closing) else { return }
    }
    if accept(.comma) != nil { skipNewlines() }
  }
}
