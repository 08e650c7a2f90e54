import CNNLayers
import CNNSyntax
import CNNText

/// Pipelines: their stages, and the rows they become. Names are in `Expander+Names`, layers in `Expander+Layers`, calls of
/// blocks in `Expander+Calls`.
extension Expander {
  /// What a stage's layer is called.
  enum StageName {
    /// By its kind and number.
    case counted
    case own(Symbol)
    /// One of several on a labelled line: `conv1.relu`.
    case under(Symbol)
  }

  mutating func run(_ stages: NodeList<Stage>) {
    if stages.count == 1, here.tree.stages[Int(stages.start)].label == nil {
      here.built.beginRow(Int(stages.start))
      run(here.tree.stages[Int(stages.start)], Int(stages.start), .counted)
      return here.built.endRow(Int(stages.start) + 1)
    }
    let (lineLabel, names) = self.names(for: stages)
    here.built.beginRow(Int(stages.start))
    for index in stages.range {
      let name = names.isEmpty ? StageName.counted : names[index - Int(stages.start)]
      if index == Int(stages.range.upperBound) - 1,
        case .pattern(let id)? = here.tree.stages[Int(stages.start)].label
      {
        lineEnd = (index, id)
      }
      run(here.tree.stages[index], index, name)
      if index != Int(stages.start) { defineLabels(ofStage: index, name) }
    }
    endLine(stages, lineLabel ?? firstLabel(names), lineLabel)
  }

  private mutating func endLine(_ stages: NodeList<Stage>, _ rowLabel: Symbol?, _ lineLabel: Symbol?) {
    here.built.labelRow(rowLabel)
    here.built.endRow(stages.range.upperBound)
    let first = here.tree.stages[Int(stages.start)]
    if let lineLabel, let label = first.label { define(lineLabel, at: here.tree.span(label)) }
    defineParts(of: first)
  }

  /// Names what a stage after the first of its line has given.
  private mutating func defineLabels(ofStage index: Int, _ name: StageName) {
    let stage = here.tree.stages[index]
    if let label = stage.label, case .own(let symbol) = name { define(symbol, at: here.tree.span(label)) }
    defineParts(of: stage)
  }

  /// Ends the row before a stage that has lines of its own, and runs it; what follows begins a new row.
  mutating func betweenRows(_ stage: Int, _ content: (inout Expander) -> Void) {
    here.built.interruptRow(stage)
    content(&self)
    here.built.beginRow(stage)
  }

  // MARK: Stages

  mutating func run(_ stage: Stage, _ index: Int, _ name: StageName) {
    switch stage.kind {
    case .call(let call): run(call, stage, index, name)
    case .from(let expression): here.built.current = source(expression)
    case .conditional(let id):
      betweenRows(index) { expander in expander.scoped(name) { $0.run($0.here.tree[id]) } }
    case .loop(let id):
      betweenRows(index) { expander in expander.scoped(name) { $0.run($0.here.tree[id]) } }
    case .repetition(let id):
      betweenRows(index) { expander in expander.scoped(name) { $0.run($0.here.tree[id]) } }
    }
    if let assertion = stage.assertion { check(assertion, after: stage) }
  }

  /// Runs the body of a labelled stage below its label.
  func scopeName(_ name: StageName) -> Symbol? {
    switch name {
    case .counted: nil
    case .own(let symbol), .under(let symbol): symbol
    }
  }

  mutating func scoped(_ name: StageName, _ content: (inout Expander) -> Void) {
    if let symbol = scopeName(name) {
      inScope(LocalName(symbol: symbol, number: 0), content)
    } else {
      content(&self)
    }
  }

