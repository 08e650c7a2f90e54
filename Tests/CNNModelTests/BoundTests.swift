import CNNCompiler
import CNNSyntax
import CNNText
import Testing

@testable import CNNModel

/// Texts that are long, or that ask for much: each is answered, or refused with the limit that it goes beyond. Where the
/// work grew with the square of the text, these would take minutes.
@Suite struct BoundTests {
  private func compile(_ text: String) -> Compilation {
    Compilation(path: "t.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
  }

  private static let body = "{\n  input 8x8x3\n  relu\n}\n"

  private func lines(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined() }

  @Test func valuesThatNameTheNext() {
    let compilation = compile(lines(20_000) { "let a\($0) = a\($0 + 1)\n" })
    #expect(compilation.diagnostics.count == 20_000)
  }

  @Test(arguments: ["model M", "block b"]) func manyVariables(_ head: String) {
    let lets = lines(10_000) { "  let a\($0 + 1) = a\($0)\n" }
    let compilation = compile("\(head) {\n  input 8x8x3\n  let a0 = 3\n\(lets)  conv a10000, 1x1\n}\n")
    #expect(!compilation.hasErrors)
    #expect(compilation.models.first?.network.layers.count ?? 2 == 2)
  }

  @Test(arguments: ["input i# 8x8x3", "output o#: relu", "shared s#: conv 3", "rellu#"])
  func manyOfAKind(_ line: String) {
    let text = lines(10_000) { "  " + line.replacing("#", with: "\($0)") + "\n" }
    #expect(compile("model M {\n  input 8x8x3\n\(text)  relu\n}\n").models.count == 1)
  }

  @Test(arguments: ["relu", "rellu"]) func manyModels(_ layer: String) {
    let compilation = compile(lines(10_000) { "model M\($0) {\n  input 8x8x3\n  \(layer)\n}\n" })
    #expect(compilation.models.count == 10_000)
    #expect(compilation.hasErrors == (layer == "rellu"))
  }

  @Test func aliasesOfAliases() {
    func chain(_ count: Int) -> Compilation {
      compile("model A0 \(Self.body)" + lines(count) { "model A\($0 + 1) = A\($0)\n" })
    }
    #expect(chain(32).diagnostics.isEmpty)
    let long = chain(20_000)
    #expect(long.diagnostics.count == 20_000 - 32)
    #expect(long.diagnostics.allSatisfy { $0.code == .nestingTooDeep })
    #expect(long.sources.text(long.diagnostics[0].primary.span) == "A33")
  }

  @Test(
    arguments: [
      String(repeating: "repeat 2 {\n", count: 90) + "relu\n" + String(repeating: "}\n", count: 90),
      "repeat 1000000000 {\n  relu\n}\n", "conv ] 3\nrepeat 1000000000 {\n  relu\n}\n",
      "for i in 0..<1000000000 {\n  conv i, nope\n}\n",
    ]) func loopsThatRunTooLong(_ loop: String)
  {
    let compilation = compile("model M {\n  input 8x8x3\n\(loop)}\nmodel N {\n  input 8x8x3\n\(loop)}\n")
    let spent = compilation.diagnostics.filter { $0.code == .overflow }
    #expect(spent.count == 1, "the budget is that of all models together")
    #expect(compilation.models.allSatisfy { !$0.network.isComplete })
  }

  @Test(arguments: ["[j for j in 0..<100000]", "sum(0..<100000)"])
  func listsInManyValues(_ value: String) {
    let compilation = compile(lines(20_000) { "let a\($0) = \(value)\n" })
    #expect(compilation.diagnostics.map(\.code) == [.overflow])
  }

  @Test func theInnermostOfManyVariablesCounts() {
    let lets = lines(40) { "  let a\($0) = 1\n" }
    let compilation = compile(
      """
      model M {
        input 8x8x3
      \(lets)
        for a3 in [5, 7] {
          for a3 in [a3 + 1] {
            conv a3, 1x1
          }
          conv a3, 1x1
        }
        conv a3, 1x1
      }
      """)
    #expect(compilation.diagnostics.isEmpty)
    let network = compilation.models[0].network
    #expect(network.layers.map { network.outputShape(of: $0).channels } == [3, 6, 5, 8, 7, 1])
  }

  /// A table whose names are shared gives the symbols that it would give by itself.
  @Test func sharedSymbolsAreTheSame() {
    var table = SymbolTable()
    let names = (0..<2000).map { "n\($0)" }
    let symbols = names.map { table.intern($0) }
    var copies = [table, table.shared(), table.shared().shared()]
    for index in copies.indices {
      #expect(names.map { copies[index].intern($0) } == symbols)
      let new = (0..<300).map { copies[index].intern("m\($0)") }
      #expect(new.map(\.index) == (2000..<2300).map { UInt32($0) })
      let dotted = copies[index].intern(symbols[7], dot: new[9])
      #expect(copies[index][dotted] == "n7.m9" && dotted.index == 2300)
      #expect(copies[index].intern("n7.m9") == dotted && copies[index].intern(symbols[7], dot: new[9]) == dotted)
      #expect(copies[index].count == 2301)
      #expect((symbols + new).map { copies[index][$0] } == names + (0..<300).map { "m\($0)" })
    }
  }
}
