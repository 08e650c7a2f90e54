#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a program that is interrupted leaves behind: no temporary file.
///
/// The handlers of signals see nothing but variables of the process, so this is where the path of the temporary file
/// stands. A program that asks for it writes its files from one thread; others are none the wiser.
public enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Lets INT, TERM and HUP remove the file that is being written before they end the process. To be called once, first.
  public static func removesTemporaryFiles() {
    isActive = true
    for number in signals {
      let before = signal(number) { number in
        if let path = temporaryPath { unlink(path) }
        // The signal is held back while its handler runs: it ends the process as soon as this returns.
        signal(number, SIG_DFL)
        raise(number)
      }
      // Who started the program wants it to go on, as `nohup` does.
      if isIgnored(before) { signal(number, SIG_IGN) }
    }
  }

  private static func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Keeps signals back while a temporary file is made that is not remembered yet.
  static func hold() { mask(SIG_BLOCK) }

  static func release() { mask(SIG_UNBLOCK) }

  static func remember(_ path: String) {
    if isActive { temporaryPath = strdup(path) }
  }

  /// The file has been renamed or removed.
  static func forget() {
    guard isActive, let path = temporaryPath else { return }
    temporaryPath = nil
    free(path)
  }

  private static func mask(_ how: Int32) {
    guard isActive else { return }
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals { sigaddset(&set, number) }
    pthread_sigmask(how, &set, nil)
  }
}

// Both are written by the only thread that writes files, and read by handlers on it.
nonisolated(unsafe) private var isActive = false
nonisolated(unsafe) private var temporaryPath: UnsafeMutablePointer<CChar>?
