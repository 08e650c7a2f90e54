import Foundation

@testable import TensorEngine

extension ReferenceTensor {
  /// The number of cells of an example, and an element of one of them.
  var cellCount: Int { cells.reduce(1, *) }
  func at(_ n: Int, _ cell: Int, _ c: Int) -> Double { values[(n * cellCount + cell) * channels + c] }

  /// This is q.
  func attention(_ k: ReferenceTensor, _ v: ReferenceTensor, heads: Int, scaled: Bool) -> ReferenceTensor {
    let (width, values) = (channels / heads, v.channels / heads)
    var result = ReferenceTensor(zeros: [batch] + cells + [v.channels])
    for n in 0..<batch {
      for cell in 0..<cellCount {
        for head in 0..<heads {
          let powers = (0..<k.cellCount).map { key in
            let product = (0..<width).reduce(0) {
              $0 + at(n, cell, head * width + $1) * k.at(n, key, head * width + $1)
            }
            return exp(scaled ? product / Double(width).squareRoot() : product)
          }
          let sum = powers.reduce(0, +)
          for c in 0..<values {
            result.values[(n * cellCount + cell) * v.channels + head * values + c] =
              (0..<k.cellCount).reduce(0) { $0 + powers[$1] * v.at(n, $1, head * values + c) } / sum
          }
        }
      }
    }
    return result
  }

  /// One way of a recurrent layer: the states after every place of the sequence. Parameters as the layer visits them.
  func walked(_ kind: Recurrent.Kind, _ parameters: [[Double]], units: Int, isBack: Bool) -> ReferenceTensor {
    let (length, gates) = (cells[2], kind.gates)
    let width = gates * units
    var result = ReferenceTensor(zeros: [batch, 1, 1, length, units])
    for n in 0..<batch {
      var (h, memory) = (Array(repeating: 0.0, count: units), Array(repeating: 0.0, count: units))
      for step in 0..<length {
        let place = isBack ? length - 1 - step : step
        func input(_ gate: Int, _ unit: Int) -> Double {
          let column = gate * units + unit
          let start = parameters.count > 2 ? parameters[2][column] : 0
          return (0..<channels).reduce(start) { $0 + at(n, place, $1) * parameters[0][$1 * width + column] }
        }
        let before = h
        func state(_ gate: Int, _ unit: Int) -> Double {
          let column = gate * units + unit
          let start = parameters.count > 3 ? parameters[3][column] : 0
          return (0..<units).reduce(start) { $0 + before[$1] * parameters[1][$1 * width + column] }
        }
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        for unit in 0..<units {
          switch kind {
          case .lstm:
            let values = (0..<4).map { input($0, unit) + state($0, unit) }
            memory[unit] = sigmoid(values[1]) * memory[unit] + sigmoid(values[0]) * tanh(values[2])
            h[unit] = sigmoid(values[3]) * tanh(memory[unit])
          case .gru:
            let reset = sigmoid(input(0, unit) + state(0, unit))
            let update = sigmoid(input(1, unit) + state(1, unit))
            let new = tanh(input(2, unit) + reset * state(2, unit))
            h[unit] = (1 - update) * new + update * before[unit]
          }
        }
        for unit in 0..<units { result.values[(n * length + place) * units + unit] = h[unit] }
      }
    }
    return result
  }

  func recurrent(
    _ kind: Recurrent.Kind, _ parameters: [[Double]], units: Int, both: Bool, last: Bool
  ) -> ReferenceTensor {
    let each = both ? parameters.count / 2 : parameters.count
    let forth = walked(kind, Array(parameters.prefix(each)), units: units, isBack: false)
    let back = both ? walked(kind, Array(parameters.suffix(each)), units: units, isBack: true) : nil
    let length = cells[2]
    return Self.make([batch, 1, 1, last ? 1 : length, both ? 2 * units : units]) { n, _, _, place, c in
      c < units ? forth.at(n, last ? length - 1 : place, c) : back?.at(n, last ? 0 : place, c - units) ?? .nan
    }
  }

