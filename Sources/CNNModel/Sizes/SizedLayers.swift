import CNNLayers
import CNNSyntax
import CNNText

/// Why extents cannot be followed as functions of the sizes.
enum SizeFailure: Error {
  /// The layer cannot be, whatever the sizes.
  case layer(LayerError)
  /// Two symbols meet in one extent.
  case symbols(Int, Int)
  case function(SizeFunction.Failure)
  /// The layer takes no size of the symbol that came as far as it.
  case noneLeft(Int)
}

/// Layers on tensors whose extents depend on symbols: first the extents as functions of all sizes, then the layer itself
/// with the size that stands for them. A layer that does not take the stand-in moves it to a size that is left.
extension NetworkBuilder {
  /// The operation of a layer and the shape it gives, with the sizes that it takes.
  ///
  /// - Returns: Nil for a layer that passes its input through.
  mutating func sizedOperation(
    _ definition: LayerDefinition, _ arguments: inout BoundArguments, on input: TensorID, at place: Span
  ) throws(SizeFailure) -> LayerResult? {
    restamp(&arguments)
    guard let (extents, built) = try outputExtents(definition, arguments, input, at: place) else { return nil }
    let hasMoved = tracker.moveStandIns() || tracker.hasStaleShapes
    if hasMoved { refreshShapes() }
    let result: (operation: Operation, output: Shape)?
    do throws(LayerError) {
      result = try fitting(definition, &arguments, input, extents, hasMoved ? nil : built)
    } catch {
      throw .layer(error)
    }
    try requireSizesLeft()
    return result.map { LayerResult(operation: $0.operation, output: $0.output, extents: extents) }
  }

