import CNNLayers
import CNNSyntax
import CNNText

/// Calls of blocks.
extension Expander {
  /// How often a block may lie within itself.
  static let recursionLimit = 100

  mutating func call(_ block: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    if let prepared = prepare(block, call, stage) { make(prepared, stage, index, name) }
  }

  /// Runs what is called. Calls lie within calls, so all but the body is left to functions of their own.
  mutating func make(_ call: BlockCall, _ stage: Stage, _ index: Int, _ name: StageName) {
    guard let (body, caller) = begin(call, stage, index, name) else { return }
    run(body)
    end(caller, name)
  }

  /// Binds the arguments of a call; nil where what it calls is not known.
  private mutating func prepare(_ block: Int, _ call: Call, _ stage: Stage) -> BlockCall? {
    let definition = program.callable(block)
    if case .alias = definition.definition.content { return prepare(alias: definition, call, stage) }
    let isReadable = !hasDamagedParameters(definition)
    let isWhole = isReadable && bind(call.arguments, to: signature(of: definition), at: tree.headSpan(stage))
    if !isReadable { bound.values.removeAll() }
    return BlockCall(
      block: block, arguments: bound.values, isWhole: isWhole, name: definition.definition.name.symbol, shared: nil)
  }

  /// `backbone` for `model backbone = ResNet(classes 10)`: the arguments are those of the model it stands for.
  private mutating func prepare(alias: ProgramDefinition, _ call: Call, _ stage: Stage) -> BlockCall? {
    let caller = (file, frame)
    let resolved = resolved(alias)
    enter(caller.0, caller.1)
    guard let (base, fixed) = resolved,
      let model = program.models.firstIndex(where: {
        $0.file == base.file && $0.definition.name == base.definition.name
      })
    else {
      markBroken()
      return nil
    }
    let isWhole = bind(call.arguments, to: signature(of: base), at: tree.headSpan(stage))
    let given = bound.values + fixed.filter { old in !bound.values.contains { $0.parameter == old.parameter } }
    return BlockCall(
      block: program.blocks.count + model, arguments: given, isWhole: isWhole,
      name: alias.definition.name.symbol, shared: nil)
  }

  /// Enters the body of a call; nil where it lies within itself too often.
  private mutating func begin(
    _ call: BlockCall, _ stage: Stage, _ index: Int, _ name: StageName
  ) -> (body: Body, caller: CallerState)? {
    let definition = program.callable(call.block)
    let site = tree.headSpan(stage)
    let isTooDeep =
      callStack.count >= Self.recursionLimit
      && callStack.count(where: { $0.block == call.block }) >= Self.recursionLimit
    guard !isTooDeep, case .body(let body) = definition.definition.content else {
      report(
        .recursiveCall(program.name(of: definition), chain: Self.circle(of: call.block, callStack, site)), at: site)
      markBroken()
      return nil
    }
    if current == .none { reportMissingInput(at: site) }
    let isReadable = !hasDamagedParameters(definition)
    bound.values = call.arguments
    let list = recordArguments()
    let localName = localName(name, .called(call.name))
    // A call costs more than a line.
    steps += 4
    let caller = CallerState(self)
    callStack.append((call.block, site))
    localBase = locals.count
    labels = LabelScope()
    network.scopes.append(NameScope(parent: naming.id, name: localName, shared: Int32(call.shared ?? -1)))
    let scope = Int32(network.scopes.count - 1)
    naming = NamingScope(id: scope, in: network)
    network.frames.append(
      Frame(
        parent: frame, file: definition.file, block: call.block, stage: NodeID(index), input: current.id,
        output: .none, layers: network.layers.count..<network.layers.count, depth: callStack.count, scope: scope,
        argumentList: list))
    let callee = FrameID(network.frames.count - 1)
    labels.lacksParameters = !isReadable
    let hasAll = bindParameters(of: definition, call.arguments, complain: call.isWhole, at: site, callee)
    if !hasAll || !call.isWhole { markBroken() }
    results = []
    entered = false
    return (body, caller)
  }

  /// Leaves the body of the running call.
  private mutating func end(_ caller: CallerState, _ name: StageName) {
    settleNumbers()
    let (results, callee) = (results, Int(frame))
    network.frames[callee].output = current.id
    network.frames[callee].outputs = results.compactMap { result in
      guard case .tensor(let tensor) = result.flow else { return nil }
      return NamedTensor(name: spelling(result.symbol), tensor: tensor, place: result.place)
    }
    network.frames[callee].layers = network.frames[callee].layers.lowerBound..<network.layers.count
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

  /// Says that what runs lies too deep: where a block lies within itself many times over, that it has no end.
  mutating func reportDepth(at place: Span) {
    guard let last = callStack.last, callStack.count(where: { $0.block == last.block }) > 10 else {
      return report(.tooDeep(Self.depthLimit), at: place)
    }
    let chain = Self.circle(of: last.block, Array(callStack.dropLast()), last.site)
    report(.recursiveCall(program.name(of: program.callable(last.block)), chain: chain), at: last.site)
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

/// A call of a block or a model with its arguments.
struct BlockCall {
  /// An index for `Program.callable`.
  let block: Int
  let arguments: [BoundArguments.Bound]
  /// Whether all arguments could be read.
  let isWhole: Bool
  /// What it is called as, which its layers are named by where it has no label.
  let name: Symbol
  /// The shared call that it is one of.
  let shared: Int?
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
