/// A layer whose output has extents that are worked out from those of its input, or of another tensor, when it runs: for
/// networks that take images of any size.
public struct Fit: JoinLayer {
  /// What changes the maps.
  public enum Operation: Hashable, Sendable {
    /// See `Resize`.
    case resize(Resize.Mode, alignsCorners: Bool)
    /// Cells are cut from both sides, an odd one behind.
    case crop
    /// See `AdaptivePool`.
    case pool(PoolKind)
  }

  /// How long an axis of the output is.
  public enum Extent: Hashable, Sendable {
    /// As long as that of the input.
    case kept
    case cells(Int)
    /// floor(n * factor / divisor). A resize places its cells by the factor, as PyTorch does with `scale_factor`.
    case scaled(by: Int, over: Int)
    /// As long as that of the other tensor.
    case like
  }

  public let operation: Operation
  /// One for each axis between the batch and the channels.
  public let extents: [Extent]
  public let site: Site?

  public init(_ operation: Operation, to extents: [Extent], site: Site? = nil) {
    self.operation = operation
    self.extents = extents
    self.site = site
  }

  /// The shape of the output for an input and, where an axis is like it, another tensor.
  public func outputShape(of input: TensorShape, like other: TensorShape? = nil) throws(TensorError) -> TensorShape {
    try input.with(spatial: size(of: input, like: other))
  }

  /// Runs the layer forward, and writes down on the tape how to run it backward.
  public func callAsFunction(
    _ x: Variable, like other: Variable? = nil, _ tape: inout Tape
  ) throws(TensorError) -> Variable {
    try self(other.map { [x, $0] } ?? [x], &tape)
  }

  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    let (input, other) = try Self.parts(of: inputs)
    return try outputShape(of: input, like: other)
  }

  /// The input, and what an axis is like where there is one.
  private static func parts<Part>(of inputs: [Part]) throws(TensorError) -> (Part, Part?) {
    guard let first = inputs.first, inputs.count <= 2 else {
      throw TensorError(.count(what: "inputs", expected: 1, found: inputs.count))
    }
    return (first, inputs.count == 2 ? inputs[1] : nil)
  }

  public func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    let (x, other) = try Self.parts(of: inputs)
    let shape = x.tensor.shape
    let size = try size(of: shape, like: other?.tensor.shape)
    switch operation {
    case .resize(let mode, let alignsCorners):
      let factors = extents.map { extent -> Resize.Factor? in
        if case .scaled(let factor, let divisor) = extent { Resize.Factor(by: factor, over: divisor) } else { nil }
      }
      return try Resize(mode, size: size, factors: factors, alignsCorners: alignsCorners, site: nil).run(x, &tape)
    case .pool(let kind): return try AdaptivePool(kind, size: size).run(x, &tape)
    case .crop:
      let surplus = zip(shape.spatial, size).map { $0 - $1 }
      let before = surplus.map { $0 / 2 }
      return try Crop(before: before, after: zip(surplus, before).map { $0 - $1 }).run(x, &tape)
    }
  }

  private func size(of input: TensorShape, like other: TensorShape?) throws(TensorError) -> [Int] {
    try input.checkSpatial(extents.count)
    var size: [Int] = []
    for (axis, extent) in extents.enumerated() {
      let cells = input[axis + 1]
      switch extent {
      case .kept: size.append(cells)
      case .cells(let count): size.append(count)
      case .like:
        guard let other else { throw TensorError(.count(what: "inputs", expected: 2, found: 1)) }
        guard other.rank == input.rank else { throw TensorError(.shapesDiffer(input.extents, other.extents)) }
        size.append(other[axis + 1])
      case .scaled(let factor, let divisor):
        let (product, overflow) = cells.multipliedReportingOverflow(by: factor)
        guard !overflow, factor >= 1, divisor >= 1 else {
          throw TensorError(.argument("factor", found: "\(factor)/\(divisor)", expected: "a positive number"))
        }
        size.append(product / divisor)
      }
      let wanted = size[axis]
      guard wanted >= 1 else {
        throw TensorError(.argument("the cells of an axis", found: "\(wanted)", expected: "at least 1"))
      }
      if operation == .crop, wanted > cells {
        throw TensorError(.argument("the cells to keep", found: "\(wanted)", expected: "at most \(cells)"))
      }
    }
    return size
  }
}
