import CNNLayers
import CNNSyntax
import CNNText

/// Joins, and what is checked behind a stage.
extension Expander {
  mutating func join(_ kind: Int, _ call: Call, _ stage: Int, _ name: StageName) {
    let syntax = tree.stages[stage]
    let entering = current
    var inputs: [(flow: Flow, span: Span?)] = []
    if let join = call.join {
      if !call.arguments.isEmpty { report(.argumentsAndBranches(kinds[kind].name), at: tree.headSpan(syntax)) }
      betweenRows(stage) { expander in
        expander.scoped(name) { inputs = $0.branches(of: $0.tree[join], kind, entering, at: $0.tree.headSpan(syntax)) }
      }
    } else {
      inputs = [(current, nil)] + named(call)
    }
    usedVariable = false
    bound.values.removeAll(keepingCapacity: true)
    if call.join == nil, !call.arguments.isEmpty {
      usedVariable = true
      for (position, input) in inputs.dropFirst().enumerated() {
        if let value = tensorValue(input.flow) {
          bound.values.append(.init(parameter: position, value: value, isPositional: true))
        }
      }
    }
    let resultKind = kinds[kind].join == .residual ? program.names.add : kind
    let localName = name.isCounted ? nil : name
    if entering == .none { reportMissingInput(at: tree.headSpan(syntax)) }
    if inputs.count == 1, !inputs.contains(where: { $0.flow == .none }), call.join == nil || !hasWrongLines(call) {
      report(.tooFewBranches(kinds[kind].name, inputs.count), at: tree.span(call.name))
      markBroken()
      return
    }
    let tensors = inputs.compactMap { if case .tensor(let id) = $0.flow { id } else { nil } }
    guard tensors.count == inputs.count, inputs.count > 1 else {
      markBroken()
      _ = joinName(localName, resultKind, stage)
      return
    }
    do throws(SizeFailure) {
      let operation: Operation?
      do throws(LayerError) {
        operation = try layers[use(resultKind)].definition.operation(BoundArguments(), network.shape(of: tensors[0]))
      } catch {
        throw .layer(error)
      }
      guard let operation else { return }
      let (output, extents) = try meeting(operation, tensors, at: tree.span(call.name))
      append(
        operation, output, resultKind, stage, joinName(localName, resultKind, stage), input: tensors[0], joined: tensors
      )
      keep(extents)
    } catch {
      let spans = zip(tensors, inputs).map { JoinInput(tensor: $0, span: $1.span) }
      report(error, kind: kind, call, nil, inputs: spans)
      _ = joinName(localName, resultKind, stage)
      markBroken()
    }
  }

  /// The shape of tensors that meet.
  private mutating func meeting(
    _ operation: Operation, _ tensors: [TensorID], at place: Span
  ) throws(SizeFailure) -> (Shape, TensorExtents) {
    if sizes.isActive { return try sizedMeeting(operation, tensors, at: place) }
    let shapes = tensors.map { network.shape(of: $0) }
    do throws(LayerError) {
      return (try operation.output(of: shapes[0], and: Array(shapes.dropFirst())), .known)
    } catch {
      throw .layer(error)
    }
  }

  /// True where the join's body has branches that should be lines, or the other way round.
  private func hasWrongLines(_ call: Call) -> Bool {
    guard let id = call.join, let kind = program.names.layer(call.name.symbol) else { return false }
    return kinds[kind].join == .residual ? !tree[id].branches.isEmpty : !tree[id].body.statements.isEmpty
  }

  private mutating func joinName(_ name: StageName?, _ kind: Int, _ stage: Int) -> LocalName {
    if case .own(let symbol) = name { return LocalName(symbol: symbol, number: 0) }
    if case .under(let label) = name {
      let symbol = network.symbols.intern(label, dot: program.names.layerSymbols[kind])
      let number = naming.nextBlock(symbol)
      return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
    }
    return countedName(program.names.layerSymbols[kind], naming.nextLayer(kind, of: kinds.count), stage)
  }

  /// The tensors that stand behind a join: `concat a, b`.
  private mutating func named(_ call: Call) -> [(Flow, Span?)] {
    var inputs: [(Flow, Span?)] = []
    for index in call.arguments.range {
      let argument = tree.arguments[index]
      let span = tree.span(argument)
      if let name = argument.name {
        let callee = spelling(call.name.symbol)
        report(.unknown(spelling(name.symbol), of: callee, nearest: nil, parameters: []), at: tree.span(name))
        inputs.append((.unknown, span))
        continue
      }
      guard let value = evaluate(argument.value) else {
        inputs.append((.unknown, span))
        continue
      }
      switch value {
      case .tensor(let tensor): inputs.append((.tensor(tensor.id), span))
      case .text(let text): inputs.append((tensor(named: text, at: span) ?? .unknown, span))
      case .number, .decimal, .boolean, .shape, .list, .range, .word, .layer, .size:
        report(.needs("a tensor", found: value), at: span)
        inputs.append((.unknown, span))
      }
    }
    return inputs
  }

