import CNNBackends
import TensorEngine

/// Small networks drawn at random: every layer, on one to three axes, branches, blocks and runs of them, several inputs
/// and outputs, shared calls, what nothing reads, and now and then symbols in the shapes of inputs.
struct RandomNetwork {
  private var random: SeededGenerator
  var lines: [String] = []
  var rank: Int
  var channels: Int
  var labels: [String] = []
  private(set) var isSymbolic = false
  /// A model of its own that this one calls.
  var other = ""

  /// What the networks of a file call.
  static let blocks = """
    /// Two layers and a way around them.
    block unit(filters, act = relu) {
      conv1: conv filters, 3, pad 1, bias off | batchnorm | act
      conv2: conv filters, 1
      if input.c == filters { add { - identity
        - from input } }
    }
    block gate(skip) { multiply {
      - globalavgpool keep | conv skip.c, 1 | sigmoid
      - from skip
    } }
    block deep(filters) { for i in 0 ..< 2 { "step.{i}": unit filters, silu } }

    """ + secondBlocks

  /// So many models without mistakes, called `Network0` and so on.
  static func texts(_ count: Int) -> [String] {
    var texts: [String] = []
    var seed: UInt64 = 0
    while texts.count < count, seed < 20 * UInt64(count) {
      var network = RandomNetwork(seed: seed)
      let text = network.draw("Network\(texts.count)")
      if Source(blocks + text).models() != nil { texts.append(text) }
      seed += 1
    }
    return texts
  }

