import CNNBackends

/// Names and words that mean something to Swift, or would end what they stand in: as labels, models, blocks, parameters,
/// inputs, outputs, symbols, comments and paths.
enum HostileNames {
  /// Everything here runs, so nothing broke out of its place.
  static let files: [(path: String, text: String)] = [
    ("labels.cnn", labels), ("models.cnn", models), ("blocks.cnn", blocks), ("places.cnn", places),
    ("ends */ /* \"here\" \\(x) \u{202E}\u{2028}\r\n# let x = 1 🦀.cnn", comments),
  ]

  /// What could be a name in Swift, and is not free there.
  private static let words = [
    "self", "Self", "init", "deinit", "Type", "Protocol", "Any", "String", "Int", "Float", "Array", "Optional", "Void",
    "Never", "Swift", "TensorEngine", "Tensor", "Variable", "Tape", "Network", "Layer", "Parameter", "Parameterized",
    "Convolution", "Dense", "Window", "Site", "TensorError", "NamedTensors", "SeededGenerator", "InputShape",
    "InputSymbol", "WeightLayout", "tape", "x", "inputs", "outputs", "seed", "site", "body", "path", "weights",
    "layout", "generator", "index", "block", "forward", "step", "trace", "load", "callAsFunction", "visitParameters",
    "parameters", "numberParameters", "channelsLastLayers", "class", "func", "var", "is", "as", "nil", "throws", "try",
    "default", "switch", "case", "where", "operator", "subscript", "await", "async", "actor", "any", "some", "each",
    "print", "min", "max", "zip", "map", "h", "w", "_",
  ]

  /// What only a string can be.
  private static let texts = [
    "a.b", "a_b", "a b", "a-b", "1", "1st", "_1", "e\u{301}", "🦀", "日本", "*/", "/*", "//", "\\\"", "\\\\",
    "\\\\(x)", "\\\\u{41}", "#\\\"", "$0", "`", "`self`", "@main", "#if", "self.x", "Int?", "[Int]", "\u{202E}abc",
    "a\u{200B}b", "a\u{FEFF}", "%s", "'", ";", "}", ")",
  ]

  private static var labels: String {
    let lines = (words + texts).map { "  \"\($0)\": conv 2, 1 | relu\n" }.joined()
    return "block odd() {\n\(lines)}\nmodel Labels {\n  input 2x2x2\n\(lines)  odd\n}\n"
  }

  /// What the language keeps for itself, in other places than a label.
  private static let reserved: Set = ["_", "block", "where"]

  private static var models: String {
    words.filter { !reserved.contains($0) }.map { "model \($0) {\n  input 2x2x2\n  conv 2, 1\n}\n" }.joined()
  }

  private static var blocks: String {
    let names = words.filter { !reserved.contains($0) }
    let definitions = names.map { "block \($0)(from_, n) { conv n, 1 | add from_ }\n" }.joined()
    let calls = names.map { "  \($0) start, 2\n" }.joined()
    return "\(definitions)model Blocks {\n  input 2x2x2\n  start: relu\n  conv 2, 1\n\(calls)}\n"
  }

  /// Inputs, outputs, symbols and the tensors that a block is given.
  private static let places = """
    block several(self, tape, x, init, Tensor) {
      conv 2, 1
      concat self, tape, x, init, Tensor
      generator: conv 2, 1
    }
    model Places {
      input self [Int, body, 2] where Int % 2 == 0, body > 1
      input inputs [Int, body, 2]
      input tape [2 * Int, body, 2]
      resize like self | x: conv 2, 1
      init: relu
      output forward { conv 2, 1 }
      output seed
      several self, inputs, x, init, "x"
      output callAsFunction { globalavgpool | dense 2 }
      site: relu
    }
    model Sizes {
      input [floor(inputs / 3) + 2, min(inputs, 9), 2] where inputs > 4
      conv 2, 1
    }
    model Symbols {
      input [site, 6, 2] where site > 4
      conv 2, 3, pad same
    }

    """

  private static let comments = #"""
    /// Ends */ here /* and "quotes" \(fatalError()) \u{0} ``` # \#u{202E}txet\#u{2028}fatalError()
    /// - Parameter x: 🦀 \#u{7}
    ///
    /// public struct Broken {
    block unit() { conv 2, 1 }
    /// */ }}} """ \
    model Comments {
      input 2x2x2
      unit
    }

    """#
}
