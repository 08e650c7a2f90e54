import Foundation

@testable import TensorEngine

/// A whole network of the reference, made of the list of its layers, with what PyTorch computed.
struct ReferenceNet: Network {
  /// What a layer of the list does; those with parameters are named as in the list.
  private enum Body: Sendable {
    case input
    case convolution(Convolution)
    case dense(Dense)
    case normalization(Normalization)
    case plain(any Layer)
    case sum
  }

  private struct Step: Sendable {
    let name: String
    /// Places of the producers in the list.
    let inputs: [Int]
    var body: Body
  }

  private var steps: [Step] = []
  let labels: [Int]
  /// Before each of three steps, and after the last.
  let losses: [Double]

  init(_ name: String) throws {
    let data = try Data(contentsOf: Fixture.folder.appending(path: "nets/\(name).json"))
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let labels = object["labels"] as? [Int], let losses = object["losses"] as? [Double],
      let layers = object["layers"] as? [[String: Any]]
    else { throw Fixture.Malformed() }
    self.labels = labels
    self.losses = losses
    for layer in layers {
      guard let name = layer["name"] as? String, let inputs = layer["in"] as? [Int],
        let operation = layer["op"] as? String, let attributes = layer["attrs"] as? [String: Any]
      else { throw Fixture.Malformed() }
      steps.append(Step(name: name, inputs: inputs, body: try Self.body(operation, attributes)))
    }
    try load(Self.tensors(name, "weights"))
  }

  private static func body(_ operation: String, _ attributes: [String: Any]) throws -> Body {
    var generator = SeededGenerator(seed: 1)
    func integer(_ name: String) throws -> Int {
      guard let value = attributes[name] as? Int else { throw Fixture.Malformed() }
      return value
    }
    func window() throws -> Window {
      guard let kernel = attributes["kernel"] as? [Int], let stride = attributes["stride"] as? [Int],
        let pad = attributes["pad"] as? [Int], pad.count == 4
      else { throw Fixture.Malformed() }
      return try Window(kernel, stride: stride, before: [pad[0], pad[2]], after: [pad[1], pad[3]])
    }
    let hasBias = attributes["bias"] as? Bool ?? false
    switch operation {
    case "input": return .input
    case "conv2d":
      return .convolution(
        try Convolution(
          integer("in_channels"), filters: integer("out_channels"), window: window(), bias: hasBias, using: &generator))
    case "linear":
      return .dense(
        try Dense(integer("in_features"), units: integer("out_features"), bias: hasBias, using: &generator))
    case "batchnorm":
      guard let momentum = attributes["momentum"] as? Double, let epsilon = attributes["eps"] as? Double else {
        throw Fixture.Malformed()
      }
      return .normalization(
        try Normalization(.batch(momentum: Float(momentum)), channels: integer("channels"), epsilon: Float(epsilon)))
    case "tanh": return .plain(Activation(.tanh))
    case "relu": return .plain(Activation(.relu))
    case "maxpool2d": return .plain(Pool(.max, window: try window()))
    case "avgpool2d": return .plain(Pool(.average, window: try window()))
    case "global_avgpool": return .plain(GlobalPool(.average, keepsAxes: true))
    case "flatten": return .plain(Flatten())
    case "add": return .sum
    default: throw Fixture.Malformed()
    }
  }

  /// The tensors of a file of the reference in the engine's layouts. Before both first dense layers there is one cell, so
  /// that no order of cells and channels is in question.
  static func tensors(_ name: String, _ part: String) throws -> NamedTensors {
    let file = try NamedTensors(
      contentsOf: Fixture.folder.appending(path: "nets/\(name).\(part).safetensors").path)
    return try NamedTensors(
      file.elements.map { element in
        let tensor = element.tensor
        switch (element.name.hasSuffix("weight"), tensor.shape.rank) {
        case (true, 4): return (element.name, try tensor.permuted([2, 3, 1, 0]))
        case (true, 2): return (element.name, try tensor.permuted([1, 0]))
        case (false, 4): return (element.name, try tensor.permuted([0, 2, 3, 1]))
        case (_, _): return (element.name, tensor)
        }
      })
  }

  func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
    var values: [Variable] = []
    for step in steps {
      let arguments = step.inputs.map { values[$0] }
      switch step.body {
      case .input: values += inputs
      case .convolution(let layer): values.append(try layer(arguments[0], &tape))
      case .dense(let layer): values.append(try layer(arguments[0], &tape))
      case .normalization(let layer): values.append(try layer(arguments[0], &tape))
      case .plain(let layer): values.append(try layer(arguments[0], &tape))
      case .sum: values.append(try Elementwise(.add)(arguments, &tape))
      }
    }
    return values.suffix(1)
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in steps.indices {
      let path = "\(path)\(steps[index].name)."
      switch steps[index].body {
      case .convolution(var layer):
        try layer.visitParameters(path, body)
        steps[index].body = .convolution(layer)
      case .dense(var layer):
        try layer.visitParameters(path, body)
        steps[index].body = .dense(layer)
      case .normalization(var layer):
        try layer.visitParameters(path, body)
        steps[index].body = .normalization(layer)
      case .input, .plain, .sum: break
      }
    }
  }
}
