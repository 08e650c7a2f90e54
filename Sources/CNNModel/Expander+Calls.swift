import CNNLayers
import CNNSyntax
import CNNText

/// Calls of blocks.
extension Expander {
  mutating func call(_ block: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
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
        parent: frame, file: definition.file, block: block, stage: NodeID(index), input: current.id, output: .none,
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
