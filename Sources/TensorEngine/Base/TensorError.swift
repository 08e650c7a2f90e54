import TensorKernels

/// What does not fit, with what was expected and what was found, and the layer where it was noticed.
public struct TensorError: Error, Hashable, Sendable {
  public let fact: Fact
  /// The layer it happened in; nil where no layer was at work.
  public let site: Site?

  public init(_ fact: Fact, site: Site? = nil) {
    self.fact = fact
    self.site = site
  }

  /// The same error in a layer, unless it names one already.
  public func at(_ site: Site?) -> TensorError { self.site == nil ? TensorError(fact, site: site) : self }
}

extension TensorError {
  /// The closed set of what can be wrong.
  public enum Fact: Hashable, Sendable {
    /// A shape with more extents than a tensor can have.
    case tooManyAxes([Int])
    /// A shape with an extent below 1: an empty batch, for one.
    case emptyExtent([Int])
    /// A shape of more elements than can be addressed.
    case tooLarge([Int])
    /// A tensor that needs more bytes than the machine has left.
    case outOfMemory(bytes: Int)
    /// As many numbers as a shape has elements were expected.
    case scalarCount(shape: TensorShape, found: Int)
    /// `what` should have had another shape.
    case shape(what: String, expected: [Int], found: [Int])
    /// `what` should have had another number of axes.
    case rank(what: String, expected: ClosedRange<Int>, found: [Int])
    /// `what` should have had another number of channels.
    case channels(what: String, expected: Int, found: [Int])
    /// `value` should have been a multiple of `divisor`.
    case notDivisible(what: String, value: Int, divisor: Int)
    /// No window of this reach fits an axis, padding counted in.
    case windowTooLarge(axis: Int, extent: Int, padding: Int, reach: Int)
    /// A number that an operation was made with is outside its range.
    case argument(String, found: String, expected: String)
    /// Another number of `what` was expected.
    case count(what: String, expected: Int, found: Int)
    /// Two tensors that have to agree do not.
    case shapesDiffer([Int], [Int])
    /// What is asked of a tape that keeps nothing.
    case notRecorded
    /// A value that is not finite where one has to be.
    case notFinite(what: String, index: Int)
    /// A statement about a file or about training data, made by the part that reads it.
    case data(DataFault)
  }
}

extension TensorError: CustomStringConvertible {
  public var description: String { (site.map { "\($0): " } ?? "") + fact.description }
}

extension TensorError.Fact: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManyAxes(let extents):
      "a tensor has at most \(TensorShape.largestRank) axes, found \(TensorShape.describe(extents))"
    case .emptyExtent(let extents): "every extent has to be at least 1, found \(TensorShape.describe(extents))"
    case .tooLarge(let extents): "\(TensorShape.describe(extents)) has more elements than can be addressed"
    case .outOfMemory(let bytes):
      "a tensor of \(bytes) bytes does not fit beside what is in use into a memory of \(tk_memory_limit()) bytes"
    case .scalarCount(let shape, let found): "expected \(shape.count) numbers for \(shape), found \(found)"
    case .shape(let what, let expected, let found):
      "expected \(what) \(TensorShape.describe(expected)), found \(TensorShape.describe(found))"
    case .rank(let what, let expected, let found):
      "expected \(what) of \(Self.axes(expected)), found \(TensorShape.describe(found))"
    case .channels(let what, let expected, let found):
      "expected \(what) with \(expected) channels, found \(TensorShape.describe(found))"
    case .notDivisible(let what, let value, let divisor): "expected \(what) divisible by \(divisor), found \(value)"
    case .windowTooLarge(let axis, let extent, let padding, let reach):
      "a window of \(reach) cells does not fit axis \(axis) of \(extent) cells with \(padding) of padding"
    case .argument(let name, let found, let expected): "expected \(name) to be \(expected), found \(found)"
    case .count(let what, let expected, let found): "expected \(expected) \(what), found \(found)"
    case .shapesDiffer(let first, let second):
      "\(TensorShape.describe(first)) and \(TensorShape.describe(second)) do not go together"
    case .notRecorded: "gradients need a tape that records, this one only runs forward"
    case .notFinite(let what, let index): "expected \(what) to be finite, but element \(index) is not"
    case .data(let fault): fault.description
    }
  }

  private static func axes(_ range: ClosedRange<Int>) -> String {
    range.lowerBound == range.upperBound
      ? "\(range.lowerBound) axes" : "\(range.lowerBound) to \(range.upperBound) axes"
  }
}
