/// Networks drawn at random, whose inputs have symbols in their shapes. They are made so that many of them work for many
/// sizes, but not that a given one does.
struct SizeGraphs {
  var random: SplitMix
  var lines: [String] = []
  /// Of the tensor at this point.
  var channels = 1
  var rank = 2
  /// What each extent is where a short formula says it, nil where none does.
  var formulas: [String?] = []
  /// How many times as large as the symbol an extent is at most.
  var growth = 1.0
  var labels: [Label] = []
  var symbols: [String] = []
  /// A size up to which the clause of the input admits none; its symbol's sizes are multiples of another number.
  private var floor = 1
  private var multiple = 1
  var count = 0
  /// A label in a loop would be given in each of its rounds.
  var isInLoop = false

  struct Label {
    let name: String
    let channels: Int
    let growth: Double
  }

  private static let blocks = """
    block unit(filters, stride = 1) {
      conv1: conv filters, 3x3, stride, pad 1, bias off | batchnorm | relu
      conv2: conv filters, 3, pad half
      if stride > 1 { conv3: conv filters, 1x1 }
    }
    block line(filters, stride = 1) { conv filters, 3, stride, pad 1 | relu }
    block fit(skip, filters) {
      skip: conv filters, 1
      resize like skip, mode bilinear
    }
    block trim(skip) { crop like skip }
    block gate { multiply {
      - identity
      - globalavgpool keep | conv input.c, 1 | sigmoid
    } }
    """

  /// The text of a graph.
  static func text(seed: UInt64) -> String {
    var graphs = SizeGraphs(random: SplitMix(seed: seed))
    return graphs.draw()
  }

  private init(random: SplitMix) { self.random = random }

  // MARK: - Drawing

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func chance(_ part: Int) -> Bool { number(1...part) == 1 }
  mutating func one<Item>(_ items: [Item]) -> Item { items[number(0...items.count - 1)] }

  private mutating func draw() -> String {
    rank = one([1, 2, 2, 2, 2, 2, 2, 3])
    inputs()
    for _ in 0..<number(2...6) { part(depth: 0) }
    if chance(8) { lines.append("globalavgpool | dense 3") }
    return "model M {\n  \(lines.joined(separator: "\n  "))\n}\n\(Self.blocks)\n"
  }

  private mutating func inputs() {
    let hasOne = rank == 1 || chance(3)
    // A volume has few cells on an axis that is known.
    symbols = hasOne ? ["H"] : ["H", "W"]
    var extents: [String] = []
    for axis in 0..<rank {
      let symbol = symbols[min(axis, symbols.count - 1)]
      if rank == 3, axis == 2 || chance(2) {
        extents.append("\(number(9...20))")
        formulas.append(nil)
      } else if axis > 0, chance(8) {
        extents.append("\(number(40...90))")
        formulas.append(nil)
      } else {
        let extent = inputExtent(symbol)
        extents.append(extent)
        formulas.append("(\(extent))")
      }
    }
    if formulas.allSatisfy({ $0 == nil }) { (extents[0], formulas[0]) = ("H", "H") }
    symbols = symbols.filter { symbol in extents.contains { $0.contains(symbol) } }
    channels = number(1...4)
    let clause = chance(2) ? " where " + (0..<number(1...2)).map { _ in condition() }.joined(separator: ", ") : ""
    guard rank == 2, chance(5) else {
      lines.append("input [\(extents.joined(separator: ", ")), \(channels)]\(clause)")
      return
    }
    let half = chance(3)
    let second = half ? extents.map { chance(2) ? "floor(\($0) / 2)" : "(\($0)) / 2" } : extents
    lines.append("input a [\(extents.joined(separator: ", ")), \(channels)]\(clause)")
    lines.append("input b [\(second.joined(separator: ", ")), \(channels)]")
    labels = ["a", "b"].map { Label(name: $0, channels: channels, growth: growth) }
    formulas = formulas.map { _ in nil }
    if half { lines.append("upsample 2") }
    lines.append("concat a")
    channels *= 2
  }

