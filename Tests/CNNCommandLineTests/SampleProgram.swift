import CNNCommandLine

/// A program with every kind of option and argument, as the tests declare it.
enum Sample {
  enum Format: String, CaseIterable, Sendable { case text, markdown, json, csv }
  enum Measure: String, CaseIterable, Sendable { case parameters, macs, memory }

  static let file = ArgumentKey<String>.file("FILE", suffix: ".cnn", help: "a network, or `-` for standard input")
  static let files = ArgumentKey<[String]>.files("FILE", suffix: ".cnn", help: "networks")
  static let layer = ArgumentKey<String?>.text("LAYER", help: "a layer by its name")
  static let shell = ArgumentKey<Shell?>.word("SHELL", help: "the shell to complete in")

  static let model = OptionKey<String?>.text("model", placeholder: "NAME", help: "the model to show")
  static let define = OptionKey<[Definition]>.definitions("define", short: "D", help: "set a parameter of the model")
  static let format = OptionKey<Format>.word("format", default: .text, help: "what to write")
  static let depth = OptionKey<Int>.number(
    "depth", in: 1...Int.max, default: 1, or: ("all", Int.max), help: "how many levels of blocks to open")
  static let measure = OptionKey<Measure>.word("by", default: .parameters, help: "what the bars show")
  static let width = OptionKey<Int?>.number("width", in: 20...1000, help: "columns of the table")
  static let ascii = OptionKey<Bool>.flag("ascii", short: "a", help: "draw with ASCII only")
  static let quiet = OptionKey<Bool>.flag("quiet", short: "q", help: "say nothing")
  static let output = OptionKey<String?>.file(
    "output", short: "o", placeholder: "OUT", help: "the file to write, instead of standard output")
  static let rule = OptionKey<String?>.word(
    "explain", among: ["shape-mismatch", "stride-remainder"], placeholder: "CODE", standsAlone: true,
    help: "show the page of a message")
  static let color = OptionKey<ColorChoice>.word("color", default: .auto, help: "when to write colours")

  static let report = CommandSpec(
    name: "report", summary: "shows the layers of a network as a table",
    discussion: """
      One row is one line of the file. The receptive field is a single number where it is square, and `all` behind a \
      global pool.

        conv1  conv 32, 5x5   28x28x32

      Number columns add up to their totals.
      """,
    arguments: [file.spec],
    options: [
      model.spec, define.spec, format.spec, depth.spec, measure.spec, width.spec, ascii.spec, quiet.spec, output.spec,
    ],
    examples: [
      CommandSpec.Example("cnn report mnist.cnn", "the table of a file with one model"),
      CommandSpec.Example(
        "cnn report resnet.cnn --model ResNet50 --by macs", "one model of several, with bars for its multiply-adds"),
    ])

  static let explain = CommandSpec(
    name: "explain", summary: "tells where a shape or a number comes from", arguments: [file.spec, layer.spec],
    options: [model.spec])

  static let lint = CommandSpec(
    name: "lint", summary: "checks files", arguments: [files.spec], options: [rule.spec])

  static let completions = CommandSpec(
    name: "completions", summary: "writes a script for a shell", arguments: [shell.spec])

  static let program = ProgramSpec(
    name: "cnn", version: "1.2.3", summary: "a compiler for convolutional networks",
    commands: [report, explain, lint, completions], options: [color.spec])

  /// Parses a line whose words are separated by spaces.
  static func parse(_ line: String) throws(UsageError) -> Invocation {
    try program.parse(line.split(separator: " ").map(String.init))
  }

  /// Parses a line that runs a command.
  static func run(_ arguments: [String]) throws -> ParsedCommand {
    guard case .run(let command) = try program.parse(arguments) else { throw NotACommand() }
    return command
  }

  static func run(_ line: String) throws -> ParsedCommand {
    try run(line.split(separator: " ").map(String.init))
  }

  struct NotACommand: Error {}
}
