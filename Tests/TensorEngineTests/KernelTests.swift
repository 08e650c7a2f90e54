import TensorKernels
import Testing

@testable import TensorEngine

extension OneAtATime {
  /// Shapes large enough for every block, edge and way to share work, at every level of instructions.
  @Suite struct KernelTests {
    private struct Example {
      let input: [Int]
      let filters: Int
      let window: Window
      let groups: Int
    }

    /// Depths and columns beyond a block, edges of every kind, rows 4 KiB apart, a derivative shared by rows and by positions.
    private func examples() throws -> [Example] {
      [
        Example(input: [2, 9, 11, 40], filters: 70, window: try Window([3, 3], before: [1, 1]), groups: 1),
        Example(input: [3, 7, 9, 256], filters: 37, window: try Window([1, 1]), groups: 1),
        Example(
          input: [2, 15, 14, 3], filters: 33, window: try Window([5, 5], stride: [2, 2], before: [2, 1]), groups: 1),
        Example(
          input: [1, 12, 13, 64], filters: 48, window: try Window([3, 3], stride: [2, 1], before: [1, 1]), groups: 2),
        Example(input: [1, 2, 600, 64], filters: 5, window: try Window([1, 5], before: [0, 3]), groups: 1),
        Example(input: [2, 12, 17, 70], filters: 70, window: try Window([3, 3], before: [1, 1]), groups: 70),
        Example(input: [3, 13, 12, 1], filters: 33, window: try Window([5, 5], before: [2, 2]), groups: 1),
        Example(input: [2, 6, 3, 2], filters: 6, window: try Window([3, 7], before: [1, 3]), groups: 1),
        Example(
          input: [2, 9, 10, 2], filters: 3, window: try Window([4, 5], stride: [3, 2], before: [0, 4]), groups: 1),
      ]
    }

    @Test(arguments: Setting.all)
    func convolutionsAgreeWithThePlainMeaning(_ setting: Setting) throws {
      for (number, example) in try examples().enumerated() {
        var generator = SeededGenerator(seed: UInt64(number))
        var layer = try Convolution(
          example.input[3], filters: example.filters, window: example.window, groups: example.groups, using: &generator)
        layer.bias?.value = try Tensor.random([example.filters], &generator)
        let x = try Tensor.random(example.input, &generator)
        let y = try setting.run { try layer(x) }
        let gradient = try Tensor.random(y.shape.extents, &generator)
        let kernel = ConvolutionKernel(window: example.window, groups: example.groups, wide: x.shape, narrow: y.shape)
        let (dx, dw) = try setting.run {
          (
            try kernel.transposed(gradient, layer.weight.value, nil),
            try kernel.weights(x, gradient, layer.weight.value.shape)
          )
        }
        let plain = SampledConvolution(
          x: ReferenceTensor(x), gradient: ReferenceTensor(gradient), weights: layer.weight.value.doubles,
          window: example.window, groups: example.groups)
        let bias = layer.bias?.value.doubles ?? []
        let checks: [(what: String, tensor: Tensor, meaning: (Int) -> Double)] = [
          ("y", y, { plain.output($0) + bias[$0 % example.filters] }), ("dx", dx, { plain.inputGradient($0) }),
          ("dw", dw, { plain.weightGradient($0) }),
        ]
        for (what, tensor, meaning) in checks {
          let found = tensor.doubles
          for _ in 0..<60 {
            let element = generator.below(found.count)
            let expected = meaning(element)
            #expect(
              abs(found[element] - expected) <= 3e-5 * (1 + abs(expected)),
              "\(what)[\(element)] of \(example) at \(setting)")
          }
        }
      }
    }

    private struct PoolExample {
      let input: [Int]
      let window: Window
    }

    /// Windows with few and with many cells, apart and overlapping; channels that fill vectors and some that are left.
    private func poolExamples() throws -> [PoolExample] {
      [
        PoolExample(input: [3, 8, 9, 35], window: try Window([2, 2], stride: [2, 2])),
        PoolExample(input: [2, 11, 10, 48], window: try Window([3, 3], stride: [2, 2], before: [1, 1])),
        PoolExample(input: [2, 9, 9, 21], window: try Window([5, 4], stride: [1, 2], before: [2, 1])),
        PoolExample(input: [1, 10, 13, 5], window: try Window([2, 3], stride: [3, 4], before: [0, 1])),
      ]
    }

