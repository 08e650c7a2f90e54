import Foundation
import Testing

@Suite struct ReportTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// What is read of `report --format json`.
  private struct Report: Decodable {
    struct Tensor: Decodable {
      let name: String
      let shape: [Int]
    }

    struct Layer: Decodable, Equatable {
      let name: String
      let kind: String
      let output: [Int]
      let parameters: Int
      let macs: Int
      let neurons: Int
      let statistics: Int
      let line: Int
    }

    struct Totals: Decodable {
      let parameters: Int
      let statistics: Int
      let macs: Int
    }

    let model: String
    let complete: Bool
    let inputs: [Tensor]
    let outputs: [Tensor]
    let layers: [Layer]
    let totals: Totals
  }

  private func report(_ arguments: [String]) throws -> Report {
    let ending = try folder.cnn(["report", "--format", "json"] + arguments)
    return try JSONDecoder().decode(Report.self, from: Data(ending.output.utf8))
  }

  private func report(_ arguments: String...) throws -> Report { try report(arguments) }

  /// A size for each symbol in the inputs of a model: only with them its extents and costs are numbers.
  private func sizes(of model: String, in sample: String) throws -> [String] {
    let ending = try folder.cnn("report", sample, "--model", model, "--format", "json")
    let sizes = try JSONDecoder().decode(Sizes.self, from: Data(ending.output.utf8)).sizes ?? []
    return sizes.flatMap { ["-D", "\($0.symbol)=\($0.example)"] }
  }

  private struct Sizes: Decodable {
    struct Size: Decodable {
      let symbol: String
      let example: Int
    }

    let model: String
    let sizes: [Size]?
  }

  /// The models of a sample: the one shown, and those that the note offers.
  private func models(of sample: String) throws -> [String] {
    let ending = try folder.cnn("report", sample, "--format", "json")
    let first = try JSONDecoder().decode(Sizes.self, from: Data(ending.output.utf8)).model
    guard let note = ending.errors.firstMatch(of: #/this is (\w+); `--model` shows another: (.+)/#) else {
      return [first]
    }
    #expect(note.output.1 == first)
    return [first] + note.output.2.components(separatedBy: ", ")
  }

  @Test(arguments: Project.sampleNames) func everyModelIsShownInEveryFormat(_ name: String) throws {
    let sample = "samples/\(name)"
    for model in try models(of: sample) {
      let sizes = try sizes(of: model, in: sample)
      let json = try report([sample, "--model", model] + sizes)
      #expect(json.model == model)
      #expect(json.complete)
      #expect(!json.inputs.isEmpty && !json.outputs.isEmpty && !json.layers.isEmpty, "\(model)")
      #expect(Set(json.layers.map(\.name)).count == json.layers.count, "\(model)")
      #expect(json.layers.map(\.parameters).reduce(0, +) == json.totals.parameters, "\(model)")
      #expect(json.layers.map(\.statistics).reduce(0, +) == json.totals.statistics, "\(model)")
      #expect(json.layers.map(\.macs).reduce(0, +) == json.totals.macs, "\(model)")
      for layer in json.layers { #expect(layer.output.reduce(1, *) == layer.neurons, "\(model) \(layer.name)") }

      for format in ["text", "markdown", "csv"] {
        let ending = try folder.cnn(["report", sample, "--model", model, "--format", format] + sizes)
        #expect(ending.code == 0, "\(model) \(format)")
        #expect(!ending.errors.contains("error"), "\(model) \(format): \(ending.errors)")
        if format == "csv" {
          #expect(ending.output.split(separator: "\n").count == json.layers.count + 1, "\(model)")
        } else {
          #expect(ending.output.contains(model), "\(format)")
          for total in [json.totals.parameters, json.totals.macs] {
            #expect(ending.output.contains(grouped(total)), "\(model) \(format)")
          }
        }
      }
    }
  }

  /// `1,234,567`
  private func grouped(_ number: Int) -> String {
    number < 1000 ? "\(number)" : "\(grouped(number / 1000)),\("\(1000 + number % 1000)".dropFirst())"
  }

  @Test func aBrokenFileIsShownUpToItsMistake() throws {
    let text = try folder.read("samples/mnist.cnn")
    for (wrong, last) in [
      (text.replacing("-> 7x7x64", with: "-> 8x8x64"), "maxpool2"),
      (
        text.replacing("64, 5x5, pad same", with: "64, 50x50"),
        "maxpool1"
      ),
      (text.replacing("flatten", with: "flaten"), "maxpool2"),
    ] {
      try folder.write(wrong, to: "net.cnn")
      let right = try report("samples/mnist.cnn").layers
      let broken = try report("net.cnn")
      #expect(!broken.complete, "\(last)")
      #expect(broken.layers.last?.name == last)
      #expect(broken.layers.map(\.name) == right.prefix(broken.layers.count).map(\.name), "\(last)")

      let lint = try folder.cnn("lint", "net.cnn")
      for format in ["text", "markdown", "json", "csv"] {
        let ending = try folder.cnn("report", "net.cnn", "--format", format)
        #expect(ending.code == 1, "\(last) \(format)")
        #expect(ending.errors == lint.output, "\(last) \(format)")
        #expect(ending.output.contains("conv1"), "\(last) \(format)")
      }
    }
  }

  @Test func aModelWithoutItsFirstLayerHasNoRows() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    let json = try report("net.cnn")
    #expect(!json.complete)
    #expect(json.layers.isEmpty)
    #expect(json.totals.parameters == 0)
  }

  @Test func definitionsChangeTheModel() throws {
    #expect(try report("samples/mnist.cnn", "-D", "classes=10").layers == report("samples/mnist.cnn").layers)
    let seven = try report("samples/mnist.cnn", "-D", "classes=7")
    #expect(seven.outputs.map(\.shape) == [[7]])
    #expect(try report("samples/mnist.cnn").totals.parameters - seven.totals.parameters == 3 * 1025)

    let shallow = try report("samples/resnet.cnn", "--model", "ResNet18", "-D", "depths=[1,1,1,1]")
    #expect(shallow.complete)
    #expect(shallow.layers.filter { $0.kind == "add" }.count == 4)
  }

  @Test func anUnknownDefinitionOrModelEndsWith1() throws {
    let definition = try folder.cnn("report", "samples/mnist.cnn", "-D", "clases=10")
    #expect(definition.code == 1)
    #expect(definition.errors.contains("nearest: `classes`"))
    let model = try folder.cnn("report", "samples/vgg.cnn", "--model", "VGG17")
    #expect(model.code == 1)
    #expect(model.output.isEmpty)
    #expect(model.errors.contains("error[unknown-model]"))
  }

  @Test(arguments: ["lenet5.cnn", "squeezenet.cnn", "two_inputs.cnn"])
  func everyLayerIsExplained(_ name: String) throws {
    let sample = "samples/\(name)"
    let note = try folder.cnn("report", sample, "--format", "csv").errors
    #expect(note.isEmpty || note.hasPrefix("cnn: this is ") || note.hasPrefix("warning["))
    for layer in try report(sample).layers {
      let ending = try folder.cnn("explain", sample, layer.name)
      #expect(ending.code == 0, "\(layer.name)")
      #expect(ending.errors == note, "\(layer.name)")
      #expect(ending.output.contains(layer.name), "\(layer.name)")
      #expect(!ending.output.hasSuffix("\n\n") && ending.output.hasSuffix("\n"), "\(layer.name)")
    }
  }

  @Test func aLayerThatIsNotThereEndsWith2AndOneBehindAMistakeWith1() throws {
    #expect(try folder.cnn("explain", "samples/mnist.cnn", "nothing").code == 2)
    #expect(try folder.cnn("explain", "samples/mnist.cnn", "relu").errors.contains("`conv1.relu`"))
    let text = try folder.read("samples/mnist.cnn")
    try folder.write(text.replacing("-> 7x7x64", with: "-> 8x8x64"), to: "net.cnn")
    #expect(try folder.cnn("explain", "net.cnn", "fc1").code == 1)
    #expect(try folder.cnn("explain", "net.cnn", "conv1").code == 1)
  }
}
