extension Network {
  /// One step of training for a network of one input and one output: forward, backward, and the optimiser.
  ///
  /// Networks with more of either use `step` and `update` of the optimiser.
  ///
  /// - Parameters:
  ///   - input: A batch.
  ///   - target: What the loss compares the output with.
  ///   - seed: Decides what dropout leaves out: the same seed throughout a training gives other choices in every step.
  /// - Returns: The loss and the output, both from before the parameters were changed.
  /// - Throws: `TensorError` where a layer or the loss refuses what it gets; the parameters are then as before.
  @discardableResult
  public mutating func train<Measure: Loss>(
    on input: Tensor, _ target: Measure.Target, loss: Measure, with optimizer: inout some Optimizer, seed: UInt64
  ) throws(TensorError) -> (loss: Double, output: Tensor) {
    var generator = SeededGenerator(seed: seed, stream: optimizer.steps)
    let step = try step(on: [input], seed: generator.next()) { outputs throws(TensorError) in
      guard let output = outputs.first, outputs.count == 1 else {
        throw TensorError(.count(what: "outputs", expected: 1, found: outputs.count))
      }
      let value = try loss(output, target)
      return (measure: (loss: value.mean, output: output), gradients: [value.gradient])
    }
    try optimizer.update(&self, step.gradients)
    return step.measure
  }
}

extension SeededGenerator {
  /// One of many sequences that belong to a seed: that of an epoch or a step.
  init(seed: UInt64, stream: Int) {
    var generator = SeededGenerator(seed: seed)
    self.init(seed: generator.next() &+ UInt64(truncatingIfNeeded: stream))
  }
}