    @Test(arguments: Setting.all, [PoolKind.max, .average])
    func poolsAgreeWithThePlainMeaning(_ setting: Setting, _ kind: PoolKind) throws {
      for (number, example) in try poolExamples().enumerated() {
        let what = "\(kind) pool \(number) at \(setting)"
        var generator = SeededGenerator(seed: UInt64(number))
        // Of few numbers, so that some are equal.
        let count = example.input.reduce(1, *)
        let x = try Tensor(example.input, (0..<count).map { _ in Float(generator.below(9)) })
        let pool = Pool(kind, window: example.window)
        let shape = try pool.outputShape(of: x.shape)
        let slope = try Tensor.random(shape.extents, &generator)
        var network = OperationChain([.layer(pool)])
        let step = try setting.run {
          try network.step(on: [x], seed: 1, wantsInputGradients: true) { outputs throws(TensorError) in
            (measure: outputs[0].doubles, gradients: [slope])
          }
        }
        let plain = ReferenceTensor(x)
        let windows = plain.slidingWindows(example.window, out: [1] + shape.spatial, countsPadding: false)
        expectClose(step.measure, plain.pooled(kind, windows), what)
        let gradient = try #require(step.inputGradients[0]).doubles
        expectClose(gradient, plain.poolGradient(kind, windows, ReferenceTensor(slope)), "gradient of \(what)")
      }
    }

    private func expectClose(_ found: [Double], _ expected: ReferenceTensor, _ what: String) {
      #expect(found.count == expected.values.count, "\(what)")
      let furthest = zip(found, expected.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(furthest < 1e-5, "\(what)")
    }

    @Test(arguments: Setting.all)
    func denseLayersAgreeWithThePlainMeaning(_ setting: Setting) throws {
      // The last two have lines a multiple of 1 KiB apart, on all sides.
      for (rows, inputs, units) in [
        (1, 700, 70), (3, 257, 2100), (4, 6, 5), (5, 513, 33), (150, 300, 64), (64, 40, 200), (30, 512, 256),
        (513, 256, 512),
      ] {
        let what = "\(rows)x\(inputs)x\(units) at \(setting)"
        var generator = SeededGenerator(seed: 5)
        let layer = try Dense(inputs, units: units, using: &generator)
        let x = try Tensor.random([rows, inputs], &generator)
        let slope = try Tensor.random([rows, units], &generator)
        var network = OperationChain([.parameterized(layer)])
        let step = try setting.run {
          try network.step(on: [x], seed: 1, wantsInputGradients: true) { outputs throws(TensorError) in
            (measure: outputs[0].doubles, gradients: [slope])
          }
        }
        let (y, dx) = (step.measure, try #require(step.inputGradients[0]).doubles)
        let dw = try #require(step.gradients[network.parameters[0].parameter]).doubles
        let (a, w, dy) = (x.doubles, layer.weight.value.doubles, slope.doubles)
        func expect(_ found: Double, _ expected: Double, _ name: String) {
          #expect(abs(found - expected) <= 3e-5 * (1 + abs(expected)), "\(name) of \(what)")
        }
        for _ in 0..<60 {
          let (row, input, unit) = (generator.below(rows), generator.below(inputs), generator.below(units))
          expect(y[row * units + unit], sum(inputs) { a[row * inputs + $0] * w[$0 * units + unit] }, "y")
          expect(dx[row * inputs + input], sum(units) { dy[row * units + $0] * w[input * units + $0] }, "dx")
          expect(dw[input * units + unit], sum(rows) { a[$0 * inputs + input] * dy[$0 * units + unit] }, "dw")
        }
      }
    }

    private func sum(_ count: Int, _ term: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + term($1) } }

    @Test(arguments: [1, 2, 3])
    func theSameNumberOfThreadsGivesTheSameBits(_ threads: Int) throws {
      func gradients() throws -> [[Float]] {
        var generator = SeededGenerator(seed: 3)
        let convolution = try Convolution(8, filters: 24, window: Window([3, 3], before: [1, 1]), using: &generator)
        let norm = try Normalization(.batch(momentum: 0.1), channels: 24)
        var network = OperationChain([
          .parameterized(convolution), .parameterized(norm), .layer(Activation(.gelu(tanh: false))),
          .layer(Dropout(rate: 0.3)), .layer(Pool(.max, window: try Window([2, 2], stride: [2, 2]))), .layer(Flatten()),
          .parameterized(try Dense(24 * 64, units: 10, using: &generator)),
        ])
        let x = try Tensor.random([8, 16, 16, 8], &generator)
        let step = try network.step(on: [x], seed: 11, wantsInputGradients: true) { outputs throws(TensorError) in
          (measure: (), gradients: outputs)
        }
        return network.parameters.compactMap { step.gradients[$0.parameter]?.scalars }
          + step.inputGradients.compactMap { $0?.scalars }
      }
      try Setting(level: tk_avx512, threads: threads).run {
        let first = try gradients()
        #expect(first.count == 9)
        for _ in 0..<3 { #expect(try gradients() == first, "with \(threads) threads") }
      }
    }
  }
}

/// Single elements of a 2-D convolution and its derivatives, each the sum that its definition says.
private struct SampledConvolution {
  let x: ReferenceTensor
  let gradient: ReferenceTensor
  let weights: [Double]
  let window: Window
  let groups: Int

