import TensorKernels

/// y = x / (k + alpha / size * s)^beta, where s is the sum of the squares of `size` neighbouring channels, of which size / 2
/// lie before (Krizhevsky et al., 2012, with PyTorch's division by the size).
public struct LocalResponseNormalization: Layer {
  public let size: Int
  public let alpha: Float
  public let beta: Float
  public let k: Float
  public let site: Site?

  public init(size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1, site: Site? = nil) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard (1...Int(Int32.max)).contains(size) else {
      throw TensorError(.argument("size", found: "\(size)", expected: "at least 1"))
    }
    return input
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let channels = shape.channels
    let kernel = tk_lrn(
      rows: shape.count / channels, channels: channels, size: size, alpha: alpha, beta: beta, k: k)
    var powers = try Tensor(uninitialized: shape)
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try x.tensor.read { x throws(TensorError) in
        try powers.write { powers in withUnsafePointer(to: kernel) { tk_lrn_forward($0, x, y, powers) } }
      }
    }
    guard tape.records(x) else { return Variable(y) }
    return tape.record(y) { [powers] (gradient, flow) throws(TensorError) in
      let dx = try Tensor.filled(shape) { dx throws(TensorError) in
        let done = try x.tensor.read { x throws(TensorError) in
          try powers.read { powers throws(TensorError) in
            try gradient.read { dy in withUnsafePointer(to: kernel) { tk_lrn_backward($0, x, powers, dy, dx) } }
          }
        }
        guard done else { throw TensorError(.outOfMemory(bytes: channels * MemoryLayout<Float>.stride)) }
      }
      try flow.add(dx, to: x)
    }
  }
}
