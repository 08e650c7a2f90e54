import Testing

@testable import TensorEngine

/// A layer that runs more than once in a step: its gradients add up, and its statistics go on from call to call.
@Suite struct SharedLayerTests {
  /// One layer on two inputs.
  private struct Twins<Shared: Layer & Parameterized>: Network {
    var shared: Shared

    func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
      var outputs: [Variable] = []
      for input in inputs { outputs.append(try shared(input, &tape)) }
      return outputs
    }

    mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try shared.visitParameters(path + "shared.", body)
    }
  }

  /// The gradients of a layer for the sum of the squares of its outputs, by name.
  private func gradients(
    _ layer: some Layer & Parameterized, _ inputs: [Tensor]
  ) throws -> [String: [Double]] {
    var network = Twins(shared: layer)
    let step = try network.step(on: inputs, seed: 3) { outputs throws(TensorError) in
      (measure: (), gradients: outputs)
    }
    var result: [String: [Double]] = [:]
    for (name, parameter) in network.parameters { result[name] = step.gradients[parameter]?.doubles }
    return result
  }

  @Test func gradientsOfAllCallsAddUp() throws {
    var generator = SeededGenerator(seed: 4)
    let layers: [any Layer & Parameterized] = [
      try Convolution(3, filters: 4, window: Window([3], before: [1]), using: &generator),
      try LocalConvolution([5, 3], filters: 2, window: Window([2]), using: &generator),
      try Recurrent(.lstm, 3, units: 4, both: true, using: &generator),
      try Recurrent(.gru, 3, units: 4, last: true, using: &generator),
      try Learned([5, 3], initial: 0.5, deviation: 1, using: &generator), try Scale(channels: 3),
      try ParametricRelu(slopes: 3),
    ]
    for layer in layers {
      let inputs = try (0..<2).map { _ in try Tensor.random([2, 5, 3], &generator) }
      let together = try gradients(layer, inputs)
      let apart = try inputs.map { try gradients(layer, [$0]) }
      #expect(!together.isEmpty)
      for (name, sum) in together {
        let expected = zip(try #require(apart[0][name]), try #require(apart[1][name])).map { $0 + $1 }
        #expect(sum.excess(over: expected, tolerance: 1e-5) == 0, "\(name) of \(type(of: layer))")
      }
    }
  }

  /// A layer whose output it reads again.
  @Test func aLayerMayReadWhatItGave() throws {
    var generator = SeededGenerator(seed: 4)
    let layer = try Dense(3, units: 3, bias: false, using: &generator)
    let x = try Tensor.random([2, 3], &generator)
    var network = OperationChain([.parameterized(layer), .parameterized(layer)])
    // Both are one parameter: the visit of a chain would count them as two.
    let count = try network.numberParameters()
    #expect(count == 2)
    var shared = Twins(shared: layer)
    _ = try shared.numberParameters()
    var tape = Tape.training(seed: 1)
    let hidden = try shared.shared(tape.variable(x), &tape)
    let output = try shared.shared(hidden, &tape)
    let flow = try tape.backward(from: [(output, output.tensor)], parameterCount: 1)
    let apart = try network.step(on: [x], seed: 1) { outputs throws(TensorError) in (measure: (), gradients: outputs) }
    let parts = try network.parameters.map { try #require(apart.gradients[$0.parameter]).doubles }
    let found = try #require(flow.parameters[shared.shared.weight]).doubles
    #expect(found.excess(over: zip(parts[0], parts[1]).map { $0 + $1 }, tolerance: 1e-5) == 0)
  }

  /// PyTorch's `BatchNorm1d(2, momentum=0.25)`, called with both inputs one after the other.
  @Test func runningStatisticsGoOnFromCallToCall() throws {
    let a = try Tensor([3, 2], [1, 2, 3, -1, 5, 0.5])
    let b = try Tensor([2, 2], [0, 4, 2, 4.5])
    let norm = try Normalization(.batch(momentum: 0.25), channels: 2)
    let once = try gradients(norm, [a])
    #expect(try #require(once["shared.running_mean"]).excess(over: [0.75, 0.125], tolerance: 1e-6) == 0)
    #expect(try #require(once["shared.running_var"]).excess(over: [1.75, 1.3125], tolerance: 1e-6) == 0)
    let twice = try gradients(norm, [a, b])
    #expect(try #require(twice["shared.running_mean"]).excess(over: [0.8125, 1.15625], tolerance: 1e-6) == 0)
    #expect(try #require(twice["shared.running_var"]).excess(over: [1.8125, 1.015625], tolerance: 1e-6) == 0)
  }
}
