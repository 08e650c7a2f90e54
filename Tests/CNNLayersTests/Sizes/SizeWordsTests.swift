import Testing

@testable import CNNLayers

/// What is said of sets and functions is exactly what they are, and said as people say it.
@Suite struct SizeWordsTests {
  private static let sizes: ClosedRange<Int64> = 1...2000

  private static func sets(seed: UInt64, _ body: (SizeSet) throws -> Void) rethrows {
    var samples = SizeSamples(seed: seed)
    for index in 0..<1500 {
      guard let sample = try? samples.set(depth: index % 4) else { continue }
      try body(sample.set)
    }
  }

  @Test func wordsSayTheSet() throws {
    var (exact, vague) = (0, 0)
    try Self.sets(seed: 1) { set in
      let words = set.words("H")
      guard let test = try TextReader.words(words) else {
        vague += 1
        return
      }
      exact += 1
      let wrong = Self.sizes.first { test($0) != set.contains($0) }
      #expect(wrong == nil, "\(words)")
    }
    #expect(vague * 10 < exact, "\(vague) of \(exact)")
  }

  @Test func conditionsMeanTheSet() throws {
    var (said, unsaid) = (0, 0)
    try Self.sets(seed: 2) { set in
      guard let condition = set.condition("H") else {
        unsaid += set.isEmpty ? 0 : 1
        return
      }
      said += 1
      #expect(condition.count <= 200)
      let test = try TextReader.conditions(condition)
      let wrong = Self.sizes.first { test($0) != set.contains($0) }
      #expect(wrong == nil, "\(condition)")
    }
    #expect(unsaid * 10 < said, "\(unsaid) of \(said)")
  }

  @Test func formulasAreExact() throws {
    var samples = SizeSamples(seed: 3)
    var (said, unsaid) = (0, 0)
    for index in 0..<3000 {
      let isPath = index % 2 == 0
      guard let function = try? isPath ? samples.path().function : samples.function(depth: 1).function,
        !function.isEmpty
      else { continue }
      guard let text = function.words("H") else {
        unsaid += isPath ? 1 : 0
        continue
      }
      said += isPath ? 1 : 0
      let formula = try TextReader.formula(text)
      let wrong = (1...1000).first { size in function[size].map { formula(size) != Rational($0) } ?? false }
      #expect(wrong == nil, "\(text)")
    }
    #expect(unsaid * 3 < said, "\(unsaid) of \(said)")
  }

  /// Sizes up to 2000 that pass a test, and those beyond that are alike by a modulus.
  private static func set(modulus: Int64 = 1, from start: Int64 = 1, _ test: (Int64) -> Bool) throws -> SizeSet {
    SizeSet(
      try SizeFunction(origin: 1, start: start, period: modulus, gain: 0) { sizes in
        sizes.map { test($0) ? 1 : SizeFunction.none }
      })
  }

