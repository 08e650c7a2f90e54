import CNNLayers
import CNNSyntax

enum ArithmeticError: Error {
  /// The operator does not take such values.
  case operands
  case zero
  case overflow
  case length(limit: Int)
  /// What depends on the size of an input cannot be decided for every size.
  case undecidable
  case sizes(SizeFunction.Failure)
  /// An expression of two symbols.
  case twoSymbols
}

/// What operators and functions do with values: exact fractions as long as both sides are.
enum Arithmetic {
  /// Items a list may have.
  static let lengthLimit = 1_000_000

  static func apply(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws(ArithmeticError) -> Value {
    if left.dependsOnSize || right.dependsOnSize { return try SizeArithmetic.apply(operation, left, right) }
    switch operation {
    case .equal: return .boolean(try areEqual(left, right))
    case .notEqual: return .boolean(try !areEqual(left, right))
    case .less: return .boolean(try isLess(left, right))
    case .lessEqual: return .boolean(try !isLess(right, left))
    case .greater: return .boolean(try isLess(right, left))
    case .greaterEqual: return .boolean(try !isLess(left, right))
    case .until: return try range(left, right)
    case .add:
      if case .list(let a) = left, case .list(let b) = right {
        guard a.count + b.count <= lengthLimit else { throw .length(limit: lengthLimit) }
        return .list(a + b)
      }
      return try combine(left, right, { $0.adding($1) }, { $0 + $1 })
    case .subtract: return try combine(left, right, { $0.subtracting($1) }, { $0 - $1 })
    case .multiply: return try combine(left, right, { $0.multiplied(by: $1) }, { $0 * $1 })
    case .divide:
      if right.double == 0 { throw .zero }
      return try combine(left, right, { $0.divided(by: $1) }, { $0 / $1 })
    case .remainder: return try remainder(left, right)
    case .power: return try power(left, right)
    case .and, .or: throw .operands
    }
  }

  private static func combine(
    _ left: Value, _ right: Value, _ exact: (Rational, Rational) -> Rational?, _ rough: (Double, Double) -> Double
  ) throws(ArithmeticError) -> Value {
    if case .number(let a) = left, case .number(let b) = right {
      guard let result = exact(a, b) else { throw .overflow }
      return .number(result)
    }
    guard let a = left.double, let b = right.double else { throw .operands }
    return try decimal(rough(a, b))
  }

  static func decimal(_ number: Double) throws(ArithmeticError) -> Value {
    guard number.isFinite else { throw .overflow }
    return .decimal(number)
  }

  private static func areEqual(_ left: Value, _ right: Value) throws(ArithmeticError) -> Bool {
    if left.holdsSize || right.holdsSize { throw .undecidable }
    switch (left, right) {
    case (.number, .decimal), (.decimal, .number): return left.double == right.double
    case (.shape, .list), (.list, .shape): return left.elements == right.elements
    case (.number, .number), (.decimal, .decimal), (.boolean, .boolean), (.shape, .shape), (.list, .list),
      (.range, .range), (.word, .word), (.text, .text), (.tensor, .tensor), (.layer, .layer), (.size, .size):
      return left == right
    case (.number, _), (.decimal, _), (.boolean, _), (.shape, _), (.list, _), (.range, _), (.word, _), (.text, _),
      (.tensor, _), (.layer, _), (.size, _):
      throw .operands
    }
  }

  private static func isLess(_ left: Value, _ right: Value) throws(ArithmeticError) -> Bool {
    if case .number(let a) = left, case .number(let b) = right { return a < b }
    guard let a = left.double, let b = right.double else { throw .operands }
    return a < b
  }

  private static func range(_ left: Value, _ right: Value) throws(ArithmeticError) -> Value {
    guard case .number(let lower) = left, case .number(let upper) = right, let first = lower.whole,
      let end = upper.whole, first.magnitude < 1 << 40, end.magnitude < 1 << 40
    else { throw .operands }
    return .range(first, end)
  }

  /// The remainder of flooring division: it has the sign of the divisor.
  private static func remainder(_ left: Value, _ right: Value) throws(ArithmeticError) -> Value {
    guard case .number(let a) = left, case .number(let b) = right else { throw .operands }
    guard b != 0 else { throw .zero }
    guard let quotient = a.divided(by: b)?.floor, let product = Rational(quotient).multiplied(by: b),
      let rest = a.subtracting(product)
    else { throw .overflow }
    return .number(rest)
  }

  private static func power(_ left: Value, _ right: Value) throws(ArithmeticError) -> Value {
    guard case .number(let base) = left, case .number(let exponent) = right, let whole = exponent.whole else {
      throw .operands
    }
    if base == 0, whole < 0 { throw .zero }
    if base == 0 || base == 1 { return .number(whole == 0 ? 1 : base) }
    if base == -1 { return .number(whole % 2 == 0 ? 1 : -1) }
    guard whole.magnitude <= 64 else { throw .overflow }
    var result: Rational = 1
    for _ in 0..<Int(whole.magnitude) {
      guard let next = result.multiplied(by: base) else { throw .overflow }
      result = next
    }
    if whole >= 0 { return .number(result) }
    guard let inverse = Rational(1).divided(by: result) else { throw .overflow }
    return .number(inverse)
  }
}

extension Value {
  var double: Double? {
    switch self {
    case .number(let number): number.double
    case .decimal(let number): number
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer, .size: nil
    }
  }

