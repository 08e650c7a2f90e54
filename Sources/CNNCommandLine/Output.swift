#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open descriptor to write to. What is written is written completely.
public struct Output: Sendable {
  let descriptor: Int32
  /// What error messages call it.
  let path: String

  public static let standard = Output(descriptor: 1, path: standardOutputName)
  public static let standardError = Output(descriptor: 2, path: standardErrorName)

  /// Lets writing to a pipe that nobody reads any more fail instead of ending the process. To be called once, first.
  public static func ignoreBrokenPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// Returns whether somebody still reads: a reader that has seen enough, as in `| head`, is no error.
  @discardableResult
  public func write(_ text: String) throws(FileError) -> Bool {
    var text = text
    return try finish(text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) })
  }

  /// Writes bytes as they are, and returns what writing text returns.
  @discardableResult
  public func write(_ bytes: [UInt8]) throws(FileError) -> Bool {
    try finish(bytes.withUnsafeBytes { writeAll($0, to: descriptor) })
  }

  private func finish(_ code: Int32) throws(FileError) -> Bool {
    if code == EPIPE { return false }
    if code != 0 { throw .cannotWrite(path: path, code: code) }
    return true
  }
}

/// Writes every byte and returns 0, or the `errno` of the write that failed.
private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(largestTransfer))
    let count = write(descriptor, piece.baseAddress, piece.count)
    if count > 0 {
      rest = rest.dropFirst(count)
    } else if count == 0 {
      return EIO
    } else if !canRetry(descriptor, waitingFor: POLLOUT) {
      return errno
    }
  }
  return 0
}

/// What one `read` or `write` is asked to move; some systems refuse 2 GiB.
let largestTransfer = 1 << 30

/// Whether a call that has just failed should be made again: it was interrupted, or the descriptor does not block and
/// was not ready. In the second case this waits until it is. Otherwise `errno` stays as it is.
func canRetry(_ descriptor: Int32, waitingFor events: Int32) -> Bool {
  if errno == EINTR { return true }
  guard errno == EAGAIN || errno == EWOULDBLOCK else { return false }
  var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  return poll(&request, 1, -1) >= 0 || errno == EINTR
}
