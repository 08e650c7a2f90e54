import Foundation

@testable import TensorEngine

extension DifferenceCase {
  static let all: [DifferenceCase] =
    convolutions + transposed + dense + pools + norms + activations + channels + joins + rearrangements + resamplings
    + functions + reductions + arithmetic + attentions + recurrents + locals + unpools + learned

  // MARK: - Layers with weights

  private static func window(
    _ kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil, before: [Int]? = nil, after: [Int]? = nil
  ) -> Window {
    guard let window = try? Window(kernel, stride: stride, dilation: dilation, before: before, after: after) else {
      fatalError("a window of the test's own is wrong")
    }
    return window
  }

  private static func convolution(
    _ name: String, _ input: [Int], _ filters: Int, _ window: Window, groups: Int = 1, bias: Bool = true
  ) -> DifferenceCase {
    DifferenceCase(name: "convolution, \(name)", inputs: [input]) { generator in
      .parameterized(
        try Convolution(
          input[input.count - 1], filters: filters, window: window, groups: groups, bias: bias, using: &generator))
    } meaning: { inputs, parameters in
      inputs[0].convolved(parameters[0], bias ? parameters[1] : nil, window, groups: groups, filters: filters)
    }
  }

  private static let convolutions = [
    convolution("1-D, strided", [2, 9, 3], 4, window([3], stride: [2], before: [1])),
    convolution("1-D, causal and dilated", [1, 8, 2], 3, window([2], dilation: [3], before: [3], after: [0])),
    convolution("2-D", [2, 5, 4, 3], 5, window([3, 3], before: [1, 1])),
    convolution("2-D, asymmetric", [1, 6, 5, 2], 3, window([2, 3], stride: [2, 3], before: [0, 2], after: [1, 1])),
    convolution("2-D, strided beyond the kernel", [1, 7, 7, 2], 2, window([2, 1], stride: [3, 4])),
    convolution(
      "2-D, strided and dilated", [1, 9, 8, 2], 2, window([3, 2], stride: [2, 2], dilation: [2, 3], before: [2, 1])),
    convolution("2-D, one by one", [2, 3, 2, 4], 3, window([1, 1])),
    convolution("2-D, grouped", [1, 4, 5, 6], 4, window([3, 2], before: [1, 0]), groups: 2, bias: false),
    convolution("2-D, depthwise", [2, 5, 4, 3], 3, window([3, 3], stride: [2, 1], before: [1, 1]), groups: 3),
    convolution(
      "2-D, depthwise with two filters a channel", [1, 4, 4, 3], 6, window([3, 3], before: [1, 1]), groups: 3),
    convolution(
      "2-D, depthwise and dilated", [1, 6, 6, 2], 2,
      window([2, 2], stride: [2, 2], dilation: [3, 3], before: [1, 1]), groups: 2),
    convolution("3-D", [1, 3, 4, 3, 2], 3, window([2, 3, 2], stride: [1, 2, 1], before: [1, 1, 0])),
    convolution("3-D, depthwise", [1, 3, 3, 3, 2], 2, window([2, 2, 2], before: [1, 0, 1]), groups: 2),
  ]

  private static func transposed(
    _ name: String, _ input: [Int], _ filters: Int, _ window: Window, groups: Int = 1
  ) -> DifferenceCase {
    DifferenceCase(name: "transposed convolution, \(name)", inputs: [input]) { generator in
      .parameterized(
        try TransposedConvolution(
          input[input.count - 1], filters: filters, window: window, groups: groups, using: &generator))
    } meaning: { inputs, parameters in
      inputs[0].transposedConvolved(parameters[0], parameters[1], window, groups: groups, filters: filters)
    }
  }

