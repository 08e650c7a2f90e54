import CNNBackends
import CNNCompiler
import CNNModel
import Testing

@Suite struct ExplainNameTests {
  private func error(_ text: String, _ name: String) throws -> ExplainError? {
    let input = try backendInput(text)
    do throws(ExplainError) {
      _ = try input.explain(ExplainRequest(layer: name))
      return nil
    } catch {
      return error
    }
  }

  @Test func theNearestNameIsOffered() throws {
    #expect(try error(Samples.mnist, "conv3") == .noSuchLayer("conv3", nearest: "conv1"))
    #expect(try error(Samples.mnist, "zzz") == .noSuchLayer("zzz", nearest: nil))
    #expect(
      ExplainError.noSuchLayer("conv3", nearest: "conv1").description == "there is no layer `conv3`; nearest: `conv1`")
  }

  @Test func anEndNamesALayerIfOnlyOneEndsSo() throws {
    #expect(
      try error(Samples.kinds, "conv1")
        == .ambiguous("conv1", candidates: ["a.conv1", "cell1.conv1", "s.conv1"]))
    let input = try backendInput(Samples.kinds)
    #expect(try input.page("batchnorm1") == input.page("cell1.batchnorm1"))
    let error = ExplainError.ambiguous("c", candidates: ["a.c", "b.c"])
    #expect(error.description == "`c` can be `a.c` or `b.c`")
  }

  @Test func aCallIsExplainedAsAWhole() throws {
    let page = try backendInput(Samples.resnet).page("layer2.0", parameters: true)
    #expect(page.hasPrefix("layer2.0 has 379,392 parameters: 376,832 weights + 2,560 norm; 2,560 statistics\nbeside."))
  }

  @Test func whatStandsBehindAMistakeIsNotExplained() throws {
    let text = "model M {\n  input 8x8x1\n  a: conv 4, 3x3\n  b: conv 4, 9x9\n  c: conv 4, 1x1\n}\n"
    let compilation = Compilation(path: "t.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
    let input = BackendInput(compilation, try #require(compilation.models.first))
    #expect(try input.page("a").hasPrefix("a gives 6x6x4"))
    #expect(throws: ExplainError.broken("M")) { try input.explain(ExplainRequest()) }
    #expect(throws: ExplainError.self) { try input.explain(ExplainRequest(layer: "c")) }
  }
}
