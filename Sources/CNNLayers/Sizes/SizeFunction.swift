/// A whole number for each size 1, 2, 3, ... of a symbol, or none, that repeats itself: from some size on, period by
/// period, f(n + period) = f(n) + gain, and f has a value at n + period where it has one at n.
///
/// Extents along a path through a network are such functions, since every layer rounds an affine function of the extent
/// before it. So what holds for every size is decided by looking at one period and at the sizes below it.
///
/// There is one way only to write a function down, so that equal functions are equal values.
public struct SizeFunction: Hashable, Sendable {
  /// Sizes below this one have no value.
  public private(set) var origin: Int64
  /// How many sizes from `origin` on come before the first period.
  public private(set) var prefix: Int
  /// What the values grow by in a period.
  public private(set) var gain: Int64
  /// The values before the first period, and those of the first period.
  private var values: [Int64]

  public var period: Int { values.count - prefix }
  /// The first size of the first period.
  public var start: Int64 { origin + Int64(prefix) }
  /// The first size behind the first period.
  public var end: Int64 { origin + Int64(values.count) }

  /// In place of a value: there is none.
  static let none = Int64.min
  /// Periods, and sizes before the first period, are together at most so many.
  public static let limit = 1 << 17

  /// The function has a longer period, or more sizes before it, than `limit`; or a number that 63 bits do not hold.
  public enum Failure: Error {
    case tooLong, overflow
  }

  /// The size itself.
  public static let identity = SizeFunction(origin: 1, prefix: 0, gain: 1, values: [1])

  /// Without a value for any size.
  public static let nowhere = SizeFunction(origin: 1, prefix: 0, gain: 0, values: [none])

  /// The same value for every size.
  public static func constant(_ value: Int64) -> SizeFunction {
    SizeFunction(origin: 1, prefix: 0, gain: 0, values: [value])
  }

  private init(origin: Int64, prefix: Int, gain: Int64, values: [Int64]) {
    self.origin = origin
    self.prefix = prefix
    self.gain = gain
    self.values = values
  }

  /// Tabulates a function that is known to repeat.
  ///
  /// - Parameters:
  ///   - origin: Below it there are no values.
  ///   - start: The size from which on it repeats.
  ///   - value: Gives the value at a size, or `none`.
  init(
    origin: Int64, start: Int64, period: Int64, gain: Int64, value: (Int64) throws(Failure) -> Int64
  ) throws(Failure) {
    let (end, overflow) = max(start, origin).addingReportingOverflow(period)
    guard !overflow, end - origin <= Int64(Self.limit) else { throw .tooLong }
    var values: [Int64] = []
    values.reserveCapacity(Int(end - origin))
    for size in origin..<end { values.append(try value(size)) }
    self.init(origin: origin, prefix: Int(max(start - origin, 0)), gain: gain, values: values)
    normalize()
  }

  /// The value at a size.
  public subscript(size: Int64) -> Int64? {
    let value = raw(size)
    return value == Self.none ? nil : value
  }

  /// The value at a size, or `none`.
  func raw(_ size: Int64) -> Int64 {
    let index = size - origin
    guard index >= 0 else { return Self.none }
    if index < Int64(values.count) { return values[Int(index)] }
    let (rounds, place) = (index - Int64(prefix)).quotientAndRemainder(dividingBy: Int64(period))
    let value = values[prefix + Int(place)]
    if value == Self.none { return value }
    let (growth, overflow) = rounds.multipliedReportingOverflow(by: gain)
    let (sum, carry) = value.addingReportingOverflow(growth)
    return overflow || carry ? Self.none : sum
  }

  /// True where no size has a value.
  public var isEmpty: Bool { values.allSatisfy { $0 == Self.none } }

  /// True where all sizes that have a value have the same.
  public var isConstant: Bool {
    guard gain == 0, let value = values.first(where: { $0 != Self.none }) else { return false }
    return values.allSatisfy { $0 == Self.none || $0 == value }
  }

  // MARK: - The one way to write it

  private mutating func normalize() {
    if values[prefix...].allSatisfy({ $0 == Self.none }) {
      gain = 0
      values.removeSubrange((prefix + 1)...)
    }
    shortenPeriod()
    shortenPrefix()
    moveOrigin()
  }

