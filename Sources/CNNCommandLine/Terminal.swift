#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `--color auto|always|never`.
public enum ColorChoice: String, CaseIterable, Hashable, Sendable {
  case auto, always, never
}

/// What the far end of a descriptor can show.
public struct Terminal: Hashable, Sendable {
  public let isTerminal: Bool
  /// In columns.
  public let width: Int
  /// Whether the locale promises that text is read as UTF-8.
  public let isUTF8: Bool
  /// Whether the environment lets programs choose colours; `NO_COLOR` and a dumb terminal do not.
  private let environmentAllowsColor: Bool

  /// What a file or a pipe gets.
  static let widthOfPipe = 100
  /// For a terminal that does not tell.
  static let widthOfUnknownTerminal = 80
  /// Wider lines would help nobody, and take memory.
  static let widestTerminal = 10_000

  /// The terminal behind an output.
  public init(_ output: Output) {
    var size = winsize()
    let isTerminal = isatty(output.descriptor) == 1
    let answers = isTerminal && ioctl(output.descriptor, UInt(TIOCGWINSZ), &size) == 0
    self.init(isTerminal: isTerminal, columns: answers ? Int(size.ws_col) : 0) { name in
      getenv(name).map { String(cString: $0) }
    }
  }

  /// - Parameters:
  ///   - columns: what the terminal says of itself, or zero.
  ///   - environment: the value of a variable, if it is set.
  init(isTerminal: Bool, columns: Int, environment: (String) -> String?) {
    self.isTerminal = isTerminal
    let wanted = environment("COLUMNS").flatMap { Int($0) } ?? 0
    if !isTerminal {
      width = Self.widthOfPipe
    } else if wanted > 0 {
      width = min(wanted, Self.widestTerminal)
    } else {
      width = columns > 0 ? columns : Self.widthOfUnknownTerminal
    }

    // An empty variable counts as unset, for locales by POSIX and for NO_COLOR by its own convention.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? "C"
    let name = locale.lowercased()
    isUTF8 = name.hasSuffix("utf-8") || name.hasSuffix("utf8") || name.contains("utf-8@") || name.contains("utf8@")
    environmentAllowsColor = environment("NO_COLOR") ?? "" == "" && environment("TERM") != "dumb"
  }

  /// Whether to write colours.
  public func usesColor(_ choice: ColorChoice) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto: isTerminal && environmentAllowsColor
    }
  }
}
