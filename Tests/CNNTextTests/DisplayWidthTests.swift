import CNNText
import Testing

@Suite struct DisplayWidthTests {
  @Test func textTakesColumns() {
    let expected: [(text: String, width: Int)] = [
      ("", 0), ("conv 64", 7), ("naïve", 5), ("nai\u{0308}ve", 5), ("漢字", 4), ("한국어", 6), ("ㄱ", 2), ("ｱ", 1),
      ("Ａ", 2), ("🙂", 2), ("🇩🇪", 2), ("\t", 4), ("a\tb", 6), ("\u{1100}\u{1161}\u{11A8}", 2), ("─", 1), ("█", 1),
      ("×", 1), ("…", 1), ("\u{0}", 1), ("\u{E000}", 1), ("\u{10FFFF}", 1), ("\u{3000}", 2), ("\u{20000}", 2),
      ("\u{26A0}", 1), ("\u{26A1}", 2),
    ]
    for (text, width) in expected {
      #expect(text.displayWidth == width, "\(text.debugDescription)")
    }
  }

  @Test func whatATerminalObeysIsReplaced() {
    let hidden: [Unicode.Scalar] = [
      "\u{00}", "\u{07}", "\u{0A}", "\u{0D}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}", "\u{061C}", "\u{200B}",
      "\u{200E}", "\u{2028}", "\u{202E}", "\u{2060}", "\u{2069}", "\u{3164}", "\u{FEFF}", "\u{E0041}", "\u{FFFF}",
    ]
    for scalar in hidden {
      #expect("a\(scalar)b".printable == "a\u{FFFD}b", "U+\(String(scalar.value, radix: 16))")
    }
    for text in ["conv 64", "naïve 漢字 👩\u{200D}🚀", "", "e\u{0301}\u{FE0F}"] {
      #expect(text.printable == text)
    }
    #expect("a\tb".printable == "a    b")
  }

  /// The width of a text is that of what is printed for it, and printing it again changes nothing.
  @Test func everyScalarKeepsTheLaws() {
    let planesInUse: [ClosedRange<UInt32>] = [0...0x3FFFF, 0xE0000...0xE0FFF]
    for value in planesInUse.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let printed = scalar.printable.unicodeScalars
      let width = printed.reduce(0) { $0 + $1.displayWidth }
      if scalar.displayWidth != width || printed.contains(where: { $0.printable != String($0) }) {
        Issue.record("U+\(String(value, radix: 16)) prints as \(printed), \(width) columns wide")
      }
    }
  }
}