  private mutating func shortenPeriod() {
    var rest = period
    var factor = 2
    while rest > 1 {
      if factor * factor > rest { factor = rest }
      if rest % factor != 0 {
        factor += 1
      } else {
        rest /= factor
        if repeats(within: period / factor, parts: Int64(factor)) {
          gain /= Int64(factor)
          values.removeSubrange((prefix + period / factor)...)
        }
      }
    }
  }

  /// True where the period consists of so many equal parts.
  private func repeats(within length: Int, parts: Int64) -> Bool {
    guard gain % parts == 0 else { return false }
    let step = gain / parts
    return values.withUnsafeBufferPointer { values in
      for index in prefix..<(values.count - length) {
        let (low, high) = (values[index], values[index + length])
        if low == Self.none || high == Self.none ? low != high : high - low != step { return false }
      }
      return true
    }
  }

  private mutating func shortenPrefix() {
    let period = period
    var last = prefix - 1
    while last >= 0 {
      let (early, late) = (values[last], values[last + period])
      guard early == Self.none || late == Self.none ? early == late : late - early == gain else { break }
      last -= 1
    }
    let cut = prefix - 1 - last
    if cut > 0 { values.removeLast(cut) }
    prefix -= cut
  }

  /// Sizes without a value at the beginning belong to no prefix, but to the period where they fit into it.
  private mutating func moveOrigin() {
    var empty = 0
    while empty < prefix, values[empty] == Self.none { empty += 1 }
    if empty > 0 {
      values.removeFirst(empty)
      prefix -= empty
      origin += Int64(empty)
    }
    guard prefix == 0 else { return }
    var turn = 0
    while origin - Int64(turn) > 1, turn < values.count, values[values.count - 1 - turn] == Self.none { turn += 1 }
    if turn == values.count {
      self = .nowhere
    } else if turn > 0 {
      origin -= Int64(turn)
      values = Array(values[(values.count - turn)...] + values[..<(values.count - turn)])
    }
  }
}

// MARK: - Sizes by what their values are

extension SizeFunction {
  /// The first size from which on every value is at least `bound`; nil where there is none. Functions that shrink have
  /// none, and for those that stay as they are it is the first size of the first period, whatever the values.
  func settled(above bound: Int64) throws(Failure) -> Int64 {
    guard gain > 0 else { return start }
    var result = start
    for place in prefix..<values.count where values[place] != Self.none && values[place] < bound {
      let (distance, overflow) = bound.subtractingReportingOverflow(values[place])
      let (cells, carry) = (distance.ceilingDivided(by: gain) - 1).multipliedReportingOverflow(by: Int64(period))
      guard !overflow, !carry, cells < Int64.max / 4 else { throw .tooLong }
      result = max(result, origin + Int64(place) + cells + 1)
    }
    return result
  }

  /// The first size whose value is at least `bound`, or the first size behind the first period where none is.
  private func first(atLeast bound: Int64) throws(Failure) -> Int64 {
    for place in 0..<values.count where values[place] != Self.none && values[place] >= bound {
      return origin + Int64(place)
    }
    guard gain > 0 else { return end }
    var result = Int64.max
    for place in prefix..<values.count where values[place] != Self.none {
      let (distance, overflow) = bound.subtractingReportingOverflow(values[place])
      let (cells, carry) = distance.ceilingDivided(by: gain).multipliedReportingOverflow(by: Int64(period))
      guard !overflow, !carry, cells < Int64.max / 4 else { throw .tooLong }
      result = min(result, origin + Int64(place) + cells)
    }
    return result == .max ? end : result
  }

  /// The function where its values are at least `bound`.
  public func restricted(atLeast bound: Int64) throws(Failure) -> SizeFunction {
    guard gain < 0 else {
      return try mapped(ExtentRule(offset: 0, minimum: bound))
    }
    // It ends where the last value falls below the bound.
    let (flipped, beyond) = (try negated(), bound == .min ? Int64.max : 1 - bound)
    let last = try flipped.settled(above: beyond)
    return try SizeFunction(origin: origin, start: max(last, start), period: 1, gain: 0) {
      (size) throws(Failure) in
      let value = raw(size)
      return value >= bound && value != Self.none && size < last ? value : Self.none
    }
  }

