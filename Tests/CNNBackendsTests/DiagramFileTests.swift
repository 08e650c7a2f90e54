import CNNBackends
import CNNModel
import Foundation
import Testing

/// The committed pictures are those of the samples as they are now: each lies beside the DOT it was drawn from.
@Suite struct DiagramFileTests {
  struct Picture: CustomTestStringConvertible, Sendable {
    let name: String
    let file: String
    let model: String?
    let options: GraphOptions

    var testDescription: String { name }
  }

  static let pictures = [
    Picture(name: "mnist", file: "mnist.cnn", model: nil, options: GraphOptions(heat: .parameters)),
    Picture(name: "alexnet", file: "alexnet.cnn", model: nil, options: GraphOptions(heat: .parameters, theme: .print)),
    Picture(name: "lenet5", file: "lenet5.cnn", model: nil, options: GraphOptions(isHorizontal: true)),
    Picture(name: "googlenet", file: "googlenet.cnn", model: nil, options: GraphOptions(open: "inception3a")),
    Picture(name: "resnet50", file: "resnet.cnn", model: "ResNet50", options: GraphOptions(heat: .macs)),
    Picture(
      name: "resnet50-block", file: "resnet.cnn", model: "ResNet50",
      options: GraphOptions(open: "layer2.0", heat: .parameters, theme: .dark)),
    Picture(name: "unet", file: "unet.cnn", model: nil, options: GraphOptions(heat: .macs)),
    Picture(name: "yolov3_tiny", file: "yolov3_tiny.cnn", model: nil, options: GraphOptions()),
    Picture(
      name: "mobilenet_v2", file: "mobilenet_v2.cnn", model: nil, options: GraphOptions(heat: .macs, theme: .dark)),
    Picture(name: "inception_v3", file: "inception_v3.cnn", model: nil, options: GraphOptions(open: "mixed9.cross1")),
  ]

  private static let folder = GraphSample.folder.appendingPathComponent("diagrams")

  @Test(arguments: pictures) func isUpToDate(picture: Picture) throws {
    let compilation = try GraphSample.compile(picture.file, picture.model.map { .model($0) } ?? .first)
    let text = try BackendInput(compilation, try #require(compilation.models.first)).graph(picture.options)
    let (dot, svg) = (Self.url(picture.name, "dot"), Self.url(picture.name, "svg"))
    if ProcessInfo.processInfo.environment["CNN_RECORD"] == "1", Graphviz.isInstalled {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: dot)
      try Graphviz.run(text, format: "svg").output.write(to: svg)
      return
    }
    let committed = try? String(contentsOf: dot, encoding: .utf8)
    #expect(committed == text, "\(picture.name) is stale: `CNN_RECORD=1 swift test --filter DiagramFile` draws it anew")
    // The picture shows the nodes of that DOT, so that one cannot be refreshed without the other.
    let drawn = Set(
      try String(contentsOf: svg, encoding: .utf8).matches(of: #/<title>([^<]*)<\/title>/#)
        .map { $0.1.replacing("&#45;", with: "-") })
    let nodes = text.matches(of: #/\n *"([^"]+)" \[/#).map(\.1)
    #expect(!nodes.isEmpty)
    for node in nodes { #expect(drawn.contains(node), "\(node) of \(picture.name)") }
  }

  /// The page of the pictures shows each, with the command that draws it.
  @Test func everyPictureIsShown() throws {
    let page = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let readme = try String(
      contentsOf: GraphSample.folder.deletingLastPathComponent().appendingPathComponent("README.md"), encoding: .utf8)
    for picture in Self.pictures {
      #expect(page.contains("](\(picture.name).svg)") && page.contains("-o \(picture.name).svg"), "\(picture.name)")
    }
    for match in readme.matches(of: #/\]\(samples\/diagrams\/([a-z0-9_-]+)\.svg\)/#) {
      #expect(Self.pictures.contains { $0.name == match.1 }, "\(match.1)")
    }
  }

  private static func url(_ name: String, _ ending: String) -> URL {
    folder.appendingPathComponent("\(name).\(ending)")
  }
}
