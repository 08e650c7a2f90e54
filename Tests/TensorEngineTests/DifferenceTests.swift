import ReferenceFixtures
import Testing

@testable import TensorEngine

/// Every operation against its plain meaning in doubles, and its gradients against finite differences of that.
@Suite struct DifferenceTests {
  @Test(arguments: DifferenceCase.all)
  func forwardAndBackwardAgreeWithThePlainMeaning(_ example: DifferenceCase) throws {
    var generator = SeededGenerator(seed: example.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    var network = try OperationChain([example.make(&generator)])
    let inputs = try example.inputs.map { try Tensor.random($0, &generator, in: example.range) }
    // Parameters that begin as constants would hide mistakes.
    try network.visitParameters("") { (_, parameter) throws(TensorError) in
      guard parameter.isLearned else { return }
      parameter.value = try Tensor.random(parameter.value.shape.extents, &generator)
    }
    let count = try network.numberParameters()
    var tape = Tape.training(seed: 1)
    let variables = inputs.map { tape.variable($0) }
    let output = try network.forward(variables, &tape)[0]
    let parameters = network.parameters.filter(\.parameter.isLearned).map(\.parameter)

    let plain = example.meaning(inputs.map { ReferenceTensor($0) }, parameters.map { $0.value.doubles })
    #expect(ReferenceTensor(output.tensor).extents == plain.extents, "the shape of \(example.name)")
    #expect(output.tensor.doubles.excess(over: plain.values, tolerance: 1e-5) == 0, "the output of \(example.name)")
    let alone = try network.forward(inputs.map { Variable($0) }, &tape)[0]
    let distance = alone.tensor.doubles.excess(over: output.tensor.doubles, tolerance: 1e-6)
    #expect(distance == 0, "\(example.name) does not depend on what is recorded")

    let gradient = try Tensor.random(output.tensor.shape.extents, &generator)
    let flow = try tape.backward(from: [(output, gradient)], to: variables, parameterCount: count)
    for (index, found) in flow.inputs.enumerated() {
      let expected = differences(inputs[index].doubles, gradient) { values in
        var moved = inputs.map { ReferenceTensor($0) }
        moved[index].values = values
        return example.meaning(moved, parameters.map { $0.value.doubles })
      }
      // No gradient is one of zeros.
      let doubles = found?.doubles ?? Array(repeating: 0, count: expected.count)
      #expect(
        doubles.excess(over: expected, tolerance: 2e-5) == 0, "the gradient by input \(index) of \(example.name)")
    }
    for (index, parameter) in parameters.enumerated() {
      let expected = differences(parameter.value.doubles, gradient) { values in
        var moved = parameters.map { $0.value.doubles }
        moved[index] = values
        return example.meaning(inputs.map { ReferenceTensor($0) }, moved)
      }
      let found = try #require(flow.parameters[parameter], "the gradient by parameter \(index) of \(example.name)")
      #expect(found.shape == parameter.value.shape)
      #expect(
        found.doubles.excess(over: expected, tolerance: 2e-5) == 0,
        "the gradient by parameter \(index) of \(example.name)")
    }
  }

  /// The derivative of the sum of gradient * f(x) by every element of x.
  private func differences(
    _ x: [Double], _ gradient: Tensor, _ function: ([Double]) -> ReferenceTensor
  ) -> [Double] {
    let weights = gradient.doubles
    let step = 1e-5
    return x.indices.map { index in
      var moved = x
      moved[index] = x[index] + step
      let above = function(moved)
      moved[index] = x[index] - step
      let below = function(moved)
      var sum = 0.0
      for element in weights.indices { sum += weights[element] * (above.values[element] - below.values[element]) }
      return sum / (2 * step)
    }
  }
}

/// An operation on small inputs, and what it means.
struct DifferenceCase: Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: [[Int]]
  /// What the inputs are drawn from.
  var range: ClosedRange<Float> = -2...2
  let make: @Sendable (inout SeededGenerator) throws -> OperationChain.Step
  /// From the inputs and the learned parameters, in the order of the visit.
  let meaning: @Sendable (_ inputs: [ReferenceTensor], _ parameters: [[Double]]) -> ReferenceTensor

  var testDescription: String { name }
}

extension Tensor {
  /// Numbers of a range.
  static func random(
    _ extents: [Int], _ generator: inout SeededGenerator, in range: ClosedRange<Float> = -2...2
  ) throws(TensorError) -> Tensor {
    let shape = try TensorShape(extents)
    let width = range.upperBound - range.lowerBound
    var scalars: [Float] = []
    for _ in 0..<shape.count { scalars.append(width * generator.unit() + range.lowerBound) }
    return try Tensor(shape, scalars)
  }

  var doubles: [Double] { scalars.map(Double.init) }
}

extension [Double] {
  /// How far the numbers are from those expected, beyond tolerance * (1 + |v|).
  func excess(over expected: [Double], tolerance: Double) -> Double {
    guard count == expected.count else { return .infinity }
    return zip(self, expected).reduce(0) { worst, pair in
      let excess = abs(pair.0 - pair.1) - tolerance * (1 + abs(pair.1))
      return excess.isNaN ? .infinity : Swift.max(worst, excess)
    }
  }
}