  /// The tensor that `from` names.
  mutating func source(_ id: NodeID<Expression>) -> Flow {
    if case .name(let name) = here.tree[id], here.scope.variable(name.symbol) == nil {
      return here.tensor(named: here.scope.spelling(name.symbol), at: here.tree.span(id)) ?? .unknown
    }
    if case .input = here.tree[id], !isInBlock, here.built.network.inputs.isEmpty {
      here.log.report(.missingInput, at: here.tree.span(id))
      return .unknown
    }
    if case .member = here.tree[id] {
      return here.tensor(named: here.tree.text(id).filter { $0 != " " }, at: here.tree.span(id)) ?? .unknown
    }
    guard let value = here.evaluate(id) else { return .unknown }
    switch value {
    case .tensor(let tensor): return .tensor(tensor.id)
    case .text(let text): return here.tensor(named: text, at: here.tree.span(id)) ?? .unknown
    case .number, .decimal, .boolean, .shape, .list, .range, .word, .layer, .size:
      here.log.report(.needs("a tensor", found: value), at: here.tree.span(id))
      return .unknown
    }
  }

  mutating func run(_ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    guard let callee = here.scope.callee(of: call.name) else { return runUnknown(call) }
    switch callee {
    case .layer(let kind) where kinds[kind].join.isJoin: join(kind, call, index, name)
    case .layer(let kind):
      refuseBranches(call, stage)
      layer(kind, call, stage, index, name)
    case .block(let block):
      refuseBranches(call, stage)
      self.call(block, call, stage, index, name)
    case .shared(let shared):
      refuseBranches(call, stage)
      run(shared: shared, call, stage, index, name)
    }
  }

  private mutating func refuseBranches(_ call: Call, _ stage: Stage) {
    if call.join != nil {
      here.log.report(.noBranches(here.scope.spelling(call.name.symbol)), at: here.tree.headSpan(stage))
    }
  }

  private mutating func runUnknown(_ call: Call) {
    if isLabelWithoutColon(call) {
      here.log.report(.missingColon(here.scope.spelling(call.name.symbol)), at: here.tree.span(call.name).after)
    } else {
      bindUnknown(call, nearest: reportUnknown(call.name))
    }
    if let join = call.join { runDetached(here.tree[join]) }
    here.built.markBroken()
  }

  /// `conv1 conv 64, 3x3`
  mutating func isLabelWithoutColon(_ call: Call) -> Bool {
    guard here.scope.variable(call.name.symbol) == nil, let first = call.arguments.range.first else { return false }
    let argument = here.tree.arguments[first]
    if let name = argument.name { return here.scope.callee(of: name) != nil }
    if call.arguments.count == 1, case .name(let name) = here.tree[argument.value] {
      return here.scope.callee(of: name) != nil
    }
    return false
  }

  /// - Returns: The name that was meant, as far as one can tell.
  mutating func reportUnknown(_ name: Name) -> String? {
    let text = here.scope.spelling(name.symbol)
    switch here.scope.variable(name.symbol) {
    case .some(nil): return nil
    case .some(let value?):
      here.log.report(.notAStage(text, value), at: here.tree.span(name))
      return nil
    case nil: break
    }
    if here.scope.namespace.isIncomplete || here.scope.labels.lacksParameters { return nil }
    let nearest = here.nearestStage(to: text)
    here.log.report(.unknownStage(text, nearest: nearest), at: here.tree.span(name))
    return nearest
  }

  /// Looks for mistakes in the arguments of a call whose callee is unknown: as if the nearest name had been called, else only in what
  /// means the same for every layer.
  mutating func bindUnknown(_ call: Call, nearest: String?) {
    if let symbol = nearest.map({ here.scope.symbols.intern($0) }) {
      if let kind = program.names.layer(symbol), !kinds[kind].join.isJoin {
        _ = here.bind(call, toLayer: kind)
        return
      }
      if let block = here.scope.callable(symbol) {
        _ = here.bind(call.arguments, to: program.signature(of: program.callable(block)))
        return
      }
    }
    for index in call.arguments.range {
      let argument = here.tree.arguments[index]
      if case .name(let name) = here.tree[argument.value], here.scope.variable(name.symbol) == nil { continue }
      _ = here.evaluate(argument.value)
    }
  }
}
