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
    for name in FixtureModel.names where !said.contains(name) {
      #expect(FixtureModel.others[try Fixture(name).operation] != nil, "\(name)")
    }
    #expect(FixtureModel.input.map(\.network.name) == FixtureModel.all.map(\.model))
    #expect(SharingNetwork.input.map(\.network.name) == SharingNetwork.all.map(\.model))
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
        // What an input only gives its extents to, or its order, has no gradient.
        if fixture["d\(input)\(suffix)"] == nil {
          #expect(found["input.\(index)\(suffix)"] == nil, "the derivative by \(input) of \(name)")
        } else {
          try compare("input.\(index)\(suffix)", with: "d\(input)\(suffix)")
        }
      }
      let gradients = try model.gradients(fixture, suffix)
      for (key, wanted) in gradients {
        let tensor = try #require(found[key + suffix], "the derivative by \(key) of \(name)")
        #expect(tensor.excess(over: wanted, tolerance: tolerance) == 0, "the derivative by \(key) of \(name)")
      }
      let learned = model.weights.filter { !$0.key.hasPrefix("running_") }
      #expect(gradients.isEmpty == learned.isEmpty, "\(name) has derivatives by its weights")
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

  /// Networks that share weights load what PyTorch saved, and take its steps: derivatives of all calls add up.
  @Test(arguments: SharingNetwork.all.map(\.name))
  func networksThatShareWeightsTakeTheStepsOfPyTorch(_ name: String) throws {
    let network = try #require(SharingNetwork.all.first { $0.name == name })
    let package = try #require(ProbePackage.built, "the package is built")
    let lines = package.lines("Sharing", network.model)
    #expect(lines.isEmpty, "\(lines)")
    let found = try package.found(network.model)
    let outputs = try network.outputs()
    for (key, wanted) in [("eval", outputs.eval), ("train", outputs.train)] {
      #expect(try #require(found[key]).excess(over: wanted, tolerance: tolerance) == 0, "\(key) of \(name)")
    }
    for (found, expected) in zip(try #require(found["losses"]).scalars, network.losses) {
      #expect(abs(Double(found) - expected) <= 1e-5 * (1 + abs(expected)), "losses of \(name)")
    }
    #expect(network.losses.count == 4)
    let compared = found.names.filter { $0.hasPrefix("gradient.") || $0.hasPrefix("after.") }
    let wanted = found.names.filter { $0.hasPrefix("expected.") }.map { String($0.dropFirst(9)) }
    #expect(Set(compared) == Set(wanted) && compared.count == wanted.count && !compared.isEmpty)
    for key in wanted {
      let expected = try #require(found["expected." + key])
      #expect(try #require(found[key]).excess(over: expected, tolerance: tolerance) == 0, "\(key) of \(name)")
    }
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
