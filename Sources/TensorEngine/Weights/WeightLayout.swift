/// Whose order of axes, and whose names, tensors of a file have.
public enum WeightLayout: String, CaseIterable, Hashable, Sendable {
  /// That of this library: kernels are `[kernel..., in, out]`, matrices `[in, out]`.
  case engine
  /// Kernels are `[out, in, kernel...]`, transposed ones `[in, out, kernel...]`, matrices `[out, in]`, and what is
  /// flattened or learned by itself has its channels first. Names are those of the engine.
  case pytorch
  /// As the engine, but kernels of a depthwise convolution may be `[kernel..., in, multiplier]`. Names end in `kernel`,
  /// `gamma`, `beta`, `moving_mean` and `moving_variance` after slashes: `block1/conv/kernel`. Of recurrent layers they are
  /// `lstm1/lstm_cell/recurrent_kernel`, and the gated unit has its gates in another order.
  case keras
}

extension WeightLayout: CustomStringConvertible {
  public var description: String {
    switch self {
    case .engine: "the engine"
    case .pytorch: "PyTorch"
    case .keras: "Keras"
    }
  }
}

extension Parameterized {
  /// What a file in a layout has to hold: the name of every parameter there, and its extents.
  public func tensorShapes(in layout: WeightLayout) -> [(name: String, extents: [Int])] {
    var tensors: [(name: String, extents: [Int])] = []
    for (name, parameter) in parameters {
      let name = layout.name(name, of: parameter)
      // One tensor of Keras may be for two parameters, which are neighbours.
      if tensors.last?.name != name { tensors.append((name, layout.shapes(of: parameter)[0])) }
    }
    return tensors
  }
}

// MARK: - Shapes

extension WeightLayout {
  /// The shapes that a parameter may have in a file, the usual one first.
  func shapes(of parameter: Parameter) -> [[Int]] {
    let extents = parameter.value.shape.extents
    switch (self, parameter.soundAxes) {
    case (.engine, _), (_, .plain), (_, .features): return [extents]
    case (.pytorch, .kernel(groups: 1)) where extents.dropLast(2).allSatisfy { $0 == 1 }:
      // A convolution of one cell is there often a matrix for every cell.
      let matrix = [extents[extents.count - 1], extents[extents.count - 2]]
      return [matrix + extents.dropLast(2), matrix]
    case (.keras, .kernel(groups: 1)) where extents.dropLast(2).allSatisfy { $0 == 1 }:
      return [extents, extents.suffix(2)]
    case (.pytorch, .matrix), (.pytorch, .kernel), (.pytorch, .transposedKernel):
      return [[extents[extents.count - 1], extents[extents.count - 2]] + extents.dropLast(2)]
    case (.pytorch, .gates): return [extents.reversed()]
    case (.keras, .gates(let gates)): return [gates.kerasShape(extents)]
    case (.pytorch, .example): return [[extents[extents.count - 1]] + extents.dropLast()]
    case (.pytorch, .slopes): return [extents]
    case (.keras, .slopes(let spatialRank, _)): return [Array(repeating: 1, count: spatialRank) + extents]
    case (.keras, .kernel(let groups)) where groups > 1 && extents[extents.count - 2] == 1:
      // A depthwise layer of its own, or a convolution of as many groups as channels.
      return [extents.dropLast(2) + [groups, extents[extents.count - 1] / groups], extents]
    case (.keras, .matrix), (.keras, .kernel), (.keras, .transposedKernel), (.keras, .example): return [extents]
    }
  }

  /// Whether a parameter may have this shape in a file. A learned tensor may have axes of one element anywhere, such as one
  /// for the batch.
  func admits(_ extents: [Int], for parameter: Parameter) -> Bool {
    shapes(of: parameter).contains { shape in
      shape == extents || parameter.role == .tensor && shape.filter { $0 > 1 } == extents.filter { $0 > 1 }
    }
  }

  /// The tensor of a file as the parameter has it. Its shape is one that `admits` does.
  func parameter(_ parameter: Parameter, from tensor: Tensor) throws(TensorError) -> Tensor {
    let shape = parameter.value.shape
    guard self == .pytorch else {
      guard self == .keras, case .gates(let gates) = parameter.soundAxes else { return try tensor.reshaped(shape) }
      return try gates.parameter(ofKeras: tensor, shape)
    }
    switch parameter.soundAxes {
    case .plain: return tensor
    case .gates: return shape.rank == 2 ? try tensor.permuted(axes: [shape[1], shape[0]], [1, 0], shape) : tensor
    case .features(let order), .slopes(_, let order): return try tensor.inOrder(order)
    case .matrix(let order):
      return try tensor.permuted(axes: [shape[1], shape[0]], [1, 0], shape).inOrder(order)
    case .example:
      let channels = shape[shape.rank - 1]
      return try tensor.permuted(axes: [channels, shape.count / channels], [1, 0], shape)
    case .kernel, .transposedKernel:
      let (inner, outer) = (shape[shape.rank - 2], shape[shape.rank - 1])
      return try tensor.permuted(axes: [outer, inner, shape.count / (inner * outer)], [2, 1, 0], shape)
    }
  }
}

