import Testing

@testable import TensorEngine

/// Every operation of the reference: forward, and gradients by inputs and parameters.
@Suite struct FixtureTests {
  @Test(arguments: FixtureNetwork.names)
  func valuesAndGradientsAreThoseOfTheFrameworks(_ name: String) throws {
    let fixture = try Fixture(name)
    var network = try FixtureNetwork(fixture)
    let inputs = try network.inputs.map { try fixture.tensor($0) }
    for suffix in fixture["g"] == nil ? [""] : ["", "_g"] {
      var tape = fixture.flag("training") ? Tape.training(seed: 1) : .recording
      let count = try network.numberParameters()
      let variables = inputs.map { tape.variable($0) }
      let outputs = try network.forward(variables, &tape)
      let y = outputs[0].tensor
      let expected = try fixture.tensor("y")
      #expect(y.shape.count == expected.shape.count, "the shape of \(name): \(y.shape)")
      #expect(y.excess(over: expected, tolerance: network.tolerance) == 0, "the output of \(name)")
      let gradient = suffix == "" ? y : try fixture.tensor("g").reshaped(y.shape)
      let flow = try tape.backward(from: [(outputs[0], gradient)], to: variables, parameterCount: count)
      for (input, found) in zip(network.inputs, flow.inputs) {
        let found = try #require(found, "the gradient by \(input) of \(name)")
        let excess = found.excess(over: try fixture.tensor("d\(input)\(suffix)"), tolerance: network.tolerance)
        #expect(excess == 0, "the gradient by \(input)\(suffix) of \(name)")
      }
      for (key, parameter) in network.parameters {
        let file = parameter.isLearned ? "d\(key)\(suffix)" : "\(key)_after"
        guard let expected = fixture[file] else {
          #expect(!parameter.isLearned, "\(file) of \(name) is in the reference")
          continue
        }
        let found = try #require(flow.parameters[parameter], "\(file) of \(name)")
        #expect(found.excess(over: expected, tolerance: network.tolerance) == 0, "\(file) of \(name)")
      }
    }
  }
}

/// A network of the one operation of a fixture.
struct FixtureNetwork: Network {
  enum Body: Sendable {
    case convolution(Convolution)
    case transposed(TransposedConvolution)
    case dense(Dense)
  }

  /// The names of the fixture's inputs.
  let inputs: [String]
  let tolerance: Double
  private var body: Body

  /// What is no layer: losses and optimisers.
  private static let others: Set = ["cross_entropy", "mse", "optimizer"]

  static let names = Fixture.names.filter { name in
    guard let fixture = try? Fixture(name) else { return true }
    return !others.contains(fixture.operation) && (try? FixtureNetwork(fixture)) != nil
  }

  init(_ fixture: Fixture) throws {
    inputs = ["x", "a", "b", "c"].filter { fixture[$0] != nil }
    tolerance = 1e-5
    var generator = SeededGenerator(seed: 1)
    switch fixture.operation {
    case "conv1d", "conv2d", "depthwise_conv2d":
      let pad = try fixture.padding()
      let window = try Window(
        fixture.integers("kernel"), stride: fixture.integers("stride"), dilation: fixture.integers("dilation"),
        before: pad.before, after: pad.after)
      body = .convolution(
        try Convolution(
          fixture.integer("in_channels"), filters: fixture.integer("out_channels"), window: window,
          groups: fixture.integer("groups"), bias: fixture.flag("bias"), using: &generator))
    case "conv_transpose2d":
      let cut = try fixture.padding(fixture.isChannelsFirst ? "pad" : "crop")
      let extra = fixture.isChannelsFirst ? try fixture.integers("output_padding") : [0, 0]
      let window = try Window(
        fixture.integers("kernel"), stride: fixture.integers("stride"),
        dilation: fixture.isChannelsFirst ? fixture.integers("dilation") : nil,
        before: cut.before, after: zip(cut.after, extra).map { $0 - $1 })
      body = .transposed(
        try TransposedConvolution(
          fixture.integer("in_channels"), filters: fixture.integer("out_channels"), window: window,
          bias: fixture.flag("bias"), using: &generator))
    case "linear":
      body = .dense(
        try Dense(
          fixture.integer("in_features"), units: fixture.integer("out_features"), bias: fixture.flag("bias"),
          using: &generator))
    default: throw Fixture.Malformed()
    }
    try visitParameters("") { (name, parameter) throws(TensorError) in
      if let tensor = fixture[name] { parameter.value = tensor }
    }
  }

  func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
    switch body {
    case .convolution(let layer): [try layer(inputs[0], &tape)]
    case .transposed(let layer): [try layer(inputs[0], &tape)]
    case .dense(let layer): [try layer(inputs[0], &tape)]
    }
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    switch self.body {
    case .convolution(var layer):
      try layer.visitParameters(path, body)
      self.body = .convolution(layer)
    case .transposed(var layer):
      try layer.visitParameters(path, body)
      self.body = .transposed(layer)
    case .dense(var layer):
      try layer.visitParameters(path, body)
      self.body = .dense(layer)
    }
  }
}
