import Testing

@testable import TensorEngine

/// What PyTorch and Keras write for recurrent layers, local convolutions and learned tensors.
@Suite struct RecurrentWeightTests {
  private struct Kind: Sendable {
    let kind: Recurrent.Kind
    let both: Bool
    let biases: Int
  }

  private static let kinds = [Recurrent.Kind.lstm, .gru].flatMap { kind in
    [false, true].flatMap { both in (0...2).map { Kind(kind: kind, both: both, biases: $0) } }
  }

  private func network(_ kind: Kind) throws -> ForeignNetwork {
    var generator = SeededGenerator(seed: 1)
    var network = ForeignNetwork(layers: [
      try Recurrent(kind.kind, 3, units: 2, both: kind.both, biases: kind.biases, using: &generator)
    ])
    try network.renumber()
    return network
  }

  private func values(_ network: some Parameterized) -> [Tensor] { network.parameters.map(\.parameter.value) }

  private func blank(_ network: ForeignNetwork) throws -> ForeignNetwork {
    var blank = network
    try blank.visitParameters("") { (_, parameter) throws(TensorError) in
      parameter.value = try Tensor(zeros: parameter.value.shape)
    }
    return blank
  }

  @Test func weightsOfPyTorchComeBack() throws {
    for kind in Self.kinds {
      let network = try network(kind)
      var file = NamedTensors()
      for (name, parameter) in network.parameters {
        let tensor = parameter.value
        let turned =
          try tensor.shape.rank == 1
          ? tensor : gathered(tensor, tensor.shape.extents.reversed()) { $0.reversed() }
        try file.append(name, turned)
      }
      #expect(network.tensorShapes(in: .pytorch).map(\.extents) == file.elements.map(\.tensor.shape.extents))
      for layout in [nil, WeightLayout.pytorch] {
        var loaded = try blank(network)
        try loaded.load(file, layout: layout)
        #expect(values(loaded) == values(network), "\(kind)")
      }
    }
  }

  /// Told anew: where Keras has the number of a gate, and which of its tensors two biases share.
  private func kerasFile(_ network: ForeignNetwork, _ kind: Kind, cell: Bool) throws -> NamedTensors {
    let layer = kind.kind == .lstm ? "lstm" : "gru"
    var file = NamedTensors()
    for way in kind.both ? ["forward_\(layer)/", "backward_\(layer)/"] : [""] {
      let ending = way.hasPrefix("backward") ? "_reverse" : ""
      func tensor(_ name: String) throws -> Tensor {
        try #require(network.parameters.first { $0.name == "layer.0.\(name)_l0\(ending)" }).parameter.value
      }
      func reordered(_ tensor: Tensor) throws -> Tensor {
        guard kind.kind == .gru else { return tensor }
        return try gathered(tensor, tensor.shape.extents) { index in
          let column = index[index.count - 1]
          return index.dropLast() + [[1, 0, 2][column / 2] * 2 + column % 2]
        }
      }
      let path = "layer/0/\(way)\(cell ? "\(layer)_cell/" : "")"
      try file.append(path + "kernel", reordered(tensor("weight_ih")))
      try file.append(path + "recurrent_kernel", reordered(tensor("weight_hh")))
      guard kind.biases > 0 else { continue }
      var biases = try reordered(tensor("bias_ih")).scalars
      if kind.kind == .lstm {
        try file.append(path + "bias", Tensor([8], biases))
      } else {
        biases += try reordered(tensor("bias_hh")).scalars
        try file.append(path + "bias", Tensor([2, 6], biases))
      }
    }
    return file
  }

  @Test(arguments: [true, false])
  func weightsOfKerasComeBack(_ cell: Bool) throws {
    for kind in Self.kinds where kind.kind == .lstm ? kind.biases < 2 : kind.biases != 1 {
      let network = try network(kind)
      let file = try kerasFile(network, kind, cell: cell)
      let shapes = network.tensorShapes(in: .keras)
      #expect(shapes.map(\.extents) == file.elements.map(\.tensor.shape.extents))
      if cell { #expect(shapes.map(\.name) == file.names) }
      for layout in [nil, WeightLayout.keras] {
        var loaded = try blank(network)
        try loaded.load(file, layout: layout)
        #expect(values(loaded) == values(network), "\(kind)")
      }
    }
  }

  /// A gated unit without a bias of its state multiplies something else in Keras.
  @Test func whatKerasHasNotIsNotLoaded() throws {
    for kind in Self.kinds where kind.kind == .lstm ? kind.biases == 2 : kind.biases == 1 {
      let network = try network(kind)
      var file = NamedTensors()
      for (name, parameter) in network.parameters where !name.contains("bias_hh") {
        let own = name.contains("weight_ih") ? "kernel" : name.contains("weight_hh") ? "recurrent_kernel" : "bias"
        guard !name.hasSuffix("_reverse") else { continue }
        try file.append("layer/0/\(own)", parameter.value)
      }
      let foreign = file
      var loaded = network
      let error = #expect(throws: TensorError.self) { try loaded.load(foreign, layout: .keras) }
      #expect(error?.description.contains("unexpected 'layer/0/bias'") == true, "\(kind)")
      #expect(error?.description.contains("missing 'layer/0/bias_ih_l0'") == true, "\(kind)")
    }
  }

  @Test func whatIsMissingIsSaidOnce() throws {
    var network = try network(Kind(kind: .gru, both: false, biases: 2))
    let file = try NamedTensors([("layer/0/gru_cell/kernel", Tensor([3, 5], Array(repeating: 1, count: 15)))])
    let error = #expect(throws: TensorError.self) { try network.load(file) }
    #expect(
      error?.description == """
        the tensors are not those of the network in the layout of Keras
          missing 'layer/0/gru_cell/recurrent_kernel'
          missing 'layer/0/gru_cell/bias'
          'layer/0/gru_cell/kernel': expected [3, 6], found [3, 5]
        """)
  }

