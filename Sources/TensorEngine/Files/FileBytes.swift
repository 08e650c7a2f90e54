import TensorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension NamedTensors {
  /// Reads a file of SafeTensors, or of NumPy with several arrays: its first bytes tell.
  ///
  /// - Throws: `TensorError` that names the file, where it cannot be read or is not what its format says.
  public init(contentsOf path: String) throws(TensorError) {
    self = try inFile(path) { () throws(TensorError) in
      let bytes = try FileBytes.contents(of: path)
      if let format = ForeignFormat(of: bytes) { throw TensorError(.data(.foreign(format))) }
      return ZipArchive.begins(bytes) ? try NPZ.read(bytes) : try SafeTensors.read(bytes)
    }
  }

  /// Writes a file of SafeTensors. Whoever reads it sees the old file or the new one, never a part; where anything
  /// fails, the old one stays.
  ///
  /// - Throws: `TensorError` that names the file.
  public func write(to path: String) throws(TensorError) {
    try inFile(path) { () throws(TensorError) in try FileBytes.replace(path, with: try SafeTensors.bytes(of: self)) }
  }
}

extension Tensor {
  /// Reads a file of NumPy with one array.
  ///
  /// - Throws: `TensorError` that names the file, where it cannot be read or is not what its format says.
  public init(contentsOfNPY path: String) throws(TensorError) {
    self = try inFile(path) { () throws(TensorError) in try NPY.read(try FileBytes.contents(of: path)) }
  }

  /// Reads a table of numbers as `[rows, columns]`.
  ///
  /// - Throws: `TensorError` that names the file, where it cannot be read or is not what its format says.
  public init(contentsOfCSV path: String) throws(TensorError) {
    self = try inFile(path) { () throws(TensorError) in try CSV.read(try FileBytes.contents(of: path)) }
  }
}

private func inFile<Result>(
  _ path: String, _ body: () throws(TensorError) -> Result
) throws(TensorError) -> Result {
  do {
    return try body()
  } catch {
    throw TensorError(.data(.inFile(path, error.fact)), site: error.site)
  }
}

/// Whole files.
enum FileBytes {
  /// Darwin refuses to move more at once.
  private static let largestTransfer = 1 << 30

  /// All bytes of a regular file: a device may have no end.
  static func contents(of path: String) throws(TensorError) -> [UInt8] {
    let descriptor = try openFile(path, O_RDONLY | O_NONBLOCK, .open)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(.read) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw TensorError(.data(.notARegularFile)) }
    let size = Int(status.st_size)
    // A sparse file may claim more than the machine can hold.
    guard let memory = tk_allocate(max(size, 1)) else { throw TensorError(.outOfMemory(bytes: size)) }
    tk_release(memory, max(size, 1))
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, total in
      while total < size {
        let count = read(descriptor, buffer.baseAddress.map { $0 + total }, min(size - total, largestTransfer))
        if count == 0 { return }
        if count > 0 {
          total += count
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    guard code == 0 else { throw TensorError(.data(.system(.read, code: code))) }
    return bytes
  }

  /// Replaces a file, or makes it, by way of a new file beside it. A symbolic link stays, and the file it leads to is
  /// replaced, which keeps its permissions.
  static func replace(_ path: String, with bytes: [UInt8]) throws(TensorError) {
    let target = resolved(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    // Who may write into the folder of a device could put a file in its place.
    guard !exists || status.st_mode & S_IFMT == S_IFREG else { throw TensorError(.data(.notARegularFile)) }
    // Renaming needs no right to write the old file; who took that right away meant it.
    guard !exists || access(target, W_OK) == 0 else { throw systemError(.write) }
    let (descriptor, temporary) = try createTemporary(beside: target)
    do throws(TensorError) {
      do throws(TensorError) {
        try writeAll(bytes, to: descriptor)
        if exists, fchmod(descriptor, status.st_mode & 0o777) != 0 { throw systemError(.write) }
        // Renamed before its bytes are kept, a file could be empty after the machine has failed.
        if fsync(descriptor) != 0 { throw systemError(.write) }
      } catch {
        close(descriptor)
        throw error
      }
      if close(descriptor) != 0, errno != EINTR { throw systemError(.write) }
      if rename(temporary, target) != 0 { throw systemError(.write) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(TensorError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress.map { $0 + done }, min(bytes.count - done, largestTransfer))
      }
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        throw systemError(.write)
      }
    }
  }

  /// A new file in the directory of `target`, so that renaming stays within one file system.
  private static func createTemporary(beside target: String) throws(TensorError) -> (descriptor: Int32, path: String) {
    var attempt = 0
    while true {
      let temporary = "\(target).\(getpid())-\(attempt).tmp"
      do {
        return (try openFile(temporary, O_WRONLY | O_CREAT | O_EXCL, .write), temporary)
      } catch {
        attempt += 1
        guard error.fact == .data(.system(.write, code: EEXIST)), attempt < 1000 else { throw error }
      }
    }
  }

  /// The path of the file that links lead to; the path itself where there is none yet.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// A descriptor that programs started later do not inherit.
  private static func openFile(
    _ path: String, _ flags: Int32, _ task: DataFault.SystemTask
  ) throws(TensorError) -> Int32 {
    // C would read a path up to a zero byte, and so open another file.
    guard !path.utf8.contains(0) else { throw TensorError(.data(.system(task, code: EINVAL))) }
    while true {
      let descriptor = open(path, flags | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return descriptor }
      guard errno == EINTR else { throw systemError(task) }
    }
  }

  private static func systemError(_ task: DataFault.SystemTask) -> TensorError {
    TensorError(.data(.system(task, code: errno)))
  }
}

/// What the system says about an `errno`. `strerror` would share a buffer between threads.
func systemWords(for code: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
      return "error \(code) of the system"
    }
    return String(cString: start)
  }
}
