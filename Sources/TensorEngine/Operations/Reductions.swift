import TensorKernels

/// One number for all elements along some axes, which stay with an extent of 1.
public struct Reduce: Layer, Mapping {
  /// What is made of the elements.
  public enum Kind: Hashable, Sendable {
    case mean
    /// Equal elements share the gradient in equal parts, as with PyTorch's `amax`.
    case maximum
    /// Equal elements share the gradient in equal parts, as with PyTorch's `amin`.
    case minimum
    case sum
    /// The root of the sum of the squares; its derivative is 0 where it is 0.
    case norm
  }

  public let kind: Kind
  public let axes: AxisSet
  public let site: Site?

  public init(_ kind: Kind, over axes: AxisSet, site: Site? = nil) {
    self.kind = kind
    self.axes = axes
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try AxisLines(axes, of: input).reduced
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: (x: Tensor, y: Tensor)) {
    let lines = try AxisLines(axes, of: x.shape)
    let x = try lines.lined(x)
    let y = try lines.reduce(kind, x)
    return (y, (x, y))
  }

  func backward(_ gradient: Tensor, _ kept: (x: Tensor, y: Tensor)) throws(TensorError) -> Tensor {
    let lines = try AxisLines(axes, of: kept.x.shape)
    var kernel = lines.kernel
    let dx = try Tensor.filled(kept.x.shape) { dx throws(TensorError) in
      try kept.x.read { x throws(TensorError) in
        try kept.y.read { y throws(TensorError) in
          try gradient.read { tk_reduce_backward(kind.kernel, &kernel, x, y, $0, dx) }
        }
      }
    }
    return try lines.restored(dx)
  }
}

extension Reduce.Kind {
  fileprivate var kernel: tk_reduction {
    switch self {
    case .mean: tk_line_mean
    case .maximum: tk_line_maximum
    case .minimum: tk_line_minimum
    case .sum: tk_line_sum
    case .norm: tk_line_norm
    }
  }
}

extension AxisLines {
  fileprivate var kernel: tk_lines { tk_lines(outer: outer, count: count, inner: inner) }

  /// One number for each line of a tensor whose elements are in lines.
  fileprivate func reduce(_ kind: Reduce.Kind, _ x: Tensor) throws(TensorError) -> Tensor {
    var kernel = kernel
    return try Tensor.filled(reduced) { y throws(TensorError) in
      try x.read { tk_reduce(kind.kernel, &kernel, $0, y) }
    }
  }
}

/// e^x over the sum of e^x along some axes, or the logarithm of that.
public struct Softmax: Layer, Mapping {
  public let logarithm: Bool
  public let axes: AxisSet
  public let site: Site?

  public init(logarithm: Bool = false, over axes: AxisSet = .channels, site: Site? = nil) {
    self.logarithm = logarithm
    self.axes = axes
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    _ = try axes.places(in: input)
    return input
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: Tensor) {
    let lines = try AxisLines(axes, of: x.shape)
    var kernel = lines.kernel
    let source = try lines.lined(x)
    let y = try Tensor.filled(x.shape) { y throws(TensorError) in
      try source.read { tk_softmax(&kernel, logarithm, $0, y) }
    }
    return (try lines.restored(y), y)
  }

  func backward(_ gradient: Tensor, _ y: Tensor) throws(TensorError) -> Tensor {
    let lines = try AxisLines(axes, of: y.shape)
    var kernel = lines.kernel
    let gradient = try lines.lined(gradient)
    let dx = try Tensor.filled(y.shape) { dx throws(TensorError) in
      try y.read { y throws(TensorError) in
        try gradient.read { tk_softmax_backward(&kernel, logarithm, y, $0, dx) }
      }
    }
    return try lines.restored(dx)
  }
}

/// x / max(norm, epsilon), with the Euclidean norm along some axes: vectors of length 1.
public struct UnitNormalization: Layer, Mapping {
  public let axes: AxisSet
  public let epsilon: Float
  public let site: Site?

  public init(over axes: AxisSet = .channels, epsilon: Float = 1e-12, site: Site? = nil) {
    self.axes = axes
    self.epsilon = epsilon
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    _ = try axes.places(in: input)
    return input
  }

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: (y: Tensor, norms: Tensor)) {
    let lines = try AxisLines(axes, of: x.shape)
    var kernel = lines.kernel
    let source = try lines.lined(x)
    let norms = try lines.reduce(.norm, source)
    let y = try Tensor.filled(x.shape) { y throws(TensorError) in
      try source.read { x throws(TensorError) in
        try norms.read { tk_unit(&kernel, epsilon, x, $0, y) }
      }
    }
    return (try lines.restored(y), (y, norms))
  }

  func backward(_ gradient: Tensor, _ kept: (y: Tensor, norms: Tensor)) throws(TensorError) -> Tensor {
    let lines = try AxisLines(axes, of: kept.y.shape)
    var kernel = lines.kernel
    let gradient = try lines.lined(gradient)
    let dx = try Tensor.filled(kept.y.shape) { dx throws(TensorError) in
      try kept.y.read { y throws(TensorError) in
        try kept.norms.read { norms throws(TensorError) in
          try gradient.read { tk_unit_backward(&kernel, epsilon, y, norms, $0, dx) }
        }
      }
    }
    return try lines.restored(dx)
  }
}
