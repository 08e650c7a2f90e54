/// The labels of nodes and blocks, as the tables that Graphviz knows. Widths are in points and are added up here, since a
/// table shares its slack among all columns.
struct DOTTables {
  private let theme: GraphTheme

  init(_ theme: GraphTheme) { self.theme = theme }

  private static let inside = 178
  private static let heatWidth = 44
  private static let plain = "BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\""
  private static let indentation = "<FONT POINT-SIZE=\"11\">&nbsp;&nbsp;</FONT>"

  // MARK: Cards

  func card(_ card: Diagram.Card) -> String {
    var rows = ""
    // The share has a width of its own, so that shares stand below each other.
    let splits = card.rightWidth > Self.heatWidth && card.rows.contains { $0.heat != nil }
    // What is the same for neighbours is one cell: seams would show between them.
    var covered = 0
    for (index, row) in card.rows.enumerated() {
      var cells = ""
      if covered > 0 {
        covered -= 1
      } else {
        let span = card.rows[index...].prefix { $0.spine == row.spine && row.spine != nil }.count
        covered = max(span - 1, 0)
        cells = spine(row.spine, rows: max(span, 1))
      }
      rows += "<TR>\(cells)\(textCells(row, rightWidth: card.rightWidth, splits: splits))</TR>"
    }
    let frame =
      "<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" COLOR=\"\(theme.hairline)\" "
      + "BGCOLOR=\"\(theme.card)\">\(rows)</TABLE>"
    return stacked(
      (card.hasSideLine ? "<TR><TD HEIGHT=\"14\"></TD></TR>" : "") + "<TR><TD PORT=\"c\">\(frame)</TD></TR>"
        + (card.isStack ? sheet(1) + sheet(2) : "") + shape(card.shape))
  }

  func terminal(_ terminal: Diagram.Terminal) -> String {
    let name = terminal.name.isEmpty ? "" : "&nbsp;&nbsp;" + DOTText.html(terminal.name)
    let text = font(10, theme.ink, "<B>\(terminal.kind)</B>\(name)")
    let card =
      "<TABLE STYLE=\"ROUNDED\" BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"3\" "
      + "COLOR=\"\(theme.ink)\" BGCOLOR=\"\(theme.card)\"><TR><TD WIDTH=\"64\">\(text)</TD></TR></TABLE>"
    return stacked("<TR><TD PORT=\"c\">\(card)</TD></TR>" + (terminal.shape.map { shape($0) } ?? ""))
  }

  func joinBar(_ join: Diagram.JoinBar) -> String {
    // A column and, where it has one, the gap behind it.
    let span = join.columns.reduce(0) { $0 + ($1.gap > 0 ? 2 : 1) }
    let bar = bar(join.columns, height: 4, color: theme.color(of: .join))
    var parts = ""
    for (index, (column, part)) in zip(join.columns, join.parts).enumerated() {
      parts += "<TD WIDTH=\"\(column.width)\" HEIGHT=\"15\">\(font(9, theme.dim, DOTText.html(part)))</TD>"
      guard column.gap > 0 else { continue }
      let plus = join.hasPlus && index + 1 < join.columns.count ? font(9, theme.dim, "+") : ""
      parts += "<TD WIDTH=\"\(column.gap)\">\(plus)</TD>"
    }
    let kind = join.kind.map { run($0) }.joined(separator: "&nbsp;&nbsp;")
    let rows =
      "<TR><TD COLSPAN=\"\(span)\">\(bar)</TD></TR><TR>\(parts)</TR>"
      + "<TR><TD COLSPAN=\"\(span)\" HEIGHT=\"17\">\(kind)</TD></TR>"
      + join.rows.map { "<TR><TD COLSPAN=\"\(span)\" HEIGHT=\"\($0.height)\">\(centred($0))</TD></TR>" }.joined()
    let frame =
      "<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\" COLOR=\"\(theme.hairline)\" "
      + "BGCOLOR=\"\(theme.card)\">\(rows)</TABLE>"
    return stacked("<TR><TD PORT=\"c\">\(frame)</TD></TR>" + shape(join.shape))
  }