  private mutating func inputExtent(_ symbol: String) -> String {
    guard chance(4) else { return symbol }
    switch number(0...5) {
    case 0:
      growth = 2
      return "2 * \(symbol) + 1"
    case 1:
      growth = 4
      return "4 * \(symbol)"
    case 2: return "\(symbol) / \(number(2...3))"
    case 3: return "max(\(symbol) - \(number(2...9)), \(number(1...3)))"
    case 4: return "floor(\(symbol) / 3) + 5"
    default: return "min(\(symbol), \(number(20...300)))"
    }
  }

  private mutating func condition() -> String {
    let symbol = symbols[0]
    switch number(0...8) {
    case 0, 1:
      floor = number(2...60)
      return "\(symbol) >= \(floor)"
    case 2, 3:
      multiple = one([2, 4, 8])
      return "\(symbol) % \(multiple) == 0"
    case 4: return "\(one(symbols)) % \(number(2...7)) != \(number(0...3))"
    case 5: return "\(one(symbols)) <= \(number(100...900))"
    case 6: return "\(symbol) % 3 == 1 or not (\(symbol) % 4 == 2) and \(symbol) > 8"
    case 7: return "abs(\(symbol) - \(number(20...90))) > \(number(0...9)), min(\(symbol), 40) != 17"
    default: return "round(\(symbol) / 4) * 4 >= \(symbol), ceil(\(symbol) / 3) % 2 == \(number(0...1))"
    }
  }

  // MARK: - Parts

  private mutating func part(depth: Int) {
    if channels > 12 { convolution() }
    if chance(3) { return secondPart(depth) }
    switch number(0...25) {
    case 0...4: convolution()
    case 5, 6: pool()
    case 7: padding()
    case 8: crop()
    case 9: transposed()
    case 10: upsample()
    case 11: resize()
    case 12: pixels()
    case 13: add("gate")
    case 14: residual(depth)
    case 15, 16: join(depth)
    case 17: hourglass()
    case 18: loop(depth)
    case 19: choice(depth)
    case 20, 21: claim()
    case 22: mark()
    case 23: call()
    case 24: goBack(depth)
    default: rest()
    }
  }

  mutating func add(_ line: String) { lines.append(line) }

  /// Whatever changes the extents, in a way that no formula follows.
  mutating func lose() { formulas = formulas.map { _ in nil } }

  /// A number for all axes, or one for each.
  mutating func axes(_ range: ClosedRange<Int>) -> String {
    if rank == 1 || chance(2) { return "\(number(range))" }
    return (0..<rank).map { _ in "\(number(range))" }.joined(separator: "x")
  }

  private mutating func sides(_ range: ClosedRange<Int>) -> String {
    switch number(0...2) {
    case 0: "\(number(range))"
    case 1: "[\((0..<rank).map { _ in "\(number(range))" }.joined(separator: ", "))]"
    default: "[\((0..<2 * rank).map { _ in "\(number(range))" }.joined(separator: ", "))]"
    }
  }

  private mutating func windowPadding(_ upTo: Int) -> String {
    switch number(0...7) {
    case 0, 1: ""
    case 2: ", pad same"
    case 3: ", pad valid"
    case 4: rank == 1 ? ", pad causal" : ", pad same"
    default: ", pad \(sides(0...upTo))"
    }
  }

  mutating func convolution() {
    let kernel = number(1...5)
    // A first pool by its stride has a short formula.
    let stride = chance(2) ? "" : ", stride \(axes(1...3))"
    let dilation = chance(4) ? ", dilation \(axes(1...3))" : ""
    if chance(4) {
      add("depthwise \(axes(1...5))\(stride)\(windowPadding(2))\(dilation)")
      return lose()
    }
    let filters = number(1...2) * (channels.isMultiple(of: 2) ? 2 : 1)
    let groups = channels.isMultiple(of: 2) && filters.isMultiple(of: 2) && chance(3) ? ", groups 2" : ""
    channels = filters
    if chance(3) {
      add("conv \(filters), \(kernel) | relu")
      formulas = formulas.map { $0.map { "(\($0) - \(kernel - 1))" } }
    } else if chance(4) {
      add("conv \(filters), \(2 * number(0...2) + 1)\(stride), pad half\(dilation)\(groups)")
      lose()
    } else {
      add("conv \(filters), \(axes(1...5))\(stride)\(windowPadding(3))\(dilation)\(groups) | batchnorm")
      lose()
    }
  }

