/// An axis of a tensor: one of its cells, counted from the outermost, or that of its channels.
public enum Axis: Hashable, Sendable {
  case cells(Int8)
  case channels

  /// The spatial axis; nil for the channels.
  public var spatial: Int? {
    switch self {
    case .cells(let index): Int(index)
    case .channels: nil
    }
  }

  /// `height`, `channels`: what people call it in a tensor with so many axes of cells.
  public func name(rank: Int) -> String {
    spatial.map { Shape.axisName($0, rank: rank) } ?? Shape.axisName(rank, rank: rank)
  }
}

/// Some of the axes of a tensor.
public struct AxisSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public init(_ axis: Axis) {
    switch axis {
    case .cells(let index): self.init(rawValue: 1 << UInt8(index))
    case .channels: self = .channels
    }
  }

  public static let channels = AxisSet(rawValue: 1 << 3)

  /// All axes of cells of a tensor that has so many.
  public static func cells(rank: Int) -> AxisSet { AxisSet(rawValue: (1 << UInt8(rank)) - 1) }

  /// Whether a spatial axis is among them.
  public func contains(axis: Int) -> Bool { rawValue >> UInt8(axis) & 1 == 1 }

  /// Whether any axis of cells is among them.
  public var hasCells: Bool { rawValue & 0b111 != 0 }

  /// In order, the channels last.
  public var axes: [Axis] {
    (0..<3).filter { contains(axis: $0) }.map { .cells(Int8($0)) } + (contains(.channels) ? [.channels] : [])
  }

  /// How many values lie along them together, as factors.
  public func extents(of shape: Shape) -> [Int64] { axes.map { Int64(shape.extent($0)) } }

  /// `height and width`, `cells` for all axes of cells where there are several.
  public func names(rank: Int) -> [String] {
    let cells = AxisSet.cells(rank: rank)
    if rank > 1, isSuperset(of: cells) { return ["cells"] + (contains(.channels) ? ["channels"] : []) }
    return axes.map { $0.name(rank: rank) }
  }
}

extension Shape {
  public func extent(_ axis: Axis) -> Extent { axis.spatial.map { spatial[$0] } ?? channels }

  public func with(_ axis: Axis, _ extent: Extent) -> Shape {
    guard let index = axis.spatial else { return with(channels: extent) }
    var spatial = spatial
    spatial[index] = extent
    return with(spatial: spatial)
  }
}

extension Word {
  /// The words for axes.
  public static let axes: [Word] = [.channels, .cells, .height, .width, .depth, .length]

  /// The axes that a word means in a tensor with so many axes of cells; nil where there is none, or the word is for
  /// something else. `length` is the axis of a sequence, `height` and `width` are those of maps and volumes.
  func axes(rank: Int) -> AxisSet? {
    let spatial: Int? =
      switch (self, rank) {
      case (.length, 1), (.height, 2), (.depth, 3): 0
      case (.width, 2), (.height, 3): 1
      case (.width, 3): 2
      case (.same, _), (.valid, _), (.half, _), (.causal, _), (.nearest, _), (.bilinear, _), (.bicubic, _), (.area, _),
        (.channels, _), (.cells, _), (.length, _), (.height, _), (.width, _), (.depth, _):
        nil
      }
    if let spatial { return AxisSet(.cells(Int8(spatial))) }
    if self == .channels { return .channels }
    return self == .cells && rank > 0 ? .cells(rank: rank) : nil
  }
}