  /// The operation at the stand-ins, or at smaller ones where a tensor is too large at those.
  ///
  /// - Parameter built: The operation if it is known.
  private mutating func fitting(
    _ definition: LayerDefinition, _ arguments: inout BoundArguments, _ input: TensorID, _ extents: TensorExtents,
    _ built: Operation?
  ) throws(LayerError) -> (operation: Operation, output: Shape)? {
    var failure: LayerError
    do throws(LayerError) {
      if let built { return (built, try built.output(of: network.shape(of: input))) }
      return try operation(definition, &arguments, input, extents)
    } catch {
      failure = error
    }
    while failure.fault.isOfMemory, tracker.shrinkStandIns() {
      refreshShapes()
      do throws(LayerError) {
        return try operation(definition, &arguments, input, extents)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private mutating func operation(
    _ definition: LayerDefinition, _ arguments: inout BoundArguments, _ input: TensorID, _ extents: TensorExtents
  ) throws(LayerError) -> (operation: Operation, output: Shape)? {
    restamp(&arguments)
    // Arguments hold extents below 2^31 only.
    for axis in 0..<3 where tracker.exhausted == nil {
      guard let extent = extents[axis] else { continue }
      // Without a value it is beyond 64 bits.
      let value = tracker.standIn(of: extent) ?? .max
      if value > Int64(Extent.max) {
        throw LayerError(.tensorTooLarge(extents: [value]))
      }
    }
    let shape = network.shape(of: input)
    guard let operation = try definition.operation(arguments, shape) else { return nil }
    return (operation, try operation.output(of: shape))
  }

  /// Where no size is left, the stand-in is none of them, though the layer may take it.
  func requireSizesLeft() throws(SizeFailure) {
    if let symbol = tracker.exhausted { throw .noneLeft(symbol) }
  }

  /// Takes over the extents of a new tensor, the last.
  mutating func keep(_ extents: TensorExtents) {
    if tracker.isActive { tracker.setExtents(extents, of: TensorID(network.tensors.count - 1)) }
  }

  // MARK: - Extents as functions

  /// The extents that a layer gives, and its operation where they follow from that; nil for a layer that passes its
  /// input through.
  private mutating func outputExtents(
    _ definition: LayerDefinition, _ arguments: BoundArguments, _ input: TensorID, at place: Span
  ) throws(SizeFailure) -> (TensorExtents, Operation?)? {
    let shape = network.shape(of: input)
    let known = tracker.extents(of: input)
    if definition.regroups, !known.isKnown || arguments.values.contains(where: { $0.value.dependsOnSize }) {
      return (try regroupedExtents(of: input, arguments, at: place), nil)
    }
    var changes: [ExtentChange?] = []
    var operation: Operation?
    do throws(LayerError) {
      if let answer = definition.changes { changes = try answer(arguments, shape) }
      if changes.contains(where: { $0 == nil }) || changes.isEmpty {
        operation = try definition.operation(arguments, shape)
        if operation == nil { return nil }
      }
      if let operation, !known.isKnown, let result = try reordered(operation, known, shape) {
        return (result, operation)
      }
    } catch {
      // On a map whose extents are not known, a `flatten` is no way out.
      if case .needsFlatten = error.fault, !known.isKnown { throw .layer(LayerError(.unknownExtents)) }
      throw .layer(error)
    }
    var extents = TensorExtents.known
    for axis in 0..<Int(shape.rank) {
      let change = axis < changes.count ? changes[axis] : nil
      guard let change = change ?? operation?.change(axis) else { continue }
      extents[axis] = try changed(known[axis], by: change, axis, of: input, at: place)
    }
    return (extents, operation)
  }

  /// Operations that move axes, or whose weights and outputs need to know them all; nil for the others.
  private func reordered(
    _ operation: Operation, _ known: TensorExtents, _ shape: Shape
  ) throws(LayerError) -> TensorExtents? {
    switch operation.extentFlow {
    case .axisByAxis: return nil
    case .gone: return .known
    case .moved(let permutation):
      let rank = Int(shape.rank)
      if permutation[rank] != rank, known[permutation[rank]] != nil { throw LayerError(.unknownExtents) }
      var extents = TensorExtents.known
      for axis in 0..<rank where permutation[axis] != rank { extents[axis] = known[permutation[axis]] }
      return extents
    }
  }

  mutating func changed(
    _ extent: SizeReference?, by change: ExtentChange, _ axis: Int, of tensor: TensorID, at place: Span
  ) throws(SizeFailure) -> SizeReference? {
    if case .cut(.tensor(let id)) = change, let extent, let other = tracker.extents(of: id)[axis],
      extent.symbol != other.symbol
    {
      throw .symbols(Int(extent.symbol), Int(other.symbol))
    }
    if case .cut(.expression(let expression)) = change, let extent, Int(extent.symbol) != expression.symbol {
      throw .symbols(Int(extent.symbol), expression.symbol)
    }
    if case .needed = change, extent != nil { throw .layer(LayerError(.unknownExtents)) }
    do throws(SizeFunction.Failure) {
      switch change {
      case .needed: return nil
      case .rule(let rule):
        guard let extent else { return nil }
        let function = try tracker.mapped(extent.function, rule)
        let result = SizeReference(symbol: extent.symbol, function: function)
        return try settle(result, axis, .rule(rule, of: extent.function), at: place)
      case .taken(let target):
        guard let wanted = try reference(target, axis) else { return nil }
        return try settle(wanted, axis, .input, at: place)
      case .cut(let target):
        let wanted = try reference(target, axis)
        guard let symbol = extent?.symbol ?? wanted?.symbol else { return nil }
        let own = try function(of: extent, or: network.shape(of: tensor).spatial[axis])
        let other = try function(of: wanted, or: number(target, axis))
        let result = SizeReference(symbol: symbol, function: try tracker.meeting(.cut, own, other))
        return try settle(result, axis, .cut(own, to: other), at: place)
      }
    } catch {
      throw .function(error)
    }
  }

  /// The function of an extent; that of a known one is the same number for every size.
  mutating func function(of extent: SizeReference?, or number: Extent) throws(SizeFunction.Failure) -> Int32 {
    if let extent { return extent.function }
    return try tracker.id(of: .constant(Int64(number)))
  }

  private func number(_ target: ExtentTarget, _ axis: Int) -> Extent {
    switch target {
    case .tensor(let id): network.shape(of: id).spatial[axis]
    case .known(let extent): extent
    case .expression(let expression): expression.standIn
    }
  }

  private mutating func reference(
    _ target: ExtentTarget, _ axis: Int
  ) throws(SizeFunction.Failure) -> SizeReference? {
    switch target {
    case .tensor(let id): return tracker.extents(of: id)[axis]
    case .known: return nil
    case .expression(let expression):
      return SizeReference(symbol: Int32(expression.symbol), function: try tracker.id(of: try expression.extent()))
    }
  }

  /// Leaves only the sizes for which an extent has a value. An extent that is the same number for all of them does not
  /// depend on the symbol any more.
  mutating func settle(
    _ extent: SizeReference, _ axis: Int, _ cause: SizeCondition.Cause, tensor: TensorID? = nil, at place: Span
  ) throws(SizeFunction.Failure) -> SizeReference? {
    let symbol = Int(extent.symbol)
    if try tracker.leaveDomain(of: extent) {
      tracker.record(
        SizeCondition(
          symbol: symbol, cause: cause, tensor: tensor ?? TensorID(network.tensors.count), axis: axis, place: place,
          leaves: tracker.sizes.symbols[symbol].valid))
    }
    return known(extent)
  }

  /// Nil where the extent is a plain number.
  func known(_ extent: SizeReference) -> SizeReference? {
    tracker.sizes.functions[Int(extent.function)].isConstant ? nil : extent
  }

  // MARK: - Shapes at the stand-ins

  /// Gives shapes that were worked out with a stand-in that has moved their extents at the new one.
  mutating func refreshShapes() {
    guard tracker.hasStaleShapes else { return }
    tracker.hasStaleShapes = false
    for index in network.tensors.indices {
      let extents = tracker.extents(of: TensorID(index))
      if extents.isKnown { continue }
      var spatial = network.tensors[index].shape.spatial
      for axis in 0..<3 {
        guard let extent = extents[axis], let value = tracker.standIn(of: extent) else { continue }
        spatial[axis] = Int32(clamping: value)
      }
      network.tensors[index].shape = network.tensors[index].shape.with(spatial: spatial)
    }
  }

  /// Gives arguments that depend on sizes, or are tensors, their values at the stand-ins.
  private func restamp(_ arguments: inout BoundArguments) {
    for index in arguments.values.indices {
      let argument = arguments.values[index]
      guard argument.value.changesWithStandIns, let value = stamped(argument.value) else { continue }
      arguments.values[index] = .init(
        parameter: argument.parameter, value: value, isPositional: argument.isPositional)
    }
  }

  private func stamped(_ value: Value) -> Value? {
    switch value {
    case .size(var expression):
      expression.standIn = tracker.standIn(of: expression)
      return .size(expression)
    case .tensor(let tensor): return .tensor(TensorValue(id: tensor.id, shape: network.shape(of: tensor.id)))
    case .list(let items):
      if !items.contains(where: { stamped($0) != nil }) { return nil }
      return .list(items.map { stamped($0) ?? $0 })
    case .number, .decimal, .boolean, .shape, .range, .word, .text, .layer: return nil
    }
  }
}

extension Value {
  /// True for what holds numbers of the stand-ins.
  fileprivate var changesWithStandIns: Bool {
    switch self {
    case .size, .tensor: true
    case .list(let items): items.contains(where: \.changesWithStandIns)
    case .number, .decimal, .boolean, .shape, .range, .word, .text, .layer: false
    }
  }
}

extension LayerFault {
  /// True for tensors and counts that are too large, which they need not be at a smaller size.
  fileprivate var isOfMemory: Bool {
    switch self {
    case .tensorTooLarge, .countTooLarge, .totalTooLarge: true
    case .wrongType, .notWhole, .belowMinimum, .aboveMaximum, .wrongExtentCount, .unknownWord, .negativePadding,
      .dependsOnSize, .missingOneOf, .excludeEachOther, .alignedCorners, .causalNeedsLength, .evenHalf,
      .outputPadding, .notDivisible, .badOrder, .badRange, .inputRank, .needsFlatten, .windowTooLarge, .poolPadding,
      .padTooLarge, .emptyOutput, .elementCount, .unknownExtents, .tooFewInputs, .inputsDiffer, .noAxis, .severalAxes,
      .severalOpen, .descending, .openExtent, .tooManyInputs, .unequal, .notPooled, .noPool:
      false
    }
  }
}