  /// Weights are [cells, kernel cells * channels, filters], flat.
  func locallyConvolved(_ weights: [Double], _ bias: [Double]?, _ window: Window, filters: Int) -> ReferenceTensor {
    let axes = ReferenceAxis.three(window)
    let out = (0..<3).map { (cells[$0] + axes[$0].before + axes[$0].after - axes[$0].reach) / axes[$0].stride + 1 }
    let patch = axes.reduce(channels) { $0 * $1.kernel }
    return Self.make([batch] + out + [filters]) { n, d, h, w, f in
      let cell = (d * out[1] + h) * out[2] + w
      var sum = bias?[cell * filters + f] ?? 0
      var row = 0
      for kd in 0..<axes[0].kernel {
        for kh in 0..<axes[1].kernel {
          for kw in 0..<axes[2].kernel {
            let source = zip(axes, zip([d, h, w], [kd, kh, kw])).map { axis, place in
              place.0 * axis.stride + place.1 * axis.dilation - axis.before
            }
            for c in 0..<channels {
              if zip(source, cells).allSatisfy({ $0 >= 0 && $0 < $1 }) {
                sum += self[n, source[0], source[1], source[2], c] * weights[(cell * patch + row) * filters + f]
              }
              row += 1
            }
          }
        }
      }
      return sum
    }
  }

  /// Values of this where the largest ones of windows over another are, the last of several in one place.
  func unpooled(_ t: ReferenceTensor, _ windows: Windows) -> ReferenceTensor {
    var result = ReferenceTensor(zeros: t.extents)
    _ = Self.make(extents) { n, d, h, w, c in
      let lines = windows[0][d].cells.flatMap { d in windows[1][h].cells.map { (d, $0) } }
      let covered = lines.flatMap { d, h in windows[2][w].cells.map { t.offset(n, d, h, $0, c) } }
      let largest = covered.map { t.values[$0] }.max()
      if let place = covered.first(where: { t.values[$0] == largest }) { result.values[place] = self[n, d, h, w, c] }
      return 0
    }
    return result
  }
}

extension DifferenceCase {
  private static func attention(_ q: [Int], _ k: [Int], _ v: [Int], heads: Int, scaled: Bool = true) -> DifferenceCase {
    let name = "attention of \(q), \(k), \(v) with \(heads) heads\(scaled ? "" : ", not scaled")"
    return DifferenceCase(name: name, inputs: [q, k, v]) { _ in
      .join(Attention(heads: heads, scaled: scaled))
    } meaning: { inputs, _ in
      inputs[0].attention(inputs[1], inputs[2], heads: heads, scaled: scaled)
    }
  }

  static let attentions = [
    attention([2, 5, 4], [2, 5, 4], [2, 5, 4], heads: 1), attention([2, 5, 4], [2, 3, 4], [2, 3, 6], heads: 2),
    attention([1, 2, 3, 6], [1, 2, 3, 6], [1, 2, 3, 3], heads: 3),
    attention([1, 3, 2], [1, 1, 2], [1, 1, 1], heads: 1),
    attention([2, 4], [2, 3, 2, 4], [2, 6, 2], heads: 2),
    attention([2, 3, 2], [2, 2], [2, 3], heads: 1, scaled: false),
    attention([1, 2, 1, 2, 2], [1, 17, 2], [1, 17, 2], heads: 2, scaled: false),
  ]

  private static func recurrent(
    _ kind: Recurrent.Kind, _ input: [Int], units: Int, both: Bool, biases: Int, last: Bool
  ) -> DifferenceCase {
    let name =
      "\(kind) of \(input), \(units) units\(both ? ", both ways" : ""), \(biases) biases\(last ? ", last" : "")"
    return DifferenceCase(name: name, inputs: [input]) { generator in
      .parameterized(
        try Recurrent(kind, input[2], units: units, both: both, biases: biases, last: last, using: &generator))
    } meaning: { inputs, parameters in
      inputs[0].recurrent(kind, parameters, units: units, both: both, last: last)
    }
  }

