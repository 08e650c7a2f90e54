import CNNBackends
import CNNCompiler
import CNNModel
import CNNText
import Foundation
import Testing

/// The README shows what the program really prints.
@Suite struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func mnist() throws -> BackendInput {
    let bytes = Array(try text("samples/mnist.cnn").utf8)
    let compilation = Compilation(path: "samples/mnist.cnn", bytes: bytes) { _ in .failure(UnreadableFile("none")) }
    return BackendInput(compilation, try #require(compilation.models.first))
  }

  @Test func itShowsTheSample() throws {
    #expect(try Self.text("README.md").contains("```\n" + Self.text("samples/mnist.cnn") + "```"))
  }

  @Test func itShowsTheReport() throws {
    #expect(try Self.text("README.md").contains("```\n" + report(Self.mnist()) + "```"))
  }

  @Test func itShowsWhichSizesWork() throws {
    let readme = try Self.text("README.md")
    let source = try #require(readme.firstMatch(of: #/```\n(model Segment [^`]*)```/#)).output.1
    let compilation = Compilation(path: "segment.cnn", bytes: Array(source.utf8)) { _ in
      .failure(UnreadableFile("none"))
    }
    let text = DiagnosticRenderer(sources: compilation.sources, color: false).render(compilation.diagnostics)
    #expect(text.contains("Segment works only for"))
    #expect(readme.contains("```\n" + text + "```"))
  }

  @Test func itShowsTheExplanation() throws {
    let text = try Self.mnist().explain(ExplainRequest(layer: "fc1")).text()
    #expect(try Self.text("README.md").contains("```\n" + text + "```"))
  }

  @Test func itShowsAMistake() throws {
    let source = try Self.text("samples/mnist.cnn")
    let wrong = source.replacing("conv2: conv 64, 5x5, pad same", with: "conv2: conv 64, 5x5")
    let compilation = Compilation(path: "mnist.cnn", bytes: Array(wrong.utf8)) { _ in .failure(UnreadableFile("none")) }
    let text = DiagnosticRenderer(sources: compilation.sources, color: false).render(compilation.diagnostics)
    #expect(text.contains("error["))
    #expect(try Self.text("README.md").contains("```\n" + text + "```"))
  }

  @Test func itShowsTheNetworkThatReadsDigits() throws {
    let network = try Self.text("samples/digits/Sources/digits/digits.cnn")
    #expect(try Self.text("README.md").contains("```\n" + network + "```"))
  }

  @Test func itShowsTheManifestOfASample() throws {
    let readme = try Self.text("README.md")
    let shown = try #require(readme.firstMatch(of: #/```swift\n(dependencies:[^`]*)```/#)).output.1
    let manifest = try Self.text("samples/digits/Package.swift")
    let lines = manifest.split(separator: "\n").map { $0.drop { $0 == " " } }
    for line in shown.split(separator: "\n") { #expect(lines.contains(line.drop { $0 == " " }), "\(line)") }
  }
}