  // MARK: - Functions of functions

  /// A layer's rule, applied to an extent.
  public func mapped(_ rule: ExtentRule) throws(Failure) -> SizeFunction {
    if rule.isIdentity, gain >= 0 { return self }
    let modulus = rule.divisor / greatestCommonDivisor(rule.factor, rule.divisor)
    let (rounds, growth) = try repetition(gain, modulus: modulus, times: rule.factor, over: rule.divisor)
    let begin = try settled(above: rule.minimum)
    let first = max(try first(atLeast: rule.minimum), origin)
    return try SizeFunction(
      origin: min(first, begin), start: begin, period: try Self.product(Int64(period), rounds), gain: growth
    ) { (size) throws(Failure) in
      let extent = raw(size)
      return extent == Self.none ? Self.none : rule(extent) ?? Self.none
    }
  }

  /// How many periods it takes until a gain is a multiple of `modulus`, and what times / over of it is then.
  private func repetition(
    _ gain: Int64, modulus: Int64, times: Int64, over: Int64
  ) throws(Failure) -> (rounds: Int64, gain: Int64) {
    let rounds = gain == 0 ? 1 : modulus / greatestCommonDivisor(gain, modulus)
    return (rounds, try Self.product(try Self.product(gain, rounds), times) / over)
  }

  /// The quotient rounded down, for a positive divisor.
  public func floorDivided(by divisor: Int64) throws(Failure) -> SizeFunction {
    let (rounds, growth) = try repetition(gain, modulus: divisor, times: 1, over: divisor)
    return try SizeFunction(
      origin: origin, start: start, period: try Self.product(Int64(period), rounds), gain: growth
    ) { (size) throws(Failure) in
      let value = raw(size)
      return value == Self.none ? Self.none : value.floorDivided(by: divisor)
    }
  }

  public func negated() throws(Failure) -> SizeFunction { try scaled(by: -1) }

  public func scaled(by factor: Int64) throws(Failure) -> SizeFunction {
    try SizeFunction(origin: origin, start: start, period: Int64(period), gain: try Self.product(gain, factor)) {
      (size) throws(Failure) in
      let value = raw(size)
      return value == Self.none ? Self.none : try Self.product(value, factor)
    }
  }

  public func adding(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    let (period, gains) = try common(other)
    return try SizeFunction(
      origin: max(origin, other.origin), start: max(start, other.start), period: period,
      gain: try Self.sum(gains.0, gains.1)
    ) { (size) throws(Failure) in
      let (left, right) = (raw(size), other.raw(size))
      return left == Self.none || right == Self.none ? Self.none : try Self.sum(left, right)
    }
  }

  /// The smaller of two values.
  public func minimum(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    try chosen(other) { $0 <= $1 ? $0 : $1 }
  }

  /// The larger of two values.
  public func maximum(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    try chosen(other) { $0 >= $1 ? $0 : $1 }
  }

  private func chosen(
    _ other: SizeFunction, _ choice: (Int64, Int64) -> Int64
  ) throws(Failure) -> SizeFunction {
    let (period, gains) = try common(other)
    let decided = try difference(other).settledSign()
    let gain = choice(0, gains.1 - gains.0) == 0 ? gains.0 : gains.1
    return try SizeFunction(
      origin: max(origin, other.origin), start: max(start, other.start, decided), period: period, gain: gain
    ) { (size) throws(Failure) in
      let (left, right) = (raw(size), other.raw(size))
      return left == Self.none || right == Self.none ? Self.none : choice(left, right)
    }
  }

  /// This function where it has a value, the other elsewhere. Neither may grow.
  func merged(with other: SizeFunction) throws(Failure) -> SizeFunction {
    let (period, _) = try common(other)
    return try SizeFunction(
      origin: min(origin, other.origin), start: max(start, other.start), period: period, gain: 0
    ) { (size) throws(Failure) in
      let value = raw(size)
      return value == Self.none ? other.raw(size) : value
    }
  }

