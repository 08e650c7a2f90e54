import CNNLayers
import CNNSyntax
import CNNText

extension Expander {
  /// Runs a body in a variable scope of its own.
  mutating func run(_ body: Body) {
    let mark = here.scope.locals.count
    visited.insert(body, in: here.scope.file)
    run(body.statements, at: here.tree.span(body.open), until: body.close)
    here.scope.locals.removeSubrange(mark...)
  }

  /// - Parameters:
  ///   - place: What the statements follow: a brace or a dash.
  ///   - end: What follows them.
  mutating func run(_ statements: NodeList<Statement>, at place: Span, until end: TokenID) {
    guard depth < Self.depthLimit else {
      reportDepth(at: place)
      here.built.markBroken()
      return
    }
    depth += 1
    defer { depth -= 1 }
    let start = here.scope.locals.count
    let isDamaged = here.tree.isDamaged(from: place.start, to: here.tree.tokens[end.position].start)
    if isDamaged { passDamage(from: place.start, to: statements.range.first.map { here.tree.start(of: $0) }, end) }
    for index in statements.range {
      here.budget.take(1)
      if here.isExhausted(at: place) { return }
      if case .branch(let id) = here.tree.statements[index] {
        let isLast = index + 1 == statements.range.upperBound
        run(here.tree[id], until: isLast ? end : here.tree.firstToken(ofStatement: index + 1))
      } else {
        run(here.tree.statements[index], from: start)
      }
      guard isDamaged else { continue }
      let next = index + 1 < statements.range.upperBound ? here.tree.start(of: index + 1) : nil
      passDamage(from: here.tree.start(of: index), to: next, end)
    }
  }

  /// Behind a place where the file could not be read nothing is known of the tensor, nor whether there were labels.
  private mutating func passDamage(from start: UInt32, to next: UInt32?, _ end: TokenID) {
    guard here.tree.isDamaged(from: start, to: next ?? here.tree.tokens[end.position].start) else { return }
    here.built.markBroken()
    here.scope.labels.isIncomplete = true
  }

  /// Bodies are nested, so what is on the way into one of them keeps little on the stack: nodes are looked at in
  /// the functions that need them.
  private mutating func run(_ statement: Statement, from start: Int) {
    switch statement {
    case .pipeline(let stages):
      if here.tree.holdsBranches(here.tree.stages[Int(stages.start)]) { runBranches(in: stages) } else { run(stages) }
    case .branch: return
    case .shared(let id): declareShared(id, from: start)
    case .binding(let id): bind(id, from: start)
    case .input(let id): input(id)
    case .output(let id): output(id)
    case .expect(let keyword, let list): expect(list, keyword)
    }
  }

  private mutating func runBranches(in stages: NodeList<Stage>) { runBranches(in: here.tree.stages[Int(stages.start)]) }

  private mutating func expect(_ list: NodeList<NodeID<Expression>>, _ keyword: TokenID) {
    guard isInBlock else {
      for index in list.range { interface.claims.append((here.tree.expressionLists[index], here.scope.file)) }
      return
    }
    // What a model claims of itself is checked where it runs by itself.
    if !runsModel { here.log.report(.expectInBlock, at: here.tree.span(keyword)) }
  }

  private mutating func bind(_ id: NodeID<Binding>, from start: Int) {
    let binding = here.tree[id]
    let span = here.tree.span(binding.name)
    let value = here.tree.isSpoiled(span) ? nil : here.evaluate(binding.value)
    if let other = here.scope.locals.position(of: binding.name.symbol, from: start),
      let first = here.scope.locals[other].place
    {
      return here.log.report(.duplicateBinding(here.scope.spelling(binding.name.symbol), first: first), at: span)
    }
    here.scope.locals.append(Local(symbol: binding.name.symbol, value: value, place: span))
  }

  // MARK: Inputs and outputs

  private mutating func input(_ id: NodeID<InputSyntax>) {
    let syntax = here.tree[id]
    if isInBlock {
      if runsModel { return enter(syntax) }
      return here.log.report(.inputInBlock, at: here.tree.span(syntax.keyword))
    }
    let symbol = syntax.name?.symbol ?? here.scope.symbols.intern("input")
    let name = here.scope.spelling(symbol)
    let place = syntax.name.map { here.tree.span($0) } ?? here.tree.span(syntax.keyword)
    if let first = interface.inputs[symbol] {
      here.log.report(.duplicateInput(name, first: first), at: place)
      here.built.markBroken()
      return
    }
    interface.inputs[symbol] = place
    guard let (shape, extents) = inputShape(syntax) else {
      here.built.markBroken()
      if syntax.name != nil { here.scope.labels.entries[symbol] = .init(flow: .unknown, span: place) }
      return
    }
    if shape.isChannelsFirst, !here.built.tracker.isActive {
      here.log.report(.channelsFirst(shape), at: here.tree.span(syntax.shape))
    }
    let tensor = here.built.appendInput(symbol, shape)
    here.built.keep(extents)
    here.built.network.inputs.append(NamedTensor(name: name, tensor: tensor, place: here.tree.span(syntax.shape)))
    if syntax.name != nil { here.scope.labels.entries[symbol] = .init(flow: here.built.current, span: place) }
  }