  /// A bar with a port for each branch.
  func bar(_ columns: [Diagram.BarColumn], height: Int, color: String) -> String {
    let cells = columns.enumerated().map { index, column in
      "<TD PORT=\"p\(index)\" WIDTH=\"\(column.width)\" HEIGHT=\"\(height)\"></TD>"
        + (column.gap > 0 ? "<TD WIDTH=\"\(column.gap)\" HEIGHT=\"\(height)\"></TD>" : "")
    }
    return "<TABLE \(Self.plain) BGCOLOR=\"\(color)\"><TR>\(cells.joined())</TR></TABLE>"
  }

  private func textCells(_ row: Diagram.Row, rightWidth: Int, splits: Bool) -> String {
    let height = "HEIGHT=\"\(row.height)\""
    let left = Self.indentation + runs(row.left)
    func cells(_ width: Int, _ spans: (left: Int, right: Int), _ right: String) -> String {
      func span(_ count: Int) -> String { count > 1 ? " COLSPAN=\"\(count)\"" : "" }
      let text = "<TD\(span(spans.left)) ALIGN=\"LEFT\" WIDTH=\"\(Self.inside - width)\" \(height)>\(left)</TD>"
      return right.isEmpty ? text : text + "<TD\(span(spans.right)) WIDTH=\"\(width)\"\(right)</TD>"
    }
    guard let right = row.right else { return cells(0, (splits ? 3 : 2, 0), "") }
    if let heat = row.heat {
      let colors = theme.colors(of: heat)
      let text = font(right.style.size, colors.text, DOTText.html(right.text))
      return cells(splits ? Self.heatWidth : rightWidth, (splits ? 2 : 1, 1), " BGCOLOR=\"\(colors.fill)\">\(text)")
    }
    let air = "<FONT POINT-SIZE=\"8.5\">&nbsp;&nbsp;</FONT>"
    return cells(rightWidth, (1, splits ? 2 : 1), " ALIGN=\"RIGHT\">\(run(right))\(air)")
  }

  /// A row below a join of bars, with a swatch where a card has its spine.
  private func centred(_ row: Diagram.Row) -> String {
    var cells = row.spine.map { spine($0, rows: 1) } ?? ""
    cells += "<TD HEIGHT=\"\(row.height)\">&nbsp;\(runs(row.left))&nbsp;</TD>"
    if let heat = row.heat, let right = row.right {
      let colors = theme.colors(of: heat)
      cells += "<TD BGCOLOR=\"\(colors.fill)\" WIDTH=\"\(Self.heatWidth)\">"
      cells += "\(font(right.style.size, colors.text, DOTText.html(right.text)))</TD>"
    }
    return "<TABLE \(Self.plain)><TR>\(cells)</TR></TABLE>"
  }

  private func spine(_ spine: Diagram.Spine?, rows: Int) -> String {
    let span = rows > 1 ? " ROWSPAN=\"\(rows)\"" : ""
    return switch spine {
    case .none: "<TD WIDTH=\"6\"></TD>"
    case .family(let family): "<TD\(span) WIDTH=\"6\" BGCOLOR=\"\(theme.color(of: family))\"></TD>"
    case .block: "<TD\(span) WIDTH=\"6\" BORDER=\"2\" SIDES=\"LR\" COLOR=\"\(theme.block)\"></TD>"
    }
  }

  private func sheet(_ number: Int) -> String {
    let spacer = "<TD WIDTH=\"\(4 * number)\"></TD>"
    let width = Self.inside + 8 - 8 * number
    return "<TR><TD><TABLE \(Self.plain)><TR>\(spacer)<TD WIDTH=\"\(width)\" HEIGHT=\"3\" BORDER=\"1\" SIDES=\"LBR\" "
      + "COLOR=\"\(theme.hairline)\" BGCOLOR=\"\(theme.card)\"></TD>\(spacer)</TR></TABLE></TD></TR>"
  }

