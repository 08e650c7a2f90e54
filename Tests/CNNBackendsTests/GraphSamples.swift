import CNNBackends
import CNNCompiler
import CNNModel
import Foundation
import Testing

/// A model of the samples, or of the networks that are hard to lay out, at some depth.
struct GraphSample: CustomTestStringConvertible, Sendable {
  let file: String
  let model: String
  let depth: ReportOptions.Depth

  var testDescription: String { "\(model) of \(file), depth \(depth)" }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = root.appendingPathComponent("samples")

  /// What is not drawn in order with blocks open: Graphviz takes minutes for the thousand layers of ESRGAN and of HRNet, or
  /// gives up, and HRNet's ways and RetinaNet's heads have lines that are not straight.
  private static let tangled: Set<String> = ["esrgan.cnn", "hrnet.cnn", "retinanet.cnn"]

  /// Every model as it is first seen, and the first of each file with its blocks open.
  static let all: [GraphSample] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".cnn") }.sorted().flatMap { file -> [GraphSample] in
      guard let compilation = try? compile(file) else { return [] }
      let models = compilation.models.map(\.network.name)
      let closed = models.map { GraphSample(file: file, model: $0, depth: .levels(1)) }
      return closed
        + models.prefix(1).flatMap { model -> [GraphSample] in
          let depths: [ReportOptions.Depth] = tangled.contains(file) ? [] : [.levels(2), .all]
          return depths.map { GraphSample(file: file, model: model, depth: $0) }
        }
    }
  }()

  func input() throws -> BackendInput {
    let compilation = try Self.compile(file, .model(model))
    return BackendInput(compilation, try #require(compilation.models.first))
  }

  static func compile(
    _ file: String, _ selection: Compilation.Selection = .all, overrides: [Override] = []
  ) throws -> Compilation {
    // Paths are those of a command that runs beside the samples, so that they are the same on every machine.
    let bytes = try Data(contentsOf: folder.appendingPathComponent(file))
    return Compilation(path: file, bytes: Array(bytes), selection: selection, overrides: overrides) { path in
      FileManager.default.contents(atPath: folder.appendingPathComponent(path).path).map { .success(Array($0)) }
        ?? .failure(UnreadableFile("no such file"))
    }
  }
}
