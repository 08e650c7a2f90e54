import CNNBackends
import Foundation
import ReferenceFixtures
import TensorEngine

/// A fixture of one operation, written as a model of the language from its attributes.
struct FixtureModel: Sendable {
  let name: String
  /// The name of the model: `Conv2dBasicFixture`.
  let model: String
  let text: String
  /// The fixture's inputs, in the order of the model's.
  let inputs: [String]
  /// Whether the numbers are those of training; where not, only forward can be asked of a network from outside.
  let isTraining: Bool
  /// Whose names and order of axes the weights are saved under.
  let layout: WeightLayout
  /// What the network calls a tensor of the fixture.
  let weights: [(key: String, name: String)]

  /// What is no layer, and so nothing that a file of the language says: the engine's tests hold these.
  static let others = ["cross_entropy": "a loss", "mse": "a loss", "bce": "a loss", "optimizer": "an optimiser"]

  static let names = Fixture.names + Fixture.secondNames
  static let all: [FixtureModel] = names.compactMap { try? FixtureModel($0) }

  static let input: [BackendInput] =
    Source(all.map(\.text).joined(separator: "\n"), path: "fixtures.cnn").models() ?? []

  /// Nil for what is no layer.
  init?(_ name: String) throws {
    let fixture = try Fixture(name)
    guard Self.others[fixture.operation] == nil else { return nil }
    self.name = name
    let words = name.split { $0 == "_" || $0 == "-" }
    model = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Fixture"
    isTraining = fixture.attributes["training"] as? Bool ?? true
    let inputs = ["x", "a", "b", "c", "q", "k", "v", "t"].filter { fixture[$0] != nil }
    self.inputs = inputs
    (layout, weights) = Self.weights(fixture)
    var lines: [String] = []
    for input in inputs {
      let shape = try fixture.tensor(input).shape.extents.dropFirst().map(String.init).joined(separator: "x")
      lines.append(inputs.count == 1 ? "input \(shape)" : "input \(input) \(shape)")
    }
    lines += try Self.secondLines(fixture, inputs) ?? [Self.stage(fixture, inputs)]
    text = "model \(model) {\n  \(lines.joined(separator: "\n  "))\n}\n"
  }

  private static func stage(_ fixture: Fixture, _ inputs: [String]) throws -> String {
    func numbers(_ name: String) throws -> String { try fixture.integers(name).map(String.init).joined(separator: "x") }
    func flag(_ name: String, _ word: String) -> String { fixture.flag(name) ? ", \(word)" : "" }
    func eps() throws -> String { "eps \(try fixture.number("eps"))" }
    func window() throws -> String {
      "\(try numbers("kernel")), stride \(try numbers("stride")), pad \(try list(fixture.integers("pad")))"
    }
    func dilation() throws -> String {
      fixture.attributes["dilation"] == nil ? "" : ", dilation \(try numbers("dilation"))"
    }
    let bias = fixture.flag("bias") ? "" : ", bias off"
    switch fixture.operation {
    case "conv1d", "conv2d":
      let groups = try fixture.integer("groups")
      return
        "layer: conv \(try fixture.integer("out_channels")), \(try window())\(try dilation()), groups \(groups)\(bias)"
    case "depthwise_conv2d": return "layer: depthwise \(try window())\(try dilation())\(bias)"
    case "conv_transpose2d":
      let cut = try fixture.integers(fixture.attributes["pad"] == nil ? "crop" : "pad")
      let extra = fixture.attributes["output_padding"] == nil ? "" : ", outputpad \(try numbers("output_padding"))"
      let size = "\(try numbers("kernel")), stride \(try numbers("stride")), pad \(list(cut))"
      return "layer: convtranspose \(try fixture.integer("out_channels")), \(size)\(extra)\(try dilation())\(bias)"
    case "linear": return "layer: dense \(try fixture.integer("out_features"))\(bias)"
    case "flatten_linear": return "flatten | layer: dense \(try fixture.integer("out_features"))\(bias)"
    case "maxpool2d": return "maxpool \(try window())\(try dilation())\(flag("ceil_mode", "ceil"))"
    case "avgpool2d":
      return "avgpool \(try window())\(flag("ceil_mode", "ceil"))\(flag("count_include_pad", "countpad"))"
    case "global_avgpool": return "globalavgpool\(fixture.flag("keepdims") ? " keep" : "")"
    case "global_maxpool": return "globalmaxpool\(fixture.flag("keepdims") ? " keep" : "")"
    case "adaptive_avgpool2d": return "adaptiveavgpool \(try numbers("size"))"
    case "batchnorm": return "layer: batchnorm \(try eps()), momentum \(try fixture.number("momentum"))"
    case "groupnorm":
      let groups = try fixture.integer("groups")
      return groups == (try fixture.integer("channels"))
        ? "layer: instancenorm \(try eps())" : "layer: groupnorm \(groups), \(try eps())"
    case "layernorm":
      return "layer: layernorm \(try eps())\(try fixture.integers("normalized").count > 1 ? ", whole" : "")"
    case "lrn":
      let alpha = "alpha \(try fixture.number("alpha"))"
      return
        "lrn \(try fixture.integer("size")), \(alpha), beta \(try fixture.number("beta")), k \(try fixture.number("k"))"
    case "log_softmax": return "logsoftmax"
    case "dropout": return "dropout \(try fixture.number("p"))"
    case "stochastic_depth": return "droppath \(try fixture.number("p"))"
    case "layer_scale": return "layer: scale"
    case "prelu": return "layer: prelu shared"
    case "channel_shuffle": return "channelshuffle \(try fixture.integer("groups"))"
    case "concat", "add", "mul":
      // The current tensor, which is the last input, comes first in a join with labels.
      let kind = fixture.operation == "mul" ? "multiply" : fixture.operation
      return "\(kind) {\n" + inputs.map { "    - from \($0)\n" }.joined() + "  }"
    case "pad":
      let kinds = ["constant": "zeropad", "reflect": "reflectpad", "replicate": "replicatepad"]
      guard let mode = fixture.attributes["mode"] as? String, let kind = kinds[mode] else { throw Fixture.Malformed() }
      return "\(kind) \(try list(fixture.integers("pad")))"
    case "crop": return "crop \(try list(fixture.integers("crop")))"
    case "upsample":
      guard let mode = fixture.attributes["mode"] as? String else { throw Fixture.Malformed() }
      let corners = flag("align_corners", "aligncorners")
      if let factors = fixture.attributes["scale"] as? [Int] {
        return "upsample \(list(factors)), mode \(mode)\(corners)"
      }
      return "resize \(try numbers("size")), mode \(mode)\(corners)"
    case "leaky_relu": return "leakyrelu \(try fixture.number("slope"))"
    case "gelu": return "gelu tanh"
    default: return fixture.operation
    }
  }

  static func list(_ numbers: [Int]) -> String { "[\(numbers.map(String.init).joined(separator: ", "))]" }

  /// The inputs, the weights under the names that the network gives them, and the derivatives by the output that the
  /// reference took: as files for the runner.
  func write(to folder: URL) throws {
    let fixture = try Fixture(name)
    var tensors = NamedTensors()
    for (index, input) in inputs.enumerated() { try tensors.append("input.\(index)", fixture.tensor(input)) }
    for (key, name) in weights { try tensors.append(name, saved(key, fixture)) }
    if let gradient = fixture["g"] { try tensors.append("gradient", gradient) }
    try tensors.write(to: folder.appendingPathComponent("\(model).fixture.safetensors").path)
  }
}
