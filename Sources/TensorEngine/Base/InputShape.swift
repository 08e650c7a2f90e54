/// What a network takes: a name and the shape of one example.
public struct InputShape: Hashable, Sendable {
  public let name: String
  /// The extents without the batch, channels last; nil where the network works for more than one.
  public let extents: [Int?]

  public init(_ name: String, _ extents: [Int?]) {
    self.name = name
    self.extents = extents
  }
}

extension [InputShape] {
  /// Throws unless there is a tensor for each, of its shape, and as many examples in each as in the first.
  public func check(_ inputs: [Variable]) throws(TensorError) {
    guard inputs.count == count else {
      throw TensorError(.count(what: "inputs", expected: count, found: inputs.count))
    }
    guard let batch = inputs.first?.tensor.shape.batch else { return }
    for (input, expected) in zip(inputs, self) {
      let found = input.tensor.shape.extents
      guard found.count == expected.extents.count + 1 else {
        let rank = expected.extents.count + 1
        throw TensorError(.rank(what: expected.name, expected: rank...rank, found: found))
      }
      let wanted = [batch] + zip(expected.extents, found.dropFirst()).map { $0 ?? $1 }
      guard wanted == found else {
        throw TensorError(.shape(what: expected.name, expected: wanted, found: found))
      }
    }
  }
}
