import Foundation
import TensorKernels
import Testing

@testable import TensorEngine

extension OneAtATime {
  /// Layers on inputs large enough for every block, edge and way to share work: their outputs against the plain meaning, and
  /// their gradients against differences of it along a direction.
  @Suite struct LargeTests {
    private static let settings = [
      Setting(level: tk_portable, threads: 1), Setting(level: tk_avx2, threads: 3),
      Setting(level: tk_avx512, threads: 1),
      Setting(level: tk_avx512, threads: 3),
    ]

    @Test(arguments: cases)
    func outputsAndSlopesAgreeWithThePlainMeaning(_ example: DifferenceCase) throws {
      var generator = SeededGenerator(seed: 9)
      var network = try OperationChain([example.make(&generator)])
      let inputs = try example.inputs.map { try Tensor.random($0, &generator) }
      try network.visitParameters("") { (_, parameter) throws(TensorError) in
        parameter.value = try Tensor.random(parameter.value.shape.extents, &generator, in: -0.5...0.5)
      }
      let parameters = network.parameters.map(\.parameter.value)
      let directions = try (inputs + parameters).map { try Tensor.random($0.shape.extents, &generator, in: -1...1) }
      /// What comes of the inputs and parameters, moved along the direction.
      func moved(_ step: Double) -> ReferenceTensor {
        let values = zip(inputs + parameters, directions).map { value, direction in
          zip(value.doubles, direction.doubles).map { $0 + step * $1 }
        }
        return example.meaning(
          zip(inputs, values).map { ReferenceTensor(ReferenceTensor($0).extents, $1) },
          Array(values.dropFirst(inputs.count)))
      }
      let expected = moved(0)
      let step = 1e-5
      let differences = zip(moved(step).values, moved(-step).values).map { ($0 - $1) / (2 * step) }
      let gradient = try Tensor.random([expected.values.count], &generator)
      let slope = zip(differences, gradient.doubles).reduce(0) { $0 + $1.0 * $1.1 }
      // What the sum would be about if every term had the same sign.
      let scale = zip(differences, gradient.doubles).reduce(0) { $0 + abs($1.0 * $1.1) }
      for setting in Self.settings {
        let found = try setting.run {
          try network.step(on: inputs, seed: 1, wantsInputGradients: true) { outputs throws(TensorError) in
            (measure: outputs[0], gradients: [try gradient.reshaped(outputs[0].shape)])
          }
        }
        #expect(
          found.measure.doubles.excess(over: expected.values, tolerance: 1e-5) == 0, "\(example.name) at \(setting)")
        let gradients = found.inputGradients + network.parameters.map { found.gradients[$0.parameter] }
        let sum = zip(gradients, directions).reduce(0) { sum, pair in
          zip(pair.0?.doubles ?? [], pair.1.doubles).reduce(sum) { $0 + $1.0 * $1.1 }
        }
        #expect(abs(sum - slope) < 1e-5 * scale, "the slope of \(example.name) at \(setting): \(sum), not \(slope)")
      }
    }

    private static let cases: [DifferenceCase] = [
      DifferenceCase(name: "attention in blocks", inputs: [[2, 140, 8], [2, 45, 8], [2, 45, 6]]) { _ in
        .join(Attention(heads: 2))
      } meaning: { inputs, _ in
        inputs[0].attention(inputs[1], inputs[2], heads: 2, scaled: true)
      },
      DifferenceCase(name: "attention of many heads", inputs: [[3, 9, 7, 20], [3, 25, 20], [3, 25, 15]]) { _ in
        .join(Attention(heads: 5))
      } meaning: { inputs, _ in
        inputs[0].attention(inputs[1], inputs[2], heads: 5, scaled: true)
      },
      recurrent(.lstm, [3, 9, 20], units: 37), recurrent(.gru, [7, 6, 33], units: 21),
      DifferenceCase(name: "local convolution", inputs: [[5, 8, 9, 9]]) { generator in
        .parameterized(
          try LocalConvolution(
            [8, 9, 9], filters: 19, window: Window([3, 3], stride: [1, 2], before: [1, 1]), using: &generator))
      } meaning: { inputs, parameters in
        guard let window = try? Window([3, 3], stride: [1, 2], before: [1, 1]) else { return inputs[0] }
        return inputs[0].locallyConvolved(parameters[0], parameters[1], window, filters: 19)
      },
      lines("softmax", Softmax(over: .height), [3, 20, 11, 67], [2]) { value, all in
        exp(value) / all.reduce(0) { $0 + exp($1) }
      },
      lines("logarithm of softmax", Softmax(logarithm: true), [3, 5, 11, 167], [4]) { value, all in
        value - log(all.reduce(0) { $0 + exp($1) })
      },
      lines("unit normalisation", UnitNormalization(over: .cells), [3, 10, 11, 67], [2, 3]) { value, all in
        value / all.reduce(0) { $0 + $1 * $1 }.squareRoot()
      },
      reduction(.norm, .cells, [2, 13, 21, 70], [2, 3]),
      reduction(.maximum, [.height, .channels], [3, 21, 10, 50], [2, 4]),
      reduction(.mean, .channels, [2, 13, 11, 130], [4]),
      DifferenceCase(name: "a map and two vectors", inputs: [[3, 20, 21, 70], [3, 70], [1, 70]]) { _ in
        .join(Elementwise(.multiply, constants: [.init(0.5, at: 2)]))
      } meaning: { inputs, _ in
        ReferenceTensor.make(inputs[0].extents) { n, d, h, w, c in
          inputs[0][n, d, h, w, c] * inputs[1].repeated(n, d, h, w, c) * inputs[2].repeated(n, d, h, w, c) * 0.5
        }
      },
      DifferenceCase(name: "gated linear unit", inputs: [[3, 30, 31, 34]]) { _ in
        .layer(GatedLinear())
      } meaning: { inputs, _ in
        ReferenceTensor.make([3, 1, 30, 31, 17]) { n, d, h, w, c in
          inputs[0][n, d, h, w, c] / (1 + exp(-inputs[0][n, d, h, w, c + 17]))
        }
      },
    ]

    private static func recurrent(_ kind: Recurrent.Kind, _ input: [Int], units: Int) -> DifferenceCase {
      DifferenceCase(name: "\(kind)", inputs: [input]) { generator in
        .parameterized(try Recurrent(kind, input[2], units: units, both: true, using: &generator))
      } meaning: { inputs, parameters in
        inputs[0].recurrent(kind, parameters, units: units, both: true, last: false)
      }
    }

    private static func lines(
      _ name: String, _ layer: any Layer, _ input: [Int], _ axes: Set<Int>,
      _ meaning: @escaping @Sendable (Double, [Double]) -> Double
    ) -> DifferenceCase {
      DifferenceCase(name: name, inputs: [input]) { _ in
        .layer(layer)
      } meaning: { inputs, _ in
        inputs[0].mapped(over: axes, meaning)
      }
    }

    private static func reduction(
      _ kind: Reduce.Kind, _ axes: AxisSet, _ input: [Int], _ five: Set<Int>
    ) -> DifferenceCase {
      DifferenceCase(name: "\(kind)", inputs: [input]) { _ in
        .layer(Reduce(kind, over: axes))
      } meaning: { inputs, _ in
        inputs[0].reduced(over: five) { values in
          switch kind {
          case .norm: values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          case .maximum: values.max() ?? .nan
          case .minimum: values.min() ?? .nan
          case .sum: values.reduce(0, +)
          case .mean: values.reduce(0, +) / Double(values.count)
          }
        }
      }
    }
  }
}
