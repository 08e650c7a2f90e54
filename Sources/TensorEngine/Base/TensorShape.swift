/// The extents of a tensor, from the outermost: none for a number, at most five.
///
/// What flows through a network has its batch first and its channels last: `[batch, features]`,
/// `[batch, length, channels]`, `[batch, height, width, channels]`, `[batch, depth, height, width, channels]`.
public struct TensorShape: Hashable, Sendable {
  private var storage: (Int, Int, Int, Int, Int)
  /// How many extents there are, 0 to 5.
  public let rank: Int
  /// How many elements the tensor has: the product of its extents.
  public let count: Int

  /// The most extents a shape can have: a batch of volumes with channels.
  public static let largestRank = 5

  /// - Throws: `TensorError` where there are more than five extents, one is below 1, or their product in bytes is more
  ///   than an address can hold.
  public init(_ extents: [Int]) throws(TensorError) {
    guard extents.count <= Self.largestRank else { throw TensorError(.tooManyAxes(extents)) }
    var product = 1
    for extent in extents {
      guard extent >= 1 else { throw TensorError(.emptyExtent(extents)) }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, next <= Int.max / MemoryLayout<Float>.stride else { throw TensorError(.tooLarge(extents)) }
      product = next
    }
    let padded = extents + Array(repeating: 1, count: Self.largestRank - extents.count)
    storage = (padded[0], padded[1], padded[2], padded[3], padded[4])
    rank = extents.count
    count = product
  }

  /// Extents that are known to be positive and to have a product that fits, as those of a tensor in other words.
  init(unchecked extents: [Int]) {
    let padded = extents + Array(repeating: 1, count: Self.largestRank - extents.count)
    storage = (padded[0], padded[1], padded[2], padded[3], padded[4])
    rank = extents.count
    count = extents.reduce(1, *)
  }

  /// One row of `count` elements.
  init(vector count: Int) {
    self.init(unchecked: [count])
  }

  /// The extent of an axis; 1 beyond the last one.
  public subscript(axis: Int) -> Int {
    switch axis {
    case 0: storage.0
    case 1: storage.1
    case 2: storage.2
    case 3: storage.3
    case 4: storage.4
    default: 1
    }
  }

  /// All extents, from the outermost.
  public var extents: [Int] { (0..<rank).map { self[$0] } }

  public static func == (a: Self, b: Self) -> Bool { a.rank == b.rank && a.storage == b.storage }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(rank)
    for axis in 0..<rank { hasher.combine(self[axis]) }
  }
}

// MARK: - What the axes mean in a network

extension TensorShape {
  /// How many examples the tensor holds.
  public var batch: Int { self[0] }

  /// The last extent.
  public var channels: Int { rank == 0 ? 1 : self[rank - 1] }

  /// How many axes lie between the batch and the channels.
  public var spatialRank: Int { max(rank - 2, 0) }

  /// The extents between the batch and the channels.
  public var spatial: [Int] { (0..<spatialRank).map { self[$0 + 1] } }

  /// Cells of one example, each a vector of channels.
  public var cells: Int { (0..<spatialRank).reduce(1) { $0 * self[$1 + 1] } }

  /// The same batch and channels with other extents between them.
  func with(spatial: [Int]) throws(TensorError) -> TensorShape { try TensorShape([batch] + spatial + [channels]) }

  /// The same batch and cells with other channels.
  func with(channels: Int) throws(TensorError) -> TensorShape { try TensorShape(extents.dropLast() + [channels]) }
}

extension TensorShape: CustomStringConvertible {
  /// `[64, 28, 28, 1]`
  public var description: String { Self.describe(extents) }

  static func describe(_ extents: [Int]) -> String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
