import TensorKernels

extension Tensor {
  /// Adds another tensor of the same shape, in place.
  mutating func add(_ other: Tensor) throws(TensorError) {
    guard shape == other.shape else { throw TensorError(.shapesDiffer(shape.extents, other.shape.extents)) }
    let count = shape.count
    try other.read { source throws(TensorError) in
      try write { target in tk_add(target, source, count) }
    }
  }
}
