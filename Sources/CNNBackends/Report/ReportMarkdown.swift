import CNNText

/// The rows of a report as a table for GitHub, with exact numbers, and its totals as a list.
func markdownReport(_ table: ReportTable, _ options: ReportOptions) -> String {
  var output = "## \(escaped(table.model))\n\n\(table.signature(options.layout))\n\n"
  output += "| name | layer | output | parameters | multiply-adds | field | share of \(options.measure.words) |\n"
  output += "| :-- | :-- | :-- | --: | --: | --: | --: |\n"
  for row in table.rows {
    let indentation = String(repeating: "&emsp;", count: row.level)
    let branch = String(repeating: "&emsp;", count: row.level + row.nesting) + (row.startsBranch ? "- " : "")
    let count = row.count > 1 ? " × \(row.count)" : ""
    let cells = [
      indentation + escaped(row.name),
      branch + escaped(row.stages.map(\.text).joined(separator: " | ")) + count,
      row.output.map { $0.text(options.layout) } ?? "", number(row.costs.parameters),
      row.work == nil ? number(row.costs.multiplyAdds) : escaped(row.workText),
      row.field.text, row.share?.percent ?? "",
    ]
    output += "| " + cells.joined(separator: " | ") + " |\n"
  }
  let total = table.total
  let symbols = table.sizes?.symbolNames ?? []
  let work = table.work.map { escaped($0.short(symbols)) } ?? total.multiplyAdds.grouped
  output += "| **total** | | | **\(total.parameters.grouped)** | **\(work)** | | |\n\n"
  let totals = ReportTotals(table, options)
  for item in totals.totals {
    let remarks = item.remarks.isEmpty ? "" : " (\(escaped(item.remarks.joined(separator: ", "))))"
    output += "- \(item.label): \(item.number)\(remarks)\n"
  }
  if let note = totals.note { output += "- \(escaped(note))\n" }
  return output
}

private func number(_ number: Int64) -> String { number == 0 ? "" : number.grouped }

/// Text that Markdown takes as it stands.
private func escaped(_ text: String) -> String {
  text.printable.reduce(into: "") { result, character in
    if "\\|`*_<>[]~&#".contains(character) { result.append("\\") }
    result.append(character)
  }
}
