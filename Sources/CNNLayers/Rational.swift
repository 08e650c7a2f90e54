/// An exact fraction in lowest terms with a positive denominator. Arithmetic gives nil where 64 bits do not suffice.
public struct Rational: Hashable, Sendable {
  public let numerator: Int64
  public let denominator: Int64

  @inlinable
  public init(_ whole: Int64) {
    numerator = whole
    denominator = 1
  }

  /// Nil when the denominator is zero or the reduced fraction does not fit.
  public init?(_ numerator: Int64, _ denominator: Int64) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    let divisor = Self.greatestCommonDivisor(abs(numerator), abs(denominator))
    let sign: Int64 = denominator < 0 ? -1 : 1
    self.numerator = sign * (numerator / divisor)
    self.denominator = sign * (denominator / divisor)
  }

  @inlinable
  public var isWhole: Bool { denominator == 1 }

  /// The value where it is whole.
  @inlinable
  public var whole: Int64? { denominator == 1 ? numerator : nil }

  public var double: Double { Double(numerator) / Double(denominator) }

  public var floor: Int64 {
    let quotient = numerator / denominator
    return numerator % denominator < 0 ? quotient - 1 : quotient
  }

  public var ceiling: Int64 {
    let quotient = numerator / denominator
    return numerator % denominator > 0 ? quotient + 1 : quotient
  }

  /// The nearest whole number, halves away from zero.
  public var rounded: Int64 {
    guard !isWhole else { return numerator }
    let up = self.ceiling
    let down = self.floor
    let (twice, overflow) = numerator.multipliedReportingOverflow(by: 2)
    guard !overflow, let half = Rational(twice, denominator) else { return numerator > 0 ? up : down }
    let middle = Rational(up + down)
    if half == middle { return numerator > 0 ? up : down }
    return middle < half ? up : down
  }

  public func adding(_ other: Rational) -> Rational? {
    guard let left = Self.product(numerator, other.denominator), let right = Self.product(other.numerator, denominator),
      let below = Self.product(denominator, other.denominator)
    else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : Rational(sum, below)
  }

  public func subtracting(_ other: Rational) -> Rational? {
    other.negated.flatMap(adding)
  }

  public func multiplied(by other: Rational) -> Rational? {
    // Crosswise reduction first keeps large factors that cancel from overflowing.
    guard let a = Rational(numerator, other.denominator), let b = Rational(other.numerator, denominator),
      let above = Self.product(a.numerator, b.numerator), let below = Self.product(a.denominator, b.denominator)
    else { return nil }
    return Rational(above, below)
  }

  /// Nil for a zero divisor too; ask before.
  public func divided(by other: Rational) -> Rational? {
    Rational(other.denominator, other.numerator).flatMap(multiplied)
  }

  public var negated: Rational? { Rational(-1).multiplied(by: self) }

  private static func product(_ a: Int64, _ b: Int64) -> Int64? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}

extension Rational: Comparable {
  public static func < (a: Rational, b: Rational) -> Bool {
    let left = a.numerator.multipliedFullWidth(by: b.denominator)
    let right = b.numerator.multipliedFullWidth(by: a.denominator)
    return (left.high, left.low) < (right.high, right.low)
  }
}

extension Rational: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int64) { self.init(value) }
}

extension Rational: CustomStringConvertible {
  /// `12`, `54.25`, `1e-5`, or `1/3` where no short decimal is exact.
  public var description: String {
    if isWhole { return String(numerator) }
    guard let (digits, places) = decimalDigits else { return "\(numerator)/\(denominator)" }
    let sign = numerator < 0 ? "-" : ""
    // Numbers below 0.0001 are shorter with an exponent.
    if places - digits.count >= 4 {
      let fraction = digits.count == 1 ? "" : "." + digits.dropFirst()
      return "\(sign)\(digits.prefix(1))\(fraction)e-\(places - digits.count + 1)"
    }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }

  /// The digits of the exact decimal and how many of them follow its point; nil where 63 bits do not hold them.
  private var decimalDigits: (digits: String, places: Int)? {
    var (scaled, below, places) = (numerator, denominator, 0)
    while below != 1 {
      // The fraction is in lowest terms, so each step has to take a 2, a 5 or both away from below.
      let divisor: Int64 = below % 10 == 0 ? 10 : below % 2 == 0 ? 2 : 5
      guard below % divisor == 0, let next = Self.product(scaled, 10 / divisor) else { return nil }
      (scaled, below, places) = (next, below / divisor, places + 1)
    }
    return (String(scaled.magnitude), places)
  }
}
