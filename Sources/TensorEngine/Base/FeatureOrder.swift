/// In which order the features of a vector lie, where other libraries may have another: what was flattened into it.
///
/// The engine flattens channels last, as Keras does; PyTorch flattens channels first. Both give the same numbers in
/// another order, so weights by features have to be put in the same order too. Where vectors were joined, the parts lie
/// one behind the other: `[[7, 7, 64], [10]]` is a flattened map of 7x7x64 and behind it a vector of 10.
public struct FeatureOrder: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// The extents of each part, channels last. None where nothing was flattened.
  public let parts: [[Int]]

  public init(_ parts: [[Int]]) { self.parts = parts }

  public init(arrayLiteral parts: [Int]...) { self.init(parts) }

  /// Throws unless the parts have so many elements together.
  func check(_ features: Int) throws(TensorError) {
    guard !parts.isEmpty else { return }
    var sum = 0
    for part in parts {
      let (next, overflow) = sum.addingReportingOverflow(try TensorShape(part).count)
      sum = overflow ? Int.max : next
    }
    guard sum == features else {
      throw TensorError(.count(what: "features of what was flattened", expected: features, found: sum))
    }
  }

  /// Whether PyTorch has the features in this order too.
  var isSameChannelsFirst: Bool {
    parts.allSatisfy { part in part.last == 1 || part.dropLast().allSatisfy { $0 == 1 } }
  }

  /// Where PyTorch has each feature, in the order of the engine.
  var placesChannelsFirst: [Int] {
    var places: [Int] = []
    for part in parts {
      let start = places.count
      let channels = part.last ?? 1
      let cells = part.dropLast().reduce(1, *)
      for cell in 0..<cells {
        for channel in 0..<channels { places.append(start + channel * cells + cell) }
      }
    }
    return places
  }
}
