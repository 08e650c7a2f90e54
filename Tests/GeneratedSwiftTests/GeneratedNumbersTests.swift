import Foundation
import ReferenceFixtures
import TensorEngine
import Testing

/// Generated Swift gives the numbers of PyTorch and Keras.
@Suite(.enabled(if: ProbePackage.swift != nil, "`swift` is not on the PATH, so nothing generated is compiled and run"))
struct GeneratedNumbersTests {
  private let tolerance = 1e-5

  /// Every fixture is a model of the language, but for losses and optimisers, which are no layers.
  @Test func everyLayerOfTheReferenceIsSaid() throws {
    let said = Set(FixtureModel.all.map(\.name))
    for name in Fixture.names where !said.contains(name) {
      #expect(FixtureModel.others[try Fixture(name).operation] != nil, "\(name)")
    }
    #expect(FixtureModel.input.map(\.network.name) == FixtureModel.all.map(\.model))
  }

  @Test(arguments: FixtureModel.all.map(\.name))
  func operationsGiveTheValuesAndGradientsOfTheFrameworks(_ name: String) throws {
    let fixture = try Fixture(name)
    let model = try #require(FixtureModel.all.first { $0.name == name })
    let package = try #require(ProbePackage.built, "the package is built")
    #expect(package.lines("Fixtures", model.model).isEmpty, "nothing is said of \(name)")
    let found = try package.found(model.model)
    func compare(_ key: String, with expected: String) throws {
      let tensor = try #require(found[key], "\(key) of \(name)")
      let wanted = try fixture.tensor(expected)
      #expect(tensor.shape.count == wanted.shape.count, "the shape of \(expected) of \(name)")
      #expect(tensor.excess(over: wanted, tolerance: tolerance) == 0, "\(expected) of \(name)")
    }
    try compare("y", with: "y")
    for suffix in fixture["g"] == nil ? [""] : ["", "_g"] {
      for (index, input) in model.inputs.enumerated() {
        try compare("input.\(index)\(suffix)", with: "d\(input)\(suffix)")
      }
      for key in ["weight", "bias"] where fixture["d\(key)\(suffix)"] != nil {
        try compare("layer.\(key)\(suffix)", with: "d\(key)\(suffix)")
      }
    }
    for key in ["running_mean", "running_var"] where fixture["\(key)_after"] != nil {
      try compare("layer.\(key)", with: "\(key)_after")
    }
  }

  @Test(arguments: ReferenceNetwork.all.map(\.name))
  func networksTakeTheStepsOfPyTorch(_ name: String) throws {
    let network = try #require(ReferenceNetwork.all.first { $0.name == name })
    let package = try #require(ProbePackage.built, "the package is built")
    let found = try package.found(network.model)
    func compare(_ key: String, with expected: Tensor?) throws {
      let tensor = try #require(found[key], "\(key) of \(name)")
      #expect(tensor.excess(over: try #require(expected), tolerance: tolerance) == 0, "\(key) of \(name)")
    }
    let io = try SavedTensors("\(name).io")
    try compare("logits_eval", with: io["logits_eval"])
    try compare("logits_train", with: io["logits_train"])
    let losses = try network.facts().losses
    for (found, expected) in zip(try #require(found["losses"]).scalars, losses) {
      #expect(abs(Double(found) - expected) <= 1e-5 * (1 + abs(expected)), "losses of \(name)")
    }
    let gradients = try SavedTensors("\(name).grads").tensors
    #expect(!gradients.isEmpty)
    for (key, gradient) in gradients { try compare("gradient." + key, with: gradient) }
    let after = try SavedTensors("\(name).after3").tensors
    #expect(Set(after.keys) == Set(found.names.filter { $0.hasPrefix("after.") }.map { String($0.dropFirst(6)) }))
    for (key, weight) in after { try compare("after." + key, with: weight) }
  }

  /// Weights that do not fit are refused with every tensor named at once.
  @Test func everyMisfitIsNamed() throws {
    let lines = try #require(ProbePackage.built).lines("Nets", "LeNet5")
    let text = lines.joined(separator: "\n")
    #expect(text.hasPrefix("misfit the tensors are not those of the network"), "\(text)")
    #expect(text.contains("missing 'c1.bias'"), "\(text)")
    #expect(text.contains("unexpected 'stranger'"), "\(text)")
    #expect(text.contains("'c1.weight': expected [5, 5, 1, 6], found [4, 32, 32, 1]"), "\(text)")
  }
}
