extension SourceSet {
  /// Adds the files of another compilation, those that are not here yet, and gives its diagnostics their places among
  /// all of them.
  public mutating func merge(_ other: SourceSet, _ diagnostics: [Diagnostic]) -> [Diagnostic] {
    if diagnostics.isEmpty { return [] }
    let ids = other.files.map { file in
      self.file(at: file.path, with: file.bytes) ?? add(path: file.path, bytes: file.bytes).id
    }
    return diagnostics.map { diagnostic in
      diagnostic.mapSpans { Span(file: ids[Int($0.file.index)], start: $0.start, end: $0.end) }
    }
  }
}

extension Diagnostic {
  /// The same diagnostic with every span replaced.
  public func mapSpans(_ change: (Span) -> Span) -> Diagnostic {
    var result = self
    result.primary = primary.mapSpans(change)
    result.secondary = secondary.map { $0.mapSpans(change) }
    result.message = message.mapSpans(change)
    result.remarks = remarks.map { remark in
      let table = remark.table.map { table in
        Table(table.columns, table.rows.map { $0.map { $0.mapSpans(change) } })
      }
      return Remark(remark.kind, remark.message.mapSpans(change), table: table)
    }
    result.fixes = fixes.map { fix in
      Fix(fix.title.mapSpans(change), fix.edits.map { Fix.Edit(change($0.span), $0.replacement) }, fix.certainty)
    }
    return result
  }
}

extension Diagnostic.Label {
  fileprivate func mapSpans(_ change: (Span) -> Span) -> Self { Self(change(span), message.mapSpans(change)) }
}
