// The types that parameters of layers have. Each is declared once; the reference prints its description.

extension ParameterType where Decoded == Int32 {
  public static let count = ParameterType("a positive whole number") { (value, _) throws(LayerFault) in
    try value.whole(atLeast: 1)
  }
}

extension ParameterType where Decoded == Int32 {
  /// How many biases a gate has.
  public static let biases = ParameterType("0, 1 or 2") { (value, _) throws(LayerFault) in
    let count = try value.whole(atLeast: 0)
    guard count <= 2 else { throw .aboveMaximum(2, found: value) }
    return count
  }
}

extension ParameterType where Decoded == Bool {
  public static let flag = ParameterType("`on` or `off`") { (value, _) throws(LayerFault) in
    guard case .boolean(let isOn) = value else { throw .wrongType(expected: "`on` or `off`", found: value) }
    return isOn
  }
}

extension ParameterType where Decoded == Double {
  public static let decimal = ParameterType("a number") { (value, _) throws(LayerFault) in
    try value.double(expected: "a number")
  }

  public static let positive = ParameterType("a positive number") { (value, _) throws(LayerFault) in
    let number = try value.double(expected: "a positive number")
    guard number > 0 else { throw .wrongType(expected: "a positive number", found: value) }
    return number
  }

  public static let notNegative = ParameterType("a number, at least 0") { (value, _) throws(LayerFault) in
    let number = try value.double(expected: "a number, at least 0")
    guard number >= 0 else { throw .wrongType(expected: "a number, at least 0", found: value) }
    return number
  }

  public static let rate = ParameterType("a share from 0 to 1") { (value, _) throws(LayerFault) in
    let number = try value.double(expected: "a share from 0 to 1")
    guard (0...1).contains(number) else { throw .wrongType(expected: "a share from 0 to 1", found: value) }
    return number
  }
}

extension ParameterType where Decoded == Axes {
  /// Kernels, strides, dilations: at least 1 on every axis.
  public static let extent = ParameterType("a number for all axes, or an extent such as `3x3`") {
    (value, rank) throws(LayerFault) in
    try value.axes(rank: rank, atLeast: 1)
  }

  /// At least 0 on every axis.
  public static let amount = ParameterType("a number for all axes, or an extent such as `1x1`") {
    (value, rank) throws(LayerFault) in
    try value.axes(rank: rank, atLeast: 0)
  }
}

extension ParameterType where Decoded == OpenAxes {
  public static let size = ParameterType("the spatial extents of the output, `_` for those of the input") {
    (value, rank) throws(LayerFault) in
    let items = try value.items(expected: "an extent such as `7x7`") ?? Array(repeating: value, count: rank)
    guard items.count == rank else { throw .wrongExtentCount(expected: [rank], found: items.count, rank: rank) }
    var size = OpenAxes(extents: [])
    for item in items {
      if item == .openExtent {
        size.extents.append(.open)
      } else if case .size(let expression) = item, !expression.isCondition {
        size.extents.append(.expression(expression))
      } else {
        size.extents.append(.known(try item.whole(atLeast: 1)))
      }
    }
    return size
  }
}

extension ParameterType where Decoded == [Rational] {
  public static let factor = ParameterType("a positive number for all axes, or one for each in a list") {
    (value, rank) throws(LayerFault) in
    let items = try value.items(expected: "a positive number") ?? Array(repeating: value, count: rank)
    guard items.count == rank else { throw .wrongExtentCount(expected: [rank], found: items.count, rank: rank) }
    var factors: [Rational] = []
    for item in items {
      guard case .number(let number) = item, number > 0 else {
        throw .wrongType(expected: "a positive number", found: item)
      }
      factors.append(number)
    }
    return factors
  }
}

extension ParameterType where Decoded == Sides {
  public static let sides = ParameterType("a number, an extent, or `[top, bottom, left, right]`") {
    (value, rank) throws(LayerFault) in
    try value.sides(rank: rank)
  }
}

extension ParameterType where Decoded == Padding {
  public static let words: [Word] = [.same, .valid, .half, .causal]

  public static let padding = ParameterType(
    "`same`, `valid`, `half`, `causal`, a number, an extent, or `[top, bottom, left, right]`"
  ) { (value, rank) throws(LayerFault) in
    guard case .word(let word) = value else {
      let sides = try value.sides(rank: rank)
      return .amounts(before: sides.before, after: sides.after)
    }
    switch word {
    case .same: return .same
    case .valid: return .valid
    case .half: return .half
    case .causal: return .causal
    case .nearest, .bilinear, .bicubic, .area, .channels, .cells, .height, .width, .depth, .length:
      throw .unknownWord(expected: words, found: value)
    }
  }
}

