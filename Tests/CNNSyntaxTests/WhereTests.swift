import CNNText
import Testing

@testable import CNNSyntax

/// `where` behind the shape of an input: what the tree holds of it.
@Suite struct WhereTests {
  @Test(arguments: [
    ("input [H, W, 3] where H >= 224", ["H >= 224"]),
    ("input a [H, W, 3] where H >= 224, H % 32 == 0", ["H >= 224", "H % 32 == 0"]),
    ("input [H, W, 3] where\n  H >= 224,\n\n  // why\n  not H == W", ["H >= 224", "not H == W"]),
    ("input [H, W, 3] where H >=\n 224 and\n W > 3", ["H >=\n 224 and\n W > 3"]),
    ("input 28x28x1 where f(x), a[i] > 2, if a then b else c", ["f(x)", "a[i] > 2", "if a then b else c"]),
    ("input [H, W, 3] where\n  f(H)", ["f(H)"]),
    ("input [H, W, 3] where\n  (H) > 3", ["(H) > 3"]),
    ("input [H, W, 3] where\n  input.c > 3", ["input.c > 3"]),
    ("input 28", []),
  ])
  func conditionsAreThoseOfTheText(text: String, conditions: [String]) throws {
    let tree = try Self.tree(of: "model A {\n  \(text)\n  relu\n}\n")
    let input = try #require(tree.inputs.first)
    let texts = input.whereClause?.conditions.range.map { tree.text(tree.expressionLists[$0]) }
    #expect(texts ?? [] == conditions)
    #expect(input.whereClause.map { tree.text($0.keyword) } == (conditions.isEmpty ? nil : "where"))
    #expect(tree.statements.count == 2, "the line below is a statement of its own")
  }

  /// Where the parser says what is wrong, it reads what stands there all the same.
  @Test(arguments: [
    ("input [H, W, 3]\n  where H >= 224,\n  W > 3", ["H >= 224", "W > 3"]),
    ("input [H, W, 3] where , W > 3", ["", "W > 3"]),
    ("input [H, W, 3] where\n  conv 64, 3x3", [""]),
    ("input [H, W, 3] where\n  conv1: relu", [""]),
    ("input [H, W, 3] where\n  relu | relu", [""]),
    ("input [H, W, 3] where\n  pick [1, 2]", [""]),
    ("input [H, W, 3] where\n  add { - relu }", [""]),
    ("input [H, W, 3] where\n  relu -> 8", [""]),
    ("input [H, W, 3] where\n  input 8x8x3", [""]),
    ("input [H, W, 3] where W > 3,\n  output a", ["W > 3", ""]),
    ("input [H, W, 3] where W > 3,\n  let a = 3", ["W > 3", ""]),
  ])
  func aMistakeIsOneMistake(text: String, conditions: [String]) throws {
    var symbols = SymbolTable()
    let (tree, problems) = parse(SourceFile(path: "t.cnn", text: "model A {\n  \(text)\n}\n"), symbols: &symbols)
    #expect(problems.count == 1)
    let clause = try #require(tree.inputs.first?.whereClause)
    let texts = clause.conditions.range.map { index in
      if case .missing = tree[tree.expressionLists[index]] { return "" }
      return tree.text(tree.expressionLists[index])
    }
    #expect(texts == conditions)
  }

  private static func tree(of text: String) throws -> SyntaxTree {
    var symbols = SymbolTable()
    let (tree, problems) = parse(SourceFile(path: "t.cnn", text: text), symbols: &symbols)
    try #require(problems.isEmpty, "\(problems)")
    return tree
  }
}
