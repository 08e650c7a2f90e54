import CNNLayers
import CNNSyntax
import CNNText

/// Layers: arguments and an input become an operation, and the operation a layer of the network.
extension Expander {
  mutating func layer(_ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName) {
    let isBound =
      call.arguments.isEmpty
      ? here.bindNothing() : here.bind(call, toLayer: kind)
    layer(kind, isBound: isBound, call, stage, index, name)
  }

  /// - Parameters:
  ///   - isBound: Whether `bound` holds the arguments.
  ///   - shared: The shared call that the stage makes.
  mutating func layer(
    _ kind: Int, isBound: Bool, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName, shared: Int? = nil
  ) {
    let layer = here.layer(kind)
    let hasAll = isBound && here.hasRequired(layer, stage)
    let base = shared.map { CountedBase.called(here.built.network.sharedCalls[$0].name.symbol) } ?? .kind(kind)
    guard case .tensor(let input) = here.built.current else {
      if here.built.current == .none { reportMissingInput(at: here.tree.headSpan(stage)) }
      if hasAll { checkArguments(kind, call, stage) }
      here.built.markBroken()
      _ = localName(name, base)
      return
    }
    guard hasAll else {
      _ = localName(name, base)
      here.built.markBroken()
      return
    }
    switch kinds[kind].join {
    case .none, .branches, .residual: break
    case .parts: return makeParts(kind, call, stage, index, name, base, input: input)
    case .inverse: return inverse(kind, call, stage, index, name, base, input: input)
    }
    do throws(SizeFailure) {
      if here.built.tracker.isActive {
        let place = here.tree.headSpan(stage)
        guard let result = try here.built.sizedResult(of: layer, &here.bound, on: input, at: place) else { return }
        add(result.operation, result.output, result.extents, kind, stage, index, localName(name, base), input: input)
      } else {
        guard let result = try here.built.result(of: layer, here.bound, on: input) else { return }
        add(result.operation, result.output, .known, kind, stage, index, localName(name, base), input: input)
      }
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = localName(name, base)
      here.built.markBroken()
    }
  }

  private mutating func add(
    _ operation: consuming Operation, _ output: Shape, _ extents: TensorExtents, _ kind: Int, _ stage: Stage,
    _ index: Int, _ name: LocalName, input: TensorID
  ) {
    let skipsCells = operation.skipsCells
    append(operation, output, kind, index, name, input: input)
    here.built.keep(extents)
    guard skipsCells else { return }
    if let gap = here.built.gap() {
      here.log.report(
        .gap(layer: kinds[kind].name, axis: gap.axis, window: gap.window, stride: gap.stride),
        at: here.tree.headSpan(stage))
    } else {
      warnOfRemainder(here.built.remainders(), stage)
    }
  }

  /// A layer that gives several tensors: an operation for each that the label names. The last is the current one.
  private mutating func makeParts(
    _ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName, _ base: CountedBase, input: TensorID
  ) {
    parts.removeAll(keepingCapacity: true)
    do throws(SizeFailure) {
      let (layer, place) = (here.layer(kind), here.tree.headSpan(stage))
      guard let (parts, extents) = try here.built.parts(of: layer, &here.bound, on: input, at: place)
      else { return }
      let names = partNames(of: stage, index)
      guard parts.count == 1 || names != nil else {
        here.log.report(.unnamedParts(kinds[kind].name, parts.count), at: here.tree.headSpan(stage))
        return here.built.markBroken()
      }
      for (position, part) in parts.enumerated() {
        here.budget.spend(1)
        // A part without a name is not made; how many names there have to be is checked where they are given.
        let partName = names.flatMap { position < $0.count ? $0[position] : nil }
        if names != nil, partName == nil {
          self.parts.append(.unknown)
          continue
        }
        append(
          part.operation, part.output, kind, index, localName(partName.map { .own($0) } ?? name, base), input: input)
        here.built.keep(extents)
        self.parts.append(here.built.current)
      }
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = localName(name, base)
      here.built.markBroken()
    }
  }

  /// The names that a label gives to parts, nil for those it leaves out: `[value, _]: split 2`. A line's label names
  /// what its last stage gives: `[a, b]: from x | split 2`.
  private func partNames(of stage: Stage, _ index: Int) -> [Symbol?]? {
    var pattern: NodeID<Pattern>?
    if case .pattern(let id)? = stage.label { pattern = id } else if lineEnd.stage == index { pattern = lineEnd.label }
    guard let pattern, case .list(let items, _, _) = here.tree[pattern] else { return nil }
    return items.range.map { if case .name(let name) = here.tree.patterns[$0] { name.symbol } else { nil } }
  }