extension ParameterType where Decoded == ResizeMode {
  public static let words: [Word] = [.nearest, .bilinear, .bicubic, .area]

  public static let mode = ParameterType("`nearest`, `bilinear`, `bicubic` or `area`") {
    (value, _) throws(LayerFault) in
    guard case .word(let word) = value, let mode = ResizeMode(rawValue: word.rawValue) else {
      throw .unknownWord(expected: words, found: value)
    }
    return mode
  }
}

extension ParameterType where Decoded == AxisSet {
  public static let axes = ParameterType(
    "`channels`, `cells`, `height`, `width`, `depth`, `length`, or several of them in a list"
  ) { (value, rank) throws(LayerFault) in
    guard case .list(let items) = value else { return try value.axisSet(rank: rank) }
    guard !items.isEmpty else { throw .unknownWord(expected: Word.axes, found: value) }
    var axes: AxisSet = []
    for item in items { axes.formUnion(try item.axisSet(rank: rank)) }
    return axes
  }
}

extension ParameterType where Decoded == Axis {
  public static let axis = ParameterType("`channels`, `height`, `width`, `depth` or `length`") {
    (value, rank) throws(LayerFault) in
    let axes = try value.axisSet(rank: rank).axes
    guard axes.count == 1 else { throw .severalAxes(rank: rank) }
    return axes[0]
  }
}

extension ParameterType where Decoded == OpenShape {
  public static let openShape = ParameterType(
    "a shape such as `7x7x64`, or a number of features; `_` in one place is worked out"
  ) { (value, _) throws(LayerFault) in
    let items = try value.items(expected: "a shape") ?? [value]
    guard (1...4).contains(items.count) else {
      throw .wrongExtentCount(expected: [1, 2, 3, 4], found: items.count, rank: 0)
    }
    var shape = OpenShape(extents: [])
    for item in items {
      if item == .openExtent {
        shape.extents.append(nil)
      } else if case .size(let size) = item, !size.isCondition {
        shape.extents.append(size.standIn)
      } else {
        shape.extents.append(try item.whole(atLeast: 1))
      }
    }
    guard shape.extents.count(where: { $0 == nil }) <= 1 else { throw .severalOpen }
    return shape
  }
}

extension ParameterType where Decoded == Shape {
  public static let shape = ParameterType("a shape such as `7x7x64`, or a number of features") {
    (value, _) throws(LayerFault) in
    let items = try value.items(expected: "a shape") ?? [value]
    var extents: [Int32] = []
    for item in items { extents.append(try item.whole(atLeast: 1)) }
    guard let shape = Shape(extents) else {
      throw .wrongExtentCount(expected: [1, 2, 3, 4], found: extents.count, rank: 0)
    }
    return shape
  }
}

extension ParameterType where Decoded == KnownTensor {
  public static let tensor = ParameterType("a tensor: a label, `input` or a string") {
    (value, _) throws(LayerFault) in
    guard case .tensor(let tensor) = value, let shape = tensor.shape else {
      throw .wrongType(expected: "a tensor", found: value)
    }
    return KnownTensor(id: tensor.id, shape: shape)
  }
}

extension ParameterType where Decoded == [Int32] {
  public static let order = ParameterType("a list of axes, such as `[2, 0, 1]`") { (value, _) throws(LayerFault) in
    guard let items = try value.items(expected: "a list of axes") else {
      throw .wrongType(expected: "a list of axes", found: value)
    }
    var order: [Int32] = []
    for item in items { order.append(try item.whole(atLeast: 0)) }
    return order
  }
}

extension ParameterType where Decoded == [PartRange] {
  public static let ranges = ParameterType("a range, such as `0 ..< 58`, or several") { (value, _) throws(LayerFault) in
    let expected = "a range, such as `0 ..< 58`"
    let items: [Value] = if case .list(let items) = value { items } else { [value] }
    var ranges: [PartRange] = []
    for item in items {
      guard case .range(let lower, let upper) = item else { throw .wrongType(expected: expected, found: item) }
      ranges.append(PartRange(lower: lower, upper: upper))
    }
    guard !ranges.isEmpty else { throw .wrongType(expected: expected, found: value) }
    return ranges
  }
}

/// Spatial extents of which some may be open, or depend on the size of the network's input.
public struct OpenAxes: Hashable, Sendable {
  public enum Item: Hashable, Sendable {
    /// That of the input.
    case open
    case known(Extent)
    case expression(SizeExpression)
  }

  public var extents: [Item]
}

/// A tensor of the network, as an argument.
public struct KnownTensor: Hashable, Sendable {
  public let id: TensorID
  public let shape: Shape
}

/// Cells before and behind each spatial axis.
public struct Sides: Hashable, Sendable {
  public var before: Axes
  public var after: Axes
}

