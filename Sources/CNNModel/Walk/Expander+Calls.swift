import CNNLayers
import CNNSyntax
import CNNText

/// Calls of blocks.
extension Expander {
  /// How often a block may be nested in itself.
  static let recursionLimit = 100

  mutating func call(_ block: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    if let prepared = prepare(block, call, stage) { make(prepared, stage, index, name) }
  }

  /// Runs what is called. Calls are nested, so all but the body is left to functions of their own, which keep little on
  /// the stack.
  mutating func make(_ call: BlockCall, _ stage: Stage, _ index: Int, _ name: StageName) {
    guard let (body, caller) = begin(call, stage, index, name) else { return }
    run(body)
    end(caller, name)
  }

  /// Binds the arguments of a call; nil where what it calls is not known.
  private mutating func prepare(_ block: Int, _ call: Call, _ stage: Stage) -> BlockCall? {
    let definition = program.callable(block)
    if case .alias = definition.definition.content { return prepare(alias: definition, call, stage) }
    let isReadable = !program.hasDamagedParameters(definition)
    let isWhole =
      isReadable && here.bind(call.arguments, to: program.signature(of: definition))
    if !isReadable { here.bound.values.removeAll() }
    return BlockCall(
      block: block, arguments: here.bound.values, isWhole: isWhole, name: definition.definition.name.symbol,
      shared: nil)
  }

  /// `backbone` for `model backbone = ResNet(classes 10)`: the arguments are those of the model it stands for.
  private mutating func prepare(alias: ProgramDefinition, _ call: Call, _ stage: Stage) -> BlockCall? {
    let caller = (here.scope.file, here.built.frame)
    let resolved = resolved(alias)
    here.enter(caller.0, caller.1)
    guard let (base, fixed) = resolved,
      let model = program.models.firstIndex(where: {
        $0.file == base.file && $0.definition.name == base.definition.name
      })
    else {
      here.built.markBroken()
      return nil
    }
    let isWhole = here.bind(call.arguments, to: program.signature(of: base))
    let given =
      here.bound.values
      + fixed.filter { old in !here.bound.values.contains { $0.parameter == old.parameter } }
    return BlockCall(
      block: program.blocks.count + model, arguments: given, isWhole: isWhole,
      name: alias.definition.name.symbol, shared: nil)
  }

  /// Enters the body of a call; nil where it is nested in itself too often.
  private mutating func begin(
    _ call: BlockCall, _ stage: Stage, _ index: Int, _ name: StageName
  ) -> (body: Body, caller: CallerState)? {
    let definition = program.callable(call.block)
    let site = here.tree.headSpan(stage)
    let isTooDeep =
      callStack.count >= Self.recursionLimit
      && callStack.count(where: { $0.block == call.block }) >= Self.recursionLimit
    guard !isTooDeep, case .body(let body) = definition.definition.content else {
      here.log.report(
        .recursiveCall(program.name(of: definition), chain: Self.circle(of: call.block, callStack, site)), at: site)
      here.built.markBroken()
      return nil
    }
    if here.built.current == .none { reportMissingInput(at: site) }
    let isReadable = !program.hasDamagedParameters(definition)
    here.bound.values = call.arguments
    let list = here.built.record(here.bound)
    let localName = localName(name, .called(call.name))
    // A call costs more than a line.
    here.budget.take(4)
    let caller = CallerState(self)
    callStack.append((call.block, site))
    here.scope.localBase = here.scope.locals.count
    here.scope.labels = LabelScope()
    let callee = here.built.beginCall(
      of: call.block, in: definition.file, at: index, localName, shared: call.shared, depth: callStack.count,
      arguments: list)
    here.scope.labels.lacksParameters = !isReadable
    let hasAll = bindParameters(of: definition, call.arguments, complain: call.isWhole, at: site, callee)
    if !hasAll || !call.isWhole { here.built.markBroken() }
    self.call = CallProgress()
    return (body, caller)
  }

  /// Leaves the body of the running call.
  private mutating func end(_ caller: CallerState, _ name: StageName) {
    let results = call.results
    let outputs = results.compactMap { result -> NamedTensor? in
      guard case .tensor(let tensor) = result.flow else { return nil }
      return NamedTensor(name: here.scope.spelling(result.symbol), tensor: tensor, place: result.place)
    }
    here.built.endCall(giving: outputs, program.names)
    callStack.removeLast()
    here.scope.locals.removeSubrange(here.scope.localBase...)
    caller.restore(&self)
    define(results, of: name)
  }

  /// Names the outputs of a call that has a label: `feet.c3`.
  private mutating func define(_ results: [BlockResult], of name: StageName) {
    guard let label = scopeName(name) else { return }
    for result in results {
      let symbol = here.scope.symbols.intern(label, dot: result.symbol)
      define(symbol, as: result.flow, at: result.place)
    }
  }

  /// Reports that calls are nested too deeply; where a block is nested in itself many times, that it has no end.
  mutating func reportDepth(at place: Span) {
    guard let last = callStack.last, callStack.count(where: { $0.block == last.block }) > 10 else {
      return here.log.report(.tooDeep(Self.depthLimit), at: place)
    }
    let chain = Self.circle(of: last.block, Array(callStack.dropLast()), last.site)
    here.log.report(.recursiveCall(program.name(of: program.callable(last.block)), chain: chain), at: last.site)
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
    let caller = (here.scope.file, here.built.frame)
    here.enter(definition.file, callee)
    var missing: [String] = []
    let isReadable = !program.hasDamagedParameters(definition)
    for (position, index) in definition.definition.parameters.range.enumerated() {
      let parameter = here.tree.parameters[index]
      guard isReadable else {
        here.scope.locals.append(Local(symbol: parameter.name.symbol, value: nil))
        continue
      }
      if let argument = given.first(where: { $0.parameter == position }) {
        here.scope.locals.append(Local(symbol: parameter.name.symbol, value: argument.value))
      } else if let expression = parameter.defaultValue {
        here.scope.locals.append(Local(symbol: parameter.name.symbol, value: here.evaluate(expression)))
      } else {
        here.scope.locals.append(Local(symbol: parameter.name.symbol, value: nil))
        missing.append(here.scope.spelling(parameter.name.symbol))
      }
    }
    if complain, !missing.isEmpty {
      here.enter(caller.0, caller.1)
      here.log.report(.missing(missing, of: here.scope.spelling(definition.definition.name.symbol)), at: site)
      here.enter(definition.file, callee)
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

/// What a call puts aside and takes up again.
private struct CallerState {
  let file: FileID
  let frame: FrameID
  let localBase: Int
  let labels: LabelScope
  let naming: NamingScope
  let nesting: Int
  let call: CallProgress

  init(_ expander: borrowing Expander) {
    file = expander.here.scope.file
    frame = expander.here.built.frame
    localBase = expander.here.scope.localBase
    labels = expander.here.scope.labels
    naming = expander.here.built.naming
    nesting = expander.here.built.nesting
    call = expander.call
  }

  func restore(_ expander: inout Expander) {
    expander.here.enter(file, frame)
    expander.here.scope.localBase = localBase
    expander.here.scope.labels = labels
    expander.here.built.naming = naming
    expander.here.built.nesting = nesting
    expander.call = call
  }
}
