import CNNCommandLine

/// A command: what it is called and takes, and what it does.
struct Command: Sendable {
  let spec: CommandSpec
  let run: @Sendable (ParsedCommand) -> ExitCode
}

/// Every command of the program, each declared once: parsing, help and completions are read from here.
enum Commands {
  /// A command is made when it is named: to declare them all takes longer than to check a small file.
  private static let makers: [(name: String, make: @Sendable () -> Command)] = [
    (ReportCommand.name, { ReportCommand.command }),
    (ExplainCommand.name, { ExplainCommand.command }),
    (GraphCommand.name, { GraphCommand.command }),
    (SwiftCommand.name, { SwiftCommand.command }),
    (WeightsCommand.name, { WeightsCommand.command }),
    (LintCommand.name, { LintCommand.command }),
    (CompletionsCommand.name, { CompletionsCommand.command }),
  ]

  static let version = "0.1.0"

  /// The program with all its commands, for help, completions and mistakes.
  static var program: ProgramSpec { program(with: makers.map { $0.make().spec }) }

  /// The program as far as a command line needs it: the command that it begins with, or all of them.
  static func program(for arguments: [String]) -> ProgramSpec {
    guard let maker = makers.first(where: { $0.name == arguments.first }) else { return program }
    return program(with: [maker.make().spec])
  }

  static func run(_ parsed: ParsedCommand) -> ExitCode {
    guard let maker = makers.first(where: { $0.name == parsed.command.name }) else { return .usage }
    return maker.make().run(parsed)
  }

  private static func program(with commands: [CommandSpec]) -> ProgramSpec {
    ProgramSpec(
      name: "cnn", version: version, summary: "a compiler for convolutional networks", commands: commands)
  }
}
