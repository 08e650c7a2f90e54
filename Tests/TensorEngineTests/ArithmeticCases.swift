import Foundation

@testable import TensorEngine

extension ReferenceTensor {
  /// The five axes that a set means for inputs of so many axes of cells.
  static func axes(_ set: AxisSet, spatialRank: Int) -> Set<Int> {
    var axes: Set<Int> = []
    if set.contains(.channels) { axes.insert(4) }
    if set.contains(.length) || set.contains(.width) { axes.insert(3) }
    if set.contains(.height) { axes.insert(2) }
    if set.contains(.depth) { axes.insert(1) }
    if set.contains(.cells) { axes.formUnion((4 - spatialRank)...3) }
    return axes
  }

  private func key(_ index: [Int], without axes: Set<Int>) -> [Int] {
    index.indices.map { axes.contains($0) ? 0 : index[$0] }
  }

  /// All elements that agree in every axis but some.
  func groups(over axes: Set<Int>) -> [[Int]: [Double]] {
    var groups: [[Int]: [Double]] = [:]
    _ = Self.make(extents) { n, d, h, w, c in
      groups[key([n, d, h, w, c], without: axes), default: []].append(self[n, d, h, w, c])
      return 0
    }
    return groups
  }

  /// One number for each group.
  func reduced(over axes: Set<Int>, _ function: ([Double]) -> Double) -> ReferenceTensor {
    let groups = groups(over: axes)
    return Self.make(extents.indices.map { axes.contains($0) ? 1 : extents[$0] }) { n, d, h, w, c in
      groups[[n, d, h, w, c]].map(function) ?? .nan
    }
  }

  /// Every element with what its group is.
  func mapped(over axes: Set<Int>, _ function: (Double, [Double]) -> Double) -> ReferenceTensor {
    let groups = groups(over: axes)
    return Self.make(extents) { n, d, h, w, c in
      function(self[n, d, h, w, c], groups[key([n, d, h, w, c], without: axes)] ?? [])
    }
  }

  /// An element, the last one of an axis beyond its end.
  func repeated(_ n: Int, _ d: Int, _ h: Int, _ w: Int, _ c: Int) -> Double {
    let index = zip([n, d, h, w, c], extents).map { min($0, $1 - 1) }
    return self[index[0], index[1], index[2], index[3], index[4]]
  }
}

extension DifferenceCase {
  // MARK: - Functions of one number

  private static func function(
    _ function: Activation.Function, in range: ClosedRange<Float> = -2...2,
    _ meaning: @escaping @Sendable (Double) -> Double
  ) -> DifferenceCase {
    DifferenceCase(name: "\(function)", inputs: [[2, 3, 4, 3]], range: range) { _ in
      .layer(Activation(function))
    } meaning: { inputs, _ in
      inputs[0].map { meaning($0) }
    }
  }

  static let functions: [DifferenceCase] = [
    function(.exp) { exp($0) },
    function(.exp, in: 3...8) { exp($0) },
    function(.log, in: 0.1...9) { log($0) },
    function(.sqrt, in: 0.05...9) { $0.squareRoot() },
    function(.abs) { abs($0) },
    function(.square) { $0 * $0 },
    function(.reciprocal, in: -2 ... -0.2) { 1 / $0 },
    function(.clip(low: -0.5, high: 1.25)) { min(max($0, -0.5), 1.25) },
    function(.hardTanh(low: -1, high: 0.75)) { min(max($0, -1), 0.75) },
    function(.softSign) { $0 / (1 + abs($0)) },
    function(.softShrink(threshold: 0.5)) { $0 > 0.5 ? $0 - 0.5 : $0 < -0.5 ? $0 + 0.5 : 0 },
    DifferenceCase(name: "gated linear unit", inputs: [[2, 3, 2, 6]]) { _ in
      .layer(GatedLinear())
    } meaning: { inputs, _ in
      ReferenceTensor.make([2, 1, 3, 2, 3]) { n, d, h, w, c in
        inputs[0][n, d, h, w, c] / (1 + exp(-inputs[0][n, d, h, w, c + 3]))
      }
    },
    DifferenceCase(name: "gated linear unit of a vector", inputs: [[3, 2]]) { _ in
      .layer(GatedLinear())
    } meaning: { inputs, _ in
      ReferenceTensor.make([3, 1, 1, 1, 1]) { n, d, h, w, _ in
        inputs[0][n, d, h, w, 0] / (1 + exp(-inputs[0][n, d, h, w, 1]))
      }
    },
  ]

