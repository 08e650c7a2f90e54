import CNNText

extension Explanation {
  /// What the longest line of an explanation takes.
  public static let columns = 81

  /// The explanation as text.
  ///
  /// - Parameters:
  ///   - columns: The width to keep to; narrower terminals pass their own.
  ///   - color: Whether names and headers have a colour.
  public func text(columns: Int = Explanation.columns, color: Bool = false) -> String {
    sections.map { section in
      switch section {
      case .paragraph(let sentences): sentences.flatMap { wrap($0.printable, width: columns) }.joined(separator: "\n")
      case .table(let table): TableText(table, columns: columns, color: color).text
      }
    }.joined(separator: "\n\n") + "\n"
  }
}

/// A table laid out: cells that are too wide go on in the lines below.
private struct TableText {
  private let table: Explanation.Table
  private let widths: [Int]
  private let gaps: [Int]
  /// The title has a line of its own where the first column became too narrow for it.
  private let isTitleApart: Bool
  private let color: Bool

  init(_ table: Explanation.Table, columns: Int, color: Bool) {
    self.table = table
    self.color = color
    var widths = table.columns.indices.map { column in
      let cells = table.rows.flatMap { row in
        row.indices.contains(column) ? Self.lines(row[column]).map(\.displayWidth) : [0]
      }
      return max(cells.max() ?? 0, table.columns[column].header.displayWidth)
    }
    if let title = table.title { widths[0] = max(widths[0], title.displayWidth - 2) }
    let used = table.columns.indices.filter { widths[$0] > 0 }
    var gaps = table.columns.indices.map { used.contains($0) && $0 != used.last ? table.columns[$0].gap : 0 }
    var excess = 2 + gaps.reduce(0, +) + widths.reduce(0, +) - columns
    for column in table.columns.indices where excess > 0 && gaps[column] > 2 {
      let taken = min(excess, gaps[column] - 2)
      gaps[column] -= taken
      excess -= taken
    }
    if let title = table.title, excess > 0, let minimum = table.columns[0].minimum, title.displayWidth - 2 > minimum {
      isTitleApart = widths[0] - excess < title.displayWidth - 2
    } else {
      isTitleApart = false
    }
    self.gaps = gaps
    for column in table.columns.indices.reversed() where excess > 0 {
      guard let minimum = table.columns[column].minimum else { continue }
      let taken = min(excess, max(0, widths[column] - minimum))
      widths[column] -= taken
      excess -= taken
    }
    self.widths = widths
  }

  var text: String {
    var lines = header
    for row in table.rows { lines += self.lines(of: row) }
    return lines.joined(separator: "\n")
  }

  private var header: [String] {
    guard table.title != nil || table.columns.contains(where: { !$0.header.isEmpty }) else { return [] }
    var cells = table.columns.map { $0.header }
    var indent = 2
    guard let title = table.title else { return [line(cells, indent: indent, isHeader: true)] }
    if isTitleApart { return [styled(title, 0, true), line(cells, indent: indent, isHeader: true)] }
    cells[0] = title
    indent = 0
    return [line(cells, indent: indent, isHeader: true)]
  }

  private func lines(of row: [String]) -> [String] {
    let cells = table.columns.indices.map { column in
      (row.indices.contains(column) ? Self.lines(row[column]) : [""]).flatMap {
        wrap($0.printable, width: max(widths[column], 1))
      }
    }
    let height = cells.map(\.count).max() ?? 1
    return (0..<height).map { index in
      line(cells.map { $0.indices.contains(index) ? $0[index] : "" }, indent: 2, isHeader: false)
    }
  }

  /// The lines that a cell has of its own.
  private static func lines(_ cell: String) -> [String] {
    cell.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func line(_ cells: [String], indent: Int, isHeader: Bool) -> String {
    var line = ""
    var blanks = indent
    for (column, cell) in cells.enumerated() where widths[column] > 0 {
      let width = widths[column] + (column == 0 ? 2 - indent : 0)
      let free = max(0, width - cell.displayWidth)
      let isRight = table.columns[column].alignment == .right
      if isRight { blanks += free }
      if !cell.isEmpty {
        line += String(repeating: " ", count: blanks) + styled(cell, column, isHeader)
        blanks = 0
      } else {
        blanks += isRight ? 0 : cell.displayWidth
      }
      blanks += (isRight ? 0 : free) + gaps[column]
    }
    return line
  }

  private func styled(_ cell: String, _ column: Int, _ isHeader: Bool) -> String {
    guard color else { return cell }
    if isHeader { return "\u{1B}[2m\(cell)\u{1B}[0m" }
    switch table.columns[column].role {
    case .name: return "\u{1B}[36m\(cell)\u{1B}[0m"
    case .plain: return cell
    }
  }
}
