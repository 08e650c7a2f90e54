import CNNLayers
import CNNText

/// A report for a terminal: the title, a row for every line of the model, and the totals.
struct ReportText {
  private let table: ReportTable
  private let options: ReportOptions
  private let phrases: [LayerPhrase]
  private let columns: ReportColumns

  init(_ table: ReportTable, _ options: ReportOptions) {
    self.table = table.legible(ascii: options.ascii)
    self.options = options
    phrases = self.table.rows.map { LayerPhrase($0) }
    columns = ReportColumns(self.table.rows, phrases, options)
  }

  var printed: String {
    var rule = StyledLine()
    rule.append(String(repeating: "─", count: columns.width), .quiet)
    var lines = title + [StyledLine(), header, rule]
    for (row, phrase) in zip(table.rows, phrases) { lines.append(line(row, phrase)) }
    lines.append(StyledLine())
    for text in ReportTotals(table, options).lines {
      var line = StyledLine()
      line.append(text)
      lines.append(line)
    }
    var output = ""
    for line in lines {
      (options.ascii ? line.map(\.spelledInASCII) : line).write(to: &output, color: options.color)
    }
    return output
  }

  /// `MNIST  28x28x1 to 10`
  private var title: [StyledLine] {
    let width = max(options.width, ReportOptions.narrowest)
    let shapes = table.signature(options.layout)
    var line = StyledLine()
    line.append(table.model.cut(to: width - 1), .kind)
    if line.width + 2 + shapes.count <= width {
      line.append("  " + shapes)
      return [line]
    }
    return [line]
      + wrap(shapes, width: width - 2).map { text in
        var line = StyledLine(spaces: 2)
        line.append(text)
        return line
      }
  }

  private var header: StyledLine {
    let exact = columns.hasExactNumbers
    var text = "name".padded(to: columns.name + 2) + "layer".padded(to: columns.layer + 2)
    text += "output".padded(to: columns.output)
    text += gap + (exact ? "parameters" : "params").padded(before: columns.parameters)
    text += gap + (exact ? "multiply-adds" : "macs").padded(before: columns.macs)
    if columns.hasField { text += gap + "field".padded(before: columns.field) }
    var line = StyledLine()
    line.append(text + "  " + shareTitle, .quiet)
    return line
  }

  private var gap: String { String(repeating: " ", count: columns.numberGap) }

  private var shareTitle: String {
    guard columns.hasBar else { return "share".padded(before: columns.percentWidth) }
    let whole = "share of " + options.measure.words
    let room = columns.bar + (columns.hasPercent ? 2 + columns.percentWidth : 0)
    return columns.hasPercent && whole.count <= room ? whole : "share"
  }

  private func line(_ row: ReportTable.Row, _ phrase: LayerPhrase) -> StyledLine {
    var line = line(row, phrase, narrowed: false)
    // In ASCII `..` takes a cell more than the `…` it stands for and moves the rest of its line. Where that leads beyond
    // the edge, it takes the cell from the spaces behind it.
    if options.ascii, line.map(\.spelledInASCII).width > columns.width {
      line = self.line(row, phrase, narrowed: true)
    }
    return row.level > 0 ? line.uniform(.quiet) : line
  }

  private func line(_ row: ReportTable.Row, _ phrase: LayerPhrase, narrowed: Bool) -> StyledLine {
    func space(after text: String) -> Int { narrowed ? 2 - text.unicodeScalars.count { $0 == "…" } : 2 }
    let name = row.nameCell(width: columns.name)
    // Two `..` at most, before and behind a layer; one space has to stay.
    let fitted = phrase.fitted(to: columns.layer - (narrowed ? 1 : 0))
    let rest = columns.layer - fitted.prefix.displayWidth - fitted.kind.displayWidth
    var line = StyledLine()
    line.append(name.padded(to: columns.name + space(after: name)), .name)
    line.append(fitted.prefix)
    line.append(fitted.kind, .kind)
    line.append(fitted.rest.padded(to: rest + space(after: fitted.prefix + fitted.kind + fitted.rest)))
    line.append(output(row))
    line.append(gap + number(row.costs.parameters).padded(before: columns.parameters))
    let work = row.work == nil ? number(row.costs.multiplyAdds) : row.workText
    line.append(gap + work.padded(before: columns.macs))
    if columns.hasField, !row.field.text.isEmpty {
      line.append(gap)
      line.append(row.field.text.padded(before: columns.field) + "  ", .quiet)
    } else {
      line.append(spaces: columns.hasField ? columns.numberGap + columns.field + 2 : 2)
    }
    if let share = row.share { append(share, to: &line) }
    return line
  }

  /// In ASCII what stands for the cut takes a cell more.
  private func output(_ row: ReportTable.Row) -> String {
    let text = row.output?.text(options.layout) ?? ""
    let isCut = text.displayWidth > columns.output
    let shown = isCut ? text.cut(to: columns.output - (options.ascii ? 1 : 0)) : text
    return shown + String(repeating: " ", count: isCut ? 0 : columns.output - text.displayWidth)
  }

  /// Zero is blank.
  private func number(_ number: Int64) -> String {
    number == 0 ? "" : columns.hasExactNumbers ? number.grouped : number.short
  }

  /// The bar, and the percent beside it or in its place.
  private func append(_ share: Share, to line: inout StyledLine) {
    let percent = share.percent.padded(before: columns.percentWidth)
    guard columns.hasBar else { return line.append(percent) }
    let bar = bar(share)
    // What makes a bar a long one is its cells, one that is only begun among them: 40 % of the column, rounded up.
    line.append(bar, bar.count * 10 >= columns.bar * 4 ? .longBar : .bar)
    if columns.hasPercent {
      line.append(spaces: columns.bar - bar.count + 2)
      line.append(percent)
    }
  }

  /// In eighths of a cell, at least one; in ASCII whole cells, or a point.
  private func bar(_ share: Share) -> String {
    if options.ascii {
      let cells = share.rounded(pieces: columns.bar)
      return cells == 0 ? "." : String(repeating: "#", count: cells)
    }
    let eighths = max(share.rounded(pieces: columns.bar * 8), 1)
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}

extension ReportTable {
  /// `28x28x1 to 10`
  func signature(_ layout: ReportOptions.Layout) -> String {
    [inputs, outputs].filter { !$0.isEmpty }.map { shapes in
      shapes.map { $0.text(layout) }.joined(separator: ", ")
    }.joined(separator: " to ")
  }
}

extension String {
  /// The signs of a report for terminals that have only ASCII.
  fileprivate var spelledInASCII: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "…": text += ".."
      case "×": text += "x"
      case "─": text += "-"
      case _: text.unicodeScalars.append(scalar)
      }
    }
  }

  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - displayWidth, 0)) }

  func padded(before width: Int) -> String { String(repeating: " ", count: max(width - displayWidth, 0)) + self }
}
