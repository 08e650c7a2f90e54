import CNNLayers
import CNNSyntax
import CNNText

/// `shared tower: embed 4096`: calls whose weights exist once. The first call makes the weights; every later one takes
/// them in the same order, and must want the same shapes.
extension Expander {
  /// A shared call that is running.
  struct Sharing {
    let call: Int
    /// False in the first call, which makes the weights.
    let isRepeated: Bool
    /// How many weights it has used.
    var used = 0
    /// What was wrong has been said.
    var isBroken = false
  }

  /// What a declaration names, with its arguments evaluated where it stands.
  mutating func declareShared(_ id: NodeID<SharedSyntax>, scope: Int) {
    let syntax = tree[id]
    let symbol = syntax.name.symbol
    let place = tree.span(syntax.name)
    let value = sharedCall(syntax).map { Value.layer(.shared($0)) }
    if let other = locals[scope...].first(where: { $0.symbol == symbol }), let first = other.place {
      return report(.duplicateBinding(spelling(symbol), first: first), at: place)
    }
    locals.append(Local(symbol: symbol, value: value, place: place))
  }

  private mutating func sharedCall(_ syntax: SharedSyntax) -> Int? {
    let stage = tree[syntax.stage]
    guard case .call(let call) = stage.kind else { return nil }
    guard let callee = callee(of: call.name) else {
      bindUnknown(call, nearest: reportUnknown(call.name))
      return nil
    }
    let isBound: Bool
    switch callee {
    case .layer(let kind):
      guard kinds[kind].join == .none, call.join == nil else {
        report(.sharedJoin(kinds[kind].name), at: tree.headSpan(stage))
        return nil
      }
      isBound = bind(call, toLayer: kind, at: tree.headSpan(stage)) && hasRequired(kind, stage)
    case .block(let block):
      if call.join != nil { report(.noBranches(spelling(call.name.symbol)), at: tree.headSpan(stage)) }
      isBound = bind(call.arguments, to: signature(of: program.callable(block)), at: tree.headSpan(stage))
    case .shared:
      report(.sharedTwice(spelling(call.name.symbol)), at: tree.headSpan(stage))
      return nil
    }
    guard isBound else { return nil }
    network.sharedCalls.append(
      SharedCall(
        frame: frame, name: LocalName(symbol: syntax.name.symbol, number: 0), scope: naming.id, callee: callee,
        arguments: bound.values, place: tree.span(syntax.name)))
    return network.sharedCalls.count - 1
  }

  /// Runs a stage that calls what is shared.
  mutating func run(shared index: Int, _ call: Call, _ stage: Stage, _ stageIndex: Int, _ name: StageName) {
    let shared = network.sharedCalls[index]
    let site = tree.headSpan(stage)
    let text = spelling(shared.name.symbol)
    if let argument = call.arguments.range.first {
      report(.sharedArguments(text, declared: shared.place), at: tree.span(tree.arguments[argument]))
      return markBroken()
    }
    if sharing.contains(where: { $0.call == index }) {
      report(.recursiveCall(text, chain: []), at: site)
      return markBroken()
    }
    if case .tensor(let input) = current {
      if let first = shared.first {
        let (before, here) = (network.shape(of: first.input), network.shape(of: input))
        guard before.rank == here.rank, before.channels == here.channels else {
          report(.sharedInput(text, first: before, site: first.site, here: here), at: site)
          return markBroken()
        }
      } else {
        network.sharedCalls[index].first = (site, input)
      }
    }
    let isComplete = network.isComplete
    sharing.append(Sharing(call: index, isRepeated: shared.first != nil))
    bound.values = shared.arguments
    usedVariable = true
    switch shared.callee {
    case .layer(let kind): layer(kind, isBound: true, call, stage, stageIndex, name, shared: index)
    case .block(let block):
      let blockCall = BlockCall(
        block: block, arguments: shared.arguments, isWhole: true, name: shared.name.symbol, shared: index)
      make(blockCall, stage, stageIndex, name)
    case .shared: break
    }
    if let ended = sharing.popLast(), ended.isRepeated, !ended.isBroken, isComplete, network.isComplete,
      ended.used != network.sharedCalls[index].weights.count
    {
      reportDifference(index, at: site)
    }
  }

  /// The weights of the layer that is added next: a set of its own, or the one that a shared call used in this place.
  ///
  /// - Parameter input: The shape that enters the layer.
  mutating func weights(for operation: Operation, _ name: LocalName, of input: Shape) -> WeightsID? {
    guard operation.hasWeights else { return nil }
    guard let id = sharedWeights(sharing.count - 1, name) else {
      if let last = sharing.indices.last, !sharing[last].isBroken {
        sharing[last].isBroken = true
        reportDifference(sharing[last].call, at: network.sharedCalls[sharing[last].call].place)
      }
      return newWeights(name)
    }
    let isOwn = Int(id) == network.weights.count - 1 && network.weights[Int(id)].layer == network.layers.count
    if !isOwn, network.arrays(of: network.weights[Int(id)]) != operation.weights(for: input) {
      if let last = sharing.indices.last, !sharing[last].isBroken {
        sharing[last].isBroken = true
        report(
          .sharedWeights(
            spelling(network.sharedCalls[sharing[last].call].name.symbol), of: network.weights[Int(id)].layer,
            expected: network.arrays(of: network.weights[Int(id)]), found: operation.weights(for: input)),
          at: callSite(of: sharing[last].call))
      }
      markBroken()
    }
    return id
  }

  /// - Returns: Nil where a shared call wants more weights than the first of its calls made.
  private mutating func sharedWeights(_ level: Int, _ name: LocalName) -> WeightsID? {
    guard level >= 0 else { return newWeights(name) }
    let (call, used) = (sharing[level].call, sharing[level].used)
    if sharing[level].isRepeated {
      guard used < network.sharedCalls[call].weights.count else { return nil }
      sharing[level].used += 1
      return network.sharedCalls[call].weights[used]
    }
    guard let id = sharedWeights(level - 1, name) else { return nil }
    network.sharedCalls[call].weights.append(id)
    return id
  }

  private mutating func newWeights(_ name: LocalName) -> WeightsID {
    var (name, scope) = (name, naming.id)
    // A shared layer has the name that it is declared with.
    if let last = sharing.last, case .layer = network.sharedCalls[last.call].callee {
      let shared = network.sharedCalls[last.call]
      (name, scope) = (shared.name, shared.scope)
    }
    network.weights.append(
      WeightSet(
        layerIndex: Int32(truncatingIfNeeded: network.layers.count), name: name, scope: scope,
        sharedIndex: Int32(sharing.last?.call ?? -1)))
    return WeightsID(network.weights.count - 1)
  }

  private mutating func reportDifference(_ index: Int, at span: Span) {
    let shared = network.sharedCalls[index]
    report(.sharedDiffers(spelling(shared.name.symbol), first: shared.first?.site ?? shared.place), at: span)
    markBroken()
  }

  private func callSite(of shared: Int) -> Span {
    if case .block = network.sharedCalls[shared].callee, let site = callStack.last?.site { return site }
    return network.sharedCalls[shared].place
  }

  /// Warns of what is shared and never called.
  mutating func checkSharedCalls() {
    for shared in network.sharedCalls where shared.first == nil {
      report(.unusedShared(spelling(shared.name.symbol)), at: shared.place)
    }
  }
}
