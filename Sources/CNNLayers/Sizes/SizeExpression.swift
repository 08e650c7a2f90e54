/// A number, or a condition, that depends on the size that a symbol stands for: `H / 8`, `H % 32 == 0`.
public struct SizeExpression: Hashable, Sendable {
  /// Which of the model's symbols.
  public let symbol: Int
  /// The number times `denominator`. Sizes that are not admitted, or that the tensor it was taken from does not work
  /// for, have no value; neither has a condition for them, whose numbers are else of no meaning.
  public let numerator: SizeFunction
  /// At least 1.
  public let denominator: Int64
  /// The sizes for which a condition holds; nil for a number.
  public let condition: SizeSet?
  /// The extent it stands for at the sizes that a network's shapes are worked out with.
  public var standIn: Extent = 1

  public init(symbol: Int, _ numerator: SizeFunction, over denominator: Int64 = 1) {
    self.symbol = symbol
    self.numerator = numerator
    self.denominator = denominator
    condition = nil
  }

  /// A condition, on the sizes that have a value in `domain`.
  init(symbol: Int, condition: SizeSet, on domain: SizeFunction) {
    self.symbol = symbol
    numerator = domain
    denominator = 1
    self.condition = condition
  }

  public var isCondition: Bool { condition != nil }

  /// The number where it is a whole one, at least 1: what it is as an extent.
  public func extent() throws(SizeFunction.Failure) -> SizeFunction {
    if denominator == 1 { return try numerator.restricted(atLeast: 1) }
    let quotient = try numerator.floorDivided(by: denominator)
    return try numerator.agreeing(with: quotient.scaled(by: denominator)).floorDivided(by: denominator)
      .restricted(atLeast: 1)
  }

  /// The expression's value where it is the same for every size: a number.
  public var constant: Rational? {
    guard numerator.gain == 0, numerator.period == 1, numerator.prefix == 0, let value = numerator[numerator.start]
    else { return nil }
    return Rational(value, denominator)
  }

  /// The value at a size.
  public func value(at size: Int64) -> Rational? { numerator[size].flatMap { Rational($0, denominator) } }
}

// MARK: - Arithmetic

extension SizeExpression {
  /// Both over one denominator.
  private func aligned(
    _ other: SizeExpression
  ) throws(SizeFunction.Failure) -> (SizeFunction, SizeFunction, denominator: Int64) {
    let divisor = greatestCommonDivisor(denominator, other.denominator)
    let (common, overflow) = (denominator / divisor).multipliedReportingOverflow(by: other.denominator)
    if overflow { throw .overflow }
    return (
      try numerator.scaled(by: common / denominator), try other.numerator.scaled(by: common / other.denominator),
      common
    )
  }

  private func with(_ numerator: SizeFunction, over denominator: Int64) -> SizeExpression {
    SizeExpression(symbol: symbol, numerator, over: denominator)
  }

  /// A number in the place of an expression of a symbol.
  public init(symbol: Int, constant: Rational) {
    self.init(symbol: symbol, .constant(constant.numerator), over: constant.denominator)
  }

  public func adding(_ other: SizeExpression) throws(SizeFunction.Failure) -> SizeExpression {
    let (left, right, denominator) = try aligned(other)
    return with(try left.adding(right), over: denominator)
  }

  public func negated() throws(SizeFunction.Failure) -> SizeExpression {
    with(try numerator.negated(), over: denominator)
  }

  public func multiplied(by factor: Rational) throws(SizeFunction.Failure) -> SizeExpression {
    let (below, overflow) = denominator.multipliedReportingOverflow(by: factor.denominator)
    if overflow { throw .overflow }
    return with(try numerator.scaled(by: factor.numerator), over: below)
  }

  /// Rounded down to a whole number.
  public func floor() throws(SizeFunction.Failure) -> SizeExpression {
    with(try numerator.floorDivided(by: denominator), over: 1)
  }

  public func minimum(_ other: SizeExpression) throws(SizeFunction.Failure) -> SizeExpression {
    let (left, right, denominator) = try aligned(other)
    return with(try left.minimum(right), over: denominator)
  }

  public func maximum(_ other: SizeExpression) throws(SizeFunction.Failure) -> SizeExpression {
    let (left, right, denominator) = try aligned(other)
    return with(try left.maximum(right), over: denominator)
  }

  /// A condition on the order of two numbers.
  ///
  /// - Parameter test: Given the sign of the difference.
  public func compared(
    to other: SizeExpression, _ test: (Int64) -> Bool
  ) throws(SizeFunction.Failure) -> SizeExpression {
    let difference = try adding(try other.negated()).numerator
    return SizeExpression(symbol: symbol, condition: try difference.sizes(where: test), on: difference)
  }

  /// `not` a condition.
  public func inverted() throws(SizeFunction.Failure) -> SizeExpression {
    let holds = try numerator.domain.subtracting(condition ?? .none)
    return SizeExpression(symbol: symbol, condition: holds, on: numerator)
  }

  /// `and` or `or` of two conditions.
  public func combined(with other: SizeExpression, isAnd: Bool) throws(SizeFunction.Failure) -> SizeExpression {
    let (left, right) = (condition ?? .none, other.condition ?? .none)
    return SizeExpression(
      symbol: symbol, condition: isAnd ? try left.intersection(right) : try left.union(right),
      on: try numerator.adding(other.numerator))
  }
}
