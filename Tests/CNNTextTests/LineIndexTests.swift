import CNNText
import Testing

@Suite struct LineIndexTests {
  @Test func countsLinesAndColumns() {
    let expected: [(text: String, offset: UInt32, line: Int, column: Int)] = [
      ("", 0, 1, 1), ("ab", 0, 1, 1), ("ab", 2, 1, 3), ("ab", 99, 1, 3),
      ("a\nb", 1, 1, 2), ("a\nb", 2, 2, 1), ("a\n", 2, 2, 1),
      ("a\r\nb", 1, 1, 2), ("a\r\nb", 3, 2, 1), ("a\rb", 2, 2, 1), ("a\r", 2, 2, 1), ("a\n\rb", 3, 3, 1),
      ("é\u{0301}漢🙂x", 11, 1, 5), ("\u{FEFF}ab", 3, 1, 1), ("\u{FEFF}ab", 4, 1, 2), ("x\n\u{FEFF}a", 5, 2, 1),
    ]
    for (text, offset, line, column) in expected {
      let index = LineIndex(SourceFile(path: "net.cnn", text: text))
      #expect(
        index.position(at: offset) == Position(line: line, column: column), "\(text.debugDescription) at \(offset)")
    }
  }

  /// The lines and the breaks between them are the file; every offset lies in the line the index says, as a plain walk
  /// over the bytes confirms.
  @Test func linesPartitionTheFile() {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<500 {
      let count = Int.random(in: 0...40, using: &random)
      let bytes = (0..<count).map { _ in random.pick(Array("ab\n\r".utf8)) }
      let index = LineIndex(SourceFile(path: "net.cnn", bytes: bytes))

      var line = 1
      for offset in 0...count {
        if offset > 0 {
          let isCarriageReturn = bytes[offset - 1] == UInt8(ascii: "\r")
          let isNewline = bytes[offset - 1] == UInt8(ascii: "\n")
          let newlineFollows = offset < count && bytes[offset] == UInt8(ascii: "\n")
          if isNewline || isCarriageReturn && !newlineFollows { line += 1 }
        }
        #expect(index.line(at: UInt32(offset)) == line, "\(bytes) at \(offset)")
      }

      var end = 0
      for number in 1...line {
        let range = index.range(ofLine: number)
        #expect(bytes[end..<range.lowerBound].allSatisfy { $0 == 10 || $0 == 13 }, "\(bytes)")
        #expect(bytes[range].allSatisfy { $0 != 10 && $0 != 13 }, "\(bytes)")
        #expect(index.position(at: UInt32(range.lowerBound)) == Position(line: number, column: 1), "\(bytes)")
        #expect(index.text(ofLine: number).utf8.elementsEqual(bytes[range]), "\(bytes)")
        end = range.upperBound
      }
      #expect(bytes[end...].allSatisfy { $0 == 10 || $0 == 13 }, "\(bytes)")
    }
  }

  @Test func anyBytesHaveAPosition() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let index = LineIndex(SourceFile(path: "net.cnn", bytes: bytes))
      var last = Position(line: 1, column: 1)
      for offset in 0...UInt32(bytes.count + 2) {
        let position = index.position(at: offset)
        #expect((last.line, last.column) <= (position.line, position.column), "\(bytes) at \(offset)")
        last = position
      }
    }
  }
}
