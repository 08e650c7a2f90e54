/// The lines of one diagnostic. They agree on the width of the gutter and on the colour of the severity.
struct DiagnosticDrawing {
  let severity: Diagnostic.Severity
  /// How many digits the widest line number has.
  let numberWidth: Int
  /// The columns before the source.
  let margin: Int

  /// Diagnostics wrap here, on every terminal.
  static let lineWidth = 100

  /// `error[code]: message`
  func headline(_ code: DiagnosticCode, _ message: String) -> [StyledLine] {
    var line = StyledLine()
    line.append("\(severity.rawValue)[\(code.rawValue)]", severityStyle)
    line.append(": ")
    return paragraph(message, after: line)
  }

  /// `net.cnn:4:17: error: message [code]`, never broken.
  func compilerLine(_ place: String, _ code: DiagnosticCode, _ message: String) -> StyledLine {
    var line = StyledLine()
    line.append("\(place.printable): ")
    line.append(severity.rawValue, severityStyle)
    line.append(": \(message.printable) [\(code.rawValue)]")
    return line
  }

  /// The place, the lines of source, and below each its marks.
  func block(_ block: Snippet.Block) -> [StyledLine] { [arrow(block.place)] + lines(of: block) }

  /// The lines of source, and below each its marks.
  func lines(of block: Snippet.Block) -> [StyledLine] {
    block.lines.flatMap { [source($0)] + underlines($0.marks) }
  }

  /// `  = help: text`, and the rows of its table indented by twice the margin.
  func footnote(_ footnote: Diagnostic.Footnote) -> [StyledLine] {
    var line = StyledLine(spaces: numberWidth + 1)
    line.append("=", .gutter)
    line.append(" ")
    line.append(footnote.word.rawValue, style(of: footnote.word))
    line.append(": ")
    return paragraph(footnote.text, after: line) + footnote.rows.flatMap(row)
  }

  private var severityStyle: Style {
    switch severity {
    case .error: .error
    case .warning: .warning
    }
  }

  private func style(of word: Diagnostic.Footnote.Word) -> Style? {
    switch word {
    case .why, .note: nil
    case .help, .fix: .remedy
    }
  }
}

extension DiagnosticDrawing {
  /// ` --> path:line:column`, never broken: terminals and editors open what they find here.
  private func arrow(_ place: String) -> StyledLine {
    var line = StyledLine(spaces: numberWidth)
    line.append("-->", .gutter)
    line.append(" " + place.printable)
    return line
  }

  /// `12 |   conv 64, 3x3`
  private func source(_ source: Snippet.Line) -> StyledLine {
    let number = String(source.number)
    var line = StyledLine(spaces: numberWidth - number.count)
    line.append(number, .reference)
    line.append(" |", .gutter)
    if !source.text.isEmpty { line.append(" " + source.text) }
    return line
  }

  /// The gutter below a line of source, up to one of its columns.
  private func gutter(upTo column: Int) -> StyledLine {
    var line = StyledLine(spaces: numberWidth)
    line.append(" |", .gutter)
    line.append(spaces: 1 + column)
    return line
  }

  /// `   |    ---    ^^^^ label`: a line for every mark that has something to say, the silent ones before it beside it.
  private func underlines(_ marks: [Snippet.Mark]) -> [StyledLine] {
    var lines: [StyledLine] = []
    var rest = marks[...]
    while var last = rest.popFirst() {
      var line = gutter(upTo: last.columns.lowerBound)
      underline(last, &line)
      while last.label.isEmpty, let next = rest.first, next.columns.lowerBound > last.columns.upperBound {
        line.append(spaces: next.columns.lowerBound - last.columns.upperBound)
        underline(next, &line)
        last = next
        rest.removeFirst()
      }
      lines += label(of: last, beside: line)
    }
    return lines
  }

  private func underline(_ mark: Snippet.Mark, _ line: inout StyledLine) {
    line.append(String(repeating: mark.isPrimary ? "^" : "-", count: mark.columns.count), style(of: mark))
  }

  private func style(of mark: Snippet.Mark) -> Style { mark.isPrimary ? severityStyle : .reference }

  /// The label stands beside its underline, or below it where the room there is too small.
  private func label(of mark: Snippet.Mark, beside underline: StyledLine) -> [StyledLine] {
    guard !mark.label.isEmpty else { return [underline] }
    let room = Self.lineWidth - margin
    let wanted = min(mark.label.displayWidth, 40)
    let beside = mark.columns.upperBound + 1
    if wanted <= room - beside {
      var line = underline
      line.append(" ")
      return paragraph(mark.label, style(of: mark), after: line, then: gutter(upTo: beside))
    }
    let below = gutter(upTo: min(mark.columns.lowerBound, room - wanted))
    return [underline] + paragraph(mark.label, style(of: mark), after: below, then: below)
  }

  private func row(_ text: String) -> [StyledLine] {
    let indentation = 2 * margin
    let further = 4
    let lines = wrap(text.printable, width: Self.lineWidth - indentation, hanging: further)
    return lines.enumerated().map { index, text in
      var line = StyledLine(spaces: index == 0 ? indentation : indentation + further)
      line.append(text)
      return line
    }
  }

  /// A text that starts after `first` and goes on, where it wraps, after `next`, which is blank unless told otherwise.
  private func paragraph(
    _ text: String, _ style: Style? = nil, after first: StyledLine, then next: StyledLine? = nil
  ) -> [StyledLine] {
    let next = next ?? StyledLine(spaces: first.width)
    return wrap(text.printable, width: Self.lineWidth - first.width).enumerated().map { index, text in
      var line = index == 0 ? first : next
      line.append(text, style)
      return line
    }
  }
}
