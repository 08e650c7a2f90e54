import CNNText
import Testing

/// What the mock-ups do not show: several marks on a line, several files, lines that are too long, odd characters.
@Suite struct DiagnosticPictureTests {
  /// The picture below the headline of a diagnostic with these labels, the first of which is the primary one.
  private func picture(_ sources: TestSources, _ labels: [(Span, Message)]) -> [String] {
    let diagnostic = Diagnostic(
      .unknownName, "m", at: labels[0].0, labels[0].1,
      secondary: labels.dropFirst().map { Diagnostic.Label($0, $1) })
    return Array(sources.lines([diagnostic]).dropFirst())
  }

  @Test func everyLabelOnALineHasARowOfItsOwn() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "  conv1: conv 96, 11x11\n")
    let picture = picture(sources, [(file.span(1, 19, 5), "this"), (file.span(1, 3, 5), "named here")])
    #expect(
      picture == [
        " --> net.cnn:1:19",
        "1 |   conv1: conv 96, 11x11",
        "  |   ----- named here",
        "  |                   ^^^^^ this",
      ])
  }

  @Test func aSilentMarkSharesTheRowOfTheNext() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "  conv1: conv 96, 11x11\n")
    let picture = picture(sources, [(file.span(1, 19, 5), "this"), (file.span(1, 3, 5), ""), (file.span(1, 5, 1), "")])
    #expect(
      picture == [
        " --> net.cnn:1:19",
        "1 |   conv1: conv 96, 11x11",
        "  |   -----",
        "  |     -             ^^^^^ this",
      ])
  }

  @Test func otherFilesFollowUnderTheirOwnPlace() {
    var sources = TestSources()
    let main = sources.add("main.cnn", [3: "import \"b.cnn\"", 4: "block stem {"])
    let other = sources.add("b.cnn", [12: "block stem {"])
    let labels: [(Span, Message)] = [
      (main.span(4, 7, 4), "again"), (other.span(12, 7, 4), "first here"), (main.span(3, 8, 7), "imported"),
    ]
    #expect(
      picture(sources, labels) == [
        "  --> main.cnn:4:7",
        " 3 | import \"b.cnn\"",
        "   |        ------- imported",
        " 4 | block stem {",
        "   |       ^^^^ again",
        "  --> b.cnn:12:7",
        "12 | block stem {",
        "   |       ---- first here",
      ])
  }

  @Test func aGapOfOneLineIsShownUnlessItIsBlank() {
    for (between, isShown) in [("  relu", true), ("   ", false), ("", false)] {
      var sources = TestSources()
      let file = sources.add("net.cnn", [1: "  conv", 2: between, 3: "  dense", 6: "  add"])
      let picture = picture(sources, [(file.span(1, 3, 4), ""), (file.span(3, 3, 5), ""), (file.span(6, 3, 3), "")])
      let numbers = picture.compactMap { $0.first?.wholeNumberValue }
      #expect(numbers == (isShown ? [1, 2, 3, 6] : [1, 3, 6]), "between: '\(between)'")
    }
  }

  @Test func aSpanOverSeveralLinesIsShownByItsFirst() {
    for lineBreak in ["\n", "\r\n", "\r"] {
      var sources = TestSources()
      let file = sources.add("net.cnn", "  add {" + lineBreak + "    - conv" + lineBreak + "  }" + lineBreak)
      let picture = picture(sources, [(file.span(2..<22), "unbalanced")])
      #expect(picture == [" --> net.cnn:1:3", "1 |   add {", "  |   ^^^^^ unbalanced"])
    }
  }

  @Test func anEmptySpanGetsOneCaret() {
    let cases: [(text: String, place: String, rows: [String])] = [
      ("conv", "1:5", ["1 | conv", "  |     ^ here"]),
      ("conv\n", "2:1", ["2 |", "  | ^ here"]),
      ("conv\r\n  ", "2:3", ["2 |", "  |   ^ here"]),
      ("", "1:1", ["1 |", "  | ^ here"]),
    ]
    for (text, place, rows) in cases {
      var sources = TestSources()
      let file = sources.add("net.cnn", text)
      let picture = picture(sources, [(file.source.wholeSpan.after, "here")])
      #expect(picture == [" --> net.cnn:\(place)"] + rows, "text: \(text)")
    }
  }

  @Test func aSpanBehindTheEndIsShownAtTheEnd() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "conv")
    #expect(picture(sources, [(file.span(90..<99), "")]).dropFirst() == ["1 | conv", "  |     ^"])
  }

  @Test func aFileWithoutTextIsShownByItsPlace() {
    var sources = TestSources()
    let file = sources.add("missing.cnn", "")
    #expect(picture(sources, [(file.source.wholeSpan, "")]) == [" --> missing.cnn:1:1"])
  }

  @Test func tabsTakeFourColumns() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "\tconv\t64\n")
    #expect(
      picture(sources, [(file.span(1, 7, 2), "64")]).dropFirst() == ["1 |     conv    64", "  |             ^^ 64"])
    #expect(
      picture(sources, [(file.span(1, 6, 1), "a tab")]).dropFirst() == ["1 |     conv    64", "  |         ^^^^ a tab"])
  }

  @Test func aByteOrderMarkTakesNoColumn() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "\u{FEFF}conv\n")
    #expect(picture(sources, [(file.span(3..<7), "")]) == [" --> net.cnn:1:1", "1 | conv", "  | ^^^^"])
  }

  @Test func longLabelsWrapUnderTheirBeginning() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "  conv 64, 3x3\n")
    let label: Message = "this label goes on and on until `code that stays together` has to move to the line below it"
    #expect(
      picture(sources, [(file.span(1, 12, 3), label)]).dropFirst(2) == [
        "  |            ^^^ this label goes on and on until `code that stays together` has to move to the",
        "  |                line below it",
      ])
  }

  @Test func aLabelWithoutRoomStandsBelow() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "\(spaces(80))conv 64\n")
    #expect(
      picture(sources, [(file.span(1, 81, 4), "a label of some length")]).dropFirst(2) == [
        "  | \(spaces(80))^^^^",
        "  | \(spaces(74))a label of some length",
      ])
  }

  @Test func tableRowsThatAreTooLongWrap() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "conv\n")
    let long = Message("\(repeated("1000 + ", 20))1")
    let diagnostic = Diagnostic(
      .overflow, "m", at: file.span(1, 1, 4),
      remarks: [.why("w", table: Diagnostic.Table([.right, .left], [["7", "short"], ["20001", long]]))])
    #expect(
      sources.lines([diagnostic]).dropFirst(5) == [
        "            7  short",
        "        20001  \(repeated("1000 + ", 11))1000 +",
        "            \(repeated("1000 + ", 8))1",
      ])
  }

  @Test func longMessagesWrap() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "conv\n")
    let words = Message("\(repeated("word ", 30))end")
    let lines = sources.lines([Diagnostic(.overflow, words, at: file.span(1, 1, 4), remarks: [.why(words)])])
    #expect(lines[0] == "error[overflow]: \(repeated("word ", 15))word")
    #expect(lines[1] == "\(spaces(17))\(repeated("word ", 14))end")
    #expect(lines[5].hasPrefix("  = why: word") && lines[6].hasPrefix("         word"))
  }

  @Test func aLongLineIsCutAroundItsMark() {
    let line = "begin\(repeated(" x", 200)) end"
    let cases: [(column: Int, length: Int, shows: String)] = [
      (1, 5, "1 | begin x x x"), (3, 300, "1 | begin x x x"), (201, 10, "1 | ..."), (407, 3, "1 | ..."),
    ]
    for (column, length, shows) in cases {
      var sources = TestSources()
      let file = sources.add("net.cnn", line)
      let picture = picture(sources, [(file.span(1, column, length), "")])
      #expect(picture.count == 3 && picture[1].hasPrefix(shows), "column \(column)")
      #expect(picture[1].hasSuffix(column == 407 ? "end" : "..."), "column \(column)")
      #expect(picture[1].count <= 100 && picture[2].count <= 100, "column \(column)")
      let above = zip(picture[1], picture[2]).filter { $1 == "^" }.map(\.0)
      let marked = line.dropFirst(column - 1).prefix(length)
      #expect(String(above) == marked.prefix(above.count), "column \(column)")
      #expect(above.count == min(length, above.count) && above.count >= min(length, 90), "column \(column)")
    }
  }

  @Test func marksFarApartShowTheLineTwice() {
    var sources = TestSources()
    let line = "first \(repeated("-", 9000)) second"
    let file = sources.add("net.cnn", line)
    let picture = picture(sources, [(file.span(1, 9008, 6), "b"), (file.span(1, 1, 5), "a")])
    #expect(
      picture == [
        " --> net.cnn:1:9008",
        "1 | first \(repeated("-", 87))...",
        "  | ----- a",
        "1 | ...\(repeated("-", 86)) second",
        "  | \(spaces(90))^^^^^^",
        "  | \(spaces(90))b",
      ])
  }
}
