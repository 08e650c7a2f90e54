/// A set of sizes 1, 2, 3, ... that repeats itself from some size on.
public struct SizeSet: Hashable, Sendable {
  /// 1 for each size of the set.
  let indicator: SizeFunction

  init(_ indicator: SizeFunction) { self.indicator = indicator }

  public static let all = SizeSet(.constant(1))
  public static let none = SizeSet(.nowhere)

  public func contains(_ size: Int64) -> Bool { size >= 1 && indicator.raw(size) != SizeFunction.none }

  public var isEmpty: Bool { self == .none }

  public func intersection(_ other: SizeSet) throws(SizeFunction.Failure) -> SizeSet {
    self == other || other == .all ? self : SizeSet(try indicator.agreeing(with: other.indicator))
  }

  /// All sizes that are not in the set.
  public func complement() throws(SizeFunction.Failure) -> SizeSet {
    SizeSet(
      try SizeFunction(origin: 1, start: indicator.start, period: Int64(indicator.period), gain: 0) {
        (sizes) throws(SizeFunction.Failure) in
        try indicator.table(sizes).map { $0 == SizeFunction.none ? 1 : SizeFunction.none }
      })
  }

  public func union(_ other: SizeSet) throws(SizeFunction.Failure) -> SizeSet {
    SizeSet(try indicator.merged(with: other.indicator))
  }

  public func subtracting(_ other: SizeSet) throws(SizeFunction.Failure) -> SizeSet {
    try intersection(try other.complement())
  }

  public func isSubset(of other: SizeSet) throws(SizeFunction.Failure) -> Bool {
    try intersection(other) == self
  }

  /// The smallest size of the set that is at least so large; nil where there is none.
  public func next(from size: Int64) -> Int64? {
    // Sizes below the first period, then one period.
    let begin = max(size, indicator.origin)
    let (end, overflow) = max(begin, indicator.start).addingReportingOverflow(Int64(indicator.period))
    return overflow ? nil : (begin..<end).first(where: contains)
  }

  /// The largest size of the set that is at most so large; nil where there is none.
  public func previous(from size: Int64) -> Int64? {
    guard size >= indicator.origin else { return nil }
    let period = Int64(indicator.period)
    if let recent = (max(indicator.origin, size - period + 1)...size).last(where: contains) { return recent }
    let early = min(size, indicator.start - 1)
    return indicator.origin <= early ? (indicator.origin...early).last(where: contains) : nil
  }

  /// The smallest size; nil for the empty set.
  public var first: Int64? { next(from: 1) }

  /// The largest size; nil for a set without one, and for the empty set.
  public var last: Int64? {
    isBounded ? previous(from: indicator.start) : nil
  }

  /// True where the set ends somewhere.
  public var isBounded: Bool { indicator.period == 1 && indicator.raw(indicator.start) == SizeFunction.none }

  /// The set from some size on: which remainders of a modulus it holds.
  public struct Pattern: Hashable, Sendable {
    public let modulus: Int64
    /// In ascending order, each at least 0 and below the modulus.
    public let remainders: [Int64]
    /// From here on it holds exactly these.
    public let start: Int64
    /// Sizes below `start` that are in the set.
    public let exceptions: [Int64]
  }

  /// The set in the form that people write: remainders, the size from which on they hold, and what is below it.
  public var pattern: Pattern {
    let modulus = Int64(indicator.period)
    let remainders = (indicator.start..<indicator.start + modulus).filter(contains).map { $0 % modulus }.sorted()
    let exceptions = (indicator.origin..<indicator.start).filter(contains)
    return Pattern(modulus: modulus, remainders: remainders, start: indicator.start, exceptions: exceptions)
  }
}
