import ReferenceFixtures
import TensorEngine

/// The operations of the second part of the language, and weights that are not one layer's own.
extension FixtureModel {
  /// The lines below the inputs; nil for an operation of the first part.
  static func secondLines(_ fixture: Fixture, _ inputs: [String]) throws -> [String]? {
    if Fixture.secondNames.contains(fixture.name), let join = joins[fixture.operation] {
      return try lines(join, fixture, inputs)
    }
    func number(_ name: String) throws -> String { "(\(try fixture.number(name)))" }
    func flag(_ name: String) -> String { fixture.flag(name) ? "on" : "off" }
    switch fixture.operation {
    case "exp", "log", "sqrt", "abs", "square", "reciprocal", "softsign", "glu", "coordinates":
      return [fixture.operation]
    case "clip", "hardtanh": return ["\(fixture.operation) \(try number("low")), \(try number("high"))"]
    case "softshrink": return ["softshrink \(try number("threshold"))"]
    case "reduce":
      guard let kind = fixture.attributes["kind"] as? String else { throw Fixture.Malformed() }
      return ["\(kind) \(try over(fixture))"]
    case "softmax" where fixture.attributes["over"] != nil: return ["softmax over \(try over(fixture))"]
    case "log_softmax" where fixture.attributes["over"] != nil: return ["logsoftmax over \(try over(fixture))"]
    case "unit_norm": return ["normalize over \(try over(fixture)), eps \(try number("eps"))"]
    case "slice":
      let start = try fixture.integer("start")
      let end = start + (try fixture.integer("count"))
      return ["slice \(start) ..< \(end), over \(fixture.attributes["over"] as? String ?? "channels")"]
    case "attention":
      return ["from q | attention k, v, heads \(try fixture.integer("heads")), scale \(flag("scale"))"]
    case "max_unpool2d":
      let size = "\(try extents("kernel")), stride \(try extents("stride"))"
      let ceil = fixture.flag("ceil_mode") ? ", ceil" : ""
      return [
        "from t | pooled: maxpool \(size), pad \(list(try fixture.integers("pad")))\(ceil)", "from x | unpool pooled",
      ]
    case "local_conv2d":
      let size = "\(try extents("kernel")), stride \(try extents("stride")), dilation \(try extents("dilation"))"
      let pad = list(try fixture.integers("pad"))
      return ["layer: localconv \(try fixture.integer("out_channels")), \(size), pad \(pad), bias \(flag("bias"))"]
    case "lstm", "gru":
      let ways = "both \(flag("both")), biases \(try biases(fixture)), last \(flag("last"))"
      return ["layer: \(fixture.operation) \(try fixture.integer("units")), \(ways)"]
    case "learned_add":
      let shape = Array(try fixture.tensor("learned").shape.extents.dropFirst())
      return ["layer: learned \(list(shape)) | add input"]
    case "grn":
      let channels = try fixture.tensor("weight").shape.count
      return responses(of: "input", epsilon: "1e-6") + ["\"layer.bias\": learned \(channels) | add layer, input"]
    case "convnextv2_block":
      return [
        "conv_dw: depthwise 3x3, pad 1", "norm: layernorm eps 1e-6", "\"mlp.fc1\": conv 8, 1x1 | hidden: gelu",
      ] + responses(of: "hidden", epsilon: "1e-6", layer: "\"mlp.grn\"") + [
        "\"mlp.grn.bias\": learned 8 | add \"mlp.grn\", hidden", "\"mlp.fc2\": conv 4, 1x1 | add input",
      ]
    default: return nil
    }
    func extents(_ name: String) throws -> String { try fixture.integers(name).map(String.init).joined(separator: "x") }
  }

  /// Global response normalisation of ConvNeXt V2, up to its factors.
  private static func responses(of tensor: String, epsilon: String, layer: String = "layer") -> [String] {
    [
      "norms: norm cells", "means: mean channels | add \(epsilon)",
      "from norms | divide means | multiply \(tensor) | \(layer): scale",
    ]
  }

  // MARK: - Joins

  private static let joins = [
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "maximum": "maximum", "minimum": "minimum",
    "pow": "power", "average": "average", "concat": "concat",
  ]

