import TensorKernels

/// Every cell of q compared with every cell of k, and the mean of v that the comparison weighs:
/// softmax(q * k^T / sqrt(channels of a head)) * v (Vaswani et al., 2017).
///
/// Three inputs: q `[batch, cells..., channels]`, k `[batch, other cells..., channels]` and v
/// `[batch, other cells..., value channels]` give `[batch, cells..., value channels]`. Heads are groups of neighbouring
/// channels, as in PyTorch's `MultiheadAttention`. A vector is one cell.
public struct Attention: JoinLayer {
  public let heads: Int
  /// Whether products are divided by the root of the channels of a head.
  public let scaled: Bool
  public let site: Site?

  /// - Parameter heads: How many parts the channels of q and of v are cut into; it divides both.
  public init(heads: Int = 1, scaled: Bool = true, site: Site? = nil) {
    self.heads = heads
    self.scaled = scaled
    self.site = site
  }

  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    let inputs = try inputs.checked(count: 3)
    let (q, k, v) = (inputs[0], inputs[1], inputs[2])
    for input in inputs where input.rank < 2 {
      throw TensorError(.rank(what: "an input", expected: 2...TensorShape.largestRank, found: input.extents))
    }
    guard q.batch == k.batch, q.channels == k.channels else { throw TensorError(.shapesDiffer(q.extents, k.extents)) }
    guard k.batch == v.batch, k.cells == v.cells else { throw TensorError(.shapesDiffer(k.extents, v.extents)) }
    guard heads >= 1 else { throw TensorError(.argument("heads", found: "\(heads)", expected: "at least 1")) }
    for input in [q, v] where input.channels % heads != 0 {
      throw TensorError(.notDivisible(what: "channels", value: input.channels, divisor: heads))
    }
    return try q.with(channels: v.channels)
  }

  public func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: inputs.map(\.tensor.shape))
    let (q, k, v) = (inputs[0], inputs[1], inputs[2])
    let width = q.tensor.shape.channels / heads
    let kernel = tk_attention(
      batch: shape.batch, heads: heads, queries: shape.cells, keys: k.tensor.shape.cells, width: width,
      values: shape.channels / heads, scale: scaled ? 1 / Float(width).squareRoot() : 1)
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try Self.read(q, k, v) { (q, k, v) throws(TensorError) in
        try kernel.check(withUnsafePointer(to: kernel) { tk_attention_forward($0, q, k, v, y) })
      }
    }
    guard tape.records(q, k, v) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      var dk = try Tensor(uninitialized: k.tensor.shape)
      var dv = try Tensor(uninitialized: v.tensor.shape)
      let dq = try Tensor.filled(q.tensor.shape) { dq throws(TensorError) in
        try dk.write { dk throws(TensorError) in
          try dv.write { dv throws(TensorError) in
            try gradient.read { dy throws(TensorError) in
              try Self.read(q, k, v) { (q, k, v) throws(TensorError) in
                try kernel.check(
                  withUnsafePointer(to: kernel) { tk_attention_backward($0, q, k, v, dy, dq, dk, dv) })
              }
            }
          }
        }
      }
      try flow.add(dq, to: q)
      try flow.add(dk, to: k)
      try flow.add(dv, to: v)
    }
  }

  private static func read(
    _ q: Variable, _ k: Variable, _ v: Variable,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) throws(TensorError) -> Void
  ) throws(TensorError) {
    try q.tensor.read { q throws(TensorError) in
      try k.tensor.read { k throws(TensorError) in
        try v.tensor.read { v throws(TensorError) in try body(q, k, v) }
      }
    }
  }
}

extension tk_attention {
  fileprivate func check(_ done: Bool) throws(TensorError) {
    guard done else { throw TensorError(.outOfMemory(bytes: 2 * keys * MemoryLayout<Float>.stride)) }
  }
}
