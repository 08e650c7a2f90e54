import CNNBackends
import CNNLayers
import Foundation
import TensorEngine
import Testing

/// The table of `cnn weights` and the layers of the engine say the same of every layer of the language.
@Suite struct EngineTests {
  /// Every kind of layer with weights, over one to three axes, in groups and behind what was flattened.
  private static let kinds = """
    block head(units, side) {
      concat { - flatten
               - from side }
      bn: batchnorm | prelu
      fc: dense units
    }
    model Kinds {
      input 7x9x6
      conv 8, 3x5, groups 2 | depthwise 3x3, multiplier 2, pad 1, bias off
      base: convtranspose 6, 2x3, groups 2 | prelu | prelu shared on | layernorm whole on | batchnorm affine off
      side: globalmaxpool
      from base
      groupnorm 3 | instancenorm | layernorm | scale
      "a.b": head 12, side
      layernorm whole on
      reshape 4x3 | conv 4, 2, groups 1 | convtranspose 3, 2 | prelu
      reshape 1x4x1x3 | conv 2, 1x1x1 | prelu | flatten | scale | dense 2
    }
    """

  private static var networks: [String] {
    get throws {
      let examples = Catalogue.layers.flatMap(\.examples).filter { (1...5_000_000).contains($0.parameters) }
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let samples = try ["lenet5", "mnist", "autoencoder", "squeezenet", "shufflenet"].map { name in
        try String(contentsOf: root.appendingPathComponent("samples/\(name).cnn"), encoding: .utf8)
      }
      return examples.map { "model A {\n input \($0.input)\n \($0.stage)\n}" } + samples + [kinds]
    }
  }

  @Test func theTableIsWhatTheEngineLoads() throws {
    var tensors = 0
    for source in try Self.networks {
      let input = try compiled(source)
      let file = try WeightFile(input)
      let layers = try EngineLayers(input, file)
      for (layout, stored) in [
        (TensorEngine.WeightLayout.engine, file.tensors.map(\.engine)), (.pytorch, file.tensors.map(\.pytorch)),
        (.keras, file.tensors.map(\.keras)),
      ] {
        let wanted = layers.tensorShapes(in: layout)
        let tensors = Self.joined(stored)
        #expect(wanted.map(\.name) == tensors.map(\.name), "\(source) \(layout)")
        #expect(wanted.map(\.extents) == tensors.map(\.shape), "\(source) \(layout)")
      }
      tensors += file.tensors.count
    }
    #expect(tensors > 300)
  }

  /// Rows of a tensor, `bias[0]` and `bias[1]`, as the tensor.
  private static func joined(_ stored: [WeightFile.Stored]) -> [WeightFile.Stored] {
    var tensors: [WeightFile.Stored] = []
    for item in stored {
      if item.name.hasSuffix("[0]") {
        tensors.append(WeightFile.Stored(name: String(item.name.dropLast(3)), shape: [2] + item.shape))
      } else if !item.name.hasSuffix("[1]") {
        tensors.append(item)
      }
    }
    return tensors
  }

  /// What is flattened stands in generated Swift where the table has it.
  @Test func generatedSwiftRecordsWhatWasFlattened() throws {
    for source in try Self.networks {
      let input = try compiled(source)
      let file = try WeightFile(input)
      let text = try swiftSource([input], SwiftOptions(version: "0", folder: "/"))
      let layers = Set(file.tensors.filter { !$0.flattened.isEmpty }.map { "\($0.layer) \($0.flattened)" })
      #expect(text.split(separator: "flattened: [[").count - 1 == layers.count, "\(source)")
      for tensor in file.tensors where !tensor.flattened.isEmpty {
        #expect(text.contains("flattened: \(tensor.flattened)"), "\(source)")
      }
      for place in file.channelsLast {
        #expect(text.contains("channelsLastLayers = [") && text.contains("site(\"\(place.layer)\", \(place.line))"))
      }
      #expect(text.contains("channelsLastLayers") == !file.channelsLast.isEmpty, "\(source)")
    }
  }
}
