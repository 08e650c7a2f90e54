import CNNText

/// How a mistake stays one mistake: what follows from it is not reported, and what stands behind it is read.
extension Parser {
  mutating func report(_ fact: SyntaxProblem.Fact, at span: Span) {
    guard problems.count < Self.problemLimit else { return }
    problems.append(SyntaxProblem(fact, at: span))
    if position >= troubledLineEnd { troubledLineEnd = lineEnd(from: position) }
  }

  /// Says what should stand here, unless something has been said of this line already.
  mutating func expected(_ expectation: SyntaxProblem.Expectation) {
    let isTroubled = position < troubledLineEnd
    defer { if !isTroubled { troubledLineEnd = lineEnd(from: position) } }
    if isTroubled || kind == .malformed || isExplainedByLexer() { return }
    // A value that should end a line is missing at its end, not where the next line begins.
    let isAtEnd = kind == .newline || kind == .end || expectation == .value && startsLine(position)
    let place = isAtEnd ? tree.span(previous).after : currentSpan
    report(.expected(expectation, found: isAtEnd && kind != .end ? .newline : kind), at: place)
  }

  /// The line break that ends the line of a token; where the token is one, it counts to its line.
  private mutating func lineEnd(from position: Int) -> Int {
    if line.contains(position) { return line.upperBound }
    var index = position
    while index < tree.tokens.count, tree.tokens[index].kind != .newline { index += 1 }
    line = position..<index + 1
    return index + 1
  }

  /// True where the next line begins no value, or goes on as no value does: `conv 64, 3x3`, `conv1: conv`, `input 8x8`.
  var isFollowedByStatement: Bool {
    let first = tree.tokens[position + 1].kind
    if first == .leftBracket { return endOfParts(from: position + 1) == .colon }
    guard first == .name || first == .keywordInput || first == .keywordShared else {
      return !first.beginsValue && first != .minus
    }
    let second = min(position + 2, tree.tokens.count - 1)
    switch tree.tokens[second].kind {
    case .colon, .pipe, .arrow, .leftBrace: return true
    case .leftParen, .leftBracket: return !isAdjacent(position + 1, second)
    case let kind: return kind.beginsValue
    }
  }

  /// True where a token begins a line.
  func startsLine(_ index: Int) -> Bool { index > 0 && tree.tokens[index - 1].kind == .newline }

  /// True where the lexer found something wrong between the token before this one and this one's end, or an open string
  /// on this line.
  mutating func isExplainedByLexer() -> Bool {
    guard !lexicalProblems.isEmpty else { return false }
    let start = position == 0 ? 0 : tree.tokens[position - 1].start
    let end = max(tree.tokens[position].end, start + 1)
    let lineEnd = tree.tokens[min(self.lineEnd(from: position), tree.tokens.count) - 1].start
    var low = 0
    var high = lexicalProblems.count
    while low < high {
      let middle = (low + high) / 2
      if lexicalProblems[middle].span.end <= start { low = middle + 1 } else { high = middle }
    }
    if low < lexicalProblems.count, lexicalProblems[low].span.start < end { return true }
    low = 0
    high = openStrings.count
    while low < high {
      let middle = (low + high) / 2
      if openStrings[middle] < start { low = middle + 1 } else { high = middle }
    }
    return low < openStrings.count && openStrings[low] <= lineEnd
  }

  /// Skips to where a statement can begin: the next line or the brace that closes this body. Bodies on the way are read,
  /// so that the mistakes in them are reported too.
  mutating func recover() {
    brackets = 0
    while kind != .newline, kind != .rightBrace, kind != .end {
      if kind == .leftBrace {
        _ = joinBody()
        continue
      }
      if kind == .leftParen || kind == .leftBracket, let end = closingPosition(of: position) { move(to: end) }
      advance()
    }
  }

  /// Skips what is no declaration, bodies and all, up to a line that begins one.
  mutating func skipToDeclaration() {
    brackets = 0
    var level = 0
    while kind != .end {
      if kind == .leftBrace { level += 1 }
      if kind == .rightBrace { level = max(level - 1, 0) }
      let endsLine = kind == .newline
      advance()
      if endsLine, beginsDeclaration, level == 0 || kind != .keywordLet { return }
    }
  }