  private static let transposed = [
    transposed("1-D", [2, 4, 3], 2, window([3], stride: [2], before: [1], after: [0])),
    transposed("2-D", [1, 3, 4, 2], 3, window([4, 3], stride: [2, 2], before: [1, 1])),
    transposed(
      "2-D, cells added", [1, 3, 2, 2], 2, window([2, 3], stride: [3, 2], before: [0, 0], after: [-1, -1])),
    transposed("2-D, dilated", [1, 3, 3, 2], 2, window([2, 3], dilation: [2, 2], before: [1, 2])),
    transposed("2-D, grouped", [1, 3, 3, 4], 6, window([2, 2], stride: [2, 1]), groups: 2),
    transposed("2-D, depthwise", [1, 3, 3, 3], 3, window([3, 3], stride: [2, 2], before: [1, 1]), groups: 3),
    transposed("3-D", [1, 2, 3, 2, 2], 2, window([2, 2, 2], stride: [2, 1, 2])),
  ]

  private static let dense = [true, false].map { bias in
    DifferenceCase(name: "dense\(bias ? "" : ", no bias")", inputs: [[3, 7]]) { generator in
      .parameterized(try Dense(7, units: 5, bias: bias, using: &generator))
    } meaning: { inputs, parameters in
      inputs[0].dense(parameters[0], bias ? parameters[1] : nil, units: 5)
    }
  }

  // MARK: - Pools

  private static func pool(
    _ kind: PoolKind, _ input: [Int], _ window: Window, ceil: Bool = false, countsPadding: Bool = false, out: [Int]
  ) -> DifferenceCase {
    let name = "\(kind) pool of \(input)\(ceil ? ", ceil" : "")\(countsPadding ? ", padding counted" : "")"
    return DifferenceCase(name: name, inputs: [input]) { _ in
      .layer(Pool(kind, window: window, ceil: ceil, countsPadding: countsPadding))
    } meaning: { inputs, _ in
      inputs[0].pooled(kind, inputs[0].slidingWindows(window, out: out, countsPadding: countsPadding))
    }
  }

  private static let pools: [DifferenceCase] =
    [PoolKind.max, .average].flatMap { kind in
      [
        pool(kind, [2, 7, 3], window([3], stride: [2], before: [1]), out: [1, 1, 4]),
        pool(kind, [1, 6, 7, 2], window([3, 2], stride: [2, 2], before: [1, 0]), ceil: true, out: [1, 4, 4]),
        pool(kind, [1, 5, 5, 3], window([2, 3], stride: [2, 1], before: [0, 1], after: [1, 1]), out: [1, 3, 5]),
        pool(kind, [1, 3, 4, 4, 2], window([2, 2, 3], stride: [1, 2, 2], before: [0, 0, 1]), out: [2, 2, 2]),
        DifferenceCase(name: "global \(kind) pool", inputs: [[2, 3, 4, 3]]) { _ in
          .layer(GlobalPool(kind))
        } meaning: { inputs, _ in
          inputs[0].pooled(kind, inputs[0].adaptiveWindows([1, 1, 1]))
        },
        DifferenceCase(name: "adaptive \(kind) pool", inputs: [[1, 5, 3, 2]]) { _ in
          .layer(AdaptivePool(kind, size: [3, 4]))
        } meaning: { inputs, _ in
          inputs[0].pooled(kind, inputs[0].adaptiveWindows([1, 3, 4]))
        },
      ]
    } + [
      pool(
        .average, [1, 6, 7, 2], window([3, 3], stride: [2, 2], before: [1, 1]), ceil: true, countsPadding: true,
        out: [1, 4, 4]),
      pool(.max, [1, 7, 7, 2], window([2, 3], stride: [2, 1], dilation: [2, 2], before: [1, 1]), out: [1, 4, 5]),
    ]

  // MARK: - Normalisations

  private static func norm(
    _ name: String, _ kind: Normalization.Kind, _ input: [Int], scale: Bool = true, shift: Bool = true,
    _ key: @escaping @Sendable (_ n: Int, _ cell: Int, _ c: Int) -> Int
  ) -> DifferenceCase {
    let channels = input[input.count - 1]
    let isWhole = if case .layerOverAll = kind { true } else { false }
    return DifferenceCase(name: "\(name) normalisation of \(input)", inputs: [input]) { _ in
      .parameterized(try Normalization(kind, channels: channels, epsilon: 1e-3, scale: scale, shift: shift))
    } meaning: { inputs, parameters in
      inputs[0].normalized(
        epsilon: Double(Float(1e-3)), scale: scale ? parameters.first : nil, shift: shift ? parameters.last : nil,
        key: key, parameter: { cell, c in isWhole ? cell * channels + c : c })
    }
  }

