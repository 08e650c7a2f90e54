/// What a parameter accepts: how it is described, and how a value is read as it.
public struct ParameterType<Decoded: Sendable>: Sendable {
  /// As in "needs a positive whole number".
  public let description: String
  /// Reads a value for an input with a number of spatial axes.
  public let decode: @Sendable (Value, Int) throws(LayerFault) -> Decoded

  public init(_ description: String, decode: @escaping @Sendable (Value, Int) throws(LayerFault) -> Decoded) {
    self.description = description
    self.decode = decode
  }
}

/// A parameter without the layer it belongs to: what help, messages, editors and the reference read.
public struct ParameterInfo: Hashable, Sendable {
  public enum Default: Hashable, Sendable {
    case required
    case value(Value)
    /// Works out from other parameters or not at all: the words of the reference.
    case derived(String)
  }

  public let name: String
  public let type: String
  public let defaultValue: Default
  public let help: String
  /// True where the bare name means `on`.
  public let isFlag: Bool
  /// True where several values may stand one after the other: the ranges of a `slice`.
  public let takesSeveral: Bool
  /// The words it accepts.
  public let words: [Word]
  /// True where a word is meant though a variable has its name: `over height` is an axis, whatever `height` is.
  public let prefersWords: Bool

  public var isRequired: Bool { defaultValue == .required }
}

/// A parameter of the layer `L`: declared once, read by decoding, "did you mean", hover text and the reference page.
public struct Parameter<L: Sendable>: Sendable {
  public let info: ParameterInfo
  public let set: @Sendable (inout L, Value, Int) throws(LayerFault) -> Void

  private init<V>(
    _ name: String, _ type: ParameterType<V>, _ defaultValue: ParameterInfo.Default, _ help: String,
    words: [Word] = [], _ assign: @escaping @Sendable (inout L, V) -> Void
  ) {
    info = ParameterInfo(
      name: name, type: type.description, defaultValue: defaultValue, help: help, isFlag: V.self == Bool.self,
      takesSeveral: V.self == [PartRange].self, words: words, prefersWords: words == Word.axes)
    set = { (layer, value, rank) throws(LayerFault) in assign(&layer, try type.decode(value, rank)) }
  }

  public static func required<V>(
    _ name: String, _ type: ParameterType<V>, _ help: String, words: [Word] = [],
    _ assign: @escaping @Sendable (inout L, V) -> Void
  ) -> Self {
    Self(name, type, .required, help, words: words, assign)
  }

  public static func optional<V>(
    _ name: String, _ type: ParameterType<V>, _ defaultValue: Value, _ help: String, words: [Word] = [],
    _ assign: @escaping @Sendable (inout L, V) -> Void
  ) -> Self {
    Self(name, type, .value(defaultValue), help, words: words, assign)
  }

  /// A parameter whose absence the layer answers itself; `meaning` says how.
  public static func derived<V>(
    _ name: String, _ type: ParameterType<V>, _ meaning: String, _ help: String,
    _ assign: @escaping @Sendable (inout L, V) -> Void
  ) -> Self {
    Self(name, type, .derived(meaning), help, assign)
  }
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  public init(integerLiteral value: Int64) { self = .number(Rational(value)) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
