/// Examples with the number of the class of each.
public struct Examples: Sendable {
  /// Examples along the first axis.
  public let inputs: Tensor
  public let labels: [Int]

  /// - Throws: `TensorError` where there are not as many labels as examples.
  public init(_ inputs: Tensor, labels: [Int]) throws(TensorError) {
    guard labels.count == inputs.shape.batch else {
      throw TensorError(.count(what: "labels for \(inputs.shape)", expected: inputs.shape.batch, found: labels.count))
    }
    self.inputs = inputs
    self.labels = labels
  }

  public var count: Int { labels.count }

  /// The examples of these numbers, in this order.
  ///
  /// - Throws: `TensorError` where there are none, or one does not exist.
  public func at(_ indices: some Collection<Int>) throws(TensorError) -> Examples {
    let inputs = try inputs.examples(at: indices)
    return try Examples(inputs, labels: indices.map { labels[$0] })
  }
}

extension Tensor {
  /// The examples of these numbers along the first axis, in this order.
  ///
  /// - Throws: `TensorError` where there are none, one does not exist, or memory does not suffice.
  public func examples(at indices: some Collection<Int>) throws(TensorError) -> Tensor {
    let count = shape.batch
    for index in indices where index < 0 || index >= count {
      throw TensorError(.data(.example(found: index, count: count)))
    }
    let size = shape.count / count
    return try Tensor.filled(TensorShape([indices.count] + shape.extents.dropFirst())) { target throws(TensorError) in
      try read { source in
        for (row, index) in indices.enumerated() {
          (target + row * size).update(from: source + index * size, count: size)
        }
      }
    }
  }
}

/// Cuts examples into batches, in another order in each epoch:
///
///     for epoch in 0..<30 {
///       for indices in batches.epoch(epoch) { let batch = try examples.at(indices) ... }
///     }
public struct Batches: Sendable {
  /// What becomes of the examples that do not fill a batch.
  public enum Rest: Hashable, Sendable {
    /// They are a smaller batch at the end.
    case kept
    /// They are left out, which are others in each epoch.
    case dropped
  }

  /// How many examples there are.
  public let examples: Int
  /// How many make a batch.
  public let size: Int
  public let rest: Rest
  /// Decides the order; nil for that of the examples.
  public let seed: UInt64?

  /// - Throws: `TensorError` where there would be no batch, or there are more examples than 32 bits can number.
  public init(of examples: Int, size: Int, rest: Rest = .kept, seed: UInt64?) throws(TensorError) {
    try requirePositive("the number of examples", examples)
    try requirePositive("the size of a batch", size)
    guard examples <= UInt32.max else {
      throw TensorError(
        .argument("the number of examples", found: "\(examples)", expected: "at most \(UInt32.max)"))
    }
    guard rest == .kept || size <= examples else {
      throw TensorError(
        .argument("the size of a batch", found: "\(size)", expected: "at most \(examples), the number of examples"))
    }
    self.examples = examples
    self.size = size
    self.rest = rest
    self.seed = seed
  }

  /// How many batches an epoch has.
  public var count: Int {
    let hasRest = rest == .kept && !examples.isMultiple(of: size)
    return examples / size + (hasRest ? 1 : 0)
  }

  /// The batches of an epoch, each a list of the numbers of examples.
  ///
  /// The order depends on the seed and the number of the epoch alone, on every machine: the shuffle of Fisher and Yates
  /// (Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P) with the numbers of `SeededGenerator`.
  public func epoch(_ epoch: Int) -> [ArraySlice<Int>] {
    var order = Array(0..<examples)
    if let seed {
      var generator = SeededGenerator(seed: seed, stream: epoch)
      for last in stride(from: examples - 1, to: 0, by: -1) { order.swapAt(last, generator.below(last + 1)) }
    }
    return (0..<count).map { order[$0 * size..<min(($0 + 1) * size, examples)] }
  }
}
