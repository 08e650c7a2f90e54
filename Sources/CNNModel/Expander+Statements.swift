import CNNLayers
import CNNSyntax
import CNNText

extension Expander {
  /// Runs a body in a variable scope of its own.
  mutating func run(_ body: Body) {
    let mark = locals.count
    visited.insert(body, in: file)
    run(body.statements, at: tree.span(body.open), until: body.close)
    locals.removeSubrange(mark...)
  }

  /// - Parameters:
  ///   - place: What the statements stand behind: a brace or a dash.
  ///   - end: What they stand before.
  mutating func run(_ statements: NodeList<Statement>, at place: Span, until end: TokenID) {
    guard depth < Self.depthLimit else {
      report(.tooDeep(Self.depthLimit), at: place)
      markBroken()
      return
    }
    depth += 1
    defer { depth -= 1 }
    let scope = locals.count
    let isDamaged = tree.isDamaged(from: place.start, to: tree.tokens[end.position].start)
    if isDamaged { passDamage(from: place.start, to: statements.range.first.map { tree.start(of: $0) }, end) }
    for index in statements.range {
      steps += 1
      if isExhausted(at: place) { return }
      run(tree.statements[index], scope: scope)
      guard isDamaged else { continue }
      let next = index + 1 < statements.range.upperBound ? tree.start(of: index + 1) : nil
      passDamage(from: tree.start(of: index), to: next, end)
    }
  }

  /// Behind a place where the file could not be read nothing is known of the tensor, nor whether there were labels.
  private mutating func passDamage(from start: UInt32, to next: UInt32?, _ end: TokenID) {
    guard tree.isDamaged(from: start, to: next ?? tree.tokens[end.position].start) else { return }
    markBroken()
    labels.isIncomplete = true
  }

  /// True where the parameters of a block could not be read.
  func hasDamagedParameters(_ definition: ProgramDefinition) -> Bool {
    let tree = program.tree(definition.file)
    guard case .body(let body) = definition.definition.content, !tree.damage.isEmpty else { return false }
    let keyword = tree.tokens[definition.definition.keyword.position]
    return tree.isDamaged(from: keyword.start, to: tree.tokens[body.open.position].start)
  }

  private mutating func run(_ statement: Statement, scope: Int) {
    switch statement {
    case .pipeline(let stages): run(stages)
    case .binding(let id): bind(tree[id], scope: scope)
    case .input(let id): input(tree[id])
    case .output(let id): output(tree[id])
    case .expect(let keyword, let list):
      if isInBlock {
        report(.expectInBlock, at: tree.span(keyword))
      } else {
        for index in list.range { claims.append((tree.expressionLists[index], file)) }
      }
    }
  }

  private mutating func bind(_ binding: Binding, scope: Int) {
    let span = tree.span(binding.name)
    let value = tree.isSpoiled(span) ? nil : evaluate(binding.value)
    if let other = locals[scope...].first(where: { $0.symbol == binding.name.symbol }), let first = other.place {
      return report(.duplicateBinding(spelling(binding.name.symbol), first: first), at: span)
    }
    locals.append(Local(symbol: binding.name.symbol, value: value, place: span))
  }

  // MARK: Inputs and outputs

  private mutating func input(_ syntax: InputSyntax) {
    guard !isInBlock else { return report(.inputInBlock, at: tree.span(syntax.keyword)) }
    let name = syntax.name.map { spelling($0.symbol) } ?? "input"
    let place = syntax.name.map { tree.span($0) } ?? tree.span(syntax.keyword)
    if let first = inputPlaces.first(where: { $0.name == name })?.place {
      report(.duplicateInput(name, first: first), at: place)
      markBroken()
      return
    }
    inputPlaces.append((name, place))
    guard let (shape, extents) = inputShape(syntax) else {
      markBroken()
      if let symbol = syntax.name?.symbol { labels.entries[symbol] = .init(flow: .unknown, span: place) }
      return
    }
    let symbol = syntax.name?.symbol ?? network.symbols.intern(name)
    let id = network.append(
      .input, giving: shape, kind: -1, frame: frame, stage: nil, name: LocalName(symbol: symbol, number: 0), scope: -1)
    keep(extents)
    network.inputs.append(NamedTensor(name: name, tensor: id, place: tree.span(syntax.shape)))
    current = .tensor(id)
    if syntax.name != nil { labels.entries[symbol] = .init(flow: current, span: place) }
  }

