import TensorEngine
import Testing

/// Weights as PyTorch and Keras save them, loaded into generated Swift, give what the frameworks give.
@Suite(.enabled(if: ProbePackage.swift != nil, "`swift` is not on the PATH, so nothing generated is compiled and run"))
struct ForeignWeightsTests {
  @Test(arguments: ForeignNetwork.all.map(\.model))
  func savedWeightsGiveTheOutputsOfTheFramework(_ model: String) throws {
    let (network, found, lines) = try results(model)
    #expect(try excess(of: "saved", in: found, network) == 0, "\(lines)")
    #expect(try excess(of: "named", in: found, network) == 0, "\(lines)")
  }

  /// Nothing is guessed: names and shapes decide, or the reader has to.
  @Test(arguments: ForeignNetwork.all.map(\.model))
  func withoutMetadataOnlyWhatIsSureIsLoaded(_ model: String) throws {
    let (network, found, lines) = try results(model)
    guard network.isAmbiguous else {
      #expect(try excess(of: "bare", in: found, network) == 0, "\(lines)")
      #expect(lines.isEmpty)
      return
    }
    #expect(found["bare"] == nil)
    #expect(lines.count == 1 && lines[0].hasPrefix("refused the tensors fit the layouts of the engine and of PyTorch"))
    #expect(lines.first?.contains("layout: .engine or .pytorch") == true, "\(lines)")
    #expect(try excess(of: "other", in: found, network) > 0.01, "in the wrong layout it is another network")
  }

  private func results(_ model: String) throws -> (ForeignNetwork, NamedTensors, [Substring]) {
    let network = try #require(ForeignNetwork.all.first { $0.model == model })
    let package = try #require(ProbePackage.built, "the package is built")
    let lines = package.lines("Foreign", model)
    #expect(!lines.contains { $0.hasPrefix("error") }, "\(lines)")
    return (network, try #require(try? package.found(model), "\(lines)"), lines)
  }

  private func excess(of key: String, in found: NamedTensors, _ network: ForeignNetwork) throws -> Double {
    try #require(found[key], "\(key) of \(network.model)").excess(over: network.expected(), tolerance: 1e-5)
  }
}
