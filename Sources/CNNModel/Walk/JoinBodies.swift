import CNNSyntax
import CNNText

/// What is in the braces of a join, before any of it runs. Asked of the tree and not of the walk, which is large to hand
/// around.
extension SyntaxTree {
  /// The first line beside the branches of a join that is not a branch.
  func plainLine(in body: Body) -> Span? {
    for index in body.statements.range {
      switch statements[index] {
      case .binding, .shared, .branch: continue
      case .pipeline(let stages):
        let stage = self.stages[Int(stages.start)]
        let isAlone = stages.count == 1 && stage.label == nil && stage.assertion == nil
        guard isAlone, let bodies = bodies(of: stage) else { return headSpan(stage) }
        for body in bodies {
          if let line = plainLine(in: body) { return line }
        }
      case .input(let id): return span(self[id].keyword)
      case .output(let id): return span(self[id].keyword)
      case .expect(let keyword, _): return span(keyword)
      }
    }
    return nil
  }

  func firstDash(in body: Body) -> TokenID? {
    guard body.holdsBranches else { return nil }
    for index in body.statements.range {
      switch statements[index] {
      case .branch(let id): return self[id].dash
      case .pipeline(let stages):
        for body in bodies(of: self.stages[Int(stages.start)]) ?? [] {
          if let dash = firstDash(in: body) { return dash }
        }
      case .binding, .shared, .input, .output, .expect: continue
      }
    }
    return nil
  }

  /// What is in the braces of a loop, condition or repetition; nil for every other stage.
  private func bodies(of stage: Stage) -> [Body]? {
    switch stage.kind {
    case .call, .from: nil
    case .conditional(let id): [self[id].body] + (self[id].alternative.map { [$0] } ?? [])
    case .loop(let id): [self[id].body]
    case .repetition(let id): [self[id].body]
    }
  }

  /// The place of the last stage among some statements.
  func lastStage(_ statements: NodeList<Statement>) -> Span? {
    for index in statements.range.reversed() {
      if case .pipeline(let stages) = self.statements[index] {
        return headSpan(self.stages[stages.range.upperBound - 1])
      }
    }
    return nil
  }
}
