import Testing

@testable import CNNLayers

/// Sets of sizes against their definitions, size by size.
@Suite struct SizeSetTests {
  private static let sizes: ClosedRange<Int64> = 1...600

  private func forEachSet(seed: UInt64, _ body: (Int, SizeSamples.TracedSet) throws -> Void) rethrows {
    var samples = SizeSamples(seed: seed)
    for index in 0..<1500 {
      guard let sample = try? samples.set(depth: 3) else { continue }
      try body(index, sample)
    }
  }

  @Test func setsAreTheirDefinition() {
    forEachSet(seed: 1) { index, sample in
      if let size = Self.sizes.first(where: { sample.set.contains($0) != sample.definition($0) }) {
        Issue.record("set \(index) at \(size)")
      }
      #expect(!sample.set.contains(0) && !sample.set.contains(-5), "set \(index)")
    }
  }

  @Test func neighboursAreTheNearestMembers() {
    forEachSet(seed: 2) { index, sample in
      let last = max(400, sample.set.pattern.start + 2 * sample.set.pattern.modulus)
      guard last < 4000 else { return }
      let members = (1...last).filter(sample.definition)
      for size in stride(from: Int64(-3), through: 200, by: 7) {
        #expect(sample.set.next(from: size) == members.first { $0 >= size }, "set \(index) from \(size)")
        #expect(sample.set.previous(from: size) == members.last { $0 <= size }, "set \(index) from \(size)")
      }
      #expect(sample.set.first == members.first, "set \(index)")
      let isBounded = (members.last ?? 0) <= last - sample.set.pattern.modulus
      #expect(sample.set.isBounded == isBounded, "set \(index)")
      #expect(sample.set.last == (isBounded ? members.last : nil), "set \(index)")
      #expect(sample.set.isEmpty == members.isEmpty, "set \(index)")
    }
  }

  @Test func patternsSayTheSet() {
    forEachSet(seed: 3) { index, sample in
      let pattern = sample.set.pattern
      for size in Self.sizes {
        let said =
          size < pattern.start
          ? pattern.exceptions.contains(size) : pattern.remainders.contains(size % pattern.modulus)
        if said != sample.definition(size) {
          Issue.record("set \(index) at \(size)")
          break
        }
      }
    }
  }

  @Test func lawsOfSets() throws {
    var samples = SizeSamples(seed: 4)
    for index in 0..<2000 {
      guard let a = try? samples.set(depth: 2).set, let b = try? samples.set(depth: 2).set,
        let meet = try? a.intersection(b), let join = try? a.union(b)
      else { continue }
      #expect(try a.complement().complement() == a, "pair \(index)")
      #expect(try a.complement().intersection(b.complement()).complement() == join, "pair \(index)")
      #expect(try a.subtracting(b).union(meet) == a, "pair \(index)")
      #expect(try meet.isSubset(of: a) && a.isSubset(of: join), "pair \(index)")
      let last = max(a.pattern.start, b.pattern.start) + a.pattern.modulus * b.pattern.modulus
      guard last < 4000 else { continue }
      let isSubset = (1...last).allSatisfy { !a.contains($0) || b.contains($0) }
      #expect(try a.isSubset(of: b) == isSubset, "pair \(index)")
    }
  }
}
