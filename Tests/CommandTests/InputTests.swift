import Foundation
import Testing

/// Files as they come, whatever the command.
@Suite struct InputTests {
  private let folder: Folder
  private static let commands = ["report", "explain", "graph", "lint"]

  init() throws { folder = try Folder() }

  @Test(arguments: commands) func standardInputIsAFileAsAnyOther(_ command: String) throws {
    let expected = try folder.cnn(command, "samples/mnist.cnn")
    #expect(expected.code == 0)
    for line in ["cnn \(command) - < samples/mnist.cnn", "cat samples/mnist.cnn | cnn \(command) -"] {
      let ending = try folder.shell(line)
      #expect(ending.output == expected.output, "\(line)")
      #expect(ending.code == 0, "\(line)")
    }
  }

  @Test func mistakesOfStandardInputAreShownAsThoseOfAFile() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    let file = try folder.cnn("lint", "net.cnn")
    let stream = try folder.shell("cnn lint - < net.cnn")
    #expect(stream.code == 1)
    #expect(stream.output == file.output.replacingOccurrences(of: "net.cnn", with: "-"))
  }

  @Test func fixesAreNotMadeInAStream() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    let ending = try folder.shell("cnn lint --fix - < net.cnn")
    #expect(ending.code == 1)
    #expect(try folder.names() == ["net.cnn"])
    #expect(try folder.read("net.cnn") == Networks.misspelled)
  }

  @Test(arguments: ["my net.cnn", "it's \"the\" net.cnn", "Netz äöü 網絡.cnn", "-net.cnn", "$HOME.cnn", "a\nb.cnn"])
  func aFileMayBearAnyName(_ name: String) throws {
    try folder.write(Networks.right, to: name)
    for command in Self.commands {
      let ending = try folder.cnn(command, "--", name)
      #expect(ending.code == 0, "\(command)")
      #expect(ending.errors.isEmpty, "\(command)")
    }
    try folder.write(Networks.misspelled, to: name)
    let json = try folder.cnn("lint", "--format", "json", "--", name)
    #expect(json.code == 1)
    let found = try JSONDecoder().decode([Finding].self, from: Data(json.output.utf8))
    #expect(found.map(\.file) == [name])
    // The other formats write a place on one line, or in a notation of their own.
    #expect(try folder.cnn("lint", "--format", "github", "--", name).output.split(separator: "\n").count == 1)
    let log = try folder.cnn("lint", "--format", "sarif", "--", name).output
    let sarif = try JSONDecoder().decode(SARIF.self, from: Data(log.utf8))
    let address = try #require(sarif.runs.first?.results.first?.locations.first?.physicalLocation.artifactLocation.uri)
    #expect(address.removingPercentEncoding == name)
    #expect(URL(string: address) != nil)
  }

  @Test func anEmptyFileHasNoMistakeAndNoModel() throws {
    let path = "net.cnn"
    try folder.write("", to: path)
    let lint = try folder.cnn("lint", path)
    #expect(lint.code == 0)
    #expect(lint.output.isEmpty && lint.errors.isEmpty)
    for command in ["report", "explain"] {
      let ending = try folder.cnn(command, path)
      #expect(ending.code == 1, "\(command)")
      #expect(ending.output.isEmpty, "\(command)")
      #expect(ending.errors == "cnn: \(path) declares no model\n", "\(command)")
    }
  }

  @Test(arguments: commands) func whatCannotBeReadIsSaidOnceAndEndsWith2(_ command: String) throws {
    for (path, words) in [
      ("missing.cnn", "no such file"), ("samples", "directory"), ("missing/net.cnn", "no such file"),
    ] {
      let ending = try folder.cnn(command, path)
      #expect(ending.code == 2, "\(path)")
      #expect(ending.output.isEmpty, "\(path)")
      #expect(ending.errorLines.count == 1, "\(ending.errors)")
      #expect(ending.errors.contains("`\(path)`") && ending.errors.contains(words), "\(ending.errors)")
    }
  }

  @Test(.enabled(if: geteuid() != 0, "everything is open to root"), arguments: commands)
  func aFileWithoutReadPermissionEndsWith2(_ command: String) throws {
    try folder.write(Networks.right, to: "net.cnn")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path("net.cnn"))
    let ending = try folder.cnn(command, "net.cnn")
    #expect(ending.code == 2)
    #expect(ending.output.isEmpty)
    #expect(ending.errors == "cnn: cannot open `net.cnn`: permission denied\n")
  }

  @Test func anImportThatCannotBeReadIsAMistakeOfTheFile() throws {
    try folder.write("import \"missing.cnn\"\n" + Networks.right, to: "net.cnn")
    let ending = try folder.cnn("lint", "net.cnn")
    #expect(ending.code == 1)
    #expect(ending.output.contains("error[unreadable-file]"))
    #expect(ending.output.contains("net.cnn:1:8"))
  }

  @Test func imagesAndOtherBytesAreMistakesNotCrashes() throws {
    try Data((0...255).map { UInt8($0) } + [0xFF, 0xFE, 0, 10]).write(to: folder.url.appendingPathComponent("net.cnn"))
    for command in Self.commands { #expect(try folder.cnn(command, "net.cnn").code == 1, "\(command)") }
  }
}