  var dependsOnSize: Bool {
    if case .size = self { return true }
    return false
  }

  /// True also for lists in which something depends on a size.
  fileprivate var holdsSize: Bool {
    if case .list(let items) = self { return items.contains(where: \.holdsSize) }
    return dependsOnSize
  }
}

extension Function {
  /// How the function is called, for messages and the reference.
  public var signature: String {
    switch self {
    case .min: "numbers or a list: `min(a, b)`"
    case .max: "numbers or a list: `max(a, b)`"
    case .abs: "a number: `abs(x)`"
    case .floor: "a number: `floor(x)`"
    case .ceil: "a number: `ceil(x)`"
    case .round: "a number: `round(x)`"
    case .sqrt: "a number of at least 0: `sqrt(x)`"
    case .log2: "a positive number: `log2(x)`"
    case .length: "a list: `length(widths)`"
    case .sum: "a list of numbers: `sum(widths)`"
    case .multiple: "a number and a step: `multiple(x, of 8)`"
    }
  }

  /// The function's value, nil where the arguments are not what `signature` says.
  func apply(_ values: [Value], names: [String?]) throws(ArithmeticError) -> Value? {
    if values.contains(where: \.dependsOnSize) { return try SizeArithmetic.apply(self, values) }
    if self == .multiple { return try multiple(values, names: names) }
    guard names.allSatisfy({ $0 == nil }), let first = values.first else { return nil }
    switch self {
    case .min, .max:
      guard let items = values.count == 1 ? first.elements : values, let start = items.first else { return nil }
      var best = start
      for item in items {
        guard item.double != nil else { return nil }
        let isBetter = try Arithmetic.apply(self == .min ? .less : .greater, item, best)
        if isBetter == .boolean(true) { best = item }
      }
      return best
    case .sum:
      guard values.count == 1, let items = first.elements else { return nil }
      var total: Value = 0
      for item in items {
        guard item.double != nil else { return nil }
        total = try Arithmetic.apply(.add, total, item)
      }
      return total
    case .length:
      guard values.count == 1, let items = first.elements else { return nil }
      return .number(Rational(Int64(items.count)))
    case .abs:
      guard values.count == 1, let number = first.double else { return nil }
      return number < 0 ? try Arithmetic.apply(.subtract, 0, first) : first
    case .floor: return values.count == 1 ? try first.rounded({ $0.floor }, .down) : nil
    case .ceil: return values.count == 1 ? try first.rounded({ $0.ceiling }, .up) : nil
    case .round: return values.count == 1 ? try first.rounded({ $0.rounded }, .toNearestOrAwayFromZero) : nil
    case .sqrt:
      guard values.count == 1, let number = first.double, number >= 0 else { return nil }
      return try Arithmetic.decimal(number.squareRoot())
    case .log2:
      guard values.count == 1, let number = first.double, number > 0 else { return nil }
      return try Arithmetic.decimal(binaryLogarithm(number))
    case .multiple: return nil
    }
  }

  /// The multiple of a step that is nearest to a number, the larger of two, never below the step nor more than a tenth
  /// below the number: the rule by which MobileNets round their channels (Sandler et al., 2018, reference code).
  private func multiple(_ values: [Value], names: [String?]) throws(ArithmeticError) -> Value? {
    guard values.count == 2, names == [nil, "of"] || names == [nil, nil], let number = values[0].double,
      case .number(let step) = values[1], step > 0
    else { return nil }
    let exact: Rational
    if case .number(let rational) = values[0] {
      exact = rational
    } else {
      guard number.magnitude < 1e12, let rough = Rational(Int64(number * 1_048_576), 1_048_576) else { return nil }
      exact = rough
    }
    guard let half = step.divided(by: 2), let raised = exact.adding(half)?.divided(by: step)?.floor,
      let nearest = Rational(raised).multiplied(by: step)
    else { throw .overflow }
    var result = Swift.max(nearest, step)
    if let limit = exact.multiplied(by: Rational(9, 10) ?? 1), result < limit {
      guard let next = result.adding(step) else { throw .overflow }
      result = next
    }
    return .number(result)
  }

  /// Exact for powers of two; else by the series of the mantissa's logarithm.
  private func binaryLogarithm(_ number: Double) -> Double {
    let mantissa = number.significand
    let ratio = (mantissa - 1) / (mantissa + 1)
    var term = ratio
    var sum = 0.0
    var odd = 1.0
    while term.magnitude > 1e-18 {
      sum += term / odd
      term *= ratio * ratio
      odd += 2
    }
    return Double(number.exponent) + 2 * sum / 0.693147180559945309417
  }
}

extension Value {
  /// Rounds a number to a whole one.
  fileprivate func rounded(
    _ exact: (Rational) -> Int64, _ rule: FloatingPointRoundingRule
  ) throws(ArithmeticError) -> Value? {
    switch self {
    case .number(let number): return .number(Rational(exact(number)))
    case .decimal(let number):
      let whole = number.rounded(rule)
      guard whole.magnitude < 4.6e18 else { throw .overflow }
      return .number(Rational(Int64(whole)))
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer, .size: return nil
    }
  }
}
