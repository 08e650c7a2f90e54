import CNNBackends
import Foundation
import Testing

/// Generated files as people read them, and what holds of every one.
@Suite struct GeneratedTextTests {
  private static let folder = Source.root.appendingPathComponent("Tests/GeneratedSwiftTests/Golden")

  private static func text(_ sample: String, _ model: String?) throws -> String {
    let path = Source.root.appendingPathComponent("samples/\(sample).cnn").path
    let source = Source(try String(contentsOfFile: path, encoding: .utf8), path: path)
    let models = try #require(source.models(model.map { .model($0) } ?? .all), "\(sample) has no mistakes")
    return try swiftSource(models, SwiftOptions(version: "0", folder: Source.root.path))
  }

  /// With `CNN_RECORD=1` in the environment the files are written.
  @Test(arguments: [
    ("mnist", nil), ("two_inputs", nil), ("unet", nil), ("any_size", "TiledUNet"), ("resnet", "ResNet50"),
  ])
  func filesAreAsCommitted(_ sample: String, _ model: String?) throws {
    let text = try Self.text(sample, model)
    let golden = Self.folder.appendingPathComponent("\(model ?? sample).swift")
    if ProcessInfo.processInfo.environment["CNN_RECORD"] == "1" { try Data(text.utf8).write(to: golden) }
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = try String(contentsOf: golden, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (number, (line, other)) in zip(found, expected).enumerated() {
      #expect(line == other, "line \(number + 1) of \(golden.lastPathComponent)")
    }
    #expect(found.count == expected.count)
  }

  @Test func theReadmeShowsWhatIsWritten() throws {
    let readme = try String(contentsOf: Source.root.appendingPathComponent("README.md"), encoding: .utf8)
    let excerpt = try #require(readme.firstMatch(of: #/```swift\n(public struct MNIST[^`]*)```/#)).output.1
    #expect(try Self.text("mnist", nil).contains(excerpt))
  }

  /// The same text for the same input, in lines that are not too long, without what a library of C would need.
  @Test func everyFileKeepsItsForm() throws {
    for file in ProbeModule.all.flatMap(\.files) {
      let text = try #require(file.swift, "\(file.name)")
      #expect(file.swift == text, "\(file.name) is the same a second time")
      #expect(text.hasPrefix("// swift-format-ignore-file\n//\n// Made by cnn 0 from "), "\(file.name)")
      let imports = text.split(separator: "\n").filter { $0.hasPrefix("import ") }
      #expect(imports == ["import TensorEngine"], "\(file.name)")
      #expect(text.hasSuffix("}\n") && !text.contains("\n\n\n"), "\(file.name)")
      for line in text.split(separator: "\n") {
        #expect(!line.hasSuffix(" "), "\(file.name): \(line)")
        #expect(line.unicodeScalars.allSatisfy { $0 == " " || !$0.properties.isWhitespace }, "\(file.name): \(line)")
        #expect(line.unicodeScalars.allSatisfy { !$0.properties.isBidiControl }, "\(file.name): \(line)")
      }
    }
  }

  /// Runs of equal blocks are arrays, and equal blocks one type: ResNet-50 has a type for each first block of a stage and
  /// one for the others of it.
  @Test func equalBlocksAreOneType() throws {
    let text = try Self.text("resnet", "ResNet50")
    let types = text.matches(of: #/(?m)^  public struct (\w+): Parameterized/#).map { String($0.1) }
    #expect(Set(types).count == types.count)
    #expect(types.filter { $0.hasPrefix("Bottleneck") }.count == 8, "\(types)")
    let runs = text.matches(of: #/(?m)^  public var \w+: \[\w+\]/#).map { String($0.0) }
    #expect(
      runs == [
        "  public var layer1: [Bottleneck2]", "  public var layer2: [Bottleneck4]",
        "  public var layer3: [Bottleneck6]", "  public var layer4: [Bottleneck8]",
      ], "\(runs)")
  }
}