  mutating func pool() {
    let kind = one(["maxpool", "avgpool"])
    let kernel = number(2...4)
    if chance(3) {
      add("\(kind) \(kernel)")
      formulas = formulas.map { $0.map { "floor(\($0) / \(kernel))" } }
      return
    }
    let ceil = chance(2) ? ", ceil" : ""
    let padding = chance(2) ? ", pad \(number(0...kernel / 2))" : chance(4) ? ", pad same" : ""
    add("\(kind) \(kernel)\(chance(2) ? ", stride \(axes(1...4))" : "")\(padding)\(ceil)")
    lose()
  }

  private mutating func padding() {
    let kind = one(["zeropad", "reflectpad", "replicatepad", "circularpad"])
    add("\(kind) \(sides(0...kindLimit(kind)))")
    lose()
  }

  private mutating func kindLimit(_ kind: String) -> Int { kind == "zeropad" ? 3 : number(1...9) }

  private mutating func crop() {
    switch number(0...4) {
    case 0, 1: add("crop \(sides(0...4))")
    case 2: add("crop size \(sizes())")
    default:
      guard !labels.isEmpty else { return add("crop 1") }
      add(chance(3) ? "trim \(one(labels).name)" : "crop like \(one(labels).name)")
    }
    lose()
  }

  /// Extents in place of the present ones.
  private mutating func sizes() -> String {
    let items = (0..<rank).map { axis -> String in
      switch number(0...3) {
      case 0: return "_"
      case 1: return "\(number(2...12))"
      default: return expression(axis)
      }
    }
    return "[\(items.joined(separator: ", "))]"
  }

  private mutating func expression(_ axis: Int) -> String {
    let member = rank == 1 ? "l" : rank == 2 ? ["h", "w"][axis] : ["d", "h", "w"][axis]
    let symbol = symbols[min(axis, symbols.count - 1)]
    let label = labels.isEmpty || chance(2) ? nil : one(labels).name
    let base = chance(9) ? "input.\(member)" : label.map { "\($0).\(member)" } ?? symbol
    return switch number(0...9) {
    case 0: base
    case 1: "floor(\(base) / \(number(2...5)))"
    case 2: "ceil(\(base) / \(number(2...5)))"
    case 3: "\(base) - \(number(1...9))"
    case 4: "max(\(base) - \(number(1...9)), 1)"
    case 5: "min(\(base), \(number(9...99)))"
    case 6: "\(base) % \(number(3...9)) + \(number(0...2))"
    case 7: "\(base) / 2"
    case 8: "round(\(base) * 2 / 3)"
    default: "(\(base) + \(number(0...2))) / \(number(1...3))"
    }
  }

  private mutating func transposed() {
    let kernel = number(1...4)
    let stride = growth < 3 ? number(1...3) : 1
    growth *= Double(stride)
    channels = number(1...4)
    let dilation = chance(5) ? 2 : 1
    let outputs = max(stride, dilation) - 1
    let output = chance(2) && outputs > 0 ? ", outputpad \(number(0...outputs))" : ""
    let dilations = dilation > 1 ? ", dilation 2" : ""
    let padding = chance(2) ? ", pad \(sides(0...2))" : chance(3) && output.isEmpty ? ", pad same" : ""
    add("convtranspose \(channels), \(kernel), stride \(stride)\(padding)\(output)\(dilations)")
    lose()
  }

