/// An array of float32 in row-major order with a shape: a value, copied when it is written while somebody else holds it.
///
/// Tensors of a network have their batch first and their channels last; see `TensorShape`.
public struct Tensor: Sendable {
  public let shape: TensorShape
  private var storage: Storage<Float>

  /// A tensor that holds nothing yet; every element has to be written before it is read.
  init(uninitialized shape: TensorShape) throws(TensorError) {
    self.shape = shape
    storage = try Storage(count: shape.count)
  }

  private init(shape: TensorShape, storage: Storage<Float>) {
    self.shape = shape
    self.storage = storage
  }
}

extension Tensor {
  /// - Parameter scalars: As many numbers as the shape has elements, in row-major order.
  /// - Throws: `TensorError` where their count is another, or memory does not suffice.
  public init(_ shape: TensorShape, _ scalars: [Float]) throws(TensorError) {
    guard scalars.count == shape.count else {
      throw TensorError(.scalarCount(shape: shape, found: scalars.count))
    }
    try self.init(uninitialized: shape)
    try withUnsafeMutableScalars { target in
      scalars.withUnsafeBufferPointer { source in _ = target.update(fromContentsOf: source) }
    }
  }

  /// - Parameters:
  ///   - extents: The shape.
  ///   - scalars: As many numbers as the shape has elements, in row-major order.
  /// - Throws: `TensorError` where shape and numbers do not fit, or memory does not suffice.
  public init(_ extents: [Int], _ scalars: [Float]) throws(TensorError) {
    try self.init(TensorShape(extents), scalars)
  }

  /// A tensor of one value throughout.
  public init(repeating value: Float, _ shape: TensorShape) throws(TensorError) {
    try self.init(uninitialized: shape)
    try withUnsafeMutableScalars { $0.update(repeating: value) }
  }

  public init(zeros shape: TensorShape) throws(TensorError) {
    try self.init(repeating: 0, shape)
  }

  /// A tensor whose elements a function writes: all of them, for it holds nothing before.
  static func filled(
    _ shape: TensorShape, _ fill: (UnsafeMutablePointer<Float>) throws(TensorError) -> Void
  ) throws(TensorError) -> Tensor {
    let storage = try Storage<Float>(count: shape.count)
    try fill(storage.pointer)
    return Tensor(shape: shape, storage: storage)
  }
}

extension Tensor {
  /// All elements in row-major order.
  public var scalars: [Float] { withUnsafeScalars { Array($0) } }

  /// Reads the elements in place, in row-major order.
  public func withUnsafeScalars<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.pointer, count: shape.count))
  }

  /// Writes the elements in place, in row-major order. Copies them first when another tensor shares them; nothing is
  /// lost but time.
  ///
  /// - Throws: `TensorError` where the copy does not fit into memory, and what `body` throws.
  public mutating func withUnsafeMutableScalars<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    try makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: shape.count))
  }

  /// Reads the elements in place; the pointer is good for as long as `body` runs.
  func read<Result>(
    _ body: (UnsafePointer<Float>) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafePointer(storage.pointer))
  }

  /// Writes the elements in place, as `withUnsafeMutableScalars` does.
  mutating func write<Result>(
    _ body: (UnsafeMutablePointer<Float>) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    try makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try body(storage.pointer)
  }

  private mutating func makeUnique() throws(TensorError) {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = try Storage<Float>(count: shape.count)
    copy.pointer.update(from: storage.pointer, count: shape.count)
    storage = copy
  }

  /// The same elements under another shape; they are not copied.
  ///
  /// - Throws: `TensorError` where the shapes have different counts.
  public func reshaped(_ shape: TensorShape) throws(TensorError) -> Tensor {
    guard shape.count == self.shape.count else {
      throw TensorError(.shapesDiffer(self.shape.extents, shape.extents))
    }
    return Tensor(shape: shape, storage: storage)
  }

  /// The index of the first element that is not a finite number; nil where all are.
  public var firstNotFinite: Int? { withUnsafeScalars { $0.firstIndex { !$0.isFinite } } }
}

extension Tensor: Equatable {
  /// Equal shapes and equal numbers; NaN equals nothing, as ever.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape && a.withUnsafeScalars { a in b.withUnsafeScalars { a.elementsEqual($0) } }
  }
}
