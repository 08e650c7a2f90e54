import CNNText

extension Parser {
  /// `file = { NL } { decl NL }`
  mutating func file() {
    skipNewlines()
    var progress = LoopProgress()
    while kind != .end, progress.advanced(to: position) {
      if let declaration = declaration() { tree.declarations.append(declaration) }
      endOfDeclaration()
    }
  }

  /// `decl = "import" STRING | let | definition`
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
    case .keywordBlock, .keywordModel: return definition().map { .definition($0) }
    default:
      expected(.declaration)
      return nil
    }
  }

  /// A declaration ends with its line. After a mistake, all up to the next line that begins one is skipped.
  private mutating func endOfDeclaration() {
    let failed = kind != .newline && kind != .end
    if failed, tree.declarations.isEmpty || problems.last.map({ $0.span.start < currentSpan.start }) ?? true {
      expected(.endOfLine)
    }
    repeat {
      recover()
      if kind == .rightBrace { advance() }
      skipNewlines()
    } while !beginsDeclaration && kind != .end
  }

  var beginsDeclaration: Bool {
    kind == .keywordImport || kind == .keywordLet || kind == .keywordBlock || kind == .keywordModel
  }

  /// `let = "let" NAME "=" expr`
  mutating func binding() -> NodeID<Binding>? {
    advance()
    guard kind == .name else {
      expected(.name(of: "the value"))
      return nil
    }
    let name = takeName()
    guard accept(.equal) != nil else {
      expected(.token(.equal))
      return nil
    }
    skipNewlines()
    let value = expression()
    tree.bindings.append(Binding(name: name, value: value))
    return NodeID(tree.bindings.count - 1)
  }

  /// `definition = "block" NAME [params] body | "model" NAME ( "=" NAME [ "(" [args] ")" ] | [params] body )`
  private mutating func definition() -> Definition? {
    let isModel = kind == .keywordModel
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
      if kind == .leftParen { parameters = parameterList() }
      guard kind == .leftBrace else {
        expected(.body)
        return nil
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

  /// `params = "(" [ param { "," param } [","] ] ")"`, `param = NAME [ "=" expr ]`
  private mutating func parameterList() -> NodeList<ParameterSyntax> {
    let base = tree.parameters.count
    _ = bracketed(.rightParen) { parser in
      var progress = LoopProgress()
      while parser.kind != .rightParen, progress.advanced(to: parser.position) {
        guard parser.kind == .name else {
          parser.expected(.name(of: "a parameter"))
          return
        }
        let name = parser.takeName()
        let value = parser.accept(.equal) == nil ? nil : parser.expression()
        parser.tree.parameters.append(ParameterSyntax(name: name, defaultValue: value))
        parser.separator(before: .rightParen, beginsItem: parser.kind == .name)
      }
    }
    return NodeList(base..<tree.parameters.count)
  }

  /// A comma, or the complaint that it is missing.
  mutating func separator(before closing: TokenKind, beginsItem: Bool) {
    if accept(.comma) != nil {
      skipNewlines()
    } else if kind != closing, beginsItem {
      report(.missingComma, at: tree.span(previous).after)
    }
  }
}
