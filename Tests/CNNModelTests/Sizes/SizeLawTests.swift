import CNNModel
import Testing

/// What a model with symbols says of all sizes at once is what it says of each by itself.
@Suite struct SizeLawTests {
  private static let batches = 10
  private static let graphsPerBatch = 34

  private static func graph(_ number: Int) -> String { SizeGraphs.text(seed: UInt64(number)) }

  @Test(arguments: 0..<batches)
  func generatedGraphsAgreeWithEveryNumber(batch: Int) throws {
    for number in batch * Self.graphsPerBatch..<(batch + 1) * Self.graphsPerBatch {
      let text = Self.graph(number)
      let law = try #require(SizeLaw(text), "\(text)")
      let violations = law.violations(upTo: 400)
      #expect(violations.isEmpty, "\(number)\n\(text)\n\(violations.prefix(3))")
    }
  }

  @Test func mostGeneratedGraphsAreDecided() throws {
    var outcomes: [SizeLaw.Outcome] = []
    for number in 0..<Self.batches * Self.graphsPerBatch {
      outcomes.append(try #require(SizeLaw(Self.graph(number))).outcome)
    }
    #expect(outcomes.count { $0 == .decided } >= 250)
    #expect(outcomes.count { $0 == .refused } <= 20)
  }
}
