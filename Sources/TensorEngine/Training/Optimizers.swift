import TensorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stochastic gradient descent, with momentum (Polyak, 1964) or Nesterov's momentum (Sutskever, Martens, Dahl and Hinton,
/// "On the importance of initialization and momentum in deep learning", 2013) in PyTorch's form:
///
///     g += decay w;  v = momentum v + g;  w -= rate v            (with Nesterov's: w -= rate (g + momentum v))
public struct SGD: Optimizer {
  public let rate: Schedule
  public let momentum: Double
  public let nesterov: Bool
  public let decay: Double
  /// The parameters that decay.
  public let decaying: Set<Parameter.Role>
  public private(set) var steps = 0
  private var velocities = OptimizerMemory()

  /// - Parameters:
  ///   - rate: How far to go in a step.
  ///   - momentum: How much of the last step goes on in this one, from 0 to below 1.
  ///   - nesterov: Whether to go on before the gradient is added.
  ///   - decay: How much of each weight its gradient gains.
  ///   - decaying: The parameters that decay; all of them, as in PyTorch, unless said otherwise.
  /// - Throws: `TensorError` where a number is outside its range.
  public init(
    rate: Schedule, momentum: Double = 0, nesterov: Bool = false, decay: Double = 0,
    decaying: Set<Parameter.Role> = Parameter.Role.learned
  ) throws(TensorError) {
    try rate.check()
    try requireNumber("the momentum", momentum, 0..<1)
    try requireNumber("the decay", decay, 0..<Double.infinity)
    guard !nesterov || momentum > 0 else {
      throw TensorError(.argument("the momentum", found: "\(momentum)", expected: "above 0 for Nesterov's"))
    }
    self.rate = rate
    self.momentum = momentum
    self.nesterov = nesterov
    self.decay = decay
    self.decaying = decaying
  }

  public mutating func update(_ network: inout some Parameterized, _ gradients: Gradients) throws(TensorError) {
    let rate = Float(rate.rate(at: steps))
    try network.update(by: gradients) { (parameter, gradient) throws(TensorError) in
      var rule = tk_descent(
        rate: rate, momentum: Float(momentum), decay: decaying.contains(parameter.role) ? Float(decay) : 0,
        nesterov: nesterov)
      let count = gradient.shape.count
      guard momentum > 0 else {
        try parameter.value.write { w throws(TensorError) in
          try gradient.read { tk_descend(&rule, w, $0, nil, count) }
        }
        return
      }
      var velocity = try velocities.take(parameter)
      try parameter.value.write { w throws(TensorError) in
        try velocity.write { v throws(TensorError) in
          try gradient.read { tk_descend(&rule, w, $0, v, count) }
        }
      }
      velocities.store(velocity, parameter)
    }
    steps += 1
  }
}

/// Steps measured by the mean and the mean square of the gradients so far (Kingma and Ba, "Adam: A Method for Stochastic
/// Optimization", 2015), in PyTorch's form:
///
///     g += decay w;  m = beta1 m + (1 - beta1) g;  s = beta2 s + (1 - beta2) g g
///     w -= rate (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
///
/// `AdamW` lets weights decay apart from the gradient.
public struct Adam: Optimizer {
  private var core: AdamCore
  public var steps: Int { core.steps }

  /// - Parameters:
  ///   - rate: How far to go in a step.
  ///   - betas: How much of the mean and of the mean square stays in a step, each from 0 to below 1.
  ///   - epsilon: Holds steps small where gradients are.
  ///   - decay: How much of each weight its gradient gains.
  ///   - decaying: The parameters that decay; all of them, as in PyTorch, unless said otherwise.
  /// - Throws: `TensorError` where a number is outside its range.
  public init(
    rate: Schedule = 0.001, betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, decay: Double = 0,
    decaying: Set<Parameter.Role> = Parameter.Role.learned
  ) throws(TensorError) {
    core = try AdamCore(
      rate: rate, betas: betas, epsilon: epsilon, decay: decay, decaying: decaying, isDecoupled: false)
  }

