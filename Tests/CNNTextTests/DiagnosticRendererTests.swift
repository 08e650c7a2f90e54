import CNNText
import Testing

@Suite struct DiagnosticRendererTests {
  @Test(arguments: Mockup.all) func drawsTheMockup(_ mockup: Mockup) {
    #expect(mockup.sources.render([mockup.diagnostic]) == mockup.text)
  }

  @Test(arguments: Mockup.all) func colorNeverChangesTheText(_ mockup: Mockup) {
    let colored = mockup.sources.render([mockup.diagnostic], color: true)
    #expect(colored != mockup.text)
    #expect(withoutColor(colored) == mockup.text)
  }

  @Test func colorsFollowThePalette() {
    let mockup = Mockup.strideRemainder
    let lines = mockup.sources.render([mockup.diagnostic], color: true).split(separator: "\n")
    let expected = [
      "<1;33>warning[stride-remainder]<0>: conv1 never reads the last row and column of its input",
      " <2>--><0> alexnet.cnn:5:19",
      "<34>2<0><2> |<0>   input 224x224x3",
      " <2> |<0>         <34>-------<0> <34>224<0>",
      "<34>5<0><2> |<0>   conv1: conv 96, 11x11, stride 4 | relu",
      " <2> |<0>                   <1;33>^^^^^^^^^^^^^^^<0> <1;33>(224 - 11) / 4 + 1 = 54.25, rounded down to 54<0>",
      "  <2>=<0> <32>help<0>: `input 227x227x3` gives exactly 55",
      "  <2>=<0> <32>help<0>: `pad 2` gives 55 and leaves only padding unread",
    ]
    for (line, wanted) in zip(lines, expected) {
      #expect(line.replacing(/\u{1B}\[([0-9;]*)m/) { "<\($0.output.1)>" } == wanted)
    }
    #expect(lines.count == expected.count)

    let error = Mockup.unknownArgument
    let colored = error.sources.render([error.diagnostic], color: true)
    #expect(colored.hasPrefix("\u{1B}[1;31merror[unknown-argument]\u{1B}[0m: "))
    #expect(colored.contains("\u{1B}[1;31m^^^^^\u{1B}[0m \u{1B}[1;31mnearest: `stride`\u{1B}[0m\n"))
    #expect(colored.contains("\u{1B}[32mfix\u{1B}[0m: "))
    #expect(colored.contains(" note: "))
  }

  @Test func oneBlankLineStandsBetweenDiagnostics() {
    let (a, b) = (Mockup.unknownArgument, Mockup.unknownArgument)
    #expect(a.sources.render([a.diagnostic, b.diagnostic]) == a.text + "\n" + b.text)
    #expect(a.sources.render([]).isEmpty)
  }

  @Test func remarksComeInTheOrderOfReading() {
    var sources = TestSources()
    let file = sources.add("net.cnn", "conv\n")
    let diagnostic = Diagnostic(
      .unknownName, "m", at: file.span(1, 1, 4),
      remarks: [.note("n1"), .help("h1"), .note("n2"), .why("w"), .help("h2")],
      fixes: [Diagnostic.Fix("f", [])])
    let footnotes = sources.lines([diagnostic]).dropFirst(4)
    #expect(
      Array(footnotes) == ["  = why: w", "  = help: h1", "  = help: h2", "  = fix: f", "  = note: n1", "  = note: n2"])
  }

  @Test func summaryCounts() {
    let renderer = DiagnosticRenderer(sources: SourceSet(), color: false)
    let error = Mockup.expectation.diagnostic
    let warning = Mockup.strideRemainder.diagnostic
    let expected: [(errors: Int, warnings: Int, text: String)] = [
      (0, 0, ""), (1, 0, "1 error"), (0, 1, "1 warning"), (2, 1, "2 errors, 1 warning"), (0, 12, "12 warnings"),
      (1234, 0, "1,234 errors"),
    ]
    for (errors, warnings, text) in expected {
      let diagnostics = Array(repeating: warning, count: warnings) + Array(repeating: error, count: errors)
      #expect(renderer.summary(diagnostics) == text)
    }
  }

  @Test func placesAreWrittenByFile() {
    var sources = TestSources()
    let here = sources.add("here.cnn", [3: "  conv"])
    let there = sources.add("there.cnn", [7: "  conv"])
    let (a, b) = (here.span(3, 3, 4), there.span(7, 3, 4))
    let diagnostic = Diagnostic(.unknownName, "\(a) \(point: a) \(b) \(point: b)", at: a)
    #expect(
      sources.lines([diagnostic])[0]
        == "error[unknown-name]: here.cnn:3:3 3:3 there.cnn:7:3 there.cnn:7:3")
  }

  /// Looking up places must not read the file anew for each diagnostic.
  @Test(.timeLimit(.minutes(1))) func tenThousandDiagnosticsInOneFileStayQuick() {
    var sources = TestSources()
    let count = 10_000
    let file = sources.add("big.cnn", String(repeating: "  conv 64, 3x3, strde 2, pad 1\n", count: count))
    let diagnostics = (0..<count).map { line in
      Diagnostic(.unknownArgument, "`conv` has no parameter `strde`", at: file.span(line * 31 + 16..<line * 31 + 21))
    }
    let lines = sources.lines(diagnostics)
    #expect(lines.count == 5 * count - 1)
    #expect(lines.last == "      |                 ^^^^^")
  }
}
