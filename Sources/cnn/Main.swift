import CNNCommandLine

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@main
struct Main {
  static func main() {
    Output.ignoreBrokenPipes()
    Interruption.removesTemporaryFiles()
    exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs a command line.
  private static func run(_ arguments: [String]) -> ExitCode {
    do throws(UsageError) {
      switch try Commands.program(for: arguments).parse(arguments) {
      case .version: return emit("\(Commands.program.name) \(Commands.program.version)\n", to: nil)
      case .help(let command):
        return emit(Commands.program.helpPage(for: command, width: Terminal(.standard).width), to: nil)
      case .run(let parsed): return Commands.run(parsed)
      }
    } catch {
      complain(error.message)
      return .usage
    }
  }
}

/// What the process says when it ends.
enum ExitCode: Int32 {
  case clean = 0
  /// The files have errors.
  case errors = 1
  /// The command line or a file named on it is wrong.
  case usage = 2

  static func worst(_ a: ExitCode, _ b: ExitCode) -> ExitCode { a.rawValue > b.rawValue ? a : b }
}

/// Says something on standard error. Where even that fails there is nobody left to tell.
func complain(_ text: String) {
  _ = try? Output.standardError.write("cnn: \(text)\n")
}

/// Says what is wrong with the command line, in lines that have their line breaks.
private func complain(_ message: UsageMessage) {
  _ = try? Output.standardError.write("cnn: \(message.text)")
}
