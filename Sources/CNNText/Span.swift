/// A half-open range of bytes in one file.
public struct Span: Hashable, Sendable {
  public let file: FileID
  public let start: UInt32
  public let end: UInt32

  public init(file: FileID, start: UInt32, end: UInt32) {
    self.file = file
    self.start = start
    self.end = max(start, end)
  }

  /// The smallest span that holds both; both lie in one file.
  public func union(_ other: Span) -> Span {
    Span(file: file, start: min(start, other.start), end: max(end, other.end))
  }

  public var isEmpty: Bool { start == end }

  /// The empty span just behind this one, where something is missing.
  public var after: Span { Span(file: file, start: end, end: end) }
}

extension Span: Comparable {
  public static func < (a: Span, b: Span) -> Bool {
    (a.file, a.start, a.end) < (b.file, b.start, b.end)
  }
}
