import CNNCommandLine

/// A command: what it is called and takes, and what it does.
struct Command: Sendable {
  let spec: CommandSpec
  let run: @Sendable (ParsedCommand) -> ExitCode
}

/// Every command of the program, each declared once: parsing, help and completions are read from here.
enum Commands {
  static let all = [ReportCommand.command, ExplainCommand.command, LintCommand.command, CompletionsCommand.command]

  static let version = "0.1.0"

  static let program = ProgramSpec(
    name: "cnn", version: version, summary: "a compiler for convolutional networks", commands: all.map(\.spec))

  static func run(_ parsed: ParsedCommand) -> ExitCode {
    guard let command = all.first(where: { $0.spec.name == parsed.command.name }) else { return .usage }
    return command.run(parsed)
  }
}