  private static let norms = [
    norm("batch", .batch(momentum: 0.1), [3, 3, 2, 4]) { _, _, c in c },
    norm("batch", .batch(momentum: 0.1), [6, 5], scale: false) { _, _, c in c },
    norm("batch", .batch(momentum: 0.1), [2, 2, 3, 2, 3], scale: false, shift: false) { _, _, c in c },
    norm("instance", .instance, [2, 3, 3, 3]) { n, _, c in n * 3 + c },
    norm("group", .group(2), [2, 3, 2, 6]) { n, _, c in n * 2 + c / 3 },
    norm("group", .group(3), [1, 5, 6], shift: false) { n, _, c in n * 3 + c / 2 },
    norm("layer", .layer, [2, 3, 5]) { n, cell, _ in n * 100 + cell },
    norm("layer", .layer, [3, 6]) { n, _, _ in n },
    norm("whole layer", .layerOverAll(extents: [3, 2, 2]), [2, 3, 2, 2]) { n, _, _ in n },
  ]

  // MARK: - Activations

  private static func activation(
    _ function: Activation.Function, _ meaning: @escaping @Sendable (Double) -> Double
  ) -> DifferenceCase {
    DifferenceCase(name: "\(function)", inputs: [[2, 3, 4, 3]]) { _ in
      .layer(Activation(function))
    } meaning: { inputs, _ in
      inputs[0].map { meaning($0) }
    }
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private static let activations = [
    activation(.relu) { max($0, 0) },
    activation(.relu6) { min(max($0, 0), 6) },
    activation(.leakyRelu(slope: 0.25)) { $0 > 0 ? $0 : 0.25 * $0 },
    activation(.elu(alpha: 1.5)) { $0 > 0 ? $0 : 1.5 * (exp($0) - 1) },
    activation(.selu) { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * (exp($0) - 1)) },
    activation(.celu(alpha: 2)) { max($0, 0) + min(0, 2 * (exp($0 / 2) - 1)) },
    activation(.gelu(tanh: false)) { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) },
    activation(.gelu(tanh: true)) {
      $0 * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    },
    activation(.silu) { $0 * sigmoid($0) },
    activation(.mish) { $0 * tanh(log(1 + exp($0))) },
    activation(.sigmoid) { sigmoid($0) },
    activation(.hardSigmoid) { min(max($0 + 3, 0), 6) / 6 },
    activation(.hardSwish) { $0 * min(max($0 + 3, 0), 6) / 6 },
    activation(.tanh) { tanh($0) },
    activation(.softplus) { log(1 + exp($0)) },
  ]

  // MARK: - Channels of a cell

  private static func softmax(_ x: ReferenceTensor, logarithm: Bool) -> ReferenceTensor {
    ReferenceTensor.make(x.extents) { n, d, h, w, c in
      let sum = (0..<x.channels).reduce(0) { $0 + exp(x[n, d, h, w, $1]) }
      return logarithm ? x[n, d, h, w, c] - log(sum) : exp(x[n, d, h, w, c]) / sum
    }
  }

  private static let channels =
    [
      DifferenceCase(name: "softmax", inputs: [[2, 2, 2, 5]]) { _ in
        .layer(Softmax())
      } meaning: { inputs, _ in
        softmax(inputs[0], logarithm: false)
      },
      DifferenceCase(name: "logarithm of softmax", inputs: [[3, 4]]) { _ in
        .layer(Softmax(logarithm: true))
      } meaning: { inputs, _ in
        softmax(inputs[0], logarithm: true)
      },
      DifferenceCase(name: "slope a channel", inputs: [[2, 3, 4]]) { _ in
        .parameterized(try ParametricRelu(slopes: 4))
      } meaning: { inputs, parameters in
        ReferenceTensor.make(inputs[0].extents) { n, d, h, w, c in
          let x = inputs[0][n, d, h, w, c]
          return x > 0 ? x : x * parameters[0][c]
        }
      },
      DifferenceCase(name: "shared slope", inputs: [[2, 3, 4]]) { _ in
        .parameterized(try ParametricRelu(slopes: 1))
      } meaning: { inputs, parameters in
        inputs[0].map { $0 > 0 ? $0 : $0 * parameters[0][0] }
      },
      DifferenceCase(name: "scale", inputs: [[2, 3, 2, 4]]) { _ in
        .parameterized(try Scale(channels: 4))
      } meaning: { inputs, parameters in
        ReferenceTensor.make(inputs[0].extents) { n, d, h, w, c in inputs[0][n, d, h, w, c] * parameters[0][c] }
      },
    ]
    + [4, 5].map { size in
      DifferenceCase(name: "local response normalisation over \(size)", inputs: [[1, 2, 2, 7]]) { _ in
        .layer(LocalResponseNormalization(size: size, alpha: 0.5, beta: 0.75, k: 2))
      } meaning: { inputs, _ in
        let x = inputs[0]
        return ReferenceTensor.make(x.extents) { n, d, h, w, c in
          let window = max(0, c - size / 2)...min(6, c + (size - 1) / 2)
          let sum = window.reduce(0) { $0 + x[n, d, h, w, $1] * x[n, d, h, w, $1] }
          return x[n, d, h, w, c] / pow(2 + 0.5 / Double(size) * sum, 0.75)
        }
      }
    }

  // MARK: - Joins

  private static func repeated(_ x: ReferenceTensor, _ n: Int, _ d: Int, _ h: Int, _ w: Int, _ c: Int) -> Double {
    let index = zip([n, d, h, w, c], x.extents).map { min($0, $1 - 1) }
    return x[index[0], index[1], index[2], index[3], index[4]]
  }

  private static func elementwise(
    _ operation: Elementwise.Operation, _ inputs: [[Int]], _ out: [Int],
    _ meaning: @escaping @Sendable ([Double]) -> Double
  ) -> DifferenceCase {
    DifferenceCase(name: "\(operation) of \(inputs)", inputs: inputs) { _ in
      .join(Elementwise(operation))
    } meaning: { tensors, _ in
      ReferenceTensor.make(out) { n, d, h, w, c in meaning(tensors.map { repeated($0, n, d, h, w, c) }) }
    }
  }

  private static let joins: [DifferenceCase] =
    [
      [[2, 3, 2, 4], [2, 3, 2, 4], [2, 3, 2, 4]], [[2, 3, 2, 4], [2, 1, 1, 4], [2, 3, 2, 1]],
      [[2, 1, 1, 4], [1, 3, 2, 4]],
    ]
    .flatMap { inputs in
      [
        elementwise(.add, inputs, [2, 1, 3, 2, 4]) { $0.reduce(0, +) },
        elementwise(.multiply, inputs, [2, 1, 3, 2, 4]) { $0.reduce(1, *) },
        elementwise(.subtract, inputs, [2, 1, 3, 2, 4]) { $0.dropFirst().reduce($0[0], -) },
        elementwise(.maximum, inputs, [2, 1, 3, 2, 4]) { $0.max() ?? 0 },
        elementwise(.average, inputs, [2, 1, 3, 2, 4]) { $0.reduce(0, +) / Double($0.count) },
      ]
    } + [
      DifferenceCase(name: "concatenation", inputs: [[2, 3, 2], [2, 3, 1], [2, 3, 4]]) { _ in
        .join(Concatenate())
      } meaning: { inputs, _ in
        ReferenceTensor.make([2, 1, 1, 3, 7]) { n, d, h, w, c in
          c < 2 ? inputs[0][n, d, h, w, c] : c < 3 ? inputs[1][n, d, h, w, 0] : inputs[2][n, d, h, w, c - 3]
        }
      }
    ]
}
