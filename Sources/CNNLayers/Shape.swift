/// The length of a tensor along one axis, at least 1 and below 2^31.
public typealias Extent = Int32

/// One value for each of up to three spatial axes, from the outermost: (length), (height, width), (depth, height, width).
public struct Axes: Hashable, Sendable {
  public var first: Int32
  public var second: Int32
  public var third: Int32

  @inlinable
  public init(_ first: Int32, _ second: Int32, _ third: Int32) {
    self.first = first
    self.second = second
    self.third = third
  }

  /// The same value on every axis.
  @inlinable
  public init(all value: Int32) {
    self.init(value, value, value)
  }

  @inlinable
  public subscript(axis: Int) -> Int32 {
    get { axis == 0 ? first : axis == 1 ? second : third }
    set {
      switch axis {
      case 0: first = newValue
      case 1: second = newValue
      default: third = newValue
      }
    }
  }

  /// The values of the first `rank` axes.
  public func array(rank: Int) -> [Int32] { (0..<rank).map { self[$0] } }
}

/// The shape of a tensor without its batch: spatial extents, then channels. A vector has no spatial axes.
public struct Shape: Hashable, Sendable {
  public let spatial: Axes
  public let channels: Extent
  /// How many spatial axes there are, 0 to 3.
  public let rank: Int8

  @inlinable
  public init(rank: Int, spatial: Axes, channels: Extent) {
    self.rank = Int8(rank)
    self.spatial = spatial
    self.channels = channels
  }

  /// A vector of features.
  @inlinable
  public init(vector channels: Extent) {
    self.init(rank: 0, spatial: Axes(all: 1), channels: channels)
  }

  /// Spatial extents, then channels. Nil for none or more than four extents, or one below 1.
  public init?(_ extents: [Extent]) {
    guard let channels = extents.last, extents.count <= 4, extents.allSatisfy({ $0 >= 1 }) else { return nil }
    var spatial = Axes(all: 1)
    for (axis, extent) in extents.dropLast().enumerated() { spatial[axis] = extent }
    self.init(rank: extents.count - 1, spatial: spatial, channels: channels)
  }

  /// A tensor has fewer elements than this: in float32 that is 8.6 GB.
  public static let elementLimit: Int64 = 1 << 31

  @inlinable
  public var isVector: Bool { rank == 0 }

  /// Whether it reads like an image whose channels come first, as PyTorch has them: `3x224x224`, `1x28x28`.
  public var isChannelsFirst: Bool {
    guard rank == 2, [1, 3].contains(spatial[0]) else { return false }
    return spatial[1] == channels && channels >= 8 || spatial[0] == 3 && min(spatial[1], channels) >= 32
  }

  /// How many elements the tensor has; nil from `elementLimit` on.
  @inlinable
  public var checkedElements: Int64? {
    var product = Int64(channels)
    for axis in 0..<Int(rank) {
      product *= Int64(spatial[axis])
      if product >= Self.elementLimit { return nil }
    }
    return product
  }

  /// How many elements the tensor has. A shape of a network is always below the limit.
  @inlinable
  public var elements: Int64 {
    var product = Int64(channels)
    for axis in 0..<Int(rank) { product &*= Int64(spatial[axis]) }
    return product
  }

  /// Elements of one channel.
  public var cells: Int64 { elements / Int64(max(channels, 1)) }

  /// All extents, channels last.
  public var extents: [Extent] { spatial.array(rank: Int(rank)) + [channels] }

  @inlinable
  public func with(channels: Extent) -> Shape { Shape(rank: Int(rank), spatial: spatial, channels: channels) }

  @inlinable
  public func with(spatial: Axes) -> Shape { Shape(rank: Int(rank), spatial: spatial, channels: channels) }

  /// What people call an axis of a tensor of this rank.
  public func axisName(_ axis: Int) -> String { Self.axisName(axis, rank: Int(rank)) }

  public static func axisName(_ axis: Int, rank: Int) -> String {
    switch rank - axis {
    case 0: "channels"
    case 1: rank == 1 ? "length" : "width"
    case 2: "height"
    default: "depth"
    }
  }
}

extension Shape: CustomStringConvertible {
  /// `28x28x32`; a vector is its number of features.
  public var description: String { extents.map(String.init).joined(separator: "x") }
}
