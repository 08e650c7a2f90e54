import Foundation
import ReferenceFixtures
import Testing

@testable import TensorEngine

/// Whole networks of the reference: logits, losses, gradients, and the weights after three steps of SGD.
@Suite struct WholeNetworkTests {
  @Test(arguments: ["lenet5", "mini_resnet"])
  func trainingTakesTheStepsOfPyTorch(_ name: String) throws {
    let reference = try FixtureGraph(name)
    var network = reference
    let weights = try SavedTensors("\(name).weights")
    let io = try SavedTensors("\(name).io")
    let gradients = try SavedTensors("\(name).grads")
    let after = try SavedTensors("\(name).after3")
    try network.visitParameters("") { (name, parameter) throws(TensorError) in
      if let tensor = weights[name] { parameter.value = tensor }
    }
    let x = try #require(io["x"])
    let found = try network([x])[0]
    #expect(found.excess(over: try #require(io["logits_eval"]), tolerance: 1e-5) == 0, "logits in use")

    var momentum: [String: [Double]] = [:]
    for number in 0..<4 {
      let step = try network.step(on: [x], seed: 1) { outputs throws(TensorError) in
        try reference.crossEntropy(outputs[0])
      }
      #expect(abs(step.measure.loss - reference.losses[number]) < 1e-5, "the loss before step \(number + 1)")
      if number == 0 {
        let logits = try #require(io["logits_train"])
        #expect(step.measure.logits.excess(over: logits, tolerance: 1e-5) == 0, "logits in training")
      }
      guard number < 3 else { break }
      try network.visitParameters("") { (name, parameter) throws(TensorError) in
        guard let gradient = step.gradients[parameter] else { return }
        guard parameter.isLearned else {
          parameter.value = gradient
          return
        }
        if number == 0, let expected = gradients[name] {
          #expect(gradient.excess(over: expected, tolerance: 1e-5) == 0, "the first gradient of \(name)")
        }
        let old = momentum[name] ?? Array(repeating: 0, count: gradient.shape.count)
        let new = zip(old, gradient.doubles).map { reference.momentum * $0 + $1 }
        momentum[name] = new
        let moved = zip(parameter.value.doubles, new).map { Float($0 - reference.rate * $1) }
        parameter.value = try Tensor(parameter.value.shape, moved)
      }
    }
    for (name, parameter) in network.parameters {
      let expected = try #require(after[name], "\(name) is in the reference")
      #expect(parameter.value.excess(over: expected, tolerance: 1e-5) == 0, "\(name) after three steps")
    }
  }
}

/// A network of the reference: layers in the order of execution, each with the numbers of those it reads.
struct FixtureGraph: Network {
  private enum Step: Sendable {
    case input
    case layer(any Layer)
    case parameterized(any Layer & Parameterized)
    case sum
  }

  private var steps: [(name: String, inputs: [Int], step: Step)] = []
  let labels: [Int]
  let losses: [Double]
  let rate: Double
  let momentum: Double

  init(_ name: String) throws {
    let data = try Data(contentsOf: Fixture.folder.appending(path: "nets/\(name).json"))
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let layers = object["layers"] as? [[String: Any]], let labels = object["labels"] as? [Int],
      let losses = object["losses"] as? [Double], let optimizer = object["optimizer"] as? [String: Any],
      let rate = optimizer["lr"] as? Double, let momentum = optimizer["momentum"] as? Double
    else { throw Fixture.Malformed() }
    (self.labels, self.losses, self.rate, self.momentum) = (labels, losses, rate, momentum)
    for layer in layers {
      guard let name = layer["name"] as? String, let operation = layer["op"] as? String,
        let inputs = layer["in"] as? [Int], let attributes = layer["attrs"] as? [String: Any]
      else { throw Fixture.Malformed() }
      steps.append((name, inputs, try Self.step(operation, attributes)))
    }
  }

  private static func step(_ operation: String, _ attributes: [String: Any]) throws -> Step {
    var generator = SeededGenerator(seed: 1)
    func number(_ name: String) -> Int { attributes[name] as? Int ?? 0 }
    func real(_ name: String) -> Float { Float(attributes[name] as? Double ?? 0) }
    func window() throws -> Window {
      let pad = attributes["pad"] as? [Int] ?? [0, 0, 0, 0]
      return try Window(
        attributes["kernel"] as? [Int] ?? [], stride: attributes["stride"] as? [Int], before: [pad[0], pad[2]],
        after: [pad[1], pad[3]])
    }
    switch operation {
    case "input": return .input
    case "add": return .sum
    case "relu": return .layer(Activation(.relu))
    case "tanh": return .layer(Activation(.tanh))
    case "flatten": return .layer(Flatten())
    case "global_avgpool": return .layer(GlobalPool(.average, keepsAxes: true))
    case "avgpool2d": return .layer(Pool(.average, window: try window(), countsPadding: true))
    case "maxpool2d": return .layer(Pool(.max, window: try window()))
    case "conv2d":
      return .parameterized(
        try Convolution(
          number("in_channels"), filters: number("out_channels"), window: window(),
          bias: attributes["bias"] as? Bool ?? true, using: &generator))
    case "batchnorm":
      return .parameterized(
        try Normalization(.batch(momentum: real("momentum")), channels: number("channels"), epsilon: real("eps")))
    case "linear":
      return .parameterized(try Dense(number("in_features"), units: number("out_features"), using: &generator))
    default: throw Fixture.Malformed()
    }
  }

  func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
    var values: [Variable] = []
    for (_, sources, step) in steps {
      switch step {
      case .input: values.append(inputs[0])
      case .layer(let layer): values.append(try layer(values[sources[0]], &tape))
      case .parameterized(let layer): values.append(try layer(values[sources[0]], &tape))
      case .sum: values.append(try Elementwise(.add)(sources.map { values[$0] }, &tape))
      }
    }
    return values.suffix(1)
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in steps.indices {
      guard case .parameterized(var layer) = steps[index].step else { continue }
      try layer.visitParameters(path + steps[index].name + ".", body)
      steps[index].step = .parameterized(layer)
    }
  }

  /// The mean cross entropy over the batch, worked out in doubles.
  func crossEntropy(
    _ logits: Tensor
  ) throws(TensorError) -> (measure: (loss: Double, logits: Tensor), gradients: [Tensor]) {
    let (rows, classes, values) = (logits.shape[0], logits.shape[1], logits.doubles)
    var loss = 0.0
    var gradient: [Float] = []
    for row in 0..<rows {
      let powers = (0..<classes).map { exp(values[row * classes + $0]) }
      let sum = powers.reduce(0, +)
      loss -= log(powers[labels[row]] / sum) / Double(rows)
      gradient += (0..<classes).map { Float((powers[$0] / sum - ($0 == labels[row] ? 1 : 0)) / Double(rows)) }
    }
    return ((loss, logits), [try Tensor(logits.shape, gradient)])
  }
}
