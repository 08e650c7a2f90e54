import CNNLayers
import CNNSyntax
import CNNText

/// A model from its first line to what is checked at its end.
extension Expander {
  /// Runs a model, or what it is an alias of.
  mutating func runModel(_ model: ProgramDefinition, overrides: [OverrideValue]) {
    guard let (base, fixed) = resolved(model) else { return }
    var given = fixed
    var unused: [OverrideValue] = []
    here.enter(base.file, .model)
    let signature = program.signature(of: base)
    for override in overrides {
      guard let index = signature.index(of: override.symbol) else {
        symbols.values[override.symbol] = override.value
        unused.append(override)
        continue
      }
      given.removeAll { $0.parameter == index }
      given.append(.init(parameter: index, value: override.value, isPositional: false))
    }
    runBody(of: base, given)
    // In an input that could not be read there may be the symbol.
    if here.scope.labels.isIncomplete { return }
    for override in unused where !symbols.used.contains(override.symbol) {
      let text = here.scope.spelling(override.symbol)
      let nearest = nearestName(to: text, in: signature.names(here.scope.symbols))
      here.log.report(.noSuchParameter(text, model: here.built.network.name, nearest: nearest), at: override.place)
    }
  }

  /// Aliases of aliases of a model: each is looked through from its own name on.
  private static let aliasLimit = 32

  /// The model that an alias stands for in the end, with the arguments that aliases on the way fix; nil after a mistake.
  mutating func resolved(
    _ model: ProgramDefinition
  ) -> (base: ProgramDefinition, given: [BoundArguments.Bound])? {
    var base = model
    var seen: Set<Symbol> = []
    var circle: [(Symbol, Span)] = []
    var given: [BoundArguments.Bound] = []
    while case .alias(let target, let arguments) = base.definition.content {
      here.enter(base.file, here.built.frame)
      guard circle.count < Self.aliasLimit else {
        here.log.report(.tooManyAliases(Self.aliasLimit), at: here.tree.span(model.definition.name))
        return nil
      }
      guard seen.insert(base.definition.name.symbol).inserted else {
        // The circle is one mistake, whichever of its models is run.
        let first = circle.min { $0.1 < $1.1 } ?? (base.definition.name.symbol, here.tree.span(base.definition.name))
        here.log.report(.aliasCycle(here.scope.spelling(first.0)), at: first.1)
        return nil
      }
      circle.append((base.definition.name.symbol, here.tree.span(base.definition.name)))
      guard let index = here.scope.namespace.model(target.symbol) else {
        let names = here.scope.namespace.modelSymbols.map { here.scope.spelling($0) }
        let text = here.scope.spelling(target.symbol)
        here.reportUnknown(.unknownModel(text, nearest: nearestName(to: text, in: names)), at: here.tree.span(target))
        return nil
      }
      base = program.models[index]
      guard here.bind(arguments, to: program.signature(of: base)) else {
        here.built.markBroken()
        return nil
      }
      // What an alias of an alias fixes counts before what its target fixes.
      given += here.bound.values.filter { new in !given.contains { $0.parameter == new.parameter } }
    }
    return (base, given)
  }

  private mutating func runBody(of base: ProgramDefinition, _ given: [BoundArguments.Bound]) {
    guard case .body(let body) = base.definition.content else { return }
    here.built.beginModel(in: base.file)
    here.log.frame = .model
    let site = here.tree.span(base.definition.name)
    here.scope.labels.lacksParameters = program.hasDamagedParameters(base)
    guard bindParameters(of: base, given, complain: true, at: site, .model) else { return here.built.markBroken() }
    visited.insert(body, in: here.scope.file)
    // A model without loops has a layer a stage, and a stage two tokens; what stays unused is address space, not memory.
    let stages = min(here.tree.stages.count, (body.close.position - body.open.position) / 2)
    here.built.network.layers.reserveCapacity(stages)
    here.built.network.tensors.reserveCapacity(stages)
    here.built.network.weights.reserveCapacity(stages)
    here.built.network.rows.reserveCapacity(min(here.tree.statements.count, stages))
    let mark = here.scope.locals.count
    run(body.statements, at: here.tree.span(body.open), until: body.close)
    if here.built.network.inputs.isEmpty, here.built.network.isComplete, here.log.problems.isEmpty {
      here.log.report(.missingInput, at: site)
      here.built.markBroken()
    }
    endModel()
    here.scope.locals.removeSubrange(mark...)
  }

  // MARK: - The end of a model

  /// Names what is still open and checks what can be said of the whole network only.
  private mutating func endModel() {
    here.built.settleNumbers(program.names)
    if case .tensor(let id) = here.built.current, endIsOutput(id) {
      here.built.network.outputs.append(NamedTensor(name: "output", tensor: id, place: nil))
    }
    here.built.network.frames[0].layers = 0..<here.built.network.layers.count
    here.built.network.frames[0].output = here.built.current.id
    here.built.network.symbols = here.scope.symbols
    if here.built.tracker.isActive { here.built.network.sizes = here.built.tracker.sizes }
    if here.built.network.isComplete {
      checkSharedCalls()
      leaveOutUnused()
    }
    if here.built.network.isComplete { checkPaths() }
    if here.built.network.isComplete, !here.built.network.outputs.isEmpty { here.check(interface.claims) }
    if here.built.network.isComplete { checkSizes() }
  }

  /// The tensor at a model's end is an output, unless something has read it or it is one already.
  private func endIsOutput(_ id: TensorID) -> Bool {
    if here.built.network.outputs.contains(where: { $0.tensor == id }) { return false }
    return here.built.network.outputs.isEmpty || !here.built.network.isRead(id)
  }

  /// Warns of what is shared and never called.
  private mutating func checkSharedCalls() {
    for shared in here.built.network.sharedCalls where shared.first == nil {
      here.log.report(.unusedShared(here.scope.spelling(shared.name.symbol)), at: shared.place)
    }
  }

  /// Warns of layers that nothing reads, and takes them out of the network.
  private mutating func leaveOutUnused() {
    guard !here.built.network.outputs.isEmpty, here.log.problems.allSatisfy(\.fact.isWarning) else { return }
    guard let unused = UnusedLayers(here.built.network) else { return }
    for input in unused.unreadInputs {
      if let place = input.place { here.log.report(.unusedInput(input.name), at: place) }
    }
    if unused.isEmpty { return }
    for end in unused.ends where !interface.blockOutputs.contains(here.built.network.layers[end.layer].output) {
      guard let (name, place) = unused.part(of: end, in: here.built.network, program) else { continue }
      here.log.report(.unused(name, end), at: place)
    }
    let (kept, places) = here.built.network.keeping(unused.isUsed)
    here.built.network = kept
    here.log.move(places)
  }

  /// Reports layers, and sets of weights, whose whole names read the same.
  private mutating func checkPaths() {
    // Labels that are given twice have been reported.
    let hasWrongNames = here.log.problems.contains { if case .name = $0.fact { true } else { false } }
    if hasWrongNames { return }
    for clash in PathCheck(program: program, network: here.built.network).clashes {
      here.log.report(.samePath(clash.path, first: clash.first), at: clash.second)
    }
  }

  /// Reports that the model does not work for every size that it admits.
  private mutating func checkSizes() {
    guard !here.built.tracker.sizes.admitsOnlyValid, let place = here.built.network.inputs.first?.place else { return }
    here.log.report(.sizes, at: place)
  }
}
