import CNNBackends
import CNNCompiler
import CNNModel
import CNNText
import Foundation
import Testing

/// What `cnn weights` says of names and shapes.
@Suite struct WeightTableTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func sample(_ name: String, model: String? = nil) throws -> BackendInput {
    try input(text("samples/\(name).cnn"), model: model, path: "samples/\(name).cnn")
  }

  private static func json(_ input: BackendInput) throws -> [String: Any] {
    let text = weights(input, WeightOptions(names: .json))
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Names and shapes as a library has them.
  private static func shapes(_ input: BackendInput, in library: String) throws -> [String: [Int]] {
    let tensors = try #require(json(input)["tensors"] as? [[String: Any]])
    return try Dictionary(
      tensors.map { tensor in
        let stored = try #require(tensor[library] as? [String: Any])
        return (try #require(stored["name"] as? String), try #require(stored["shape"] as? [Int]))
      }
    ) { first, _ in first }
  }

  /// All tensors of torchvision's networks, and no other, but for the counts of batches.
  @Test(arguments: [
    ("ResNet18", "resnet18"), ("ResNet50", "resnet50"), ("ResNet101", "resnet101"), ("ResNet152", "resnet152"),
    ("WideResNet50", "wide_resnet50_2"),
  ])
  func theSampleWantsWhatTorchvisionHas(_ model: String, _ name: String) throws {
    var expected: [String: [Int]] = [:]
    for line in try Fixture.text("StateDicts/\(name).txt").split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts[0].hasSuffix(".num_batches_tracked") { continue }
      expected[String(parts[0])] = try #require(parts.last).split(separator: "x").compactMap { Int($0) }
    }
    #expect(try Self.shapes(Self.sample("resnet", model: model), in: "pytorch") == expected)
  }

  @Test func theTableForMachinesIsAsItsSchemaSays() throws {
    let text = try Self.text("grammar/weights.schema.json")
    let schema = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let check = SchemaCheck(root: schema)
    for sample in ReportSample.allCases {
      let value = try Self.json(sample.model())
      #expect(check.problems(of: value, schema, at: "$") == [], "\(sample)")
      var broken = value
      broken["channels_last"] = [["layer": "a", "line": 0]]
      #expect(check.problems(of: broken, schema, at: "$") != [], "\(sample)")
    }
  }

  /// Every library has the same numbers, and as many as the report counts.
  @Test func allLayoutsHaveAsManyNumbers() throws {
    for sample in ReportSample.allCases where sample != .hugeNumbers {
      let input = try sample.model()
      let value = try Self.json(input)
      let report = CNNBackends.report(input, ReportOptions(format: .json))
      let totals = try #require(
        (JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any])?["totals"] as? [String: Any])
      let tensors = try #require(value["tensors"] as? [[String: Any]])
      var counted = 0
      for tensor in tensors {
        let elements = try #require(tensor["elements"] as? Int)
        counted += elements
        for library in ["engine", "pytorch", "keras"] {
          let stored = try #require(tensor[library] as? [String: Any])
          let shape = try #require(stored["shape"] as? [Int])
          #expect(shape.reduce(1, *) == elements, "\(sample) \(stored)")
        }
      }
      let parameters = try #require(totals["parameters"] as? Int)
      #expect(try counted == parameters + #require(totals["statistics"] as? Int), "\(sample)")
      let sum = try #require(value["totals"] as? [String: Any])
      #expect(sum["elements"] as? Int == counted && sum["tensors"] as? Int == tensors.count, "\(sample)")
    }
  }

  @Test func aLineIsATensor() throws {
    for sample in ReportSample.allCases {
      let input = try sample.model()
      let count = try #require(Self.json(input)["tensors"] as? [Any]).count
      for names in [WeightOptions.Names.engine, .pytorch, .keras] {
        for (width, ascii) in [(60, false), (100, false), (100, true)] {
          let text = weights(input, WeightOptions(names: names, width: width, ascii: ascii))
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
          let rule = try #require(lines.firstIndex { $0.allSatisfy { $0 == "─" || $0 == "-" } && !$0.isEmpty })
          #expect(lines[(rule + 1)...].prefix { !$0.isEmpty }.count == count, "\(sample)")
          #expect(!ascii || text.utf8.allSatisfy { $0 < 0x80 }, "\(sample)")
          let colored = weights(input, WeightOptions(names: names, width: width, color: true, ascii: ascii))
          #expect(colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == text, "\(sample)")
        }
      }
    }
  }

  @Test func everyKindOfLayerIsLaidOutAsItsLibraryHasIt() throws {
    let source = """
      model Kinds {
        input 9x11x6
        a: conv 8, 3x5, groups 2
        "b.0": depthwise 3x3, multiplier 2, bias off
        c: convtranspose 6, 2x3, groups 2
        d: prelu
        e: layernorm whole
        f: batchnorm
        p: flatten
        g: batchnorm
        from f | q: globalavgpool
        from g | concat q
        h: dense 5
      }
      """
    let model = try input(source)
    try Fixture.expect(
      weights(model, WeightOptions(names: .pytorch)) + "\n" + weights(model, WeightOptions(names: .keras)),
      matches: "weights-kinds.txt")
  }

  @Test func whereMemoryCountsTheTableSaysSo() throws {
    let input = try Self.sample("autoencoder")
    let note = "not to be loaded from PyTorch: reshape1 (line 13) depends on the order of memory"
    #expect(weights(input, WeightOptions(names: .pytorch)).contains(note))
    #expect(!weights(input, WeightOptions(names: .keras)).contains(note))
  }

  @Test func theReadmeShowsIt() throws {
    let text = weights(try Self.sample("mnist"), WeightOptions(names: .pytorch))
    #expect(try Self.text("README.md").contains("```\n" + text + "```"))
  }
}
