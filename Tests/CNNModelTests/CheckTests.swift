import CNNCompiler
import CNNText
import Testing

@testable import CNNModel

@Suite struct CheckTests {
  @Test func aModelGivesItsLayersAndNames() throws {
    let text = """
      model Tiny(classes = 10) {
        input 28x28x1
        conv1: conv 8, 3x3 | relu  -> 26x26x8
        maxpool 2x2
        flatten | fc: dense classes
      }
      """
    let compilation = Compilation(path: "t.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
    let model = try #require(compilation.models.first)
    #expect(compilation.diagnostics.isEmpty)
    #expect(
      model.network.layers.map { model.network.path(of: $0) }
        == ["input", "conv1", "conv1.relu", "maxpool1", "flatten1", "fc"])
  }

  @Test func theNameOfAnInputIsKnownWhereNothingRuns() {
    let text = """
      model Shown {
        input 28x28x1
        relu
      }
      model Other(wide = on) {
        input image 28x28x1
        if wide { maxpool 2x2 } else { maxpool 4x4 | resize like image }
        resize like image
      }
      """
    for selection in [Compilation.Selection.first, .model("Other"), .all] {
      let compilation = Compilation(path: "t.cnn", bytes: Array(text.utf8), selection: selection) { _ in
        .failure(UnreadableFile("none"))
      }
      #expect(compilation.diagnostics.isEmpty, "\(selection)")
    }
  }
}
