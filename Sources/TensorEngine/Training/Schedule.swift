#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the learning rate changes from step to step. A number by itself is a rate that stays:
///
///     let steady: Schedule = 0.1
///     let usual = Schedule.warmUp(500, then: .cosine(from: 0.1, over: 20_000))
public indirect enum Schedule: Hashable, Sendable {
  /// One rate throughout.
  case constant(Double)
  /// Multiplied by `factor` after every so many steps.
  case step(from: Double, every: Int, factor: Double)
  /// Half a wave of the cosine from one rate down to another over so many steps, which then stays (Loshchilov and
  /// Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, without restarts).
  case cosine(from: Double, to: Double = 0, over: Int)
  /// A straight line over so many steps up to the first rate of the schedule that follows (Goyal et al., "Accurate,
  /// Large Minibatch SGD", 2017). The first step has a part of it already, so that none is lost.
  case warmUp(Int, then: Schedule)

  /// The rate of a step.
  ///
  /// - Parameter step: How many steps came before; a negative number counts as none.
  public func rate(at step: Int) -> Double {
    let step = max(step, 0)
    switch self {
    case .constant(let rate): return rate
    case .step(let rate, let every, let factor): return rate * pow(factor, Double(step / max(every, 1)))
    case .cosine(let first, let last, let steps):
      let done = Double(step) / Double(max(steps, 1))
      return done >= 1 ? last : last + (first - last) * (1 + cos(Double.pi * done)) / 2
    case .warmUp(let steps, let next):
      return step < steps ? next.rate(at: 0) * Double(step + 1) / Double(steps) : next.rate(at: step - max(steps, 0))
    }
  }

  /// - Throws: `TensorError` where a rate or a factor is negative or not finite, or a number of steps is below 1.
  func check() throws(TensorError) {
    switch self {
    case .constant(let rate): try requireNumber("the rate", rate, 0..<Double.infinity)
    case .step(let rate, let every, let factor):
      try requireNumber("the rate", rate, 0..<Double.infinity)
      try requireNumber("the factor", factor, 0..<Double.infinity)
      try requirePositive("the steps between changes of the rate", every)
    case .cosine(let first, let last, let steps):
      try requireNumber("the first rate", first, 0..<Double.infinity)
      try requireNumber("the last rate", last, 0..<Double.infinity)
      try requirePositive("the steps of the cosine", steps)
    case .warmUp(let steps, let next):
      try requirePositive("the steps of the warm-up", steps)
      try next.check()
    }
  }
}

extension Schedule: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral rate: Double) {
    self = .constant(rate)
  }

  public init(integerLiteral rate: Int) {
    self = .constant(Double(rate))
  }
}

/// - Throws: `TensorError` where a number is not in its range, NaN included.
func requireNumber(_ name: String, _ value: Double, _ range: Range<Double>) throws(TensorError) {
  guard !range.contains(value) else { return }
  let limit = range.upperBound == .infinity ? "finite" : "below \(range.upperBound)"
  throw TensorError(.argument(name, found: "\(value)", expected: "at least \(range.lowerBound) and \(limit)"))
}

/// - Throws: `TensorError` where a number is below 1.
func requirePositive(_ name: String, _ value: Int) throws(TensorError) {
  guard value < 1 else { return }
  throw TensorError(.argument(name, found: "\(value)", expected: "at least 1"))
}