  static let recurrents = [Recurrent.Kind.lstm, .gru].flatMap { kind in
    [
      recurrent(kind, [2, 4, 3], units: 3, both: false, biases: 2, last: false),
      recurrent(kind, [1, 3, 2], units: 2, both: true, biases: 1, last: false),
      recurrent(kind, [3, 3, 1], units: 2, both: true, biases: 2, last: true),
      recurrent(kind, [2, 1, 2], units: 3, both: false, biases: 0, last: true),
      recurrent(kind, [1, 1, 1], units: 1, both: true, biases: 0, last: false),
      recurrent(kind, [6, 3, 2], units: 5, both: false, biases: 1, last: true),
    ]
  }

  private static func local(
    _ input: [Int], _ filters: Int, _ window: Window?, bias: Bool = true
  ) -> DifferenceCase {
    guard let window else { fatalError("a window of the test's own is wrong") }
    return DifferenceCase(name: "local convolution of \(input), \(window.kernel)", inputs: [input]) { generator in
      .parameterized(
        try LocalConvolution(
          Array(input.dropFirst()), filters: filters, window: window, bias: bias, using: &generator))
    } meaning: { inputs, parameters in
      inputs[0].locallyConvolved(parameters[0], bias ? parameters[1] : nil, window, filters: filters)
    }
  }

  static let locals = [
    local([2, 6, 2], 3, try? Window([3], stride: [2], before: [1])),
    local([2, 4, 3, 2], 2, try? Window([2, 3], before: [0, 1])),
    local(
      [1, 5, 4, 1], 2, try? Window([2, 2], stride: [2, 1], dilation: [2, 1], before: [1, 0], after: [0, 2]), bias: false
    ),
    local([6, 3, 3, 2], 1, try? Window([1, 1])),
    local([1, 2, 3, 2, 2], 2, try? Window([2, 2, 1], before: [0, 1, 0])),
  ]

  private static func unpool(_ input: [Int], _ pooled: [Int], _ window: Window?, ceil: Bool = false) -> DifferenceCase {
    guard let window else { fatalError("a window of the test's own is wrong") }
    return DifferenceCase(name: "unpooling of \(input), \(window.kernel)", inputs: [pooled, input]) { _ in
      .join(MaxUnpool(window: window, ceil: ceil))
    } meaning: { inputs, _ in
      inputs[0].unpooled(inputs[1], inputs[1].slidingWindows(window, out: inputs[0].cells, countsPadding: false))
    }
  }

  static let unpools = [
    unpool([2, 6, 2], [2, 3, 2], try? Window([2], stride: [2])),
    unpool([2, 4, 4, 3], [2, 2, 2, 3], try? Window([2, 2], stride: [2, 2])),
    unpool([1, 5, 5, 2], [1, 3, 3, 2], try? Window([2, 2], stride: [2, 2]), ceil: true),
    unpool([1, 7, 6, 2], [1, 3, 3, 2], try? Window([2, 3], stride: [3, 3], before: [1, 2])),
    unpool([2, 4, 4, 1], [2, 1, 1, 1], try? Window([3, 4], stride: [3, 4])),
    unpool([1, 2, 4, 2, 1], [1, 1, 2, 1, 1], try? Window([2, 2, 2], stride: [2, 2, 2])),
  ]

  static let learned = [[3, 4], [2, 3], [5], [2, 1, 2, 3]].map { extents in
    DifferenceCase(name: "learned tensor of \(extents)", inputs: [[3, 2, 2]]) { generator in
      .parameterized(try Learned(extents, using: &generator))
    } meaning: { _, parameters in
      let count = extents.reduce(1, *)
      let five = Array(repeating: 1, count: 4 - extents.count) + extents
      return ReferenceTensor([3] + five, (0..<3 * count).map { parameters[0][$0 % count] })
    }
  }
}
