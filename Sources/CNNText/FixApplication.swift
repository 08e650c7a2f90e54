extension Diagnostic {
  /// The change to make for it: the first that is certain, or, where guesses are wanted, the first.
  public func fix(withGuesses: Bool) -> Fix? { fixes.first { withGuesses || $0.certainty == .safe } }
}

extension SourceFile {
  /// The bytes of the file with some changes made.
  public struct Mended: Sendable {
    public let bytes: [UInt8]
    /// How many changes were made.
    public let count: Int
    /// The same as a unified diff, empty where nothing changed.
    public let diff: String
  }

  /// The file with some fixes made. Where two touch the same place the later one waits for another run.
  public func applying(_ fixes: [Diagnostic.Fix]) -> Mended {
    var taken: [Diagnostic.Fix.Edit] = []
    var count = 0
    for fix in fixes where fix.edits.allSatisfy({ $0.span.file == id }) {
      let collides = fix.edits.contains { edit in
        taken.contains { edit.span.start <= $0.span.end && $0.span.start <= edit.span.end }
      }
      if collides { continue }
      taken += fix.edits
      count += 1
    }
    taken.sort { $0.span < $1.span }
    return Mended(bytes: replacing(taken, in: 0..<bytes.count), count: count, diff: diff(taken))
  }

  /// A part of the file with edits made, which are in order and lie in it.
  private func replacing(_ edits: [Diagnostic.Fix.Edit], in range: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    var position = range.lowerBound
    for edit in edits {
      result += bytes[position..<Int(edit.span.start)]
      result += Array(edit.replacement.utf8)
      position = Int(edit.span.end)
    }
    return result + bytes[position..<range.upperBound]
  }

  // MARK: - Diff

  /// Lines around a change that are shown with it.
  private static let context = 3

  /// Some lines that change together, with the edits in them.
  private struct Hunk {
    var lines: ClosedRange<Int>
    var edits: [Diagnostic.Fix.Edit]
  }

  private func diff(_ edits: [Diagnostic.Fix.Edit]) -> String {
    if edits.isEmpty { return "" }
    let index = LineIndex(self)
    var hunks: [Hunk] = []
    for edit in edits {
      let lines = index.line(at: edit.span.start)...index.line(at: edit.span.end)
      if let end = hunks.indices.last, lines.lowerBound - hunks[end].lines.upperBound <= 2 * Self.context {
        hunks[end].lines = hunks[end].lines.lowerBound...max(hunks[end].lines.upperBound, lines.upperBound)
        hunks[end].edits.append(edit)
      } else {
        hunks.append(Hunk(lines: lines, edits: [edit]))
      }
    }
    var text = "--- \(path)\n+++ \(path)\n"
    var shift = 0
    for hunk in hunks {
      let (first, last) = (hunk.lines.lowerBound, hunk.lines.upperBound)
      let above = (max(first - Self.context, 1)..<first).map(index.text(ofLine:))
      let below = (last + 1..<max(min(last + Self.context, index.count), last) + 1).map(index.text(ofLine:))
      let old = hunk.lines.map(index.text(ofLine:))
      let range = index.range(ofLine: first).lowerBound..<index.range(ofLine: last).upperBound
      let new = Self.lines(replacing(hunk.edits, in: range))
      let (start, around) = (first - above.count, above.count + below.count)
      text += "@@ -\(start),\(old.count + around) +\(start + shift),\(new.count + around) @@\n"
      let parts = [(" ", above), ("-", old), ("+", new), (" ", below)]
      for (sign, lines) in parts { text += lines.map { sign + $0 + "\n" }.joined() }
      shift += new.count - old.count
    }
    return text
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map(String.init)
  }
}
