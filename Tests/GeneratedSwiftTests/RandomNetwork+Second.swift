/// The second part of the language: numbers, functions, reductions and sources, attention and recurrent layers, parts,
/// calls of what is shared, of models, and of blocks with several results or within themselves.
extension RandomNetwork {
  static let secondBlocks = """
    /// Several results.
    block feet(filters) {
      conv filters, 1 | relu
      output fine: conv filters, 1 | tanh
      output coarse: conv filters, 3, pad 1
      sigmoid
    }
    block nested(filters, depth) { residual {
      conv filters, 1 | relu
      if depth > 0 { nested filters, depth - 1 }
    } }
    block mixed(filters, kernels) { add {
      for k in kernels { - conv filters, k, pad half }
      if input.c == filters { - identity }
      if length(kernels) > 2 { - conv filters, 1 | relu } else { - conv filters, 1 | tanh }
    } }


    """

  private static let functions = [
    "exp", "log", "sqrt", "abs", "square", "reciprocal", "softsign", "softshrink", "softshrink 0.1", "hardtanh",
    "hardtanh (-2), 0.5", "clip (-1), 1.5",
  ]

  /// A name that no other line has.
  private var fresh: String { "n\(lines.count)" }

  private var cells: [String] { [["length"], ["height", "width"], ["depth", "height", "width"]][rank - 1] }

  mutating func secondPart(_ model: String) {
    switch number(0...17) {
    case 0: add(one(Self.functions))
    case 1: numbers()
    case 2: reduction()
    case 3: alongAxes()
    case 4, 5: parts()
    case 6: source()
    case 7: attention()
    case 8: local()
    case 9: recurrent()
    case 10: unpool()
    case 11, 12: shared()
    case 13: results()
    case 14: stage(model)
    case 15: lists()
    case 16: unused()
    default: gated()
    }
  }

  /// Another line to go on from, and its name.
  private mutating func keep() -> String {
    let name = fresh
    add("\(name): relu")
    return name
  }

  // MARK: - Values

  private mutating func numbers() {
    add(
      one([
        "multiply 0.2", "add 1", "subtract 0.5", "divide 127.5", "power 2", "power (-1)", "maximum (-1)", "minimum 1",
        "average 0.5", "multiply 2 | add (-1) | clip 0, 1", "subtract 1, input", "divide 1, input",
      ]))
    if chance(3) {
      let name = keep()
      add("conv \(channels), 1 | \(one(["add", "multiply", "average", "maximum"])) 0.5, \(name)")
    }
  }

  private mutating func reduction() {
    let both = "[channels, \(one(cells))]"
    let axes = one(["channels", "cells", one(cells), both, "[\(cells.joined(separator: ", "))]"])
    let kind = one(["mean", "max", "min", "sum", "norm"])
    guard chance(4) else {
      // What is reduced meets what it came from.
      let join = one(["divide", "subtract", "add", "multiply", "power", "minimum"])
      return add("\(join) { - identity\n    - \(kind) \(axes)\n  }")
    }
    add("\(kind) \(axes)")
    if axes.contains("channels") { channels = 1 }
  }

  private mutating func alongAxes() {
    let axes = one(["channels", "cells", one(cells), "[channels, \(one(cells))]"])
    add("\(one(["softmax", "logsoftmax", "normalize"])) over \(axes)\(chance(9) ? " | normalize eps 0.1" : "")")
  }

  private mutating func gated() {
    guard channels.isMultiple(of: 2) else { return add(one(Self.functions)) }
    add("glu")
    channels /= 2
  }

  // MARK: - Parts of a tensor

  private mutating func parts() {
    let (name, axis) = (fresh, one(cells))
    switch number(0...4) {
    case 0 where channels.isMultiple(of: 2):
      add("[\(name)a, \(name)b]: split 2")
      add("from \(name)a | sigmoid | multiply \(name)b")
      channels /= 2
    case 1 where !isSymbolic:
      add("[\(name)a, \(name)b]: split 2, over \(axis)")
      add("\(one(["add \(name)a", "concat \(name)a, over \(axis)", "subtract \(name)a, \(name)b"]))")
    case 2 where channels > 1:
      add("[\(name)a, _, \(name)b]: slice 0 ..< 1, 0 ..< \(channels), 1 ..< \(channels)")
      add("concat \(name)a, \(name)b")
    case 3: add("slice 0 ..< 2, over \(axis)")
    default: add("concat over \(axis) { - identity\n    - conv \(channels), 1 | relu\n  }")
    }
  }

  // MARK: - Layers

  private mutating func source() {
    let ones = (0..<rank).map { _ in "1, " }.joined()
    switch number(0...4) {
    case 0: add("add { - identity\n    - learned [\(ones)\(channels)], std 0.02\n  }")
    case 1: add("multiply { - identity\n    - scale_\(fresh): learned \(channels), init 1\n  }")
    case 2:
      add("concat { - identity\n    - coordinates\n  }")
      channels += rank
    case 3: add("add { - identity\n    - noise | multiply 0.1\n  }")
    default:
      let name = keep()
      add("w\(name): learned \(channels), init 0.5")
      add("from \(name) | add w\(name)")
    }
  }