  private mutating func output(_ syntax: OutputSyntax) {
    guard !isInBlock else { return report(.outputInBlock, at: tree.span(syntax.keyword)) }
    let name = spelling(syntax.name.symbol)
    if let first = outputPlaces.first(where: { $0.name == name })?.place {
      report(.duplicateOutput(name, first: first), at: tree.span(syntax.name))
    } else {
      outputPlaces.append((name, tree.span(syntax.name)))
    }
    guard let body = syntax.body else {
      if current == .none { report(.nothingToOutput, at: tree.span(syntax.name)) }
      if case .tensor(let id) = current {
        network.outputs.append(NamedTensor(name: name, tensor: id, place: tree.span(syntax.name)))
      }
      return
    }
    let entering = current
    inScope(LocalName(symbol: syntax.name.symbol, number: 0)) { $0.run(body) }
    if case .tensor(let id) = current {
      network.outputs.append(NamedTensor(name: name, tensor: id, place: tree.span(syntax.name)))
    }
    current = entering
  }

  /// Runs `content` with names of its own below `name`.
  mutating func inScope(_ name: LocalName, _ content: (inout Expander) -> Void) {
    let outer = naming
    network.scopes.append(NameScope(parent: outer.id, name: name))
    naming = NamingScope(id: Int32(network.scopes.count - 1))
    content(&self)
    naming = outer
  }
}

// MARK: - Loops and conditions

extension Expander {
  mutating func run(_ conditional: Conditional) {
    guard let isTrue = truth(of: conditional.condition) else {
      markBroken()
      return
    }
    if isTrue {
      run(conditional.body)
    } else if let alternative = conditional.alternative {
      run(alternative)
    }
  }

  mutating func run(_ loop: Loop) {
    let header = tree.span(tree[loop.element]).start
    if tree.isDamaged(from: header, to: tree.tokens[loop.body.open.position].start) { return markBroken() }
    guard let sequence = evaluate(loop.sequence) else {
      markBroken()
      return
    }
    let range: Range<Int64>
    var items: [Value]?
    if case .range(let lower, let upper) = sequence {
      range = lower..<max(lower, upper)
    } else if let elements = sequence.elements {
      range = 0..<Int64(elements.count)
      items = elements
    } else {
      report(.needs("a list or a range", found: sequence), at: tree.span(loop.sequence))
      markBroken()
      return
    }
    for (position, index) in range.enumerated() {
      steps += 1
      if isExhausted(at: tree.span(loop.sequence)) { return }
      let mark = locals.count
      let item = items.map { $0[position] } ?? .number(Rational(index))
      var fits = true
      if let pattern = loop.index { fits = match(tree[pattern], .number(Rational(Int64(position)))) }
      fits = match(tree[loop.element], item) && fits
      if fits { run(loop.body) } else { markBroken() }
      locals.removeSubrange(mark...)
      if !fits { return }
    }
  }

  mutating func run(_ repetition: Repetition) {
    guard let value = evaluate(repetition.count), let count = whole(value, at: repetition.count) else {
      markBroken()
      return
    }
    guard count >= 0 else {
      report(.negativeCount(value), at: tree.span(repetition.count))
      return
    }
    var round: Int64 = 0
    while round < count {
      round += 1
      steps += 1
      if isExhausted(at: tree.span(repetition.count)) { return }
      run(repetition.body)
    }
  }

  /// Binds the names of a pattern to the parts of a value.
  private mutating func match(_ pattern: Pattern, _ value: Value) -> Bool {
    switch pattern {
    case .ignored: return true
    case .name(let name):
      locals.append(Local(symbol: name.symbol, value: value))
      return true
    case .list(let items, _, _):
      guard let elements = value.elements else {
        report(.needs("a list", found: value), at: tree.span(pattern))
        return false
      }
      guard elements.count == items.range.count else {
        report(.patternCount(expected: items.range.count, found: elements.count), at: tree.span(pattern))
        return false
      }
      var fits = true
      for (index, item) in zip(items.range, elements) { fits = match(tree.patterns[index], item) && fits }
      return fits
    }
  }
}
