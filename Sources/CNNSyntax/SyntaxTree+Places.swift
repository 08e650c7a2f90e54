import CNNText

/// Where nodes stand and what their tokens say.
extension SyntaxTree {
  @inlinable
  public func span(_ token: TokenID) -> Span {
    let token = tokens[token.position]
    return Span(file: source.id, start: token.start, end: token.end)
  }

  @inlinable
  public func span(_ first: TokenID, _ last: TokenID) -> Span {
    Span(file: source.id, start: tokens[first.position].start, end: tokens[last.position].end)
  }

  @inlinable
  public func span(_ name: Name) -> Span { span(name.token) }

  /// True where a mistake between two offsets may have kept something out of the tree.
  @inlinable
  public func isDamaged(from start: UInt32, to end: UInt32) -> Bool {
    if damage.isEmpty { return false }
    return holdsDamage(from: start, to: end)
  }

  @usableFromInline
  func holdsDamage(from start: UInt32, to end: UInt32) -> Bool {
    var low = 0
    var high = damage.count
    while low < high {
      let middle = (low + high) / 2
      if damage[middle] < start { low = middle + 1 } else { high = middle }
    }
    return low < damage.count && damage[low] < end
  }

  /// True where a place lies in a line whose mistake has been reported.
  public func isSpoiled(_ span: Span) -> Bool {
    var low = 0
    var high = spoiledLines.count
    while low < high {
      let middle = (low + high) / 2
      if spoiledLines[middle].upperBound <= span.start { low = middle + 1 } else { high = middle }
    }
    return low < spoiledLines.count && spoiledLines[low].contains(span.start)
  }

  /// Where a statement begins.
  public func start(of statement: Int) -> UInt32 { tokens[firstToken(ofStatement: statement).position].start }

  public func firstToken(ofStatement statement: Int) -> TokenID {
    switch statements[statement] {
    case .binding(let id): TokenID(max(self[id].name.token.position - 1, 0))
    case .shared(let id): self[id].keyword
    case .input(let id): self[id].keyword
    case .output(let id): self[id].keyword
    case .expect(let keyword, _): keyword
    case .pipeline(let list): stages[Int(list.start)].first
    case .branch(let id): self[id].dash
    }
  }

  /// A stage whose braces hold branches.
  @inlinable
  public func holdsBranches(_ stage: Stage) -> Bool {
    switch stage.kind {
    case .call, .from: false
    case .conditional(let id): self[id].body.holdsBranches || self[id].alternative?.holdsBranches ?? false
    case .loop(let id): self[id].body.holdsBranches
    case .repetition(let id): self[id].body.holdsBranches
    }
  }

  public func span(_ stage: Stage) -> Span { span(stage.first, stage.last) }

  /// The call without its label and without its branches: `conv 64, 3x3`.
  public func headSpan(_ stage: Stage) -> Span {
    switch stage.kind {
    case .call(let call):
      let end = call.arguments.isEmpty ? call.name.token : lastToken(of: arguments[call.arguments.range.upperBound - 1])
      return span(call.name.token, end)
    case .from, .conditional, .loop, .repetition:
      return span(keyword(of: stage), stage.last)
    }
  }

  /// The first token of a stage behind its label.
  public func keyword(of stage: Stage) -> TokenID {
    switch stage.label {
    case nil: stage.first
    case .name(let name): TokenID(name.token.position + 2)
    case .template(let id): TokenID(self[id].last.position + 2)
    case .pattern(let id): TokenID(lastToken(of: self[id]).position + 2)
    }
  }

  public func span(_ label: Label) -> Span {
    switch label {
    case .name(let name): span(name)
    case .template(let id): span(self[id])
    case .pattern(let id): span(self[id])
    }
  }

  public func span(_ template: StringTemplate) -> Span { span(template.first, template.last) }

  public func span(_ argument: Argument) -> Span {
    let value = span(argument.value)
    return argument.name.map { span($0).union(value) } ?? value
  }

  public func span(_ id: NodeID<Expression>) -> Span { span(firstToken(of: id), lastToken(of: id)) }

  public func span(_ pattern: Pattern) -> Span {
    switch pattern {
    case .name(let name): span(name)
    case .ignored(let token): span(token)
    case .list(_, let open, let close): span(open, close)
    }
  }

  private func lastToken(of pattern: Pattern) -> TokenID {
    switch pattern {
    case .name(let name): name.token
    case .ignored(let token): token
    case .list(_, _, let close): close
    }
  }

  public func lastToken(of argument: Argument) -> TokenID { lastToken(of: argument.value) }

  public func firstToken(of id: NodeID<Expression>) -> TokenID {
    var id = id
    while true {
      switch self[id] {
      case .number(let token), .shape(let token), .boolean(_, let token), .wildcard(let token), .input(let token),
        .missing(let token), .negation(let token, _), .not(let token, _):
        return token
      case .string(let template): return self[template].first
      case .comprehension(let comprehension): return self[comprehension].open
      case .name(let name): return name.token
      case .binary(_, let left, _): id = left
      case .member(let base, _): id = base
      case .compound(let compound):
        switch self[compound] {
        case .list(_, let open, _), .parenthesized(_, let open, _): return open
        case .conditional(let keyword, _, _, _): return keyword
        case .call(let name, _, _): return name.token
        case .item(let base, _, _): id = base
        }
      }
    }
  }

  public func lastToken(of id: NodeID<Expression>) -> TokenID {
    var id = id
    while true {
      switch self[id] {
      case .number(let token), .shape(let token), .boolean(_, let token), .wildcard(let token), .input(let token),
        .missing(let token):
        return token
      case .string(let template): return self[template].last
      case .comprehension(let comprehension): return self[comprehension].close
      case .name(let name), .member(_, let name): return name.token
      case .negation(_, let operand), .not(_, let operand): id = operand
      case .binary(_, _, let right): id = right
      case .compound(let compound):
        switch self[compound] {
        case .list(_, _, let close), .parenthesized(_, _, let close), .call(_, _, let close), .item(_, _, let close):
          return close
        case .conditional(_, _, _, let other): id = other
        }
      }
    }
  }

  public func text(_ token: TokenID) -> String { source.text(span(token)) }

  public func text(_ id: NodeID<Expression>) -> String { source.text(span(id)) }

  /// The text a piece of a string stands for: without quotes and braces, escapes resolved.
  public func stringText(_ token: TokenID) -> String {
    let kind = tokens[token.position].kind
    var text = Substring(self.text(token))
    if kind == .string || kind == .stringHead { text = text.dropFirst() }
    if kind == .stringMiddle || kind == .stringTail, text.first == "}" { text = text.dropFirst() }
    let closing: Character = kind == .string || kind == .stringTail ? "\"" : "{"
    if text.last == closing { text = text.dropLast() }
    guard text.contains("\\") else { return String(text) }
    var result = ""
    var escaped = false
    for character in text {
      if !escaped, character == "\\" {
        escaped = true
      } else {
        result.append(character)
        escaped = false
      }
    }
    return result
  }

  /// The doc comment (`///` lines) just above a token, without its slashes; nil where there is none.
  public func documentation(above token: TokenID) -> String? {
    let end = Int(tokens[token.position].start)
    // A newline token covers only its own break: comments above a declaration lie between it and the declaration.
    let start = token.position == 0 ? 0 : Int(tokens[token.position - 1].end)
    var lines: [Substring] = []
    for line in source.text(start..<end).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if trimmed.hasPrefix("///") {
        let body = trimmed.dropFirst(3)
        lines.append(body.first == " " ? body.dropFirst() : body)
      } else if !trimmed.isEmpty {
        lines = []
      }
    }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}