  // MARK: - Over axes

  /// Inputs of every rank, with the axes to go over: in lines, between others, apart from each other, of one element.
  private static let overAxes: [(input: [Int], axes: AxisSet)] = [
    ([3, 5], .channels), ([1, 1], .channels), ([2, 4, 3], .length), ([2, 4, 3], [.length, .channels]),
    ([1, 7, 1], .length), ([2, 3, 4, 5], .channels), ([2, 3, 4, 5], .cells), ([2, 3, 4, 5], .height),
    ([1, 3, 4, 5], .width), ([2, 3, 4, 5], [.height, .channels]), ([2, 3, 1, 5], [.height, .channels]),
    ([2, 3, 4, 5], [.cells, .channels]), ([1, 3, 4, 1], [.width, .channels]), ([2, 2, 3, 2, 3], .depth),
    ([2, 2, 3, 2, 3], [.depth, .width]), ([1, 2, 3, 2, 3], .cells), ([2, 1, 3, 2, 2], [.depth, .channels]),
    ([1, 2, 3, 2, 3], [.depth, .height, .channels]), ([1, 2, 70], .length), ([2, 19], .channels),
  ]

  private static func overAxes(
    _ name: String, _ layer: @escaping @Sendable (AxisSet) -> any Layer,
    _ meaning: @escaping @Sendable (ReferenceTensor, Set<Int>) -> ReferenceTensor
  ) -> [DifferenceCase] {
    overAxes.map { input, set in
      let axes = ReferenceTensor.axes(set, spatialRank: input.count - 2)
      return DifferenceCase(name: "\(name) of \(input) over \(axes.sorted())", inputs: [input]) { _ in
        .layer(layer(set))
      } meaning: { inputs, _ in
        meaning(inputs[0], axes)
      }
    }
  }

  private static func reduction(
    _ kind: Reduce.Kind, _ meaning: @escaping @Sendable ([Double]) -> Double
  ) -> [DifferenceCase] {
    overAxes("\(kind)") {
      Reduce(kind, over: $0)
    } _: {
      $0.reduced(over: $1, meaning)
    }
  }

  @Sendable private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  static let reductions: [DifferenceCase] =
    reduction(.mean) { $0.reduce(0, +) / Double($0.count) } + reduction(.sum) { $0.reduce(0, +) }
    + reduction(.maximum) { $0.max() ?? .nan } + reduction(.minimum) { $0.min() ?? .nan } + reduction(.norm, norm)
    + overAxes("softmax") {
      Softmax(over: $0)
    } _: { x, axes in
      x.mapped(over: axes) { value, all in exp(value) / all.reduce(0) { $0 + exp($1) } }
    }
    + overAxes("logarithm of softmax") {
      Softmax(logarithm: true, over: $0)
    } _: { x, axes in
      x.mapped(over: axes) { value, all in value - log(all.reduce(0) { $0 + exp($1) }) }
    }
    + overAxes("unit normalisation") {
      UnitNormalization(over: $0)
    } _: { x, axes in
      x.mapped(over: axes) { value, all in value / max(norm(all), 1e-12) }
    }
    + overAxes("unit normalisation with a large epsilon") {
      UnitNormalization(over: $0, epsilon: 100)
    } _: { x, _ in
      x.map { $0 / 100 }
    }

