@testable import CNNLayers

/// Functions, sets and rules drawn at random, each beside what it is by definition, size by size.
struct SizeSamples: RandomNumberGenerator {
  /// A function and its definition.
  struct Traced {
    var function: SizeFunction
    var definition: (Int64) -> Int64?
  }

  /// A set and its definition.
  struct TracedSet {
    var set: SizeSet
    var definition: (Int64) -> Bool
  }

  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Sebastiano Vigna's SplitMix: the same numbers on every machine and in every run.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }

  mutating func chance(_ part: Int64) -> Bool { number(1...part) == 1 }

  mutating func window() -> Window {
    let kernel = number(1...7)
    return Window(
      kernel: Axes(all: Int32(kernel)), stride: Axes(all: Int32(number(1...4))),
      dilation: Axes(all: Int32(number(1...3))), before: Axes(all: Int32(number(0...3))),
      after: Axes(all: Int32(number(0...3))))
  }

  /// A rule as layers have them.
  mutating func rule() -> ExtentRule {
    switch number(0...11) {
    case 0...2: window().rule(0, ceil: false)
    case 3: window().rule(0, ceil: true)
    case 4: window().ruleOfSame(0)
    case 5: window().transposedRule(0)
    case 6: ExtentRule(offset: number(-9...9), minimum: number(1...6))
    case 7: ExtentRule(divisor: number(1...4), isExact: true)
    case 8: ExtentRule(factor: number(1...4), divisor: number(1...3))
    case 9: .identity
    case 10: chance(4) ? .fixed(number(1...9)) : ExtentRule(factor: 2)
    default: ExtentRule(offset: -number(0...200))
    }
  }

  /// What a rule gives by its definition, without a division.
  static func apply(_ rule: ExtentRule, to extent: Int64) -> Int64? {
    guard extent >= rule.minimum, extent >= 1 else { return nil }
    let sum = rule.factor * extent + rule.offset
    var quotient = Int64((Double(sum) / Double(rule.divisor)).rounded(.down))
    while quotient * rule.divisor > sum { quotient -= 1 }
    while (quotient + 1) * rule.divisor <= sum { quotient += 1 }
    guard quotient >= 1, !rule.isExact || quotient * rule.divisor == sum else { return nil }
    return quotient
  }

  /// The extents along a path of layers.
  mutating func path() throws -> Traced {
    var result = Traced(function: .identity, definition: { $0 })
    for _ in 0..<number(0...6) {
      let rule = rule()
      let before = result.definition
      result.function = try result.function.mapped(rule)
      result.definition = { before($0).flatMap { Self.apply(rule, to: $0) } }
    }
    return result
  }

  /// A function made of others in some steps; its values may shrink or be negative.
  mutating func function(depth: Int) throws -> Traced {
    if depth == 0 || chance(5) { return chance(8) ? constant() : try path() }
    let left = try function(depth: depth - 1)
    let (f, g) = (left.function, left.definition)
    switch number(0...13) {
    case 0:
      let factor = number(-3...3)
      return Traced(function: try f.scaled(by: factor)) { n in g(n).map { $0 * factor } }
    case 1: return Traced(function: try f.negated()) { n in g(n).map { -$0 } }
    case 2:
      let divisor = number(1...6)
      return Traced(function: try f.floorDivided(by: divisor)) { n in
        g(n).map { Int64((Double($0) / Double(divisor)).rounded(.down)) }
      }
    case 3:
      let bound = number(-40...60)
      return Traced(function: try f.restricted(atLeast: bound)) { n in g(n).flatMap { $0 >= bound ? $0 : nil } }
    case 4:
      let rule = rule()
      return Traced(function: try f.mapped(rule)) { n in g(n).flatMap { Self.apply(rule, to: $0) } }
    case 5:
      let sizes = try set(depth: depth - 1)
      return Traced(function: try f.restricted(to: sizes.set)) { n in sizes.definition(n) ? g(n) : nil }
    default: return try joined(left, try function(depth: depth - 1))
    }
  }

