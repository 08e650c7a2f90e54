import CNNLayers
import CNNSyntax
import CNNText

/// `shared tower: embed 4096`: calls whose weights exist once. The first call makes the weights; every later one takes
/// them in the same order, and must want the same shapes.
extension Expander {
  /// What a declaration names, with its arguments evaluated at the declaration.
  mutating func declareShared(_ id: NodeID<SharedSyntax>, from start: Int) {
    let syntax = here.tree[id]
    let symbol = syntax.name.symbol
    let place = here.tree.span(syntax.name)
    let value = sharedCall(syntax).map { Value.layer(.shared($0)) }
    if let other = here.scope.locals.position(of: symbol, from: start), let first = here.scope.locals[other].place {
      return here.log.report(.duplicateBinding(here.scope.spelling(symbol), first: first), at: place)
    }
    here.scope.locals.append(Local(symbol: symbol, value: value, place: place))
    // Its weights bear its name, which no counted layer may have.
    noteNumbered(symbol)
  }

  private mutating func sharedCall(_ syntax: SharedSyntax) -> Int? {
    let stage = here.tree[syntax.stage]
    guard case .call(let call) = stage.kind else { return nil }
    guard let callee = here.scope.callee(of: call.name) else {
      bindUnknown(call, nearest: reportUnknown(call.name))
      return nil
    }
    let isBound: Bool
    switch callee {
    case .layer(let kind):
      guard kinds[kind].join == .none, call.join == nil else {
        here.log.report(.sharedJoin(kinds[kind].name), at: here.tree.headSpan(stage))
        return nil
      }
      isBound = here.bind(call, toLayer: kind) && here.hasRequired(here.layer(kind), stage)
    case .block(let block):
      if call.join != nil {
        here.log.report(.noBranches(here.scope.spelling(call.name.symbol)), at: here.tree.headSpan(stage))
      }
      isBound = here.bind(
        call.arguments, to: program.signature(of: program.callable(block)))
    case .shared:
      here.log.report(.sharedTwice(here.scope.spelling(call.name.symbol)), at: here.tree.headSpan(stage))
      return nil
    }
    guard isBound else { return nil }
    here.built.network.sharedCalls.append(
      SharedCall(
        frame: here.built.frame, name: LocalName(symbol: syntax.name.symbol, number: 0), scope: here.built.naming.id,
        callee: callee,
        arguments: here.bound.values, place: here.tree.span(syntax.name)))
    return here.built.network.sharedCalls.count - 1
  }

  /// Runs a stage that calls what is shared.
  mutating func run(shared index: Int, _ call: Call, _ stage: Stage, _ stageIndex: Int, _ name: StageName) {
    let shared = here.built.network.sharedCalls[index]
    let site = here.tree.headSpan(stage)
    let text = here.scope.spelling(shared.name.symbol)
    if let argument = call.arguments.range.first {
      here.log.report(.sharedArguments(text, declared: shared.place), at: here.tree.span(here.tree.arguments[argument]))
      return here.built.markBroken()
    }
    if here.built.isSharing(index) {
      here.log.report(.recursiveCall(text, chain: []), at: site)
      return here.built.markBroken()
    }
    if case .tensor(let input) = here.built.current {
      if let first = shared.first {
        let (before, now) = (here.built.shape(of: first.input), here.built.shape(of: input))
        guard before.rank == now.rank, before.channels == now.channels else {
          here.log.report(.sharedInput(text, first: before, site: first.site, here: now), at: site)
          return here.built.markBroken()
        }
      } else {
        here.built.network.sharedCalls[index].first = (site, input)
      }
    }
    let isComplete = here.built.network.isComplete
    here.built.beginSharing(index, isRepeated: shared.first != nil)
    here.bound.values = shared.arguments
    here.scope.usedVariable = true
    switch shared.callee {
    case .layer(let kind): layer(kind, isBound: true, call, stage, stageIndex, name, shared: index)
    case .block(let block):
      let blockCall = BlockCall(
        block: block, arguments: shared.arguments, isWhole: true, name: shared.name.symbol, shared: index)
      make(blockCall, stage, stageIndex, name)
    case .shared: break
    }
    if !here.built.endSharing(), isComplete, here.built.network.isComplete { reportDifference(index, at: site) }
  }

  /// Reports that a later call of what is shared does not fit its weights.
  mutating func report(_ fault: SharingFault, _ operation: Operation, _ input: Shape) {
    switch fault {
    case .layers(let call): reportDifference(call, at: here.built.network.sharedCalls[call].place)
    case .arrays(let call, let id):
      let set = here.built.network.weights[Int(id)]
      here.log.report(
        .sharedWeights(
          here.scope.spelling(here.built.network.sharedCalls[call].name.symbol), of: set.layer,
          expected: here.built.network.arrays(of: set),
          found: operation.weights(for: input)),
        at: callSite(of: call))
    }
  }

  private mutating func reportDifference(_ index: Int, at span: Span) {
    let shared = here.built.network.sharedCalls[index]
    here.log.report(
      .sharedDiffers(here.scope.spelling(shared.name.symbol), first: shared.first?.site ?? shared.place), at: span)
    here.built.markBroken()
  }

  private func callSite(of shared: Int) -> Span {
    if case .block = here.built.network.sharedCalls[shared].callee, let site = callStack.last?.site { return site }
    return here.built.network.sharedCalls[shared].place
  }
}
