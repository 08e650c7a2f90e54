#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program of the system that is run with a text on its standard input.
public struct ExternalProgram: Sendable {
  public let name: String
  private let path: String

  /// Why a program brought no result.
  public enum Failure: Error, Hashable, Sendable {
    /// It could not be started; the system's `errno`.
    case notStarted(code: Int32)
    /// It ended with another exit code than 0, or by a signal, as the shell counts them.
    case failed(exitCode: Int32)
    case file(FileError)
  }

  /// A program of one of the folders in `PATH`; nil where none has it.
  public init?(named name: String, path: String? = nil) {
    guard let folders = path ?? getenv("PATH").map({ String(cString: $0) }) else { return nil }
    let candidates = folders.split(separator: ":", omittingEmptySubsequences: false).map { folder in
      folder.isEmpty ? "./\(name)" : "\(folder)/\(name)"
    }
    guard let found = candidates.first(where: { Self.isProgram($0) }) else { return nil }
    self.name = name
    self.path = found
  }

  /// Runs the program, and replaces a file by what it writes to standard output if it ends well. What it says on
  /// standard error is shown.
  public func run(_ arguments: [String], input: String, output: String) throws(Failure) {
    var failure: Failure?
    do throws(FileError) {
      try Files.write(to: output) { file throws(FileError) in
        do throws(Failure) {
          try run(arguments, input: input, to: file)
        } catch {
          failure = error
          // Nothing that is written now may replace the file.
          throw .cannotWrite(path: output, code: EIO)
        }
      }
    } catch {
      throw failure ?? .file(error)
    }
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  private func run(_ arguments: [String], input: String, to output: Output) throws(Failure) {
    var pipe: [Int32] = [-1, -1]
    guard makePipe(&pipe) == 0 else { throw .notStarted(code: errno) }
    let (reading, writing) = (pipe[0], Output(descriptor: pipe[1], path: name))
    let (code, process) = spawn(arguments, reading: reading, writing: output.descriptor)
    close(reading)
    guard code == 0 else {
      close(writing.descriptor)
      throw .notStarted(code: code)
    }
    // A program that reads no further has its reasons, and says them by its exit code.
    var problem: Failure?
    do throws(FileError) { try writing.write(input) } catch { problem = .file(error) }
    close(writing.descriptor)
    let exitCode = wait(for: process)
    if exitCode != 0 { throw .failed(exitCode: exitCode) }
    if let problem { throw problem }
  }

  /// Starts the program with two descriptors as its standard input and output; 0, or an `errno`.
  private func spawn(_ arguments: [String], reading: Int32, writing: Int32) -> (code: Int32, process: pid_t) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    var code = posix_spawn_file_actions_init(&actions)
    guard code == 0 else { return (code, 0) }
    defer { posix_spawn_file_actions_destroy(&actions) }
    code = posix_spawn_file_actions_adddup2(&actions, reading, 0)
    if code == 0 { code = posix_spawn_file_actions_adddup2(&actions, writing, 1) }
    guard code == 0 else { return (code, 0) }
    var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    code = posix_spawn(&process, path, &actions, nil, words, environ)
    return (code, process)
  }

  private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}

/// Two connected descriptors that programs do not inherit as they are: a copy of the writing end would keep the reader
/// waiting.
private func makePipe(_ ends: inout [Int32]) -> Int32 {
  let result = pipe(&ends)
  if result == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
  return result
}
