import CNNLayers
import CNNModel
import CNNText
import Foundation
import Testing

/// The networks of `samples` with symbols in the place of their inputs' extents, for every size.
@Suite struct SizeSampleTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("samples")

  @Sendable private static func read(_ path: String) -> Result<[UInt8], UnreadableFile> {
    let data = try? Data(contentsOf: folder.appendingPathComponent(path))
    return data.map { .success([UInt8]($0)) } ?? .failure(UnreadableFile("there is no such file"))
  }

  /// A model that has a body of its own. Those that only fix arguments of another are the same network longer or wider.
  struct Sample: CustomTestStringConvertible {
    let file: String
    let model: String
    var testDescription: String { "\(file) \(model)" }

    func text() throws -> String {
      try String(contentsOf: SizeSampleTests.folder.appendingPathComponent(file), encoding: .utf8)
    }

    func law(_ text: String) -> SizeLaw? { SizeLaw(text, path: file, model: model, reader: SizeSampleTests.read) }
  }

  private static let all: [Sample] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".cnn") }.sorted().flatMap { file in
      let text = (try? Sample(file: file, model: "").text()) ?? ""
      return text.matches(of: /(?m)^model (\w+)[^=]*?\{|^model (\w+)\(.*\) \{/).map {
        Sample(file: file, model: String($0.output.1 ?? $0.output.2 ?? ""))
      }
    }
  }()

  /// Symbols for the spatial extents of every input; of several inputs with as many axes, the same.
  private static func symbolic(_ text: String) -> String {
    text.replacing(/(?m)^( *input (?:\w+ )?)((?:\d+x)+)(\d+)$/) { match in
      let axes = match.output.2.split(separator: "x").count
      let symbols = axes == 1 ? ["L"] : axes == 2 ? ["H", "W"] : ["D", "H", "W"]
      return "\(match.output.1)[\(symbols.joined(separator: ", ")), \(match.output.3)]"
    }
  }

  /// Without what the authors say of one size only: claims about extents and costs.
  private static func withoutNumbers(_ text: String) -> String {
    text.replacing(/(?m)^ *expect .*$/) { _ in "" }
      .replacing(/-> (?:[\d_]+x)+(\d+|_)/) { match in
        "-> \(match.output.0.dropFirst(3).split(separator: "x").dropLast().map { _ in "_x" }.joined())\(match.output.1)"
      }
      .replacing(/-> \[.*\]/) { claim in
        // Not the numbers of formulas, as in `H - 184`.
        claim.output.replacing(/(\[|, )\d+(?=,)/) { "\($0.output.1)_" }
      }
  }

  /// Models that cut off a number of cells which depends on the size, or lay rows out one after the other.
  private static let cutBySize: Set = ["TCN", "CRNN"]

  /// True where a vector has as many features as a map has cells, so that it depends on the size.
  private static func flattens(_ law: SizeLaw, _ sizes: [[Int64]]) -> Bool {
    let widths = sizes.map { numbers in
      let network = law.numeric(numbers).network
      return network.layers.filter { $0.operation == .flatten }.map { network.outputShape(of: $0).channels }
    }
    return Set(widths).count > 1
  }

  @Test(arguments: all)
  func everySizeAgrees(sample: Sample) throws {
    let law = try #require(sample.law(Self.withoutNumbers(Self.symbolic(try sample.text()))))
    let symbols = try #require(law.sizes?.symbols)
    let flattens = Self.flattens(law, [320, 416].map { size in symbols.map { _ in size } })
    let isRefused = flattens || Self.cutBySize.contains(sample.model)
    #expect(law.outcome == (isRefused ? .refused : .decided), "\(law.symbolic.diagnostics.map(\.code))")
    if isRefused { #expect(law.symbolic.diagnostics.contains { $0.code == .symbolicExtent }) }
    let violations = law.violations()
    #expect(violations.isEmpty, "\(violations.prefix(3))")
  }

  /// What the authors claim of the sizes they chose leaves those, and few others.
  @Test(arguments: all)
  func theAuthorsSizeIsLeft(sample: Sample) throws {
    let text = try sample.text()
    let law = try #require(sample.law(Self.symbolic(text).replacing(/(?m)^ *expect .*$/) { _ in "" }))
    let symbols = try #require(law.sizes?.symbols)
    guard law.outcome != .refused else { return }
    let original = try #require(sample.law(text)).symbolic.network
    let input = try #require(original.inputs.first.map { original.shape(of: $0.tensor) })
    for (axis, symbol) in symbols.enumerated() {
      #expect(symbol.valid.contains(Int64(input.spatial[axis])), "\(symbol.name) of \(input)")
    }
  }
}
