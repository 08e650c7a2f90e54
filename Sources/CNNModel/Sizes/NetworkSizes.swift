import CNNLayers
import CNNText

/// The sizes that a network with symbols in its inputs works for, and its extents as functions of them.
///
/// Shapes of such a network are those of one size of each symbol, its `standIn`, for which the whole network works.
public struct NetworkSizes: Sendable {
  /// A name in the shape of an input that stands for a positive whole number.
  public struct Symbol: Sendable {
    public let name: String
    /// Where the first input names it.
    public let place: Span
    /// The sizes that the author admits.
    public internal(set) var admitted: SizeSet
    /// Those of them that every layer takes.
    public internal(set) var valid: SizeSet
    /// The size that the shapes of the network are worked out with.
    public internal(set) var standIn: Int64
  }

  public internal(set) var symbols: [Symbol] = []
  /// What keeps sizes out, in the order of execution.
  public internal(set) var conditions: [SizeCondition] = []
  /// What the extents that depend on a symbol are, each once.
  public internal(set) var functions: [SizeFunction] = []
  /// The first symbol none of whose sizes is left.
  var exhausted: Int?
  var tensors: [TensorExtents] = []
  /// How each function came about, for those that no short formula describes.
  var sources: [FunctionSource] = []

  /// The extent of an axis of a tensor where it depends on a symbol.
  public func extent(of tensor: TensorID, axis: Int) -> SizeReference? {
    Int(tensor) < tensors.count ? tensors[Int(tensor)][axis] : nil
  }

  /// True where every size that is admitted works.
  public var admitsOnlyValid: Bool { symbols.allSatisfy { $0.valid == $0.admitted } }

  /// Follows tensors to their new places; what is said of tensors that have none falls away.
  mutating func move(_ places: [TensorID]) {
    var moved: [TensorExtents] = []
    for (tensor, extents) in tensors.enumerated() where tensor < places.count && !places[tensor].isNone {
      moved.append(extents)
    }
    tensors = moved
    conditions = conditions.compactMap { condition in
      guard Int(condition.tensor) < places.count, !places[Int(condition.tensor)].isNone else { return nil }
      return SizeCondition(
        symbol: condition.symbol, cause: condition.cause, tensor: places[Int(condition.tensor)], axis: condition.axis,
        place: condition.place, leaves: condition.leaves)
    }
  }

  /// The extent as a number.
  ///
  /// - Parameter sizes: One for each symbol.
  /// - Returns: Nil where the network does not get so far with such a size.
  public func value(of reference: SizeReference, at sizes: [Int64]) -> Int64? {
    functions[Int(reference.function)][sizes[Int(reference.symbol)]]
  }
}

/// An extent that depends on a symbol: which symbol, and which of the network's functions.
public struct SizeReference: Hashable, Sendable {
  public let symbol: Int32
  public let function: Int32
}

/// How an extent came about.
enum FunctionSource: Hashable, Sendable {
  case size
  case rule(ExtentRule, of: Int32)
  /// The same as another, for fewer sizes.
  case restricted(Int32)
  case sum(Int32, Int32)
  case other
}

/// The extents of a tensor that depend on symbols.
struct TensorExtents: Hashable, Sendable {
  private var axes: (SizeReference, SizeReference, SizeReference) = (.none, .none, .none)

  static let known = TensorExtents()

  subscript(axis: Int) -> SizeReference? {
    get {
      let reference = axis == 0 ? axes.0 : axis == 1 ? axes.1 : axes.2
      return reference.symbol < 0 ? nil : reference
    }
    set {
      switch axis {
      case 0: axes.0 = newValue ?? .none
      case 1: axes.1 = newValue ?? .none
      default: axes.2 = newValue ?? .none
      }
    }
  }

  var isKnown: Bool { axes.0.symbol < 0 && axes.1.symbol < 0 && axes.2.symbol < 0 }

  static func == (a: TensorExtents, b: TensorExtents) -> Bool { a.axes == b.axes }

  func hash(into hasher: inout Hasher) {
    hasher.combine(axes.0)
    hasher.combine(axes.1)
    hasher.combine(axes.2)
  }
}

extension SizeReference {
  fileprivate static let none = SizeReference(symbol: -1, function: -1)
}

/// A layer, or an assertion, that does not take every size that comes as far as it.
public struct SizeCondition: Sendable {
  /// What is asked of the extents; functions are those of the network.
  public enum Cause: Hashable, Sendable {
    /// The shape of an input is an expression: it must be a whole number, at least 1.
    case input
    /// A layer takes extents from some number on, or only multiples.
    case rule(ExtentRule, of: Int32)
    /// Two tensors meet in a join.
    case meeting(Int32, Int32)
    /// A tensor is cut to an extent that must not be larger than its own.
    case cut(Int32, to: Int32)
    /// The extent that the author asserts.
    case assertion(Int32, Int32)
  }

  public let symbol: Int
  public let cause: Cause
  /// The output of the layer; for an assertion the tensor it speaks of.
  public let tensor: TensorID
  public let axis: Int
  public let place: Span
  /// The sizes of the symbol that are left here.
  public let leaves: SizeSet

  /// True where a layer asks for an extent from some number on.
  var isMinimum: Bool {
    switch cause {
    case .rule(let rule, _): !rule.isExact
    case .input, .meeting, .cut, .assertion: false
    }
  }
}
