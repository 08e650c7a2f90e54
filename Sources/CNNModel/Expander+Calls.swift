import CNNLayers
import CNNSyntax
import CNNText

/// Calls of blocks.
extension Expander {
  /// How often a block may lie within itself.
  static let recursionLimit = 100

  mutating func call(_ block: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    let definition = program.callable(block)
    let isReadable = !hasDamagedParameters(definition)
    if case .alias = definition.definition.content {
      return self.call(alias: definition, call, stage, index, name)
    }
    let isWhole = isReadable && bind(call.arguments, to: signature(of: definition), at: tree.headSpan(stage))
    if !isReadable { bound.values.removeAll() }
    self.call(block, given: bound.values, isWhole: isWhole, stage, index, name)
  }

  /// `backbone` for `model backbone = ResNet(classes 10)`: the arguments are those of the model it stands for.
  private mutating func call(
    alias: ProgramDefinition, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName
  ) {
    let caller = (file, frame)
    let resolved = resolved(alias)
    enter(caller.0, caller.1)
    guard let (base, fixed) = resolved,
      let model = program.models.firstIndex(where: {
        $0.file == base.file && $0.definition.name == base.definition.name
      })
    else { return markBroken() }
    let isWhole = bind(call.arguments, to: signature(of: base), at: tree.headSpan(stage))
    let given = bound.values + fixed.filter { old in !bound.values.contains { $0.parameter == old.parameter } }
    bound.values = given
    self.call(
      program.blocks.count + model, given: given, isWhole: isWhole, stage, index, name,
      calledAs: alias.definition.name.symbol)
  }

  /// - Parameters:
  ///   - given: The arguments, as they are bound.
  ///   - isWhole: Whether they could be read.
  ///   - shared: The shared call that the stage makes.
  ///   - symbol: What it is called as, where that is not its own name.
  mutating func call(
    _ block: Int, given: [BoundArguments.Bound], isWhole: Bool, _ stage: Stage, _ index: Int, _ name: StageName,
    shared: Int? = nil, calledAs symbol: Symbol? = nil
  ) {
    let definition = program.callable(block)
    let site = tree.headSpan(stage)
    if callStack.count >= Self.recursionLimit, callStack.count(where: { $0.block == block }) >= Self.recursionLimit {
      report(.recursiveCall(program.name(of: definition), chain: Self.circle(of: block, callStack, site)), at: site)
      markBroken()
      return
    }
    if current == .none { reportMissingInput(at: site) }
    let isReadable = !hasDamagedParameters(definition)
    let list = recordArguments()
    let base = shared.map { network.sharedCalls[$0].name.symbol } ?? symbol ?? definition.definition.name.symbol
    let localName = localName(name, .called(base))
    // A call costs more than a line.
    steps += 4
    let caller = CallerState(self)
    callStack.append((block, site))
    localBase = locals.count
    labels = LabelScope()
    network.scopes.append(NameScope(parent: naming.id, name: localName, shared: Int32(shared ?? -1)))
    let scope = Int32(network.scopes.count - 1)
    naming = NamingScope(id: scope, in: network)
    network.frames.append(
      Frame(
        parent: frame, file: definition.file, block: block, stage: NodeID(index), input: current.id, output: .none,
        layers: network.layers.count..<network.layers.count, depth: callStack.count, scope: scope, argumentList: list))
    let callee = FrameID(network.frames.count - 1)
    labels.lacksParameters = !isReadable
    let hasAll = bindParameters(of: definition, given, complain: isWhole, at: site, callee)
    if !hasAll || !isWhole { markBroken() }
    results = []
    entered = false
    if case .body(let body) = definition.definition.content { run(body) }
    settleNumbers()
    let results = results
    network.frames[Int(callee)].output = current.id
    network.frames[Int(callee)].outputs = results.compactMap { result in
      guard case .tensor(let tensor) = result.flow else { return nil }
      return NamedTensor(name: spelling(result.symbol), tensor: tensor, place: result.place)
    }
    network.frames[Int(callee)].layers = network.frames[Int(callee)].layers.lowerBound..<network.layers.count
    callStack.removeLast()
    locals.removeSubrange(localBase...)
    caller.restore(&self)
    define(results, of: name)
  }

  /// Names the outputs of a call that has a label: `feet.c3`.
  private mutating func define(_ results: [BlockResult], of name: StageName) {
    guard let label = scopeName(name) else { return }
    for result in results {
      let symbol = network.symbols.intern(label, dot: result.symbol)
      define(symbol, as: result.flow, at: result.place)
    }
  }

  /// The calls between the last two of a block, and the one it was about to make.
  private static func circle(of block: Int, _ calls: [(block: Int, site: Span)], _ site: Span) -> [Span] {
    guard let last = calls.lastIndex(where: { $0.block == block }) else { return [] }
    return calls[(last + 1)...].map(\.site) + [site]
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

/// `output c3: stage 128, 4` in a block: a tensor that its caller reads as `feet.c3`.
struct BlockResult {
  let symbol: Symbol
  let flow: Flow
  /// Where the block names it.
  let place: Span
}

/// What a call puts aside and takes up again.
private struct CallerState {
  let file: FileID
  let frame: FrameID
  let localBase: Int
  let labels: LabelScope
  let naming: NamingScope
  let nesting: Int
  let results: [BlockResult]
  let entered: Bool

  init(_ expander: Expander) {
    file = expander.file
    frame = expander.frame
    localBase = expander.localBase
    labels = expander.labels
    naming = expander.naming
    nesting = expander.nesting
    results = expander.results
    entered = expander.entered
  }

  func restore(_ expander: inout Expander) {
    expander.enter(file, frame)
    expander.localBase = localBase
    expander.labels = labels
    expander.naming = naming
    expander.nesting = nesting
    expander.results = results
    expander.entered = entered
  }
}