  // MARK: - Numbers, and shapes that differ

  private static func elementwise(
    _ operation: Elementwise.Operation, _ inputs: [[Int]], _ constants: [Elementwise.Constant] = [], out: [Int],
    in range: ClosedRange<Float> = -2...2, _ meaning: @escaping @Sendable ([Double]) -> Double
  ) -> DifferenceCase {
    let numbers = constants.map { "\($0.value) at \($0.position)" }
    return DifferenceCase(name: "\(operation) of \(inputs) and \(numbers)", inputs: inputs, range: range) { _ in
      .join(Elementwise(operation, constants: constants))
    } meaning: { tensors, _ in
      ReferenceTensor.make(out) { n, d, h, w, c in meaning(tensors.map { $0.repeated(n, d, h, w, c) }) }
    }
  }

  private static let quotients: [DifferenceCase] =
    [[[2, 3, 2, 4], [2, 3, 2, 4]], [[2, 3, 2, 4], [2, 4]], [[2, 4], [1, 3, 2, 4], [2, 1, 2, 1]]].flatMap { inputs in
      [
        elementwise(.divide, inputs, out: [2, 1, 3, 2, 4], in: 0.5...2) { $0.dropFirst().reduce($0[0], /) },
        elementwise(.power, inputs, out: [2, 1, 3, 2, 4], in: 0.4...1.5) { $0.dropFirst().reduce($0[0], pow) },
        elementwise(.minimum, inputs, out: [2, 1, 3, 2, 4]) { $0.min() ?? 0 },
        elementwise(.multiply, inputs, out: [2, 1, 3, 2, 4]) { $0.reduce(1, *) },
        elementwise(.subtract, inputs, out: [2, 1, 3, 2, 4]) { $0.dropFirst().reduce($0[0], -) },
      ]
    }

  private static let numbers: [DifferenceCase] = [
    elementwise(.multiply, [[2, 3, 2, 4]], [.init(0.25, at: 1)], out: [2, 1, 3, 2, 4]) { $0[0] * 0.25 },
    elementwise(.add, [[3, 5]], [.init(1.5, at: 1)], out: [3, 1, 1, 1, 5]) { $0[0] + 1.5 },
    elementwise(.subtract, [[2, 4, 3]], [.init(1, at: 0)], out: [2, 1, 1, 4, 3]) { 1 - $0[0] },
    elementwise(.subtract, [[2, 4, 3], [2, 3]], [.init(0.5, at: 1)], out: [2, 1, 1, 4, 3]) { $0[0] - 0.5 - $0[1] },
    elementwise(.divide, [[1, 2, 2, 2, 3]], [.init(127.5, at: 1)], out: [1, 2, 2, 2, 3]) { $0[0] / 127.5 },
    elementwise(.divide, [[2, 4]], [.init(2, at: 0)], out: [2, 1, 1, 1, 4], in: 0.5...2) { 2 / $0[0] },
    elementwise(.maximum, [[2, 3, 4]], [.init(0.3, at: 1)], out: [2, 1, 1, 3, 4]) { max($0[0], 0.3) },
    elementwise(.minimum, [[2, 3, 4]], [.init(0.3, at: 0)], out: [2, 1, 1, 3, 4]) { min($0[0], 0.3) },
    elementwise(.power, [[2, 3, 4]], [.init(2, at: 1)], out: [2, 1, 1, 3, 4]) { $0[0] * $0[0] },
    elementwise(.power, [[2, 3, 4]], [.init(3, at: 1)], out: [2, 1, 1, 3, 4]) { $0[0] * $0[0] * $0[0] },
    elementwise(.power, [[2, 3]], [.init(-0.5, at: 1)], out: [2, 1, 1, 1, 3], in: 0.2...2) { pow($0[0], -0.5) },
    elementwise(.power, [[2, 3]], [.init(2, at: 0)], out: [2, 1, 1, 1, 3]) { pow(2, $0[0]) },
    elementwise(.power, [[2, 3]], [.init(0, at: 1)], out: [2, 1, 1, 1, 3]) { _ in 1 },
    elementwise(.average, [[2, 3, 4], [2, 3, 4]], [.init(6, at: 1)], out: [2, 1, 1, 3, 4]) { ($0[0] + 6 + $0[1]) / 3 },
    elementwise(.add, [[2, 3]], [.init(1, at: 0), .init(0.5, at: 1)], out: [2, 1, 1, 1, 3]) { 1.5 + $0[0] },
    elementwise(.add, [[2, 3], [1, 3]], out: [2, 1, 1, 1, 3]) { $0[0] + $0[1] },
    elementwise(.add, [[1, 2, 3, 4], [3, 2, 3, 4]], out: [3, 1, 2, 3, 4]) { $0[0] + $0[1] },
    elementwise(.multiply, [[2, 2, 1, 2, 3], [2, 3]], out: [2, 2, 1, 2, 3]) { $0[0] * $0[1] },
    elementwise(.multiply, [[3, 4], [1, 2, 1]], out: [3, 1, 1, 2, 4]) { $0[0] * $0[1] },
  ]

