import Foundation
import Testing

@Suite struct LintTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func findings(_ arguments: String...) throws -> [Finding] {
    let ending = try folder.cnn(["lint", "--format", "json"] + arguments)
    return try JSONDecoder().decode([Finding].self, from: Data(ending.output.utf8))
  }

  @Test func theExitCodeTellsErrorsFromWarnings() throws {
    try folder.write(Networks.right, to: "right.cnn")
    try folder.write(Networks.remainder, to: "remainder.cnn")
    try folder.write(Networks.misspelled, to: "wrong.cnn")
    for (files, code) in [
      (["right.cnn"], 0), (["remainder.cnn"], 0), (["wrong.cnn"], 1), (["remainder.cnn", "right.cnn"], 0),
      (["wrong.cnn", "right.cnn"], 1), (["right.cnn", "missing.cnn"], 2), (["wrong.cnn", "missing.cnn"], 2),
    ] as [([String], Int32)] {
      for format in ["text", "json", "github", "sarif"] {
        #expect(try folder.cnn(["lint", "--format", format] + files).code == code, "\(files) \(format)")
      }
    }
    #expect(try folder.cnn("lint", "right.cnn").output.isEmpty, "nothing to say is said by silence")
    #expect(try folder.cnn("lint", "remainder.cnn").output.hasSuffix("\n1 warning\n"))
    #expect(
      try findings("missing.cnn", "wrong.cnn").map(\.file) == ["wrong.cnn"], "the others are checked all the same")
  }

  @Test func theSamplesHaveTheirKnownWarningsOnly() throws {
    let ending = try folder.shell("cnn lint --format json samples/*.cnn")
    #expect(ending.code == 0)
    #expect(ending.errors.isEmpty)
    let found = try JSONDecoder().decode([Finding].self, from: Data(ending.output.utf8))
    #expect(found.allSatisfy { $0.severity == "warning" })
    #expect(Set(found.map(\.code)) == ["stride-remainder"])
    #expect(
      found.map(\.file) == [
        "samples/segnet.cnn", "samples/squeezenet.cnn", "samples/squeezenet.cnn", "samples/two_inputs.cnn",
      ])
  }

  @Test func aSharedMistakeIsReportedOnce() throws {
    try folder.write("block common(n) {\n  convv n, 3x3\n}\n", to: "shared.cnn")
    for name in ["a", "b"] {
      try folder.write("import \"shared.cnn\"\nmodel \(name) {\n  input 8x8x3\n  common 3\n}\n", to: "\(name).cnn")
    }
    let orders = [
      ["a.cnn", "b.cnn", "shared.cnn"], ["shared.cnn", "b.cnn", "a.cnn"], ["a.cnn", "a.cnn"],
      ["./a.cnn", "shared.cnn"],
    ]
    for files in orders {
      let ending = try folder.cnn(["lint", "--format", "github"] + files)
      #expect(ending.code == 1, "\(files)")
      #expect(ending.output.split(separator: "\n").count == 1, "\(files): \(ending.output)")
    }
    let fixed = try folder.cnn("lint", "--fix", "--guess", "a.cnn", "b.cnn", "shared.cnn")
    #expect(fixed.code == 0)
    #expect(fixed.output.isEmpty)
    #expect(fixed.errors == "cnn: shared.cnn: 1 change made\n")
  }

  @Test func jsonPlacesAMistake() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    let finding = try #require(try findings("net.cnn").first)
    #expect([finding.code, finding.severity] == ["unknown-name", "error"])
    let place: [Int] = [finding.line, finding.column, finding.endLine, finding.endColumn]
    #expect(place == [3, 3, 3, 8])
    #expect(try findings("samples/mnist.cnn").isEmpty)
  }

  @Test func sarifHasItsStructure() throws {
    try folder.write(Networks.misspelled, to: "wrong.cnn")
    try folder.write(Networks.remainder, to: "remainder.cnn")
    let ending = try folder.cnn("lint", "--format", "sarif", "wrong.cnn", "remainder.cnn")
    let log = try JSONDecoder().decode(SARIF.self, from: Data(ending.output.utf8))
    #expect(log.version == "2.1.0")
    #expect(log.runs.count == 1)
    let run = try #require(log.runs.first)
    let version = try folder.cnn("--version").output
    #expect("\(run.tool.driver.name) \(run.tool.driver.version)\n" == version)
    #expect(run.results.map(\.level) == ["error", "warning"])
    for result in run.results {
      #expect(run.tool.driver.rules[result.ruleIndex].id == result.ruleId)
      #expect(!result.message.text.isEmpty)
      #expect(result.locations.map(\.physicalLocation.region.startLine) == [3])
    }
    let files = run.results.flatMap(\.locations).map(\.physicalLocation.artifactLocation.uri)
    #expect(files == ["wrong.cnn", "remainder.cnn"])
  }

  @Test func githubGetsALineForEachMistake() throws {
    try folder.write(Networks.twiceMisspelled, to: "wrong.cnn")
    try folder.write(Networks.remainder, to: "remainder.cnn")
    let lines = try folder.cnn("lint", "--format", "github", "wrong.cnn", "remainder.cnn").output.split(separator: "\n")
    #expect(lines.count == 3)
    let line = #/::(error|warning) file=(\w+\.cnn),line=\d+,col=\d+,endLine=\d+,endColumn=\d+,title=[a-z-]+::.+/#
    let matches = lines.compactMap { $0.wholeMatch(of: line) }
    #expect(matches.map(\.output.1) == ["error", "error", "warning"])
    #expect(matches.map(\.output.2) == ["wrong.cnn", "wrong.cnn", "remainder.cnn"])
  }

  @Test func fixMakesExactlyTheOfferedChangesOnce() throws {
    try folder.write(Networks.twiceMisspelled, to: "net.cnn")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.path("net.cnn"))
    var expected = Array(Networks.twiceMisspelled.utf8)
    let edits = try findings("net.cnn").flatMap(\.fixes).flatMap(\.edits)
    #expect(edits.count == 2)
    for edit in edits.sorted(by: { $0.startByte > $1.startByte }) {
      expected.replaceSubrange(edit.startByte..<edit.endByte, with: edit.replacement.utf8)
    }

    let first = try folder.cnn("lint", "--fix", "--guess", "net.cnn")
    #expect(first.code == 0)
    #expect(first.errors == "cnn: net.cnn: 2 changes made\n")
    #expect(try folder.read("net.cnn") == String(decoding: expected, as: UTF8.self))
    #expect(try folder.read("net.cnn") == Networks.right)
    #expect(try folder.names() == ["net.cnn"])
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("net.cnn"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)

    let second = try folder.cnn("lint", "--fix", "--guess", "net.cnn")
    #expect(second.code == 0)
    #expect(second.errors.isEmpty)
    #expect(try folder.read("net.cnn") == Networks.right)
  }

  /// What is certain is mended; a likely name only where guesses are wanted.
  @Test func fixMakesCertainChangesAlone() throws {
    let text = "model A {\n  input 8x8x4\n  conv(4, kernel=3)\n  convv 4, 1x1\n}\n"
    let safe = text.replacingOccurrences(of: "conv(4, kernel=3)", with: "conv 4, kernel 3")
    try folder.write(text, to: "net.cnn")

    let diff = try folder.cnn("lint", "--fix", "--diff", "net.cnn")
    #expect(diff.code == 1)
    #expect(diff.output.hasPrefix("--- net.cnn\n+++ net.cnn\n@@ -1,5 +1,5 @@\n model A {\n"))
    #expect(diff.output.contains("\n-  conv(4, kernel=3)\n+  conv 4, kernel 3\n"))
    #expect(try folder.read("net.cnn") == text)

    let stream = try folder.shell("cnn lint --fix - < net.cnn")
    #expect(stream.code == 1)
    #expect(stream.output == safe)
    #expect(stream.errors.contains("error[unknown-name]"))

    #expect(try folder.cnn("lint", "--fix", "net.cnn").code == 1)
    #expect(try folder.read("net.cnn") == safe)
    #expect(try folder.cnn("lint", "--fix", "--diff", "net.cnn").code == 0)
    #expect(try folder.cnn("lint", "--fix", "--guess", "net.cnn").code == 0)
    #expect(try folder.cnn("lint", "--guess", "net.cnn").code == 2)
  }

  @Test func fixLeavesWhatItCannotMend() throws {
    try folder.write(Networks.remainder, to: "net.cnn")
    let ending = try folder.cnn("lint", "--fix", "net.cnn", "missing.cnn")
    #expect(ending.code == 2)
    #expect(ending.errorLines.count == 1, "the missing file is named once")
    #expect(try folder.read("net.cnn") == Networks.remainder)
  }

  @Test(.enabled(if: geteuid() != 0, "everything is open to root"))
  func fixThatCannotBeWrittenEndsWith2() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.path("net.cnn"))
    let ending = try folder.cnn("lint", "--fix", "--guess", "net.cnn")
    #expect(ending.code == 2)
    #expect(ending.errors == "cnn: cannot write `net.cnn`: permission denied\n")
    #expect(ending.output.contains("error[unknown-name]"))
    #expect(try folder.read("net.cnn") == Networks.misspelled)
  }

  @Test func aDefinitionIsCheckedAsPartOfTheCommandLine() throws {
    #expect(try folder.cnn("lint", "-D", "classes=10", "samples/mnist.cnn").code == 0)
    let unknown = try folder.cnn("lint", "-D", "clases=10", "samples/mnist.cnn")
    #expect(unknown.code == 1)
    #expect(unknown.output.contains("-D:1:5") && unknown.output.contains("nearest: `classes`"))
    for value in [
      "classes=(", "classes=1 +", "classes=\"", "classes=10\nlet x = 2", "a b=1", "classes=[]", "classes=relu",
    ] {
      let ending = try folder.cnn("lint", "-D", value, "samples/mnist.cnn")
      #expect(ending.code == 1, "\(value)")
      #expect(ending.output.contains("error["), "\(value)")
    }
  }

  @Test func everyCodeThatIsOfferedHasAPage() throws {
    let offer = try folder.cnn("lint", "--explain", "?").errors
    let codes = offer.matches(of: #/`([a-z0-9-]+)`/#).map { String($0.output.1) }.filter { $0 != "--explain" }
    #expect(codes.count > 40)
    for code in codes {
      let page = try folder.cnn("lint", "--explain", code)
      #expect(page.code == 0, "\(code)")
      #expect(page.output.contains("[\(code)]"), "\(code)")
    }
  }
}