extension Parameter {
  /// The axes, if its tensor, which anybody may replace, has them still.
  fileprivate var soundAxes: Axes {
    let extents = value.shape.extents
    let isSound =
      switch axes {
      case .plain: true
      case .example: !extents.isEmpty
      case .features(let order): extents.count == 1 && (try? order.check(extents[0])) != nil
      case .slopes(let spatialRank, let order):
        extents.count == 1 && (0...3).contains(spatialRank) && (try? order.check(extents[0])) != nil
      case .matrix(let order): extents.count == 2 && (try? order.check(extents[0])) != nil
      case .kernel(let groups), .transposedKernel(let groups):
        extents.count >= 2 && groups >= 1 && extents[extents.count - 1] % groups == 0
      case .gates(let gates): extents.count == gates.rank && extents[gates.rank - 1] % gates.kind.gates == 0
      }
    return isSound ? axes : .plain
  }
}

extension Tensor {
  /// Rows that PyTorch has in its order of features, in that of the engine.
  fileprivate func inOrder(_ order: FeatureOrder) throws(TensorError) -> Tensor {
    guard !order.isSameChannelsFirst else { return self }
    let places = order.placesChannelsFirst
    let width = shape.count / places.count
    return try Tensor.filled(shape) { target throws(TensorError) in
      try read { source in
        for (row, place) in places.enumerated() {
          (target + row * width).update(from: source + place * width, count: width)
        }
      }
    }
  }
}

// MARK: - Names

extension WeightLayout {
  /// What a parameter is called in a file.
  func name(_ name: String, of parameter: Parameter) -> String {
    guard self == .keras else { return name }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if case .gates(let gates) = parameter.axes {
      parts = gates.kerasName.map { parts.dropLast() + $0 } ?? parts
    } else if let last = parts.last, let own = parameter.kerasName(last) {
      parts[parts.count - 1] = own
    }
    return parts.joined(separator: "/")
  }

  /// Whether a name says that the file is Keras's.
  static func isOfKeras(_ name: String) -> Bool {
    name.contains("/") || kerasNames.contains { $0.keras == lastPart(name) }
  }

  /// Whether a name says that the file is PyTorch's: it counts the batches that statistics were taken from.
  static func isOfPyTorch(_ name: String) -> Bool { lastPart(name) == batchCount }

  /// The names of the parameter that a name of Keras can mean: with full stops in the place of slashes, without the
  /// number behind a colon, and the last part as the engine has it.
  static func engineName(ofKeras name: String) -> String {
    var parts = dotted(name).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let last = parts.last, let own = kerasNames.first(where: { $0.keras == last }) {
      parts[parts.count - 1] = own.engine
    }
    return parts.joined(separator: ".")
  }

  /// A name of Keras with full stops in the place of slashes, and without the number behind a colon.
  static func dotted(_ name: String) -> String {
    var name = Substring(name)
    if let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().allSatisfy(\.isNumber) { name = name[..<colon] }
    return String(name.map { $0 == "/" ? "." : $0 })
  }

  /// What PyTorch keeps beside running statistics, and nothing else needs: `bn1.num_batches_tracked`.
  static let batchCount = "num_batches_tracked"

  /// The last parts of Keras's names. A kernel of a depthwise convolution had a name of its own in Keras 2.
  fileprivate static let kerasNames: [(keras: String, engine: String)] = [
    ("kernel", "weight"), ("depthwise_kernel", "weight"), ("gamma", "weight"), ("alpha", "weight"), ("beta", "bias"),
    ("moving_mean", "running_mean"), ("moving_variance", "running_var"),
  ]

  private static func lastPart(_ name: String) -> String {
    let last = name.split { $0 == "/" || $0 == "." }.last ?? ""
    return String(last.prefix { $0 != ":" })
  }
}

extension Parameter {
  /// The last part of its name in Keras; nil where that is the same.
  fileprivate func kerasName(_ name: String) -> String? {
    switch (role, axes) {
    case (.weight, _): "kernel"
    case (.scale, .slopes): "alpha"
    case (.scale, _): "gamma"
    case (.shift, _): "beta"
    case (.statistic, _): WeightLayout.kerasNames.first { $0.engine == name }?.keras
    case (.bias, _), (.tensor, _): nil
    }
  }
}
