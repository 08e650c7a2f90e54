import CNNLayers
import CNNSyntax
import CNNText

/// How often a near name has been looked for, which takes a look at all names.
struct NameHints {
  private var count = 0

  mutating func allowsOneMore() -> Bool {
    count += 1
    return count <= 100
  }
}

/// What was found wrong so far, each kind of fact once at each place.
struct ProblemLog {
  private(set) var problems: [ModelProblem] = []
  /// The call that is running, for the chain of calls in a message; nil outside of a model.
  var frame: FrameID?

  private let trees: [SyntaxTree]
  private var reported: Set<ReportedFact> = []
  private var reportedNames: Set<String> = []
  private var calleeProblems: [String: Int] = [:]
  /// How many names have been looked for among those that are near.
  var hints = NameHints()

  init(_ program: Program) { trees = program.trees }

  /// A name that was called unknown before is not called so again, unless it looks like a typo.
  mutating func report(_ fact: NameFact, at span: Span) {
    if let unknown = fact.unknown, unknown.nearest == nil, !reportedNames.insert(unknown.name).inserted { return }
    report(.name(fact), span)
  }
  mutating func report(_ fact: ArgumentFact, at span: Span) { report(.argument(fact), span) }
  mutating func report(_ fact: ValueFact, at span: Span) { report(.value(fact), span) }
  mutating func report(_ fact: StatementFact, at span: Span) { report(.statement(fact), span) }
  mutating func report(_ fact: ShapeFact, at span: Span) { report(.shape(fact), span) }

  private mutating func report(_ fact: ModelProblem.Fact, _ span: Span) {
    if trees[Int(span.file.index)].isSpoiled(span) { return }
    guard reported.insert(ReportedFact(place: span, kind: fact.kind)).inserted else { return }
    problems.append(ModelProblem(fact: fact, span: span, frame: frame))
  }

  /// Keeps what else may be wrong with a name from being reported.
  mutating func silenceNames(at place: Span) { reported.insert(ReportedFact(place: place, kind: .name)) }

  /// True until the same has been said of a callee three times: then the callee is wrong, not those who call it.
  mutating func isWorthSaying(of callee: String) -> Bool {
    calleeProblems[callee, default: 0] += 1
    return calleeProblems[callee, default: 0] <= 3
  }

  /// The nearest of some names to one that is unknown. After a hundred unknown names hints no longer help.
  mutating func nearest(to name: String, in names: @autoclosure () -> [String]) -> String? {
    hints.allowsOneMore() ? nearestName(to: name, in: names()) : nil
  }

  /// Follows tensors to their new places; what was said of tensors that have none is withdrawn.
  mutating func move(_ tensors: [TensorID]) {
    problems = problems.compactMap { problem in
      guard case .shape(.remainder(let remainders, let tensor)) = problem.fact else { return problem }
      if tensors[Int(tensor)].isNone { return nil }
      return ModelProblem(
        fact: .shape(.remainder(remainders, tensor: tensors[Int(tensor)])), span: problem.span, frame: problem.frame)
    }
  }
}
