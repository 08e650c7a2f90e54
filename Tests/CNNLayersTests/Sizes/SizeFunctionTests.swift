import Testing

@testable import CNNLayers

/// Functions of a size against their definitions, size by size.
@Suite struct SizeFunctionTests {
  private static let sizes: ClosedRange<Int64> = 1...600

  /// Behind both starts and two periods of both, equal functions have shown themselves to be equal.
  private static func horizon(_ a: SizeFunction, _ b: SizeFunction) -> Int64 {
    max(a.start, b.start) + 2 * Int64(a.period) * Int64(b.period)
  }

  @Test func rulesAreTheirDefinition() {
    var samples = SizeSamples(seed: 1)
    for _ in 0..<2000 {
      let rule = samples.rule()
      for extent: Int64 in 1...80 {
        #expect(rule(extent) == SizeSamples.apply(rule, to: extent), "\(rule) of \(extent)")
      }
    }
  }

  @Test func pathsAreTheirDefinition() throws {
    var samples = SizeSamples(seed: 2)
    for index in 0..<2000 {
      let path = try samples.path()
      for size in Self.sizes where path.function[size] != path.definition(size) {
        let (found, expected) = (path.function[size], path.definition(size))
        Issue.record("path \(index) at \(size): \(String(describing: found)), not \(String(describing: expected))")
        break
      }
      #expect(path.function.isEmpty == (path.function == .nowhere))
    }
  }

  @Test func functionsAreTheirDefinition() {
    var samples = SizeSamples(seed: 3)
    var (compared, refused) = (0, 0)
    for index in 0..<3000 {
      guard let sample = try? samples.function(depth: 3) else {
        refused += 1
        continue
      }
      compared += 1
      for size in Self.sizes where sample.function[size] != sample.definition(size) {
        let (found, expected) = (sample.function[size], sample.definition(size))
        Issue.record("function \(index) at \(size): \(String(describing: found)), not \(String(describing: expected))")
        break
      }
    }
    #expect(refused * 50 < compared, "\(refused) refused")
  }

  @Test func equalFunctionsAreEqualValues() {
    var samples = SizeSamples(seed: 4)
    var equal = 0
    for index in 0..<4000 {
      guard let a = try? samples.function(depth: 1).function, let b = try? samples.function(depth: 1).function else {
        continue
      }
      let last = Self.horizon(a, b)
      guard last < 4000 else { continue }
      let same = (1...last).allSatisfy { a[$0] == b[$0] }
      #expect(same == (a == b), "pair \(index): \(a) and \(b)")
      equal += same ? 1 : 0
    }
    #expect(equal > 100)
  }

  /// The same function by two ways is one value: few random pairs are equal, these all are.
  @Test func waysToTheSameFunctionMeet() {
    var samples = SizeSamples(seed: 5)
    for index in 0..<2000 {
      guard let f = try? samples.function(depth: 2).function, let g = try? samples.function(depth: 2).function,
        let sum = try? f.adding(g), let lower = try? f.minimum(g), let upper = try? f.maximum(g)
      else { continue }
      #expect((try? g.adding(f)) == sum, "pair \(index)")
      #expect((try? lower.adding(upper)) == sum, "pair \(index)")
      #expect((try? f.negated().negated()) == f, "pair \(index)")
      #expect((try? f.scaled(by: 6).floorDivided(by: 6)) == f, "pair \(index)")
      #expect((try? f.restricted(to: f.domain)) == f, "pair \(index)")
      #expect((try? f.agreeing(with: f)) == f, "pair \(index)")
      #expect((try? f.adding(.constant(7)).adding(.constant(-7))) == f, "pair \(index)")
    }
  }

  @Test func numbersTooLargeAreRefused() throws {
    let huge = ExtentRule(factor: 1 << 31)
    let large = try SizeFunction.identity.mapped(huge)
    #expect(throws: SizeFunction.Failure.overflow) { try large.mapped(huge).mapped(huge) }
    #expect(throws: SizeFunction.Failure.overflow) { try SizeFunction.constant(.max).adding(.constant(1)) }
    #expect(throws: SizeFunction.Failure.overflow) { try SizeFunction.constant(1 << 62).scaled(by: -2) }
    #expect(throws: SizeFunction.Failure.tooLong) { try SizeFunction.identity.mapped(ExtentRule(divisor: 1 << 40)) }
    let far = try SizeFunction.identity.mapped(ExtentRule(offset: -(1 << 40)))
    #expect(far[(1 << 40) + 3] == 3)
    #expect(throws: SizeFunction.Failure.tooLong) { try SizeFunction.identity.mapped(ExtentRule(offset: -(1 << 60))) }
  }
}
