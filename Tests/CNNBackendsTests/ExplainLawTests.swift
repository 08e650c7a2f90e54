import CNNBackends
import CNNLayers
import CNNModel
import CNNText
import Foundation
import Testing

@Suite struct ExplainLawTests {
  /// A model around an example of the catalogue.
  private static func model(_ example: Example) -> String {
    "model M {\n  input \(example.input)\n  \(example.stage)\n}\n"
  }

  private static let texts = Catalogue.layers.flatMap(\.examples).map(model) + Samples.all + files

  /// Real networks of the project, in one, two and three dimensions, with joins of every kind.
  private static let files = ["audio", "video", "two_inputs", "unet", "googlenet", "shufflenet"].map { name in
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: root.appendingPathComponent("samples/\(name).cnn"), encoding: .utf8)) ?? ""
  }

  @Test func theFilesAreThere() {
    #expect(Self.files.allSatisfy { $0.contains("model") })
  }

  /// The words of a page before they are broken into lines.
  private static func words(_ explanation: Explanation) -> [String] {
    explanation.sections.flatMap { (section) -> [String] in
      switch section {
      case .paragraph(let sentences): sentences
      case .table(let table): table.rows.joined().flatMap { $0.split(separator: "\n").map(String.init) }
      }
    }
  }

  @Test func everyEquationHolds() throws {
    var count = 0
    for text in Self.texts {
      let input = try backendInput(text, comment: Comment(rawValue: text))
      for name in input.explained {
        for parameters in [false, true] {
          let explanation = try input.explain(ExplainRequest(layer: name, parameters: parameters, compare: 1000))
          for equation in Self.words(explanation).flatMap(Equation.all(in:)) {
            count += 1
            #expect(equation.holds, "\(equation.text) of \(name ?? "the model") in \(text)")
          }
        }
      }
    }
    #expect(count > 2000)
  }

  /// The arithmetic of a layer ends in the extents it really has, every axis of it.
  @Test func arithmeticGivesTheRealExtents() throws {
    for text in Self.texts {
      let input = try backendInput(text)
      for (layer, name) in zip(input.network.layers, input.layerNames) {
        let before = input.network.firstInputShape(of: layer)
        let after = input.network.outputShape(of: layer)
        guard before.rank == after.rank, before.spatial != after.spatial else { continue }
        if case .permute = layer.operation { continue }
        let explanation = try input.explain(ExplainRequest(layer: name))
        guard case .paragraph(let sentences) = explanation.sections[0] else { return }
        let results = Self.words(explanation).flatMap { Equation.all(in: $0) }.map { Int32($0.right.rounded(.down)) }
        for axis in 0..<Int(before.rank) where before.spatial[axis] != after.spatial[axis] {
          let extent = after.spatial[axis]
          let isWindowed = sentences[0].contains("windows") || sentences[0].contains("rounded up")
          #expect(
            results.contains(extent) || isWindowed || Self.isWithoutArithmetic(layer.operation),
            "\(name): \(sentences) in \(text)")
        }
        #expect(sentences[0].contains("\(after)"), "\(name) in \(text)")
      }
    }
  }

  /// Whether an operation gives extents that are not worked out: the one cell of a reduction, those that a pool took away.
  private static func isWithoutArithmetic(_ operation: CNNLayers.Operation) -> Bool {
    switch operation {
    case .globalPool, .reduce, .unpool: true
    default: false
    }
  }

  /// The page of parameters names the number that is counted elsewhere, and its rows add up to it.
  @Test func parametersAddUp() throws {
    for text in Self.texts {
      let input = try backendInput(text)
      let costs = NetworkCosts(input.network)
      for (index, name) in input.layerNames.enumerated() {
        let parameters = costs.layers[index].parameters
        let explanation = try input.explain(ExplainRequest(layer: name, parameters: true))
        guard case .paragraph(let sentences) = explanation.sections[0] else { return }
        if parameters == 0 {
          #expect(sentences == ["\(name) has no parameters."])
        } else {
          #expect(sentences[0].contains(" \(parameters.grouped) ") || parameters == 1, "\(sentences)")
          #expect(explanation.facts.contains { $0.value == parameters }, "\(name) in \(text)")
        }
      }
      let whole = try input.explain(ExplainRequest(parameters: true)).text()
      #expect(costs.total.parameters == 0 || whole.contains(" \(costs.total.parameters.grouped)"), "\(text)")
    }
  }

  /// No line is wider than the columns there are, colours apart, and none ends in blanks.
  @Test func linesFit() throws {
    let columns = 80
    for text in Self.texts {
      let input = try backendInput(text)
      for name in input.explained {
        for parameters in [false, true] {
          let explanation = try input.explain(ExplainRequest(layer: name, parameters: parameters, compare: 253_440))
          let plain = explanation.text(columns: columns)
          for line in plain.split(separator: "\n") {
            #expect(line.count <= columns, "\(line)")
            #expect(line.last != " ", "\(line)")
          }
          let colored = explanation.text(columns: columns, color: true)
          #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
        }
      }
    }
  }

  /// Every number among the facts is found when it is asked for.
  @Test func factsAnswerComparisons() throws {
    for text in [Samples.mnist, Samples.kinds, Samples.signal, Samples.volume] {
      let input = try backendInput(text)
      for name in input.explained {
        let facts = try input.explain(ExplainRequest(layer: name)).facts
        for fact in facts {
          let page = try input.page(name, compare: fact.value)
          #expect(!page.contains("none of these"), "\(fact) of \(name ?? "the model")")
        }
        let unknown = (facts.map(\.value).max() ?? 0) + 1
        #expect(try input.page(name, compare: unknown).contains("none of these"))
      }
    }
  }

  /// Whatever number is asked for, there is an answer.
  @Test func anyNumberIsCompared() throws {
    for text in [Samples.mnist, Samples.alexnet(input: "224x224x3"), Samples.signal, Samples.volume] {
      let input = try backendInput(text)
      for name in input.explained {
        let numbers: [Int64] = [.min, -1, 0, 1, 96 * 48 * 48, 96 * 7, .max]
        for number in numbers {
          #expect(try input.page(name, compare: number).contains(number.grouped))
        }
      }
    }
  }

  /// A chain of thousands of layers is explained by its ends, and quickly.
  @Test func longChainsAreShortened() throws {
    let text = """
      model Deep {
        input 64x64x4
        repeat 3000 { conv 4, 3x3, pad same | batchnorm | relu }
        flatten
        last: dense 10
      }
      """
    let input = try backendInput(text)
    let clock = ContinuousClock()
    var pages: [String] = []
    let time = try clock.measure {
      pages = [try input.page("last"), try input.page(), try input.page(parameters: true)]
    }
    #expect(time < .seconds(20))
    for page in pages {
      #expect(page.contains("left out"))
      #expect(page.split(separator: "\n").count < 60)
    }
    let all = try input.explain(ExplainRequest(layer: "last", all: true)).text()
    #expect(all.split(separator: "\n").count > 3000)
  }
}
