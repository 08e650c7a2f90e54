/// A program as it is declared: parsing, help pages, "nearest" and shell completions all read this one value.
public struct ProgramSpec: Hashable, Sendable {
  public let name: String
  public let version: String
  /// What the program is, without a full stop.
  public let summary: String
  /// The commands in the order of the help page; `help` is added behind them.
  public let commands: [CommandSpec]
  /// Options that every command takes, and that may stand before the command as well.
  public let options: [OptionSpec]

  public init(name: String, version: String, summary: String, commands: [CommandSpec], options: [OptionSpec] = []) {
    self.name = name
    self.version = version
    self.summary = summary
    self.options = options
    let names = commands.map(\.name) + [CommandSpec.helpName]
    self.commands =
      commands + [
        CommandSpec(
          name: CommandSpec.helpName, summary: "shows the page of a command",
          arguments: [
            ArgumentSpec("COMMAND", .optional, .words(names, placeholder: "COMMAND"), help: "the command to explain")
          ])
      ]
  }

  /// The options that may stand before the command.
  public var optionsBeforeCommand: [OptionSpec] { options + [.help, .version] }

  /// The options of a command, the program's among them.
  public func options(of command: CommandSpec) -> [OptionSpec] { command.options + options + [.help] }
}

/// One command, such as `report` of `cnn report`.
public struct CommandSpec: Hashable, Sendable {
  /// A command line to copy, and what it does.
  public struct Example: Hashable, Sendable {
    public let commandLine: String
    public let meaning: String

    public init(_ commandLine: String, _ meaning: String) {
      self.commandLine = commandLine
      self.meaning = meaning
    }
  }

  public let name: String
  /// What the command does, in a few words without a full stop.
  public let summary: String
  /// More about it. Every line is a paragraph; a line that begins with a space is shown as it stands.
  public let discussion: String
  public let arguments: [ArgumentSpec]
  public let options: [OptionSpec]
  public let examples: [Example]

  public init(
    name: String, summary: String, discussion: String = "", arguments: [ArgumentSpec] = [],
    options: [OptionSpec] = [], examples: [Example] = []
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.arguments = arguments
    self.options = options
    self.examples = examples
  }

  /// The command that every program has.
  static let helpName = "help"

  /// The arguments as the usage line shows them: `FILE [LAYER]`, or `FILE...`.
  var synopsis: String {
    arguments.map { argument in
      switch argument.count {
      case .one: argument.name
      case .optional: "[\(argument.name)]"
      case .repeated: "\(argument.name)..."
      }
    }.joined(separator: " ")
  }
}

/// An argument without a name on the command line, told by its place.
public struct ArgumentSpec: Hashable, Sendable {
  /// How often it stands. `optional` comes behind `one`, `repeated` (once or more) is the last.
  public enum Count: Hashable, Sendable { case one, optional, repeated }

  /// The word that stands for it on help pages, in capitals.
  public let name: String
  public let count: Count
  public let value: ValueSpec
  public let help: String

  public init(_ name: String, _ count: Count, _ value: ValueSpec, help: String) {
    self.name = name
    self.count = count
    self.value = value
    self.help = help
  }
}

/// An option: `--name`, `--name VALUE` or `-n VALUE`.
public struct OptionSpec: Hashable, Sendable {
  /// The long name without its dashes.
  public let name: String
  /// The letter of the short spelling.
  public let short: Character?
  /// What follows the name; a flag has nothing.
  public let value: ValueSpec?
  /// The value that stands for an absent option, as help pages show it.
  public let defaultText: String?
  /// Whether the option may be given more than once, each time with a value of its own.
  public let isRepeatable: Bool
  /// Whether the option asks for something else than the command usually does, so that arguments may be missing.
  public let standsAlone: Bool
  public let help: String

  public init(
    _ name: String, short: Character? = nil, _ value: ValueSpec? = nil, default defaultText: String? = nil,
    isRepeatable: Bool = false, standsAlone: Bool = false, help: String
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.defaultText = defaultText
    self.isRepeatable = isRepeatable
    self.standsAlone = standsAlone
    self.help = help
  }

  /// `-h` and `--help`, which the program and every command take.
  public static let help = OptionSpec("help", short: "h", standsAlone: true, help: "show this page")
  /// `--version`, which stands before the command.
  public static let version = OptionSpec("version", standsAlone: true, help: "print the version")

  /// The names as they are typed, the short one first.
  public var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + ["--\(name)"] }
}

/// What may be written where an option or an argument asks for a value, and so what a shell can complete it to.
public enum ValueSpec: Hashable, Sendable {
  /// Any text.
  case text(placeholder: String)
  /// The path of a file. Completions offer the files that end in `suffix` (`.cnn`).
  case file(placeholder: String, suffix: String = "")
  /// One of a closed list. The list itself is shown where there is no placeholder.
  case words([String], placeholder: String? = nil)
  /// A whole number of a range, or one of a few words that stand for a number.
  case number(ClosedRange<Int>, placeholder: String = "N", words: [String] = [])
  /// `NAME=VALUE`.
  case definition

  /// How help pages and messages show the value: `FILE`, `text|json`, `N|all`.
  public var placeholder: String {
    switch self {
    case .text(let placeholder), .file(let placeholder, _): placeholder
    case .words(let words, let placeholder): placeholder ?? words.joined(separator: "|")
    case .number(_, let placeholder, let words): ([placeholder] + words).joined(separator: "|")
    case .definition: "NAME=VALUE"
    }
  }

  /// The words that a shell can offer.
  var words: [String] {
    switch self {
    case .text, .file, .definition: []
    case .words(let words, _), .number(_, _, let words): words
    }
  }
}
