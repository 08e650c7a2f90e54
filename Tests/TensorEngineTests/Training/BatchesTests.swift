import Testing

@testable import TensorEngine

@Suite struct BatchesTests {
  @Test(arguments: [1, 2, 7, 64, 100], [1, 2, 7, 64, 1000, Int.max])
  func anEpochHasEveryExampleOnce(_ examples: Int, _ size: Int) throws {
    for seed: UInt64? in [nil, 0, 17] {
      let batches = try Batches(of: examples, size: size, seed: seed)
      for epoch in [0, 1, -1, Int.max] {
        let all = batches.epoch(epoch)
        #expect(all.count == batches.count)
        #expect(all.dropLast().allSatisfy { $0.count == size })
        #expect(all.joined().sorted() == Array(0..<examples))
      }
      guard size <= examples else { continue }
      let dropping = try Batches(of: examples, size: size, rest: .dropped, seed: seed)
      #expect(dropping.count == examples / size)
      #expect(dropping.epoch(3) == Array(batches.epoch(3).prefix(dropping.count)))
      #expect(dropping.epoch(3).allSatisfy { $0.count == size })
    }
  }

  /// The order is a promise: trainings have to come out the same after an update and on another machine.
  @Test func theOrderIsTheSameEverywhere() throws {
    let batches = try Batches(of: 10, size: 4, seed: 1)
    #expect(batches.epoch(0).map(Array.init) == [[6, 4, 7, 2], [9, 1, 5, 0], [8, 3]])
    #expect(batches.epoch(1).map(Array.init) == [[7, 6, 9, 3], [4, 0, 1, 8], [2, 5]])
    let plain = try Batches(of: 5, size: 2, seed: nil)
    #expect(plain.epoch(9).map(Array.init) == [[0, 1], [2, 3], [4]])
  }

  @Test func everyOrderIsAsLikely() throws {
    var counts: [[Int]: Int] = [:]
    let epochs = 24_000
    let batches = try Batches(of: 4, size: 4, seed: 2)
    for epoch in 0..<epochs { counts[Array(batches.epoch(epoch)[0]), default: 0] += 1 }
    // 24 orders of a mean of 1000 with a deviation of 31.
    #expect(counts.count == 24)
    for (order, count) in counts { #expect(abs(count - 1000) < 160, "\(order): \(count)") }
  }

  @Test func noBatchIsRefused() {
    #expect(throws: TensorError.self) { try Batches(of: 0, size: 1, seed: 1) }
    #expect(throws: TensorError.self) { try Batches(of: -1, size: 1, seed: 1) }
    #expect(throws: TensorError.self) { try Batches(of: 1, size: 0, seed: 1) }
    #expect(throws: TensorError.self) { try Batches(of: 3, size: 4, rest: .dropped, seed: 1) }
    #expect(throws: TensorError.self) { try Batches(of: Int.max, size: 4, seed: 1) }
  }

  @Test func examplesAreTakenByNumber() throws {
    let inputs = try Tensor([3, 2, 1], [1, 2, 3, 4, 5, 6])
    let examples = try Examples(inputs, labels: [7, 8, 9])
    let batch = try examples.at([2, 0, 2])
    #expect(batch.inputs == (try Tensor([3, 2, 1], [5, 6, 1, 2, 5, 6])))
    #expect(batch.labels == [9, 7, 9])
    #expect(try examples.at(1..<3).labels == [8, 9])
    for wrong in [-1, 3, Int.max] {
      #expect(throws: TensorError(.data(.example(found: wrong, count: 3)))) { try examples.at([0, wrong]) }
    }
    #expect(throws: TensorError(.emptyExtent([0, 2, 1]))) { try examples.at([]) }
    #expect(throws: TensorError(.count(what: "labels for [3, 2, 1]", expected: 3, found: 2))) {
      try Examples(inputs, labels: [1, 2])
    }
  }
}
