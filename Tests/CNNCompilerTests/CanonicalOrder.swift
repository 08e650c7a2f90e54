import CNNModel

@testable import CNNLayers

/// The rows of a model in an order that depends on its wiring alone: those that a row reads come before it, first the
/// deepest branch of a sum or a product, and the branches of other joins as they stand.
///
/// A framework runs branches in an order of its own (Keras one layer of each in turn), says `x + f(x)` or `f(x) + x`, and
/// adds two at a time; two models agree when their canonical rows do.
struct CanonicalRows {
  private(set) var rows: [ModelRow] = []
  /// Where the outputs of the model are among the rows.
  private(set) var outputs: [Int] = []
  /// How many rows no output depends on.
  let unused: Int

  init(_ rows: [ModelRow], outputs: [Int]) {
    let (rows, absorbed) = Self.joined(rows, outputs)
    var depths: [Int] = []
    for row in rows { depths.append((row.inputs.map { depths[$0] }.max() ?? -1) + 1) }
    let sorted = rows.map { Self.sorted($0, depths) }
    var positions = [Int?](repeating: nil, count: sorted.count)
    var order: [Int] = []
    // Rows to visit, and how many of their inputs have been.
    var open: [(row: Int, visited: Int)] = []
    for output in outputs {
      open.append((output, 0))
      while let (row, visited) = open.last {
        if positions[row] != nil {
          open.removeLast()
        } else if visited < sorted[row].inputs.count {
          open[open.count - 1].visited += 1
          open.append((sorted[row].inputs[visited], 0))
        } else {
          positions[row] = order.count
          order.append(row)
          open.removeLast()
        }
      }
    }
    unused = sorted.count - absorbed - order.count
    self.outputs = outputs.compactMap { positions[$0] }
    for index in order {
      var row = sorted[index]
      row.inputs = row.inputs.compactMap { positions[$0] }
      row.sharesWith = row.sharesWith.flatMap { positions[$0] }
      self.rows.append(row)
    }
  }

  /// Takes a sum that only another sum reads into that one, and products likewise.
  ///
  /// - Returns: All rows, and how many of them nothing reads any more.
  private static func joined(_ rows: [ModelRow], _ outputs: [Int]) -> (rows: [ModelRow], absorbed: Int) {
    var readers = [Int](repeating: 0, count: rows.count)
    for input in rows.flatMap(\.inputs) + outputs { readers[input] += 1 }
    var rows = rows
    var absorbed = 0
    for index in rows.indices {
      let row = rows[index]
      guard row.isPlain(.add) || row.isPlain(.multiply) else { continue }
      var (inputs, shapes): ([Int], [Shape]) = ([], [])
      for (input, shape) in zip(row.inputs, row.inputShapes) {
        if rows[input].operation == row.operation, readers[input] == 1 {
          inputs += rows[input].inputs
          shapes += rows[input].inputShapes
          absorbed += 1
        } else {
          inputs.append(input)
          shapes.append(shape)
        }
      }
      (rows[index].inputs, rows[index].inputShapes) = (inputs, shapes)
    }
    return (rows, absorbed)
  }

  /// The order in which tensors are added or multiplied makes no difference, and numbers come after them.
  private static func sorted(_ row: ModelRow, _ depths: [Int]) -> ModelRow {
    guard case .elementwise(let kind, let constants) = row.operation, kind == .add || kind == .multiply else {
      return row
    }
    let order = row.inputs.indices.sorted { (-depths[row.inputs[$0]], $0) < (-depths[row.inputs[$1]], $1) }
    var row = row
    (row.inputs, row.inputShapes) = (order.map { row.inputs[$0] }, order.map { row.inputShapes[$0] })
    let moved = constants.enumerated().map { place, constant in
      ElementwiseConstant(position: Int32(order.count + place), value: constant.value)
    }
    row.operation = .elementwise(kind, constants: ElementwiseConstants(moved))
    return row
  }
}

extension ModelRow {
  /// Whether it joins tensors alone.
  fileprivate func isPlain(_ kind: Elementwise) -> Bool { operation == .elementwise(kind, constants: []) }
}

