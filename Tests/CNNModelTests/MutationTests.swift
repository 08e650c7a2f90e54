import CNNCompiler
import CNNModel
import CNNSyntax
import CNNText
import Foundation
import Testing

/// A file with one mistake gives about one error, and no file whatever makes the compiler trap or hang.
@Suite struct MutationTests {
  private struct Sample {
    let name: String
    let bytes: [UInt8]
    let tokens: [Token]
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("samples")

  /// What no sample has.
  private static let rare = """
    let widths = [8 * i for i in 1 ..< 4 if i != 2]

    block mixed(filters, kernels, same = off) {
      add {
        let wide = 2 * filters
        - conv filters, 3x3, pad half | batchnorm
        for i, k in kernels {
          - conv wide, k, pad half
            conv filters, 1x1
        }
        if same { - batchnorm } else { - conv filters, 1x1 | batchnorm }
      }
    }

    model Rare(count = 2) {
      input 16x16x3
      for width in widths { mixed width, [1, 5] }
      for i in 0 ..< count {
        output "p{i}": conv 24, 3x3, pad 1 | relu
      }
      output aux {
        features: conv 8, 1x1
        relu
      }
      concat ["p{i}" for i in 0 ..< count], aux.features
      concat {
        repeat 2 { - conv 4, 1x1 }
      } -> 16x16x8
    }
    """

  private static func samples() throws -> [Sample] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".cnn") }
      .sorted()
    let files = try names.map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) }
    return (files + [("rare.cnn", Array(rare.utf8))]).map { name, bytes in
      var symbols = SymbolTable()
      let tree = parse(SourceFile(path: name, bytes: bytes), symbols: &symbols).tree
      return Sample(name: name, bytes: bytes, tokens: tree.tokens.filter { $0.end > $0.start && $0.kind != .newline })
    }
  }

  private func errors(_ name: String, _ bytes: [UInt8]) -> Int {
    let compilation = Compilation(path: name, bytes: bytes) { path in
      let data = try? Data(contentsOf: Self.folder.appendingPathComponent(path))
      return data.map { .success([UInt8]($0)) } ?? .failure(UnreadableFile("there is no such file"))
    }
    for diagnostic in compilation.diagnostics { check(diagnostic, compilation.sources) }
    return compilation.diagnostics.count { $0.severity == .error }
  }

  /// Every span lies in its file, on the borders of characters.
  private func check(_ diagnostic: Diagnostic, _ sources: SourceSet) {
    let edits = diagnostic.fixes.flatMap { $0.edits.map(\.span) }
    for span in [diagnostic.primary.span] + diagnostic.secondary.map(\.span) + edits {
      let bytes = sources[span.file].bytes
      #expect(Int(span.end) <= bytes.count, "\(diagnostic)")
      for offset in [Int(span.start), Int(span.end)] where offset < bytes.count {
        let isInside = bytes[offset] & 0xC0 == 0x80 && diagnostic.code != .invalidUTF8
        #expect(!isInside || String(validating: bytes, as: UTF8.self) == nil, "\(diagnostic)")
      }
    }
  }

  @Test func aTokenLessGivesAboutOneError() throws {
    var random = SplitMix(seed: 1)
    let samples = try Self.samples()
    var counts: [Int] = []
    for _ in 0..<150 {
      let sample = samples[Int.random(in: samples.indices, using: &random)]
      let token = sample.tokens[Int.random(in: sample.tokens.indices, using: &random)]
      let bytes = Array(sample.bytes[..<Int(token.start)] + sample.bytes[Int(token.end)...])
      counts.append(errors(sample.name, bytes))
    }
    #expect(Double(counts.reduce(0, +)) / Double(counts.count) <= 1.2)
    #expect(counts.allSatisfy { $0 <= 20 })
  }

  @Test func tokensTwiceAndTokensExchangedGiveFewErrors() throws {
    var random = SplitMix(seed: 2)
    let samples = try Self.samples()
    var counts: [Int] = []
    for round in 0..<150 {
      let sample = samples[Int.random(in: samples.indices, using: &random)]
      let index = Int.random(in: 1..<sample.tokens.count, using: &random)
      let (first, second) = (sample.tokens[index - 1], sample.tokens[index])
      let bytes = sample.bytes
      let (a, b) = (bytes[Int(first.start)..<Int(first.end)], bytes[Int(second.start)..<Int(second.end)])
      let between = bytes[Int(first.end)..<Int(second.start)]
      let middle = round.isMultiple(of: 2) ? a + between + b + [32] + b : b + between + a
      counts.append(errors(sample.name, Array(bytes[..<Int(first.start)] + middle + bytes[Int(second.end)...])))
    }
    #expect(Double(counts.reduce(0, +)) / Double(counts.count) <= 2)
    #expect(counts.allSatisfy { $0 <= 40 })
  }

  @Test func fixesDoNotAddErrors() throws {
    for file in GoldenFile.all {
      let bytes = [UInt8](try Data(contentsOf: file.url))
      let before = Compilation(path: file.url.lastPathComponent, bytes: bytes) { _ in .failure(UnreadableFile("none")) }
      let mended = before.sources[FileID(0)].applying(before.diagnostics.compactMap { $0.fix(withGuesses: true) })
      let (fixed, count) = (mended.bytes, mended.count)
      guard count > 0 else { continue }
      let after = Compilation(path: file.url.lastPathComponent, bytes: fixed) { _ in .failure(UnreadableFile("none")) }
      let found = (before, after)
      let worse =
        found.1.diagnostics.count { $0.severity == .error } > found.0.diagnostics.count { $0.severity == .error }
      #expect(!worse, "\(file.testDescription)")
    }
  }

  @Test func soupOfBytesAndTokensEnds() {
    var random = SplitMix(seed: 3)
    let words =
      TokenKind.allCases.compactMap(\.spelling) + ["a", "conv", "relu", "8", "3x3", "\"s\"", "\"{", "\n", "\n"]
    for _ in 0..<200 {
      let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = errors("soup.cnn", bytes)
      let tokens = (0..<200).map { _ in words[Int.random(in: words.indices, using: &random)] }
      let count = errors("soup.cnn", Array("model M {\n input 8x8x3\n \(tokens.joined(separator: " "))\n}\n".utf8))
      #expect(count <= 150, "\(tokens)")
    }
  }

  @Test(arguments: [
    "{", "[", "(", "-", "not ", "if a then ", "if on { ", "add { - ", "\"{", "f(", "1 + ", "a[0]", ".c", "2 ^ ",
    "for [", "model ", "| ",
  ])
  func deepNestingEnds(unit: String) {
    let text = String(repeating: unit, count: 20_000)
    for body in [text, "model M {\n  input 8x8x3\n  \(text)\n}\n", "model M {\n  let a = 1\(text)\n}\n"] {
      #expect(errors("deep.cnn", Array(body.utf8)) <= 101, "\(body.prefix(60))")
    }
  }
}
