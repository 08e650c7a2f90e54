import CNNLayers
import CNNText

/// What layers and joins compute on the tensors so far. Where no input has a symbol, a shape says all there is to say of
/// the extents; else they are followed as functions of the sizes, in Sizes/.
extension NetworkBuilder {
  /// What a layer computes on a tensor whose extents are numbers; nil for a layer that passes its input through.
  mutating func result(
    of layer: LayerInUse, _ arguments: borrowing BoundArguments, on input: TensorID
  ) throws(SizeFailure) -> (operation: Operation, output: Shape)? {
    do throws(LayerError) {
      let shape = network.shape(of: input)
      guard let operation = try layer.definition.operation(arguments, shape) else { return nil }
      let output = try operation.output(of: shape)
      try operation.count(input: shape, output: output, into: &counts)
      return (operation, output)
    } catch {
      throw .layer(error)
    }
  }

  /// What a layer computes on a tensor whose extents may depend on symbols.
  mutating func sizedResult(
    of layer: LayerInUse, _ arguments: inout BoundArguments, on input: TensorID, at place: Span
  ) throws(SizeFailure) -> LayerResult? {
    guard let result = try sizedOperation(layer.definition, &arguments, on: input, at: place) else { return nil }
    try count(result.operation, [input], giving: result.output)
    return result
  }

  /// The parts that a layer takes a tensor apart into, and the extents that each has; nil for a layer that passes its
  /// input through.
  mutating func parts(
    of layer: LayerInUse, _ arguments: inout BoundArguments, on input: TensorID, at place: Span
  ) throws(SizeFailure) -> (parts: [(operation: Operation, output: Shape)], extents: TensorExtents)? {
    var extents = TensorExtents.known
    if tracker.isActive {
      guard let result = try sizedOperation(layer.definition, &arguments, on: input, at: place) else { return nil }
      extents = result.extents
    }
    let shape = network.shape(of: input)
    do throws(LayerError) {
      var parts: [(operation: Operation, output: Shape)] = []
      for operation in try layer.definition.parts(arguments, shape) {
        parts.append((operation, try operation.output(of: shape)))
      }
      return (parts, extents)
    } catch {
      throw .layer(error)
    }
  }

  /// The shape and the extents of what several tensors give together.
  mutating func meeting(
    _ operation: Operation, _ tensors: [TensorID], at place: Span
  ) throws(SizeFailure) -> (output: Shape, extents: TensorExtents) {
    if tracker.isActive {
      let result = try sizedMeeting(operation, tensors, at: place)
      if !operation.isJoin { try count(operation, tensors, giving: result.output) }
      return result
    }
    let output: Shape
    do throws(LayerError) {
      let shapes = tensors.map { network.shape(of: $0) }
      output = try operation.output(of: shapes[0], and: Array(shapes.dropFirst()))
    } catch {
      throw .layer(error)
    }
    if !operation.isJoin { try count(operation, tensors, giving: output) }
    return (output, .known)
  }

  private mutating func count(
    _ operation: Operation, _ tensors: [TensorID], giving output: Shape
  ) throws(SizeFailure) {
    do throws(LayerError) {
      let others = tensors.dropFirst().map { network.shape(of: $0) }
      try operation.count(input: network.shape(of: tensors[0]), and: others, output: output, into: &counts)
    } catch {
      throw .layer(error)
    }
  }
}

/// What a layer computes, with the shape and the extents it gives for every size.
struct LayerResult {
  let operation: Operation
  let output: Shape
  let extents: TensorExtents
}
