import CNNLayers
import CNNSyntax
import CNNText

/// Pipelines: stages, their labels and names, calls of layers and blocks.
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
      let stage = tree.stages[index]
      run(stage, index, names.isEmpty ? .counted : names[index - Int(stages.start)])
      if index != Int(stages.start), let label = stage.label, case .own(let symbol) = names[index - Int(stages.start)] {
        define(symbol, at: tree.span(label))
      }
    }
    if let row = openRows.last { network.rows[row].label = lineLabel ?? firstLabel(names) }
    endRow(stages.range.upperBound)
    if let lineLabel, let label = tree.stages[Int(stages.start)].label { define(lineLabel, at: tree.span(label)) }
  }

  // MARK: Rows

  /// Rows that are being run, innermost last.
  private mutating func beginRow(_ stage: Int) {
    openRows.append(network.rows.count)
    network.rows.append(
      Row(
        frame: frame, input: current.id, output: -1, startsBranch: atDash, stageIndices: IndexRange(at: stage),
        layerIndices: IndexRange(at: network.layers.count), frameIndices: IndexRange(at: network.frames.count),
        joinDepth: Int16(truncatingIfNeeded: nesting), scope: naming.id))
    atDash = false
  }

  private mutating func endRow(_ stage: Int) {
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

  // MARK: Names

  /// The label of a line and what each of its stages is called; no names where the line has no label at all.
  private mutating func names(for stages: NodeList<Stage>) -> (Symbol?, [StageName]) {
    var hasLabel = false
    for index in stages.range where tree.stages[index].label != nil { hasLabel = true }
    guard hasLabel else { return (nil, []) }
    var names: [StageName] = []
    let first = tree.stages[Int(stages.start)].label.flatMap { symbol(of: $0) }
    var weighted: [Int] = []
    for (position, index) in stages.range.enumerated() {
      let stage = tree.stages[index]
      if position > 0, let label = stage.label {
        names.append(symbol(of: label).map { .own($0) } ?? .counted)
        continue
      }
      if isWeighted(stage) { weighted.append(position) }
      names.append(first.map { .under($0) } ?? .counted)
    }
    if let first {
      if weighted.count == 1 { names[weighted[0]] = .own(first) }
      if weighted.isEmpty { names[0] = .own(first) }
    }
    return (first, names)
  }

  private func firstLabel(_ names: [StageName]) -> Symbol? {
    for case .own(let symbol) in names { return symbol }
    return nil
  }

  private mutating func symbol(of label: Label) -> Symbol? {
    switch label {
    case .name(let name): return name.symbol
    case .template(let id): return text(id).map { network.symbols.intern($0) }
    }
  }

  private mutating func isWeighted(_ stage: Stage) -> Bool {
    switch stage.kind {
    case .from: return false
    case .conditional, .loop, .repetition: return true
    case .call(let call):
      if call.join != nil { return true }
      switch callee(of: call.name) {
      case nil, .block: return true
      case .layer(let index): return kinds[index].isWeighted
      }
    }
  }

  /// Gives the current tensor a label. A label twice in one call is a mistake, and so is one that a counted layer bears.
  private mutating func define(_ symbol: Symbol, at span: Span) {
    if let other = labels.entries[symbol] {
      return report(.duplicateLabel(spelling(symbol), first: other.span), at: span)
    }
    labels.entries[symbol] = .init(flow: current, span: span)
  }

  /// The name of a layer of a kind.
  func localName(_ name: StageName, counted base: Symbol, _ number: UInt32) -> LocalName {
    switch name {
    case .own(let symbol): LocalName(symbol: symbol, number: 0)
    case .counted, .under: LocalName(symbol: base, number: number)
    }
  }

  private mutating func layerName(_ name: StageName, kind: Int) -> LocalName {
    switch name {
    case .own(let symbol): return LocalName(symbol: symbol, number: 0)
    case .counted:
      let number = naming.nextLayer(kind, of: kinds.count)
      return LocalName(symbol: program.names.layerSymbols[kind], number: number)
    case .under(let label):
      let symbol = network.symbols.intern(label, dot: program.names.layerSymbols[kind])
      let number = naming.nextBlock(symbol)
      return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
    }
  }

  private mutating func blockName(_ name: StageName, _ block: Symbol) -> LocalName {
    switch name {
    case .own(let symbol): return LocalName(symbol: symbol, number: 0)
    case .counted: return LocalName(symbol: block, number: naming.nextBlock(block))
    case .under(let label):
      let symbol = network.symbols.intern(label, dot: block)
      let number = naming.nextBlock(symbol)
      return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
    }
  }

  // MARK: Stages

  private mutating func run(_ stage: Stage, _ index: Int, _ name: StageName) {
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
  private mutating func source(_ id: NodeID<Expression>) -> Flow {
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
    case .number, .decimal, .boolean, .shape, .list, .range, .word, .layer:
      report(.needs("a tensor", found: value), at: tree.span(id))
      return .unknown
    }
  }

  /// What a stage's name calls; nil where nothing has that name.
  mutating func callee(of name: Name) -> Callee? {
    if locals.count > localBase || hasGlobals, case .layer(let callee)?? = variable(name.symbol) { return callee }
    if let layer = program.names.layer(name.symbol) { return .layer(layer) }
    return namespace.block(name.symbol).map { .block($0) }
  }

  private mutating func run(_ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    guard let callee = callee(of: call.name) else {
      reportUnknown(call.name)
      if let join = call.join { runDetached(tree[join]) }
      markBroken()
      return
    }
    switch callee {
    case .layer(let kind) where kinds[kind].join != .none: join(kind, call, index, name)
    case .layer(let kind):
      if call.join != nil { report(.noBranches(kinds[kind].name), at: tree.headSpan(stage)) }
      layer(kind, call, stage, index, name)
    case .block(let block):
      if call.join != nil { report(.noBranches(spelling(call.name.symbol)), at: tree.headSpan(stage)) }
      self.call(block, call, stage, index, name)
    }
  }

  private mutating func reportUnknown(_ name: Name) {
    let text = spelling(name.symbol)
    switch variable(name.symbol) {
    case .some(nil): return
    case .some(let value?): return report(.notAStage(text, value), at: tree.span(name))
    case nil: break
    }
    let candidates = kinds.map(\.name) + namespace.blockSymbols.map { spelling($0) }
    report(.unknownStage(text, nearest: nearestName(to: text, in: candidates)), at: tree.span(name))
  }

  // MARK: Layers

  private mutating func layer(_ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    let isBound = call.arguments.isEmpty ? bindNothing() : bind(call, toLayer: kind, at: tree.headSpan(stage))
    let hasAll = isBound && hasRequired(kind, stage)
    guard case .tensor(let input) = current else {
      if current == .none { reportMissingInput(at: tree.headSpan(stage)) }
      markBroken()
      _ = layerName(name, kind: kind)
      return
    }
    guard hasAll else {
      _ = layerName(name, kind: kind)
      markBroken()
      return
    }
    let shape = network.shape(of: input)
    do throws(LayerError) {
      guard let operation = try layers[use(kind)].definition.operation(bound, shape) else { return }
      let output = try operation.output(of: shape)
      try operation.count(input: shape, output: output, into: &counts)
      append(operation, output, kind, index, layerName(name, kind: kind), input: input)
      warnOfRemainder(operation, shape, output, stage)
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = layerName(name, kind: kind)
      markBroken()
    }
  }

  private mutating func bindNothing() -> Bool {
    bound.values.removeAll(keepingCapacity: true)
    usedVariable = false
    return true
  }

  mutating func bind(_ call: Call, toLayer kind: Int, at head: Span) -> Bool {
    bind(call.arguments, to: signature(ofLayer: kind), at: head)
  }

  private mutating func hasRequired(_ kind: Int, _ stage: Stage) -> Bool {
    let layer = use(kind)
    var missing = layers[layer].definition.required
    for argument in bound.values { missing &= ~(1 << UInt32(argument.parameter)) }
    if missing == 0 { return true }
    for (index, parameter) in layers[layer].definition.parameters.enumerated() where missing & (1 << UInt32(index)) != 0
    {
      report(.missing(parameter.name, of: kinds[kind].name), at: tree.headSpan(stage))
    }
    return false
  }

  /// The error of a layer, at the argument to blame where there is one.
  mutating func report(_ error: LayerError, kind: Int, _ call: Call, _ stage: Stage?, inputs: [JoinInput]) {
    var span = stage.map { tree.headSpan($0) } ?? tree.span(call.name)
    if let name = error.parameter, let parameter = layers[use(kind)].definition.parameter(named: name) {
      for (position, index) in call.arguments.range.enumerated() {
        let argument = tree.arguments[index]
        let isNamed = argument.name.map { spelling($0.symbol) == name } ?? false
        let isPositional = argument.name == nil && position == parameter
        if isNamed || isPositional { span = tree.span(argument) }
      }
    }
    report(.layer(error, layer: kinds[kind].name, inputs: inputs), at: span)
    markBroken()
  }

  mutating func reportMissingInput(at span: Span) {
    report(.missingInput, at: span)
    markBroken()
  }

  /// Adds a layer to the network; its output becomes the current tensor.
  mutating func append(
    _ operation: Operation, _ output: Shape, _ kind: Int, _ stage: Int, _ name: LocalName, input: TensorID,
    joined: [TensorID] = []
  ) {
    var list: Int32 = -1
    if usedVariable { list = recordArguments() }
    let joinStart = network.joinInputs.count
    network.joinInputs += joined
    network.layers.append(
      NetworkLayer(
        operation: operation, output: output, frame: frame, stage: NodeID(stage), kindIndex: Int16(kind), name: name,
        scope: naming.id, input: input, joinStart: Int32(joinStart), joinCount: Int32(joined.count),
        argumentList: list))
    current = .tensor(TensorID(network.layers.count - 1))
  }

  private mutating func recordArguments() -> Int32 {
    let start = network.arguments.count
    network.arguments += bound.values
    network.argumentRanges.append(start..<network.arguments.count)
    return Int32(network.argumentRanges.count - 1)
  }

  // MARK: Blocks

  private mutating func call(_ block: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    let definition = program.blocks[block]
    let site = tree.headSpan(stage)
    if let first = callStack.firstIndex(where: { $0.block == block }) {
      let chain = callStack[first...].map(\.site) + [site]
      report(.recursiveCall(spelling(call.name.symbol), chain: Array(chain.dropFirst())), at: site)
      markBroken()
      return
    }
    if current == .none { reportMissingInput(at: site) }
    let signature = signature(of: definition)
    let isWhole = bind(call.arguments, to: signature, at: site)
    let given = bound.values
    let list = recordArguments()
    let localName = blockName(name, definition.definition.name.symbol)
    let caller = CallerState(self)
    callStack.append((block, site))
    localBase = locals.count
    labels = LabelScope()
    network.scopes.append(NameScope(parent: naming.id, name: localName))
    let scope = Int32(network.scopes.count - 1)
    naming = NamingScope(id: scope)
    network.frames.append(
      Frame(
        parent: frame, file: definition.file, block: block, stage: NodeID(index), input: current.id, output: -1,
        layers: network.layers.count..<network.layers.count, depth: callStack.count, scope: scope, argumentList: list))
    let callee = FrameID(network.frames.count - 1)
    let hasAll = bindParameters(of: definition, given, complain: isWhole, at: site, callee)
    if !hasAll || !isWhole { markBroken() }
    if case .body(let body) = definition.definition.content { run(body) }
    network.frames[Int(callee)].output = current.id
    network.frames[Int(callee)].layers = network.frames[Int(callee)].layers.lowerBound..<network.layers.count
    callStack.removeLast()
    locals.removeSubrange(localBase...)
    caller.restore(&self)
  }

  /// Makes the arguments of a call local variables of its body, defaults for those not given.
  mutating func bindParameters(
    of definition: ProgramDefinition, _ given: [BoundArguments.Bound], complain: Bool, at site: Span, _ callee: FrameID
  ) -> Bool {
    let caller = (file, frame)
    enter(definition.file, callee)
    var hasAll = true
    for (position, index) in definition.definition.parameters.range.enumerated() {
      let parameter = tree.parameters[index]
      if let argument = given.first(where: { $0.parameter == position }) {
        locals.append(Local(symbol: parameter.name.symbol, value: argument.value))
      } else if let expression = parameter.defaultValue {
        locals.append(Local(symbol: parameter.name.symbol, value: evaluate(expression)))
      } else {
        locals.append(Local(symbol: parameter.name.symbol, value: nil))
        hasAll = false
        guard complain else { continue }
        let name = spelling(definition.definition.name.symbol)
        enter(caller.0, caller.1)
        report(.missing(spelling(parameter.name.symbol), of: name), at: site)
        enter(definition.file, callee)
      }
    }
    return hasAll
  }
}

/// What a call puts aside and takes up again.
private struct CallerState {
  let file: FileID
  let frame: FrameID
  let localBase: Int
  let labels: LabelScope
  let naming: NamingScope
  let nesting: Int

  init(_ expander: Expander) {
    file = expander.file
    frame = expander.frame
    localBase = expander.localBase
    labels = expander.labels
    naming = expander.naming
    nesting = expander.nesting
  }

  func restore(_ expander: inout Expander) {
    expander.enter(file, frame)
    expander.localBase = localBase
    expander.labels = labels
    expander.naming = naming
    expander.nesting = nesting
  }
}