  /// Runs the branches of a join; each gives a tensor and the place of its last stage.
  private mutating func branches(
    of join: Join, _ kind: Int, _ entering: Flow, at head: Span
  ) -> [(flow: Flow, span: Span?)] {
    nesting += 1
    defer { nesting -= 1 }
    visited.insert(join.body, in: file)
    let name = kinds[kind].name
    let isResidual = kinds[kind].join == .residual
    let mark = locals.count
    var results: [(flow: Flow, span: Span?)] = []
    if isResidual {
      if let first = join.branches.range.first {
        report(.branchesInResidual, at: tree.span(tree.branches[first].dash))
        runDetached(join)
        return [(.unknown, nil)]
      }
      run(join.body.statements, at: tree.span(join.body.open), until: join.body.close)
      results = [(current, lastStage(join.body.statements)), (entering, nil)]
    } else {
      if let first = join.body.statements.range.first {
        report(.linesInBranches(name), at: firstSpan(tree.statements[first]) ?? head)
        runDetached(join)
        return [(.unknown, nil)]
      }
      for index in join.branches.range {
        current = entering
        atDash = true
        let branch = tree.branches[index]
        run(branch.statements, at: tree.span(branch.dash), until: end(ofBranch: index, join))
        results.append((current, lastStage(branch.statements) ?? tree.span(branch.dash)))
        locals.removeSubrange(mark...)
      }
      atDash = false
    }
    locals.removeSubrange(mark...)
    return results
  }

  /// Runs the lines of a join that makes no sense, for the mistakes in them.
  mutating func runDetached(_ join: Join) {
    let entering = current
    let mark = locals.count
    visited.insert(join.body, in: file)
    run(join.body.statements, at: tree.span(join.body.open), until: firstDash(join) ?? join.body.close)
    for index in join.branches.range {
      current = entering
      let branch = tree.branches[index]
      run(branch.statements, at: tree.span(branch.dash), until: end(ofBranch: index, join))
      locals.removeSubrange(mark...)
    }
    locals.removeSubrange(mark...)
  }

  private func firstDash(_ join: Join) -> TokenID? {
    join.branches.range.first.map { tree.branches[$0].dash }
  }

  /// The dash of the next branch, or the brace that closes the join.
  private func end(ofBranch index: Int, _ join: Join) -> TokenID {
    index + 1 < join.branches.range.upperBound ? tree.branches[index + 1].dash : join.body.close
  }

  private func lastStage(_ statements: NodeList<Statement>) -> Span? {
    for index in statements.range.reversed() {
      if case .pipeline(let stages) = tree.statements[index] {
        return tree.headSpan(tree.stages[stages.range.upperBound - 1])
      }
    }
    return nil
  }

  private func firstSpan(_ statement: Statement) -> Span? {
    switch statement {
    case .pipeline(let stages): tree.headSpan(tree.stages[Int(stages.start)])
    case .binding(let id): tree.span(tree[id].name)
    case .input(let id): tree.span(tree[id].keyword)
    case .output(let id): tree.span(tree[id].keyword)
    case .expect(let keyword, _): tree.span(keyword)
    }
  }
}

extension Expander.StageName {
  var isCounted: Bool {
    switch self {
    case .counted: true
    case .own, .under: false
    }
  }
}

// MARK: - What is checked behind a stage

extension Expander {
  /// `-> 7x7x64`. After a mistake, a shape without open extents lets the checking go on from there.
  mutating func check(_ assertion: NodeID<Expression>, after stage: Stage) {
    guard let value = evaluate(assertion) else { return }
    if sizes.isActive, case .tensor(let tensor) = current, !assertSizes(value, of: tensor, at: assertion) { return }
    guard let expected = extents(value, at: assertion) else { return }
    switch current {
    case .none: return
    case .unknown:
      guard let shape = Shape(expected.compactMap { $0 }), shape.extents.count == expected.count,
        shape.checkedElements != nil
      else { return }
      assume(shape, at: stage)
    case .tensor(let id):
      let found = network.shape(of: id).extents
      let fits = found.count == expected.count && zip(found, expected).allSatisfy { $1 == nil || $0 == $1 }
      guard !fits else { return checkSizesAreLeft(at: assertion) }
      if case .call(let call) = stage.kind, case .block? = callee(of: call.name),
        !isWorthSaying(of: "-> " + spelling(call.name.symbol))
      {
        return markBroken()
      }
      report(.assertion(expected: expected, found: id), at: differing(assertion, expected, found))
      // What follows is checked against what the author has in mind.
      let meant = expected.count == found.count ? zip(expected, found).map { $0 ?? $1 } : expected.compactMap { $0 }
      guard let shape = Shape(meant), shape.extents.count == expected.count, shape.checkedElements != nil else {
        return markBroken()
      }
      assume(shape, at: stage)
    }
  }