  @Test func theEnginesOwnFilesComeBack() throws {
    for kind in Self.kinds {
      let network = try network(kind)
      var loaded = try blank(network)
      try loaded.load(NamedTensors(of: network))
      #expect(values(loaded) == values(network))
    }
  }

  // MARK: - Learned tensors

  private struct Embedding: Parameterized {
    var gamma: Learned
    var fc: Dense

    init(_ extents: [Int]) throws(TensorError) {
      var generator = SeededGenerator(seed: 1)
      gamma = try Learned(extents, using: &generator)
      fc = try Dense(3, units: 2, bias: false, using: &generator)
    }

    mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try gamma.visitParameters(path + "gamma.", body)
      try fc.visitParameters(path + "fc.", body)
    }
  }

  /// Keras has `gamma` too, but here it is the name of the tensor.
  @Test(arguments: [[4, 2, 3], [1, 4, 2, 3], [1, 1, 4, 2, 3]])
  func learnedTensorsHaveTheirChannelsFirstInPyTorch(_ shape: [Int]) throws {
    var network = try Embedding([2, 3, 4])
    let numbers = (0..<24).map(Float.init)
    let file = try NamedTensors([
      ("gamma", Tensor(shape, numbers)), ("fc.weight", Tensor([2, 3], [1, 2, 3, 4, 5, 6])),
    ])
    try network.load(file)
    let expected = try gathered(Tensor([4, 2, 3], numbers), [2, 3, 4]) { [$0[2], $0[0], $0[1]] }
    #expect(network.gamma.weight.value == expected)
    #expect(network.tensorShapes(in: .pytorch).map(\.extents) == [[4, 2, 3], [2, 3]])
    #expect(network.tensorShapes(in: .pytorch).map(\.name) == ["gamma", "fc.weight"])
  }

  @Test(arguments: [[4], [1, 4], [1, 4, 1, 1], [1, 1, 1, 4], [4, 1, 1]])
  func axesOfOneElementMayLieAnywhere(_ shape: [Int]) throws {
    var network = try Embedding([1, 1, 4])
    let file = try NamedTensors([
      ("gamma", Tensor(shape, [1, 2, 3, 4])), ("fc.weight", Tensor([2, 3], [1, 2, 3, 4, 5, 6])),
    ])
    try network.load(file)
    #expect(network.gamma.weight.value == (try Tensor([1, 1, 4], [1, 2, 3, 4])))
  }

  @Test func anotherOrderOfLongAxesIsRefused() throws {
    var network = try Embedding([5, 4])
    let weight = ("fc.weight", try Tensor([2, 3], [1, 2, 3, 4, 5, 6]))
    let file = try NamedTensors([("gamma", Tensor([1, 5, 4], Array(repeating: 1, count: 20))), weight])
    let error = #expect(throws: TensorError.self) { try network.load(file, layout: .pytorch) }
    #expect(error?.description.hasSuffix("'gamma': expected [4, 5], found [1, 5, 4]") == true)
  }

  // MARK: - Local convolutions

  @Test func localConvolutionsAreLaidOutAsInKeras() throws {
    var generator = SeededGenerator(seed: 1)
    var network = ForeignNetwork(layers: [
      try LocalConvolution([4, 3, 2], filters: 5, window: Window([2, 2]), using: &generator)
    ])
    let blank = network
    try network.renumber()
    #expect(network.tensorShapes(in: .keras).map(\.name) == ["layer/0/kernel", "layer/0/bias"])
    #expect(network.tensorShapes(in: .keras).map(\.extents) == [[6, 8, 5], [3, 2, 5]])
    let file = try NamedTensors([
      ("layer/0/kernel", network.parameters[0].parameter.value),
      ("layer/0/bias", network.parameters[1].parameter.value),
    ])
    var loaded = blank
    try loaded.load(file)
    #expect(values(loaded) == values(network))
  }
}
