/// Reads number and shape literals from their bytes. The lexer has checked their form; the value may still overflow.
public enum NumberLiteral {
  /// A decimal literal as an exact fraction `numerator / 10^places`, or nil when it does not fit 64 bits.
  public static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> (numerator: Int64, places: Int)? {
    if let whole = shortWhole(text) { return (whole, 0) }
    var numerator: Int64 = 0
    var places = 0
    var exponent = 0
    var exponentSign = 1
    var state = State.whole
    for byte in text {
      switch (byte, state) {
      case (UInt8(ascii: "."), _): state = .fraction
      case (UInt8(ascii: "e"), _), (UInt8(ascii: "E"), _): state = .exponent
      case (UInt8(ascii: "-"), .exponent): exponentSign = -1
      case (UInt8(ascii: "+"), .exponent): break
      case (0x30...0x39, .exponent):
        guard exponent < 1000 else { return nil }
        exponent = exponent * 10 + Int(byte - 0x30)
      case (0x30...0x39, _):
        guard let next = append(digit: byte, to: numerator) else { return nil }
        numerator = next
        if state == .fraction { places += 1 }
      default:
        places -= multiplier(byte) ?? 0
      }
    }
    places -= exponent * exponentSign
    if numerator == 0 { return (0, 0) }
    while places > 0, numerator % 10 == 0 {
      numerator /= 10
      places -= 1
    }
    while places < 0 {
      let (product, overflow) = numerator.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      numerator = product
      places += 1
    }
    return places <= 18 ? (numerator, places) : nil
  }

  /// Most numbers are a few digits and nothing else.
  private static func shortWhole(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard text.count <= 9 else { return nil }
    var value: Int64 = 0
    for byte in text {
      let digit = byte &- 0x30
      if digit > 9 { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }

  /// Calls `visit` with each extent of a shape literal, nil for `_`. False when one of them does not fit 31 bits.
  @inlinable
  public static func forEachExtent(of text: UnsafeBufferPointer<UInt8>, _ visit: (Int32?) -> Void) -> Bool {
    var current: Int64? = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "x"):
        visit(current.map(Int32.init(truncatingIfNeeded:)))
        current = 0
      case UInt8(ascii: "_"): current = nil
      default:
        guard let value = current else { return false }
        let next = value * 10 + Int64(byte &- 0x30)
        if next > Int64(Int32.max) { return false }
        current = next
      }
    }
    visit(current.map(Int32.init(truncatingIfNeeded:)))
    return true
  }

  /// The power of ten that a suffix stands for: thousands, millions, billions (`G` as in the report, or `B`).
  public static func multiplier(_ suffix: UInt8) -> Int? {
    switch suffix {
    case UInt8(ascii: "K"): 3
    case UInt8(ascii: "M"): 6
    case UInt8(ascii: "G"), UInt8(ascii: "B"): 9
    default: nil
    }
  }

  private enum State { case whole, fraction, exponent }

  private static func append(digit: UInt8, to value: Int64) -> Int64? {
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(Int64(digit &- 0x30))
    return overflow || carry ? nil : sum
  }
}