  private func shape(_ text: String) -> String {
    "<TR><TD PORT=\"t\" CELLPADDING=\"2\">\(font(9, theme.ink, DOTText.html(text)))</TD></TR>"
  }

  // MARK: Title and legend

  func title(_ title: Diagram.Title) -> String {
    let summary = Self.lines(title.summary, " · ", size: 9).map { line in
      let text = line.map { DOTText.html($0) }.joined(separator: "&nbsp;·&nbsp;")
      return "<TR><TD ALIGN=\"LEFT\">\(font(9, theme.dim, text))</TD></TR>"
    }
    return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\"><TR><TD ALIGN=\"LEFT\">"
      + "\(font(16, theme.ink, "<B>\(DOTText.html(title.name))</B>"))</TD></TR>"
      + "\(summary.joined())</TABLE>"
  }

  /// Parts of a text in lines no wider than a card is.
  private static func lines(_ parts: [String], _ separator: String, size: Double) -> [[String]] {
    var lines: [[String]] = []
    for part in parts {
      let longer = (lines.last ?? []) + [part]
      if !lines.isEmpty, Helvetica.width(longer.joined(separator: separator), size: size) <= Self.column {
        lines[lines.count - 1] = longer
      } else {
        lines.append([part])
      }
    }
    return lines
  }

  func label(of cluster: Diagram.Cluster) -> String {
    let beside = cluster.arguments.first.flatMap { $0.isEmpty ? nil : "&nbsp;" + DOTText.html($0) } ?? ""
    let below = cluster.arguments.dropFirst().map { line in
      "<TR><TD ALIGN=\"LEFT\">\(font(10, theme.ink, DOTText.html(line)))</TD></TR>"
    }
    return "<TABLE \(Self.plain)><TR><TD ALIGN=\"LEFT\">"
      + "\(font(10, theme.ink, "<B>\(DOTText.html(cluster.kind))</B>\(beside)"))</TD></TR>\(below.joined())"
      + "<TR><TD ALIGN=\"LEFT\">\(font(8.5, theme.dim, DOTText.html(cluster.name)))</TD></TR></TABLE>"
  }

  func legend(_ legend: Diagram.Legend) -> String {
    let shapes = Self.lines(legend.shapes, " ", size: Self.legendSize).map { $0.joined(separator: " ") }
    let steps = legend.scale == nil ? 0 : Self.stepWidth * Double(Diagram.Heat.allCases.count)
    let widest = shapes.reduce(steps) { max($0, Helvetica.width($1, size: Self.legendSize)) }
    let entries = legend.families
    let width = [entries.count <= 4 ? entries.count : 3, (entries.count + 1) / 2, 3].first { width in
      Self.widths(entries, inRow: width).reduce(0, +) <= Self.column
    }
    let inRow = max(width ?? 3, 1)
    var widths = Self.widths(entries, inRow: inRow)
    // A table shares what is left among all its columns: the last one takes it, so that no word leaves its colour.
    let left = max(widest - widths.reduce(0, +), 0)
    if let last = widths.indices.last { widths[last] += left }
    var rows: [String] = []
    for start in stride(from: 0, to: entries.count, by: inRow) {
      let cells = zip(entries[start...].prefix(inRow), widths).map { entry(for: $0, width: $1) }
      rows.append("<TR>\(cells.joined())</TR>")
    }
    let families = rows.isEmpty ? "" : line("<TABLE \(Self.spaced(1))>\(rows.joined())</TABLE>")
    let scale = legend.scale.map { line(font(Self.legendSize, theme.dim, $0)) + line(self.scale()) } ?? ""
    let meaning = shapes.map { line(font(Self.legendSize, theme.dim, DOTText.html($0))) }.joined()
    return "<TABLE \(Self.spaced(2))>\(families)\(scale)\(meaning)</TABLE>"
  }

