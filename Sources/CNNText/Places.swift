/// Turns spans into what people read. Keeps the line index of every file it was asked about.
struct Places {
  let sources: SourceSet
  private var indexes: [FileID: LineIndex] = [:]

  init(_ sources: SourceSet) {
    self.sources = sources
  }

  mutating func lines(of file: FileID) -> LineIndex {
    if let index = indexes[file] { return index }
    let index = LineIndex(sources[file])
    indexes[file] = index
    return index
  }

  mutating func start(of span: Span) -> Position { lines(of: span.file).position(at: span.start) }
  mutating func end(of span: Span) -> Position { lines(of: span.file).position(at: span.end) }

  /// `line:column`
  mutating func point(_ span: Span) -> String {
    let start = start(of: span)
    return "\(start.line):\(start.column)"
  }

  /// `path:line:column`
  mutating func place(_ span: Span) -> String { "\(sources[span.file].path):\(point(span))" }

  /// A message of a diagnostic about `file`, in plain characters.
  mutating func text(_ message: Message, about file: FileID) -> String {
    message.text { fragment in
      switch fragment {
      case .text(let text): text
      case .place(let span): place(span)
      case .point(let span): span.file == file ? point(span) : place(span)
      }
    }
  }
}