  /// The function where it equals another: what two branches have in common.
  public func agreeing(with other: SizeFunction) throws(Failure) -> SizeFunction {
    if self == other { return self }
    return try joined(other) { $0 == $1 ? $0 : Self.none }
  }

  /// What comes of two extents that meet in a sum of tensors: they are equal, or one of them is 1.
  public func broadcast(with other: SizeFunction) throws(Failure) -> SizeFunction {
    if self == other { return self }
    return try joined(other) { $0 == $1 || $1 == 1 ? $0 : $0 == 1 ? $1 : Self.none }
  }

  /// The other where this is at least as large: what is left of an extent that is cut to another.
  public func cut(to other: SizeFunction) throws(Failure) -> SizeFunction {
    try joined(other) { $0 >= $1 ? $1 : Self.none }
  }

  /// A function of two extents whose outcome is decided by their order, and by which of them are 1.
  private func joined(
    _ other: SizeFunction, _ choice: (Int64, Int64) -> Int64
  ) throws(Failure) -> SizeFunction {
    let (period, gains) = try common(other)
    let decided = max(try difference(other).settledSign(), try settled(above: 2), try other.settled(above: 2))
    // Far out both grow alike, or the one that grows more is the larger. Large numbers stand for that.
    let far = Int64(1) << 40
    let outcome = choice(gains.0 > 0 ? far + gains.0 : 1, gains.1 > 0 ? far + gains.1 : 1)
    let gain =
      gains.0 == gains.1 ? gains.0 : outcome == far + gains.1 ? gains.1 : outcome == far + gains.0 ? gains.0 : 0
    return try SizeFunction(
      origin: max(origin, other.origin), start: max(start, other.start, decided), period: period, gain: gain
    ) { (size) throws(Failure) in
      let (left, right) = (raw(size), other.raw(size))
      return left == Self.none || right == Self.none ? Self.none : choice(left, right)
    }
  }

  private func difference(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    try adding(try other.negated())
  }

  /// The size from which on the sign of the values of a place in the period no longer changes.
  private func settledSign() throws(Failure) -> Int64 {
    gain == 0 ? start : gain > 0 ? try settled(above: 1) : try negated().settled(above: 1)
  }

  /// The sizes whose values pass a test that depends on their sign alone.
  public func sizes(where test: (Int64) -> Bool) throws(Failure) -> SizeSet {
    SizeSet(
      try SizeFunction(origin: origin, start: max(start, try settledSign()), period: Int64(period), gain: 0) {
        (size) throws(Failure) in
        let value = raw(size)
        return value != Self.none && test(value.signum()) ? 1 : Self.none
      })
  }

  /// The sizes that have a value.
  public var domain: SizeSet {
    var indicator = self
    indicator.gain = 0
    for index in indicator.values.indices where values[index] != Self.none { indicator.values[index] = 1 }
    indicator.normalize()
    return SizeSet(indicator)
  }

  /// The function on some of its sizes.
  public func restricted(to sizes: SizeSet) throws(Failure) -> SizeFunction {
    let (period, gains) = try common(sizes.indicator)
    return try SizeFunction(
      origin: max(origin, sizes.indicator.origin), start: max(start, sizes.indicator.start), period: period,
      gain: gains.0
    ) { (size) throws(Failure) in sizes.indicator.raw(size) == Self.none ? Self.none : raw(size) }
  }

  // MARK: - Arithmetic

  /// A period of both, and what each gains in it.
  private func common(_ other: SizeFunction) throws(Failure) -> (period: Int64, gains: (Int64, Int64)) {
    let (mine, theirs) = (Int64(period), Int64(other.period))
    let period = mine / greatestCommonDivisor(mine, theirs) * theirs
    return (period, (try Self.product(gain, period / mine), try Self.product(other.gain, period / theirs)))
  }

  private static func product(_ a: Int64, _ b: Int64) throws(Failure) -> Int64 {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    if overflow { throw .overflow }
    return product
  }

  private static func sum(_ a: Int64, _ b: Int64) throws(Failure) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    if overflow { throw .overflow }
    return sum
  }
}
