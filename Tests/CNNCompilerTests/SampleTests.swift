import CNNCompiler
import CNNModel
import CNNText
import Foundation
import Testing

/// The size of a model as it is published, beyond the models of the reference.
struct PublishedSize: Sendable, CustomTestStringConvertible {
  let sample: String
  let model: String
  let parameters: Int64
  let overrides: [Override]

  init(_ sample: String, _ model: String, _ parameters: Int64, _ overrides: [Override] = []) {
    (self.sample, self.model, self.parameters, self.overrides) = (sample, model, parameters, overrides)
  }

  var testDescription: String { model }

  static let all: [PublishedSize] = [
    .init("mnist", "MNIST", 3_274_634),
    .init("densenet", "DenseNet121", 7_978_856),
    .init("densenet", "DenseNet169", 14_149_480),
    .init("googlenet", "GoogLeNet", 6_998_552),
    .init("googlenet", "GoogLeNet", 13_378_280, [Override(name: "auxiliary", value: "on")]),
    .init("resnet", "ResNet152", 60_192_808),
    .init("shufflenet", "ShuffleNetV2", 1_366_792),
    .init("video", "C3D", 78_409_573),
    .init("vgg", "VGG13", 133_047_848),
    .init("vgg", "VGG19", 143_667_240),
    // Each published with 16 more, the fixed weights that turn a distribution into a distance.
    .init("yolov8", "YOLOv8s", 11_166_544),
    .init("yolov8", "YOLOv8m", 25_902_624),
    .init("yolov8", "YOLOv8l", 43_691_504),
    .init("yolov8", "YOLOv8x", 68_229_632),
  ]
}

@Suite struct SampleTests {
  /// Input sizes that their authors chose although a stride leaves cells unread.
  private static let warnings: [String: [DiagnosticCode]] = [
    "segnet": [.strideRemainder],
    "squeezenet": [.strideRemainder, .strideRemainder],
    "two_inputs": [.strideRemainder],
  ]

  @Test func thereAreSamples() {
    #expect(Sample.all.count >= 40)
  }

  @Test(arguments: Sample.all)
  func everySampleCompilesAndKeepsItsPromises(_ name: String) throws {
    let compilation = try Sample(name: name).compile()
    #expect(!compilation.models.isEmpty)
    #expect(compilation.models.allSatisfy { $0.network.isComplete })
    #expect(compilation.diagnostics.map(\.code) == Self.warnings[name] ?? [])
  }

  /// The network of the tour stands there as the tour has it.
  @Test(arguments: Sample.all.filter { $0 != "mnist" })
  func everySampleSaysWhereItComesFromAndWhatItCosts(_ name: String) throws {
    let text = try Sample(name: name).text()
    for (index, part) in text.components(separatedBy: "\nmodel ").enumerated() where index > 0 {
      let body = part.prefix { $0 != "\n" }
      // An alias has no body; its original makes the promises.
      guard body.contains("{") else { continue }
      let lines = part.split(separator: "\n")
      #expect(lines.dropFirst().first?.contains("  expect ") == true, "model \(body)")
    }
    #expect(text.contains(#/(?m)^\/\/\/.*(19|20)\d\d\./#), "the year of a paper")
  }

  /// An expectation that were never looked at would hold whatever it says.
  @Test(arguments: Sample.all.filter { $0 != "mnist" })
  func aWrongPromiseIsReported(_ name: String) throws {
    let sample = Sample(name: name)
    let text = try sample.text()
    let wrong = text.replacing(#/expect parameters (==|<=) /#, with: "expect parameters == 1 + ")
    #expect(wrong != text)
    #expect(try sample.compile(wrong).diagnostics.contains { $0.code == .expectation })
  }

  /// Nothing in a sample holds for its own number of classes alone; fewer cost less than what is published.
  @Test(arguments: Sample.all)
  func samplesCanBeUsedForOtherClasses(_ name: String) throws {
    let sample = Sample(name: name)
    guard try sample.text().contains("classes") else { return }
    let compilation = try sample.compile(overrides: [Override(name: "classes", value: "1")])
    #expect(compilation.diagnostics.map(\.code) == Self.warnings[name] ?? [])
    #expect(compilation.models.allSatisfy { $0.network.isComplete })
  }

  @Test(arguments: PublishedSize.all)
  func modelsHaveTheirPublishedSizes(_ size: PublishedSize) throws {
    let compilation = try Sample(name: size.sample).compile(nil, .model(size.model), overrides: size.overrides)
    let network = try #require(compilation.models.first).network
    #expect(NetworkCosts(network).total.parameters == size.parameters)
  }

  @Test func auxiliaryHeadsAreOutputs() throws {
    let overrides = [Override(name: "auxiliary", value: "on")]
    let compilation = try Sample(name: "googlenet").compile(nil, .model("GoogLeNet"), overrides: overrides)
    let network = try #require(compilation.models.first).network
    #expect(network.outputs.map(\.name) == ["aux1", "aux2", "output"])
    #expect(network.outputs.allSatisfy { network.shape(of: $0.tensor).description == "1000" })
  }

  @Test(arguments: [
    ("retinanet", 1, 10), ("siamese", 2, 1), ("two_inputs", 2, 1), ("vae", 1, 3), ("yolov3_tiny", 1, 2),
    ("yolov8", 1, 3),
  ])
  func modelsHaveTheirInputsAndOutputs(_ name: String, _ inputs: Int, _ outputs: Int) throws {
    let network = try #require(try Sample(name: name).compile().models.first).network
    #expect(network.inputs.count == inputs)
    #expect(network.outputs.count == outputs)
  }
}
