import CNNText
import Foundation
import Testing

@Suite struct DiagnosticFormatsTests {
  @Test func textEndsWithTheCount() {
    let mockup = Mockup.unknownArgument
    let render = { (diagnostics: [Diagnostic], color: Bool) in
      DiagnosticFormat.text.render(diagnostics, sources: mockup.sources.set, version: "1.0", color: color)
    }
    #expect(render([mockup.diagnostic], false) == mockup.text + "\n1 error\n")
    #expect(render([], false).isEmpty)
    #expect(withoutColor(render([mockup.diagnostic], true)) == render([mockup.diagnostic], false))
  }

  /// Errors come before warnings where there is too much to show.
  @Test func textShowsAHundredAndCountsTheOthers() throws {
    let source = SourceFile(path: "net.cnn", text: String(repeating: "x\n", count: 3000))
    var sources = SourceSet()
    _ = sources.add(path: source.path, bytes: source.bytes)
    func diagnostic(_ index: Int, _ code: DiagnosticCode) -> Diagnostic {
      let start = UInt32(2 * index)
      return Diagnostic(code, "number \(index)", at: Span(file: source.id, start: start, end: start + 1))
    }
    func render(_ diagnostics: [Diagnostic], _ format: DiagnosticFormat = .text) -> String {
      format.render(diagnostics, sources: sources, version: "1.0")
    }
    let errors = (0..<1334).map { diagnostic($0, .unknownName) }
    let warnings = (1334..<1340).map { diagnostic($0, .unusedLayer) }
    let text = render(errors + warnings)
    #expect(text.hasSuffix("\n\n... and 1,234 more errors, 6 more warnings\n\n1,334 errors, 6 warnings\n"))
    #expect(text.ranges(of: "error[unknown-name]").count == 100)
    let few = render(warnings + errors.prefix(98))
    #expect(few.ranges(of: "warning[unused-layer]").count == 2)
    #expect(few.ranges(of: "error[unknown-name]").count == 98)
    #expect(few.hasSuffix("\n\n... and 4 more warnings\n\n98 errors, 6 warnings\n"))
    #expect(!render(Array(errors.prefix(100))).contains("more"))
    #expect(render(errors, .compiler).hasSuffix("\n\n... and 1,234 more errors\n"))
    #expect(render(errors, .github).split(separator: "\n").count == 1334)
  }

  @Test func compilersNameThePlaceFirst() {
    let mockup = Mockup.unknownArgument
    let text = DiagnosticFormat.compiler.render([mockup.diagnostic], sources: mockup.sources.set, version: "1.0")
    let lines = mockup.text.split(separator: "\n").dropFirst(2)
    #expect(
      text.split(separator: "\n")
        == ["net.cnn:4:17: error: `conv` has no parameter `strde` [unknown-argument]"] + lines)
    #expect(DiagnosticFormat.compiler.render([], sources: mockup.sources.set, version: "1.0").isEmpty)
  }

  @Test func jsonHoldsEverything() {
    let mockup = Mockup.unknownArgument
    let json = DiagnosticFormat.json.render([mockup.diagnostic], sources: mockup.sources.set, version: "1.0")
    #expect(
      json == """
        [
          {
            "code": "unknown-argument",
            "severity": "error",
            "message": "`conv` has no parameter `strde`",
            "file": "net.cnn",
            "line": 4,
            "column": 17,
            "endLine": 4,
            "endColumn": 22,
            "label": "nearest: `stride`",
            "related": [],
            "remarks": [
              {
                "kind": "note",
                "message": "conv takes filters, kernel, stride, pad, dilation, groups, bias",
                "table": []
              }
            ],
            "fixes": [
              {
                "title": "`stride` instead of `strde`",
                "safe": true,
                "edits": [
                  {
                    "file": "net.cnn",
                    "line": 4,
                    "column": 17,
                    "endLine": 4,
                    "endColumn": 22,
                    "startByte": 19,
                    "endByte": 24,
                    "replacement": "stride"
                  }
                ]
              }
            ]
          }
        ]

        """)
    #expect(DiagnosticFormat.json.render([], sources: SourceSet(), version: "1.0") == "[]\n")
  }

  @Test func jsonFlattensTablesAndPlaces() throws {
    let mockup = Mockup.shapeAssertion
    let json = DiagnosticFormat.json.render([mockup.diagnostic], sources: mockup.sources.set, version: "1.0")
    let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
    let remarks = try #require(parsed?.first?["remarks"] as? [[String: Any]])
    #expect(remarks.map { $0["kind"] as? String } == ["why", "help"])
    #expect(
      remarks[0]["table"] as? [String] == [
        "28  input      3:9",
        "24  conv1      5:10   28 - 5 + 1",
        "12  maxpool1   6:3    24 / 2",
        " 8  conv2      7:10   12 - 5 + 1",
        " 4  maxpool2   8:3    8 / 2",
      ])

    let related = Mockup.shapeMismatch
    let second = DiagnosticFormat.json.render([related.diagnostic], sources: related.sources.set, version: "1.0")
    let labels = try JSONSerialization.jsonObject(with: Data(second.utf8)) as? [[String: Any]]
    let first = try #require((labels?.first?["related"] as? [[String: Any]])?.first)
    #expect(first["line"] as? Int == 11 && first["column"] as? Int == 7 && first["label"] as? String == "28x28x128")
  }

  @Test func workflowCommandsFollowTheirEscapes() {
    var sources = TestSources()
    let file = sources.add("a,b:c%.cnn", "conv\nrelu\n")
    let diagnostics = [
      Diagnostic(.overflow, "100 % of it: a, b", at: file.span(1, 2, 2), "too\r\nmuch", remarks: [.help("less")]),
      Diagnostic(.strideRemainder, "m", at: file.span(1..<6)),
    ]
    #expect(
      DiagnosticFormat.github.render(diagnostics, sources: sources.set, version: "1.0") == """
        ::error file=a%2Cb%3Ac%25.cnn,line=1,col=2,endLine=1,endColumn=4,title=overflow::\
        100 %25 of it: a, b%0Atoo%0D%0Amuch%0Ahelp: less
        ::warning file=a%2Cb%3Ac%25.cnn,line=1,endLine=2,title=stride-remainder::m

        """)
  }

  @Test(arguments: DiagnosticFormat.allCases) func everyFormatTakesAnything(_ format: DiagnosticFormat) throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<50 {
      var sources = SourceSet()
      let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let text = String(decoding: bytes, as: UTF8.self)
      let file = TestFile(source: sources.add(path: text, bytes: bytes))
      let start = Int.random(in: 0...100, using: &random)
      let span = file.span(start..<start + Int.random(in: 0...20, using: &random))
      let diagnostic = Diagnostic(
        random.pick(DiagnosticCode.allCases), "\(text) \(span)", at: span, Message(text),
        secondary: [Diagnostic.Label(span.after, Message(text))], remarks: [.note("\(point: span)")],
        fixes: [Diagnostic.Fix(Message(text), [Diagnostic.Fix.Edit(span, text)])])
      let output = format.render([diagnostic], sources: sources, version: text)
      switch format {
      case .text: #expect(output.hasSuffix("\n\n1 error\n") || output.hasSuffix("\n\n1 warning\n"))
      case .compiler: #expect(output.contains(": error: ") || output.contains(": warning: "))
      case .github: #expect(output.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
      case .json, .sarif: _ = try JSONSerialization.jsonObject(with: Data(output.utf8))
      }
    }
  }
}
