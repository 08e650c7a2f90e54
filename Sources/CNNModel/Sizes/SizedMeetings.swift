import CNNLayers
import CNNText

/// Joins of tensors whose extents depend on symbols.
extension NetworkBuilder {
  /// What two tensors and more have in common where they meet.
  mutating func sizedMeeting(
    _ operation: Operation, _ tensors: [TensorID], at place: Span
  ) throws(SizeFailure) -> (output: Shape, extents: TensorExtents) {
    let extents = try meetingExtents(operation, tensors, at: place)
    _ = tracker.moveStandIns()
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
      } else if tensors.dropFirst().contains(where: { !tracker.extents(of: $0).isKnown }) {
        throw .layer(LayerError(.unknownExtents))
      }
      return tracker.extents(of: tensors[0])
    }
    if case .unpool(let window, let ceil) = operation {
      let source = tracker.extents(of: tensors[1])
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
    let own = tracker.extents(of: tensor)[axis]
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
      let met = SizeReference(symbol: symbol, function: try tracker.meeting(.agreement, first, second))
      _ = try settle(met, axis, .meeting(first, second), at: place)
    } catch {
      throw .function(error)
    }
  }

  private mutating func meet(
    _ kind: SizeTracker.MeetingKind, _ tensors: [TensorID], _ axis: Int, at place: Span
  ) throws(SizeFailure) -> SizeReference? {
    let references = tensors.map { tracker.extents(of: $0)[axis] }
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
        let function = try tracker.meeting(kind, first, own)
        let extent = SizeReference(symbol: symbol, function: function)
        _ = try settle(extent, axis, .meeting(first, own), at: place)
        result = function
      }
      return result.flatMap { known(SizeReference(symbol: symbol, function: $0)) }
    } catch {
      throw .function(error)
    }
  }
}
