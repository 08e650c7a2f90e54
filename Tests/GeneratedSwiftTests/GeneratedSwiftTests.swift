import CNNLayers
import CNNModel
import Foundation
import ReferenceFixtures
import TensorEngine
import Testing

/// Generated Swift, compiled without a warning and run: what the engine does is what the checker predicts.
@Suite(.enabled(if: ProbePackage.swift != nil, "`swift` is not on the PATH, so nothing generated is compiled and run"))
struct GeneratedSwiftTests {
  /// What this says is the reason why the other tests find no package.
  @Test func everythingCompilesWithoutAWarning() throws {
    _ = try ProbePackage.result.get()
  }

  @Test(arguments: ProbeModule.all.map(\.name))
  func networksAreWhatTheCheckerPredicts(_ name: String) throws {
    let module = try #require(ProbeModule.all.first { $0.name == name })
    let package = try #require(ProbePackage.built, "the package is built")
    for probe in module.probes {
      #expect(!probe.runs.isEmpty, "\(name).\(probe.name) has a size that it runs at")
      for problem in problems(of: probe, package.lines(name, probe.name)) {
        Issue.record("\(name).\(probe.name): \(problem)")
      }
    }
  }

  /// How what ran differs from the prediction.
  private func problems(of probe: Probe, _ lines: [Substring]) -> [String] {
    var problems = lines.filter { line in
      ["error ", "other ", "taken ", "refused nowhere"].contains { line.hasPrefix($0) }
    }.map(String.init)
    let parameters = lines.filter { $0.hasPrefix("parameter ") }.map(String.init).sorted()
    let saved = lines.filter { $0.hasPrefix("saved ") }.map(String.init)
    let runs = lines.split(omittingEmptySubsequences: false) { $0.hasPrefix("run ") }.dropFirst()
    if runs.count != probe.runs.count { problems.append("\(runs.count) of \(probe.runs.count) runs") }
    for (lines, run) in zip(runs, probe.runs) {
      let prediction = Prediction(run.network)
      func differ(_ what: String, _ found: some Equatable, _ expected: some Equatable) {
        problems.append("\(what) for \(run.inputs): found \(found), expected \(expected)")
      }
      if parameters != prediction.parameters { differ("parameters", parameters, prediction.parameters) }
      if saved != [prediction.saved] { differ("the file of weights", saved, prediction.saved) }
      let layers = lines.filter { $0.hasPrefix("layer ") }.map { String($0.dropFirst(6)) }.sorted()
      if layers != prediction.layers { differ("layers", layers, prediction.layers) }
      let outputs = lines.filter { $0.hasPrefix("output ") }.map(String.init)
      if outputs != prediction.outputs { differ("outputs", outputs, prediction.outputs) }
      let gradients = lines.filter { $0.hasPrefix("gradient ") }.map(String.init).sorted()
      if gradients != prediction.gradients { differ("gradients", gradients, prediction.gradients) }
    }
    let refused = lines.filter { $0.hasPrefix("refused ") }.count
    if refused != probe.refusals.count { problems.append("\(refused) of \(probe.refusals.count) inputs refused") }
    return problems
  }

  // MARK: What there is to run

  @Test func everySampleAndEveryExampleIsRun() throws {
    let samples = try #require(ProbeModule.all.first { $0.name == "Samples" })
    let folder = Source.root.appendingPathComponent("samples")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".cnn") }
    var models = 0
    for name in names {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      models += text.matches(of: #/(?m)^model /#).count
    }
    #expect(samples.probes.count == models)
    let examples = try #require(ProbeModule.all.first { $0.name == "Layers" })
    #expect(examples.probes.count == Catalogue.layers.reduce(0) { $0 + $1.examples.count })
  }

  @Test func aThousandNetworksHaveEveryLayer() throws {
    let networks = try #require(ProbeModule.all.first { $0.name == "Random" })
    #expect(networks.probes.filter { $0.name.hasPrefix("Network") }.count == 1000)
    var kinds: Set<String> = []
    for layer in networks.probes.flatMap(\.input.network.layers) {
      if let kind = layer.kind { kinds.insert(Catalogue.layers[kind].name) }
    }
    // What adds no layer of its own: the way around a residual is an `add`.
    let missing = Set(Catalogue.layers.map(\.name)).subtracting(kinds).subtracting(["identity", "residual"])
    #expect(missing.isEmpty, "\(missing)")
    let symbolic = networks.probes.filter { $0.input.network.sizes != nil }
    #expect(symbolic.count >= 100)
    #expect(symbolic.filter { $0.runs.count >= 2 }.count >= 50)
    #expect(networks.probes.filter { $0.input.network.inputs.count > 1 }.count >= 50)
    #expect(networks.probes.filter { $0.input.network.outputs.count > 1 }.count >= 50)
  }

  /// An error names the input, where it is declared, and both shapes; of a symbol the sizes that work.
  @Test func wrongInputsAreRefusedInWords() throws {
    let package = try #require(ProbePackage.built, "the package is built")
    #expect(
      package.lines("Samples", "MNIST").filter { $0.hasPrefix("refused") } == [
        "refused input (samples/mnist.cnn:3): expected 1 inputs, found 2",
        "refused input (samples/mnist.cnn:3): expected input [2, 28, 28, 1], found [2, 28, 28, 2]",
        "refused input (samples/mnist.cnn:3): expected input of 4 axes, found [2, 1, 28, 28, 1]",
      ])
    let masks = package.lines("Samples", "MaskUNet").filter { $0.hasPrefix("refused") }
    #expect(
      masks.contains(
        "refused input (samples/any_size.cnn:32): expected the size of axis 1 of input to be H = 0 (mod 16), found 1"),
      "\(masks)")
  }
}
