import TensorKernels
import Testing

@testable import TensorEngine

@Suite struct TensorTests {
  @Test func aCopyIsApart() throws {
    let first = try Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    var second = first
    try second.withUnsafeMutableScalars { $0[0] = 7 }
    #expect(first.scalars == [1, 2, 3, 4, 5, 6])
    #expect(second.scalars == [7, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [[0, 3], [2, -1], [1, 1, 1, 1, 1, 1], [Int.max, 2], [1 << 40, 1 << 22]])
  func impossibleShapesAreRefused(_ extents: [Int]) {
    #expect(throws: TensorError.self) { try TensorShape(extents) }
  }

  @Test func whatMemoryCannotHoldIsRefused() throws {
    let shape = try TensorShape([1 << 30, 1 << 20])
    let error = #expect(throws: TensorError(.outOfMemory(bytes: 1 << 52))) { try Tensor(zeros: shape) }
    #expect(error?.description.hasSuffix("into a memory of \(tk_memory_limit()) bytes") == true)
  }

  /// Systems grant more than they have, and end whoever uses it: each of these tensors would be granted.
  @Test func whatMemoryCannotHoldTogetherIsRefused() throws {
    let shape = try TensorShape([Int(tk_memory_limit()) / 4 / 10 * 3])
    var held: [Tensor] = []
    #expect(throws: TensorError(.outOfMemory(bytes: shape.count * 4))) {
      for _ in 0..<4 { held.append(try Tensor(uninitialized: shape)) }
    }
    let fitting = held.count
    held = []
    for _ in 0..<fitting { held.append(try Tensor(uninitialized: shape)) }
  }

  @Test func numbersAreCountedAgainstTheShape() throws {
    let shape = try TensorShape([2, 2])
    #expect(throws: TensorError(.scalarCount(shape: shape, found: 3))) { try Tensor(shape, [1, 2, 3]) }
  }

  @Test func aReshapedTensorSharesItsNumbersUntilWritten() throws {
    let first = try Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    var second = try first.reshaped(TensorShape([3, 2]))
    try second.add(second)
    #expect(first.scalars == [1, 2, 3, 4, 5, 6])
    #expect(second.scalars == [2, 4, 6, 8, 10, 12])
    #expect(second.shape.extents == [3, 2])
  }

  @Test func axesHaveTheirMeaning() throws {
    let volume = try TensorShape([2, 3, 4, 5, 6])
    #expect(volume.batch == 2 && volume.spatial == [3, 4, 5] && volume.channels == 6 && volume.cells == 60)
    let vector = try TensorShape([2, 6])
    #expect(vector.spatialRank == 0 && vector.cells == 1 && vector.channels == 6)
    #expect(volume.description == "[2, 3, 4, 5, 6]")
  }
}