  private mutating func attention() {
    let (heads, width, values) = (number(1...3), number(1...2), number(1...2))
    let scale = chance(2) ? ", scale off" : ""
    let out = heads * values
    let branches = [heads * width, heads * width, out].map { "- conv \($0), 1" }.joined(separator: "\n    ")
    switch number(0...2) {
    case 0: add("attention heads \(heads)\(scale) {\n    \(branches)\n  }")
    case 1:
      let name = keep()
      add("\(name)q: conv \(heads * width), 1")
      add("from \(name) | maxpool 2 | \(name)s: relu")
      add("\(name)k: conv \(heads * width), 1")
      add("from \(name)s | \(name)v: conv \(out), 1")
      add("attention \(name)q, \(name)k, \(name)v, heads \(heads)\(scale)")
    default:
      add("conv \(out), 1")
      let name = keep()
      add("attention \(name), \(name), heads \(heads)")
    }
    channels = out
  }

  private mutating func local() {
    let filters = number(1...3)
    let options = one(["", ", stride 2", ", pad 1", ", dilation 2", ", bias off", ", pad same"])
    add("localconv \(filters), \(number(1...3))\(options)")
    channels = filters
  }

  private mutating func recurrent() {
    if rank > 1 || chance(4) {
      add("reshape [_, \(channels)]")
      // Labels of other ranks are out of reach.
      (rank, labels) = (1, [])
    }
    let (units, both) = (number(1...4), chance(2))
    let biases = chance(2) ? "" : ", biases \(number(0...2))"
    add("\(one(["lstm", "gru"])) \(units)\(both ? ", both" : "")\(biases)")
    channels = both ? 2 * units : units
  }

  private mutating func unpool() {
    let name = fresh
    let window = one(["2", "2, ceil", "3, stride 2", "3, stride 2, pad 1"])
    add("\(name): maxpool \(window)")
    add("conv \(channels), 1 | tanh | unpool \(name)")
  }

  // MARK: - Calls

  private mutating func shared() {
    let name = fresh
    let callee = one([
      "conv \(channels), 3, pad 1", "unit \(channels)", "batchnorm", "depthwise 3, pad 1", "nested \(channels), 1",
      "prelu", "mixed \(channels), [1, 3]",
    ])
    add("shared \(name): \(callee)")
    switch number(0...3) {
    case 0: add("repeat \(number(1...3)) { \(name) | tanh }")
    case 1:
      add("\(name)a: \(name)")
      add("\(name)b: \(name) | relu")
      add("\(one(["subtract", "add", "average"])) \(name)a, \(name)b")
    case 2: add("add {\n    - \(name)\n    - avgpool 3, stride 1, pad 1 | \(name)\n  }")
    default: add("\(name) | \(name)")
    }
  }

  private mutating func results() {
    let (name, filters) = (fresh, number(1...4))
    switch number(0...3) {
    case 0:
      add("\(name): feet \(filters)")
      add("concat [\(name).fine, \(name).coarse]")
      channels = 3 * filters
    case 1:
      add("\(name): feet \(filters)")
      add("from \(name).\(one(["fine", "coarse"]))")
      channels = filters
    case 2: add("nested \(channels), \(number(0...3))")
    default:
      add("mixed \(filters), \(one(["[3]", "[1, 3]", "[1, 3, 1]"]))")
      channels = filters
    }
  }

  /// A model that is a stage of this one.
  private mutating func stage(_ model: String) {
    guard other.isEmpty else { return results() }
    let (filters, inner) = (number(1...4), "Part\(model)")
    let extents = ["L", "H, W", "D, H, W"][rank - 1]
    other = """
      model \(inner) {
        input [\(extents), \(channels)]
        conv \(filters), 3, pad 1 | relu
        output half: conv \(filters), 1
        tanh
      }


      """
    let name = fresh
    add("\(name): \(inner)")
    if chance(2) { add("multiply \(name).half") }
    channels = filters
  }

  private mutating func lists() {
    let (name, filters, count) = (fresh, number(1...3), number(2...3))
    if chance(3) {
      add("for f in [\(filters) * i for i in 1 ..< \(count + 2) if i != 2] { conv f, 1 | relu }")
      channels = filters * (count + 1)
      return
    }
    add("for i in 0 ..< \(count) { \"\(name)_{i}\": conv \(filters), 1 | relu }")
    add("concat [\"\(name)_{i}\" for i in 0 ..< \(count - 1)]")
    channels = filters * count
  }

  /// What nothing reads, which is no part of the network. Other tests know such lines by their names.
  private mutating func unused() {
    let name = keep()
    switch number(0...5) {
    case 4:
      // A part, or a result, of several.
      add("[\(name)p, \(name)q]: slice 0 ..< \(channels), 0 ..< 1")
      return add("from \(name)p")
    case 5:
      add("\(name)f: feet \(channels)")
      return add("from \(name)f.fine")
    case 0: add("dead\(name): conv 3, 1")
    case 1:
      add("dead\(name): conv 3, 1 | batchnorm")
      add("dead\(name)_: concat { - conv 2, 1\n    - relu\n  }")
    case 2: add("shared dead\(name): conv 3, 1")
    default: add("dead\(name): unit 2")
    }
    add("from \(name)")
  }
}
