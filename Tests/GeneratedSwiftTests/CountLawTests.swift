import CNNBackends
import CNNLayers
import CNNModel
import CNNText
import Foundation
import Testing

/// What is counted is what is drawn, what weights are wanted for, and, as `GeneratedSwiftTests` say, what runs: networks
/// drawn at random, with shared calls and with parts that nothing reads.
@Suite struct CountLawTests {
  private static let networks = ProbeModule.networks.files.flatMap(\.models)
  private static let batches = 10

  private static func batch(_ number: Int) -> [BackendInput] {
    networks.indices.filter { $0 % batches == number }.map { networks[$0] }
  }

  /// The names of the layers that run, one for each call.
  private static func names(_ network: Network) -> [String] {
    network.layers.filter { $0.kind != nil }.map { network.path(of: $0) }.sorted()
  }

  @Test(arguments: 0..<batches)
  func reportsAndTablesOfWeightsAgree(_ number: Int) throws {
    for input in Self.batch(number) {
      let report = try JSONDecoder().decode(
        Report.self, from: Data(CNNBackends.report(input, ReportOptions(format: .json)).utf8))
      let table = try JSONDecoder().decode(
        Table.self, from: Data(CNNBackends.weights(input, WeightOptions(names: .json)).utf8))
      let (network, name) = (input.network, input.network.name)
      let inputs = Set(network.inputs.map(\.name) + ["input"])
      let rows = report.layers.filter { $0.kind != "input" || !inputs.contains($0.name) }
      #expect(rows.map(\.name).sorted() == Self.names(network), "\(name)")
      // Parameters count at the first call of what is shared, and are zero at the others.
      #expect(rows.reduce(0) { $0 + $1.parameters } == report.totals.parameters, "\(name)")
      #expect(rows.allSatisfy { $0.sharedWith == nil || $0.parameters == 0 }, "\(name)")
      let numbers = report.totals.parameters + report.totals.statistics
      #expect(table.totals.elements == numbers, "\(name)")
      #expect(Set(table.tensors.map(\.engine.name)).count == table.tensors.count, "\(name)")
      #expect(table.tensors.reduce(0) { $0 + $1.engine.shape.reduce(1, *) } == numbers, "\(name)")
      let wanted = network.weights.flatMap { network.arrays(of: $0) }
      #expect(wanted.count == table.tensors.count, "\(name)")
    }
  }

  @Test(arguments: 0..<batches)
  func diagramsShowEveryLayerOnce(_ number: Int) throws {
    for input in Self.batch(number) {
      let dot = try input.graph(GraphOptions(depth: .all))
      var drawn: [String] = []
      for match in dot.matches(of: #/tooltip="((?:[^"\\]|\\.)*)"/#) {
        // The layers of a card, a line each, stand above what else is said of it.
        let lines = String(match.1).components(separatedBy: "\\n\\n")[0].components(separatedBy: "\\n")
        for line in lines {
          guard let colon = line.range(of: ": ") else { continue }
          let name = String(line[..<colon.lowerBound])
          // Inputs and outputs have cards of their own.
          if !["input", "output"].contains(line[colon.upperBound...]) { drawn.append(name) }
        }
      }
      let names = Self.names(input.network)
      let known = Set(names)
      #expect(drawn.filter(known.contains).sorted() == names, "\(input.network.name)")
    }
  }

  /// A model that states its own totals holds.
  @Test func claimsCountWhatReportsCount() throws {
    for (index, text) in RandomNetwork.texts(200).enumerated() {
      let source = Source(RandomNetwork.blocks + text)
      let input = try #require(source.models(.model("Network\(index)"))?.first)
      let costs = NetworkCosts(input.network).total
      let macs = input.network.sizes == nil ? ", macs == \(costs.multiplyAdds)" : ""
      let claim = "expect parameters == \(costs.parameters)\(macs)"
      let head = "model Network\(index) {"
      let claimed = Source(RandomNetwork.blocks + text.replacing(head, with: "\(head)\n  \(claim)"))
      #expect(claimed.models() != nil, "\(text)")
    }
  }

