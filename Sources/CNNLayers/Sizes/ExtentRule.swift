/// How the extent of one axis follows from another: floor((factor * n + offset) / divisor), for n from `minimum` on.
///
/// Every layer's rule is of this form. A window that rounds down gives floor((n + padding - reach) / stride) + 1; one
/// that rounds up as long as its last position starts inside gives a ceiling, and ceil(a / b) = floor((a + b - 1) / b).
public struct ExtentRule: Hashable, Sendable {
  public let factor: Int64
  public let offset: Int64
  public let divisor: Int64
  /// Smaller extents have no result.
  public let minimum: Int64
  /// The division must leave nothing over.
  public let isExact: Bool

  /// The minimum is raised to where the result is at least 1.
  ///
  /// - Parameters:
  ///   - factor: At least 0.
  ///   - divisor: At least 1.
  @inlinable
  public init(factor: Int64 = 1, offset: Int64 = 0, divisor: Int64 = 1, minimum: Int64 = 1, isExact: Bool = false) {
    self.factor = factor
    self.offset = offset
    self.divisor = divisor
    // factor * n + offset >= divisor
    let least = factor == 0 ? 1 : factor == 1 ? divisor - offset : (divisor - offset).ceilingDivided(by: factor)
    self.minimum = Swift.max(minimum, least, 1)
    self.isExact = isExact
  }

  public static let identity = ExtentRule()

  public static func fixed(_ extent: Int64) -> ExtentRule { ExtentRule(factor: 0, offset: extent) }

  public var isIdentity: Bool { factor == 1 && offset == 0 && divisor == 1 && minimum == 1 }

  /// The extent that comes out; nil where the rule takes no such extent.
  @inlinable
  public func callAsFunction(_ extent: Int64) -> Int64? {
    guard extent >= minimum else { return nil }
    let (product, overflow) = factor.multipliedReportingOverflow(by: extent)
    let (sum, carry) = product.addingReportingOverflow(offset)
    guard !overflow, !carry else { return nil }
    if divisor == 1 { return sum }
    let (quotient, rest) = sum.quotientAndRemainder(dividingBy: divisor)
    return isExact && rest != 0 ? nil : quotient
  }
}

extension Window {
  /// The rule of a window along an axis with the padding it has.
  ///
  /// - Parameter ceil: Round up where a stride is left over, as long as the last window starts inside the input or its
  ///   left padding (PyTorch's `ceil_mode`). So even the only window may hang over the end, by less than a stride.
  @inlinable
  public func rule(_ axis: Int, ceil: Bool) -> ExtentRule {
    let step = Int64(stride[axis])
    let front = Int64(before[axis])
    let room = front + Int64(after[axis]) - reach(axis)
    guard ceil else { return ExtentRule(offset: room + step, divisor: step, minimum: -room) }
    // The last window starts inside: cells <= ceil((n + before) / step).
    return ExtentRule(offset: Swift.min(room + step, front) + step - 1, divisor: step, minimum: -room - step + 1)
  }

  /// The rule of `pad same`, whatever the window: ceil(n / stride).
  @inlinable
  func ruleOfSame(_ axis: Int) -> ExtentRule {
    ExtentRule(offset: Int64(stride[axis]) - 1, divisor: Int64(stride[axis]))
  }

  /// The rule of a transposed convolution of this window: (n - 1) * stride + reach - before - after.
  @inlinable
  public func transposedRule(_ axis: Int) -> ExtentRule {
    let step = Int64(stride[axis])
    return ExtentRule(factor: step, offset: reach(axis) - step - Int64(before[axis]) - Int64(after[axis]))
  }

  /// What a transposed convolution comes to on an extent, where that is nothing or less too.
  @inlinable
  public func transposedCells(_ axis: Int, of extent: Int32) -> Int64 {
    let rule = transposedRule(axis)
    return rule.factor * Int64(extent) + rule.offset
  }
}

extension Int64 {
  /// The quotient rounded up; the divisor is positive.
  @inlinable
  func ceilingDivided(by divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest > 0 ? quotient + 1 : quotient
  }

  /// The quotient rounded down; the divisor is positive.
  @inlinable
  func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}

/// The greatest number that divides both; of 0 and n it is n.
func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
  var (a, b) = (a.magnitude, b.magnitude)
  while b != 0 { (a, b) = (b, a % b) }
  return Int64(clamping: a)
}
