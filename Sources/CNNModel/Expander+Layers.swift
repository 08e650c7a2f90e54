import CNNLayers
import CNNSyntax
import CNNText

/// Layers: arguments and an input become an operation, and the operation a layer of the network.
extension Expander {
  mutating func layer(_ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    let isBound = call.arguments.isEmpty ? bindNothing() : bind(call, toLayer: kind, at: tree.headSpan(stage))
    layer(kind, isBound: isBound, call, stage, index, name)
  }

  /// - Parameters:
  ///   - isBound: Whether `bound` holds the arguments.
  ///   - shared: The shared call that the stage makes.
  mutating func layer(
    _ kind: Int, isBound: Bool, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName, shared: Int? = nil
  ) {
    let hasAll = isBound && hasRequired(kind, stage)
    let base = shared.map { CountedBase.called(network.sharedCalls[$0].name.symbol) } ?? .kind(kind)
    guard case .tensor(let input) = current else {
      if current == .none { reportMissingInput(at: tree.headSpan(stage)) }
      if hasAll { checkArguments(kind, call, stage) }
      markBroken()
      _ = localName(name, base)
      return
    }
    guard hasAll else {
      _ = localName(name, base)
      markBroken()
      return
    }
    switch kinds[kind].join {
    case .none, .branches, .residual: break
    case .parts: return makeParts(kind, call, stage, index, name, base, input: input)
    case .inverse: return inverse(kind, call, stage, index, name, base, input: input)
    }
    do throws(SizeFailure) {
      guard let result = try computed(kind, input: input, at: tree.headSpan(stage)) else { return }
      append(result.operation, result.output, kind, index, localName(name, base), input: input)
      keep(result.extents)
      if leavesRemainderAlways(result.operation, input) {
        warnOfRemainder(result.operation, network.shape(of: input), result.output, stage)
      }
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = localName(name, base)
      markBroken()
    }
  }

  /// What a layer computes on a tensor, with the shape and the extents it gives; nil for one that passes its input
  /// through. Where no input has a symbol, the shape says all there is to say of the extents.
  private mutating func computed(
    _ kind: Int, input: TensorID, at place: Span
  ) throws(SizeFailure) -> (operation: Operation, output: Shape, extents: TensorExtents)? {
    if sizes.isActive {
      guard let result = try sizedOperation(kind, input: input, at: place) else { return nil }
      try count(result.operation, network.shape(of: input), giving: result.output)
      return result
    }
    let shape = network.shape(of: input)
    let operation: Operation
    let output: Shape
    do throws(LayerError) {
      guard let made = try layers[use(kind)].definition.operation(bound, shape) else { return nil }
      (operation, output) = (made, try made.output(of: shape))
    } catch {
      throw .layer(error)
    }
    try count(operation, shape, giving: output)
    return (operation, output, .known)
  }

  private mutating func count(_ operation: Operation, _ input: Shape, giving output: Shape) throws(SizeFailure) {
    do throws(LayerError) {
      try operation.count(input: input, output: output, into: &counts)
    } catch {
      throw .layer(error)
    }
  }

  /// A layer that gives several tensors: an operation for each that the label names. The last is the current one.
  private mutating func makeParts(
    _ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName, _ base: CountedBase, input: TensorID
  ) {
    parts.removeAll(keepingCapacity: true)
    do throws(SizeFailure) {
      var extents = TensorExtents.known
      if sizes.isActive {
        guard let result = try sizedOperation(kind, input: input, at: tree.headSpan(stage)) else { return }
        extents = result.extents
      }
      let shape = network.shape(of: input)
      var parts: [(operation: Operation, output: Shape)] = []
      do throws(LayerError) {
        for operation in try layers[use(kind)].definition.parts(bound, shape) {
          parts.append((operation, try operation.output(of: shape)))
        }
      } catch {
        throw .layer(error)
      }
      let names = partNames(of: stage, index)
      guard parts.count == 1 || names != nil else {
        report(.unnamedParts(kinds[kind].name, parts.count), at: tree.headSpan(stage))
        return markBroken()
      }
      for (position, part) in parts.enumerated() {
        spend(1)
        // A part without a name is not made; how many names there have to be is checked where they are given.
        let partName = names.flatMap { position < $0.count ? $0[position] : nil }
        if names != nil, partName == nil {
          self.parts.append(.unknown)
          continue
        }
        append(
          part.operation, part.output, kind, index, localName(partName.map { .own($0) } ?? name, base), input: input)
        keep(extents)
        self.parts.append(current)
      }
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = localName(name, base)
      markBroken()
    }
  }