  public mutating func update(_ network: inout some Parameterized, _ gradients: Gradients) throws(TensorError) {
    try core.update(&network, gradients)
  }
}

/// Adam with weights that decay by themselves: w *= 1 - rate decay, and the gradient knows nothing of it (Loshchilov and
/// Hutter, "Decoupled Weight Decay Regularization", 2019).
public struct AdamW: Optimizer {
  private var core: AdamCore
  public var steps: Int { core.steps }

  /// - Parameters:
  ///   - rate: How far to go in a step.
  ///   - betas: How much of the mean and of the mean square stays in a step, each from 0 to below 1.
  ///   - epsilon: Holds steps small where gradients are.
  ///   - decay: How much of each weight is lost in a step of rate 1.
  ///   - decaying: The parameters that decay; all of them, as in PyTorch, unless said otherwise.
  /// - Throws: `TensorError` where a number is outside its range.
  public init(
    rate: Schedule = 0.001, betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, decay: Double = 0.01,
    decaying: Set<Parameter.Role> = Parameter.Role.learned
  ) throws(TensorError) {
    core = try AdamCore(
      rate: rate, betas: betas, epsilon: epsilon, decay: decay, decaying: decaying, isDecoupled: true)
  }

  public mutating func update(_ network: inout some Parameterized, _ gradients: Gradients) throws(TensorError) {
    try core.update(&network, gradients)
  }
}

/// What Adam and AdamW share.
private struct AdamCore: Sendable {
  let rate: Schedule
  let betas: (mean: Double, square: Double)
  let epsilon: Double
  let decay: Double
  let decaying: Set<Parameter.Role>
  /// Whether weights decay apart from their gradient.
  let isDecoupled: Bool
  private(set) var steps = 0
  private var means = OptimizerMemory()
  private var squares = OptimizerMemory()

  init(
    rate: Schedule, betas: (Double, Double), epsilon: Double, decay: Double, decaying: Set<Parameter.Role>,
    isDecoupled: Bool
  ) throws(TensorError) {
    try rate.check()
    try requireNumber("the first beta", betas.0, 0..<1)
    try requireNumber("the second beta", betas.1, 0..<1)
    try requireNumber("epsilon", epsilon, 0..<Double.infinity)
    try requireNumber("the decay", decay, 0..<Double.infinity)
    self.rate = rate
    self.betas = betas
    self.epsilon = epsilon
    self.decay = decay
    self.decaying = decaying
    self.isDecoupled = isDecoupled
  }

  mutating func update(_ network: inout some Parameterized, _ gradients: Gradients) throws(TensorError) {
    let rate = rate.rate(at: steps)
    steps += 1
    // Both means begin at 0, and so are too small by these factors.
    let meanCorrection = 1 - pow(betas.mean, Double(steps))
    let squareCorrection = 1 - pow(betas.square, Double(steps))
    try network.update(by: gradients) { (parameter, gradient) throws(TensorError) in
      let decay = decaying.contains(parameter.role) ? decay : 0
      var rule = tk_adam(
        mean_gain: Float(1 - betas.mean), square_gain: Float(1 - betas.square), rate: Float(rate / meanCorrection),
        square_scale: Float(1 / squareCorrection.squareRoot()), epsilon: Float(epsilon),
        decay: isDecoupled ? 0 : Float(decay), keep: isDecoupled ? Float(1 - rate * decay) : 1)
      let count = gradient.shape.count
      var mean = try means.take(parameter)
      var square = try squares.take(parameter)
      try parameter.value.write { w throws(TensorError) in
        try mean.write { m throws(TensorError) in
          try square.write { s throws(TensorError) in
            try gradient.read { tk_adapt(&rule, w, $0, m, s, count) }
          }
        }
      }
      means.store(mean, parameter)
      squares.store(square, parameter)
    }
  }
}

extension Parameter.Role {
  /// All that an optimiser changes.
  public static let learned: Set<Parameter.Role> = [.weight, .bias, .scale, .shift, .tensor]
}
