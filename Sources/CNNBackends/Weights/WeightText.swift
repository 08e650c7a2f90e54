import CNNLayers
import CNNText

/// The table of weights for a terminal: a row for every tensor, and how much they come to.
struct WeightText {
  private struct Row {
    let name: String
    let shape: String
    let numbers: String
    let axes: String
  }

  private let table: WeightTable
  private let layout: WeightLayout
  private let options: WeightOptions
  private let rows: [Row]
  private let name: Int
  private let shape: Int
  private let numbers: Int
  /// 0 where a narrow terminal has no room for them.
  private let axes: Int

  private static let columns = Row(name: "name", shape: "shape", numbers: "numbers", axes: "axes")
  private static let widthOfExactNumbers = 100

  init(_ table: WeightTable, _ layout: WeightLayout, _ options: WeightOptions) {
    self.table = table
    self.layout = layout
    self.options = options
    let rows = table.entries.map { entry in
      let shape = entry.weight.shape(in: layout).map(String.init).joined(separator: "x")
      let count = entry.weight.count ?? .max
      return Row(
        name: Self.legible(entry.name(in: layout), options), shape: shape,
        numbers: options.width >= Self.widthOfExactNumbers ? count.grouped : count.short,
        axes: Self.axes(of: entry, layout))
    }
    func widest(_ cell: (Row) -> String) -> Int {
      rows.reduce(cell(Self.columns).count) { max($0, cell($1).displayWidth) }
    }
    self.rows = rows
    (name, shape, numbers) = (widest(\.name), widest(\.shape), widest(\.numbers))
    let wanted = widest(\.axes)
    axes = name + 2 + shape + 2 + numbers + 2 + wanted <= options.width ? wanted : 0
  }

  var printed: String {
    let width = name + 2 + shape + 2 + numbers + (axes > 0 ? 2 + axes : 0)
    var title = StyledLine()
    title.append(Self.legible(table.model, options), .kind)
    title.append("  " + signature + (layout == .engine ? "" : ", in the layout of \(layout.words)"))
    var header = StyledLine()
    header.append(text(Self.columns), .quiet)
    var rule = StyledLine()
    rule.append(String(repeating: options.ascii ? "-" : "─", count: width), .quiet)
    var lines = [title, StyledLine(), header, rule]
    for row in rows {
      var line = StyledLine()
      line.append(row.name, .name)
      line.append(String(text(row).dropFirst(row.name.count)))
      lines.append(line)
    }
    for text in [""] + remarks {
      var line = StyledLine()
      line.append(text)
      lines.append(line)
    }
    var output = ""
    for line in lines { line.write(to: &output, color: options.color) }
    return output
  }

  private func text(_ row: Row) -> String {
    let cells = row.name.padded(to: name + 2) + row.shape.padded(to: shape + 2) + row.numbers.padded(before: numbers)
    return cells + (axes > 0 ? "  " + row.axes : "")
  }

  /// `28x28x1 to 10`
  private var signature: String {
    [table.inputs, table.outputs].filter { !$0.isEmpty }.map { shapes in
      shapes.map { $0.text(.hwc) }.joined(separator: ", ")
    }.joined(separator: " to ")
  }

  /// The lines below the table.
  private var remarks: [String] {
    let noun = rows.count == 1 ? "tensor" : "tensors"
    var lines = ["\(rows.count.grouped) \(noun), \(table.elements.grouped) numbers, \(table.bytes.bytes) as float32"]
    if layout == .pytorch {
      lines += table.channelsLast.map { place in
        "not to be loaded from PyTorch: \(Self.legible(place.layer, options)) (line \(place.line)) depends on the "
          + "order of memory"
      }
    }
    if !table.isComplete { lines.append("incomplete: a mistake ends this table") }
    return lines.flatMap { wrap($0, width: max(options.width, ReportOptions.narrowest)) }
  }

  /// `out, in = 64x7x7 flattened`
  private static func axes(of entry: WeightTable.Entry, _ layout: WeightLayout) -> String {
    let names = entry.weight.axisNames(in: layout)
    if entry.flattened.isEmpty { return names.joined(separator: ", ") }
    let parts = entry.flattened.map { part in
      let extents = layout == .pytorch ? [part.channels] + part.extents.dropLast() : part.extents
      return extents.map(String.init).joined(separator: "x")
    }
    let order = " = \(parts.joined(separator: " + ")) flattened"
    return names.map { $0 == "in" || $0 == "channels" ? $0 + order : $0 }.joined(separator: ", ")
  }

  private static func legible(_ text: String, _ options: WeightOptions) -> String {
    let printable = text.printable
    if !options.ascii { return printable }
    return printable.unicodeScalars.reduce(into: "") { text, scalar in
      text += scalar.isASCII ? String(scalar) : String(repeating: "?", count: scalar.displayWidth)
    }
  }
}

extension WeightLayout {
  fileprivate var words: String {
    switch self {
    case .engine: "TensorEngine"
    case .pytorch: "PyTorch"
    case .keras: "Keras"
    }
  }
}
