import CNNCommandLine

/// `cnn completions bash`
enum CompletionsCommand {
  static let name = "completions"

  private static let shell = ArgumentKey<Shell?>.word("SHELL", help: "the shell that is to complete")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "writes a completion script for a shell", arguments: [shell.spec],
      examples: [
        CommandSpec.Example("cnn completions bash > ~/.local/share/bash-completion/completions/cnn", "for bash"),
        CommandSpec.Example("cnn completions fish > ~/.config/fish/completions/cnn.fish", "for fish"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    guard let shell = parsed[shell] else { return .usage }
    return emit(Commands.program.completions(for: shell), to: nil)
  }
}
