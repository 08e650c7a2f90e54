import CNNCompiler
import CNNText
import Foundation
import Testing

/// Wrong files in, the right diagnostics out. `CNN_RECORD=1 swift test --filter GoldenTests` writes the texts anew; then
/// read what changed.
@Suite struct GoldenTests {
  @Test(arguments: GoldenFile.all)
  func aWrongFileGivesTheDiagnosticsItAnnounces(file: GoldenFile) throws {
    let compilation = try file.compile()
    let found = Finding.found(in: compilation).sorted()
    #expect(found == Finding.expected(in: compilation.sources).sorted())
    #expect(!found.isEmpty, "a file of this folder is wrong")
  }

  @Test(arguments: GoldenFile.all)
  func aWrongFileGivesTheRecordedText(file: GoldenFile) throws {
    let compilation = try file.compile()
    let text = DiagnosticRenderer(sources: compilation.sources, color: false).render(compilation.diagnostics)
    if ProcessInfo.processInfo.environment["CNN_RECORD"] != nil {
      try text.write(to: file.golden, atomically: true, encoding: .utf8)
      return
    }
    let golden = try String(contentsOf: file.golden, encoding: .utf8)
    #expect(text == golden)
  }

  @Test func everyCodeIsFoundSomewhere() throws {
    let codes = Set(try GoldenFile.all.flatMap { try $0.compile().diagnostics.map(\.code) })
    let missing = Set(DiagnosticCode.allCases).subtracting(codes).map(\.rawValue).sorted()
    #expect(missing.isEmpty)
  }

  @Test func everyRecordedTextHasItsFile() {
    let names = Set(GoldenFile.all.map(\.golden.path))
    let enumerator = FileManager.default.enumerator(at: GoldenFile.folder, includingPropertiesForKeys: nil)
    let texts = (enumerator?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "txt" }
    #expect(texts.filter { !names.contains($0.path) }.isEmpty)
  }
}
