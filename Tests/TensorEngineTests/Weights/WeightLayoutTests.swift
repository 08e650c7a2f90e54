import Testing

@testable import TensorEngine

/// What PyTorch and Keras write comes back as what the network had.
@Suite struct WeightLayoutTests {
  @Test func weightsOfAnyLayersComeBackFromEveryLayout() throws {
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let layers = try (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        try ForeignLayer.random(using: &generator)
      }
      var network = ForeignNetwork(layers: layers.map(\.layer))
      let blank = network
      try network.renumber()
      var (pytorch, keras) = (NamedTensors(), NamedTensors())
      for (name, parameter) in network.parameters {
        let parts = name.split(separator: ".").map(String.init)
        let layer = layers[Int(parts[1]) ?? 0]
        try pytorch.append(name, layer.pytorch[parts[2]]?(parameter.value) ?? parameter.value)
        let (ending, write) = try #require(layer.keras[parts[2]])
        try keras.append("layer/\(parts[1])/\(ending)\(seed % 2 == 0 ? ":0" : "")", write(parameter.value))
      }
      for (tensors, layout) in [
        (pytorch, WeightLayout.pytorch), (keras, .keras), (keras, nil), (try NamedTensors(of: network), .engine),
        (try NamedTensors(of: network), nil),
      ] {
        var loaded = blank
        try loaded.load(tensors, layout: layout)
        #expect(
          loaded.parameters.map(\.parameter.value) == network.parameters.map(\.parameter.value),
          "seed \(seed), \(String(describing: layout))")
      }
      #expect(network.tensorShapes(in: .pytorch).map(\.extents) == pytorch.elements.map(\.tensor.shape.extents))
      #expect(network.tensorShapes(in: .pytorch).map(\.name) == pytorch.names)
      guard layers.allSatisfy(\.isUsualInKeras) else { continue }
      #expect(network.tensorShapes(in: .keras).map(\.extents) == keras.elements.map(\.tensor.shape.extents))
    }
  }

  /// A decision is never a guess: what is loaded without a word about the layout is what one layout alone would give.
  @Test func withoutAWordTheLayoutIsFoundOrRefused() throws {
    var found = 0
    var refused = 0
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let layer = try ForeignLayer.random(using: &generator)
      var network = ForeignNetwork(layers: [layer.layer])
      let blank = network
      try network.renumber()
      let tensors = try NamedTensors(
        network.parameters.map { name, parameter in
          let last = String(name.split(separator: ".")[2])
          return (name, try layer.pytorch[last]?(parameter.value) ?? parameter.value)
        })
      var loaded = blank
      if let error = Self.failure(of: { () throws(TensorError) in try loaded.load(tensors) }) {
        refused += 1
        guard case .data(.ambiguousLayout([.engine, .pytorch], tensor: _?)) = error.fact else { throw error }
        try loaded.load(tensors, layout: .engine)
        #expect(loaded.parameters.map(\.parameter.value) != network.parameters.map(\.parameter.value), "seed \(seed)")
      } else {
        found += 1
        #expect(loaded.parameters.map(\.parameter.value) == network.parameters.map(\.parameter.value), "seed \(seed)")
      }
    }
    #expect(found > 50 && refused > 50)
  }

  private static func failure(of body: () throws(TensorError) -> Void) -> TensorError? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("block/conv1/kernel:0", "block.conv1.weight"), ("conv1/bias", "conv1.bias"), ("bn/gamma:0", "bn.weight"),
    ("bn/beta", "bn.bias"), ("bn/moving_mean:0", "bn.running_mean"), ("bn/moving_variance", "bn.running_var"),
    ("dw/depthwise_kernel:0", "dw.weight"), ("act/alpha", "act.weight"), ("a.b/kernel", "a.b.weight"),
    ("conv1.weight", "conv1.weight"), ("kernel/kernel", "kernel.weight"), ("a:b/kernel", "a:b.weight"), ("", ""),
  ])
  func namesOfKerasAreRead(_ keras: String, _ engine: String) {
    #expect(WeightLayout.engineName(ofKeras: keras) == engine)
  }

  @Test func aFlattenedMapHasToHaveAsManyElementsAsTheLayerFeatures() throws {
    var generator = SeededGenerator(seed: 1)
    for order in [[[2, 3]], [[2, 2, 3], [1]], [[Int.max], [Int.max]], [[0, 12]], [[1, 2, 3, 1, 2, 1]]] as [[[Int]]] {
      let flattened = FeatureOrder(order)
      #expect(throws: TensorError.self, "\(order)") { try Scale(channels: 12, flattened: flattened) }
      #expect(throws: TensorError.self, "\(order)") {
        try Dense(12, units: 1, flattened: flattened, using: &generator)
      }
    }
  }

  /// Whoever replaces a tensor by one of other axes is told so by the layer, and not stopped before.
  @Test func aTensorOfOtherAxesHasNoLayout() throws {
    var generator = SeededGenerator(seed: 1)
    var network = ForeignNetwork(layers: [
      try Dense(12, units: 2, flattened: [[2, 2, 3]], using: &generator),
      try Convolution(3, filters: 3, window: Window([3]), groups: 3, using: &generator),
    ])
    try network.visitParameters("") { (_, parameter) throws(TensorError) in
      parameter.value = try Tensor([7], [1, 2, 3, 4, 5, 6, 7])
    }
    for layout in WeightLayout.allCases {
      let shapes = network.tensorShapes(in: layout)
      #expect(shapes.allSatisfy { $0.extents == [7] })
      let tensors = try NamedTensors(shapes.map { ($0.name, try Tensor([7], [7, 6, 5, 4, 3, 2, 1])) })
      try network.load(tensors, layout: layout)
    }
  }
}
