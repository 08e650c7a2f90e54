/// A number among the operands of an elementwise operation.
public struct ElementwiseConstant: Hashable, Sendable {
  /// Among all operands, from 0; the tensor that enters is the first where it is one.
  public let position: Int32
  public let value: Double

  public init(position: Int32, value: Double) {
    self.position = position
    self.value = value
  }
}

/// The numbers among the operands of an elementwise operation, in their order.
///
/// They lie in the operation itself: with an array in one of its cases, a million operations would be a million values to
/// copy and count references for.
public struct ElementwiseConstants: RandomAccessCollection, Hashable, Sendable, ExpressibleByArrayLiteral {
  /// As many as there is room for.
  public static let limit = 4

  private static let unset = ElementwiseConstant(position: 0, value: 0)

  // Those beyond `count` are unset, so that equal constants are equal values.
  private var first = Self.unset
  private var second = Self.unset
  private var third = Self.unset
  private var fourth = Self.unset
  private var used: UInt8 = 0

  public init() {}

  /// - Parameter constants: At most `limit`.
  public init(_ constants: some Sequence<ElementwiseConstant>) {
    for constant in constants { append(constant) }
  }

  public init(arrayLiteral constants: ElementwiseConstant...) { self.init(constants) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { Int(used) }
  public var isFull: Bool { used == Self.limit }

  public subscript(index: Int) -> ElementwiseConstant {
    precondition(index >= 0 && index < used, "a constant that is there")
    return switch index {
    case 0: first
    case 1: second
    case 2: third
    default: fourth
    }
  }

  /// Adds one where there is room.
  public mutating func append(_ constant: ElementwiseConstant) {
    precondition(!isFull, "no more constants than there is room for")
    switch used {
    case 0: first = constant
    case 1: second = constant
    case 2: third = constant
    default: fourth = constant
    }
    used += 1
  }

  /// The same numbers, that many places further on among the operands.
  public func moved(by places: Int32) -> ElementwiseConstants {
    Self(map { ElementwiseConstant(position: $0.position + places, value: $0.value) })
  }
}