  /// Runs `production` one level deeper; beyond the limit, reports it once and skips to the bracket that closes.
  mutating func nested<Node>(_ production: (inout Parser) -> Node, tooDeep: (inout Parser) -> Node) -> Node {
    guard depth < Self.nestingLimit else {
      if position >= troubledLineEnd { report(.tooDeep(limit: Self.nestingLimit), at: currentSpan) }
      skipBalanced()
      troubledLineEnd = max(troubledLineEnd, lineEnd(from: position))
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
  }
}

// MARK: - Brackets

/// A parenthesis or bracket and what closes it.
struct BracketPair {
  let open: Int
  let close: Int
}

extension Parser {
  /// Reads `content` between brackets and the closing bracket. Newlines mean nothing there, unless nothing closes the
  /// bracket: then it ends with its line, or behind a line that does not end in a comma.
  mutating func bracketed<Node>(_ closing: TokenKind, _ content: (inout Parser) -> Node) -> (Node, close: TokenID) {
    let opening = token
    let problemCount = problems.count
    guard let end = closingPosition(of: opening.position) else {
      let outer = brackets
      brackets = 0
      advance()
      skipNewlines()
      let node = content(&self)
      brackets = outer
      if problems.count == problemCount, !isExplainedByLexer() {
        report(.unclosed(tree.tokens[opening.position].kind, until: nil), at: tree.span(opening))
      }
      return (node, previous)
    }
    brackets += 1
    advance()
    let node = content(&self)
    if position < end {
      if problems.count == problemCount { expected(.token(closing)) }
      move(to: end)
    }
    brackets -= 1
    guard kind == closing else { return (node, previous) }
    let close = token
    advance()
    return (node, close)
  }

  /// Where the bracket closes that opens at a position.
  private mutating func closingPosition(of open: Int) -> Int? {
    let bracketPairs = self.bracketPairs ?? Self.pairs(in: tree.tokens)
    self.bracketPairs = bracketPairs
    var low = 0
    var high = bracketPairs.count
    while low < high {
      let middle = (low + high) / 2
      if bracketPairs[middle].open < open { low = middle + 1 } else { high = middle }
    }
    return low < bracketPairs.count && bracketPairs[low].open == open ? bracketPairs[low].close : nil
  }

  /// Finds the pairs of brackets. None goes beyond what cannot stand between brackets.
  static func pairs(in tokens: [Token]) -> [BracketPair] {
    var pairs: [BracketPair] = []
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .leftParen, .leftBracket: open.append(index)
      case .rightParen, .rightBracket:
        let wanted: TokenKind = token.kind == .rightParen ? .leftParen : .leftBracket
        // Brackets that cross: the nearer ones stay open.
        guard let match = open.suffix(nestingLimit).lastIndex(where: { tokens[$0].kind == wanted }) else { continue }
        pairs.append(BracketPair(open: open[match], close: index))
        open.removeSubrange(match...)
      case .leftBrace, .rightBrace, .colon, .pipe, .arrow, .keywordImport, .keywordLet, .keywordBlock, .keywordModel,
        .keywordOutput, .keywordExpect, .keywordWhere, .keywordRepeat, .keywordFrom:
        open.removeAll(keepingCapacity: true)
      default: break
      }
    }
    return pairs.sorted { $0.open < $1.open }
  }

  /// Skips the rest of an item of a list, after a mistake in it. False where the list cannot go on.
  mutating func skipItem(before closing: TokenKind) -> Bool {
    var level = 0
    while kind != .end, kind != .leftBrace, kind != .rightBrace {
      if level == 0, kind == .comma || kind.isClosing { return kind == .comma || kind == closing }
      if nextStartsLine { return false }
      if kind == .leftParen || kind == .leftBracket { level += 1 }
      if kind == .rightParen || kind == .rightBracket { level = max(level - 1, 0) }
      advance()
    }
    return false
  }

  /// True where a line break stands before the next token.
  private var nextStartsLine: Bool {
    position + 1 < tree.tokens.count && tree.tokens[position + 1].kind == .newline
  }
}

// MARK: - Braces

/// Whether the braces of a declaration are in pairs. Where they are not, indentation tells which one is missing.
enum BraceBalance {
  case even, opensMore, closesMore
}

extension Parser {
  /// True where the line that continues a statement stands further out than it, and a closing brace is missing.
  func isOutdented(at index: Int) -> Bool {
    guard balance == .opensMore, let column = indentation(at: index) else { return false }
    return column < indentation
  }

