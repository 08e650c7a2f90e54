/// Why a layer cannot be: which parameter is at fault, and the fact with its numbers. `LayerMessages` words it.
public struct LayerError: Error, Hashable, Sendable {
  public let fault: LayerFault
  /// The name of the parameter to blame, if one is.
  public let parameter: String?

  public init(_ fault: LayerFault, parameter: String? = nil) {
    self.fault = fault
    self.parameter = parameter
  }
}

/// The closed list of what can be wrong with a layer and its arguments. Axes count from the outermost.
public enum LayerFault: Error, Hashable, Sendable {
  // One argument by itself.
  case wrongType(expected: String, found: Value)
  case notWhole(Value)
  case belowMinimum(Int64, found: Value)
  case aboveMaximum(Int64, found: Value)
  case wrongExtentCount(expected: [Int], found: Int, rank: Int)
  case unknownWord(expected: [Word], found: Value)
  case negativePadding(Int64)
  /// A number that must be known depends on a symbol.
  case dependsOnSize(Value)

  // Arguments together.
  case missingOneOf([String])
  case excludeEachOther([String])
  case alignedCorners(mode: Word)
  case causalNeedsLength(rank: Int)
  case evenHalf(kernel: Int32)
  case outputPadding(Int32, stride: Int32, dilation: Int32)
  case notDivisible(what: String, value: Int64, by: String, divisor: Int64, remedy: Division = .otherDivisor)
  case badOrder([Int32], axes: Int)
  case badRange(lower: Int64, upper: Int64, axis: String, extent: Int32)
  /// The word for an axis that a tensor with so many axes of cells does not have.
  case noAxis(Word, rank: Int)
  /// One axis is needed.
  case severalAxes(rank: Int)
  /// More than one extent of a shape is left open.
  case severalOpen
  case descending(low: Double, high: Double)

  // The input against the arguments.
  case inputRank(Shape, wanted: ClosedRange<Int>)
  case needsFlatten(Shape, units: Int32)
  case windowTooLarge(WindowFit)
  case poolPadding(Int32, kernel: Int32)
  case padTooLarge(Int32, extent: Int32, axis: Int, limit: Int32)
  case emptyOutput(axis: Int, rank: Int, arithmetic: String)
  case elementCount(from: Shape, to: Shape)
  /// The elements of a shape cannot be shared out among those that are known of another.
  case openExtent(from: Shape, known: Int64)
  /// The layer needs to know every extent of its input, and some depend on a symbol.
  case unknownExtents
  case tensorTooLarge(extents: [Int64])
  /// A layer, or a network up to it, has this power of two of something, or more.
  case countTooLarge(what: String, power: Int)
  case totalTooLarge(what: String, power: Int)

  // Several inputs.
  case tooFewInputs(Int)
  case tooManyInputs(Int, wanted: ClosedRange<Int>)
  /// Two inputs have a number in common, and it differs: channels, cells.
  case unequal(what: String, first: String, Int64, second: String, Int64)
  /// What is put back is not what the pool gives.
  case notPooled(Shape, pooled: Shape)
  /// No max pool made the tensor.
  case noPool
  case inputsDiffer(first: Int, second: Int, axis: Int)
}

/// A window laid over one axis of an input.
public struct WindowFit: Hashable, Sendable {
  public let axis: Int
  public let rank: Int
  public let extent: Int32
  public let before: Int32
  public let after: Int32
  public let kernel: Int32
  public let dilation: Int32
}

/// What can be done where a number does not divide another.
public enum Division: Hashable, Sendable {
  /// Another divisor.
  case otherDivisor
  /// Another divisor, one that divides a second number too.
  case commonDivisor(with: Int64, String)
  /// The divisor stands; another number of what is divided.
  case otherValue
}