  private mutating func output(_ id: NodeID<OutputSyntax>) {
    let syntax = here.tree[id]
    let place = here.tree.span(syntax.label)
    guard let symbol = symbol(of: syntax.label) else { return runUnnamed(syntax.content) }
    let name = here.scope.spelling(symbol)
    if let first = outputPlace(of: symbol) {
      here.log.report(.duplicateOutput(name, first: first), at: place)
      // So is the label.
      here.log.silenceNames(at: place)
    } else if !isInBlock {
      interface.outputs[symbol] = place
    }
    switch syntax.content {
    case .none:
      if here.built.current == .none { here.log.report(.nothingToOutput, at: place) }
      addOutput(symbol, at: place)
      nameOutput(symbol, at: place)
    case .body(let body):
      let entering = here.built.current
      let outer = here.scope.labels
      here.scope.labels.level += 1
      inScope(LocalName(symbol: symbol, number: 0)) { $0.run(body) }
      leaveLabels(of: symbol, to: outer)
      addOutput(symbol, at: place)
      nameOutput(symbol, at: place)
      here.built.current = entering
    case .pipeline(let stages):
      // The label of the line is the output's name.
      run(stages)
      addOutput(symbol, at: place)
    }
  }

  /// Where the model, or the running call, already has an output of a name.
  private func outputPlace(of symbol: Symbol) -> Span? {
    isInBlock ? call.outputs[symbol] : interface.outputs[symbol]
  }

  /// Makes the current tensor an output of the model, or a result of the running call.
  private mutating func addOutput(_ symbol: Symbol, at place: Span) {
    if isInBlock {
      if call.outputs[symbol] == nil { call.outputs[symbol] = place }
      call.results.append(BlockResult(symbol: symbol, flow: here.built.current, place: place))
      if case .tensor(let id) = here.built.current { interface.blockOutputs.insert(id) }
      return
    }
    guard case .tensor(let id) = here.built.current else { return }
    here.built.network.outputs.append(NamedTensor(name: here.scope.spelling(symbol), tensor: id, place: place))
  }

  /// Runs what an output holds whose name has no value, for the mistakes in it.
  private mutating func runUnnamed(_ content: OutputSyntax.Content) {
    switch content {
    case .none: return
    case .body(let body):
      let entering = here.built.current
      run(body)
      here.built.current = entering
    case .pipeline(let stages): run(stages)
    }
  }

  /// An output's name is a label too; the tensor may have borne it before.
  private mutating func nameOutput(_ symbol: Symbol, at place: Span) {
    guard let other = here.scope.labels.entries[symbol], other.level == here.scope.labels.level else {
      here.scope.labels.entries[symbol] = .init(flow: here.built.current, span: place, level: here.scope.labels.level)
      return
    }
    if other.flow == here.built.current || other.flow == .unknown || here.built.current == .unknown { return }
    here.log.report(.duplicateLabel(here.scope.spelling(symbol), first: other.span, hasHole: hasHole(place)), at: place)
  }

  /// Behind the body of an output, the labels in it are known below its name: `aux.conv1`.
  private mutating func leaveLabels(of output: Symbol, to outer: LabelScope) {
    let inner = here.scope.labels
    here.scope.labels = outer
    here.scope.labels.isIncomplete = inner.isIncomplete
    for symbol in inner.entries.keys {
      guard let entry = inner.entries[symbol], entry.level == inner.level else { continue }
      let path = here.scope.symbols.intern(output, dot: symbol)
      here.scope.labels.entries[path] = .init(flow: entry.flow, span: entry.span, level: outer.level)
    }
  }

  /// Runs `content` with names of its own below `name`.
  mutating func inScope(_ name: LocalName, _ content: (inout Expander) -> Void) {
    let outer = here.built.naming
    here.built.beginScope(name)
    content(&self)
    here.built.settleNumbers(program.names)
    here.built.naming = outer
  }
}

// MARK: - Loops and conditions

extension Expander {
  mutating func run(_ conditional: Conditional) {
    guard let isTrue = here.truth(of: conditional.condition) else {
      here.built.markBroken()
      return
    }
    if isTrue {
      run(conditional.body)
    } else if let alternative = conditional.alternative {
      run(alternative)
    }
  }

  mutating func run(_ loop: Loop) {
    let header = here.tree.span(here.tree[loop.element]).start
    if here.tree.isDamaged(from: header, to: here.tree.tokens[loop.body.open.position].start) {
      return here.built.markBroken()
    }
    guard let rounds = here.rounds(of: loop.sequence) else { return here.built.markBroken() }
    for position in 0..<rounds.count {
      here.budget.take(1)
      if here.isExhausted(at: here.tree.span(loop.sequence)) { return }
      let mark = here.scope.locals.count
      let fits = here.match(loop.index, loop.element, rounds, position)
      if fits { run(loop.body) } else { here.built.markBroken() }
      here.scope.locals.removeSubrange(mark...)
      if !fits { return }
    }
  }

  mutating func run(_ repetition: Repetition) {
    guard let value = here.evaluate(repetition.count), let count = here.whole(value, at: repetition.count)
    else {
      here.built.markBroken()
      return
    }
    guard count >= 0 else {
      here.log.report(.negativeCount(value), at: here.tree.span(repetition.count))
      return
    }
    var round: Int64 = 0
    while round < count {
      round += 1
      here.budget.take(1)
      if here.isExhausted(at: here.tree.span(repetition.count)) { return }
      run(repetition.body)
    }
  }
}
