extension Diagnostic {
  /// A line below the picture, with the rows of its table already aligned.
  struct Footnote {
    enum Word: String {
      case why, help, fix, note
    }

    var word: Word
    var text: String
    var rows: [String] = []
  }

  /// What stands below the picture, in the order of reading: the reasons, the ways out, the changes that a machine can
  /// make, the way that led here.
  func footnotes(_ places: inout Places) -> [Footnote] {
    footnotes(.why, &places) + footnotes(.help, &places) + titles(&places) + footnotes(.note, &places)
  }

  private func titles(_ places: inout Places) -> [Footnote] {
    fixes.map { Footnote(word: .fix, text: places.text($0.title, about: primary.span.file)) }
  }

  private func footnotes(_ kind: Remark.Kind, _ places: inout Places) -> [Footnote] {
    remarks.filter { $0.kind == kind }.map { remark in
      Footnote(
        word: kind.word, text: places.text(remark.message, about: primary.span.file),
        rows: remark.table.map { rows(of: $0, &places) } ?? [])
    }
  }

  private func rows(of table: Table, _ places: inout Places) -> [String] {
    let cells = table.rows.map { row in
      row.map { places.text($0, about: primary.span.file) }
    }
    return alignedRows(cells, table.columns)
  }

  /// Everything the diagnostic says, as lines of plain text for a reader that draws no picture.
  func plainLines(_ places: inout Places) -> [String] {
    var lines = [message, primary.message].map { places.text($0, about: primary.span.file) }.filter { !$0.isEmpty }
    for note in footnotes(&places) {
      lines.append("\(note.word.rawValue): \(note.text)")
      lines += note.rows.map { "  " + $0 }
    }
    return lines
  }
}

extension Diagnostic.Remark.Kind {
  fileprivate var word: Diagnostic.Footnote.Word {
    switch self {
    case .why: .why
    case .help: .help
    case .note: .note
    }
  }
}
