import TensorKernels

/// Numbers brought to mean 0 and variance 1, then, where asked for, multiplied by a learned factor and shifted.
///
/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with the biased variance.
public struct Normalization: Layer, Parameterized {
  /// What has one mean and one variance.
  public enum Kind: Hashable, Sendable {
    /// Each channel over batch and cells. Running statistics take part of every new value: `momentum`. In use they take
    /// the place of the batch's. The running variance is the unbiased one, as in PyTorch.
    case batch(momentum: Float)
    /// Each channel over the cells of an example.
    case instance
    /// Groups of neighbouring channels over the cells of an example.
    case group(Int)
    /// The channels of each cell.
    case layer
    /// Everything of an example; factors and shifts are one an element, so the extents have to be known.
    case layerOverAll(extents: [Int])
  }

  public let kind: Kind
  public let channels: Int
  public let epsilon: Float
  /// The factors: `[channels]`, or the extents where the kind names them.
  public var weight: Parameter?
  /// The shifts, in the shape of the factors.
  public var bias: Parameter?
  /// Running statistics of batch normalisation.
  public var runningMean: Parameter?
  public var runningVariance: Parameter?
  public let site: Site?

  /// - Parameters:
  ///   - scale: Whether there are factors; they begin as 1.
  ///   - shift: Whether there are shifts; they begin as 0.
  ///   - flattened: The order of the features of a vector, for weights from elsewhere.
  /// - Throws: `TensorError` where a number is out of range or memory does not suffice.
  public init(
    _ kind: Kind, channels: Int, epsilon: Float = 1e-5, scale: Bool = true, shift: Bool = true,
    flattened: FeatureOrder = [], site: Site? = nil
  ) throws(TensorError) {
    try flattened.check(channels)
    self.kind = kind
    self.channels = channels
    self.epsilon = epsilon
    self.site = site
    let shape = try Self.parameterShape(kind, channels)
    let axes = shape.rank > 1 ? Parameter.Axes.example : .features(flattened)
    weight = scale ? Parameter(try Tensor(repeating: 1, shape), .scale, axes) : nil
    bias = shift ? Parameter(try Tensor(zeros: shape), .shift, axes) : nil
    switch kind {
    case .batch:
      runningMean = Parameter(try Tensor(zeros: shape), .statistic, axes)
      runningVariance = Parameter(try Tensor(repeating: 1, shape), .statistic, axes)
    case .group(let groups):
      guard groups >= 1 else { throw TensorError(.argument("groups", found: "\(groups)", expected: "at least 1")) }
      guard channels % groups == 0 else {
        throw TensorError(.notDivisible(what: "channels", value: channels, divisor: groups))
      }
    case .instance, .layer, .layerOverAll: break
    }
  }

  private static func parameterShape(_ kind: Kind, _ channels: Int) throws(TensorError) -> TensorShape {
    switch kind {
    case .layerOverAll(let extents): try TensorShape(extents)
    case .batch, .instance, .group, .layer: try TensorShape([channels])
    }
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard input.rank >= 2 else { throw TensorError(.rank(what: "an input", expected: 2...5, found: input.extents)) }
    guard input.channels == channels else {
      throw TensorError(.channels(what: "an input", expected: channels, found: input.extents))
    }
    if case .layerOverAll(let extents) = kind, Array(input.extents.dropFirst()) != extents {
      throw TensorError(.shape(what: "an input", expected: [input.batch] + extents, found: input.extents))
    }
    return input
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try weight?.visit(path + "weight", body)
    try bias?.visit(path + "bias", body)
    try runningMean?.visit(path + "running_mean", body)
    try runningVariance?.visit(path + "running_var", body)
  }
}

// MARK: - Running it

extension Normalization {
  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let parameters = try Self.parameterShape(kind, channels)
    let scale = try weight?.value("weight", shaped: parameters)
    let shift = try bias?.value("bias", shaped: parameters)
    let kernel = NormalizationKernel(kind, shape, epsilon)
    var moments: NormalizationKernel.Moments
    var isFixed = false
    if let runningMean, let runningVariance, !tape.isTraining {
      moments = NormalizationKernel.Moments(
        mean: try runningMean.value("running mean", shaped: parameters),
        variance: try runningVariance.value("running variance", shaped: parameters))
      isFixed = true
    } else {
      moments = try kernel.moments(x.tensor)
      try renew(moments, count: shape.count / channels, &tape)
    }
    let y = try kernel.apply(x.tensor, moments, scale, shift)
    guard tape.isRecording else { return Variable(y) }
    return tape.record(y) { [weight, bias, moments, isFixed] (gradient, flow) throws(TensorError) in
      if weight != nil || bias != nil {
        let (dscale, dshift) = try kernel.parameterGradients(x.tensor, moments, gradient, parameters)
        if let weight { try flow.add(dscale, to: weight) }
        if let bias { try flow.add(dshift, to: bias) }
      }
      if x.node != nil { try flow.add(kernel.gradient(x.tensor, moments, scale, gradient, isFixed: isFixed), to: x) }
    }
  }

  /// New running statistics of batch normalisation: old * (1 - momentum) + new * momentum.
  private func renew(_ moments: NormalizationKernel.Moments, count: Int, _ tape: inout Tape) throws(TensorError) {
    guard case .batch(let momentum) = kind, let runningMean, let runningVariance else { return }
    let unbiased = Float(count) / Float(Swift.max(count - 1, 1))
    for (statistic, value, factor) in [
      (runningMean, moments.mean, momentum), (runningVariance, moments.variance, momentum * unbiased),
    ] {
      _ = try statistic.value("a statistic", shaped: TensorShape(vector: channels))
      try tape.renew(statistic) { (old) throws(TensorError) in
        var (new, old) = (value, old)
        try new.multiply(by: factor)
        try old.multiply(by: 1 - momentum)
        try new.add(old)
        return new
      }
    }
  }
}

