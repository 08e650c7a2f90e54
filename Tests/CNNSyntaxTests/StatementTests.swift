import CNNText
import Testing

@testable import CNNSyntax

/// Shared calls, outputs, labels that are lists, and comprehensions: what the tree holds of them.
@Suite struct StatementTests {
  @Test func aSharedDeclarationHoldsOneCall() throws {
    let (tree, problems) = Self.parse("shared tower: embed 4096, 3x3, width 2\nprelu shared on | prelu shared")
    #expect(problems.isEmpty, "\(problems)")
    let shared = try #require(tree.shared.first)
    #expect(tree.text(shared.keyword) == "shared" && tree.text(shared.name.token) == "tower")
    let stage = tree[shared.stage]
    #expect(stage.label == nil && stage.assertion == nil)
    #expect(tree.source.text(tree.headSpan(stage)) == "embed 4096, 3x3, width 2")
    #expect(tree.statements.count == 3)
  }

  @Test(arguments: [
    ("shared a: conv 3 | relu", "|"), ("shared a: conv 3\n  | relu | tanh", "|"), ("shared a: conv 3 -> 8", "->"),
  ])
  func whatFollowsASharedCallIsOneMistake(text: String, place: String) {
    let (tree, problems) = Self.parse(text)
    #expect(problems.map(\.fact) == [.sharedPipeline])
    #expect(problems.map { tree.source.text($0.span) } == [place])
    #expect(tree.shared.count == 1 && tree.statements.count == 2)
  }

  @Test(arguments: [
    ("output a", "a", 0, false), ("output a { relu\n tanh }", "a", 0, true), ("output a: relu | tanh", "a", 2, false),
    ("output \"p{i}\": conv 3\n  | relu -> 8", "\"p{i}\"", 2, false), ("output \"p\"", "\"p\"", 0, false),
    ("output \"p{i}\" { relu }", "\"p{i}\"", 0, true), ("output a: repeat 2 { relu } | tanh", "a", 2, false),
  ])
  func outputsAreThoseOfTheText(text: String, name: String, stages: Int, hasBody: Bool) throws {
    let (tree, problems) = Self.parse(text)
    #expect(problems.isEmpty, "\(problems)")
    let output = try #require(tree.outputs.first)
    #expect(tree.source.text(tree.span(output.label)) == name)
    switch output.content {
    case .none: #expect(stages == 0 && !hasBody)
    case .body: #expect(hasBody)
    case .pipeline(let list):
      #expect(list.range.count == stages)
      #expect(tree.stages[Int(list.start)].label == output.label)
    }
  }

  @Test(arguments: [
    ("[a, b]: split 2", ["a", "b"]), ("[_, b,]: split 2", ["_", "b"]), ("[a]: relu", ["a"]),
    ("relu | [\n  a,\n  _\n]: slice 0 ..< 2, 2 ..< 4 | relu", ["a", "_"]),
  ])
  func aLabelMayBeAList(text: String, names: [String]) throws {
    let (tree, problems) = Self.parse(text)
    #expect(problems.isEmpty, "\(problems)")
    let stage = try #require(tree.stages.first { $0.label != nil })
    guard case .pattern(let id)? = stage.label, case .list(let items, _, _) = tree[id] else {
      Issue.record("no list")
      return
    }
    #expect(items.range.map { tree.source.text(tree.span(tree.patterns[$0])) } == names)
    let keyword = tree.text(tree.keyword(of: stage))
    #expect(["split", "relu", "slice"].contains(keyword))
  }

  @Test(arguments: [
    ("[i for i in 0 ..< 4]", 1, false), ("[\"way{i}\" for i, [a, _] in list if i > 2 and a < 3]", 2, true),
    ("[\n  if a then b else c\n  for x in [1, 2]\n  if if a then b else c\n]", 1, true),
    ("[[j for j in i] for i in list]", 1, false), ("[f(x) for _ in widths[0 ..< 2]]", 1, false),
  ])
  func comprehensionsAreThoseOfTheText(text: String, names: Int, isFiltered: Bool) throws {
    let (tree, problems) = Self.parse("concat \(text)")
    #expect(problems.isEmpty, "\(problems)")
    let id = try #require(tree.arguments.last).value
    guard case .comprehension(let comprehension) = tree[id] else {
      Issue.record("no comprehension")
      return
    }
    #expect(tree.text(id) == text)
    #expect((tree[comprehension].index == nil) == (names == 1))
    #expect((tree[comprehension].condition != nil) == isFiltered)
  }

  /// What needs no production of its own.
  @Test(arguments: [
    "reshape [_, 64]", "reshape 7x7x_", "from feet.c3 | conv 256, 1x1", "concat [a.x, \"way{i}\"]",
    "mean over channels",
    "concat over height { - relu\n - tanh }", "attention q, k, v, heads 4", "softmax over [height, channels]",
    "slice 0 ..< 4, over height", "attention heads 4 {\n - relu\n - tanh\n - elu\n}", "head [feet.c3, feet.c4], 2",
    "multiply 0.2", "add a, (-0.5)", "learned [14, 14, 384], init 0", "hourglass n - 1", "from \"feet.p{i}\"",
  ])
  func lines(text: String) {
    let (_, problems) = Self.parse(text)
    #expect(problems.isEmpty, "\(problems)")
  }

  private static func parse(_ text: String) -> (tree: SyntaxTree, problems: [SyntaxProblem]) {
    var symbols = SymbolTable()
    return CNNSyntax.parse(SourceFile(path: "t.cnn", text: "model A {\n  \(text)\n  relu\n}\n"), symbols: &symbols)
  }
}
