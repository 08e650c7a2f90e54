import CNNLayers
import CNNText

/// `grammar/layers.md`: every layer of the catalogue.
enum LayerReference {
  static var text: String {
    let families = Family.allCases.map { family in (family, Catalogue.layers.filter { $0.family == family }) }
    let contents = families.map { family, layers in
      [family.title, layers.map { Markdown.link(Markdown.code($0.name), to: "#\($0.name)") }.joined(separator: " ")]
    }
    return Markdown.page(
      [introduction, Markdown.table(["family", "layers"], contents), reading]
        + families.flatMap { family, layers in ["## \(family.title)", family.introduction] + layers.flatMap(blocks) })
  }

  private static let introduction = """
    # Layers

    The \(Catalogue.layers.count) layers of the language. [The language](language.md) tells how they are put together.
    """

  private static let reading = """
    How to read the entries:

    - Parameters stand in their order: a value without a name belongs to the parameter in its place, `name value` to the
      one named, and a bare flag means `on`. A parameter without a default must be given.
    - In a shape rule n is the extent of an axis, and *reach* the cells a window spans: dilation * (kernel - 1) + 1.
      Shapes are height x width x channels; on sequences and volumes the same rules hold for one axis and for three.
    - `pad` takes `valid` (none), `same` (as many cells as the input, or ceil(n / stride) of them; what is left over goes
      to the bottom and right), `half` ((reach - 1) / 2 on each side, odd kernels only), `causal` (reach - 1 before the
      first cell of a sequence), a number for all sides, a number for each axis, or one for each side: in order, before
      and after the first axis, then the next, so `[top, bottom, left, right]` on a map.
    - Parameters are counted as trained: running statistics of a normalisation are not among them.
    """

  private static func blocks(_ layer: LayerKind) -> [String] {
    var blocks = ["### `\(layer.name)`", layer.summary, "Shape: \(layer.shapeRule)."]
    if !layer.parameters.isEmpty {
      blocks.append(
        Markdown.table(["parameter", "type", "default", ""], layer.parameters.map(row)))
    }
    return blocks + examples(layer.examples)
  }

  private static func row(_ parameter: ParameterInfo) -> [String] {
    let defaultValue =
      switch parameter.defaultValue {
      case .required: ""
      case .value(let value): Markdown.code(value.text { _ in "" })
      case .derived(let words): words
      }
    return [Markdown.code(parameter.name), parameter.type, defaultValue, parameter.help]
  }

  private static func examples(_ examples: [Example]) -> [String] {
    if examples.contains(where: { $0.stage.contains("\n") }) { return examples.map(program) }
    let rows = examples.map { [Markdown.code($0.stage), $0.input, $0.output, $0.parameters.grouped] }
    let columns = examples.contains { $0.parameters > 0 } ? 4 : 3
    let heading = ["example", "input", "output", "parameters"]
    return [
      Markdown.table(Array(heading.prefix(columns)), rightAligned: [1, 2, 3], rows.map { Array($0.prefix(columns)) })
    ]
  }

  /// An example of several lines, as it stands in a file.
  private static func program(_ example: Example) -> String {
    var depth = 0
    let lines = example.stage.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
      guard let brace = line.firstIndex(of: "{") else { return [String(line)] }
      return [String(line[...brace]), String(line[line.index(after: brace)...])]
    }
    let body = lines.map { line in
      let words = line.split(separator: " ").joined(separator: " ")
      if words.hasPrefix("}") { depth -= 1 }
      defer { if words.hasSuffix("{") { depth += 1 } }
      return String(repeating: "  ", count: depth) + words
    }
    let count = "\(example.parameters.grouped) parameter\(example.parameters == 1 ? "" : "s")"
    let end = "  -> \(example.output)" + (example.parameters == 0 ? "" : "  // \(count)")
    return Markdown.block((["input \(example.input)"] + body).joined(separator: "\n") + end, "cnn")
  }
}

extension Family {
  fileprivate var title: String {
    switch self {
    case .convolution: "Convolutions"
    case .dense: "Dense layers"
    case .recurrent: "Recurrent layers"
    case .pooling: "Pools"
    case .reduction: "Reductions"
    case .normalization: "Normalisations"
    case .activation: "Activations"
    case .regularization: "Regularisation"
    case .join: "Joins"
    case .attention: "Attention"
    case .source: "Sources"
    case .reshaping: "Reshaping"
    case .resampling: "Resampling"
    case .padding: "Padding and cropping"
    }
  }

  fileprivate var introduction: String {
    switch self {
    case .convolution:
      "Layers that slide filters. A bias belongs to them unless `bias off` is written; before a normalisation it is."
    case .dense: "Layers that weigh every input for every unit."
    case .recurrent:
      """
      Layers that step through a sequence with a state. Gates, weights and their names are PyTorch's; files of Keras are
      read as well.
      """
    case .pooling: "Layers that make one value of many. They have no weights."
    case .reduction:
      """
      One value of all along some axes. The axes stay, with an extent of 1, so that the result meets what it came from:
      `x: mean cells` and then `from input | subtract x`. They have no weights.
      """
    case .normalization: "Layers that give values a common scale. None changes the shape."
    case .activation:
      "Functions of each value by itself, the softmax, and `glu`, the only one that changes the shape."
    case .regularization: "Layers that act while training only. None changes the shape or has weights."
    case .join:
      """
      Layers where several tensors meet: branches in braces, one to a dash, each starting from the tensor that enters;
      or labels of tensors after the name, which join the current one in their order (`concat skip`), and lists of them.
      Where the current tensor is one of several, they are all: `subtract a, b` after the line of `b`. Numbers may stand
      among what is computed value by value: `multiply 0.2`, `subtract mean, 0.5`. `residual` has plain lines in its
      braces.
      """
    case .attention:
      """
      Cells that weigh cells, of the same tensor or another: query, key and value, in this order. With two tensors the one
      that enters is the query. It has no weights: they are in the layers before it.
      """
    case .source:
      """
      Tensors that are not computed from another. Of the tensor that enters they take the batch, and its extents if they
      have none of their own.
      """
    case .reshaping: "Layers that arrange the same values in another way."
    case .resampling: "Layers that change how finely a map is sampled. They have no weights."
    case .padding: "Layers that add cells around a map, or take them away. They have no weights."
    }
  }
}