/// The kernels of a normalisation on one shape.
private struct NormalizationKernel: Sendable {
  struct Moments: Sendable {
    var mean: Tensor
    var variance: Tensor
  }

  private let shape: tk_norm
  private let input: TensorShape

  init(_ kind: Normalization.Kind, _ input: TensorShape, _ epsilon: Float) {
    self.input = input
    let channels = input.channels
    let (sets, groups, perElement) =
      switch kind {
      case .batch: (1, channels, false)
      case .instance: (input.batch, channels, false)
      case .group(let groups): (input.batch, groups, false)
      case .layer: (input.count / channels, 1, false)
      case .layerOverAll: (input.batch, 1, true)
      }
    shape = tk_norm(
      sets: sets, rows: input.count / channels / sets, channels: channels, groups: groups, epsilon: epsilon,
      per_element: perElement)
  }

  func moments(_ x: Tensor) throws(TensorError) -> Moments {
    var shape = shape
    let extents = try shape.sets == 1 ? TensorShape([shape.groups]) : TensorShape([shape.sets, shape.groups])
    var variance = try Tensor(uninitialized: extents)
    let mean = try Tensor.filled(extents) { mean throws(TensorError) in
      try check(
        variance.write { variance throws(TensorError) in try x.read { tk_norm_moments(&shape, $0, mean, variance) } })
    }
    return Moments(mean: mean, variance: variance)
  }

  func apply(_ x: Tensor, _ moments: Moments, _ scale: Tensor?, _ shift: Tensor?) throws(TensorError) -> Tensor {
    var shape = shape
    return try Tensor.filled(input) { y throws(TensorError) in
      try check(
        read(x, moments) { (x, mean, variance) throws(TensorError) in
          try Tensor.read(scale) { scale throws(TensorError) in
            try Tensor.read(shift) { tk_norm_apply(&shape, x, mean, variance, scale, $0, y) }
          }
        })
    }
  }

  func gradient(
    _ x: Tensor, _ moments: Moments, _ scale: Tensor?, _ gradient: Tensor, isFixed: Bool
  ) throws(TensorError) -> Tensor {
    var shape = shape
    return try Tensor.filled(input) { dx throws(TensorError) in
      try check(
        read(x, moments) { (x, mean, variance) throws(TensorError) in
          try Tensor.read(scale) { scale throws(TensorError) in
            try gradient.read { tk_norm_backward(&shape, isFixed, x, mean, variance, scale, $0, dx) }
          }
        })
    }
  }

  func parameterGradients(
    _ x: Tensor, _ moments: Moments, _ gradient: Tensor, _ parameters: TensorShape
  ) throws(TensorError) -> (scale: Tensor, shift: Tensor) {
    var shape = shape
    var dshift = try Tensor(uninitialized: parameters)
    let dscale = try Tensor.filled(parameters) { dscale throws(TensorError) in
      try check(
        read(x, moments) { (x, mean, variance) throws(TensorError) in
          try gradient.read { dy throws(TensorError) in
            try dshift.write { tk_norm_parameters(&shape, x, mean, variance, dy, dscale, $0) }
          }
        })
    }
    return (dscale, dshift)
  }

  private func read<Result>(
    _ x: Tensor, _ moments: Moments,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    try x.read { x throws(TensorError) in
      try moments.mean.read { mean throws(TensorError) in
        try moments.variance.read { variance throws(TensorError) in try body(x, mean, variance) }
      }
    }
  }

  private func check(_ done: Bool) throws(TensorError) {
    guard done else { throw TensorError(.outOfMemory(bytes: shape.channels * MemoryLayout<Float>.stride)) }
  }
}

extension Tensor {
  /// Reads a tensor that may be missing.
  static func read<Result>(
    _ tensor: Tensor?, _ body: (UnsafePointer<Float>?) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    guard let tensor else { return try body(nil) }
    return try tensor.read { pointer throws(TensorError) in try body(pointer) }
  }
}
