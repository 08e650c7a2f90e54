import CNNBackends
import CNNCompiler
import CNNModel
import CNNText
import Testing

@Suite struct NormalFormTests {
  @Test func valuesAreWorkedOutAndDefaultsLeftOut() throws {
    let text = """
      block unit(filters, stride = 1) { conv filters, 3x3, stride, pad 1, groups 1, bias off | relu }
      model A(classes = 10) {
        input 8x8x3
        unit 4
        unit 2 * 4, stride 2
        maxpool 2x2, ceil | dropout 0.5 | dropout
      }
      """
    let compilation = Compilation(path: "t.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
    let model = try #require(compilation.models.first)
    let form = NormalForm(model, of: compilation.program)
    let rows = model.network.rows.map { row in form.stages(of: row).map(\.text).joined(separator: " | ") }
    #expect(
      rows == [
        "unit 4", "conv 4, 3x3, pad 1, bias off | relu", "unit 8, stride 2",
        "conv 8, 3x3, stride 2, pad 1, bias off | relu", "maxpool 2x2, ceil | dropout 0.5 | dropout",
      ])
  }
}
