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
    if stages.count == 1, tree.stages[Int(stages.start)].label == nil {
      beginRow(Int(stages.start))
      run(tree.stages[Int(stages.start)], Int(stages.start), .counted)
      return endRow(Int(stages.start) + 1)
    }
    let (lineLabel, names) = self.names(for: stages)
    beginRow(Int(stages.start))
    for index in stages.range {
      let name = names.isEmpty ? StageName.counted : names[index - Int(stages.start)]
      if index == Int(stages.range.upperBound) - 1, case .pattern(let id)? = tree.stages[Int(stages.start)].label {
        lineEnd = (index, id)
      }
      run(tree.stages[index], index, name)
      if index != Int(stages.start) { defineLabels(ofStage: index, name) }
    }
    endLine(stages, lineLabel ?? firstLabel(names), lineLabel)
  }

  private mutating func endLine(_ stages: NodeList<Stage>, _ rowLabel: Symbol?, _ lineLabel: Symbol?) {
    if let row = openRows.last { network.rows[row].label = rowLabel }
    endRow(stages.range.upperBound)
    let first = tree.stages[Int(stages.start)]
    if let lineLabel, let label = first.label { define(lineLabel, at: tree.span(label)) }
    defineParts(of: first)
  }

  /// Names what a stage behind the first of its line has given.
  private mutating func defineLabels(ofStage index: Int, _ name: StageName) {
    let stage = tree.stages[index]
    if let label = stage.label, case .own(let symbol) = name { define(symbol, at: tree.span(label)) }
    defineParts(of: stage)
  }

  // MARK: Rows

  /// Rows that are being run, innermost last.
  mutating func beginRow(_ stage: Int) {
    openRows.append(network.rows.count)
    network.rows.append(
      Row(
        frame: frame, input: current.id, output: .none, startsBranch: atDash, stageIndices: IndexRange(at: stage),
        layerIndices: IndexRange(at: network.layers.count), frameIndices: IndexRange(at: network.frames.count),
        joinDepth: Int16(truncatingIfNeeded: nesting), scope: naming.id))
    atDash = false
  }

  mutating func endRow(_ stage: Int) {
    guard let index = openRows.popLast() else { return }
    network.rows[index].stageIndices.close(at: stage)
    network.rows[index].layerIndices.close(at: network.layers.count)
    network.rows[index].frameIndices.close(at: network.frames.count)
    network.rows[index].output = current.id
  }

  /// Ends the row before a stage that holds lines of its own, and runs it; what follows begins a new row.
  mutating func betweenRows(_ stage: Int, _ content: (inout Expander) -> Void) {
    endRow(stage)
    // A row without stages stands for nothing; the dash before it belongs to what comes next.
    if let last = network.rows.last, last.stages.isEmpty, last.frame == frame {
      atDash = last.startsBranch
      network.rows.removeLast()
    }
    content(&self)
    beginRow(stage)
  }

  // MARK: Stages

  mutating func run(_ stage: Stage, _ index: Int, _ name: StageName) {
    switch stage.kind {
    case .call(let call): run(call, stage, index, name)
    case .from(let expression): current = source(expression)
    case .conditional(let id):
      betweenRows(index) { expander in expander.scoped(name) { $0.run($0.tree[id]) } }
    case .loop(let id):
      betweenRows(index) { expander in expander.scoped(name) { $0.run($0.tree[id]) } }
    case .repetition(let id):
      betweenRows(index) { expander in expander.scoped(name) { $0.run($0.tree[id]) } }
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
    if case .name(let name) = tree[id], variable(name.symbol) == nil {
      return tensor(named: spelling(name.symbol), at: tree.span(id)) ?? .unknown
    }
    if case .input = tree[id], !isInBlock, network.inputs.isEmpty {
      report(.missingInput, at: tree.span(id))
      return .unknown
    }
    if case .member = tree[id] {
      return tensor(named: tree.text(id).filter { $0 != " " }, at: tree.span(id)) ?? .unknown
    }
    guard let value = evaluate(id) else { return .unknown }
    switch value {
    case .tensor(let tensor): return .tensor(tensor.id)
    case .text(let text): return self.tensor(named: text, at: tree.span(id)) ?? .unknown
    case .number, .decimal, .boolean, .shape, .list, .range, .word, .layer, .size:
      report(.needs("a tensor", found: value), at: tree.span(id))
      return .unknown
    }
  }

  /// What a stage's name calls; nil where nothing has that name.
  mutating func callee(of name: Name) -> Callee? {
    if locals.count > localBase || hasGlobals, let value = variable(name.symbol) {
      if case .layer(let callee)? = value { return callee }
      // What is wrong with its declaration has been said.
      if value == nil { return nil }
    }
    return namedCallee(name.symbol)
  }

  /// What a name means that is no variable. Layers that came after the first version yield to blocks of their name.
  func namedCallee(_ symbol: Symbol) -> Callee? {
    if let layer = program.names.layer(symbol), !kinds[layer].yields { return .layer(layer) }
    if let block = callable(symbol) { return .block(block) }
    return program.names.layer(symbol).map { .layer($0) }
  }

  /// The block or model of a name, as an index for `Program.callable`.
  func callable(_ symbol: Symbol) -> Int? {
    namespace.block(symbol) ?? namespace.model(symbol).map { program.blocks.count + $0 }
  }

  mutating func run(_ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    guard let callee = callee(of: call.name) else { return runUnknown(call) }
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
    if call.join != nil { report(.noBranches(spelling(call.name.symbol)), at: tree.headSpan(stage)) }
  }

  private mutating func runUnknown(_ call: Call) {
    if isLabelWithoutColon(call) {
      report(.missingColon(spelling(call.name.symbol)), at: tree.span(call.name).after)
    } else {
      bindUnknown(call, nearest: reportUnknown(call.name))
    }
    if let join = call.join { runDetached(tree[join]) }
    markBroken()
  }

  /// `conv1 conv 64, 3x3`
  mutating func isLabelWithoutColon(_ call: Call) -> Bool {
    guard variable(call.name.symbol) == nil, let first = call.arguments.range.first else { return false }
    let argument = tree.arguments[first]
    if let name = argument.name { return callee(of: name) != nil }
    if call.arguments.count == 1, case .name(let name) = tree[argument.value] { return callee(of: name) != nil }
    return false
  }

  /// - Returns: The name that was meant, as far as one can tell.
  mutating func reportUnknown(_ name: Name) -> String? {
    let text = spelling(name.symbol)
    switch variable(name.symbol) {
    case .some(nil): return nil
    case .some(let value?):
      report(.notAStage(text, value), at: tree.span(name))
      return nil
    case nil: break
    }
    if namespace.isIncomplete || labels.lacksParameters { return nil }
    let nearest = nearestStage(to: text)
    report(.unknownStage(text, nearest: nearest), at: tree.span(name))
    return nearest
  }

  /// What can begin a line and is nearest to a name that cannot.
  mutating func nearestStage(to text: String) -> String? {
    let words: [TokenKind] = [.keywordInput, .keywordOutput, .keywordExpect, .keywordFrom, .keywordRepeat]
    let names = kinds.map(\.name) + words.compactMap(\.spelling)
    let (blocks, symbols) = (namespace.blockSymbols, network.symbols)
    return nearest(to: text) { names + blocks.map { symbols[$0] } }
  }

  /// Looks for mistakes in the arguments of a call of nobody: as if the nearest name had been called, else only in what
  /// means the same for every layer.
  mutating func bindUnknown(_ call: Call, nearest: String?) {
    if let symbol = nearest.map({ network.symbols.intern($0) }) {
      if let kind = program.names.layer(symbol), !kinds[kind].join.isJoin {
        _ = bind(call, toLayer: kind, at: tree.span(call.name))
        return
      }
      if let block = callable(symbol) {
        _ = bind(call.arguments, to: signature(of: program.callable(block)), at: tree.span(call.name))
        return
      }
    }
    for index in call.arguments.range {
      let argument = tree.arguments[index]
      if case .name(let name) = tree[argument.value], variable(name.symbol) == nil { continue }
      _ = evaluate(argument.value)
    }
  }
}
