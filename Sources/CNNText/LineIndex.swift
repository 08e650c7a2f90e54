/// A place as people count it: both from 1, columns in Unicode scalars.
public struct Position: Hashable, Sendable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Where the lines of a file begin. Built when something has to be shown, so that a clean file never pays for it.
public struct LineIndex: Sendable {
  private let file: SourceFile
  /// Byte offsets of the first byte of every line.
  private let starts: [UInt32]
  /// Then a column is a difference of offsets, and nothing has to be decoded.
  private let isASCII: Bool

  public init(_ file: SourceFile) {
    self.file = file
    isASCII = file.bytes.allSatisfy { $0 < 0x80 }
    var starts: [UInt32] = [0]
    file.bytes.withUnsafeBufferPointer { bytes in
      var offset = 0
      while offset < bytes.count {
        let byte = bytes[offset]
        offset += 1
        if byte == UInt8(ascii: "\n") {
          starts.append(UInt32(offset))
        } else if byte == UInt8(ascii: "\r"), offset == bytes.count || bytes[offset] != UInt8(ascii: "\n") {
          starts.append(UInt32(offset))
        }
      }
    }
    self.starts = starts
  }

  /// How many lines there are; what ends the last of them begins no other.
  public var count: Int {
    starts.count > 1 && Int(starts[starts.count - 1]) == file.bytes.count ? starts.count - 1 : starts.count
  }

  /// The line (from 1) that holds a byte offset.
  public func line(at offset: UInt32) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// Line and column of a byte offset. A byte order mark takes no column.
  public func position(at offset: UInt32) -> Position {
    let line = line(at: offset)
    let range = Int(starts[line - 1])..<min(Int(offset), file.bytes.count)
    if isASCII { return Position(line: line, column: range.count + 1) }
    let prefix = range.isEmpty ? "" : file.text(range)
    let scalars = prefix.unicodeScalars
    let marks = scalars.first == "\u{FEFF}" ? 1 : 0
    return Position(line: line, column: scalars.count - marks + 1)
  }

  /// The byte range of a line (from 1) without its line break.
  public func range(ofLine line: Int) -> Range<Int> {
    let start = Int(starts[line - 1])
    var end = line < starts.count ? Int(starts[line]) : file.bytes.count
    while end > start, file.bytes[end - 1] == UInt8(ascii: "\n") || file.bytes[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    return start..<end
  }

  /// The text of a line (from 1) without its line break.
  public func text(ofLine line: Int) -> String { file.text(range(ofLine: line)) }
}
