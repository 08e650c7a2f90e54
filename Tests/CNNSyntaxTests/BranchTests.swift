import CNNText
import Testing

@testable import CNNSyntax

/// What the tree holds of joins whose branches stand in loops, conditions and repetitions.
@Suite struct BranchTests {
  /// Branches in brackets, each with the number of its lines; loops and the like by their first letter.
  @Test(arguments: [
    ("add {\n - relu\n - relu\n}", "[1][1]"),
    ("add {\n - relu\n   relu\n -\n - relu\n}", "[2][0][1]"),
    ("add { - relu }", "[1]"),
    ("add {\n - relu\n for k in a { - conv k }\n if b { - tanh }\n}", "[1]f{[1]}i{[1]}"),
    ("add {\n for k in a {\n  - conv k\n  - relu\n }\n - relu\n}", "f{[1][1]}[1]"),
    ("add {\n - relu\n   for k in a { conv k }\n - relu\n}", "[2][1]"),
    ("add {\n - relu\n   for k in a { add { - conv k } }\n - relu\n}", "[2][1]"),
    (
      "add {\n - relu\n if a { - relu }\n else if b { - tanh }\n else { - elu }\n - relu\n}",
      "[1]i{[1]}{i{[1]}{[1]}}[1]"
    ),
    ("add {\n - relu\n if a { relu } else { - tanh }\n}", "[1]i{p}{[1]}"),
    ("add {\n let a = 3\n repeat 2 {\n let b = 4\n - conv a\n }\n}", "lr{l[1]}"),
    ("add {\n - relu\n repeat 2 { for k in a { if k { - relu } } }\n tanh\n}", "[1]r{f{i{[1]}}}p"),
    ("add {\n - relu\n   shared a: relu\n   let b = 2\n   a\n - relu\n}", "[4][1]"),
    ("residual {\n relu\n for k in a { conv k }\n}", "pp"),
  ])
  func branchesAreThoseOfTheText(text: String, shape: String) throws {
    let (tree, problems) = Self.parse(text)
    #expect(problems.isEmpty, "\(problems)")
    let join = try #require(tree.joins.last)
    #expect(Self.shape(of: join.body, in: tree) == shape)
    #expect(join.body.holdsBranches == shape.contains("["))
  }

  /// One mistake, and the branches are still there.
  @Test(arguments: [
    ("add {\n - relu\n - for k in a { - conv k }\n}", SyntaxProblem.Fact.dashBeforeBranches, "[1]f{[1]}"),
    ("add {\n - relu\n x: for k in a { - conv k }\n}", .labelOfBranches, "[1]f{[1]}"),
    ("add {\n - relu\n for k in a { - conv k } | relu | tanh\n - elu\n}", .stageAfterBranches, "[1]f{[1]}[1]"),
    ("add {\n - relu\n if a { - conv 3 }\n  -> 8x8x3\n - elu\n}", .stageAfterBranches, "[1]i{[1]}[1]"),
    ("add {\n - relu | for k in a { - conv k }\n}", .misplacedDash, "[1]"),
    ("add {\n - relu\n for k in a { - conv k\n - elu\n}", .unclosed(.leftBrace, until: nil), "[1]f{[1]}[1]"),
    ("add {\n - relu\n for k in a - conv k }\n - elu\n}", .expected(.body, found: .minus), ""),
  ])
  func aMistakeLeavesTheBranches(text: String, fact: SyntaxProblem.Fact, shape: String) throws {
    let (tree, problems) = Self.parse(text)
    #expect(problems.count == 1, "\(problems)")
    if case .unclosed? = problems.first?.fact, case .unclosed = fact {
    } else if !shape.isEmpty {
      #expect(problems.first?.fact == fact)
    }
    if !shape.isEmpty {
      let join = try #require(tree.joins.last)
      #expect(Self.shape(of: join.body, in: tree) == shape)
    }
  }

  private static func parse(_ text: String) -> (tree: SyntaxTree, problems: [SyntaxProblem]) {
    var symbols = SymbolTable()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
    return CNNSyntax.parse(
      SourceFile(path: "t.cnn", text: "model A {\n  input 8x8x3\n  \(lines)\n  relu\n}\n"), symbols: &symbols)
  }

  private static func shape(of body: Body, in tree: SyntaxTree) -> String {
    body.statements.range.map { index in
      switch tree.statements[index] {
      case .binding: return "l"
      case .shared: return "s"
      case .input, .output, .expect: return "?"
      case .branch(let id): return "[\(tree[id].statements.count)]"
      case .pipeline(let stages):
        switch tree.stages[Int(stages.start)].kind {
        case .conditional(let id):
          let other = tree[id].alternative.map { "{" + shape(of: $0, in: tree) + "}" } ?? ""
          return "i{" + shape(of: tree[id].body, in: tree) + "}" + other
        case .loop(let id) where body.holdsBranches: return "f{" + shape(of: tree[id].body, in: tree) + "}"
        case .repetition(let id): return "r{" + shape(of: tree[id].body, in: tree) + "}"
        case .call, .from, .loop: return "p"
        }
      }
    }.joined()
  }
}
