/// The rows of a table as lines of text with their columns aligned.
///
///     32  conv b5, 5x5, pad same    b5 = 32
///     32  conv pool, 1x1            pool = 32
func alignedRows(_ rows: [[String]], _ columns: [Diagnostic.Table.Alignment]) -> [String] {
  let widths = columns.indices.map { column in
    rows.map { $0.indices.contains(column) ? $0[column].displayWidth : 0 }.max() ?? 0
  }
  return rows.map { row in
    var line = ""
    for (column, (cell, alignment)) in zip(row, columns).enumerated() {
      let blank = String(repeating: " ", count: widths[column] - cell.displayWidth)
      switch alignment {
      case .left: line += cell + blank
      case .right: line += blank + cell
      }
      line += String(repeating: " ", count: gap(after: column, in: columns))
    }
    return line.trimmingTrailingSpaces
  }
}

/// Two spaces; text beside text stands further apart the fewer the columns are.
private func gap(after column: Int, in columns: [Diagnostic.Table.Alignment]) -> Int {
  let isTextBesideText = columns[column...].prefix(2).allSatisfy { $0 == .left }
  return isTextBesideText ? min(max(7 - columns.count, 2), 4) : 2
}

extension String {
  package var trimmingTrailingSpaces: String {
    var end = utf8.endIndex
    while end > startIndex, utf8[utf8.index(before: end)] == UInt8(ascii: " ") { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
