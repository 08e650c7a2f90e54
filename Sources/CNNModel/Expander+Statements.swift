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
      reportDepth(at: place)
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
      if case .branch(let id) = tree.statements[index] {
        let isLast = index + 1 == statements.range.upperBound
        run(tree[id], until: isLast ? end : tree.firstToken(ofStatement: index + 1))
      } else {
        run(tree.statements[index], scope: scope)
      }
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

  /// Bodies lie within bodies, so what is on the way into one of them keeps little on the stack: nodes are looked at in
  /// the functions that need them.
  private mutating func run(_ statement: Statement, scope: Int) {
    switch statement {
    case .pipeline(let stages): if holdsBranches(stages) { runBranches(in: stages) } else { run(stages) }
    case .branch: return
    case .shared(let id): declareShared(id, scope: scope)
    case .binding(let id): bind(id, scope: scope)
    case .input(let id): input(id)
    case .output(let id): output(id)
    case .expect(let keyword, let list): expect(list, keyword)
    }
  }

  private func holdsBranches(_ stages: NodeList<Stage>) -> Bool { holdsBranches(tree.stages[Int(stages.start)]) }

  private mutating func runBranches(in stages: NodeList<Stage>) { runBranches(in: tree.stages[Int(stages.start)]) }

  private mutating func expect(_ list: NodeList<NodeID<Expression>>, _ keyword: TokenID) {
    guard isInBlock else {
      for index in list.range { claims.append((tree.expressionLists[index], file)) }
      return
    }
    // What a model claims of itself is checked where it runs by itself.
    if !runsModel { report(.expectInBlock, at: tree.span(keyword)) }
  }

  private mutating func bind(_ id: NodeID<Binding>, scope: Int) {
    let binding = tree[id]
    let span = tree.span(binding.name)
    let value = tree.isSpoiled(span) ? nil : evaluate(binding.value)
    if let other = locals[scope...].first(where: { $0.symbol == binding.name.symbol }), let first = other.place {
      return report(.duplicateBinding(spelling(binding.name.symbol), first: first), at: span)
    }
    locals.append(Local(symbol: binding.name.symbol, value: value, place: span))
  }

  // MARK: Inputs and outputs

  private mutating func input(_ id: NodeID<InputSyntax>) {
    let syntax = tree[id]
    if isInBlock {
      if runsModel { return enter(syntax) }
      return report(.inputInBlock, at: tree.span(syntax.keyword))
    }
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
    let tensor = network.append(
      .input, giving: shape, kind: -1, frame: frame, stage: nil, name: LocalName(symbol: symbol, number: 0), scope: -1)
    keep(extents)
    network.inputs.append(NamedTensor(name: name, tensor: tensor, place: tree.span(syntax.shape)))
    current = .tensor(tensor)
    if syntax.name != nil { labels.entries[symbol] = .init(flow: current, span: place) }
  }

  private mutating func output(_ id: NodeID<OutputSyntax>) {
    let syntax = tree[id]
    let place = tree.span(syntax.label)
    guard let symbol = symbol(of: syntax.label) else { return runUnnamed(syntax.content) }
    let name = spelling(symbol)
    if let first = outputPlace(of: symbol) {
      report(.duplicateOutput(name, first: first), at: place)
      // So is the label.
      silenceNames(at: place)
    } else if !isInBlock {
      outputPlaces.append((name, place))
    }
    switch syntax.content {
    case .none:
      if current == .none { report(.nothingToOutput, at: place) }
      addOutput(symbol, at: place)
      nameOutput(symbol, at: place)
    case .body(let body):
      let entering = current
      let outer = labels
      labels.level += 1
      inScope(LocalName(symbol: symbol, number: 0)) { $0.run(body) }
      leaveLabels(of: symbol, to: outer)
      addOutput(symbol, at: place)
      nameOutput(symbol, at: place)
      current = entering
    case .pipeline(let stages):
      // The label of the line is the output's name.
      run(stages)
      addOutput(symbol, at: place)
    }
  }

  /// Where the model, or the running call, already has an output of a name.
  private func outputPlace(of symbol: Symbol) -> Span? {
    if isInBlock { return results.first { $0.symbol == symbol }?.place }
    return outputPlaces.first { $0.name == spelling(symbol) }?.place
  }

  /// Makes the current tensor an output of the model, or a result of the running call.
  private mutating func addOutput(_ symbol: Symbol, at place: Span) {
    if isInBlock {
      results.append(BlockResult(symbol: symbol, flow: current, place: place))
      if case .tensor(let id) = current { blockOutputs.insert(id) }
      return
    }
    guard case .tensor(let id) = current else { return }
    network.outputs.append(NamedTensor(name: spelling(symbol), tensor: id, place: place))
  }

  /// Runs what an output holds whose name has no value, for the mistakes in it.
  private mutating func runUnnamed(_ content: OutputSyntax.Content) {
    switch content {
    case .none: return
    case .body(let body):
      let entering = current
      run(body)
      current = entering
    case .pipeline(let stages): run(stages)
    }
  }

  /// An output's name is a label too; the tensor may have borne it before.
  private mutating func nameOutput(_ symbol: Symbol, at place: Span) {
    guard let other = labels.entries[symbol], other.level == labels.level else {
      labels.entries[symbol] = .init(flow: current, span: place, level: labels.level)
      return
    }
    if other.flow == current || other.flow == .unknown || current == .unknown { return }
    report(.duplicateLabel(spelling(symbol), first: other.span, hasHole: hasHole(place)), at: place)
  }

  /// Behind the body of an output, the labels in it are known below its name: `aux.conv1`.
  private mutating func leaveLabels(of output: Symbol, to outer: LabelScope) {
    let inner = labels
    labels = outer
    labels.isIncomplete = inner.isIncomplete
    for symbol in inner.entries.keys {
      guard let entry = inner.entries[symbol], entry.level == inner.level else { continue }
      let path = network.symbols.intern(output, dot: symbol)
      labels.entries[path] = .init(flow: entry.flow, span: entry.span, level: outer.level)
    }
  }

  /// Runs `content` with names of its own below `name`.
  mutating func inScope(_ name: LocalName, _ content: (inout Expander) -> Void) {
    let outer = naming
    network.scopes.append(NameScope(parent: outer.id, name: name))
    naming = NamingScope(id: Int32(network.scopes.count - 1), in: network)
    content(&self)
    settleNumbers()
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
    guard let rounds = rounds(of: loop.sequence) else { return markBroken() }
    for position in 0..<rounds.count {
      steps += 1
      if isExhausted(at: tree.span(loop.sequence)) { return }
      let mark = locals.count
      let fits = match(loop.index, loop.element, rounds, position)
      if fits { run(loop.body) } else { markBroken() }
      locals.removeSubrange(mark...)
      if !fits { return }
    }
  }

  /// What a loop goes through; nil, and a report, where that is neither a list nor a range.
  mutating func rounds(of id: NodeID<Expression>) -> LoopRounds? {
    guard let sequence = evaluate(id) else { return nil }
    if case .range(let lower, let upper) = sequence { return .range(lower..<max(lower, upper)) }
    if let elements = sequence.elements { return .items(elements) }
    report(.needs("a list or a range", found: sequence), at: tree.span(id))
    return nil
  }

  /// Binds the names of a loop for one of its rounds.
  mutating func match(
    _ index: NodeID<Pattern>?, _ element: NodeID<Pattern>, _ rounds: LoopRounds, _ position: Int
  ) -> Bool {
    var fits = true
    if let index { fits = match(tree[index], .number(Rational(Int64(position)))) }
    return match(tree[element], rounds[position]) && fits
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

/// What a loop goes through: a range is not written out.
enum LoopRounds {
  case range(Range<Int64>)
  case items([Value])

  var count: Int {
    switch self {
    // A range may hold more numbers than `Int` has.
    case .range(let range): Int(clamping: UInt64(bitPattern: range.upperBound &- range.lowerBound))
    case .items(let items): items.count
    }
  }

  subscript(position: Int) -> Value {
    switch self {
    case .range(let range): .number(Rational(range.lowerBound + Int64(position)))
    case .items(let items): items[position]
    }
  }
}
