#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files: read at once, and replaced at once.
public enum Files {
  /// A file has fewer bytes than this: places in a source are 32-bit offsets.
  static let limit = 1 << 32
  /// The first piece of a stream, whose length is not known beforehand.
  static let streamPiece = 1 << 16

  /// A source has at most so many bytes.
  static let sourceLimit = 64 << 20

  /// The bytes of a source: a regular file, so that nothing is waited for and everything has an end.
  ///
  /// - Parameter takesStandardInput: Whether `-` is standard input, of which no more is read than a source may have.
  public static func readSource(_ path: String, takesStandardInput: Bool) throws(FileError) -> [UInt8] {
    if path == "-", takesStandardInput { return try readAll(0, path: standardInputName, limit: sourceLimit) }
    // A pipe without a writer would keep the program waiting where it is opened.
    let descriptor = openFile(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, code: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return try readAll(descriptor, path: path, limit: sourceLimit)
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notRegular(path: path)
    }
  }

  /// What is one file, however its path is spelled.
  public struct Identity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64
  }

  /// The regular file behind a path; nil where there is none. `-` is what standard input is read from.
  public static func identity(ofSource path: String) -> Identity? {
    var status = stat()
    guard isPath(path), (path == "-" ? fstat(0, &status) : stat(path, &status)) == 0 else { return nil }
    return identity(status)
  }

  /// The regular file that writing to a path would replace; nil where there is none.
  public static func identity(ofOutput path: String) -> Identity? {
    var status = stat()
    guard path != "-", isPath(path), stat(path, &status) == 0 else { return nil }
    return identity(status)
  }

  private static func identity(_ status: stat) -> Identity? {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(truncatingIfNeeded: status.st_ino))
  }

  /// The bytes of a file; `-` is standard input.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    if path == "-" { return try readAll(0, path: standardInputName) }
    let descriptor = openFile(path, O_RDONLY)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    defer { close(descriptor) }
    return try readAll(descriptor, path: path)
  }

  /// Everything that can be read from a descriptor. `path` is what errors call it.
  ///
  /// - Parameter bound: The most bytes there may be, where that is less than for any file.
  static func readAll(_ descriptor: Int32, path: String, limit bound: Int? = nil) throws(FileError) -> [UInt8] {
    let limit = bound.map { $0 + 1 } ?? limit
    let excess = bound.map { FileError.sourceTooLarge(path: path, limit: $0) } ?? .tooLarge(path: path)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, code: errno) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .isDirectory(path: path) }
    let size = kind == S_IFREG ? Int(status.st_size) : 0
    if size >= limit { throw excess }

    // With room for one byte more than the file has, one short read says that it was all.
    var (bytes, outcome) = readPiece(descriptor, size > 0 ? size + 1 : streamPiece, expected: size)
    while outcome == .full, bytes.count < limit {
      let (piece, next) = readPiece(
        descriptor, min(max(streamPiece, bytes.count), limit - bytes.count), expected: 0)
      bytes += piece
      outcome = next
    }
    if case .failed(let code) = outcome { throw .cannotRead(path: path, code: code) }
    if bytes.count >= limit { throw excess }
    return bytes
  }

  /// Replaces a file, or makes it. Whoever reads it sees the old bytes or the new ones, never a part.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(to: path) { output throws(FileError) in try output.write(bytes) }
  }

  /// Replaces a file by what `produce` writes. If anything fails, `produce` itself included, the file is as before.
  ///
  /// A symbolic link stays, and the file it leads to is replaced. The file keeps its permissions. Pipes, devices and
  /// standard output (`-`) are written as they are, without a way back.
  public static func write(to path: String, _ produce: (Output) throws(FileError) -> Void) throws(FileError) {
    if let stream = standardStream(path) { return try produce(stream) }
    switch try destination(path) {
    case .missing:
      try replace(path, permissions: nil, produce)
    case .regular(let permissions):
      try replace(path, permissions: permissions, produce)
    case .special:
      let descriptor = openFile(path, O_WRONLY)
      guard descriptor >= 0 else { throw .cannotWrite(path: path, code: errno) }
      try closing(descriptor, path, produce)
    }
  }

  /// The folder that relative paths start from; `.` where the system does not say.
  public static var currentFolder: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress, let path = getcwd(start, buffer.count) else { return "." }
      return String(cString: path)
    }
  }

  /// Whether there is a file to read at a path, and no stream that reading would empty.
  public static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return isPath(path) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  // MARK: Writing

  private enum Destination {
    case missing
    case regular(permissions: mode_t)
    /// A pipe, a device or a socket, which has no content to lose.
    case special
  }

  private static func destination(_ path: String) throws(FileError) -> Destination {
    guard isPath(path) else { throw .cannotWrite(path: path, code: EINVAL) }
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return .missing }
      throw .cannotWrite(path: path, code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .isDirectory(path: path)
    case S_IFREG:
      // Renaming needs no right to write the old file; who took that right away meant it.
      guard access(path, W_OK) == 0 else { throw .cannotWrite(path: path, code: errno) }
      return .regular(permissions: status.st_mode & 0o777)
    default: return .special
    }
  }

  /// The streams that are open already. Opening `/dev/stdout` anew would start at the beginning of its file.
  private static func standardStream(_ path: String) -> Output? {
    if path == "-" || path == "/dev/stdout" { return .standard }
    if path == "/dev/stderr" { return .standardError }
    guard path.hasPrefix("/dev/fd/"), let descriptor = Int32(path.dropFirst(8)), descriptor >= 0 else { return nil }
    return Output(descriptor: descriptor, path: path)
  }

  private static func replace(
    _ path: String, permissions: mode_t?, _ produce: (Output) throws(FileError) -> Void
  ) throws(FileError) {
    let target = try followLinks(path)
    Interruption.hold()
    let descriptor: Int32
    let temporary: String
    do throws(FileError) {
      (descriptor, temporary) = try createTemporary(beside: target, path: path, isNew: permissions == nil)
    } catch {
      Interruption.release()
      throw error
    }
    Interruption.remember(temporary)
    Interruption.release()
    defer { Interruption.forget() }
    do throws(FileError) {
      try closing(descriptor, path) { output throws(FileError) in
        try produce(output)
        if let permissions, fchmod(descriptor, permissions) != 0 { throw .cannotWrite(path: path, code: errno) }
      }
      if rename(temporary, target) != 0 { throw .cannotWrite(path: path, code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Closes the descriptor in any case. Some file systems report a full disk only then.
  private static func closing(
    _ descriptor: Int32, _ path: String, _ produce: (Output) throws(FileError) -> Void
  ) throws(FileError) {
    do throws(FileError) {
      try produce(Output(descriptor: descriptor, path: path))
    } catch {
      close(descriptor)
      throw error
    }
    if close(descriptor) != 0, errno != EINTR { throw .cannotWrite(path: path, code: errno) }
  }

  /// A new file in the directory of `target`, so that renaming stays within one file system.
  private static func createTemporary(
    beside target: String, path: String, isNew: Bool
  ) throws(FileError) -> (descriptor: Int32, path: String) {
    let prefix = "\(directory(of: target)).cnn-\(getpid())-"
    // Others must not read the new text of a private file while it is written.
    let permissions: mode_t = isNew ? 0o666 : 0o600
    var attempt = 0
    while true {
      let temporary = "\(prefix)\(attempt).tmp"
      let descriptor = openFile(temporary, O_WRONLY | O_CREAT | O_EXCL, permissions)
      if descriptor >= 0 { return (descriptor, temporary) }
      attempt += 1
      guard errno == EEXIST, attempt < 1000 else { throw .cannotWrite(path: path, code: errno) }
    }
  }

  /// The path behind the last of a chain of symbolic links, whether there is a file or not.
  private static func followLinks(_ path: String) throws(FileError) -> String {
    var current = path
    // The system gives up after as many.
    for _ in 0..<40 {
      let bytes = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer -> [UInt8] in
        guard let start = buffer.baseAddress else { return [] }
        let count = readlink(current, start, buffer.count)
        return buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
      }
      if bytes.isEmpty { return current }
      let link = String(decoding: bytes, as: UTF8.self)
      guard link.utf8.elementsEqual(bytes) else { throw .cannotWrite(path: path, code: EILSEQ) }
      current = link.utf8.first == UInt8(ascii: "/") ? link : directory(of: current) + link
    }
    throw .cannotWrite(path: path, code: ELOOP)
  }

  /// The path up to its last slash; nothing for a file of the working directory.
  private static func directory(of path: String) -> Substring {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return path[...slash]
  }
}

/// C would read a path up to a zero byte, and so open another file.
private func isPath(_ path: String) -> Bool { !path.utf8.contains(0) }

/// A descriptor that programs started later do not inherit, or -1 and `errno`.
private func openFile(_ path: String, _ flags: Int32, _ permissions: mode_t = 0) -> Int32 {
  guard isPath(path) else {
    errno = EINVAL
    return -1
  }
  while true {
    let descriptor = open(path, flags | O_CLOEXEC, permissions)
    if descriptor >= 0 || errno != EINTR { return descriptor }
  }
}

private enum PieceOutcome: Equatable {
  case full, atEnd
  case failed(Int32)
}

/// Reads until the piece is full or the file ends, which it does at `expected` bytes if that is not zero and the read
/// that reached it could have brought more.
private func readPiece(_ descriptor: Int32, _ capacity: Int, expected: Int) -> (bytes: [UInt8], PieceOutcome) {
  var outcome = PieceOutcome.full
  let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, total in
    while total < capacity {
      let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[total..<capacity])
      let count = read(descriptor, rest.baseAddress, min(rest.count, largestTransfer))
      if count > 0 {
        total += count
        if total == expected, count < largestTransfer {
          outcome = .atEnd
          return
        }
      } else if count == 0 {
        outcome = .atEnd
        return
      } else if !canRetry(descriptor, waitingFor: POLLIN) {
        outcome = .failed(errno)
        return
      }
    }
  }
  return (bytes, outcome)
}
