import Testing

@testable import CNNLayers

@Suite struct RationalTests {
  private let numbers = [-7, -3, -1, 0, 1, 2, 5, 9].flatMap { n in [1, 2, 3, 4, 10].map { Rational(n, $0) ?? 0 } }

  @Test func arithmeticAgreesWithCrossMultiplication() {
    for a in numbers {
      for b in numbers {
        #expect(a.adding(b)?.subtracting(b) == a, "\(a) + \(b) - \(b)")
        if b != 0 { #expect(a.divided(by: b)?.multiplied(by: b) == a, "\(a) / \(b) * \(b)") }
        #expect((a < b) == (a.double < b.double), "\(a) < \(b)")
      }
    }
  }

  @Test func roundingAgreesWithDoubles() {
    for a in numbers {
      #expect(Double(a.floor) == a.double.rounded(.down), "\(a)")
      #expect(Double(a.ceiling) == a.double.rounded(.up), "\(a)")
      #expect(Double(a.rounded) == a.double.rounded(.toNearestOrAwayFromZero), "\(a)")
    }
  }

  @Test func overflowGivesNothing() {
    let large = Rational(Int64.max)
    #expect(large.adding(1) == nil)
    #expect(large.multiplied(by: 2) == nil)
    #expect(Rational(1, 0) == nil)
    #expect(Rational(Int64.min, 3) == nil)
  }

  @Test func decimalsPrintExactly() {
    #expect(Rational(217, 4)?.description == "54.25")
    #expect(Rational(1, 3)?.description == "1/3")
    #expect(Rational(1, 100_000)?.description == "1e-5")
    #expect(Rational(-3, 8_000_000)?.description == "-3.75e-7")
    #expect(Rational(-1, 10_000)?.description == "-0.0001")
    #expect(Rational(1, 1 << 62)?.description == "1/4611686018427387904")
    for number in numbers + (1...18).compactMap({ Rational(123_456_789, 1 << $0) }) where !number.isWhole {
      let text = number.description
      if !text.contains("/") { #expect(Double(text) == number.double, "\(text)") }
    }
  }
}
