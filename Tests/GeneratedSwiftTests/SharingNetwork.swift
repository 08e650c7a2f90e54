import CNNBackends
import Foundation
import ReferenceFixtures
import TensorEngine

/// A network of the reference that shares weights, or has attention or recurrent layers, written in the language.
struct SharingNetwork: Sendable {
  let model: String
  /// The name of its files.
  let name: String
  let text: String
  /// The inputs in the file, and what it calls the output.
  let inputs: [String]
  let output: String
  /// The loss of probabilities, not of scores for classes.
  var isBinary = false

  static let all = [
    SharingNetwork(
      model: "Siamese", name: "siamese",
      text: """
        block branch {
          conv: conv 4, 3x3, pad 1 | bn: batchnorm | relu
          maxpool 2x2 | flatten
          fc: dense 6
        }
        model Siamese {
          expect parameters == 445, macs == 5382
          input left 8x8x1
          input right 8x8x1
          shared tower: branch
          a: from left | tower
          b: from right | tower
          subtract a, b | abs | head: dense 1 | sigmoid
        }

        """, inputs: ["left", "right"], output: "y", isBinary: true),
    SharingNetwork(
      model: "TiedRecurrence", name: "tied_recurrence",
      text: """
        model TiedRecurrence {
          expect parameters == 533, macs == 93342
          input 8x8x3
          stem: conv 6, 3x3, pad 1 | relu
          shared step: conv 6, 3x3, pad 1
          repeat 4 { step | relu }
          globalavgpool
          fc: dense 5
        }

        """, inputs: ["x"], output: "logits"),
    SharingNetwork(
      model: "AttentionNet", name: "attention_net",
      text: """
        model AttentionNet {
          expect parameters == 573, macs == 9768
          input 8x8x3
          patch: conv 8, 2x2, stride 2
          pos_embed: learned 4x4x8
          from patch | tokens: add pos_embed
          q: conv 8, 1x1
          from tokens | k: conv 8, 1x1, bias off
          from tokens | v: conv 8, 1x1
          attention q, k, v, heads 2
          proj: conv 8, 1x1 | mixed: add tokens
          norms: norm cells
          means: mean channels | add 1e-6
          gamma: learned 8
          beta: learned 8
          from norms | divide means | multiply mixed | multiply gamma | add beta | add mixed
          globalavgpool
          fc: dense 5
        }

        """, inputs: ["x"], output: "logits"),
    SharingNetwork(
      model: "TinyCRNN", name: "tiny_crnn",
      text: """
        model TinyCRNN {
          expect parameters == 1416, macs == 19456
          input 8x16x1
          conv1: conv 4, 3x3, pad 1 | bn: batchnorm | relu
          maxpool 2x2
          conv2: conv 6, 3x3, pad 1 | relu
          maxpool 2x1
          conv3: conv 6, 2x1 | relu
          reshape _x6
          lstm1: lstm 5, both
          lstm2: lstm 4, both
          fc: conv 4, 1
        }

        """, inputs: ["x"], output: "logits"),
  ]

  /// The models of one file.
  static let input: [BackendInput] = Source(all.map(\.text).joined(), path: "sharing.cnn").models() ?? []

  func file(_ kind: String) -> String {
    Fixture.secondFolder.appending(path: "nets/\(name).\(kind).safetensors").path
  }

  private var facts: [String: Any] {
    let data = (try? Data(contentsOf: Fixture.secondFolder.appending(path: "nets/\(name).json"))) ?? Data()
    return (try? JSONSerialization.jsonObject(with: data) as? [String: Any]) ?? [:]
  }

  /// A label for each example, or for each step of each.
  var labels: [Int] {
    (facts["labels"] as? [Int]) ?? (facts["labels"] as? [[Int]])?.flatMap { $0 } ?? []
  }

  /// Before each of three steps and after them.
  var losses: [Double] { facts["losses"] as? [Double] ?? [] }

  /// What PyTorch makes of the inputs: in use, and in training.
  func outputs() throws -> (eval: Tensor, train: Tensor) {
    let io = try NamedTensors(contentsOf: file("io"))
    guard let eval = io["\(output)_eval"], let train = io["\(output)_train"] else { throw Fixture.Malformed() }
    return (eval, train)
  }

  /// The inputs, where the runner looks for them.
  func write(to folder: URL) throws {
    let io = try NamedTensors(contentsOf: file("io"))
    let given = try inputs.enumerated().map { index, input in
      guard let tensor = io[input] else { throw Fixture.Malformed() }
      return ("input.\(index)", try tensor.permuted([0, 2, 3, 1]))
    }
    try NamedTensors(given).write(to: folder.appendingPathComponent("\(model).x.safetensors").path)
  }
}
