import CNNModel
import Testing

/// What layers and calls without labels are called.
@Suite struct NameTests {
  /// A number passes over what labels and shared calls of the same scope are named, above and below.
  @Test func numbersPassOverNamesThatAreTaken() throws {
    let network = try Network.checked(
      """
      block a(n) { conv n, 3x3, pad same }

      model Net {
        input 8x8x4
        a 4
        shared a1: a 4
        a1
        a 4
        shared conv2: conv 4, 1x1
        conv 4, 3x3, pad same
        conv2
        conv 4, 3x3, pad same
        conv3: relu
      }
      """)
    let names = network.weights.map { network.path(of: $0) }
    #expect(names == ["a2.conv1", "a1.conv1", "a3.conv1", "conv1", "conv2", "conv4"])
  }

  /// A label on a line without weights names the first layer that the line makes, after what it reads.
  @Test func aLabelNamesTheFirstLayerAfterAFrom() throws {
    let network = try Network.checked(
      """
      model Net {
        input 8x8x4
        start: relu
        a: from start | sigmoid | softplus
        b: from start | sigmoid | conv 4, 1x1 | relu
        add a, b
      }
      """)
    let names = network.layers.map { network.path(of: $0) }
    #expect(names == ["input", "start", "a", "a.softplus", "b.sigmoid", "b", "b.relu", "add1"])
  }
}
