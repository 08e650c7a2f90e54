import CNNBackends
import CNNCompiler
import CNNModel
import Foundation
import Testing

/// The files beside the tests. With `CNN_RECORD=1` in the environment, golden files are written instead of compared.
enum Fixture {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// Compares a text with a golden file, or records it.
  static func expect(_ text: String, matches name: String) throws {
    if ProcessInfo.processInfo.environment["CNN_RECORD"] == "1" {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
      return
    }
    let golden = try Self.text(name)
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = golden.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, (line, other)) in zip(found, expected).enumerated() {
      #expect(line == other, "line \(number + 1) of \(name)")
    }
    #expect(text == golden, "\(name)")
  }

  /// A model of a fixture, the first unless named.
  static func model(_ name: String, of file: String) throws -> BackendInput {
    try input(text(file), model: name, path: file)
  }
}

/// Compiles a source; with `model`, that one of its models.
func input(_ source: String, model: String? = nil, path: String = "test.cnn") throws -> BackendInput {
  let compilation = Compilation(
    path: path, bytes: Array(source.utf8), selection: model.map { .model($0) } ?? .first
  ) { _ in .failure(UnreadableFile("none")) }
  return BackendInput(compilation, try #require(compilation.models.first))
}
