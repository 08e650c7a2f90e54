import CNNText

/// What people write who come from Python, read as they mean it: one message says how it is written here, and offers the
/// change.
extension Parser {
  // MARK: Calls

  /// Where the parenthesis is closed that opens right after a layer's name, if what is between is a list of arguments:
  /// `conv(64, 3x3)`, `relu()`. Nil where it may be a value: `dense(2 * n), bias off`.
  func endOfCall() -> Int? {
    var depth = 0
    var isList = tree.tokens[position + 1].kind == .rightParen
    for index in position..<tree.tokens.count {
      switch tree.tokens[index].kind {
      case .leftParen, .leftBracket: depth += 1
      case .rightParen, .rightBracket:
        depth -= 1
        if depth > 0 { continue }
        let next = tree.tokens[index + 1].kind
        return isList && !next.beginsValue && next != .comma && BinaryOperator(next) == nil ? index : nil
      case .comma, .equal: if depth == 1 { isList = true }
      case .newline, .leftBrace, .rightBrace, .pipe, .end: return nil
      default: continue
      }
    }
    return nil
  }

  mutating func parenthesizedArguments(until close: Int) -> NodeList<Argument> {
    report(.callParentheses(close: tree.span(TokenID(close))), at: currentSpan)
    let base = argumentStack.count
    advance()
    var progress = LoopProgress()
    while position < close, progress.advanced(to: position) {
      argumentStack.append(argument())
      if position < close, accept(.comma) == nil { expected(.token(.comma)) }
    }
    move(to: close)
    advance()
    return collect(&argumentStack, from: base, into: &tree.arguments)
  }

  /// `stride=2`
  mutating func argumentWithEquals() -> Argument {
    let start = currentSpan.end
    let name = takeName()
    let sign = currentSpan
    advance()
    report(.equalsInArgument(gap: Span(file: sign.file, start: start, end: currentSpan.start)), at: sign)
    return Argument(name: name, value: expression())
  }

  // MARK: Lines

  /// `x = conv 64, 3x3`
  mutating func labelBeforeEquals() -> Label {
    let start = currentSpan.end
    let name = takeName()
    let sign = currentSpan
    report(.equalsAfterLabel(gap: Span(file: sign.file, start: start, end: sign.end)), at: sign)
    advance()
    if kind == .name, nextKind == .dot { skipModules() }
    return .name(name)
  }

  /// `nn.`, `tf.keras.layers.`, `self.`
  mutating func skipModules() {
    let first = token
    var last: TokenID?
    while kind == .name, nextKind == .dot, Self.modules.contains(tree.text(token)) {
      advance()
      last = token
      advance()
    }
    if let last { report(.modulePrefix, at: tree.span(first, last)) }
  }

  private static let modules: Set<String> = ["nn", "F", "K", "functional", "keras", "layers", "self", "tf", "torch"]

  /// True before `return x` at the end of a line.
  var isReturn: Bool {
    guard nextKind == .name, position + 2 < tree.tokens.count else { return false }
    let after = tree.tokens[position + 2].kind
    guard after == .newline || after == .rightBrace || after == .end else { return false }
    return tree.text(token) == "return"
  }

  mutating func returned() -> NodeID<Expression>? {
    report(.returnStatement, at: currentSpan)
    advance()
    return expression()
  }

  // MARK: Values

  /// `(3, 3)`, where all of it is numbers.
  mutating func tuple() -> NodeID<Expression>? {
    var index = position + 1
    var numbers: [String] = []
    while index + 1 < tree.tokens.count, tree.tokens[index].kind == .number {
      numbers.append(tree.text(TokenID(index)))
      guard tree.tokens[index + 1].kind == .comma else { break }
      index += 2
    }
    let close = tree.tokens[index].kind == .number ? index + 1 : index
    guard numbers.count > 1, tree.tokens[close].kind == .rightParen else { return nil }
    let isPlain = numbers.allSatisfy { $0.allSatisfy(\.isNumber) }
    let shape = isPlain ? numbers.joined(separator: "x") : "[" + numbers.joined(separator: ", ") + "]"
    let open = token
    report(.tuple(shape: shape), at: tree.span(open, TokenID(close)))
    let base = expressionStack.count
    advance()
    while position < close {
      let number = token
      expressionStack.append(take(.number(number)))
      if kind == .comma { advance() }
    }
    let items = collect(&expressionStack, from: base, into: &tree.expressionLists)
    advance()
    return add(.list(items, open: open, close: TokenID(close)))
  }
}