  private mutating func constant() -> Traced {
    let value = number(-5...40)
    return Traced(function: .constant(value), definition: { _ in value })
  }

  private mutating func joined(_ left: Traced, _ right: Traced) throws -> Traced {
    func both(_ function: SizeFunction, _ choice: @escaping (Int64, Int64) -> Int64?) -> Traced {
      Traced(function: function) { n in
        guard let a = left.definition(n), let b = right.definition(n) else { return nil }
        return choice(a, b)
      }
    }
    let (f, g) = (left.function, right.function)
    switch number(0...5) {
    case 0: return both(try f.adding(g)) { $0 + $1 }
    case 1: return both(try f.minimum(g)) { Swift.min($0, $1) }
    case 2: return both(try f.maximum(g)) { Swift.max($0, $1) }
    case 3: return both(try f.agreeing(with: g)) { $0 == $1 ? $0 : nil }
    case 4: return both(try f.broadcast(with: g)) { $0 == $1 || $1 == 1 ? $0 : $0 == 1 ? $1 : nil }
    default: return both(try f.cut(to: g)) { $0 >= $1 ? $1 : nil }
    }
  }

  mutating func set(depth: Int) throws -> TracedSet {
    if depth == 0 || chance(4) { return try simpleSet() }
    let left = try set(depth: depth - 1)
    switch number(0...5) {
    case 0: return TracedSet(set: try left.set.complement()) { !left.definition($0) }
    case 1:
      let function = try function(depth: depth - 1)
      return TracedSet(set: function.function.domain) { function.definition($0) != nil }
    case 2:
      let right = try set(depth: depth - 1)
      return TracedSet(set: try left.set.subtracting(right.set)) { left.definition($0) && !right.definition($0) }
    case 3:
      let right = try set(depth: depth - 1)
      return TracedSet(set: try left.set.union(right.set)) { left.definition($0) || right.definition($0) }
    default:
      let right = try set(depth: depth - 1)
      return TracedSet(set: try left.set.intersection(right.set)) { left.definition($0) && right.definition($0) }
    }
  }

  /// Sizes where a function of them passes a test: congruences, bounds, single sizes.
  private mutating func simpleSet() throws -> TracedSet {
    let bound = number(1...40)
    switch number(0...5) {
    case 0:
      let modulus = number(1...24)
      let remainder = number(0...modulus - 1)
      let shifted = try SizeFunction.identity.adding(.constant(modulus - remainder))
      let set = try shifted.mapped(ExtentRule(divisor: modulus, isExact: true)).domain
      return TracedSet(set: set) { $0 % modulus == remainder }
    case 1:
      let set = try SizeFunction.identity.adding(.constant(-bound)).sizes { $0 >= 0 }
      return TracedSet(set: set) { $0 >= bound }
    case 2:
      let set = try SizeFunction.identity.adding(.constant(-bound)).sizes { $0 < 0 }
      return TracedSet(set: set) { $0 < bound }
    case 3:
      let set = try SizeFunction.identity.adding(.constant(-bound)).sizes { $0 == 0 }
      return TracedSet(set: set) { $0 == bound }
    case 4:
      let (left, right) = (try path(), try path())
      let difference = try left.function.adding(try right.function.negated())
      let tests: [(Int64) -> Bool] = [{ $0 < 0 }, { $0 == 0 }, { $0 > 0 }, { $0 != 0 }, { $0 >= 0 }]
      let test = tests[Int(number(0...4))]
      return TracedSet(set: try difference.sizes(where: test)) { n in
        guard let a = left.definition(n), let b = right.definition(n) else { return false }
        return test((a - b).signum())
      }
    default: return chance(2) ? TracedSet(set: .all) { _ in true } : TracedSet(set: .none) { _ in false }
    }
  }
}