  /// The part of an assertion that differs: all of it, its channels, or its spatial extents.
  private func differing(_ assertion: NodeID<Expression>, _ expected: [Int32?], _ found: [Int32]) -> Span {
    let whole = tree.span(assertion)
    guard case .shape = tree[assertion], expected.count == found.count, expected.count > 1 else { return whole }
    let channelsDiffer = expected.last.flatMap { $0 }.map { $0 != found.last } ?? false
    let spatialDiffers = zip(expected, found).dropLast().contains { $0 != nil && $0 != $1 }
    let text = Array(tree.text(assertion).utf8)
    guard channelsDiffer != spatialDiffers, let cut = text.lastIndex(of: UInt8(ascii: "x")) else { return whole }
    return channelsDiffer
      ? Span(file: whole.file, start: whole.start + UInt32(cut) + 1, end: whole.end)
      : Span(file: whole.file, start: whole.start, end: whole.start + UInt32(cut))
  }

  private mutating func extents(_ value: Value, at id: NodeID<Expression>) -> [Int32?]? {
    guard let items = value.elements ?? (value.double == nil ? nil : [value]), (1...4).contains(items.count) else {
      report(.needs("a shape", found: value), at: tree.span(id))
      return nil
    }
    var extents: [Int32?] = []
    for item in items {
      if item == .openExtent {
        extents.append(nil)
        continue
      }
      do throws(LayerFault) {
        if case .size(let expression) = item, !expression.isCondition {
          extents.append(standIn(of: expression))
        } else {
          extents.append(try item.whole(atLeast: 1))
        }
      } catch {
        report(.layer(LayerError(error), layer: "shape", inputs: []), at: tree.span(id))
        return nil
      }
    }
    return extents
  }

  /// Goes on from the shape the author states where a mistake left none.
  private mutating func assume(_ shape: Shape, at stage: Stage) {
    markBroken()
    network.layers.append(
      NetworkLayer(
        operation: .input, output: shape, frame: frame, stage: nil, kindIndex: -1,
        name: LocalName(symbol: network.symbols.intern("assumed"), number: 0), scope: -1, input: -1, joinStart: 0,
        joinCount: 0, argumentList: -1))
    current = .tensor(TensorID(network.layers.count - 1))
  }

  /// Real rows or columns that the window of the last layer never reads.
  mutating func warnOfRemainder(_ operation: Operation, _ input: Shape, _ output: Shape, _ stage: Stage) {
    guard let window = operation.window, !operation.roundsUp else { return }
    guard (0..<Int(input.rank)).contains(where: { window.stride[$0] > 1 }) else { return }
    let padding = paddingBehindInput()
    var remainders: [Remainder] = []
    for axis in 0..<Int(input.rank) where window.stride[axis] > 1 {
      let unread = window.unread(axis, of: input, cells: output.spatial[axis]) - Int64(padding[axis])
      if unread > 0 { remainders.append(Remainder(axis: axis, unread: unread)) }
    }
    if !remainders.isEmpty {
      let tensor = TensorID(network.layers.count - 1)
      report(.remainder(remainders, tensor: tensor), at: windowSpan(of: tensor) ?? tree.headSpan(stage))
    }
  }

  /// Cells at the end of what the last layer reads that a layer before it added: `zeropad 3 | conv 64, 7x7, stride 2`.
  func paddingBehindInput() -> Axes {
    guard let layer = network.layers.last, let input = network.inputs(of: layer).first,
      case .pad(_, _, let after) = network.layers[Int(input)].operation
    else { return Axes(all: 0) }
    return after
  }

  /// From the kernel of a layer to its stride: what makes its window.
  private func windowSpan(of tensor: TensorID) -> Span? {
    guard let stage = authored(network.layers[Int(tensor)], in: frame) else { return nil }
    let arguments = ["kernel", "stride"].compactMap { stage.argument(for: $0) }.map { tree.span($0) }
    return arguments.first.map { first in arguments.dropFirst().reduce(first) { $0.union($1) } }
  }
}
