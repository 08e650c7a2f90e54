import Testing

@testable import TensorEngine

/// Which layout a file is in is decided by what is recorded, or not at all.
@Suite struct WeightDecisionTests {
  /// A dense layer that looks the same in every layout, and layers that tell.
  private struct Square: Parameterized {
    var fc: Dense
    var bn: Normalization
    var more: [Dense] = []

    init(more: Int = 0) throws(TensorError) {
      var generator = SeededGenerator(seed: 3)
      fc = try Dense(4, units: 4, bias: false, using: &generator)
      bn = try Normalization(.batch(momentum: 0.1), channels: 4)
      for _ in 0..<more { self.more.append(try Dense(4, units: 3, bias: false, using: &generator)) }
    }

    mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try fc.visitParameters(path + "fc.", body)
      try bn.visitParameters(path + "bn.", body)
      try more.visitParameters(path + "more.", body)
    }
  }

  /// A network that gives a map other extents on the way.
  private struct Reshaped: Parameterized {
    static let channelsLastLayers = [Site(path: "reshape1", file: "net.cnn", line: 5)]
    var fc: Dense

    mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try fc.visitParameters(path + "fc.", body)
    }
  }

  private func tensors(_ network: some Parameterized, _ layout: WeightLayout) throws -> NamedTensors {
    try NamedTensors(
      network.tensorShapes(in: layout).map { name, extents in
        (name, try Tensor(extents, (0..<extents.reduce(1, *)).map(Float.init)))
      })
  }

  private func transposed(_ tensor: Tensor) throws -> Tensor {
    try gathered(tensor, tensor.shape.extents.reversed()) { $0.reversed() }
  }

  @Test func aSquareMatrixAloneIsRefusedByName() throws {
    var network = try Square()
    let before = network.fc.weight.value
    let square = try tensors(network, .pytorch)
    let error = #expect(throws: TensorError.self) { try network.load(square) }
    #expect(error?.fact == .data(.ambiguousLayout([.engine, .pytorch], tensor: "fc.weight")))
    #expect(
      error?.description == """
        the tensors fit the layouts of the engine and of PyTorch, which give 'fc.weight' different numbers; say which \
        it is with `layout: .engine or .pytorch`
        """)
    #expect(network.fc.weight.value == before)
  }

  @Test func aWordDecides() throws {
    var network = try Square()
    let square = try tensors(network, .pytorch)
    let weight = try #require(square["fc.weight"])
    try network.load(square, layout: .engine)
    #expect(network.fc.weight.value == weight)
    try network.load(square, layout: .pytorch)
    #expect(try network.fc.weight.value == transposed(weight))
  }

  @Test func anotherTensorDecides() throws {
    var network = try Square(more: 1)
    for layout in [WeightLayout.engine, .pytorch] {
      let file = try tensors(network, layout)
      let weight = try #require(file["fc.weight"])
      try network.load(file)
      #expect(try network.fc.weight.value == (layout == .engine ? weight : transposed(weight)), "\(layout)")
    }
  }

  @Test(arguments: [("pt", WeightLayout.pytorch), ("tf", .keras), ("keras", .keras), ("TensorEngine", .engine)])
  func metadataDecide(_ format: String, _ layout: WeightLayout) throws {
    var network = try Square()
    var file = try tensors(network, layout)
    file.metadata["format"] = format
    let read = try SafeTensors.read(SafeTensors.bytes(of: file))
    let weight = try #require(read[layout == .keras ? "fc/kernel" : "fc.weight"])
    try network.load(read)
    #expect(try network.fc.weight.value == (layout == .pytorch ? transposed(weight) : weight))
    // The caller knows better.
    guard layout != .keras else { return }
    try network.load(read, layout: layout == .engine ? .pytorch : .engine)
    #expect(try network.fc.weight.value == (layout == .pytorch ? weight : transposed(weight)))
  }

  @Test func metadataThatSayNothingDecideNothing() throws {
    var network = try Square()
    var file = try tensors(network, .pytorch)
    file.metadata = ["format": "np", "epoch": "3"]
    let square = file
    #expect(throws: TensorError.self) { try network.load(square) }
  }

  @Test func theCountOfBatchesIsPyTorchsAlone() throws {
    var network = try Square()
    var file = try tensors(network, .pytorch)
    let weight = try #require(file["fc.weight"])
    try file.append("bn.num_batches_tracked", Tensor([], [12]))
    try network.load(file)
    #expect(try network.fc.weight.value == transposed(weight))
    // Beside no statistics it is a tensor like any other.
    try file.append("fc.num_batches_tracked", Tensor([], [12]))
    let more = file
    let error = #expect(throws: TensorError.self) { try network.load(more) }
    #expect(error?.description.hasSuffix("\n  unexpected 'fc.num_batches_tracked'") == true)
    let engine = #expect(throws: TensorError.self) { try network.load(more, layout: .engine) }
    #expect(engine?.description.contains("'bn.num_batches_tracked'") == true)
  }

  @Test func aMatrixThatIsItsOwnTransposeMayBeOfAnyLayout() throws {
    var network = try Square()
    var file = NamedTensors()
    for (name, parameter) in network.parameters { try file.append(name, Tensor(repeating: 2, parameter.value.shape)) }
    try network.load(file)
    #expect(network.fc.weight.value.scalars == Array(repeating: 2, count: 16))
  }

  @Test func whatWasFlattenedTellsEvenWhereNoShapeDoes() throws {
    var network = ForeignNetwork(layers: [try Scale(channels: 12, flattened: [[2, 2, 3]])])
    let file = try tensors(network, .pytorch)
    #expect(throws: TensorError(.data(.ambiguousLayout([.engine, .pytorch], tensor: "layer.0.weight")))) {
      try network.load(file)
    }
    var plain = ForeignNetwork(layers: [try Scale(channels: 12, flattened: [[2, 2, 1], [8]])])
    try plain.load(file)
  }

  @Test func anOddCubeOfAKernelIsRefused() throws {
    var generator = SeededGenerator(seed: 1)
    var network = ForeignNetwork(layers: [
      try Convolution(3, filters: 3, window: Window([3, 3]), bias: false, using: &generator)
    ])
    let file = try tensors(network, .pytorch)
    #expect(throws: TensorError(.data(.ambiguousLayout([.engine, .pytorch], tensor: "layer.0.weight")))) {
      try network.load(file)
    }
  }

  @Test func everyMisfitIsNamedInTheLayoutThatIsClosest() throws {
    var network = try Square(more: 3)
    let wanted = try tensors(network, .pytorch)
    var file = NamedTensors()
    for element in wanted.elements where element.name != "bn.bias" {
      let isOdd = element.name == "more.1.weight"
      let isWrong = element.name == "bn.running_var"
      try file.append(
        element.name,
        isOdd
          ? Tensor([3, 5], Array(repeating: 1, count: 15)) : isWrong ? Tensor([4], [1, .nan, 1, 1]) : element.tensor)
    }
    try file.append("head.weight", Tensor([1], [1]))
    let broken = file
    let error = #expect(throws: TensorError.self) { try network.load(broken) }
    #expect(
      error?.description == """
        the tensors are not those of the network in the layout of PyTorch
          missing 'bn.bias'
          unexpected 'head.weight'
          'more.1.weight': expected [3, 4], found [3, 5]
          'bn.running_var' holds numbers that are not finite
        """)
  }

  @Test func aMisfitOfKerasSpeaksInItsNames() throws {
    var network = try Square(more: 1)
    let file = try NamedTensors([
      ("fc/kernel:0", Tensor([4, 4], Array(repeating: 1, count: 16))), ("fc/kernel", Tensor([1], [1])),
      ("more/0/kernel:0", Tensor([3, 4], Array(repeating: 1, count: 12))), ("bn/gamma:0", Tensor([4], [1, 1, 1, 1])),
    ])
    let error = #expect(throws: TensorError.self) { try network.load(file) }
    #expect(
      error?.description == """
        the tensors are not those of the network in the layout of Keras
          missing 'bn/beta'
          missing 'bn/moving_mean'
          missing 'bn/moving_variance'
          unexpected 'fc/kernel'
          'more/0/kernel:0': expected [4, 3], found [3, 4]
        """)
  }

  @Test func aroundALayerThatDependsOnTheOrderOfMemoryPyTorchIsRefused() throws {
    var generator = SeededGenerator(seed: 1)
    var network = Reshaped(fc: try Dense(4, units: 3, using: &generator))
    let foreign = try tensors(network, .pytorch)
    let error = #expect(throws: TensorError.self) { try network.load(foreign) }
    #expect(
      error?.description == """
        reshape1 (net.cnn:5): weights of PyTorch cannot be loaded around this layer: it depends on the order of memory, \
        and with channels first it would give something else
        """)
    #expect(throws: TensorError.self) { try network.load(foreign, layout: .pytorch) }
    try network.load(tensors(network, .engine))
    try network.load(tensors(network, .keras))
    try network.load(NamedTensors(of: network))

    // Where both layouts fit, it is not known which network the weights are for.
    var square = Reshaped(fc: try Dense(1, units: 1, using: &generator))
    let either = try tensors(square, .engine)
    let refusal = #expect(throws: TensorError.self) { try square.load(either) }
    #expect(refusal?.fact == .data(.ambiguousLayout([.engine, .pytorch], tensor: nil)))
    #expect(refusal?.site?.line == 5)
    try square.load(either, layout: .engine)
  }
}
