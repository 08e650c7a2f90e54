import CNNText
import Testing

/// Laws of the picture over random text, most of it unkind.
@Suite struct DiagnosticLawTests {
  /// Scalars and the columns they take, by the Unicode standard rather than by the code under test.
  private static let alphabet: [(text: String, width: Int)] = [
    ("a", 1), ("Z", 1), ("_", 1), (" ", 1), ("|", 1), ("\t", 4), ("é", 1), ("ß", 1), ("λ", 1), ("→", 1),
    ("漢", 2), ("字", 2), ("한", 2), ("あ", 2), ("。", 2), ("Ａ", 2), ("🙂", 2), ("🚀", 2), ("👩", 2),
    ("\u{0301}", 0), ("\u{20DD}", 0), ("\u{200D}", 0), ("\u{FE0F}", 0), ("\u{0000}", 1), ("\u{001B}", 1),
    ("\u{007F}", 1), ("\u{009B}", 1), ("\u{202E}", 1), ("\u{2066}", 1), ("\u{200B}", 1),
  ]

  private struct Case {
    var sources = TestSources()
    var before = ""
    var widthBefore = 0
    var marked = ""
    var widthMarked = 0
    var diagnostic = Mockup.expectation.diagnostic

    init(_ random: inout SeededGenerator, longest: Int) {
      var after = ""
      let count = Int.random(in: 0...longest, using: &random)
      let start = Int.random(in: 0...count, using: &random)
      let end = Int.random(in: start...count, using: &random)
      for index in 0..<count {
        let (text, width) = random.pick(DiagnosticLawTests.alphabet)
        if index < start {
          before += text
          widthBefore += width
        } else if index < end {
          marked += text
          widthMarked += width
        } else {
          after += text
        }
      }
      let file = sources.add("net.cnn", before + marked + after + "\nrelu\n")
      diagnostic = Diagnostic(
        .unknownName, Message(before), at: file.span(before.utf8.count..<(before + marked).utf8.count),
        Message(after), remarks: [.help(Message(marked))])
    }
  }

  @Test func caretsStandUnderWhatTheyMark() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      var test = Case(&random, longest: 24)
      test.diagnostic.primary.message = ""
      let lines = test.sources.lines([test.diagnostic])
      let row = lines.first { $0.hasPrefix("  | ") } ?? ""
      let carets = String(repeating: "^", count: max(test.widthMarked, 1))
      #expect(
        row == "  | " + String(repeating: " ", count: test.widthBefore) + carets,
        "before: \(test.before.debugDescription), marked: \(test.marked.debugDescription)")
    }
  }

  @Test func noLineIsWiderThanAHundredColumns() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<300 {
      let test = Case(&random, longest: 400)
      for line in test.sources.lines([test.diagnostic]) {
        let columns = line.unicodeScalars.reduce(0) { sum, scalar in
          sum + (Self.alphabet.first { $0.text == String(scalar) }?.width ?? 1)
        }
        #expect(columns <= 100, "\(line)")
      }
    }
  }

  @Test func nothingReachesTheTerminalThatItWouldObey() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<100 {
      var sources = SourceSet()
      let count = Int.random(in: 0...300, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let file = TestFile(source: sources.add(path: "a\u{1B}[2J\u{202E}.cnn", bytes: bytes))
      let start = Int.random(in: 0...count, using: &random)
      let end = Int.random(in: start...count, using: &random)
      let message = Message(String(decoding: bytes.shuffled(using: &random), as: UTF8.self))
      let diagnostic = Diagnostic(
        .invalidUTF8, message, at: file.span(start..<end), message,
        secondary: [Diagnostic.Label(file.span(0..<start), message)],
        remarks: [.why(message, table: Diagnostic.Table([.left, .right], [[message, message], [message]]))],
        fixes: [Diagnostic.Fix(message, [])])

      let plain = DiagnosticRenderer(sources: sources, color: false).render([diagnostic])
      let obeyed = plain.unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
          scalar != "\n" && scalar != "\u{200C}" && scalar != "\u{200D}"
        default: false
        }
      }
      #expect(obeyed.isEmpty, "\(bytes)")
      let colored = DiagnosticRenderer(sources: sources, color: true).render([diagnostic])
      #expect(withoutColor(colored) == plain, "\(bytes)")
    }
  }

  /// The text above the carets is the marked text, wherever the line had to be cut.
  @Test func aCutLineStillShowsWhatIsMarked() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<300 {
      let length = Int.random(in: 50...3000, using: &random)
      let line = (0..<length).map { _ in random.pick(["a", "b", "é", "→", "漢", "🙂"]) }
      var sources = TestSources()
      let file = sources.add("net.cnn", line.joined())
      let start = Int.random(in: 0..<length, using: &random)
      let end = min(length, start + Int.random(in: 1...120, using: &random))
      let marked = line[start..<end].joined()
      let offset = line[..<start].joined().utf8.count
      let lines = sources.lines([Diagnostic(.unknownName, "m", at: file.span(offset..<offset + marked.utf8.count))])

      let columns = lines[2].flatMap { $0 == "漢" || $0 == "🙂" ? [String($0), ""] : [String($0)] }
      let above = zip(columns, lines[3]).filter { $1 == "^" }.map(\.0)
      #expect(marked.hasPrefix(above.joined()), "\(length): \(start)..<\(end)")
      #expect(above.count >= min(end - start, 89), "\(length): \(start)..<\(end)")
    }
  }
}
