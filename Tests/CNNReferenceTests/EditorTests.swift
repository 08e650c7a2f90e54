import Foundation
import Testing

/// The editors' files colour `Tests/Editors/sample.cnn` as `expected.txt` has it, in the editors' own machinery.
@Suite struct EditorTests {
  private static let folder = GeneratedFileTests.packageFolder
  private static let editors = folder.appendingPathComponent("editors")
  private static let tests = folder.appendingPathComponent("Tests/Editors")

  @Test(
    .enabled(
      if: succeeds("python3", "-c", "import textmate_grammar"),
      "needs Python and its package textmate-grammar-python 0.6.1"))
  func textMateGrammarColoursTheSample() throws {
    let paths = [
      Self.tests.appendingPathComponent("check_textmate.py"),
      Self.editors.appendingPathComponent("vscode/syntaxes/cnn.tmLanguage.json"),
      Self.tests.appendingPathComponent("sample.cnn"), Self.tests.appendingPathComponent("expected.txt"),
    ]
    let (status, output) = try Self.run(["python3"] + paths.map(\.path))
    #expect(status == 0, "\(output)")
  }

  @Test(
    .enabled(
      if: succeeds("vim", "-es", "-u", "NONE", "-c", "if has('syntax') | quitall! | endif", "-c", "cquit!"), "needs Vim"
    ))
  func vimColoursAndIndentsTheSample() throws {
    let report = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).txt")
    defer { try? FileManager.default.removeItem(at: report) }
    _ = try Self.run([
      "vim", "-es", "-u", "NONE", "-N", "--cmd", "let g:folder = '\(Self.folder.path)'", "--cmd",
      "let g:report = '\(report.path)'", "-S", Self.tests.appendingPathComponent("check_vim.vim").path,
    ])
    #expect(try String(contentsOf: report, encoding: .utf8) == "")
  }

  @Test(arguments: [
    "vscode/package.json", "vscode/language-configuration.json", "vscode/syntaxes/cnn.tmLanguage.json",
  ])
  func isJSON(path: String) throws {
    let data = try Data(contentsOf: Self.editors.appendingPathComponent(path))
    #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
  }

  /// True where a command can be run and ends well.
  private static func succeeds(_ command: String...) -> Bool { (try? run(command).status) == 0 }

  private static func run(_ command: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