  /// Counts the braces from here up to the next line that begins a declaration.
  mutating func countBraces() {
    guard position >= balanceEnd else { return }
    var difference = 0
    var index = position
    repeat {
      switch tree.tokens[index].kind {
      case .leftBrace: difference += 1
      case .rightBrace: difference -= 1
      default: break
      }
      index += 1
    } while index < tree.tokens.count && !beginsForeignDeclaration(at: index)
    balanceEnd = index
    balance = difference == 0 ? .even : difference > 0 ? .opensMore : .closesMore
  }

  /// A declaration other than `let`, at the start of a line.
  func beginsForeignDeclaration(at index: Int) -> Bool {
    guard index == 0 || tree.tokens[index - 1].kind == .newline else { return false }
    switch tree.tokens[index].kind {
    case .keywordImport, .keywordBlock, .keywordModel: return true
    default: return false
    }
  }

  /// Notes how far the current token is indented where it begins a line.
  mutating func noteIndentation() {
    if let column = indentation(at: position) { indentation = column }
  }

  /// The blanks before a token that begins a line.
  @inline(__always)
  private func indentation(at index: Int) -> Int? {
    guard index == 0 || tree.tokens[index - 1].kind == .newline else { return nil }
    let bytes = tree.source.bytes
    let end = Int(tree.tokens[index].start)
    var start = end
    while start > 0, bytes[start - 1] == UInt8(ascii: " ") || bytes[start - 1] == UInt8(ascii: "\t") { start -= 1 }
    return end - start
  }

  /// True where a line is indented no more than the one that opened its body, and a closing brace is missing somewhere.
  @inline(__always)
  func isDedented(below outer: Int) -> Bool {
    guard balance == .opensMore, kind != .rightBrace, let column = indentation(at: position) else { return false }
    return column <= outer
  }

  /// True where a closing brace stands further in than the line that opened its body, and one is too many.
  @inline(__always)
  func isStray(below outer: Int) -> Bool {
    guard balance == .closesMore, kind == .rightBrace, let column = indentation(at: position) else { return false }
    return column > outer
  }

  /// True where the next line is indented more than this one.
  @inline(__always)
  var isFollowedByDeeperLine: Bool {
    guard kind == .newline, let column = indentation(at: position + 1) else { return false }
    return column > indentation
  }

  /// The opening brace of a body. Where it is missing although a body seems to follow, says so, and goes on as if it
  /// stood here.
  mutating func openBrace() -> (token: TokenID, isWritten: Bool)? {
    if kind == .leftBrace { return (token, true) }
    let isLikely = balance == .closesMore && (kind != .newline || isFollowedByDeeperLine)
    expected(.body)
    guard isLikely, kind != .end, kind != .rightBrace else { return nil }
    return (previous, false)
  }

  /// The brace that closes a body.
  mutating func closeBody(openedBy open: TokenID, isWritten: Bool) -> TokenID {
    if kind == .rightBrace {
      defer { advance() }
      return token
    }
    if isWritten, kind == .end ? !reportedOpenEnd : position >= troubledLineEnd {
      if kind == .end { reportedOpenEnd = true }
      report(.unclosed(.leftBrace, until: kind == .end ? nil : currentSpan), at: tree.span(open))
    }
    return previous
  }
}

// MARK: - What a mistake leaves behind

extension Parser {
  /// Notes in the tree where it may lack what the author wrote.
  mutating func noteDamage() {
    let sorted = (problems + lexicalProblems.filter { $0.fact == .unclosedString }).sorted { $0.span < $1.span }
    tree.damage = sorted.filter { !$0.fact.isRepaired }.map(\.span.start)
    for problem in sorted where problem.fact.spoilsLine {
      let offset = problem.span.start
      if let last = tree.spoiledLines.last, offset < last.upperBound { continue }
      tree.spoiledLines.append(line(around: Int(offset)))
    }
  }

  /// Leaves nothing of a file that is no network.
  mutating func giveUp() {
    tree.declarations = []
    tree.lacksDeclaration = true
  }

  private func line(around offset: Int) -> Range<UInt32> {
    let bytes = tree.source.bytes
    var start = min(offset, bytes.count)
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n"), bytes[start - 1] != UInt8(ascii: "\r") { start -= 1 }
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
    return UInt32(start)..<UInt32(end) + 1
  }
}
