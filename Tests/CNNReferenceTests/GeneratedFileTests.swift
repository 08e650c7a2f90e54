import CNNReference
import Foundation
import Testing

/// What is made from the compiler's tables and committed is what would be made now.
@Suite struct GeneratedFileTests {
  static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: GeneratedFile.all.map(\.path))
  func isUpToDate(path: String) throws {
    let file = try #require(GeneratedFile.all.first { $0.path == path })
    let url = Self.packageFolder.appendingPathComponent(path)
    if ProcessInfo.processInfo.environment["CNN_RECORD"] == "1" {
      try Data(file.text.utf8).write(to: url)
      return
    }
    let committed = try? String(contentsOf: url, encoding: .utf8)
    #expect(committed == file.text, "\(path) is stale: `CNN_RECORD=1 swift test --filter Generated` makes it anew")
  }

  @Test func linesEndWithoutBlanks() {
    for file in GeneratedFile.all {
      #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
      #expect(!file.text.contains(" \n") && !file.text.contains("\t"), "\(file.path)")
    }
  }
}
