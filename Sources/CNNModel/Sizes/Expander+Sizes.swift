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
extension Expander {
  /// The operation of a layer and the shape it gives, with the sizes that it takes.
  ///
  /// - Returns: Nil for a layer that passes its input through.
  mutating func sizedOperation(
    _ kind: Int, input: TensorID, at place: Span
  ) throws(SizeFailure) -> (operation: Operation, output: Shape, extents: TensorExtents)? {
    let definition = layers[use(kind)].definition
    restamp()
    guard let (extents, built) = try outputExtents(definition, input, at: place) else { return nil }
    let hasMoved = sizes.moveStandIns() || sizes.hasStaleShapes
    if hasMoved { refreshShapes() }
    let result: (operation: Operation, output: Shape)?
    do throws(LayerError) {
      result = try fitting(definition, input, extents, hasMoved ? nil : built)
    } catch {
      throw .layer(error)
    }
    try requireSizesLeft()
    return result.map { ($0.operation, $0.output, extents) }
  }

  /// The operation at the stand-ins, or at smaller ones where a tensor is too large at those.
  ///
  /// - Parameter built: The operation if it is known.
  private mutating func fitting(
    _ definition: LayerDefinition, _ input: TensorID, _ extents: TensorExtents, _ built: Operation?
  ) throws(LayerError) -> (operation: Operation, output: Shape)? {
    var failure: LayerError
    do throws(LayerError) {
      if let built { return (built, try built.output(of: network.shape(of: input))) }
      return try operation(definition, input, extents)
    } catch {
      failure = error
    }
    while failure.fault.isOfMemory, sizes.shrinkStandIns() {
      refreshShapes()
      do throws(LayerError) {
        return try operation(definition, input, extents)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private mutating func operation(
    _ definition: LayerDefinition, _ input: TensorID, _ extents: TensorExtents
  ) throws(LayerError) -> (operation: Operation, output: Shape)? {
    restamp()
    // Arguments hold extents below 2^31 only.
    for axis in 0..<3 where sizes.exhausted == nil {
      guard let extent = extents[axis] else { continue }
      // Without a value it is beyond 64 bits.
      let value = sizes.standIn(of: extent) ?? .max
      if value > Int64(Extent.max) {
        throw LayerError(.tensorTooLarge(extents: [value]))
      }
    }
    let shape = network.shape(of: input)
    guard let operation = try definition.operation(bound, shape) else { return nil }
    return (operation, try operation.output(of: shape))
  }

  /// Where no size is left, the stand-in is none of them, though the layer may take it.
  private func requireSizesLeft() throws(SizeFailure) {
    if let symbol = sizes.exhausted { throw .noneLeft(symbol) }
  }

  /// What two tensors and more have in common where they meet.
  mutating func sizedMeeting(
    _ operation: Operation, _ tensors: [TensorID], at place: Span
  ) throws(SizeFailure) -> (output: Shape, extents: TensorExtents) {
    let extents = try meetingExtents(operation, tensors, at: place)
    _ = sizes.moveStandIns()
    refreshShapes()
    let output: Shape
    do throws(LayerError) {
      let shapes = tensors.map { network.shape(of: $0) }
      output = try operation.output(of: shapes[0], and: Array(shapes.dropFirst()))
    } catch {
      throw .layer(error)
    }
    try requireSizesLeft()
    return (output, extents)
  }

  /// The extents of what several tensors give together.
  private mutating func meetingExtents(
    _ operation: Operation, _ tensors: [TensorID], at place: Span
  ) throws(SizeFailure) -> TensorExtents {
    let shapes = tensors.map { network.shape(of: $0) }
    let ranks = Set(shapes.map(\.rank))
    let rank = Int(ranks.max() ?? 0)
    var extents = TensorExtents.known
    if case .attention = operation {
      // What is counted are cells, whichever axes they lie along; those of key and value must be the same.
      if tensors.count == 3, shapes[1].rank == shapes[2].rank {
        for axis in 0..<Int(shapes[1].rank) { _ = try meet(.agreement, Array(tensors[1...]), axis, at: place) }
      } else if tensors.dropFirst().contains(where: { !sizes.extents(of: $0).isKnown }) {
        throw .layer(LayerError(.unknownExtents))
      }
      return sizes.extents(of: tensors[0])
    }
    if case .unpool(let window, let ceil) = operation {
      let source = sizes.extents(of: tensors[1])
      let pool = Operation.pool(.max, window, ceil: ceil, countsPadding: false)
      for axis in 0..<rank {
        guard let change = pool.change(axis) else { continue }
        let pooled = try changed(source[axis], by: change, axis, of: tensors[1], at: place)
        try agree(tensors[0], pooled, orNumberOf: pool, on: shapes[1], axis, at: place)
      }
      return source
    }
    // Vectors are maps of one cell where values meet, and else of no use beside maps.
    if ranks.count > 1, !operation.isElementwise || ranks != [0, Int8(rank)] { return extents }
    for axis in 0..<rank {
      let kind: SizeTracker.MeetingKind
      if case .concatenate(let along) = operation {
        kind = along.spatial == axis ? .sum : .agreement
      } else {
        kind = .broadcast
      }
      extents[axis] = try meet(kind, tensors, axis, at: place)
    }
    return extents
  }

  /// Leaves only sizes for which a tensor has the extent that a pool gives.
  private mutating func agree(
    _ tensor: TensorID, _ pooled: SizeReference?, orNumberOf pool: Operation, on source: Shape, _ axis: Int,
    at place: Span
  ) throws(SizeFailure) {
    let own = sizes.extents(of: tensor)[axis]
    guard let symbol = own?.symbol ?? pooled?.symbol else { return }
    if let own, let pooled, own.symbol != pooled.symbol { throw .symbols(Int(own.symbol), Int(pooled.symbol)) }
    let number: Extent
    do throws(LayerError) {
      number = try pool.output(of: source).spatial[axis]
    } catch {
      throw .layer(error)
    }
    do throws(SizeFunction.Failure) {
      let first = try function(of: own, or: network.shape(of: tensor).spatial[axis])
      let second = try function(of: pooled, or: number)
      let met = SizeReference(symbol: symbol, function: try sizes.meeting(.agreement, first, second))
      _ = try settle(met, axis, .meeting(first, second), at: place)
    } catch {
      throw .function(error)
    }
  }

  /// Takes over the extents of a new tensor, the last.
  mutating func keep(_ extents: TensorExtents) {
    if sizes.isActive { sizes.setExtents(extents, of: TensorID(network.tensors.count - 1)) }
  }

  // MARK: - Extents as functions

  /// The extents that a layer gives, and its operation where they follow from that; nil for a layer that passes its
  /// input through.
  private mutating func outputExtents(
    _ definition: LayerDefinition, _ input: TensorID, at place: Span
  ) throws(SizeFailure) -> (TensorExtents, Operation?)? {
    let shape = network.shape(of: input)
    let known = sizes.extents(of: input)
    if definition.regroups, !known.isKnown || bound.values.contains(where: { $0.value.dependsOnSize }) {
      return (try regroupedExtents(of: input, at: place), nil)
    }
    var changes: [ExtentChange?] = []
    var operation: Operation?
    do throws(LayerError) {
      if let answer = definition.changes { changes = try answer(bound, shape) }
      if changes.contains(where: { $0 == nil }) || changes.isEmpty {
        operation = try definition.operation(bound, shape)
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

  private mutating func changed(
    _ extent: SizeReference?, by change: ExtentChange, _ axis: Int, of tensor: TensorID, at place: Span
  ) throws(SizeFailure) -> SizeReference? {
    if case .cut(.tensor(let id)) = change, let extent, let other = sizes.extents(of: id)[axis],
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
        let function = try sizes.mapped(extent.function, rule)
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
        let result = SizeReference(symbol: symbol, function: try sizes.meeting(.cut, own, other))
        return try settle(result, axis, .cut(own, to: other), at: place)
      }
    } catch {
      throw .function(error)
    }
  }

  /// The function of an extent; that of a known one is the same number for every size.
  mutating func function(of extent: SizeReference?, or number: Extent) throws(SizeFunction.Failure) -> Int32 {
    if let extent { return extent.function }
    return try sizes.id(of: .constant(Int64(number)))
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
    case .tensor(let id): return sizes.extents(of: id)[axis]
    case .known: return nil
    case .expression(let expression):
      return SizeReference(symbol: Int32(expression.symbol), function: try sizes.id(of: try expression.extent()))
    }
  }

  private mutating func meet(
    _ kind: SizeTracker.MeetingKind, _ tensors: [TensorID], _ axis: Int, at place: Span
  ) throws(SizeFailure) -> SizeReference? {
    let references = tensors.map { sizes.extents(of: $0)[axis] }
    guard let symbol = references.compactMap({ $0?.symbol }).first else { return nil }
    if let other = references.compactMap({ $0?.symbol }).first(where: { $0 != symbol }) {
      throw .symbols(Int(symbol), Int(other))
    }
    do throws(SizeFunction.Failure) {
      var result: Int32?
      for (tensor, reference) in zip(tensors, references) {
        let own = try function(of: reference, or: network.shape(of: tensor).spatial[axis])
        guard let first = result else {
          result = own
          continue
        }
        let function = try sizes.meeting(kind, first, own)
        let extent = SizeReference(symbol: symbol, function: function)
        _ = try settle(extent, axis, .meeting(first, own), at: place)
        result = function
      }
      return result.flatMap { known(SizeReference(symbol: symbol, function: $0)) }
    } catch {
      throw .function(error)
    }
  }

  /// Leaves only the sizes for which an extent has a value. An extent that is the same number for all of them does not
  /// depend on the symbol any more.
  mutating func settle(
    _ extent: SizeReference, _ axis: Int, _ cause: SizeCondition.Cause, tensor: TensorID? = nil, at place: Span
  ) throws(SizeFunction.Failure) -> SizeReference? {
    let symbol = Int(extent.symbol)
    if try sizes.leaveDomain(of: extent) {
      sizes.record(
        SizeCondition(
          symbol: symbol, cause: cause, tensor: tensor ?? TensorID(network.tensors.count), axis: axis, place: place,
          leaves: sizes.sizes.symbols[symbol].valid))
    }
    return known(extent)
  }

  /// Nil where the extent is a plain number.
  private func known(_ extent: SizeReference) -> SizeReference? {
    sizes.sizes.functions[Int(extent.function)].isConstant ? nil : extent
  }

  // MARK: - Shapes at the stand-ins

  /// Gives shapes that were worked out with a stand-in that has moved their extents at the new one.
  mutating func refreshShapes() {
    guard sizes.hasStaleShapes else { return }
    sizes.hasStaleShapes = false
    for index in network.tensors.indices {
      let extents = sizes.extents(of: TensorID(index))
      if extents.isKnown { continue }
      var spatial = network.tensors[index].shape.spatial
      for axis in 0..<3 {
        guard let extent = extents[axis], let value = sizes.standIn(of: extent) else { continue }
        spatial[axis] = Int32(clamping: value)
      }
      network.tensors[index].shape = network.tensors[index].shape.with(spatial: spatial)
    }
  }

  /// Gives arguments that depend on sizes, or are tensors, their values at the stand-ins.
  private mutating func restamp() {
    // Looked at from outside of methods, which would copy the whole expander for every layer.
    guard usedVariable, bound.values.contains(where: { $0.value.changesWithStandIns }) else { return }
    for index in bound.values.indices {
      guard let value = stamped(bound.values[index].value) else { continue }
      bound.values[index] = .init(
        parameter: bound.values[index].parameter, value: value, isPositional: bound.values[index].isPositional)
    }
  }

  private func stamped(_ value: Value) -> Value? {
    switch value {
    case .size(var expression):
      expression.standIn = standIn(of: expression)
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
