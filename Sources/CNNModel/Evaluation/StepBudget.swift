/// Work that a model has done, so that no text keeps the compiler busy for ever.
struct StepBudget {
  /// Statements that one model may run, and so layers it may have.
  static let limit = 8_000_000

  private var steps = 0
  /// That the limit is reached has been reported.
  var isReported = false

  var isSpent: Bool { steps >= Self.limit }

  mutating func take(_ count: Int) { steps += count }

  /// Counts work that no statement accounts for: copies of lists.
  mutating func spend(_ items: Int) { steps = min(steps + items / 64, Self.limit) }
}