  private var inner: Int { x.channels / groups }
  private var outer: Int { gradient.channels / groups }

  /// The cell of x that a tap reads at a position; nil in the padding.
  private func source(_ axis: Int, _ position: Int, _ tap: Int) -> Int? {
    let cell = position * window.stride[axis] + tap * window.dilation[axis] - window.before[axis]
    return (0..<x.extents[axis + 2]).contains(cell) ? cell : nil
  }

  /// Calls `body` for every tap that reads the map at a position.
  private func eachTap(_ h: Int, _ w: Int, _ body: (_ tap: Int, _ h: Int, _ w: Int) -> Void) {
    for i in 0..<window.kernel[0] {
      for j in 0..<window.kernel[1] {
        guard let row = source(0, h, i), let column = source(1, w, j) else { continue }
        body(i * window.kernel[1] + j, row, column)
      }
    }
  }

  func output(_ element: Int) -> Double {
    let f = element % gradient.channels
    let cell = element / gradient.channels
    let (w, h) = (cell % gradient.extents[3], cell / gradient.extents[3] % gradient.extents[2])
    let n = cell / gradient.extents[3] / gradient.extents[2]
    var sum = 0.0
    eachTap(h, w) { tap, row, column in
      for c in 0..<inner {
        sum += x[n, 0, row, column, f / outer * inner + c] * weights[(tap * inner + c) * gradient.channels + f]
      }
    }
    return sum
  }

  func inputGradient(_ element: Int) -> Double {
    let c = element % x.channels
    let cell = element / x.channels
    let (column, row) = (cell % x.extents[3], cell / x.extents[3] % x.extents[2])
    let n = cell / x.extents[3] / x.extents[2]
    var sum = 0.0
    for h in 0..<gradient.extents[2] {
      for w in 0..<gradient.extents[3] {
        eachTap(h, w) { tap, i, j in
          guard i == row, j == column else { return }
          for f in 0..<outer {
            let filter = c / inner * outer + f
            sum += gradient[n, 0, h, w, filter] * weights[(tap * inner + c % inner) * gradient.channels + filter]
          }
        }
      }
    }
    return sum
  }

  func weightGradient(_ element: Int) -> Double {
    let f = element % gradient.channels
    let c = element / gradient.channels % inner
    let wanted = element / gradient.channels / inner
    var sum = 0.0
    for n in 0..<x.batch {
      for h in 0..<gradient.extents[2] {
        for w in 0..<gradient.extents[3] {
          eachTap(h, w) { tap, row, column in
            if tap == wanted { sum += x[n, 0, row, column, f / outer * inner + c] * gradient[n, 0, h, w, f] }
          }
        }
      }
    }
    return sum
  }
}