  private mutating func upsample() {
    let factors = growth < 3 ? ["2", "1.5", "5 / 3", "0.75", "2 / 3"] : ["1", "0.5", "0.75", "2 / 3"]
    if growth < 3 { growth *= 2 }
    add(
      rank > 1 && chance(3)
        ? "upsample [\((0..<rank).map { _ in one(factors) }.joined(separator: ", "))]" : "upsample \(one(factors))")
    lose()
  }

  private mutating func resize() {
    if labels.isEmpty || chance(2) {
      add(chance(4) ? "adaptiveavgpool \(sizes())" : "resize \(sizes())")
    } else {
      let label = one(labels)
      growth = max(growth, label.growth)
      add(chance(3) ? "fit \(label.name), \(channels)" : "resize like \(label.name)")
    }
    lose()
  }

  private mutating func pixels() {
    let cells = rank == 1 ? 2 : rank == 2 ? 4 : 8
    if chance(2), channels <= 4 {
      channels *= cells
      add("pixelunshuffle 2")
    } else if growth < 3 {
      if !channels.isMultiple(of: cells) { add("conv \(cells), 1") }
      channels = channels.isMultiple(of: cells) ? channels / cells : 1
      growth *= 2
      add("pixelshuffle 2")
    }
    lose()
  }

  // MARK: - Several tensors

  /// Some parts one after the other, as lines of their own, ending in so many channels.
  private mutating func body(_ depth: Int, channels wanted: Int?, _ parts: ClosedRange<Int>) -> [String] {
    let outer = (lines, labels)
    lines = []
    for _ in 0..<number(parts) { part(depth: depth + 1) }
    if let wanted, wanted != channels {
      channels = wanted
      add("conv \(wanted), 1")
    }
    if lines.isEmpty { add("identity") }
    let inner = lines
    (lines, labels) = outer
    return inner
  }

  private mutating func residual(_ depth: Int) {
    guard depth < 2 else { return rest() }
    let before = (formulas, growth)
    let keeps = chance(2)
    var lines = keeps ? ["conv \(channels), 3, pad 1 | relu"] : []
    if !keeps {
      if !isInLoop { mark() }
      lines = body(depth, channels: channels, 1...1)
      if !isInLoop, let label = labels.last, !chance(4) {
        lines.append("\(one(["resize", "resize", "crop"])) like \(label.name)")
      }
    }
    add("residual {")
    self.lines += lines.map { "  " + $0 }
    add("}")
    (formulas, growth) = (before.0, max(before.1, growth))
    if !keeps { lose() }
  }

  private mutating func join(_ depth: Int) {
    guard depth < 2 else { return rest() }
    let kind = one(["add", "add", "concat", "maximum", "multiply"])
    let start = (formulas, channels, growth)
    let stride = number(1...3)
    var branches: [[String]] = []
    var sum = 0
    let wanted = number(1...4)
    var largest = growth
    for index in 0..<number(2...3) {
      (formulas, channels, growth) = start
      // Branches that go the same way, as networks have them, and now and then any.
      if chance(9) {
        branches.append(body(depth, channels: kind == "concat" ? nil : wanted, 1...2))
      } else {
        channels = wanted
        let kernel = 2 * number(0...2) + 1
        branches.append(
          index == 0 && chance(2)
            ? ["maxpool \(stride), ceil | conv \(wanted), 1"]
            : ["conv \(wanted), \(kernel), stride \(stride), pad \(kernel / 2)"])
        if chance(6) {
          branches[index].append("crop [\((0..<2 * rank).map { _ in "\(number(0...1))" }.joined(separator: ", "))]")
        }
      }
      sum += channels
      largest = max(largest, growth)
    }
    add("\(kind) {")
    for branch in branches {
      add("  - \(branch[0])")
      lines += branch.dropFirst().map { "    " + $0 }
    }
    add("}")
    channels = kind == "concat" ? sum : wanted
    growth = largest
    lose()
  }