  /// The names that a label gives to parts, nil for those it leaves out: `[value, _]: split 2`. A line's label names
  /// what its last stage gives: `[a, b]: from x | split 2`.
  private func partNames(of stage: Stage, _ index: Int) -> [Symbol?]? {
    var pattern: NodeID<Pattern>?
    if case .pattern(let id)? = stage.label { pattern = id } else if lineEnd.stage == index { pattern = lineEnd.label }
    guard let pattern, case .list(let items, _, _) = tree[pattern] else { return nil }
    return items.range.map { if case .name(let name) = tree.patterns[$0] { name.symbol } else { nil } }
  }

  /// A layer that undoes the one that made a tensor, with what that one read as its second input.
  private mutating func inverse(
    _ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName, _ base: CountedBase, input: TensorID
  ) {
    let definition = layers[use(kind)].definition
    do throws(SizeFailure) {
      var maker: NetworkLayer?
      if case .tensor(let tensor)? = bound.values.first?.value { maker = network.producer(of: tensor.id) }
      let operation: Operation?
      do throws(LayerFault) {
        operation = try maker.map { (maker) throws(LayerFault) in try kinds[kind].inverse(of: maker.operation) }
      } catch {
        throw .layer(LayerError(error, parameter: definition.parameters.first?.name))
      }
      guard let operation, let source = maker.flatMap({ network.inputs(of: $0).first }) else {
        // Without a tensor of a layer it says what it needs.
        do throws(LayerError) {
          _ = try definition.operation(bound, network.shape(of: input))
        } catch {
          throw .layer(error)
        }
        return
      }
      let tensors = [input, source]
      let (output, extents) = try meeting(operation, tensors, at: tree.headSpan(stage))
      append(operation, output, kind, index, localName(name, base), input: input, joined: tensors)
      keep(extents)
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = localName(name, base)
      markBroken()
    }
  }

  /// Where the input is not known, what is wrong with any input is still said.
  mutating func checkArguments(_ kind: Int, _ call: Call, _ stage: Stage) {
    do throws(LayerError) {
      _ = try layers[use(kind)].definition.operation(bound, Shape(rank: 2, spatial: Axes(all: 1024), channels: 1))
    } catch {
      if error.fault.isOfArgument { report(error, kind: kind, call, stage, inputs: []) }
    }
  }

  mutating func bindNothing() -> Bool {
    bound.values.removeAll(keepingCapacity: true)
    usedVariable = false
    return true
  }

  mutating func bind(_ call: Call, toLayer kind: Int, at head: Span) -> Bool {
    bind(call.arguments, to: signature(ofLayer: kind), at: head)
  }

  mutating func hasRequired(_ kind: Int, _ stage: Stage) -> Bool {
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

  mutating func report(_ failure: SizeFailure, kind: Int, _ call: Call, _ stage: Stage?, inputs: [JoinInput]) {
    let span = stage.map { tree.headSpan($0) } ?? tree.span(call.name)
    switch failure {
    case .layer(let error): report(error, kind: kind, call, stage, inputs: inputs)
    case .symbols(let first, let second): report(.meetingSymbols(first, second), at: span)
    case .function(let failure): report(.sizesTooMany(failure), at: span)
    case .noneLeft(let symbol): report(.noSizeLeft(symbol), at: span)
    }
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
    let weights = weights(for: operation, name, of: network.shape(of: input))
    let id = network.append(
      operation, giving: output, kind: kind, frame: frame, stage: NodeID(stage), name: name, scope: naming.id,
      input: input, joined: joined, argumentList: list, weights: weights)
    current = .tensor(id)
  }

  mutating func recordArguments() -> Int32 {
    let start = network.arguments.count
    network.arguments += bound.values
    network.argumentRanges.append(start..<network.arguments.count)
    return Int32(network.argumentRanges.count - 1)
  }
}
