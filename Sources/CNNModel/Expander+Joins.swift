import CNNLayers
import CNNSyntax
import CNNText

/// Joins, and what is checked behind a stage.
extension Expander {
  mutating func join(_ kind: Int, _ call: Call, _ stage: Int, _ name: StageName) {
    let syntax = tree.stages[stage]
    let entering = current
    let operands = operands(call, of: kind)
    var inputs: [(flow: Flow, span: Span?)] = []
    var isWhole = operands.isWhole
    if let join = call.join {
      if operands.count > 0 { report(.argumentsAndBranches(kinds[kind].name), at: tree.headSpan(syntax)) }
      betweenRows(stage) { expander in
        expander.scoped(name) {
          let found = $0.branches(of: $0.tree[join], kind, entering)
          isWhole = isWhole && (found.map { !$0.lacksBranches } ?? false)
          inputs = (found?.inputs ?? []).map { ($0.flow, $0.span) }
        }
      }
    } else {
      // The tensor that enters is the first, unless the named ones are as many as can meet, or it is among them.
      let isEnough = kinds[kind].operands.map { $0 == operands.inputs.count } ?? operands.name(entering)
      inputs = (isEnough ? [] : [(current, nil)]) + operands.inputs
    }
    usedVariable = !call.arguments.isEmpty
    bound = operands.arguments
    let constants = call.join == nil ? operands.constants(after: inputs.count - operands.inputs.count) : []
    let resultKind = kinds[kind].join == .residual ? program.names.add : kind
    if entering == .none { reportMissingInput(at: tree.headSpan(syntax)) }
    if isWhole, inputs.count + constants.count < 2, !inputs.contains(where: { $0.flow == .none }) {
      report(.tooFewBranches(kinds[kind].name, inputs.count), at: tree.span(call.name))
      markBroken()
      return
    }
    let tensors = inputs.compactMap { if case .tensor(let id) = $0.flow { id } else { nil } }
    guard isWhole, tensors.count == inputs.count, inputs.count + constants.count > 1 else {
      markBroken()
      _ = localName(name, .kind(resultKind))
      return
    }
    do throws(SizeFailure) {
      let operation: Operation?
      do throws(LayerError) {
        operation = try layers[use(resultKind)].definition.operation(operands.named, network.shape(of: tensors[0]))
      } catch {
        throw .layer(error)
      }
      guard let operation = operation?.with(constants) else { return }
      let (output, extents) = try meeting(operation, tensors, at: tree.span(call.name))
      append(
        operation, output, resultKind, stage, localName(name, .kind(resultKind)), input: tensors[0], joined: tensors
      )
      keep(extents)
    } catch {
      let spans = zip(tensors, inputs).map { JoinInput(tensor: $0, span: $1.span) }
      report(error, kind: kind, call, nil, inputs: spans)
      _ = localName(name, .kind(resultKind))
      markBroken()
    }
  }

  /// The shape of tensors that meet.
  mutating func meeting(
    _ operation: Operation, _ tensors: [TensorID], at place: Span
  ) throws(SizeFailure) -> (Shape, TensorExtents) {
    if sizes.isActive {
      let (output, extents) = try sizedMeeting(operation, tensors, at: place)
      do throws(LayerError) {
        try count(operation, tensors, giving: output)
      } catch {
        throw .layer(error)
      }
      return (output, extents)
    }
    let shapes = tensors.map { network.shape(of: $0) }
    do throws(LayerError) {
      let output = try operation.output(of: shapes[0], and: Array(shapes.dropFirst()))
      try count(operation, tensors, giving: output)
      return (output, .known)
    } catch {
      throw .layer(error)
    }
  }

  private mutating func count(
    _ operation: Operation, _ tensors: [TensorID], giving output: Shape
  ) throws(LayerError) {
    if operation.isJoin { return }
    let shapes = tensors.map { network.shape(of: $0) }
    try operation.count(input: shapes[0], and: Array(shapes.dropFirst()), output: output, into: &counts)
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
    let id = network.append(
      .input, giving: shape, kind: -1, frame: frame, stage: nil,
      name: LocalName(symbol: network.symbols.intern("assumed"), number: 0), scope: -1)
    current = .tensor(id)
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
      let tensor = TensorID(network.tensors.count - 1)
      report(.remainder(remainders, tensor: tensor), at: windowSpan(of: tensor) ?? tree.headSpan(stage))
    }
  }

  /// Cells at the end of what the last layer reads that a layer before it added: `zeropad 3 | conv 64, 7x7, stride 2`.
  func paddingBehindInput() -> Axes {
    guard let layer = network.layers.last, let input = network.inputs(of: layer).first,
      case .pad(_, _, let after) = network.producer(of: input).operation
    else { return Axes(all: 0) }
    return after
  }

  /// From the kernel of a layer to its stride: what makes its window.
  private func windowSpan(of tensor: TensorID) -> Span? {
    guard let stage = AuthoredStage(network.producer(of: tensor), in: frame, of: network, program) else { return nil }
    let arguments = ["kernel", "stride"].compactMap { stage.argument(for: $0) }.map { tree.span($0) }
    return arguments.first.map { first in arguments.dropFirst().reduce(first) { $0.union($1) } }
  }
}
