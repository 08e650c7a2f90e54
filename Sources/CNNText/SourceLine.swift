/// A line of a file as a terminal shows it: what is printed, and in which column each byte comes to stand. Columns
/// count from 0.
struct SourceLine {
  /// One scalar.
  private struct Cell {
    let bytes: Range<Int>
    let columns: Range<Int>
    let text: String
  }

  private var cells: [Cell] = []
  private var width = 0
  private let isCutBefore: Bool
  private let isCutAfter: Bool

  /// - Parameters:
  ///   - line: the bytes of the line in the file.
  ///   - offset: the byte of interest; of an endless line, only what surrounds it is looked at.
  init(_ file: SourceFile, _ line: Range<Int>, near offset: Int) {
    let bytes = surroundings(of: offset, in: line, of: file)
    isCutBefore = bytes.lowerBound > line.lowerBound
    isCutAfter = bytes.upperBound < line.upperBound

    var source = file.bytes[bytes].makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var offset = bytes.lowerBound
    decoding: while true {
      switch parser.parseScalar(from: &source) {
      case .valid(let encoded):
        append(Unicode.UTF8.decode(encoded), at: offset..<offset + encoded.count)
        offset += encoded.count
      case .error(let length):
        append("\u{FFFD}", at: offset..<offset + length)
        offset += length
      case .emptyInput:
        break decoding
      }
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar, at bytes: Range<Int>) {
    let isByteOrderMark = bytes.lowerBound == 0 && scalar == "\u{FEFF}"
    if isByteOrderMark { return }
    let end = width + scalar.displayWidth
    cells.append(Cell(bytes: bytes, columns: width..<end, text: scalar.printable))
    width = end
  }

  /// The columns that a range of bytes takes, at least one: an empty range shows where something is missing.
  func columns(of bytes: Range<Int>) -> Range<Int> {
    let start = cells.first { $0.bytes.upperBound > bytes.lowerBound }?.columns.lowerBound ?? width
    let end = cells.last { $0.bytes.lowerBound < bytes.upperBound }?.columns.upperBound ?? 0
    return start..<max(start + 1, end)
  }
}

extension SourceLine {
  /// What fits of a line into the room there is.
  struct View {
    let text: String
    /// The columns of the line that are seen.
    let columns: Range<Int>
    /// How far they moved to the right.
    let shift: Int

    func shows(startOf columns: Range<Int>) -> Bool { self.columns.contains(columns.lowerBound) }

    /// Where columns of the line are seen.
    func position(of columns: Range<Int>) -> Range<Int> {
      let seen = columns.clamped(to: self.columns)
      return seen.lowerBound + shift..<seen.upperBound + shift
    }
  }

  /// The surroundings of the first of `marks`, with as many of the others as find room beside it.
  func view(of marks: [Range<Int>], room: Int) -> View {
    let end = marks.reduce(width) { max($0, $1.upperBound) }
    if !isCutBefore, !isCutAfter, end <= room { return view(of: 0..<end) }

    let focus = focus(of: marks, widest: room - 2 * dots.count)
    let atOneSide = room - dots.count
    if !isCutBefore, focus.upperBound <= atOneSide {
      return view(of: 0..<atOneSide, dotsAfter: true)
    }
    if !isCutAfter, focus.lowerBound >= end - atOneSide {
      return view(of: end - atOneSide..<end, dotsBefore: true)
    }
    let inBetween = room - 2 * dots.count
    let start = max(focus.lowerBound - (inBetween - focus.count) / 2, 0)
    return view(of: start..<start + inBetween, dotsBefore: true, dotsAfter: true)
  }

  /// The first mark and what follows it, as far as `widest` columns reach.
  private func focus(of marks: [Range<Int>], widest: Int) -> Range<Int> {
    let start = marks.first?.lowerBound ?? 0
    let ends = marks.map(\.upperBound).filter { $0 <= start + widest }
    return start..<(ends.max() ?? start + widest)
  }

  private func view(of columns: Range<Int>, dotsBefore: Bool = false, dotsAfter: Bool = false) -> View {
    let whole = cells.filter { $0.columns.clamped(to: columns) == $0.columns }
    // A mark that combines with a character out of sight would land on the dots.
    let seen = whole.drop { dotsBefore && $0.columns.isEmpty }
    // A wide character across an edge is out of sight, so that what is seen may be narrower than what was asked for.
    let start = seen.first?.columns.lowerBound ?? columns.lowerBound
    let end = (dotsAfter ? seen.last?.columns.upperBound : nil) ?? columns.upperBound
    let before = dotsBefore ? dots : ""
    let after = dotsAfter ? dots : ""
    let text = before + seen.map(\.text).joined() + after
    return View(text: text.trimmingTrailingSpaces, columns: start..<max(start, end), shift: before.count - start)
  }
}

private let dots = "..."

/// Where a line is longer than this, nobody counts its columns from the start.
private let longestLine = 4096
private let reach = 1024

/// The bytes of a line that may come into sight around an offset, cut between scalars.
private func surroundings(of offset: Int, in line: Range<Int>, of file: SourceFile) -> Range<Int> {
  guard line.count > longestLine else { return line }
  let isNearStart = offset - reach <= line.lowerBound
  let isNearEnd = offset + reach >= line.upperBound
  let start = isNearStart ? line.lowerBound : file.scalarBoundary(from: offset - reach)
  let end = isNearEnd ? line.upperBound : file.scalarBoundary(from: offset + reach)
  return start..<end
}

extension SourceFile {
  /// The first offset from here on where a scalar begins; in bytes that are not UTF-8, some offset close by.
  fileprivate func scalarBoundary(from offset: Int) -> Int {
    let isContinuation = { (byte: UInt8) in byte & 0xC0 == 0x80 }
    let next = bytes[offset...].prefix(4).firstIndex { !isContinuation($0) }
    return next ?? offset
  }
}
