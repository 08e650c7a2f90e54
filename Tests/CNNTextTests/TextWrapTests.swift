import Testing

@testable import CNNText

@Suite struct TextWrapTests {
  @Test func breaksAtSpacesAndKeepsCode() {
    let expected: [(text: String, width: Int, hanging: Int, lines: [String])] = [
      ("", 10, 0, [""]),
      ("fits as  it  is ", 16, 0, ["fits as  it  is "]),
      ("one two three", 8, 0, ["one two", "three"]),
      ("one two three", 7, 2, ["one two", "three"]),
      ("one two three four", 9, 4, ["one two", "three", "four"]),
      ("say `a b c` now", 9, 0, ["say", "`a b c`", "now"]),
      ("say `a b c`, now", 9, 0, ["say", "`a b c`,", "now"]),
      ("`a b` and ` more", 6, 0, ["`a b`", "and `", "more"]),
      ("`long code here`", 8, 0, ["`long", "code", "here`"]),
      ("abcdefghij", 4, 0, ["abcd", "efgh", "ij"]),
      ("ab cdefghij k", 4, 0, ["ab", "cdef", "ghij", "k"]),
      ("漢字漢字漢", 5, 0, ["漢字", "漢字", "漢"]),
      ("   7  row of a table", 12, 2, ["   7  row of", "a table"]),
      ("          wide", 8, 0, ["    wide"]),
    ]
    for (text, width, hanging, lines) in expected {
      #expect(wrap(text, width: width, hanging: hanging) == lines, "\(text), \(width) columns")
    }
  }

  @Test func noWordIsLostAndNoLineIsTooWide() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<1000 {
      let count = Int.random(in: 0...40, using: &random)
      let text = (0..<count).map { _ in random.pick(["a", "bcd", "efghijklmnop", "`", "`x y`", "漢字", " "]) }
        .joined(separator: random.pick(["", " "]))
      let width = Int.random(in: 6...30, using: &random)
      let hanging = Int.random(in: 0...4, using: &random)
      let lines = wrap(text, width: width, hanging: hanging)
      let letters = { (text: String) in text.filter { $0 != " " } }
      #expect(letters(lines.joined()) == letters(text), "\(text)")
      for (index, line) in lines.enumerated() {
        #expect(line.displayWidth <= (index == 0 ? width : width - hanging), "\(text): \(line)")
      }
    }
  }
}
