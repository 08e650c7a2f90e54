import Testing

@testable import TensorEngine

@Suite struct DropoutTests {
  private static let extents = [16, 9, 8, 32]

  private func dropped(_ kind: Dropout.Kind, rate: Float, seed: UInt64) throws -> [Float] {
    var tape = Tape.training(seed: seed)
    let x = Variable(try Tensor(repeating: 1, TensorShape(Self.extents)))
    return try Dropout(kind, rate: rate)(x, &tape).tensor.scalars
  }

  /// What chance decides about at once, as the number of a group for each element.
  private func group(_ kind: Dropout.Kind, _ index: Int) -> Int {
    let example = index / (9 * 8 * 32)
    return switch kind {
    case .elements: index
    case .channels: example * 32 + index % 32
    case .path: example
    }
  }

  @Test(arguments: [Dropout.Kind.elements, .channels, .path])
  func whatIsLeftOutIsLeftOutTogether(_ kind: Dropout.Kind) throws {
    var groups: [Int: Set<Float>] = [:]
    for (index, value) in try dropped(kind, rate: 0.25, seed: 3).enumerated() {
      groups[group(kind, index), default: []].insert(value)
    }
    #expect(groups.values.allSatisfy { $0 == [0] || $0 == [1 / 0.75] }, "a group is dropped or kept as a whole")
  }

  @Test(arguments: [Dropout.Kind.elements, .channels, .path])
  func theRateIsTheShareOfWhatIsLeftOut(_ kind: Dropout.Kind) throws {
    var left = 0
    for seed in 0..<64 {
      let values = try dropped(kind, rate: 0.25, seed: UInt64(seed))
      var seen: Set<Int> = []
      for (index, value) in values.enumerated() where value == 0 { seen.insert(group(kind, index)) }
      left += seen.count
    }
    let groups = group(kind, 16 * 9 * 8 * 32 - 1) + 1
    let share = Double(left) / Double(64 * groups)
    // Five standard deviations of a share of so many.
    #expect(abs(share - 0.25) < 5 * (0.25 * 0.75 / Double(64 * groups)).squareRoot(), "\(kind): \(share)")
  }

  @Test func theSeedDecides() throws {
    #expect(try dropped(.elements, rate: 0.5, seed: 1) == dropped(.elements, rate: 0.5, seed: 1))
    #expect(try dropped(.elements, rate: 0.5, seed: 1) != dropped(.elements, rate: 0.5, seed: 2))
  }

  @Test func theEndsOfTheRange() throws {
    #expect(try dropped(.elements, rate: 0, seed: 1).allSatisfy { $0 == 1 })
    #expect(try dropped(.channels, rate: 1, seed: 1).allSatisfy { $0 == 0 })
  }

  @Test func gradientsAreLeftOutWhereValuesAre() throws {
    var tape = Tape.training(seed: 5)
    let ones = try Tensor(repeating: 1, TensorShape(Self.extents))
    let x = tape.variable(ones)
    let y = try Dropout(.elements, rate: 0.5)(x, &tape)
    let flow = try tape.backward(from: [(y, ones)], to: [x], parameterCount: 0)
    #expect(flow.inputs == [y.tensor])
  }

  @Test func inUseNothingIsLeftOut() throws {
    let x = try Tensor(repeating: 1, TensorShape(Self.extents))
    #expect(try Dropout(.elements, rate: 0.5)(x) == x)
  }
}
