import Foundation
import Testing

/// Models that do not come about, or come to nothing: every command says what is wrong, and ends.
@Suite struct NoModelTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Every command in every format.
  static let lines: [[String]] =
    ["text", "markdown", "json", "csv"].map { ["report", "--format", $0] }
    + ["engine", "pytorch", "keras", "json"].map { ["weights", "--names", $0] }
    + ["text", "compiler", "json", "github", "sarif"].map { ["lint", "--format", $0] } + [
      ["report", "--depth", "all"], ["explain"], ["explain", "--sizes"], ["explain", "--sizes", "-D", "H=3"],
      ["explain", "--parameters", "--all"], ["graph"], ["graph", "--depth", "all", "--heat", "macs", "--lr"], ["swift"],
      ["swift", "--build"],
    ]

  static let models = [
    "model A = B\n", "model A = B\nmodel B = A\n", "model A = A\n", "model A = \n", "model A =", "model\n",
    "model A = B(1)\nmodel B {\n  input 8x8x3\n  relu\n}\n",
    "model A {\n  input [H, 32, 3] where H >= 64, H < 32\n  conv 8, 3x3\n}\n",
    "model A {\n  input [H, W, C]\n  conv 8, 3x3\n}\n", "model A {\n}\n", "model A {", "model A(n) {\n}\n",
    "model A(n) {\n  input 8x8x3\n  conv n, 3x3\n}\n", "model A {\n  output x\n}\n", "model A {\n  relu\n}\n",
    "model A {\n  output x: relu\n  output y\n}\n", "model A {\n  shared a: conv 3, 1x1\n}\n",
    "model A {\n  input 8x8x3\n  output a: nothing\n}\n", "model A {\n  input []\n  relu\n}\n",
    "import \"missing.cnn\"\nmodel A = B\n",
  ]

  @Test(arguments: models) func everyCommandEnds(_ text: String) throws {
    try folder.write(text, to: "net.cnn")
    for line in Self.lines {
      let ending = try folder.cnn(line + ["net.cnn"])
      #expect(ending.code == 1, "\(line)")
      #expect(!(ending.output + ending.errors).isEmpty, "\(line)")
    }
  }

  /// There is nothing wrong with these but that they compute nothing.
  @Test(arguments: [
    "model A {\n  input 8x8x3\n}\n", "model A {\n  input a: 8x8x3\n  output b: from a\n}\n",
    "model A {\n  input a: 8x8x3\n  input b: 8x8x3\n}\n", "model A {\n  input [H, W, 3]\n}\n",
    "model A {\n  input 8x8x3\n  output a\n}\n", "model B {\n  input 8x8x3\n}\nmodel A = B\n", "let a = 1\n", "",
  ]) func whatHasNoLayersEnds(_ text: String) throws {
    try folder.write(text, to: "net.cnn")
    for line in Self.lines { #expect((0...2).contains(try folder.cnn(line + ["net.cnn"]).code), "\(line)") }
  }

  @Test func aModelThatDoesNotComeAboutHasAnEmptyReport() throws {
    try folder.write("model A = B\n", to: "net.cnn")
    let table = try folder.cnn("report", "--format", "json", "net.cnn")
    #expect(table.output.contains("\"complete\": false") && table.output.contains("\"layers\": []"))
    let graph = try folder.cnn("graph", "net.cnn")
    #expect(graph.output.hasPrefix("digraph \"A\" {\n"))
    #expect(graph.errors.contains("error[unknown-model]"))
  }
}
