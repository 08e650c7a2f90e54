import CNNBackends
import Foundation
import ReferenceFixtures
import TensorEngine

/// A whole network of the reference numbers, written in the language.
struct ReferenceNetwork: Sendable {
  let model: String
  /// The name of its files.
  let name: String
  let text: String

  static let all = [
    ReferenceNetwork(
      model: "LeNet5", name: "lenet5",
      text: """
        model LeNet5 {
          input 32x32x1
          c1: conv 6, 5x5 | tanh
          avgpool 2x2
          c3: conv 16, 5x5 | tanh
          avgpool 2x2
          c5: conv 120, 5x5 | tanh
          flatten
          f6: dense 84 | tanh
          out: dense 10
        }

        """),
    ReferenceNetwork(
      model: "MiniResNet", name: "mini_resnet",
      text: """
        block unit(filters, stride = 1) {
          add {
            - conv1: conv filters, 3x3, stride, pad 1, bias off | bn1: batchnorm | relu
              conv2: conv filters, 3x3, pad 1, bias off | bn2: batchnorm
            - if stride != 1 { "down.0": conv filters, 1x1, stride, bias off | "down.1": batchnorm }
          }
          relu
        }
        model MiniResNet {
          input 16x16x3
          stem: conv 8, 3x3, pad 1, bias off | bn: batchnorm | relu
          maxpool 3x3, stride 2, pad 1
          b1: unit 8
          b2: unit 16, 2
          b3: unit 24, 2
          globalavgpool
          fc: dense 10
        }

        """),
  ]

  /// The models of one file.
  static let input: [BackendInput] = Source(all.map(\.text).joined(), path: "nets.cnn").models() ?? []

  /// What else the reference says: the labels of the batch, and the losses before each of three steps and after them.
  func facts() throws -> (labels: [Int], losses: [Double]) {
    let data = try Data(contentsOf: Fixture.folder.appending(path: "nets/\(name).json"))
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let labels = object["labels"] as? [Int], let losses = object["losses"] as? [Double]
    else { throw Fixture.Malformed() }
    return (labels, losses)
  }

  /// The weights and the batch, where the runner looks for them.
  func write(to folder: URL) throws {
    let weights = try SavedTensors("\(name).weights").tensors
    try NamedTensors(weights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      .write(to: folder.appendingPathComponent("\(model).weights.safetensors").path)
    if let x = try SavedTensors("\(name).io")["x"] {
      try NamedTensors([("x", x)]).write(to: folder.appendingPathComponent("\(model).x.safetensors").path)
    }
  }
}
