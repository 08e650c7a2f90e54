import CNNBackends
import Foundation
import ReferenceFixtures
import TensorEngine

/// A network whose weights PyTorch or Keras saved, in `Foreign`, with an input and what the framework makes of it.
struct ForeignNetwork: Sendable {
  let model: String
  let layout: WeightLayout
  /// What the file of weights is called by; the framework's own way to save.
  private let format: String
  /// Whether only the metadata of the file say whose it is.
  let isAmbiguous: Bool

  static let all = [
    ForeignNetwork(model: "Branches", layout: .pytorch, format: "safetensors", isAmbiguous: false),
    ForeignNetwork(model: "Squares", layout: .pytorch, format: "safetensors", isAmbiguous: true),
    ForeignNetwork(model: "Chain", layout: .keras, format: "npz", isAmbiguous: false),
    ForeignNetwork(model: "Separable", layout: .keras, format: "npz", isAmbiguous: false),
  ]

  /// The models of one file.
  static let input: [BackendInput] = {
    let path = folder.appendingPathComponent("networks.cnn").path
    return Source((try? String(contentsOfFile: path, encoding: .utf8)) ?? "", path: path).models() ?? []
  }()

  private static let folder = Source.root.appendingPathComponent("Tests/GeneratedSwiftTests/Foreign")

  /// The file of weights, as it was saved.
  var weights: String { Self.folder.appendingPathComponent("\(model).\(format)").path }

  /// What the framework makes of the input, examples of plain vectors.
  func expected() throws -> Tensor { try io("y") }

  /// The input, where the runner looks for it.
  func write(to folder: URL) throws {
    var x = try io("x")
    // PyTorch has the channels of an image first.
    if layout == .pytorch { x = try x.permuted([0, 2, 3, 1]) }
    try NamedTensors([("x", x)]).write(to: folder.appendingPathComponent("\(model).x.safetensors").path)
  }

  private func io(_ name: String) throws -> Tensor {
    let saved = try NamedTensors(contentsOf: Self.folder.appendingPathComponent("\(model).io.\(format)").path)
    guard let tensor = saved[name] else { throw Fixture.Malformed() }
    return tensor
  }
}