  /// The first operand is the current tensor, which is not written, unless a number stands before it.
  private static func lines(_ join: String, _ fixture: Fixture, _ inputs: [String]) throws -> [String] {
    var numbers: [Int: Double] = [:]
    for constant in fixture.attributes["constants"] as? [[String: Any]] ?? [] {
      guard let position = constant["position"] as? Int, let value = constant["value"] as? Double else {
        throw Fixture.Malformed()
      }
      numbers[position] = value
    }
    let first = numbers[0] == nil ? 1 : 0
    var tensors = inputs.count == 1 ? ["input"] : inputs
    tensors.removeFirst(first)
    var operands: [String] = []
    while !tensors.isEmpty || numbers[operands.count + first] != nil {
      operands.append(numbers[operands.count + first].map { "(\($0))" } ?? tensors.removeFirst())
    }
    let over = (fixture.attributes["over"] as? String).map { ", over \($0)" } ?? ""
    let start = inputs.count == 1 ? "" : "from \(inputs[0]) | "
    return ["\(start)\(join) \(operands.joined(separator: ", "))\(over)"]
  }

  private static func over(_ fixture: Fixture) throws -> String {
    guard let words = fixture.attributes["over"] as? [String] else { throw Fixture.Malformed() }
    return words.count == 1 ? words[0] : "[\(words.joined(separator: ", "))]"
  }

  // MARK: - Weights

  private static func biases(_ fixture: Fixture) throws -> Int {
    if fixture.attributes["biases"] != nil { return try fixture.integer("biases") }
    return fixture.flag("bias") ? fixture.operation == "lstm" ? 1 : 2 : 0
  }

  /// The layout of a fixture's weights, and their names in it.
  static func weights(_ fixture: Fixture) -> (layout: WeightLayout, names: [(key: String, name: String)]) {
    let usual = ["weight", "bias", "running_mean", "running_var"].filter { fixture[$0] != nil }
    switch fixture.operation {
    case "lstm", "gru":
      let isKeras = fixture.name.hasPrefix("keras")
      let keys = fixture.keys.filter { key in
        key.first != "d" && ["kernel", "bias", "weight"].contains(where: key.contains)
      }
      let names = keys.map { ($0, isKeras ? "layer/" + kerasName($0, fixture.operation) : "layer." + $0) }
      return (isKeras ? .keras : .pytorch, names)
    case "convnextv2_block":
      return (.engine, fixture.keys.filter { $0.contains(".") && !$0.hasPrefix("d") }.map { ($0, $0) })
    case "learned_add": return (.pytorch, [("learned", "layer")])
    case "local_conv2d": return (.keras, usual.map { ($0, $0 == "weight" ? "layer/kernel" : "layer/" + $0) })
    default: return (.engine, usual.map { ($0, "layer." + $0) })
    }
  }

  /// `forward_kernel` of the file as `forward_lstm/lstm_cell/kernel`.
  private static func kerasName(_ name: String, _ layer: String) -> String {
    for way in ["forward_", "backward_"] where name.hasPrefix(way) {
      return "\(way)\(layer)/\(layer)_cell/\(name.dropFirst(way.count))"
    }
    return "\(layer)_cell/\(name)"
  }

  /// The derivatives by the weights, under the names and in the layout of the engine.
  func gradients(_ fixture: Fixture, _ suffix: String) throws -> [(name: String, tensor: Tensor)] {
    let found = weights.compactMap { key, name in
      fixture["d\(key)\(suffix)"].map { (key: key, name: name, tensor: $0) }
    }
    switch fixture.operation {
    case "lstm", "gru":
      // They have the order of the weights, and are read as such.
      var layer = try SavedRecurrent(fixture, biases: Self.biases(fixture))
      try layer.load(NamedTensors(found.map { ($0.name, $0.tensor) }), layout: layout)
      return layer.parameters.map { ($0.name, $0.parameter.value) }
    case "local_conv2d": return found.map { ("layer." + $0.key, $0.tensor) }
    default: return found.map { ($0.name, $0.tensor) }
    }
  }

  /// A weight as its framework saves it: PyTorch has the channels of a learned tensor first.
  func saved(_ key: String, _ fixture: Fixture) throws -> Tensor {
    let tensor = try fixture.tensor(key)
    guard fixture.operation == "learned_add" else { return tensor }
    let rank = tensor.shape.rank
    return try tensor.permuted([0, rank - 1] + (1..<rank - 1))
  }
}

/// A recurrent layer of the engine under the name that the fixtures' models give it.
private struct SavedRecurrent: Parameterized {
  private var layer: Recurrent

  init(_ fixture: Fixture, biases: Int) throws {
    var generator = SeededGenerator(seed: 1)
    layer = try Recurrent(
      fixture.operation == "lstm" ? .lstm : .gru, fixture.integer("in_features"), units: fixture.integer("units"),
      both: fixture.flag("both"), biases: biases, last: fixture.flag("last"), using: &generator)
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try layer.visitParameters(path + "layer.", body)
  }
}