extension Network {
  /// The layers as rows, with what they cost.
  func rows() -> (rows: [ModelRow], outputs: [Int]) {
    let costs = NetworkCosts(self)
    let fields = receptiveFields()
    let rows = layers.indices.map { index in
      let layer = layers[index]
      let cost = costs.layers[index]
      let set = layer.weights.map { weights[Int($0)] }
      // What a source gives depends on no tensor, nor does a learned one take its shape from any.
      let isSource = layer.operation.isSource
      let read = layer.operation.isLearned ? [] : inputs(of: layer)
      return ModelRow(
        name: set.map { path(of: $0) } ?? path(of: layer), operation: layer.operation,
        inputs: read.map { tensors[Int($0)].producer }, inputShapes: read.map { shape(of: $0) },
        output: outputShape(of: layer), parameters: cost.parameters, statistics: cost.statistics,
        multiplyAdds: cost.multiplyAdds, field: isSource ? nil : fields[index],
        sharesWith: ownsWeights(index) ? nil : set?.layer)
    }
    return (rows, outputs.map { tensors[Int($0.tensor)].producer })
  }
}

extension Operation {
  fileprivate var isLearned: Bool {
    if case .learned = self { true } else { false }
  }

  fileprivate var isSource: Bool { isLearned || self == .coordinates || self == .noise }

  /// The operation without what cannot make a difference: window numbers of axes that a tensor does not have, a choice
  /// about padding where there is none, and digits of decimals that rounding leaves.
  func comparable(rank: Int) -> Operation {
    switch self {
    case .convolution(let window, let filters, let groups, let bias):
      return .convolution(window.flat(rank), filters: filters, groups: groups, bias: bias)
    case .transposedConvolution(let window, let filters, let groups, let bias):
      return .transposedConvolution(window.flat(rank), filters: filters, groups: groups, bias: bias)
    case .pool(let kind, let window, let ceil, let countsPadding):
      let isPadded = window.flat(rank).before != Axes(all: 0) || window.flat(rank).after != Axes(all: 0)
      return .pool(kind, window.flat(rank), ceil: ceil, countsPadding: countsPadding && isPadded)
    case .adaptivePool(let kind, let size): return .adaptivePool(kind, size: size.flat(rank, 1))
    case .resize(let mode, let alignsCorners, let size):
      return .resize(mode: mode, alignsCorners: alignsCorners, size: size.flat(rank, 1))
    case .pad(let kind, let before, let after):
      return .pad(kind, before: before.flat(rank, 0), after: after.flat(rank, 0))
    case .crop(let before, let after): return .crop(before: before.flat(rank, 0), after: after.flat(rank, 0))
    case .normalization(let normalization): return .normalization(normalization.rounded)
    case .localResponseNormalization(let size, let alpha, let beta, let k):
      return .localResponseNormalization(size: size, alpha: rounded(alpha), beta: rounded(beta), k: rounded(k))
    case .dropout(let kind, let rate): return .dropout(kind, rate: rounded(rate))
    case .localConvolution(let window, let filters, let bias):
      return .localConvolution(window.flat(rank), filters: filters, bias: bias)
    case .unpool(let window, let ceil): return .unpool(window.flat(rank), ceil: ceil)
    case .unitNorm(let axes, let epsilon): return .unitNorm(over: axes, epsilon: rounded(epsilon))
    case .input, .dense, .globalPool, .reduce, .activation, .gatedLinear, .softmax, .scale, .flatten, .reshape,
      .permute, .concatenate, .elementwise, .attention, .recurrent, .pixelShuffle, .pixelUnshuffle, .channelShuffle,
      .slice, .learned, .coordinates, .noise:
      return self
    }
  }
}

extension Window {
  fileprivate func flat(_ rank: Int) -> Window {
    Window(
      kernel: kernel.flat(rank, 1), stride: stride.flat(rank, 1), dilation: dilation.flat(rank, 1),
      before: before.flat(rank, 0), after: after.flat(rank, 0))
  }
}

extension Axes {
  /// The values of the axes there are, and a filler for the others.
  fileprivate func flat(_ rank: Int, _ filler: Int32) -> Axes {
    var axes = self
    for axis in rank..<3 { axes[axis] = filler }
    return axes
  }
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
