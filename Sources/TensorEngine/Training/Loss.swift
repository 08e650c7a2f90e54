/// How far an output is from what it should be, as a number, with the direction in which the number grows.
public protocol Loss: Sendable {
  /// What outputs are compared with.
  associatedtype Target: Sendable

  /// - Returns: The mean loss and its derivative by the output.
  /// - Throws: `TensorError` where output and target do not fit each other, or either is not finite.
  func callAsFunction(_ output: Tensor, _ target: Target) throws(TensorError) -> LossValue
}

/// A loss, and the derivative of it by what it was taken of.
public struct LossValue: Sendable {
  /// The mean over the batch.
  public let mean: Double
  /// In the shape of the output.
  public let gradient: Tensor

  public init(mean: Double, gradient: Tensor) {
    self.mean = mean
    self.gradient = gradient
  }
}

extension Tensor {
  /// - Throws: `notFinite` where the tensor holds NaN or an infinity.
  func requireFinite(_ what: String) throws(TensorError) {
    if let index = firstNotFinite { throw TensorError(.notFinite(what: what, index: index)) }
  }

  /// The mean of a loss that is a sum over elements, each of an output and its target.
  ///
  /// - Parameters:
  ///   - isProbability: Whether targets have to lie from 0 to 1.
  ///   - term: The loss of an element and its derivative by the output.
  func meanLoss(
    _ target: Tensor, isProbability: Bool, _ term: (_ output: Double, _ target: Double) -> (loss: Double, slope: Double)
  ) throws(TensorError) -> LossValue {
    guard target.shape == shape else {
      throw TensorError(.shape(what: "targets", expected: shape.extents, found: target.shape.extents))
    }
    try requireFinite("the output")
    try target.requireFinite("the target")
    if isProbability { try target.requireProbabilities("the target") }
    let count = shape.count
    var sum = 0.0
    let gradient = try Tensor.filled(shape) { gradient throws(TensorError) in
      try read { output throws(TensorError) in
        try target.read { target in
          for index in 0..<count {
            let (loss, slope) = term(Double(output[index]), Double(target[index]))
            sum += loss
            gradient[index] = Float(slope / Double(count))
          }
        }
      }
    }
    return LossValue(mean: sum / Double(count), gradient: gradient)
  }

  /// - Throws: `notAProbability` where an element is below 0 or above 1.
  func requireProbabilities(_ what: String) throws(TensorError) {
    try withUnsafeScalars { scalars throws(TensorError) in
      guard let index = scalars.firstIndex(where: { !(0...1).contains($0) }) else { return }
      throw TensorError(.data(.notAProbability(what: what, index: index, found: scalars[index])))
    }
  }
}
