import CNNModel
import Foundation
import Testing

@testable import CNNBackends

/// Names, labels and comments of any content are shown as they are, in the room there is, and whole in the tooltip.
@Suite struct GraphTextTests {
  private static let labels = [
    #"quote "q" and 'q'"#, "{braces|bars}", "<b>tags</b>", "a < b > c & d &amp; e", #"back\slash \N \G \"#,
    "größe 字字 🐱🐱",
    "[brackets], commas; semicolons", String(repeating: "long ", count: 200), "a  b", "%20 ~ # ?",
  ]

  private static func source(_ label: String) -> String {
    let written = label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("{", with: "\\{")
    return """
      /// \(label)
      model Net {
        input 8x8x3
        "\(written)": conv 4, 3x3, pad [1, 2, 1, 2], groups 1, bias off | relu
        "\(written) too": twice 4
        globalavgpool | dense 100000
      }

      /// \(label)
      block twice(n) { conv n, 3x3 | relu | conv n, 1x1 }
      """
  }

  @Test(.enabled(if: Graphviz.isInstalled, Graphviz.isMissing), arguments: labels)
  func namesAreWholeInTooltips(label: String) throws {
    let input = try input(Self.source(label))
    try #require(input.network.isComplete)
    for depth in [ReportOptions.Depth.levels(1), .all] {
      let dot = try input.graph(GraphOptions(depth: depth, heat: .parameters))
      let tooltips = try Self.tooltips(dot)
      let shown = tooltips.filter { $0.contains("\(label): conv 4, 3x3") }
      #expect(shown.count == 1, "\(label): \(tooltips)")
      #expect(tooltips.contains { $0.contains("\(label) too") }, "\(label)")
      #expect(tooltips.contains { $0.hasPrefix(label.trimmingCharacters(in: .whitespaces)) }, "\(label)")
      let layout = try Graphviz.layout(dot)
      for node in layout.nodes.values where node.isCard && node.label.contains("ALIGN=\"LEFT\"") {
        #expect(abs(node.box.width - 186) < 0.5, "\(node.name) is \(node.box.width) wide")
      }
    }
  }

  /// What a reader sees: the picture must be a whole document in XML.
  private static func tooltips(_ dot: String) throws -> [String] {
    let run = try Graphviz.run(dot, format: "svg")
    #expect(run.complaints.isEmpty, "\(run.complaints)")
    let document = String(decoding: run.output, as: UTF8.self)
    return document.matches(of: #/xlink:title="([^"]*)"/#).map { match in
      var text = String(match.1)
      let entities = [("&#10;", "\n"), ("&#45;", "-"), ("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")]
      for (entity, letter) in entities + [("&#160;", " "), ("&#92;", "\\"), ("&amp;", "&"), ("\u{200B}", "")] {
        text = text.replacing(entity, with: letter)
      }
      return text
    }
  }

  @Test func widthsAreThoseOfHelvetica() {
    // Adobe's metrics of some words, added up by hand.
    #expect(Helvetica.width("conv", size: 1000) == 500 + 556 + 556 + 500)
    #expect(Helvetica.width("conv", size: 1000, bold: true) == 556 + 611 + 611 + 556)
    #expect(Helvetica.width("5×5, ~", size: 1000) == 556 + 584 + 556 + 278 + 278 + 584)
    #expect(Helvetica.width("W", size: 11) == 11 * 0.944)
  }

  @Test func elidedTextFitsAndKeepsItsEnds() {
    for label in Self.labels + ["encoder.stage.squeeze_mixer"] {
      for limit in stride(from: 0.0, through: 200, by: 7) {
        let text = Helvetica.elided(label, to: limit, size: 9)
        #expect(Helvetica.width(text, size: 9) <= limit, "\(label) in \(limit)")
        let parts = text.split(separator: "…", omittingEmptySubsequences: false)
        #expect(text == label || text.isEmpty || parts.count == 2, "\(text)")
        if parts.count == 2 { #expect(label.hasPrefix(parts[0]) && label.hasSuffix(parts[1]), "\(text)") }
      }
    }
  }

  @Test func crossesStandBetweenNumbersOnly() {
    #expect("32, 5x5, pad same".withCrosses == "32, 5×5, pad same")
    #expect("[3x3x3, 1x1]".withCrosses == "[3×3×3, 1×1]")
    #expect("max, x, 4x, x4, hex2x3, res2x.3x3, 0x1f".withCrosses == "max, x, 4x, x4, hex2x3, res2x.3x3, 0x1f")
  }

  @Test func argumentsAreBrokenBetweenThem() {
    let lines = ArgumentLines(
      kind: "conv", positional: ["64", "3x3"], named: ["stride 2", "pad [1, 2, 1, 2]", "groups 32", "bias off"]
    ).lines(title: 120, line: 120)
    #expect(lines.title.map(\.text) == ["conv", "64, 3×3"])
    #expect(lines.further == ["stride 2, pad [1, 2, 1, 2]", "groups 32, bias off"])
    // All are told, whatever the room; only what one line cannot hold at its end is cut.
    let label = ArgumentLines.wrapped(["5", "72", "40", "on", "relu", "2"], 83, first: 40, size: 10)
    #expect(label == ["5, 72, 40", "on, relu, 2"])
    #expect(ArgumentLines.wrapped(["norm off"], 83, first: 10, size: 10) == ["", "norm off"])
    #expect(ArgumentLines.wrapped([], 83, first: 10, size: 10) == [])
    let stage = NormalForm.StageText(kind: "b", arguments: #"64, [1, [2, 3]], "a, b", k (1, 2)"#)
    #expect(stage.argumentList == ["64", "[1, [2, 3]]", #""a, b""#, "k (1, 2)"])
  }
}
