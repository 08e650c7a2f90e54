/// Which of the files of a compilation a span lies in: an index into `SourceSet.files`.
public struct FileID: Hashable, Sendable, Comparable {
  public let index: UInt32

  public init(_ index: Int) {
    self.index = UInt32(truncatingIfNeeded: index)
  }

  public static func < (a: FileID, b: FileID) -> Bool { a.index < b.index }
}

/// The text of one file, as bytes. Nothing is decoded until somebody wants to show it.
public struct SourceFile: Sendable {
  /// The path as the user wrote it; standard input is `-`.
  public let path: String
  public let id: FileID
  public let bytes: [UInt8]

  public init(path: String, id: FileID = FileID(0), bytes: [UInt8]) {
    self.path = path
    self.id = id
    self.bytes = bytes
  }

  public init(path: String, id: FileID = FileID(0), text: String) {
    self.init(path: path, id: id, bytes: Array(text.utf8))
  }

  /// The text between two byte offsets; bytes that are not UTF-8 show as U+FFFD.
  public func text(_ range: Range<Int>) -> String {
    let clamped = range.clamped(to: 0..<bytes.count)
    return String(decoding: bytes[clamped], as: UTF8.self)
  }

  public func text(_ span: Span) -> String {
    text(Int(span.start)..<Int(span.end))
  }

  public var wholeSpan: Span { Span(file: id, start: 0, end: UInt32(bytes.count)) }
}

/// All files of one compilation. A `FileID` is an index into it.
public struct SourceSet: Sendable {
  public private(set) var files: [SourceFile] = []

  public init() {}

  /// Adds a file under the next free `FileID`.
  public mutating func add(path: String, bytes: [UInt8]) -> SourceFile {
    let file = SourceFile(path: path, id: FileID(files.count), bytes: bytes)
    files.append(file)
    return file
  }

  /// The file of a path that has these bytes.
  func file(at path: String, with bytes: [UInt8]) -> FileID? {
    files.first { $0.path == path && $0.bytes == bytes }?.id
  }

  public subscript(id: FileID) -> SourceFile { files[Int(id.index)] }

  public func text(_ span: Span) -> String { self[span.file].text(span) }
}
