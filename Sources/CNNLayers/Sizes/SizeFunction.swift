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
  /// Sizes that matter to a function are at most so large.
  static let horizon: Int64 = 1 << 48

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
  ///   - origin: Below it there are no values. At least 1.
  ///   - start: The size from which on it repeats.
  ///   - table: Gives the value at each of a range of sizes, or `none`.
  init(
    origin: Int64, start: Int64, period: Int64, gain: Int64, table: (Range<Int64>) throws(Failure) -> [Int64]
  ) throws(Failure) {
    let start = max(start, origin)
    guard start <= Self.horizon, period <= Self.limit, start + period - origin <= Self.limit else { throw .tooLong }
    let values = try table(origin..<start + period)
    self.init(origin: origin, prefix: Int(start - origin), gain: gain, values: values)
    normalize()
  }

  /// The value at a size.
  public subscript(size: Int64) -> Int64? {
    let value = raw(size)
    return value == Self.none ? nil : value
  }

  /// The value at a size, or `none`; also where 63 bits do not hold the value.
  func raw(_ size: Int64) -> Int64 {
    guard size >= origin else { return Self.none }
    let index = size - origin
    if index < Int64(values.count) { return values[Int(index)] }
    let (rounds, place) = (index - Int64(prefix)).quotientAndRemainder(dividingBy: Int64(period))
    let value = values[prefix + Int(place)]
    if value == Self.none { return value }
    let (growth, overflow) = rounds.multipliedReportingOverflow(by: gain)
    let (sum, carry) = value.addingReportingOverflow(growth)
    return overflow || carry ? Self.none : sum
  }

  /// The values at a range of sizes.
  func table(_ sizes: Range<Int64>) throws(Failure) -> [Int64] {
    var table: [Int64] = []
    table.reserveCapacity(sizes.count)
    if sizes.lowerBound < origin {
      table.append(contentsOf: repeatElement(Self.none, count: Int(min(origin, sizes.upperBound) - sizes.lowerBound)))
    }
    let known = sizes.clamped(to: origin..<end)
    table.append(contentsOf: values[Int(known.lowerBound - origin)..<Int(known.upperBound - origin)])
    var size = sizes.lowerBound + Int64(table.count)
    // Behind the first period each value follows from the one a period before, once there is one.
    while size < sizes.upperBound, table.count < period {
      let value = raw(size)
      if value == Self.none, values[prefix + Int((size - start) % Int64(period))] != Self.none { throw .overflow }
      table.append(value)
      size += 1
    }
    let period = period
    while table.count < sizes.count {
      let value = table[table.count - period]
      let (sum, overflow) = value.addingReportingOverflow(gain)
      if value != Self.none, overflow || sum == Self.none { throw .overflow }
      table.append(value == Self.none ? value : sum)
    }
    return table
  }

  /// True where no size has a value.
  public var isEmpty: Bool { values.allSatisfy { $0 == Self.none } }

  /// True where all sizes that have a value have the same.
  public var isConstant: Bool {
    guard gain == 0, let value = values.first(where: { $0 != Self.none }) else { return false }
    return values.allSatisfy { $0 == Self.none || $0 == value }
  }

  /// True where no larger size has a smaller value.
  public var isGrowing: Bool {
    var last = Int64.min
    for size in origin..<end + Int64(period) {
      let value = raw(size)
      if value == Self.none { continue }
      if value < last { return false }
      last = value
    }
    return gain >= 0
  }

  /// The function as slope * size + offset; nil where that is not what it is at every size that has a value.
  public var affine: (slope: Rational, offset: Rational)? {
    let sizes = (origin..<end).filter { raw($0) != Self.none }
    guard let first = sizes.first, let value = self[first] else { return nil }
    // A function of few sizes may be steeper than what it gains in a period, of which it has none.
    let other = sizes.dropFirst().first
    let slope: Rational? =
      if gain != 0 {
        Rational(gain, Int64(period))
      } else if let other, let second = self[other] {
        Rational(second - value, other - first)
      } else {
        0
      }
    guard let slope, let rise = slope.multiplied(by: Rational(first)),
      let offset = Rational(value).subtracting(rise)
    else { return nil }
    let isAffine = sizes.allSatisfy { size in
      guard let value = self[size], let product = slope.multiplied(by: Rational(size)) else { return false }
      return product.adding(offset) == Rational(value)
    }
    // Behind the first period all goes on by the gain, which must be what the slope gives.
    guard isAffine, gain != 0 || slope == 0 || domain.isBounded else { return nil }
    return (slope, offset)
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
        if !Self.follows(values[index + length], values[index], by: step) { return false }
      }
      return true
    }
  }

  private mutating func shortenPrefix() {
    let (period, old) = (period, prefix)
    while prefix > 0, Self.follows(values[prefix - 1 + period], values[prefix - 1], by: gain) { prefix -= 1 }
    values.removeLast(old - prefix)
  }

  /// True where two values differ by a gain, or both are missing.
  private static func follows(_ late: Int64, _ early: Int64, by gain: Int64) -> Bool {
    if early == none || late == none { return early == late }
    let (difference, overflow) = late.subtractingReportingOverflow(early)
    return !overflow && difference == gain
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
  /// The first size from which on every place of the period keeps to its side of a bound: its values are at least
  /// `bound` from there on, or they are all below.
  private func settled(around bound: Int64) throws(Failure) -> Int64 {
    guard gain != 0 else { return start }
    var result = start
    for place in prefix..<values.count where values[place] != Self.none && (values[place] < bound) == (gain > 0) {
      // The last round on the side that is left.
      let (distance, overflow) = bound.subtractingReportingOverflow(values[place])
      guard !overflow, gain != .min else { throw .overflow }
      let rounds = gain > 0 ? distance.ceilingDivided(by: gain) - 1 : -distance.ceilingDivided(by: -gain)
      result = max(result, try Self.distant(origin + Int64(place), rounds: rounds, of: period) + 1)
    }
    return result
  }

  /// The first size from which on the sign of the values of each place of the period no longer changes.
  private func settledSign() throws(Failure) -> Int64 {
    try max(settled(around: 0), settled(around: 1))
  }

  /// The first size whose value is at least `bound`; the first size behind the first period where none is.
  private func first(atLeast bound: Int64) throws(Failure) -> Int64 {
    for place in 0..<values.count where values[place] != Self.none && values[place] >= bound {
      return origin + Int64(place)
    }
    guard gain > 0 else { return end }
    var result = Int64.max
    for place in prefix..<values.count where values[place] != Self.none {
      let (distance, overflow) = bound.subtractingReportingOverflow(values[place])
      if overflow { throw .overflow }
      let rounds = distance.ceilingDivided(by: gain)
      result = min(result, try Self.distant(origin + Int64(place), rounds: rounds, of: period))
    }
    return result == .max ? end : result
  }

  private static func distant(_ size: Int64, rounds: Int64, of period: Int) throws(Failure) -> Int64 {
    let (cells, overflow) = rounds.multipliedReportingOverflow(by: Int64(period))
    guard !overflow, cells <= horizon else { throw .tooLong }
    return size + cells
  }

  /// The function where its values are at least `bound`.
  public func restricted(atLeast bound: Int64) throws(Failure) -> SizeFunction {
    if gain >= 0, values.allSatisfy({ $0 == Self.none || $0 >= bound }) { return self }
    return try SizeFunction(
      origin: try first(atLeast: bound), start: try settled(around: bound), period: Int64(period), gain: gain
    ) { (sizes) throws(Failure) in
      try table(sizes).map { $0 < bound ? Self.none : $0 }
    }
  }

  /// The sizes whose values pass a test that depends on their sign alone.
  public func sizes(where test: (Int64) -> Bool) throws(Failure) -> SizeSet {
    let (negative, zero, positive) = (test(-1), test(0), test(1))
    let origin = negative ? origin : try first(atLeast: zero ? 0 : 1)
    return SizeSet(
      try SizeFunction(origin: origin, start: try settledSign(), period: Int64(period), gain: 0) {
        (sizes) throws(Failure) in
        try table(sizes).map { value in
          value != Self.none && (value < 0 ? negative : value == 0 ? zero : positive) ? 1 : Self.none
        }
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
    if sizes == .all { return self }
    let (period, gains) = try common(sizes.indicator)
    return try SizeFunction(
      origin: max(origin, sizes.indicator.origin), start: max(start, sizes.indicator.start), period: period,
      gain: gains.0
    ) { (range) throws(Failure) in
      zip(try table(range), try sizes.indicator.table(range)).map { $1 == Self.none ? Self.none : $0 }
    }
  }
}

// MARK: - Functions of functions

extension SizeFunction {
  /// A layer's rule, applied to an extent.
  public func mapped(_ rule: ExtentRule) throws(Failure) -> SizeFunction {
    if rule.isIdentity { return try restricted(atLeast: 1) }
    let modulus = rule.divisor / greatestCommonDivisor(rule.factor, rule.divisor)
    let (rounds, growth) = try repetition(modulus: modulus, times: rule.factor, over: rule.divisor)
    return try SizeFunction(
      origin: try first(atLeast: rule.minimum), start: try settled(around: rule.minimum),
      period: try Self.product(Int64(period), rounds), gain: growth
    ) { (sizes) throws(Failure) in
      let table = try table(sizes)
      _ = try Self.sum(try Self.product(max(table.max() ?? 0, 0), rule.factor), rule.offset)
      return table.map { $0 == Self.none ? Self.none : rule($0) ?? Self.none }
    }
  }

  /// How many periods it takes until the gain is a multiple of `modulus`, and what times / over of it is then.
  private func repetition(
    modulus: Int64, times: Int64, over: Int64
  ) throws(Failure) -> (rounds: Int64, gain: Int64) {
    let rounds = gain == 0 ? 1 : modulus / greatestCommonDivisor(gain, modulus)
    return (rounds, try Self.product(try Self.product(gain, rounds), times) / over)
  }

  /// The quotient rounded down, for a positive divisor.
  public func floorDivided(by divisor: Int64) throws(Failure) -> SizeFunction {
    let (rounds, growth) = try repetition(modulus: divisor, times: 1, over: divisor)
    return try SizeFunction(
      origin: origin, start: start, period: try Self.product(Int64(period), rounds), gain: growth
    ) { (sizes) throws(Failure) in
      try table(sizes).map { $0 == Self.none ? Self.none : $0.floorDivided(by: divisor) }
    }
  }

  public func negated() throws(Failure) -> SizeFunction { try scaled(by: -1) }

  public func scaled(by factor: Int64) throws(Failure) -> SizeFunction {
    try SizeFunction(origin: origin, start: start, period: Int64(period), gain: try Self.product(gain, factor)) {
      (sizes) throws(Failure) in
      try table(sizes).map { (value) throws(Failure) in
        value == Self.none ? Self.none : try Self.product(value, factor)
      }
    }
  }

  public func adding(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    let (period, gains) = try common(other)
    return try SizeFunction(
      origin: max(origin, other.origin), start: max(start, other.start), period: period,
      gain: try Self.sum(gains.0, gains.1)
    ) { (sizes) throws(Failure) in
      try zip(try table(sizes), try other.table(sizes)).map { (left, right) throws(Failure) in
        left == Self.none || right == Self.none ? Self.none : try Self.sum(left, right)
      }
    }
  }

  /// The smaller of two values.
  public func minimum(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    try joined(other) { min($0, $1) }
  }

  /// The larger of two values.
  public func maximum(_ other: SizeFunction) throws(Failure) -> SizeFunction {
    try joined(other) { max($0, $1) }
  }

  /// The function where it equals another: what two branches have in common.
  public func agreeing(with other: SizeFunction) throws(Failure) -> SizeFunction {
    if self == other { return self }
    return try joined(other) { $0 == $1 ? $0 : Self.none }
  }

  /// What comes of two extents that meet in a sum of tensors: they are equal, or one of them is 1.
  public func broadcast(with other: SizeFunction) throws(Failure) -> SizeFunction {
    if self == other { return self }
    return try joined(other, comparesWithOne: true) { $0 == $1 || $1 == 1 ? $0 : $0 == 1 ? $1 : Self.none }
  }

  /// The other where this is at least as large: what is left of an extent that is cut to another.
  public func cut(to other: SizeFunction) throws(Failure) -> SizeFunction {
    try joined(other) { $0 >= $1 ? $1 : Self.none }
  }

  /// This function where it has a value, the other elsewhere. Neither may grow.
  func merged(with other: SizeFunction) throws(Failure) -> SizeFunction {
    let (period, _) = try common(other)
    return try SizeFunction(
      origin: min(origin, other.origin), start: max(start, other.start), period: period, gain: 0
    ) { (sizes) throws(Failure) in
      zip(try table(sizes), try other.table(sizes)).map { $0 == Self.none ? $1 : $0 }
    }
  }

  /// One of two values or none, as their order decides and, if said so, which of them are 1.
  private func joined(
    _ other: SizeFunction, comparesWithOne: Bool = false, _ choice: (Int64, Int64) -> Int64
  ) throws(Failure) -> SizeFunction {
    let (period, gains) = try common(other)
    guard period <= Self.limit else { throw .tooLong }
    var begin = max(start, other.start)
    // Functions that grow alike keep their order, place by place.
    if gains.0 != gains.1 { begin = max(begin, try adding(try other.negated()).settledSign()) }
    if comparesWithOne {
      for function in [self, other] {
        begin = max(begin, try function.settled(around: 1), try function.settled(around: 2))
      }
    }
    func chosen(_ sizes: Range<Int64>) throws(Failure) -> [Int64] {
      zip(try table(sizes), try other.table(sizes)).map { left, right in
        left == Self.none || right == Self.none ? Self.none : choice(left, right)
      }
    }
    guard begin <= Self.horizon else { throw .tooLong }
    // From there on the choice of a place is the same in every round, and all places grow by the same.
    var gain = gains.0
    if gains.0 != gains.1 {
      let first = try chosen(begin..<begin + period)
      if let place = first.firstIndex(where: { $0 != Self.none }) {
        let size = begin + period + Int64(place)
        gain = try Self.sum(try chosen(size..<size + 1)[0], -first[place])
      }
    }
    return try SizeFunction(
      origin: max(origin, other.origin), start: begin, period: period, gain: gain, table: chosen)
  }
}

// MARK: - Arithmetic

extension SizeFunction {
  /// A period of both, and what each gains in it.
  private func common(_ other: SizeFunction) throws(Failure) -> (period: Int64, gains: (Int64, Int64)) {
    let (mine, theirs) = (Int64(period), Int64(other.period))
    let period = mine / greatestCommonDivisor(mine, theirs) * theirs
    return (period, (try Self.product(gain, period / mine), try Self.product(other.gain, period / theirs)))
  }

  private static func product(_ a: Int64, _ b: Int64) throws(Failure) -> Int64 {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    if overflow || product == none { throw .overflow }
    return product
  }

  private static func sum(_ a: Int64, _ b: Int64) throws(Failure) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    if overflow || sum == none { throw .overflow }
    return sum
  }
}
