import CNNCompiler
import CNNModel
import CNNText
import Foundation
import Testing

/// A wrong file of `Wrong/` and what the compiler is to say about it: which errors, in its comments, and the exact
/// text, in the file of the same name beside it.
///
///     maxpool 9x9   // error: window-too-large
///     conv 64, 3x3
///     // error above: missing-input
///     // with: classes=10
struct GoldenFile: CustomTestStringConvertible, Sendable {
  let url: URL

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Wrong")

  /// Every file that stands for itself; those under `imports` are read by others.
  static let all: [GoldenFile] = {
    let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let urls = (enumerator?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "cnn" }
    return urls.filter { !$0.path.contains("/imports/") }.sorted { $0.path < $1.path }.map(GoldenFile.init)
  }()

  var testDescription: String { url.lastPathComponent }

  var golden: URL { url.deletingPathExtension().appendingPathExtension("txt") }

  /// The file as it is, under its bare name.
  func compile() throws -> Compilation {
    let bytes = [UInt8](try Data(contentsOf: url))
    return Compilation(
      path: url.lastPathComponent, bytes: bytes, overrides: Self.overrides(in: bytes), reader: read)
  }

  /// Imports are read from the file's own folder.
  private func read(_ path: String) -> Result<[UInt8], UnreadableFile> {
    let file = url.deletingLastPathComponent().appendingPathComponent(path)
    guard let data = try? Data(contentsOf: file) else { return .failure(UnreadableFile("there is no such file")) }
    return .success([UInt8](data))
  }

  private static func overrides(in bytes: [UInt8]) -> [Override] {
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let words = lines.filter { $0.contains("// with: ") }.flatMap { $0.split(separator: " ").drop { $0 != "with:" } }
    return words.filter { $0 != "with:" }.map { word in
      let sides = word.split(separator: "=", maxSplits: 1)
      return Override(name: String(sides[0]), value: sides.count > 1 ? String(sides[1]) : "")
    }
  }
}

/// A diagnostic by its file, its line and its code.
struct Finding: Hashable, Comparable, CustomStringConvertible {
  let path: String
  let line: Int
  let code: String

  var description: String { "\(path):\(line): \(code)" }

  static func < (a: Finding, b: Finding) -> Bool { (a.path, a.line, a.code) < (b.path, b.line, b.code) }

  /// What the comments of all files announce.
  static func expected(in sources: SourceSet) -> [Finding] { sources.files.flatMap(expected) }

  private static func expected(in source: SourceFile) -> [Finding] {
    let index = LineIndex(source)
    var findings: [Finding] = []
    var below: [String] = []
    var lastLine = 1
    for line in 1...index.line(at: UInt32(source.bytes.count)) {
      guard
        let match = index.text(ofLine: line).firstMatch(
          of: /\/\/ (?:error|warning)( above| below| in -D)?: ([-a-z0-9, ]+)/)
      else {
        lastLine = line
        findings += below.map { Finding(path: source.path, line: line, code: $0) }
        below = []
        continue
      }
      let codes = match.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      if match.1 == " in -D" {
        findings += codes.map { Finding(path: "-D", line: 1, code: $0) }
        continue
      }
      if match.1 == " below" {
        below += codes
        continue
      }
      if match.1 == nil { lastLine = line }
      findings += codes.map { Finding(path: source.path, line: lastLine, code: $0) }
    }
    return findings
  }

  static func found(in compilation: Compilation) -> [Finding] {
    compilation.diagnostics.map { diagnostic in
      let source = compilation.sources[diagnostic.primary.span.file]
      let line = LineIndex(source).line(at: diagnostic.primary.span.start)
      return Finding(path: source.path, line: line, code: diagnostic.code.rawValue)
    }
  }
}
