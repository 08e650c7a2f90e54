import CNNBackends
import CNNModel
import Foundation
import Testing

/// What a diagram holds, and that the same network gives the same one.
@Suite struct GraphTests {
  private static func model(_ file: String, _ model: String? = nil) throws -> BackendInput {
    let compilation = try GraphSample.compile(file, model.map { .model($0) } ?? .first)
    return BackendInput(compilation, try #require(compilation.models.first))
  }

  @Test func isTheSameEveryTime() throws {
    for sample in GraphSample.all.filter({ $0.depth != .levels(1) }) {
      let options = GraphOptions(depth: sample.depth, heat: .macs, linkBase: "https://example.org")
      #expect(try sample.input().graph(options) == sample.input().graph(options), "\(sample.testDescription)")
    }
  }

  /// A layer more changes its own lines and those beside it.
  @Test func changesWhereTheNetworkDoes() throws {
    let body = (0..<20).map { "layer\($0): conv 8, 3x3, pad 1 | relu" } + ["pool: maxpool 2x2"]
    func lines(_ body: [String]) throws -> Set<Substring> {
      let source = "model Net {\n input 8x8x8\n \(body.joined(separator: "\n "))\n}"
      return Set(try input(source).graph().split(separator: "\n"))
    }
    let before = try lines(body)
    let after = try lines(Array(body[..<10]) + ["between: maxpool 3x3, stride 1, pad 1"] + Array(body[10...]))
    // A line of the chain becomes two; the totals stay, since a pool has no weights.
    #expect(before.subtracting(after).count == 1)
    #expect(after.subtracting(before).count == 3)
  }

  @Test func foldsWhatFollows() throws {
    let dot = try Self.model("mnist.cnn").graph()
    #expect(dot.contains("\"fc1\" ["))
    #expect(!dot.contains("\"fc1.relu\" [") && !dot.contains("\"relu1\" ["))
    let card = try #require(dot.split(separator: "\n").first { $0.contains("\"fc1\" [") })
    for text in ["<B>dense</B>", ">1024<", ">relu<", ">dropout 0.5<"] { #expect(card.contains(text), "\(text)") }
  }

  /// What ends the network is a card of its own; what goes on in it is told where it is made.
  @Test func tellsOutputsOnTheWay() throws {
    let dot = try Self.model("vae.cnn").graph()
    for name in ["z_mean", "z_log_var"] {
      let card = try #require(dot.split(separator: "\n").first { $0.contains("\"\(name)\" [") })
      #expect(card.contains(">output \(name)<"))
      #expect(!dot.contains("~output~\(name)"))
    }
    #expect(dot.contains("\"~output\" ["))
  }

  @Test func stacksTheCallsOfALine() throws {
    let dot = try Self.model("resnet.cnn", "ResNet50").graph(GraphOptions(heat: .macs))
    for text in [
      "layer1.0–2", "layer2.0–3", "layer3.0–5", "layer4.0–2", "64, 64 channels in", "1.46 G multiply-adds", "35.8 %",
    ] {
      #expect(dot.contains(">\(text)<"), "\(text)")
    }
    let open = try Self.model("resnet.cnn", "ResNet50").graph(GraphOptions(open: "layer2.0"))
    #expect(open.contains("subgraph \"cluster_layer2.0\"") && open.contains(">layer2.1–3<"))
    #expect(open.contains("\"layer2.0.downsample.0\" ["))
  }

  /// What somebody else reads must be seen.
  @Test func stacksEndWhereAnotherReads() throws {
    let dot = try input(
      """
      model Net {
        input 8x8x4
        for i in 0 ..< 5 { "b{i}": pair }
        add "b1"
      }
      block pair() { conv 4, 3x3, pad 1 | conv 4, 3x3, pad 1 }
      """
    ).graph()
    #expect(dot.contains(">b0–1<") && dot.contains(">b2–4<") && dot.contains("\"b0~fork\" ->"))
  }

  @Test func barsStandOnlyAroundRealBranches() throws {
    let dot = try Self.model("googlenet.cnn").graph(GraphOptions(open: "inception3a"))
    let lines = dot.split(separator: "\n")
    let bar = try #require(lines.first { $0.contains("\"inception3a.concat1~bar\" [") })
    #expect(bar.matches(of: #/PORT="p\d"/#).count == 4)
    let join = try #require(lines.first { $0.contains("\"inception3a.concat1\" [") })
    for part in ["64", "128", "32"] { #expect(join.contains(">\(part)<"), "\(part)") }
    #expect(try !Self.model("densenet.cnn").graph(GraphOptions(depth: .levels(2))).contains("~bar"))
  }

  @Test func opensACallByTheEndOfItsName() throws {
    let input = try Self.model("mobilenet_v3.cnn")
    let dot = try input.graph(GraphOptions(open: "4.block.2"))
    #expect(dot.contains("subgraph \"cluster_features.4\"") && dot.contains("subgraph \"cluster_features.4.block.2\""))
    #expect(throws: GraphError.noSuchCall("feature.4", nearest: "features.4")) {
      try input.graph(GraphOptions(open: "feature.4"))
    }
    #expect(throws: GraphError.self) { try input.graph(GraphOptions(open: "block.2")) }
  }

  @Test func linksToTheLines() throws {
    let input = try Self.model("mnist.cnn")
    let lines = try String(contentsOf: GraphSample.folder.appendingPathComponent("mnist.cnn"), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let dot = try input.graph(GraphOptions(linkBase: "https://example.org/net/"))
    for name in ["conv1", "fc1"] {
      let number = try #require(lines.firstIndex { $0.contains("\(name):") }) + 1
      let node = try #require(dot.split(separator: "\n").first { $0.contains("\"\(name)\" [") })
      #expect(node.contains("URL=\"https://example.org/net/mnist.cnn#L\(number)\""), "\(name)")
    }
    #expect(try !input.graph().contains("URL="))
  }

  @Test func sharesAddUp() throws {
    for heat in [GraphOptions.Heat.parameters, .macs] {
      let dot = try Self.model("vgg.cnn").graph(GraphOptions(heat: heat))
      let shares = dot.matches(of: #/>(\d+\.\d) %</#).compactMap { Double($0.1) }
      #expect(shares.count >= 10)
      #expect(abs(shares.reduce(0, +) - 100) < 1, "\(heat)")
    }
  }

  @Test func tellsWhereAMistakeCutItShort() throws {
    let dot = try ReportSample.incomplete.model().graph()
    #expect(dot.contains("up to the first mistake") && dot.contains("\"first\" [") && !dot.contains("\"third\" ["))
  }

  @Test func tellsWhatTheNumbersOfAShapeAre() throws {
    #expect(try Self.model("mnist.cnn").graph().contains("Shapes: height × width × channels, for one image."))
    #expect(try ReportSample.line.model().graph().contains("Shapes: length × channels, for one example."))
    // Too long for the width of a card, so the second part stands below.
    let volume = try ReportSample.volume.model().graph()
    #expect(volume.contains("Shapes: depth × height × width × channels,<") && volume.contains(">for one example."))
  }
}
