/// Diagnostics as JSON, with every place looked up. Lines and columns count from 1, byte offsets from 0; ends are
/// exclusive.
struct DiagnosticDescriber {
  private var places: Places

  init(_ sources: SourceSet) {
    places = Places(sources)
  }

  mutating func describe(_ diagnostic: Diagnostic) -> JSON {
    let file = diagnostic.primary.span.file
    let head: [(String, JSON)] = [
      ("code", .string(diagnostic.code.rawValue)),
      ("severity", .string(diagnostic.severity.rawValue)),
      ("message", text(diagnostic.message, about: file)),
    ]
    let remarks = diagnostic.footnotes(&places).filter { $0.word != .fix }
    let tail: [(String, JSON)] = [
      ("related", .array(diagnostic.secondary.map { .object(describe($0, about: file)) })),
      ("remarks", .array(remarks.map(describe))),
      ("fixes", .array(diagnostic.fixes.map { describe($0, about: file) })),
    ]
    return .object(head + describe(diagnostic.primary, about: file) + tail)
  }

  private mutating func describe(_ label: Diagnostic.Label, about file: FileID) -> [(String, JSON)] {
    location(label.span) + [("label", text(label.message, about: file))]
  }

  private func describe(_ remark: Diagnostic.Footnote) -> JSON {
    [
      "kind": .string(remark.word.rawValue),
      "message": .string(remark.text),
      "table": .array(remark.rows.map { .string($0) }),
    ]
  }

  private mutating func describe(_ fix: Diagnostic.Fix, about file: FileID) -> JSON {
    [
      "title": text(fix.title, about: file), "safe": .bool(fix.certainty == .safe),
      "edits": .array(fix.edits.map { describe($0) }),
    ]
  }

  private mutating func describe(_ edit: Diagnostic.Fix.Edit) -> JSON {
    .object(
      location(edit.span) + [
        ("startByte", JSON(Int(edit.span.start))),
        ("endByte", JSON(Int(edit.span.end))),
        ("replacement", .string(edit.replacement)),
      ])
  }

  private mutating func location(_ span: Span) -> [(String, JSON)] {
    let (start, end) = (places.start(of: span), places.end(of: span))
    return [
      ("file", .string(places.sources[span.file].path)),
      ("line", JSON(start.line)),
      ("column", JSON(start.column)),
      ("endLine", JSON(end.line)),
      ("endColumn", JSON(end.column)),
    ]
  }

  private mutating func text(_ message: Message, about file: FileID) -> JSON {
    .string(places.text(message, about: file))
  }
}
