/// What the checks of a program's models have in common.
public struct ProgramRun: Sendable {
  /// The bodies that some model ran, for `checkUnreached`.
  var visited = VisitedBodies()
  /// The steps that are left to all models together.
  var budget: StepBudget
  /// How many names have been looked for among those that are near.
  var hints = NameHints()

  public init(_ program: Program) {
    budget = StepBudget(statements: program.trees.reduce(0) { $0 + $1.statements.count })
  }
}
