import CNNText
import Foundation
import Testing

/// The log as another parser reads it.
private struct Log: Decodable {
  struct Run: Decodable {
    struct Tool: Decodable { var driver: Driver }
    struct Driver: Decodable {
      var name: String
      var version: String
      var rules: [Rule]
    }
    struct Rule: Decodable { var id: String }

    var tool: Tool
    var columnKind: String
    var results: [Result]
  }

  struct Result: Decodable {
    var ruleId: String
    var ruleIndex: Int
    var level: String
    var message: Text
    var locations: [Location]
    var relatedLocations: [Location]?
    var fixes: [Fix]?
  }

  struct Text: Decodable { var text: String }

  struct Location: Decodable {
    struct Physical: Decodable {
      var artifactLocation: Artifact
      var region: Region
    }

    var id: Int?
    var message: Text?
    var physicalLocation: Physical
  }

  struct Artifact: Decodable { var uri: String }

  struct Region: Decodable, Equatable {
    var startLine: Int
    var startColumn: Int
    var endLine: Int
    var endColumn: Int
  }

  struct Fix: Decodable {
    struct Change: Decodable {
      var artifactLocation: Artifact
      var replacements: [Replacement]
    }
    struct Replacement: Decodable {
      var deletedRegion: Region
      var insertedContent: Text
    }

    var description: Text
    var artifactChanges: [Change]
  }

  var version: String
  var runs: [Run]

  init(_ diagnostics: [Diagnostic], _ sources: TestSources) throws {
    let text = DiagnosticFormat.sarif.render(diagnostics, sources: sources.set, version: "1.2.3")
    self = try JSONDecoder().decode(Log.self, from: Data(text.utf8))
  }
}

@Suite struct SARIFLogTests {
  @Test func everyResultFindsItsRuleAndPlace() throws {
    var sources = TestSources()
    let file = sources.add("net.cnn", "conv\nrelu 漢字 dense\n")
    let codes: [DiagnosticCode] = [.strideRemainder, .overflow, .strideRemainder, .badShape]
    let diagnostics = codes.map { Diagnostic($0, "m", at: file.span(17..<22), "label", remarks: [.help("h")]) }
    let log = try Log(diagnostics, sources)
    #expect(log.version == "2.1.0" && log.runs.count == 1)
    let run = log.runs[0]
    #expect(run.tool.driver.name == "cnn" && run.tool.driver.version == "1.2.3")
    #expect(run.columnKind == "unicodeCodePoints")
    #expect(Set(run.tool.driver.rules.map(\.id)) == Set(codes.map(\.rawValue)) && run.tool.driver.rules.count == 3)
    for (result, code) in zip(run.results, codes) {
      #expect(result.ruleId == code.rawValue)
      #expect(run.tool.driver.rules[result.ruleIndex].id == code.rawValue)
      #expect(result.level == code.severity.rawValue)
      #expect(result.message.text == "m\nlabel\nhelp: h")
      #expect(result.locations.map(\.physicalLocation.artifactLocation.uri) == ["net.cnn"])
      let region = Log.Region(startLine: 2, startColumn: 9, endLine: 2, endColumn: 14)
      #expect(result.locations.map(\.physicalLocation.region) == [region])
      #expect(result.relatedLocations == nil && result.fixes == nil)
    }
    #expect(run.results.count == codes.count)
    #expect(try Log([], sources).runs[0].results.isEmpty)
  }

  @Test func relatedPlacesAndFixesGoAlong() throws {
    var sources = TestSources()
    let main = sources.add("main.cnn", "conv 64\n")
    let other = sources.add("other.cnn", "relu\n")
    let diagnostic = Diagnostic(
      .unknownName, "m", at: main.span(1, 1, 4),
      secondary: [Diagnostic.Label(other.span(1, 1, 4), "there"), Diagnostic.Label(main.span(1, 6, 2), "here")],
      fixes: [
        Diagnostic.Fix("no edits", []),
        Diagnostic.Fix(
          "both",
          [
            Diagnostic.Fix.Edit(other.span(1, 1, 4), "elu"), Diagnostic.Fix.Edit(main.span(1, 1, 0), "x "),
            Diagnostic.Fix.Edit(main.span(1, 6, 2), "32"),
          ]),
      ])
    let result = try Log([diagnostic], sources).runs[0].results[0]
    #expect(result.relatedLocations?.map(\.message?.text) == ["there", "here"])
    #expect(result.relatedLocations?.map(\.id) == [0, 1])
    #expect(result.relatedLocations?.map(\.physicalLocation.artifactLocation.uri) == ["other.cnn", "main.cnn"])
    #expect(result.fixes?.map(\.description.text) == ["both"])
    let changes = try #require(result.fixes?.first?.artifactChanges)
    #expect(changes.map(\.artifactLocation.uri) == ["main.cnn", "other.cnn"])
    #expect(changes.map { $0.replacements.map(\.insertedContent.text) } == [["x ", "32"], ["elu"]])
    let insertion = Log.Region(startLine: 1, startColumn: 1, endLine: 1, endColumn: 1)
    #expect(changes[0].replacements[0].deletedRegion == insertion)
  }

  @Test func pathsBecomeAddresses() throws {
    let expected: [(path: String, uri: String)] = [
      ("net.cnn", "net.cnn"), ("a b/ü%.cnn", "a%20b/%C3%BC%25.cnn"), ("../x#1?.cnn", "../x%231%3F.cnn"),
      ("c:net.cnn", "c%3Anet.cnn"), ("/usr/net.cnn", "file:///usr/net.cnn"), ("-", "-"),
    ]
    for (path, uri) in expected {
      var sources = TestSources()
      let file = sources.add(path, "conv\n")
      let log = try Log([Diagnostic(.unknownName, "m", at: file.span(1, 1, 4))], sources)
      #expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri == uri)
      #expect(URL(string: uri) != nil, "\(uri)")
    }
  }
}
