import Foundation
import Testing

/// What the command writes to a terminal, which a pipe does not get. The terminal is that of `script`.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: Project.script), "needs script"))
struct TerminalTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// What the other end of a terminal sees. The arguments are plain words.
  private func output(_ arguments: [String], _ environment: [String: String]) throws -> String {
    let settings = environment.map { "\($0)='\($1)'" }.sorted().joined(separator: " ")
    let line = "env \(settings) cnn \(arguments.joined(separator: " "))"
    #if os(Linux)
      let terminal = "\(Project.script) -qec \"\(line)\" /dev/null"
    #else
      let terminal = "\(Project.script) -q /dev/null \(line)"
    #endif
    let ending = try folder.shell(terminal)
    #expect(ending.code == 0)
    return ending.output.replacing("\r\n", with: "\n")
  }

  @Test func aTerminalGetsColoursUnlessItWantsNone() throws {
    let arguments = ["report", "samples/mnist.cnn", "--width", "100"]
    let plain = try folder.cnn(arguments).output
    let colored = try folder.cnn(arguments + ["--color", "always"]).output
    #expect(try output(arguments, [:]) == colored)
    #expect(try output(arguments, ["NO_COLOR": ""]) == colored, "an empty variable counts as unset")
    #expect(try output(arguments, ["NO_COLOR": "1"]) == plain)
    #expect(try output(arguments, ["TERM": "dumb"]) == plain)
    #expect(try output(arguments + ["--color", "never"], [:]) == plain)
    #expect(try output(arguments + ["--color", "always"], ["NO_COLOR": "1"]) == colored)
  }

  @Test func columnsSetTheWidth() throws {
    for columns in [60, 80, 140] {
      let arguments = ["report", "samples/resnet.cnn", "--model", "ResNet50", "--color", "never"]
      let expected = try folder.cnn(arguments + ["--width", "\(columns)"]).output
      #expect(try output(arguments, ["COLUMNS": "\(columns)"]) == expected, "\(columns)")
    }
  }

  @Test func aTerminalWithoutUTF8GetsASCII() throws {
    let text = try output(["report", "samples/mnist.cnn", "--width", "100"], ["LANG": "C", "NO_COLOR": "1"])
    #expect(text.utf8.allSatisfy { $0 < 128 })
    #expect(text == (try folder.cnn("report", "samples/mnist.cnn", "--ascii").output))
  }
}