  /// A layer that undoes the one that made a tensor, with what that one read as its second input.
  private mutating func inverse(
    _ kind: Int, _ call: Call, _ stage: Stage, _ index: Int, _ name: StageName, _ base: CountedBase, input: TensorID
  ) {
    let definition = here.layer(kind).definition
    do throws(SizeFailure) {
      var maker: NetworkLayer?
      if case .tensor(let tensor)? = here.bound.values.first?.value {
        maker = here.built.network.producer(of: tensor.id)
      }
      let operation: Operation?
      do throws(LayerFault) {
        operation = try maker.map { (maker) throws(LayerFault) in try kinds[kind].inverse(of: maker.operation) }
      } catch {
        throw .layer(LayerError(error, parameter: definition.parameters.first?.name))
      }
      guard let operation, let source = maker.flatMap({ here.built.network.inputs(of: $0).first }) else {
        // Without a tensor of a layer it says what it needs.
        do throws(LayerError) {
          _ = try definition.operation(here.bound, here.built.shape(of: input))
        } catch {
          throw .layer(error)
        }
        return
      }
      let tensors = [input, source]
      let (output, extents) = try here.built.meeting(operation, tensors, at: here.tree.headSpan(stage))
      append(operation, output, kind, index, localName(name, base), input: input, joined: tensors)
      here.built.keep(extents)
    } catch {
      report(error, kind: kind, call, stage, inputs: [JoinInput(tensor: input, span: nil)])
      _ = localName(name, base)
      here.built.markBroken()
    }
  }

  /// Where the input is not known, what is wrong with any input is still said.
  mutating func checkArguments(_ kind: Int, _ call: Call, _ stage: Stage) {
    do throws(LayerError) {
      _ = try here.layer(kind).definition.operation(
        here.bound, Shape(rank: 2, spatial: Axes(all: 1024), channels: 1))
    } catch {
      if error.fault.isOfArgument { report(error, kind: kind, call, stage, inputs: []) }
    }
  }

  /// The error of a layer, at the argument to blame where there is one.
  mutating func report(_ error: LayerError, kind: Int, _ call: Call, _ stage: Stage?, inputs: [JoinInput]) {
    var span = stage.map { here.tree.headSpan($0) } ?? here.tree.span(call.name)
    if let name = error.parameter, let parameter = here.layer(kind).definition.parameter(named: name) {
      for (position, index) in call.arguments.range.enumerated() {
        let argument = here.tree.arguments[index]
        let isNamed = argument.name.map { here.scope.spelling($0.symbol) == name } ?? false
        let isPositional = argument.name == nil && position == parameter
        if isNamed || isPositional { span = here.tree.span(argument) }
      }
    }
    here.log.report(.layer(error, layer: kinds[kind].name, inputs: inputs), at: span)
    here.built.markBroken()
  }

  mutating func report(_ failure: SizeFailure, kind: Int, _ call: Call, _ stage: Stage?, inputs: [JoinInput]) {
    let span = stage.map { here.tree.headSpan($0) } ?? here.tree.span(call.name)
    switch failure {
    case .layer(let error): report(error, kind: kind, call, stage, inputs: inputs)
    case .symbols(let first, let second): here.log.report(.meetingSymbols(first, second), at: span)
    case .function(let failure): here.log.report(.sizesTooMany(failure), at: span)
    case .noneLeft(let symbol): here.log.report(.noSizeLeft(symbol), at: span)
    }
    here.built.markBroken()
  }

  /// Warns of what the window of the last layer never reads.
  private mutating func warnOfRemainder(_ remainders: [Remainder], _ stage: Stage) {
    if remainders.isEmpty { return }
    let tensor = TensorID(here.built.network.tensors.count - 1)
    here.log.report(.remainder(remainders, tensor: tensor), at: windowSpan(of: tensor) ?? here.tree.headSpan(stage))
  }

  /// From the kernel of a layer to its stride: what makes its window.
  private func windowSpan(of tensor: TensorID) -> Span? {
    guard
      let stage = AuthoredStage(
        here.built.network.producer(of: tensor), in: here.built.frame, of: here.built.network, program)
    else {
      return nil
    }
    let arguments = ["kernel", "stride"].compactMap { stage.argument(for: $0) }.map { here.tree.span($0) }
    return arguments.first.map { first in arguments.dropFirst().reduce(first) { $0.union($1) } }
  }

  mutating func reportMissingInput(at span: Span) {
    here.log.report(.missingInput, at: span)
    here.built.markBroken()
  }

  /// Adds a layer to the network, with the arguments that are bound; its output becomes the current tensor.
  mutating func append(
    _ operation: consuming Operation, _ output: Shape, _ kind: Int, _ stage: Int, _ name: LocalName, input: TensorID,
    joined: [TensorID] = []
  ) {
    let arguments = here.scope.usedVariable ? here.built.record(here.bound) : -1
    let (weights, fault) = here.built.weights(for: operation, name, of: here.built.shape(of: input))
    if let fault { report(fault, operation, here.built.shape(of: input)) }
    here.built.append(
      operation, giving: output, kind: kind, stage: stage, name, input: input, joined: joined, arguments: arguments,
      weights: weights)
  }
}
