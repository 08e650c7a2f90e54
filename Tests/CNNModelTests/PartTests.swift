import CNNModel
import Testing

/// Lists as labels, which name the tensors of a stage that gives several.
@Suite struct PartTests {
  /// The same two halves, however they are cut and named.
  @Test(arguments: [
    "[a, b]: split 2",
    "[a, b]: slice 0 ..< 4, 4 ..< 8",
    "[a, b]: split 2, over channels",
    "relu | [a, b]: split 2",
    "[a, b]: relu | split 2",
    "[a, b]: from start | split 2",
    "x: relu\n  [a, b]: from x | slice 0 ..< 4, 4 ..< 8",
  ])
  func partsAreNamed(_ line: String) throws {
    let network = try Network.checked(
      """
      model Net {
        input 6x6x8
        start: relu
        \(line)
        subtract a, b
      }
      """)
    let join = try #require(network.layers.last)
    let cut = network.inputs(of: join).compactMap { network.producer(of: $0) }
    #expect(cut.map(\.operation) == [.slice(.channels, start: 0, count: 4), .slice(.channels, start: 4, count: 4)])
    #expect(network.outputShape(of: join).description == "6x6x4")
  }
}
