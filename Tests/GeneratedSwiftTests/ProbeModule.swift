import CNNBackends
import CNNCompiler
import CNNLayers
import CNNModel
import Foundation

/// A module of generated files, each of one text of the language. Models bear names of their own in a module.
struct ProbeModule: Sendable {
  struct File: Sendable {
    let name: String
    let models: [BackendInput]
    let probes: [Probe]

    /// The generated text; nil where a model has no form in Swift.
    var swift: String? { try? swiftSource(models, SwiftOptions(version: "0", folder: Source.root.path)) }
  }

  let name: String
  let files: [File]

  var probes: [Probe] { files.flatMap(\.probes) }

  static let all = [samples, examples, networks, hostile]
}

// MARK: - The samples

extension ProbeModule {
  /// Every model of every sample, at its own size where that is small, else at the smallest size that it works for.
  static let samples: ProbeModule = {
    let folder = Source.root.appendingPathComponent("samples")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    var files: [File] = []
    for name in names.sorted() where name.hasSuffix(".cnn") {
      let path = folder.appendingPathComponent(name).path
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      let base = String(name.dropLast(4))
      for (index, model) in (Source(text, path: path).models() ?? []).enumerated() {
        let file = index == 0 ? base : "\(base)-\(index + 1)"
        files.append(sample(model.network.name, text, path, file) ?? File(name: file, models: [model], probes: []))
      }
    }
    return ProbeModule(name: "Samples", files: files)
  }()

  private static let largestCost: Int64 = 100_000_000

  private static func sample(_ model: String, _ text: String, _ path: String, _ file: String) -> File? {
    var smallest: File?
    for share in [1.0, 1 / 2, 2 / 5, 2 / 7, 1 / 4, 1 / 6, 1 / 8] as [Double] {
      let source = Source(share == 1 ? text : scaled(text, by: share), path: path)
      // Assertions speak of the size that the sample has.
      let changing: @Sendable (String) -> String = { share == 1 ? $0 : withoutClaims($0) }
      guard let input = source.models(.model(model), changing: changing)?.first else { continue }
      let probe = Probe(input) { sizes in source.models(.model(model), sizes: sizes, changing: changing)?.first }
      smallest = File(name: file, models: [input], probes: [probe])
      if probe.runs.allSatisfy({ $0.cost < largestCost }) { return smallest }
    }
    return smallest
  }

  private static func scaled(_ text: String, by share: Double) -> String {
    let shape = #/(?<head>\n *input (?:[a-z]+ )?)(?<extents>(?:[0-9]+x)+)(?<channels>[0-9]+)/#
    return withoutClaims(text).replacing(shape) { match in
      let extents = match.extents.split(separator: "x").compactMap { Int($0) }
      let smaller = extents.map { "\(max(Int((Double($0) * share).rounded(.up)), 1))" }
      return "\(match.head)\(smaller.joined(separator: "x"))x\(match.channels)"
    }
  }

  private static func withoutClaims(_ text: String) -> String {
    text.replacing(#/ +-> [^\n/]*/#, with: "").replacing(#/\n *expect [^\n]*/#, with: "\n")
  }
}

// MARK: - Layers by themselves, and networks drawn at random

extension ProbeModule {
  /// The examples of every layer in the catalogue.
  static let examples: ProbeModule = {
    var text = ""
    for (index, example) in Catalogue.layers.flatMap(\.examples).enumerated() {
      text += "model Example\(index) {\n  input \(example.input)\n  \(example.stage) -> \(example.output)\n}\n\n"
    }
    return ProbeModule(name: "Layers", files: [file("examples", text)])
  }()

  /// A thousand networks drawn at random.
  static let networks: ProbeModule = {
    let texts = RandomNetwork.texts(1000)
    let files = stride(from: 0, to: texts.count, by: 50).map { start in
      file("networks\(start)", RandomNetwork.blocks + texts[start..<min(start + 50, texts.count)].joined())
    }
    return ProbeModule(name: "Random", files: files)
  }()

  /// Names that Swift has another use for.
  static let hostile = ProbeModule(
    name: "Hostile",
    files: HostileNames.files.enumerated().map { index, item in file("hostile\(index)", item.text, path: item.path) })

  private static func file(_ name: String, _ text: String, path: String? = nil) -> File {
    let source = Source(text, path: path ?? name + ".cnn")
    let models = source.models() ?? []
    let probes = models.map { model in
      Probe(model) { source.models(.model(model.network.name), sizes: $0)?.first }
    }
    return File(name: name, models: models, probes: probes)
  }
}
