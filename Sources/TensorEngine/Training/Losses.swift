#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cross entropy between the softmax of logits and labels, as a mean over examples; the logits are what comes before
/// the softmax.
///
/// Logits are `[batch, classes]` with a label for each example, or `[batch, ..., classes]` with a label for each cell.
public struct CrossEntropy: Loss {
  /// How much of the target is shared out evenly among all classes (Szegedy et al., "Rethinking the Inception
  /// Architecture for Computer Vision", 2016).
  public let smoothing: Double

  public init() {
    smoothing = 0
  }

  /// - Parameter smoothing: From 0, for labels as they are, to below 1.
  /// - Throws: `TensorError` where it is not.
  public init(smoothing: Double) throws(TensorError) {
    guard smoothing >= 0, smoothing < 1 else {
      throw TensorError(.argument("smoothing", found: "\(smoothing)", expected: "from 0 to below 1"))
    }
    self.smoothing = smoothing
  }

  /// - Parameter labels: The number of the right class, from 0, for each example or cell in row-major order.
  public func callAsFunction(_ logits: Tensor, _ labels: [Int]) throws(TensorError) -> LossValue {
    let classes = logits.shape.channels
    try logits.requireLabels(labels)
    try logits.requireFinite("the output")
    let shared = smoothing / Double(classes)
    let rows = Double(labels.count)
    var exponentials = [Double](repeating: 0, count: classes)
    var sum = 0.0
    let gradient = try Tensor.filled(logits.shape) { gradient throws(TensorError) in
      try logits.read { logits in
        for (row, label) in labels.enumerated() {
          let start = row * classes
          let values = UnsafeBufferPointer(start: logits + start, count: classes)
          // What all logits share cancels out; without the largest of them no exponential overflows.
          let largest = Double(values.max() ?? 0)
          var total = 0.0
          var valueSum = 0.0
          for (index, value) in values.enumerated() {
            exponentials[index] = exp(Double(value) - largest)
            total += exponentials[index]
            valueSum += Double(value) - largest
          }
          let right = Double(values[label]) - largest
          sum += log(total) - (1 - smoothing) * right - shared * valueSum
          for index in 0..<classes {
            let target = shared + (index == label ? 1 - smoothing : 0)
            gradient[start + index] = Float((exponentials[index] / total - target) / rows)
          }
        }
      }
    }
    return LossValue(mean: sum / rows, gradient: gradient)
  }
}

/// The mean of the squares of the differences between output and target, over all elements.
public struct MeanSquaredError: Loss {
  public init() {}

  public func callAsFunction(_ output: Tensor, _ target: Tensor) throws(TensorError) -> LossValue {
    try output.meanLoss(target, isProbability: false) { output, target in
      let difference = output - target
      return (difference * difference, 2 * difference)
    }
  }
}

/// The cross entropy between independent probabilities and targets from 0 to 1, as a mean over all elements.
public struct BinaryCrossEntropy: Loss {
  /// What the network gives.
  public enum Output: Hashable, Sendable {
    /// Numbers whose sigmoid is the probability: exact for every size of number, so to be preferred.
    case logits
    /// The probabilities themselves. Logarithms are held above -100, so that a wrong certainty has a finite loss.
    case probabilities
  }

  public let output: Output

  public init(of output: Output = .logits) {
    self.output = output
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor) throws(TensorError) -> LossValue {
    switch self.output {
    case .logits:
      return try output.meanLoss(target, isProbability: true) { logit, target in
        // log(1 + exp(x)) - t x, with an exponential that is at most 1.
        let small = exp(-abs(logit))
        let probability = logit >= 0 ? 1 / (1 + small) : small / (1 + small)
        return (max(logit, 0) - logit * target + log1p(small), probability - target)
      }
    case .probabilities:
      try output.requireProbabilities("the output")
      return try output.meanLoss(target, isProbability: true) { probability, target in
        let loss = -target * max(log(probability), -100) - (1 - target) * max(log1p(-probability), -100)
        // As PyTorch holds the slope of a certainty finite.
        return (loss, (probability - target) / max(probability * (1 - probability), 1e-12))
      }
    }
  }
}

extension Tensor {
  /// - Throws: `TensorError` where there are not as many labels as rows of channels, or a label names no channel.
  func requireLabels(_ labels: [Int]) throws(TensorError) {
    guard shape.rank >= 2 else {
      throw TensorError(.rank(what: "an output", expected: 2...TensorShape.largestRank, found: shape.extents))
    }
    let classes = shape.channels
    let rows = shape.count / classes
    guard labels.count == rows else {
      throw TensorError(.count(what: "labels for \(shape)", expected: rows, found: labels.count))
    }
    guard let wrong = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) else { return }
    throw TensorError(.data(.label(index: wrong, found: labels[wrong], classes: classes)))
  }
}