  // MARK: - Along other axes

  private static func concatenation(
    _ inputs: [[Int]], over axis: Axis, _ five: Int, out: [Int]
  ) -> DifferenceCase {
    DifferenceCase(name: "concatenation of \(inputs) over \(axis)", inputs: inputs) { _ in
      .join(Concatenate(over: axis))
    } meaning: { tensors, _ in
      ReferenceTensor.make(out) { n, d, h, w, c in
        var index = [n, d, h, w, c]
        for tensor in tensors {
          if index[five] < tensor.extents[five] { return tensor[index[0], index[1], index[2], index[3], index[4]] }
          index[five] -= tensor.extents[five]
        }
        return .nan
      }
    }
  }

  private static func slice(
    _ input: [Int], _ start: Int, _ count: Int, over axis: Axis, _ five: Int, out: [Int]
  ) -> DifferenceCase {
    DifferenceCase(name: "slice of \(input) over \(axis)", inputs: [input]) { _ in
      .layer(Slice(start: start, count: count, over: axis))
    } meaning: { tensors, _ in
      ReferenceTensor.make(out) { n, d, h, w, c in
        var index = [n, d, h, w, c]
        index[five] += start
        return tensors[0][index[0], index[1], index[2], index[3], index[4]]
      }
    }
  }

  static let arithmetic: [DifferenceCase] =
    quotients + numbers + [
      concatenation([[2, 3, 2], [2, 1, 2]], over: .length, 3, out: [2, 1, 1, 4, 2]),
      concatenation([[2, 3, 2, 2], [2, 1, 2, 2], [2, 2, 2, 2]], over: .height, 2, out: [2, 1, 6, 2, 2]),
      concatenation([[1, 3, 2, 1], [1, 3, 4, 1]], over: .width, 3, out: [1, 1, 3, 6, 1]),
      concatenation([[2, 1, 2, 2, 3], [2, 2, 2, 2, 3]], over: .depth, 1, out: [2, 3, 2, 2, 3]),
      concatenation([[2, 3], [2, 1]], over: .channels, 4, out: [2, 1, 1, 1, 4]),
      slice([2, 5, 3], 1, 3, over: .length, 3, out: [2, 1, 1, 3, 3]),
      slice([2, 4, 3, 2], 3, 1, over: .height, 2, out: [2, 1, 1, 3, 2]),
      slice([1, 4, 3, 2], 0, 2, over: .width, 3, out: [1, 1, 4, 2, 2]),
      slice([2, 3, 2, 2, 2], 1, 2, over: .depth, 1, out: [2, 2, 2, 2, 2]),
      slice([2, 5], 1, 3, over: .channels, 4, out: [2, 1, 1, 1, 3]),
    ]
}