/// A part of an axis, from `lower` up to, but without, `upper`.
public struct PartRange: Hashable, Sendable {
  public var lower: Int64
  public var upper: Int64
}

/// A shape of which one extent may be open.
public struct OpenShape: Hashable, Sendable {
  /// Nil for the one that is worked out.
  public var extents: [Extent?]
}

// MARK: - Reading values

extension Value {
  /// The axes that a word names in a tensor with so many axes of cells.
  fileprivate func axisSet(rank: Int) throws(LayerFault) -> AxisSet {
    guard case .word(let word) = self, Word.axes.contains(word) else {
      throw .unknownWord(expected: Word.axes, found: self)
    }
    guard let axes = word.axes(rank: rank) else { throw .noAxis(word, rank: rank) }
    return axes
  }

  /// `_` in a list of extents.
  public static let openExtent: Value = {
    var shape = ShapeValue()
    _ = shape.append(nil)
    return .shape(shape)
  }()

  /// A whole number below 2^31.
  public func whole(atLeast minimum: Int64) throws(LayerFault) -> Int32 {
    guard case .number(let number) = self else {
      if case .size = self { throw .dependsOnSize(self) }
      let wanted = minimum == 1 ? "a positive whole number" : "a whole number"
      if case .decimal = self { throw .notWhole(self) }
      throw .wrongType(expected: wanted, found: self)
    }
    guard let whole = number.whole else { throw .notWhole(self) }
    if whole < minimum { throw .belowMinimum(minimum, found: self) }
    if whole > Int32.max { throw .aboveMaximum(Int64(Int32.max), found: self) }
    return Int32(whole)
  }

  fileprivate func double(expected: String) throws(LayerFault) -> Double {
    switch self {
    case .number(let number): return number.double
    case .decimal(let number): return number
    case .size: throw .dependsOnSize(self)
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer:
      throw .wrongType(expected: expected, found: self)
    }
  }

  /// The elements of a list or a shape, nil for a number.
  fileprivate func items(expected: String) throws(LayerFault) -> [Value]? {
    switch self {
    case .number, .decimal, .size: nil
    case .list(let items): items
    case .shape(let shape): shape.extents.map { $0.map { .number(Rational(Int64($0))) } ?? .openExtent }
    case .boolean, .range, .word, .text, .tensor, .layer: throw .wrongType(expected: expected, found: self)
    }
  }

  fileprivate func axes(rank: Int, atLeast minimum: Int64) throws(LayerFault) -> Axes {
    switch self {
    case .number, .decimal, .size: return Axes(all: try whole(atLeast: minimum))
    case .shape(let shape):
      guard Int(shape.count) == rank else {
        throw .wrongExtentCount(expected: [rank], found: Int(shape.count), rank: rank)
      }
      var axes = Axes(all: 1)
      for axis in 0..<rank {
        guard let extent = shape[axis] else { throw .wrongType(expected: "a number", found: .openExtent) }
        if Int64(extent) < minimum { throw .belowMinimum(minimum, found: .number(Rational(Int64(extent)))) }
        axes[axis] = extent
      }
      return axes
    case .list(let items):
      guard items.count == rank else { throw .wrongExtentCount(expected: [rank], found: items.count, rank: rank) }
      var axes = Axes(all: 1)
      for (axis, item) in items.enumerated() { axes[axis] = try item.whole(atLeast: minimum) }
      return axes
    case .boolean, .range, .word, .text, .tensor, .layer:
      throw .wrongType(expected: "a number or an extent such as `3x3`", found: self)
    }
  }

  /// One amount for all sides, one an axis, or one a side.
  fileprivate func sides(rank: Int) throws(LayerFault) -> Sides {
    if case .list(let items) = self, items.count == 2 * rank {
      var sides = Sides(before: Axes(all: 0), after: Axes(all: 0))
      for axis in 0..<rank {
        sides.before[axis] = try items[2 * axis].paddingAmount()
        sides.after[axis] = try items[2 * axis + 1].paddingAmount()
      }
      return sides
    }
    let items = try items(expected: "a number, an extent, or `[top, bottom, left, right]`")
    guard let items else {
      let amount = Axes(all: try paddingAmount())
      return Sides(before: amount, after: amount)
    }
    guard items.count == rank else {
      throw .wrongExtentCount(expected: [rank, 2 * rank], found: items.count, rank: rank)
    }
    var amount = Axes(all: 0)
    for (axis, item) in items.enumerated() { amount[axis] = try item.paddingAmount() }
    return Sides(before: amount, after: amount)
  }

  private func paddingAmount() throws(LayerFault) -> Int32 {
    if case .number(let number) = self, let whole = number.whole, whole < 0 { throw .negativePadding(whole) }
    return try whole(atLeast: 0)
  }
}
