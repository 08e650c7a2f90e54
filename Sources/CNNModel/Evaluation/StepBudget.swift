/// Work that models have done, so that no text keeps the compiler busy for long.
struct StepBudget {
  /// Steps that the models of a compilation may take together, and so layers they may have, beside those for the
  /// statements of the files: a long text may take as long as it is. A call takes five.
  static let basis = 1_000_000

  let limit: Int
  private var steps = 0
  /// That the limit is reached has been reported.
  var isReported = false

  /// - Parameter statements: Those of all files.
  init(statements: Int = 0) {
    limit = Self.basis + 8 * statements
  }

  var isSpent: Bool { steps >= limit }

  mutating func take(_ count: Int) { steps += count }

  /// Counts work that no statement accounts for: copies of lists.
  mutating func spend(_ items: Int) { steps = min(steps + items / 16, limit) }
}
