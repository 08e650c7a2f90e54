/// A sentence that may speak of places. Places travel as spans; only the renderer turns them into `file:line:column`.
///
///     let note: Message = "in block \(name), called at \(span)"
public struct Message: Hashable, Sendable {
  public enum Fragment: Hashable, Sendable {
    case text(String)
    /// Shown as `file:line:column`.
    case place(Span)
    /// Shown as `line:column` while it lies in the file of the diagnostic, as `file:line:column` elsewhere.
    case point(Span)
  }

  public private(set) var fragments: [Fragment] = []

  public init(_ text: String) {
    append(text)
  }

  public mutating func append(_ text: String) {
    guard !text.isEmpty else { return }
    if case .text(let last) = fragments.last {
      fragments[fragments.count - 1] = .text(last + text)
    } else {
      fragments.append(.text(text))
    }
  }

  public mutating func append(_ message: Message) {
    for fragment in message.fragments {
      switch fragment {
      case .text(let text): append(text)
      case .place, .point: fragments.append(fragment)
      }
    }
  }

  public var isEmpty: Bool { fragments.isEmpty }

  /// The same message with every place replaced.
  public func mapSpans(_ change: (Span) -> Span) -> Message {
    var result = self
    result.fragments = fragments.map { fragment in
      switch fragment {
      case .text: fragment
      case .place(let span): .place(change(span))
      case .point(let span): .point(change(span))
      }
    }
    return result
  }

  /// The message in plain characters, its places written by `place`.
  public func text(place: (Fragment) -> String) -> String {
    var result = ""
    for fragment in fragments {
      switch fragment {
      case .text(let text): result += text
      case .place, .point: result += place(fragment)
      }
    }
    return result
  }

  public static func + (a: Message, b: Message) -> Message {
    var result = a
    result.append(b)
    return result
  }
}

extension Message: ExpressibleByStringInterpolation {
  public struct StringInterpolation: StringInterpolationProtocol {
    var message = Message("")

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) { message.append(literal) }
    public mutating func appendInterpolation(_ text: String) { message.append(text) }
    public mutating func appendInterpolation(_ inner: Message) { message.append(inner) }
    /// Numbers, shapes and the like; places have a spelling of their own.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      message.append(value.description)
    }
    public mutating func appendInterpolation(_ span: Span) { message.fragments.append(.place(span)) }
    public mutating func appendInterpolation(point span: Span) { message.fragments.append(.point(span)) }
  }

  public init(stringLiteral text: String) { self.init(text) }
  public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.message }
}