  @Test func setsInWords() throws {
    let cases: [(set: SizeSet, words: String, condition: String?)] = [
      (.all, "every H", ""),
      (.none, "no H", nil),
      (try Self.set(from: 40) { $0 >= 32 }, "H >= 32", "H >= 32"),
      (try Self.set(from: 40) { $0 != 1 }, "H >= 2", "H >= 2"),
      (try Self.set(modulus: 16) { $0 % 16 == 0 }, "H = 0 (mod 16)", "H % 16 == 0"),
      (
        try Self.set(modulus: 16, from: 200) { $0 % 16 == 12 && $0 > 180 }, "H = 12 (mod 16), H >= 188",
        "H % 16 == 12, H >= 188"
      ),
      (
        try Self.set(modulus: 8, from: 40) { ($0 % 8 == 0 || $0 % 8 == 3) && $0 > 20 }, "H = 0 or 3 (mod 8), H >= 24",
        "(H % 8 == 0 or H % 8 == 3), H >= 24"
      ),
      (try Self.set(modulus: 16) { $0 % 16 < 8 }, "H = 0 to 7 (mod 16)", "H % 16 <= 7"),
      (try Self.set(modulus: 16) { ($0 + 2) % 16 < 3 }, "H = 0, 14 or 15 (mod 16)", "(H + 2) % 16 <= 2"),
      (try Self.set(modulus: 8) { $0 % 8 != 5 }, "H != 5 (mod 8)", "H % 8 != 5"),
      (
        try Self.set(modulus: 24) { $0 % 8 < 3 && $0 % 3 != 1 }, "H = 0 to 2 (mod 8), H != 1 (mod 3)",
        "H % 8 <= 2, H % 3 != 1"
      ),
      (try Self.set(modulus: 48) { $0 % 16 == 0 && $0 % 3 == 1 }, "H = 16 (mod 48)", "H % 48 == 16"),
      (
        try Self.set(modulus: 240) { $0 % 16 < 9 && $0 % 15 % 4 == 1 },
        "H = 0 to 8 (mod 16), H = 1, 5, 9 or 13 (mod 15)",
        "H % 16 <= 8, (H % 15 == 1 or H % 15 == 5 or H % 15 == 9 or H % 15 == 13)"
      ),
      (
        try Self.set(from: 20) { [4, 6, 8, 9, 10, 11, 12].contains($0) }, "H = 4, 6 or 8 to 12",
        "H == 4 or H == 6 or H >= 8 and H <= 12"
      ),
      (try Self.set(from: 600) { $0 <= 512 }, "H <= 512", "H <= 512"),
      (try Self.set(from: 600) { $0 <= 512 && $0 != 7 }, "H <= 512, H != 7", "H <= 512, H != 7"),
      (try Self.set(from: 600) { (32...512).contains($0) }, "32 <= H <= 512", "H >= 32, H <= 512"),
      (
        try Self.set(from: 600) { (224...512).contains($0) && $0 % 32 == 0 }, "H = 0 (mod 32), 224 <= H <= 512",
        "H % 32 == 0, H >= 224, H <= 512"
      ),
      (try Self.set(from: 9) { $0 == 5 || $0 == 6 }, "H = 5 or 6", "H >= 5, H <= 6"),
      (
        try Self.set(modulus: 16, from: 200) { $0 == 7 || $0 == 9 || $0 % 16 == 12 && $0 > 180 },
        "H = 7 or 9, or H = 12 (mod 16), H >= 188", "H == 7 or H == 9 or H % 16 == 12 and H >= 188"
      ),
      (try Self.set(modulus: 4, from: 20) { $0 % 4 == 3 && $0 != 7 }, "H = 3 (mod 4), H != 7", "H % 4 == 3, H != 7"),
      (try Self.set(modulus: 211) { $0 * $0 % 211 < 100 }, "H = one of 107 remainders (mod 211)", nil),
    ]
    for (set, words, condition) in cases {
      #expect(set.words("H") == words)
      #expect(set.condition("H") == condition)
    }
  }

  @Test func functionsInWords() throws {
    func path(_ rules: ExtentRule...) throws -> SizeFunction {
      try rules.reduce(SizeFunction.identity) { try $0.mapped($1) }
    }
    let few = try Self.set(from: 600) { (224...512).contains($0) }
    let cases: [(function: SizeFunction, words: String?)] = [
      (.constant(7), "7"),
      (.identity, "H"),
      (.nowhere, nil),
      (try path(ExtentRule(offset: 2)), "H + 2"),
      (try path(ExtentRule(offset: -4)), "H - 4"),
      (try path(ExtentRule(factor: 2)), "2*H"),
      (try path(ExtentRule(divisor: 8, isExact: true)), "H/8"),
      (try path(ExtentRule(divisor: 2, isExact: true), ExtentRule(offset: -2)), "H/2 - 2"),
      (try path(ExtentRule(offset: -4, divisor: 8, isExact: true)), "(H - 4)/8"),
      (try path(ExtentRule(factor: 3, divisor: 2, isExact: true)), "3*H/2"),
      (try path(ExtentRule(offset: 7, divisor: 8)), "ceil(H/8)"),
      (try path(ExtentRule(offset: 1, divisor: 2), ExtentRule(offset: 1, divisor: 2)), "ceil(H/4)"),
      (try path(ExtentRule(divisor: 2)), "floor(H/2)"),
      (try path(ExtentRule(offset: -4, divisor: 8)), "floor((H - 4)/8)"),
      (try path(ExtentRule(divisor: 8), ExtentRule(offset: -3)), "floor(H/8) - 3"),
      (try path(ExtentRule(divisor: 2), ExtentRule(factor: 2)), "2*floor(H/2)"),
      (try path(ExtentRule(offset: 1, divisor: 2), ExtentRule(factor: 2, offset: 1)), "2*ceil(H/2) + 1"),
      (try path(ExtentRule(divisor: 2)).restricted(to: few), "floor(H/2)"),
      (try SizeFunction.identity.minimum(.constant(7)), nil),
      (try SizeFunction.identity.negated(), nil),
    ]
    for (function, words) in cases { #expect(function.words("H") == words) }
  }
}
