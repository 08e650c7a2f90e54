/// The source lines that a diagnostic speaks of and where its marks stand below them, in columns of the terminal:
/// everything about the picture except how it is drawn.
struct Snippet {
  struct Mark {
    /// Counted from 0, in the text of the line.
    let columns: Range<Int>
    let label: String
    let isPrimary: Bool
  }

  struct Line {
    let number: Int
    /// A part of the line, if it is too long. Marks too far apart for one part show the line twice.
    let text: String
    /// In the order of the source.
    let marks: [Mark]
  }

  /// What is shown of one file.
  struct Block {
    /// `path:line:column` of the first label that lies in it.
    let place: String
    let lines: [Line]
  }

  /// The file of the primary label comes first.
  let blocks: [Block]
  /// How many digits the largest line number has.
  let numberWidth: Int
  /// The columns before the source, as in `12 | `.
  let margin: Int

  /// - Parameter width: the columns that a line of the picture may take, its margin among them.
  init(of diagnostic: Diagnostic, in places: inout Places, width: Int) {
    let labels = [diagnostic.primary] + diagnostic.secondary
    let targets = labels.enumerated().map { rank, label in
      Target(label, rank: rank, text: places.text(label.message, about: diagnostic.primary.span.file), in: &places)
    }
    numberWidth = String(targets.map(\.line).max() ?? 1).count
    margin = numberWidth + 3
    let room = width - margin
    blocks = groupedByFile(targets).map { targets in
      let file = targets[0].span.file
      let excerpt = Excerpt(file: places.sources[file], index: places.lines(of: file), room: room)
      return Block(place: places.place(targets[0].span), lines: excerpt.lines(showing: targets))
    }
  }
}

/// A label whose place has been looked up.
private struct Target {
  let span: Span
  /// 0 is the primary label.
  let rank: Int
  let line: Int
  /// What the span covers of its line. A span over several lines is shown by its first.
  let bytes: Range<Int>
  let text: String

  init(_ label: Diagnostic.Label, rank: Int, text: String, in places: inout Places) {
    let index = places.lines(of: label.span.file)
    span = label.span
    self.rank = rank
    self.text = text
    line = index.line(at: span.start)
    bytes = (Int(span.start)..<Int(span.end)).clamped(to: index.range(ofLine: line))
  }

  /// That of the source.
  var order: (Int, Int, Int) { (bytes.lowerBound, bytes.upperBound, rank) }
}

/// The targets of each file, the files in the order in which they come up.
private func groupedByFile(_ targets: [Target]) -> [[Target]] {
  targets.reduce(into: []) { groups, target in
    if let group = groups.firstIndex(where: { $0[0].span.file == target.span.file }) {
      groups[group].append(target)
    } else {
      groups.append([target])
    }
  }
}

/// The shown lines of one file.
private struct Excerpt {
  let file: SourceFile
  let index: LineIndex
  let room: Int

  /// The lines of the targets in the order of the source. A single line between two of them is shown as well, unless it
  /// is blank: it costs what a sign for the gap would cost.
  func lines(showing targets: [Target]) -> [Snippet.Line] {
    // A file that could not be read has no line to show; its place says everything.
    let shown = targets.filter { !file.bytes.isEmpty || !$0.text.isEmpty }
    var rest = shown.sorted { $0.order < $1.order }[...]
    var lines: [Snippet.Line] = []
    while let number = rest.first?.line {
      if let last = lines.last, last.number == number - 2 { lines += lineBetween(number - 1) }
      let here = rest.prefix { $0.line == number }
      rest = rest.dropFirst(here.count)
      lines += parts(ofLine: number, showing: here)
    }
    return lines
  }

  private func lineBetween(_ number: Int) -> [Snippet.Line] {
    parts(ofLine: number, showing: []).filter { !$0.text.isEmpty }
  }

  /// The line, as often as it takes to show all targets.
  private func parts(ofLine number: Int, showing targets: ArraySlice<Target>) -> [Snippet.Line] {
    let range = index.range(ofLine: number)
    var parts: [Snippet.Line] = []
    var rest = targets
    repeat {
      let line = SourceLine(file, range, near: rest.first?.bytes.lowerBound ?? range.lowerBound)
      let columns = rest.map { line.columns(of: $0.bytes) }
      let view = line.view(of: columns, room: room)
      let count = max(columns.prefix { view.shows(startOf: $0) }.count, 1)
      let marks = zip(rest, columns).prefix(count).map { target, columns in
        Snippet.Mark(columns: view.position(of: columns), label: target.text, isPrimary: target.rank == 0)
      }
      parts.append(Snippet.Line(number: number, text: view.text, marks: marks))
      rest = rest.dropFirst(count)
    } while !rest.isEmpty
    return parts
  }
}
