import ReferenceFixtures
import Testing

@testable import TensorEngine

/// Every operation of the reference: forward, and gradients by inputs and parameters.
@Suite struct FixtureTests {
  private let tolerance = 1e-5

  @Test(arguments: FixtureNetwork.names)
  func valuesAndGradientsAreThoseOfTheFrameworks(_ name: String) throws {
    let fixture = try Fixture(name)
    let network = try FixtureNetwork(fixture)
    var chain = network.chain
    let inputs = try network.inputs.map { try fixture.tensor($0) }
    for suffix in fixture["g"] == nil ? [""] : ["", "_g"] {
      var tape = fixture.flag("training") ? Tape.training(seed: 1) : .recording
      let count = try chain.numberParameters()
      let variables = inputs.map { tape.variable($0) }
      let outputs = try chain.forward(variables, &tape)
      let y = outputs[0].tensor
      let expected = try fixture.tensor("y")
      #expect(y.shape.count == expected.shape.count, "the shape of \(name): \(y.shape)")
      #expect(y.excess(over: expected, tolerance: tolerance) == 0, "the output of \(name)")
      let gradient = suffix == "" ? y : try fixture.tensor("g").reshaped(y.shape)
      let flow = try tape.backward(from: [(outputs[0], gradient)], to: variables, parameterCount: count)
      for (input, found) in zip(network.inputs, flow.inputs) {
        // What an input only gives its extents to, or its order, has no gradient.
        guard let expected = fixture["d\(input)\(suffix)"] else {
          #expect(found == nil, "the gradient by \(input) of \(name)")
          continue
        }
        let found = try #require(found, "the gradient by \(input) of \(name)")
        let excess = found.excess(over: expected, tolerance: tolerance)
        #expect(excess == 0, "the gradient by \(input)\(suffix) of \(name)")
      }
      for (key, parameter) in chain.parameters {
        let file = parameter.isLearned ? "d\(key)\(suffix)" : "\(key)_after"
        guard let expected = try network.tensor(file, of: parameter, in: fixture) else {
          #expect(!parameter.isLearned, "\(file) of \(name) is in the reference")
          continue
        }
        let found = try #require(flow.parameters[parameter], "\(file) of \(name)")
        #expect(found.excess(over: expected, tolerance: tolerance) == 0, "\(file) of \(name)")
      }
    }
  }
}

/// A network of the one operation of a fixture.
struct FixtureNetwork {
  /// The names of the fixture's inputs.
  let inputs: [String]
  var chain: OperationChain
  /// The layout of the parameters, where the file has not the engine's.
  let layout: WeightLayout?

  /// What is no layer: losses and optimisers.
  private static let others: Set = ["cross_entropy", "mse", "bce", "optimizer", "convnextv2_block"]

  static let names = (Fixture.names + Fixture.secondNames).filter { name in
    guard let fixture = try? Fixture(name) else { return true }
    return !others.contains(fixture.operation)
  }

  init(_ fixture: Fixture) throws {
    inputs = ["x", "a", "b", "c", "q", "k", "v", "t"].filter { fixture[$0] != nil }
    chain = OperationChain(try Self.secondSteps(fixture) ?? Self.steps(fixture))
    layout = Self.layout(fixture)
    try load(fixture)
  }