  private init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    rank = 1
    channels = 1
    rank = one([1, 2, 2, 3])
    channels = number(1...6)
  }

  // MARK: Drawing

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func chance(_ part: Int) -> Bool { number(1...part) == 1 }
  mutating func one<Item>(_ items: [Item]) -> Item { items[number(0...items.count - 1)] }

  private mutating func draw(_ name: String) -> String {
    inputs()
    for _ in 0..<number(2...5) { if chance(2) { part() } else { secondPart(name) } }
    if chance(4) {
      add("output side\(chance(2) ? " { globalmaxpool | dense 3 }" : "")")
      part()
    }
    if chance(3) { end() }
    return "\(other)model \(name) {\n  \(lines.joined(separator: "\n  "))\n}\n\n"
  }

  mutating func add(_ line: String) { lines.append(line) }

  private mutating func inputs() {
    let symbols = chance(5) ? ["H", "W", "D"] : []
    isSymbolic = !symbols.isEmpty
    let extents = (0..<rank).map { axis in
      symbols.isEmpty ? "\(number(4...(rank == 3 ? 7 : 11)))" : axis > 0 && chance(3) ? "8" : symbols[axis]
    }
    let shape = "[\(extents.joined(separator: ", ")), \(channels)]"
    let clause = symbols.isEmpty || chance(2) ? "" : " where H % \(number(2...4)) == 0, H > \(number(1...9))"
    guard chance(5) else { return add("input \(shape)\(clause)") }
    add("input left \(shape)\(clause)")
    let other = symbols.isEmpty || chance(2) ? shape : "[\(extents.map { "2 * \($0)" }.joined(separator: ", ")), 2]"
    add("input right \(other)")
    if other == shape {
      add("\(one(["concat", "add", "subtract"])) left")
    } else {
      add("resize like left | concat left")
    }
    if other != shape { channels += 2 } else if lines.last?.hasPrefix("concat") == true { channels *= 2 }
  }

  // MARK: Parts

  private mutating func part() {
    switch number(0...13) {
    case 0, 1: convolution()
    case 2: pool()
    case 3: activation()
    case 4: normalization()
    case 5: padding()
    case 6: resampling()
    case 7: rearrangement()
    case 8: join()
    case 9: call()
    case 10: labelled()
    case 11: add(one(["dropout 0.3", "spatialdropout 0.3", "droppath 0.2", "identity", "scale 0.5"]))
    default: skip()
    }
  }

  private mutating func axes(_ range: ClosedRange<Int>) -> String {
    rank == 1 || chance(2)
      ? "\(number(range))" : (0..<rank).map { _ in "\(number(range))" }.joined(separator: "x")
  }

  private mutating func sides(_ range: ClosedRange<Int>) -> String {
    chance(2) ? "\(number(range))" : "[\((0..<2 * rank).map { _ in "\(number(range))" }.joined(separator: ", "))]"
  }

  private mutating func windowPadding() -> String {
    one(["", ", pad same", ", pad valid", ", pad \(sides(0...2))", rank == 1 ? ", pad causal" : ""])
  }

  private mutating func convolution() {
    let stride = chance(2) ? ", stride \(axes(1...2))" : ""
    let dilation = chance(4) ? ", dilation 2" : ""
    let bias = chance(3) ? ", bias off" : ""
    switch number(0...3) {
    case 0:
      let multiplier = number(1...2)
      add("depthwise \(axes(1...3)), multiplier \(multiplier)\(stride)\(windowPadding())\(dilation)\(bias)")
      channels *= multiplier
    case 1:
      let filters = number(1...6)
      let room = ["", ", pad 1", stride.isEmpty ? "" : ", outputpad 1", ", pad same"]
      add("convtranspose \(filters), \(axes(2...3)), stride 2\(one(room))\(bias)")
      channels = filters
    default:
      let groups = channels.isMultiple(of: 2) && chance(3) ? 2 : 1
      let filters = groups * number(1...4)
      let options = "\(stride)\(windowPadding())\(dilation)\(groups == 2 ? ", groups 2" : "")\(bias)"
      let label = chance(3) ? "\(one(["conv", "self", "init", "Type", "x", "tape"]))\(lines.count): " : ""
      add("\(label)conv \(filters), \(axes(1...3))\(options)\(chance(2) ? " | relu" : "")")
      channels = filters
    }
  }

  private mutating func pool() {
    let room = one(["", ", pad 1", ", pad same", ", ceil"])
    switch number(0...3) {
    case 0: add("maxpool \(axes(2...3))\(chance(2) ? ", stride \(axes(1...2))" : "")\(room)")
    case 1: add("avgpool \(axes(2...3))\(chance(2) ? ", stride \(axes(1...2))" : "")\(room)")
    case 2: add("\(one(["adaptiveavgpool", "adaptivemaxpool"])) \(sizes())")
    default: add("avgpool 2, pad 1, countpad")
    }
  }

  private mutating func sizes() -> String {
    "[\((0..<rank).map { _ in chance(3) ? "_" : "\(number(1...6))" }.joined(separator: ", "))]"
  }

  private mutating func activation() {
    add(
      one([
        "relu", "relu6", "leakyrelu 0.2", "prelu", "prelu shared", "elu", "selu", "celu 2", "gelu", "silu", "mish",
        "sigmoid", "hardsigmoid", "hardswish", "tanh", "softplus", "softmax", "logsoftmax",
      ]))
  }

  private mutating func normalization() {
    let groups = channels.isMultiple(of: 2) ? 2 : 1
    add(
      one([
        "batchnorm", "batchnorm scale off", "batchnorm affine off, momentum 0.2", "instancenorm", "groupnorm \(groups)",
        "layernorm", "layernorm whole", "lrn", "layernorm eps 1e-6, affine off",
      ]))
  }

  private mutating func padding() {
    add(
      one([
        "zeropad \(sides(0...2))", "reflectpad \(sides(0...2))", "replicatepad \(sides(0...2))",
        "circularpad \(sides(0...2))", "crop \(sides(0...1))", "crop size \(sizes())",
      ]))
  }

  private mutating func resampling() {
    let mode = rank == 1 ? "nearest" : one(["nearest", "bilinear", "bicubic", "area"])
    let corners = mode.hasPrefix("bi") && chance(2) ? ", aligncorners" : ""
    add(
      chance(2)
        ? "upsample \(one(["2", "1.5", "0.5"])), mode \(mode)\(corners)" : "resize \(sizes()), mode \(mode)\(corners)")
  }

  private mutating func rearrangement() {
    let cells = 1 << rank
    switch number(0...4) {
    case 0 where channels > 1:
      add("slice \(number(0...1)) ..< \(channels)")
      channels -= lines.last?.contains("1 ..<") == true ? 1 : 0
    case 1 where channels.isMultiple(of: cells):
      add("pixelshuffle 2")
      channels /= cells
    case 2:
      add("pixelunshuffle 2")
      channels *= cells
    case 3 where channels.isMultiple(of: 2): add("channelshuffle 2")
    default:
      if rank == 2 { add("permute [1, 0, 2]") }
    }
  }

  // MARK: Several tensors

  private mutating func join() {
    let kind = one(["add", "multiply", "subtract", "maximum", "average", "concat"])
    let stride = number(1...2)
    let branches = (0..<number(2...3)).map { branch -> String in
      let kernel = 2 * number(0...1) + 1
      let first = "conv \(channels), \(kernel), stride \(stride), pad \(kernel / 2)"
      return branch == 0 && stride == 1 && chance(2) ? "identity" : first + (chance(2) ? " | relu" : "")
    }
    add("\(kind) {\n    - \(branches.joined(separator: "\n    - "))\n  }\(chance(3) ? " | relu" : "")")
    if kind == "concat" { channels *= branches.count }
    if chance(4) { add("residual { conv \(channels), 1 | tanh }") }
  }

  private mutating func call() {
    let filters = chance(2) ? channels : number(1...4)
    switch number(0...3) {
    case 0: add("unit \(filters)")
    case 1:
      let name = "stage\(lines.count)"
      add("for i in 0 ..< \(number(2...4)) { \"\(name).{i}\": unit \(filters) }")
    case 2: add("deep \(filters)")
    default: add("repeat \(number(1...3)) { unit \(filters), act tanh }")
    }
    channels = filters
  }

  private mutating func labelled() {
    let name = one(["mark", "input_", "Tensor", "some.part", "7th"]) + "\(lines.count)"
    add("\"\(name)\": relu")
    labels.append(name)
  }

  private mutating func skip() {
    guard let label = labels.last else { return labelled() }
    let filters = number(1...4)
    switch number(0...3) {
    case 0: add("conv \(filters), 1 | resize like \"\(label)\"")
    case 1:
      add(
        "concat { - resize like \"\(label)\", mode bilinear | conv \(filters), 1\n    - from \"\(label)\" | conv 1, 1\n  }"
      )
    case 2: add("crop like \"\(label)\" | conv \(filters), 1")
    default: add("gate \"\(label)\" | conv \(filters), 1")
    }
    channels = lines.last?.hasPrefix("concat") == true ? filters + 1 : filters
  }

  private mutating func end() {
    add(
      one([
        "flatten | dense 4", "globalavgpool | dense 3, bias off | softmax", "globalmaxpool | relu | dense 2",
        "globalavgpool keep", "globalavgpool | dense 12 | reshape 2x2x3 | conv 1, 2", "globalmaxpool keep | tanh",
      ]))
  }
}
