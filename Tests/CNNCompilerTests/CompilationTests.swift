import CNNCompiler
import CNNModel
import CNNText
import Testing

@Suite struct CompilationTests {
  @Test func severalModelsFindOneMistakeOnce() {
    let text = """
      block stem(filters) { cnov filters, 3x3 }
      model A { input 8x8x1
        stem 4 }
      model B { input 8x8x1
        stem 8 }
      """
    let compilation = Compilation(path: "t.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
    #expect(compilation.diagnostics.map(\.code) == [.unknownName])
  }
}
