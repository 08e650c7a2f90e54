import CNNCompiler
import CNNModel
import CNNSyntax
import CNNText
import Foundation
import Testing

@testable import CNNReference

/// What `grammar/language.md` says is so.
@Suite struct LanguagePageTests {
  private let page: String

  init() throws {
    let url = GeneratedFileTests.packageFolder.appendingPathComponent("grammar/language.md")
    page = try String(contentsOf: url, encoding: .utf8)
  }

  /// A block of `cnn` is a file; with a shape behind the word, it is the lines of a model with that input.
  @Test func examplesCompile() throws {
    let blocks = page.components(separatedBy: "```cnn").dropFirst()
    #expect(blocks.count > 10)
    for block in blocks {
      let text = try #require(block.components(separatedBy: "\n```").first)
      let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let source = parts[0].isEmpty ? parts[1] : "model Page {\n  input\(parts[0])\n\(parts[1])\n}\n"
      let compilation = Compilation(path: "page.cnn", bytes: Array(source.utf8)) { _ in
        .failure(UnreadableFile("the page has no other files"))
      }
      #expect(compilation.diagnostics.isEmpty, "\(compilation.diagnostics.map(\.message)) in\n\(source)")
      #expect(!compilation.models.isEmpty, "\(source)")
    }
  }

  /// The names that the page's table and its example give are those of the network.
  @Test(arguments: [
    ("conv1: conv 64, 3x3 | relu", ["conv1", "conv1.relu"]),
    ("conv1: conv 64, 3x3 | batchnorm | relu", ["conv1.conv", "conv1.batchnorm", "conv1.relu"]),
    ("conv1: conv 64, 3x3 | bn1: batchnorm | relu", ["conv1", "bn1", "conv1.relu"]),
    ("pool1: maxpool 2x2", ["pool1"]),
    ("conv 64, 3x3 | relu", ["conv1", "relu1"]),
    ("body: repeat 2 { relu }", ["body.relu1", "body.relu2"]),
  ])
  func namesAreAsTheTableHasThem(line: String, names: [String]) throws {
    #expect(page.contains(line.replacingOccurrences(of: "|", with: "\\|")) || page.contains(line))
    let source = "model Page {\n  input 28x28x1\n  \(line)\n}\n"
    let compilation = Compilation(path: "page.cnn", bytes: Array(source.utf8)) { _ in .failure(UnreadableFile("")) }
    let network = try #require(compilation.models.first).network
    #expect(network.layers.dropFirst().map { network.path(of: $0) } == names)
  }

  @Test func valuesAreAsThePageHasThem() {
    let claims = [
      "multiple(3, of 8) == 8", "multiple(12, of 8) == 16", "multiple(35, of 8) == 32", "multiple(11, of 8) == 16",
      "2 ^ 3 ^ 2 == 512", "-2 ^ 2 == -4", "1 / 3 * 3 == 1", "7 / 2 == 3.5", "5M == 5000000", "1.5K == 1500",
      "round(-2.5) == -3", "-7 % 3 == 2", "[1] + [2] == [1, 2]", "28x28x1 == [28, 28, 1]",
    ]
    let source = "model Page {\n  input 1\n  relu\n  expect \(claims.joined(separator: ", "))\n}\n"
    let compilation = Compilation(path: "page.cnn", bytes: Array(source.utf8)) { _ in .failure(UnreadableFile("")) }
    #expect(compilation.diagnostics.isEmpty, "\(compilation.diagnostics.map { ($0.message, $0.primary.span) })")
  }

  /// Every keyword, function, measure, limit and heading that the page should name.
  @Test func nothingIsLeftOut() {
    for word in TokenKind.keywords.compactMap(\.spelling) + EditorWords.functions + EditorWords.measures {
      #expect(page.contains(word), "the page does not speak of \(word)")
    }
    for link in page.components(separatedBy: "](#").dropFirst() {
      let anchor = link.prefix { $0 != ")" }
      let isThere = page.split(separator: "\n").contains { line in
        line.hasPrefix("#") && Self.anchor(of: line.drop { $0 == "#" || $0 == " " }) == anchor
      }
      #expect(isThere, "#\(anchor)")
    }
  }

  /// The anchor that a heading gets where Markdown is shown.
  private static func anchor(of heading: Substring) -> String {
    heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
      .replacingOccurrences(of: " ", with: "-")
  }
}
