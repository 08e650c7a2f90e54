import CNNCompiler
import CNNLayers
import CNNSyntax
import CNNText
import Testing

@testable import CNNModel

/// The examples of the catalogue, and what they become when they are printed and read again.
@Suite struct ExampleTests {
  private static func compile(_ text: String) -> Compilation {
    Compilation(path: "example.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
  }

  private static let examples = Catalogue.layers.flatMap { layer in layer.examples.map { (layer, $0) } }

  @Test func examplesGiveTheShapesAndParametersTheyState() throws {
    for (layer, example) in Self.examples {
      let compilation = Self.compile("model A {\n input \(example.input)\n \(example.stage) -> \(example.output)\n}")
      #expect(compilation.diagnostics.isEmpty, "\(example.stage): \(compilation.diagnostics)")
      let network = try #require(compilation.models.first?.network)
      #expect(network.tensors.last?.shape.description == example.output, "\(example.stage)")
      #expect(NetworkCosts(network).total.parameters == example.parameters, "\(example.stage)")
      #expect(example.stage.contains(layer.name), "\(example.stage)")
    }
  }

  @Test func examplesAreWrittenInNormalForm() throws {
    for (layer, example) in Self.examples where layer.join == .none && layer.name != "identity" {
      let compilation = Self.compile("model A {\n input \(example.input)\n \(example.stage)\n}")
      let model = try #require(compilation.models.first)
      let last = try #require(model.network.layers.last)
      #expect(NormalForm(model, of: compilation.program).text(of: last).text == example.stage)
    }
  }

  @Test func layersArePrintedAsTheyAreRead() throws {
    for (_, example) in Self.examples {
      let compilation = Self.compile("model A {\n input \(example.input)\n \(example.stage)\n}")
      let model = try #require(compilation.models.first)
      let form = NormalForm(model, of: compilation.program)
      for layer in model.network.layers where layer.kind.map({ Catalogue.layers[$0].join == .none }) ?? false {
        let text = form.text(of: layer).text
        let input = model.network.firstInputShape(of: layer)
        let again = try #require(Self.compile("model B {\n input \(input)\n \(text)\n}").models.first)
        #expect(again.network.layers.last?.operation == layer.operation, "\(text) on \(input)")
        #expect(again.network.tensors.last?.shape == model.network.outputShape(of: layer), "\(text) on \(input)")
      }
    }
  }

  @Test func namesOfLayersAndParametersAreNoKeywords() {
    let keywords = Set(TokenKind.keywords.compactMap(\.spelling))
    #expect(keywords.contains("model"))
    for layer in Catalogue.layers {
      #expect(!keywords.contains(layer.name), "\(layer.name)")
      // `shared` is one: the grammar has it among the names of arguments.
      for parameter in layer.parameters where parameter.name != "shared" {
        #expect(!keywords.contains(parameter.name), "\(parameter.name) of \(layer.name)")
      }
    }
  }

  /// A bare word in a call is a flag only where it cannot be one of the words that parameters take.
  @Test func flagsAreNoWords() {
    let words = Set(Word.allCases.map(\.rawValue))
    for layer in Catalogue.layers {
      for parameter in layer.parameters where parameter.isFlag {
        #expect(!words.contains(parameter.name), "\(parameter.name) of \(layer.name)")
      }
    }
  }
}