  /// Down and up again, joined with what was there.
  private mutating func hourglass() {
    guard !isInLoop else { return rest() }
    let isPlain = !chance(4)
    let id = count
    count += 1
    let depth = number(1...3)
    channels = 2
    add("conv 2, 3\(chance(2) ? ", pad 1" : "")")
    add("for i in 0 ..< \(depth) {")
    add("  \"n\(id).{i}\": conv 2, 3\(isPlain || chance(2) ? ", pad 1" : "") | relu")
    add("  \(one(["maxpool 2", "conv 2, 3, stride 2, pad 1", "maxpool 2, ceil", "avgpool 3, stride 2, pad 1"]))")
    add("}")
    let up = one(["upsample 2", "convtranspose 2, 2, stride 2", "resize like \"n\(id).{\(depth - 1) - i}\""])
    let skip = "from \"n\(id).{\(depth - 1) - i}\"" + one(["", "", " | crop like \"u\(id).{i}\""])
    add("for i in 0 ..< \(depth) {")
    add("  \"u\(id).{i}\": \(up)")
    add("  \(one(["add", "concat"])) {")
    add("    - \(skip)")
    add("    - identity")
    add("  }")
    add("  conv 2, \(isPlain ? "3, pad 1" : one(["1", "3, pad 1", "3"]))")
    add("}")
    lose()
  }

  private mutating func loop(_ depth: Int) {
    guard depth < 1 else { return rest() }
    let before = (formulas, growth)
    isInLoop = true
    defer { isInLoop = false }
    let lines = ["conv \(channels), \(number(1...3)), pad \(number(0...1))"] + body(depth, channels: channels, 0...1)
    // What grows in a round grows in each.
    let rounds = growth > before.1 ? 1 : number(1...3)
    let head =
      chance(2) ? "repeat \(rounds) {" : "for k in [\((0..<rounds).map(String.init).joined(separator: ", "))] {"
    add(head)
    self.lines += lines.map { "  " + $0 }
    add("}")
    lose()
  }

  private mutating func choice(_ depth: Int) {
    let symbol = symbols[0]
    let condition = one([
      "\(symbol) >= \(floor)", "\(symbol) % \(multiple) == 0", "\(symbol) + 1 > \(number(0...floor))",
      "input.c == 3 or \(symbol) > 0", "not (\(symbol) < \(floor))", "\(symbol) >= \(number(1...20))",
    ])
    let lines = body(depth + 2, channels: channels, 1...1)
    add("if \(condition) {")
    self.lines += lines.map { "  " + $0 }
    add("} else { conv \(channels), 7 }")
    lose()
  }

  private mutating func claim() {
    let items = formulas.map { formula -> String in
      guard let formula, !chance(3) else { return "_" }
      return chance(4) ? formula.replacing("floor", with: "") : formula
    }
    add("relu -> [\(items.joined(separator: ", ")), \(channels)]")
  }

  mutating func mark() {
    guard !isInLoop else { return rest() }
    let name = "t\(count)"
    count += 1
    add("\(name): relu")
    labels.append(Label(name: name, channels: channels, growth: growth))
  }

  private mutating func call() {
    channels = number(1...4)
    let stride = number(1...2)
    add(rank == 2 ? "unit \(channels), stride \(stride)" : "line \(channels), \(stride)")
    lose()
  }

  private mutating func goBack(_ depth: Int) {
    guard let label = labels.last, depth == 0 else { return rest() }
    switch number(0...2) {
    case 0:
      add("from \(label.name)")
      (channels, growth) = (label.channels, label.growth)
    case 1:
      channels += label.channels
      add("resize like \(label.name) | concat \(label.name)")
    default:
      if channels != label.channels { add("conv \(label.channels), 1") }
      channels = label.channels
      add("\(one(["crop", "resize"])) like \(label.name)\(chance(3) ? " | conv \(channels), 2" : "")")
      add("add \(label.name)")
    }
    growth = max(growth, label.growth)
    lose()
  }

  mutating func rest() {
    if rank == 2, chance(5) {
      formulas.reverse()
      return add("permute [1, 0, 2]")
    }
    add(one(["relu", "dropout 0.1", "batchnorm", "layernorm", "identity", "scale 0.5", "lrn"]))
  }
}
