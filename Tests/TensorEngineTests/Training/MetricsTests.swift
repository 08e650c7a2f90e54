import Testing

@testable import TensorEngine

@Suite struct MetricsTests {
  private let output: Tensor

  init() throws {
    output = try Tensor([4, 3], [0, 2, 1, 5, 5, -1, -3, -2, -1, 0, 0, 0])
  }

  @Test func theLargestNumberIsPredicted() throws {
    #expect(try output.predictions() == [1, 0, 2, 0])
    #expect(try output.hits([1, 1, 2, 0]) == 3)
    #expect(try output.accuracy([1, 1, 2, 0]) == 0.75)
    #expect(try output.reshaped(TensorShape([2, 2, 3])).predictions() == [1, 0, 2, 0])
    #expect(try Tensor([2, 1], [.infinity, -.infinity]).predictions() == [0, 0])
  }

  @Test func whatCannotBeComparedIsRefused() throws {
    let broken = try Tensor([1, 2], [0, .nan])
    #expect(throws: TensorError(.notFinite(what: "the output", index: 1))) { try broken.predictions() }
    #expect(throws: TensorError.self) { try output.accuracy([1, 2]) }
    #expect(throws: TensorError.self) { try output.accuracy([1, 2, 3, 0]) }
  }

  @Test func aConfusionMatrixCountsAndPrints() throws {
    var matrix = try ConfusionMatrix(classes: ["cat", "dog", "a horse"])
    #expect(matrix.accuracy == nil)
    try matrix.add(output, [1, 1, 2, 0])
    try matrix.add(output, [1, 0, 2, 0])
    #expect(matrix[1, 0] == 1 && matrix[1, 1] == 2 && matrix[0, 0] == 3 && matrix[2, 2] == 2)
    #expect(matrix[3, 0] == 0 && matrix[0, -1] == 0)
    #expect(matrix.total == 8 && matrix.right == 7 && matrix.accuracy == 0.875)
    #expect(matrix.recall(1) == 2.0 / 3 && matrix.precision(0) == 0.75 && matrix.recall(5) == nil)
    #expect(
      matrix.description == """
        right classes down, predicted ones across
                     cat      dog  a horse    recall
        cat            3        .        .   100.0 %
        dog            1        2        .    66.7 %
        a horse        .        .        2   100.0 %

        accuracy 87.5 % (7 of 8)
        """)
  }

  @Test func aWrongBatchIsNotCounted() throws {
    var matrix = try ConfusionMatrix(classes: ["a", "b"])
    #expect(throws: TensorError(.channels(what: "an output", expected: 2, found: [4, 3]))) {
      try matrix.add(output, [1, 1, 1, 0])
    }
    let two = try Tensor([2, 2], [1, 2, 3, .nan])
    #expect(throws: TensorError.self) { try matrix.add(two, [0, 0]) }
    #expect(throws: TensorError.self) { try matrix.add(two, [0]) }
    #expect(matrix.total == 0)
    #expect(throws: TensorError.self) { try ConfusionMatrix(classes: []) }
  }

  @Test func decimalsAreRoundedToTheirPlaces() {
    let cases: [(Double, Int, String)] = [
      (0, 0, "0"), (0, 2, "0.00"), (1.005, 1, "1.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-0.06, 1, "-0.1"),
      (99.96, 1, "100.0"), (12.3456, 3, "12.346"), (.nan, 2, "nan"), (-.infinity, 2, "-inf"), (1e300, 2, "1e+300"),
    ]
    for (value, places, text) in cases { #expect(decimal(value, places: places) == text) }
  }
}