  // MARK: - What nothing reads

  /// The network without such lines is the same, and each of them is told of.
  @Test func whatNothingReadsChangesNothing() throws {
    var told = 0
    for (index, text) in RandomNetwork.texts(1000).enumerated() where text.contains("dead") {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let name = "Network\(index)"
      let input = try #require(Source(RandomNetwork.blocks + text).models(.model(name))?.first)
      let first = RandomNetwork.blocks.split(separator: "\n", omittingEmptySubsequences: false).count
      let places = Self.unused(lines)
      for range in places {
        let found = input.model.diagnostics.filter { diagnostic in
          [.unusedLayer, .unusedShared].contains(diagnostic.code)
            && range.contains(Self.line(diagnostic, RandomNetwork.blocks + text) - first)
        }
        #expect(found.count == 1, "\(lines[range.lowerBound]): \(found.map(\.message)) in\n\(text)")
        #expect(found.allSatisfy { $0.severity == .warning })
        told += found.count
      }
      let unused = Set(places.flatMap { $0 })
      let rest = lines.indices.filter { !unused.contains($0) }.map { lines[$0] }.joined(separator: "\n")
      let other = try #require(Source(RandomNetwork.blocks + rest).models(.model(name))?.first)
      #expect(Self.facts(input.network) == Self.facts(other.network), "\(text)")
      #expect(!input.network.layers.contains { input.network.path(of: $0).hasPrefix("dead") }, "\(text)")
    }
    #expect(told >= 50)
  }

  /// The statements that bear such names, with their lines; those that follow each other are read by the last of them.
  private static func unused(_ lines: [String]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, line) in lines.enumerated() {
      let words = line.split(separator: " ")
      guard let word = words.first == "shared" ? words.dropFirst().first : words.first, word.hasPrefix("dead") else {
        continue
      }
      let isOpen = line.hasSuffix("{") || line.contains("{ -")
      let end = isOpen ? lines[index...].firstIndex { $0 == "  }" } ?? index : index
      if let last = ranges.last, last.upperBound == index {
        ranges[ranges.count - 1] = last.lowerBound..<end + 1
      } else {
        ranges.append(index..<end + 1)
      }
    }
    return ranges
  }

  /// The line of a diagnostic in a text, from 1.
  private static func line(_ diagnostic: Diagnostic, _ text: String) -> Int {
    text.utf8.prefix(Int(diagnostic.primary.span.start)).count { $0 == UInt8(ascii: "\n") } + 1
  }

  private static func facts(_ network: Network) -> [String] {
    network.layers.map { layer in
      let inputs = network.inputs(of: layer).map { network.path(of: network.producer(of: $0)) }
      return "\(network.path(of: layer)) \(layer.operation) \(inputs) \(network.outputShape(of: layer))"
    } + network.outputs.map { "\($0.name) \(network.path(of: network.producer(of: $0.tensor)))" }
      + network.weights.map { network.path(of: $0) }
  }
}

/// What the laws ask of a report.
private struct Report: Decodable {
  struct Layer: Decodable {
    let name: String
    let kind: String
    let parameters: Int64
    let sharedWith: String?

    private enum CodingKeys: String, CodingKey {
      case name, kind, parameters
      case sharedWith = "shared_with"
    }
  }

  struct Totals: Decodable {
    let parameters: Int64
    let statistics: Int64
  }

  let layers: [Layer]
  let totals: Totals
}

/// What they ask of a table of weights.
private struct Table: Decodable {
  struct Stored: Decodable {
    let name: String
    let shape: [Int64]
  }

  struct Tensor: Decodable {
    let engine: Stored
  }

  struct Totals: Decodable {
    let elements: Int64
  }

  let tensors: [Tensor]
  let totals: Totals
}
