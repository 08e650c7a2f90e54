import Testing

@testable import TensorEngine

extension OneAtATime {
  @Suite struct TrainTests {
    /// A single dense layer: what it has to learn is a line.
    private struct Linear: Network {
      var dense: Dense

      init(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        dense = try Dense(4, units: 3, using: &generator)
      }

      func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
        [try dense(inputs[0], &tape)]
      }

      mutating func visitParameters(
        _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
      ) throws(TensorError) {
        try dense.visitParameters(path + "dense.", body)
      }
    }

    /// Points whose class is the largest of three fixed products.
    private func examples() throws -> Examples {
      var generator = SeededGenerator(seed: 9)
      let truth: [[Float]] = [[1, -1, 0.5, 0], [-0.5, 1, 0, 1], [0, 0.5, -1, -1]]
      let points = (0..<200).map { _ in (0..<4).map { _ in 2 * generator.unit() - 1 } }
      let labels = points.map { point in
        let scores = truth.map { zip($0, point).reduce(0) { $0 + $1.0 * $1.1 } }
        return scores.indices.max { scores[$0] < scores[$1] } ?? 0
      }
      return try Examples(Tensor([200, 4], Array(points.joined())), labels: labels)
    }

    private func train(_ optimizer: some Optimizer) throws -> (network: Linear, losses: [Double]) {
      var optimizer = optimizer
      var network = try Linear(seed: 1)
      let examples = try examples()
      let batches = try Batches(of: examples.count, size: 32, seed: 4)
      var losses: [Double] = []
      for epoch in 0..<20 {
        for indices in batches.epoch(epoch) {
          let batch = try examples.at(indices)
          let (loss, output) = try network.train(
            on: batch.inputs, batch.labels, loss: CrossEntropy(), with: &optimizer, seed: 1)
          #expect(output.shape.extents == [batch.count, 3])
          losses.append(loss)
        }
      }
      #expect(optimizer.steps == 20 * batches.count)
      return (network, losses)
    }

    @Test func everyOptimiserLearnsALine() throws {
      let examples = try examples()
      let trained = [
        try train(SGD(rate: .warmUp(10, then: .cosine(from: 0.5, over: 140)), momentum: 0.9, nesterov: true)),
        try train(Adam(rate: 0.1)), try train(AdamW(rate: 0.1)),
      ]
      for (network, losses) in trained {
        #expect(try network(examples.inputs).accuracy(examples.labels) > 0.95)
        let (first, last) = (losses.prefix(7).reduce(0, +), losses.suffix(7).reduce(0, +))
        #expect(last < first / 3)
      }
    }

    @Test func aSecondTrainingIsTheSameToTheLastBit() throws {
      let (first, second) = (try train(AdamW(rate: 0.1)), try train(AdamW(rate: 0.1)))
      #expect(first.losses == second.losses)
      #expect(first.network.dense.weight.value == second.network.dense.weight.value)
    }

    @Test func aRefusedStepChangesNothing() throws {
      var network = try Linear(seed: 1)
      var optimizer = try SGD(rate: 0.1)
      let before = network.dense.weight.value
      let input = try Tensor([1, 4], [1, 2, 3, .infinity])
      #expect(throws: TensorError.self) {
        try network.train(on: input, [0], loss: CrossEntropy(), with: &optimizer, seed: 1)
      }
      #expect(throws: TensorError.self) {
        try network.train(on: Tensor([1, 4], [1, 2, 3, 4]), [3], loss: CrossEntropy(), with: &optimizer, seed: 1)
      }
      #expect(network.dense.weight.value == before && optimizer.steps == 0)
    }

    @Test func aTrainedNetworkComesBackFromItsFile() throws {
      let network = try train(Adam(rate: 0.1)).network
      var other = try Linear(seed: 2)
      try other.load(SafeTensors.read(SafeTensors.bytes(of: NamedTensors(of: network))))
      #expect(other.dense.weight.value == network.dense.weight.value)
      #expect(other.dense.bias?.value == network.dense.bias?.value)
    }
  }
}
