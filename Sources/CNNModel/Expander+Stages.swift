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
    noteNumbered(symbol, at: span)
  }

  /// A label such as `conv1` must not be the name of a layer without a label, be that above it or below.
  private mutating func noteNumbered(_ symbol: Symbol, at span: Span) {
    let text = spelling(symbol)
    let digits = text.utf8.reversed().prefix { $0 >= 0x30 && $0 <= 0x39 }.count
    guard digits > 0, let number = UInt32(text.suffix(digits)), String(number) == text.suffix(digits) else { return }
    let base = network.symbols.intern(String(text.dropLast(digits)))
    let kind = program.names.layer(base)
    guard kind != nil || namespace.block(base) != nil else { return }
    if let other = counted(base, kind, number) {
      report(.labelOfCounted(text, layer: other), at: span)
    } else {
      naming.numberedLabels.append(NumberedLabel(base: base, number: number, span: span))
    }
  }

  /// The place of the layer or block call of this scope that bears a name by its number.
  private func counted(_ base: Symbol, _ kind: Int?, _ number: UInt32) -> Span? {
    let name = LocalName(symbol: base, number: number)
    if let kind {
      guard kind < naming.layers.count, naming.layers[kind] >= number else { return nil }
      return network.layers.lastIndex { $0.scope == naming.id && $0.name == name }.flatMap { place(of: TensorID($0)) }
    }
    guard naming.blocks[base] ?? 0 >= number else { return nil }
    let frame = network.frames.last { frame in
      guard frame.scope >= 0 else { return false }
      let scope = network.scopes[Int(frame.scope)]
      return scope.parent == naming.id && scope.name == name
    }
    return frame?.stage.map { tree.headSpan(tree.stages[$0.position]) }
  }

  /// The name of a layer or block call without a label, and a complaint where a label above it says the same.
  mutating func countedName(_ base: Symbol, _ number: UInt32, _ stage: Int) -> LocalName {
    if let label = naming.numberedLabels.first(where: { $0.base == base && $0.number == number }) {
      report(.labelOfCounted("\(spelling(base))\(number)", layer: tree.headSpan(tree.stages[stage])), at: label.span)
    }
    return LocalName(symbol: base, number: number)
  }

  /// The name of a layer of a kind.
  func localName(_ name: StageName, counted base: Symbol, _ number: UInt32) -> LocalName {
    switch name {
    case .own(let symbol): LocalName(symbol: symbol, number: 0)
    case .counted, .under: LocalName(symbol: base, number: number)
    }
  }

  private mutating func layerName(_ name: StageName, kind: Int, _ stage: Int) -> LocalName {
    switch name {
    case .own(let symbol): return LocalName(symbol: symbol, number: 0)
    case .counted:
      let number = naming.nextLayer(kind, of: kinds.count)
      return countedName(program.names.layerSymbols[kind], number, stage)
    case .under(let label):
      let symbol = network.symbols.intern(label, dot: program.names.layerSymbols[kind])
      let number = naming.nextBlock(symbol)
      return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
    }
  }

  private mutating func blockName(_ name: StageName, _ block: Symbol, _ stage: Int) -> LocalName {
    switch name {
    case .own(let symbol): return LocalName(symbol: symbol, number: 0)
    case .counted: return countedName(block, naming.nextBlock(block), stage)
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
      if isLabelWithoutColon(call) {
        report(.missingColon(spelling(call.name.symbol)), at: tree.span(call.name).after)
      } else {
        bindUnknown(call, nearest: reportUnknown(call.name))
      }
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

  /// `conv1 conv 64, 3x3`
  private mutating func isLabelWithoutColon(_ call: Call) -> Bool {
    guard variable(call.name.symbol) == nil, let first = call.arguments.range.first else { return false }
    let argument = tree.arguments[first]
    if let name = argument.name { return callee(of: name) != nil }
    if call.arguments.count == 1, case .name(let name) = tree[argument.value] { return callee(of: name) != nil }
    return false
  }

  /// - Returns: The name that was meant, as far as one can tell.
  private mutating func reportUnknown(_ name: Name) -> String? {
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
  private mutating func bindUnknown(_ call: Call, nearest: String?) {
    if let symbol = nearest.map({ network.symbols.intern($0) }) {
      if let kind = program.names.layer(symbol), kinds[kind].join == .none {
        _ = bind(call, toLayer: kind, at: tree.span(call.name))
        return
      }
      if let block = namespace.block(symbol) {
        _ = bind(call.arguments, to: signature(of: program.blocks[block]), at: tree.span(call.name))
        return
      }
    }
    for index in call.arguments.range {
      let argument = tree.arguments[index]
      if case .name(let name) = tree[argument.value], variable(name.symbol) == nil { continue }
      _ = evaluate(argument.value)
    }
  }

  // MARK: Layers

  private mutating func layer(_ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    let isBound = call.arguments.isEmpty ? bindNothing() : bind(call, toLayer: kind, at: tree.headSpan(stage))
    let hasAll = isBound && hasRequired(kind, stage)
    guard case .tensor(let input) = current else {
      if current == .none { reportMissingInput(at: tree.headSpan(stage)) }
      if hasAll { checkArguments(kind, call, stage) }
      markBroken()
      _ = layerName(name, kind: kind, index)
      return
    }
    guard hasAll else {
      _ = layerName(name, kind: kind, index)
      markBroken()
      return
    }
    let shape = network.shape(of: input)
    do throws(LayerError) {
      guard let operation = try layers[use(kind)].definition.operation(bound, shape) else { return }
      let output = try operation.output(of: shape)
      try operation.count(input: shape, output: output, into: &counts)
      append(operation, output, kind, index, layerName(name, kind: kind, index), input: input)
      warnOfRemainder(operation, shape, output, stage)
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = layerName(name, kind: kind, index)
      markBroken()
    }
  }

  /// Where the input is not known, what is wrong with any input is still said.
  private mutating func checkArguments(_ kind: Int, _ call: Call, _ stage: Stage) {
    do throws(LayerError) {
      _ = try layers[use(kind)].definition.operation(bound, Shape(rank: 2, spatial: Axes(all: 1024), channels: 1))
    } catch {
      if error.fault.isOfArgument { report(error, kind: kind, call, stage, inputs: []) }
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
    let names = layers[layer].definition.parameters.enumerated().filter { missing & (1 << UInt32($0.offset)) != 0 }
    report(.missing(names.map(\.element.name), of: kinds[kind].name), at: tree.headSpan(stage))
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
    let isReadable = !hasDamagedParameters(definition)
    let isWhole = isReadable && bind(call.arguments, to: signature, at: site)
    if !isReadable { bound.values.removeAll() }
    let given = bound.values
    let list = recordArguments()
    let localName = blockName(name, definition.definition.name.symbol, index)
    // A call costs more than a line.
    steps += 4
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
    labels.lacksParameters = !isReadable
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
    var missing: [String] = []
    let isReadable = !hasDamagedParameters(definition)
    for (position, index) in definition.definition.parameters.range.enumerated() {
      let parameter = tree.parameters[index]
      guard isReadable else {
        locals.append(Local(symbol: parameter.name.symbol, value: nil))
        continue
      }
      if let argument = given.first(where: { $0.parameter == position }) {
        locals.append(Local(symbol: parameter.name.symbol, value: argument.value))
      } else if let expression = parameter.defaultValue {
        locals.append(Local(symbol: parameter.name.symbol, value: evaluate(expression)))
      } else {
        locals.append(Local(symbol: parameter.name.symbol, value: nil))
        missing.append(spelling(parameter.name.symbol))
      }
    }
    if complain, !missing.isEmpty {
      enter(caller.0, caller.1)
      report(.missing(missing, of: spelling(definition.definition.name.symbol)), at: site)
      enter(definition.file, callee)
    }
    return missing.isEmpty
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