  /// The width of a card with the air that the title has around it.
  private static let column = 190.0
  private static let legendSize = 8.5
  private static let stepWidth = 34.0
  /// A swatch with its padding.
  private static let swatchWidth = 9.0

  private static func spaced(_ padding: Int) -> String {
    "BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"\(padding)\""
  }

  /// How wide the columns of a legend are, each a swatch and a word.
  private static func widths(_ entries: [Diagram.Spine], inRow count: Int) -> [Double] {
    var widths = [Double](repeating: 0, count: min(count, entries.count))
    for (index, entry) in entries.enumerated() {
      let text = Helvetica.width(" \(word(for: entry))   ", size: legendSize)
      widths[index % count] = max(widths[index % count], swatchWidth + text + 2)
    }
    return widths
  }

  private static func word(for spine: Diagram.Spine) -> String {
    switch spine {
    case .family(let family): family.word
    case .block: "block"
    }
  }

  /// A line of the legend, which begins where the cards do.
  private func line(_ content: String) -> String {
    "<TR><TD WIDTH=\"8\"></TD><TD ALIGN=\"LEFT\">\(content)</TD></TR>"
  }

  private func entry(for spine: Diagram.Spine, width: Double) -> String {
    let look: String
    switch spine {
    case .family(let family):
      let frame = theme.framesSwatches ? " BORDER=\"1\" COLOR=\"\(theme.hairline)\"" : ""
      look = "\(frame) BGCOLOR=\"\(theme.color(of: family))\""
    case .block:
      look = " BORDER=\"2\" SIDES=\"LR\" COLOR=\"\(theme.block)\""
    }
    let swatch = "<TD WIDTH=\"7\" HEIGHT=\"9\" FIXEDSIZE=\"TRUE\"\(look)></TD>"
    let text = font(Self.legendSize, theme.dim, "&nbsp;\(Self.word(for: spine))&nbsp;&nbsp;&nbsp;")
    return "<TD><TABLE \(Self.plain)><TR>\(swatch)</TR></TABLE></TD>"
      + "<TD ALIGN=\"LEFT\" WIDTH=\"\(Int((width - Self.swatchWidth).rounded(.up)))\">\(text)</TD>"
  }

  private func scale() -> String {
    let steps = zip(Diagram.Heat.allCases, ["< 1 %", "1–5", "5–15", "15–40", "> 40 %"]).map { heat, text in
      let colors = theme.colors(of: heat)
      return "<TD WIDTH=\"\(Int(Self.stepWidth))\" HEIGHT=\"11\" BGCOLOR=\"\(colors.fill)\">"
        + "\(font(7.5, colors.text, DOTText.html(text)))</TD>"
    }
    return "<TABLE \(Self.plain)><TR>\(steps.joined())</TR></TABLE>"
  }

  // MARK: Text

  private func stacked(_ rows: String) -> String { "<TABLE \(Self.plain)>\(rows)</TABLE>" }

  /// A bold kind, then its arguments: browsers drop a plain space behind bold text.
  private func runs(_ runs: [Diagram.Run]) -> String { runs.map { run($0) }.joined(separator: "&nbsp;") }

  private func run(_ run: Diagram.Run) -> String {
    let text = DOTText.html(run.text)
    let color = run.style == .kind || run.style == .arguments ? theme.ink : theme.dim
    return font(run.style.size, color, run.style.isBold ? "<B>\(text)</B>" : text)
  }

  private func font(_ size: Double, _ color: String, _ content: String) -> String {
    let points = size == size.rounded() ? String(Int(size)) : String(size)
    return "<FONT POINT-SIZE=\"\(points)\" COLOR=\"\(color)\">\(content)</FONT>"
  }
}
