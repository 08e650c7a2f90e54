import CNNModel

@testable import CNNLayers

/// The rows of a model in an order that depends on its wiring alone: those that a row reads come before it, first the
/// deepest branch of a sum or a product, and the branches of other joins as they stand.
///
/// A framework runs branches in an order of its own (Keras one layer of each in turn) and says `x + f(x)` or `f(x) + x`;
/// two models agree when their canonical rows do.
struct CanonicalRows {
  private(set) var rows: [ModelRow] = []
  /// How many rows no output depends on.
  let unused: Int

  init(_ rows: [ModelRow], outputs: [Int]) {
    var depths: [Int] = []
    for row in rows { depths.append((row.inputs.map { depths[$0] }.max() ?? -1) + 1) }
    let rows = rows.map { Self.sorted($0, depths) }
    var positions = [Int?](repeating: nil, count: rows.count)
    var order: [Int] = []
    // Rows to visit, and how many of their inputs have been.
    var open: [(row: Int, visited: Int)] = []
    for output in outputs {
      open.append((output, 0))
      while let (row, visited) = open.last {
        if positions[row] != nil {
          open.removeLast()
        } else if visited < rows[row].inputs.count {
          open[open.count - 1].visited += 1
          open.append((rows[row].inputs[visited], 0))
        } else {
          positions[row] = order.count
          order.append(row)
          open.removeLast()
        }
      }
    }
    unused = rows.count - order.count
    for index in order {
      var row = rows[index]
      row.inputs = row.inputs.compactMap { positions[$0] }
      self.rows.append(row)
    }
  }

  private static func sorted(_ row: ModelRow, _ depths: [Int]) -> ModelRow {
    guard row.operation == .elementwise(.add, constants: []) || row.operation == .elementwise(.multiply, constants: [])
    else { return row }
    let order = row.inputs.indices.sorted { depths[row.inputs[$0]] > depths[row.inputs[$1]] }
    var row = row
    (row.inputs, row.inputShapes) = (order.map { row.inputs[$0] }, order.map { row.inputShapes[$0] })
    return row
  }
}

extension Network {
  /// The layers as rows, with what they cost.
  func rows() -> (rows: [ModelRow], outputs: [Int]) {
    let costs = NetworkCosts(self)
    let fields = receptiveFields()
    let rows = layers.indices.map { index in
      let layer = layers[index]
      let cost = costs.layers[index]
      return ModelRow(
        name: path(of: layer), operation: layer.operation, inputs: inputs(of: layer).map { Int($0) },
        inputShapes: inputShapes(of: layer), output: outputShape(of: layer), parameters: cost.parameters,
        statistics: cost.statistics, multiplyAdds: cost.multiplyAdds, field: fields[index])
    }
    return (rows, outputs.map { Int($0.tensor) })
  }
}

extension Operation {
  /// The operation without what cannot make a difference: window numbers of a third axis, a choice about padding where
  /// there is none, and digits of decimals that rounding leaves.
  var comparable: Operation {
    switch self {
    case .convolution(let window, let filters, let groups, let bias):
      return .convolution(window.flat, filters: filters, groups: groups, bias: bias)
    case .transposedConvolution(let window, let filters, let groups, let bias):
      return .transposedConvolution(window.flat, filters: filters, groups: groups, bias: bias)
    case .pool(let kind, let window, let ceil, let countsPadding):
      let isPadded = window.flat.before != Axes(all: 0) || window.flat.after != Axes(all: 0)
      return .pool(kind, window.flat, ceil: ceil, countsPadding: countsPadding && isPadded)
    case .adaptivePool(let kind, let size): return .adaptivePool(kind, size: size.flat(1))
    case .resize(let mode, let alignsCorners, let size):
      return .resize(mode: mode, alignsCorners: alignsCorners, size: size.flat(1))
    case .pad(let kind, let before, let after): return .pad(kind, before: before.flat(0), after: after.flat(0))
    case .crop(let before, let after): return .crop(before: before.flat(0), after: after.flat(0))
    case .normalization(let normalization): return .normalization(normalization.rounded)
    case .localResponseNormalization(let size, let alpha, let beta, let k):
      return .localResponseNormalization(size: size, alpha: rounded(alpha), beta: rounded(beta), k: rounded(k))
    case .dropout(let kind, let rate): return .dropout(kind, rate: rounded(rate))
    case .localConvolution(let window, let filters, let bias):
      return .localConvolution(window.flat, filters: filters, bias: bias)
    case .unpool(let window, let ceil): return .unpool(window.flat, ceil: ceil)
    case .unitNorm(let axes, let epsilon): return .unitNorm(over: axes, epsilon: rounded(epsilon))
    case .input, .dense, .globalPool, .reduce, .activation, .gatedLinear, .softmax, .scale, .flatten, .reshape,
      .permute, .concatenate, .elementwise, .attention, .recurrent, .pixelShuffle, .pixelUnshuffle, .channelShuffle,
      .slice, .learned, .coordinates, .noise:
      return self
    }
  }
}

extension Window {
  fileprivate var flat: Window {
    Window(
      kernel: kernel.flat(1), stride: stride.flat(1), dilation: dilation.flat(1), before: before.flat(0),
      after: after.flat(0))
  }
}

extension Axes {
  fileprivate func flat(_ third: Int32) -> Axes { Axes(first, second, third) }
}

extension Normalization {
  fileprivate var rounded: Normalization {
    var kind = kind
    if case .batch(let momentum) = kind { kind = .batch(momentum: CNNCompilerTests.rounded(momentum)) }
    return Normalization(kind: kind, epsilon: CNNCompilerTests.rounded(epsilon), scale: scale, shift: shift)
  }
}

/// Keeps twelve digits behind the point.
private func rounded(_ value: Double) -> Double { (value * 1e12).rounded() / 1e12 }