  private static func steps(_ fixture: Fixture) throws -> [OperationChain.Step] {
    var generator = SeededGenerator(seed: 1)
    let x = try (fixture["x"] ?? fixture.tensor("a")).shape
    switch fixture.operation {
    case "conv1d", "conv2d", "depthwise_conv2d":
      return [
        .parameterized(
          try Convolution(
            fixture.integer("in_channels"), filters: fixture.integer("out_channels"), window: window(fixture),
            groups: fixture.integer("groups"), bias: fixture.flag("bias"), using: &generator))
      ]
    case "conv_transpose2d":
      let cut = try fixture.padding(fixture.isChannelsFirst ? "pad" : "crop")
      let extra = fixture.isChannelsFirst ? try fixture.integers("output_padding") : [0, 0]
      let window = try Window(
        fixture.integers("kernel"), stride: fixture.integers("stride"),
        dilation: fixture.isChannelsFirst ? fixture.integers("dilation") : nil,
        before: cut.before, after: zip(cut.after, extra).map { $0 - $1 })
      return [
        .parameterized(
          try TransposedConvolution(
            fixture.integer("in_channels"), filters: fixture.integer("out_channels"), window: window,
            bias: fixture.flag("bias"), using: &generator))
      ]
    case "linear", "flatten_linear":
      let dense = try Dense(
        fixture.integer("in_features"), units: fixture.integer("out_features"), bias: fixture.flag("bias"),
        using: &generator)
      return fixture.operation == "linear" ? [.parameterized(dense)] : [.layer(Flatten()), .parameterized(dense)]
    case "maxpool2d": return [.layer(Pool(.max, window: try window(fixture), ceil: fixture.flag("ceil_mode")))]
    case "avgpool2d":
      return [
        .layer(
          Pool(
            .average, window: try window(fixture), ceil: fixture.flag("ceil_mode"),
            countsPadding: fixture.flag("count_include_pad")))
      ]
    case "global_avgpool": return [.layer(GlobalPool(.average, keepsAxes: fixture.flag("keepdims")))]
    case "global_maxpool": return [.layer(GlobalPool(.max, keepsAxes: fixture.flag("keepdims")))]
    case "adaptive_avgpool2d": return [.layer(AdaptivePool(.average, size: try fixture.integers("size")))]
    case "batchnorm":
      return [.parameterized(try norm(.batch(momentum: Float(fixture.number("momentum"))), x, fixture))]
    case "groupnorm":
      return [
        .parameterized(try norm(.group(fixture.integer("groups")), x, fixture))
      ]
    case "layernorm":
      let isWhole = try fixture.integers("normalized").count > 1
      let kind = isWhole ? Normalization.Kind.layerOverAll(extents: Array(x.extents.dropFirst())) : .layer
      return [.parameterized(try norm(kind, x, fixture))]
    case "lrn":
      return [
        .layer(
          LocalResponseNormalization(
            size: try fixture.integer("size"), alpha: Float(try fixture.number("alpha")),
            beta: Float(try fixture.number("beta")), k: Float(try fixture.number("k"))))
      ]
    case "softmax": return [.layer(Softmax())]
    case "log_softmax": return [.layer(Softmax(logarithm: true))]
    case "dropout": return [.layer(Dropout(rate: Float(try fixture.number("p"))))]
    case "stochastic_depth": return [.layer(Dropout(.path, rate: Float(try fixture.number("p"))))]
    case "layer_scale": return [.parameterized(try Scale(channels: x.channels))]
    case "prelu": return [.parameterized(try ParametricRelu(slopes: fixture.integer("parameters")))]
    case "flatten": return [.layer(Flatten())]
    case "channel_shuffle": return [.layer(ChannelShuffle(groups: try fixture.integer("groups")))]
    case "concat": return [.join(Concatenate())]
    case "add": return [.join(Elementwise(.add))]
    case "mul": return [.join(Elementwise(.multiply))]
    case "pad":
      let kinds = ["constant": Pad.Kind.zero, "reflect": .reflect, "replicate": .replicate]
      guard let mode = fixture.attributes["mode"] as? String, let kind = kinds[mode] else { throw Fixture.Malformed() }
      let pad = try fixture.padding()
      return [.layer(Pad(kind, before: pad.before, after: pad.after))]
    case "crop":
      let crop = try fixture.padding("crop")
      return [.layer(Crop(before: crop.before, after: crop.after))]
    case "upsample":
      let isNearest = fixture.attributes["mode"] as? String == "nearest"
      let factors = fixture.attributes["scale"] as? [Int]
      let size = try factors.map { zip(x.spatial, $0).map { $0 * $1 } } ?? fixture.integers("size")
      return [
        .layer(Resize(isNearest ? .nearest : .bilinear, size: size, alignsCorners: fixture.flag("align_corners")))
      ]
    default: return [.layer(Activation(try function(fixture)))]
    }
  }

  static func window(_ fixture: Fixture) throws -> Window {
    let pad = try fixture.padding()
    return try Window(
      fixture.integers("kernel"), stride: fixture.integers("stride"), dilation: try? fixture.integers("dilation"),
      before: pad.before, after: pad.after)
  }

  private static func norm(
    _ kind: Normalization.Kind, _ x: TensorShape, _ fixture: Fixture
  ) throws -> Normalization {
    try Normalization(kind, channels: x.channels, epsilon: Float(fixture.number("eps")))
  }

  private static func function(_ fixture: Fixture) throws -> Activation.Function {
    switch fixture.operation {
    case "relu": return .relu
    case "relu6": return .relu6
    case "leaky_relu": return .leakyRelu(slope: Float(try fixture.number("slope")))
    case "selu": return .selu
    case "gelu": return .gelu(tanh: fixture.attributes["approximate"] as? String == "tanh")
    case "silu": return .silu
    case "mish": return .mish
    case "sigmoid": return .sigmoid
    case "hardsigmoid": return .hardSigmoid
    case "tanh": return .tanh
    case "softplus": return .softplus
    default: throw Fixture.Malformed()
    }
  }
}
