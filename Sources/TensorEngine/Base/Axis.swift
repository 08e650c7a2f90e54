/// An axis of an example, by what it is and not by its place.
public enum Axis: Hashable, Sendable, CaseIterable {
  case channels
  /// The axis of a sequence.
  case length
  /// The outermost axis of a volume.
  case depth
  /// The rows of a map, or of a slice of a volume.
  case height
  /// The columns of a map, or of a slice of a volume.
  case width
}

/// Axes of an example that something is done over.
public struct AxisSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let channels = AxisSet(rawValue: 1)
  public static let length = AxisSet(rawValue: 2)
  public static let depth = AxisSet(rawValue: 4)
  public static let height = AxisSet(rawValue: 8)
  public static let width = AxisSet(rawValue: 16)
  /// All axes between the batch and the channels, however many they are.
  public static let cells = AxisSet(rawValue: 32)

  private init(_ axis: Axis) {
    switch axis {
    case .channels: self = .channels
    case .length: self = .length
    case .depth: self = .depth
    case .height: self = .height
    case .width: self = .width
    }
  }

  /// The axes that have names of their own.
  fileprivate var named: [Axis] { Axis.allCases.filter { contains(AxisSet($0)) } }
}

extension Axis {
  /// Its place in a shape.
  ///
  /// - Throws: `TensorError` where the shape has no such axis.
  func place(in shape: TensorShape) throws(TensorError) -> Int {
    let (expected, place): (ClosedRange<Int>, Int) =
      switch self {
      case .channels: (2...TensorShape.largestRank, shape.rank - 1)
      case .length: (3...3, 1)
      case .depth: (5...5, 1)
      case .height: (4...5, shape.rank - 3)
      case .width: (4...5, shape.rank - 2)
      }
    guard expected.contains(shape.rank) else {
      throw TensorError(.rank(what: "an input over whose \(self) to go", expected: expected, found: shape.extents))
    }
    return place
  }
}

extension AxisSet {
  /// The places of the axes in a shape, from the outermost.
  ///
  /// - Throws: `TensorError` where the shape has not all of them, or the set is empty.
  func places(in shape: TensorShape) throws(TensorError) -> [Int] {
    guard !isEmpty else { throw TensorError(.argument("the axes to go over", found: "none", expected: "at least one")) }
    var places: Set<Int> = []
    for axis in named { places.insert(try axis.place(in: shape)) }
    if contains(.cells) {
      try shape.checkSpatial()
      places.formUnion(1...shape.spatialRank)
    }
    return places.sorted()
  }
}

/// A shape seen as lines over some of its axes: [outer, count, inner], where a line has `count` elements `inner` apart.
struct AxisLines: Sendable {
  let outer: Int
  let count: Int
  let inner: Int
  /// The shape with extents of 1 in the place of the axes gone over.
  let reduced: TensorShape
  private let shape: TensorShape
  /// The axes in the order in which they make lines, where the shape's own order does not.
  private let order: [Int]?

  init(_ axes: AxisSet, of shape: TensorShape) throws(TensorError) {
    let places = try axes.places(in: shape)
    self.shape = shape
    var extents = shape.extents
    for place in places { extents[place] = 1 }
    reduced = TensorShape(unchecked: extents)
    count = places.reduce(1) { $0 * shape[$1] }
    // Axes of one element may lie anywhere.
    let long = places.filter { shape[$0] > 1 }
    let first = long.first ?? places[0]
    let last = long.last ?? places[0]
    if (first...last).allSatisfy({ places.contains($0) || shape[$0] == 1 }) {
      order = nil
      outer = (0..<first).reduce(1) { $0 * shape[$1] }
      inner = shape.count / count / outer
    } else {
      order = (0..<shape.rank).filter { !places.contains($0) } + places
      outer = shape.count / count
      inner = 1
    }
  }

  /// A tensor of the shape with its elements in lines.
  func lined(_ x: Tensor) throws(TensorError) -> Tensor {
    guard let order else { return x }
    return try x.permuted(axes: shape.extents, order, shape)
  }

  /// A tensor of lines as it was before.
  func restored(_ x: Tensor) throws(TensorError) -> Tensor {
    guard let order else { return x }
    let inverse = order.indices.map { place in order.firstIndex(of: place) ?? 0 }
    return try x.permuted(axes: order.map { shape[$0] }, inverse, shape)
  }
}
