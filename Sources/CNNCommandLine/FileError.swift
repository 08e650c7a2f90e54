#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be read or written. `code` is the system's `errno`.
public enum FileError: Error, Hashable, Sendable {
  case cannotOpen(path: String, code: Int32)
  case cannotRead(path: String, code: Int32)
  case cannotWrite(path: String, code: Int32)
  case isDirectory(path: String)
  /// A device, a pipe or a socket where a file is wanted.
  case notRegular(path: String)
  case tooLarge(path: String)
  /// More bytes than a source may have.
  case sourceTooLarge(path: String, limit: Int)

  /// A sentence without a full stop.
  public var message: String {
    switch self {
    case .cannotOpen(let path, let code): "cannot open \(shown(path)): \(words(for: code))"
    case .cannotRead(let path, let code): "cannot read \(shown(path)): \(words(for: code))"
    case .cannotWrite(let path, let code): "cannot write \(shown(path)): \(words(for: code))"
    case .isDirectory(let path): "\(shown(path)) is a directory, not a file"
    case .notRegular(let path): "\(shown(path)) is no regular file; `-` reads standard input"
    case .sourceTooLarge(let path, let limit): "\(shown(path)) has more than \(limit >> 20) MiB, the limit for a source"
    case .tooLarge(let path): "\(shown(path)) has 4 GiB or more, and a file may have 4,294,967,295 bytes"
    }
  }

  /// The cause alone, for messages that name the file themselves.
  public var reason: String {
    switch self {
    case .cannotOpen(_, let code), .cannotRead(_, let code), .cannotWrite(_, let code): words(for: code)
    case .isDirectory: "it is a directory"
    case .notRegular: "it is no regular file"
    case .sourceTooLarge(_, let limit): "it has more than \(limit >> 20) MiB, the limit for a source"
    case .tooLarge: "it has 4 GiB or more"
    }
  }
}

private func shown(_ path: String) -> String {
  path == standardInputName || path == standardOutputName || path == standardErrorName ? path : quoted(path)
}

let standardInputName = "standard input"
let standardOutputName = "standard output"
let standardErrorName = "standard error"

/// What the system says about an `errno`, with a small first letter. `strerror` shares a buffer between threads.
private func words(for code: Int32) -> String {
  let words = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String in
    guard let start = buffer.baseAddress else { return "" }
    buffer.initialize(repeating: 0)
    guard strerror_r(code, start, buffer.count) == 0 else { return "" }
    return String(cString: start)
  }
  guard let first = words.first else { return "error \(code) of the system" }
  // "I/O error" keeps its capital.
  let isAcronym = words.dropFirst().first?.isLowercase != true
  return isAcronym ? words : first.lowercased() + words.dropFirst()
}
