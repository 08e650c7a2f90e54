import TensorKernels

/// Puts values back where a max pool found its largest ones, and zeros elsewhere.
///
/// Two inputs: what to put, in the shape that the pool gave, and what went into the pool, whose largest values are looked
/// for again: the first of equals, row by row. The output has the shape of the second. Where windows overlap and found the
/// same cell, the last of them fills it, and all of them have the gradient of that cell, as in PyTorch.
public struct MaxUnpool: JoinLayer {
  /// The pool that is undone.
  private let pool: Pool
  public let site: Site?

  public var window: Window { pool.window }
  /// Whether the last window of the pool may hang over the end.
  public var ceil: Bool { pool.ceil }

  public init(window: Window, ceil: Bool = false, site: Site? = nil) {
    pool = Pool(.max, window: window, ceil: ceil)
    self.site = site
  }

  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    let inputs = try inputs.checked(count: 2)
    let pooled = try pool.outputShape(of: inputs[1])
    guard inputs[0] == pooled else {
      throw TensorError(.shape(what: "what the pool gave", expected: pooled.extents, found: inputs[0].extents))
    }
    return inputs[1]
  }

  public func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: inputs.map(\.tensor.shape))
    let x = inputs[0]
    let kernel = tk_unpool(
      batch: shape.batch, channels: shape.channels, in_cells: x.tensor.shape.cells, out_cells: shape.cells)
    let places = try pool.places(of: inputs[1].tensor)
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      defer { withExtendedLifetime(places) {} }
      try x.tensor.read { x in withUnsafePointer(to: kernel) { tk_max_unpool($0, places.pointer, x, y) } }
    }
    guard tape.records(x) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      let dx = try Tensor.filled(x.tensor.shape) { dx throws(TensorError) in
        defer { withExtendedLifetime(places) {} }
        try gradient.read { dy in withUnsafePointer(to: kernel) { tk_max_unpool_backward($0, places.pointer, dy, dx) } }
      }
      try flow.add(dx, to: x)
    }
  }
}
