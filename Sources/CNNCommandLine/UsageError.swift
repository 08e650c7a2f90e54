/// What is wrong with a command line: the facts, worded by `UsageError.message`.
///
/// `context` is the program and the command (`cnn report`), or the program alone. An option is spelled as it was typed.
public enum UsageError: Error, Hashable, Sendable {
  case missingCommand(context: String, commands: [String])
  case unknownCommand(context: String, word: String, nearest: String?, commands: [String])
  /// A file stands where a command is expected; `command` is the first that would take it.
  case missingCommandBeforeFile(context: String, file: String, command: String)
  case unknownOption(context: String, option: String, nearest: String?)
  case missingValue(option: String, value: ValueSpec)
  case unwantedValue(option: String, value: String)
  /// `subject` is an option, or the name of an argument.
  case unknownWord(subject: String, word: String, nearest: String?, words: [String])
  case notANumber(subject: String, text: String, range: ClosedRange<Int>, words: [String])
  case notADefinition(subject: String, text: String)
  case repeatedOption(option: String, first: String, second: String)
  case missingArgument(context: String, argument: String, synopsis: String)
  case extraArgument(context: String, argument: String, synopsis: String)
}

/// The words for a `UsageError`.
public struct UsageMessage: Hashable, Sendable {
  /// A sentence with the real values, without a full stop.
  public let headline: String
  /// What to write instead, or where to read on.
  public let help: String?

  /// Both as they are printed, in the look of diagnostics.
  public var text: String {
    "error: \(headline)\n" + (help.map { "  = help: \($0)\n" } ?? "")
  }
}

extension UsageError {
  /// The only place that words the errors of command lines.
  public var message: UsageMessage {
    switch self {
    case .missingCommand(let context, let commands):
      UsageMessage(
        headline: "\(quoted(context)) needs a command: \(choice(commands))",
        help: "\(quoted("\(context) --help")) tells what they do")

    case .unknownCommand(let context, let word, let nearest, let commands):
      UsageMessage(
        headline: "\(quoted(context)) has no command \(quoted(word))" + suggestion(nearest),
        help: "the commands are \(list(commands))")

    case .missingCommandBeforeFile(let context, let file, let command):
      UsageMessage(
        headline: "\(quoted(context)) needs a command before \(quoted(file))",
        help: "write \(quoted("\(context) \(command) \(file)"))")

    case .unknownOption(let context, let option, let nearest):
      UsageMessage(
        headline: "\(quoted(context)) has no option \(quoted(option))" + suggestion(nearest),
        help: "\(quoted("\(context) --help")) lists its options")

    case .missingValue(let option, let value):
      UsageMessage(headline: "\(quoted(option)) needs a value: \(quoted("\(option) \(value.placeholder)"))", help: nil)

    case .unwantedValue(let option, let value):
      UsageMessage(headline: "\(quoted(option)) takes no value, and is given \(quoted(value))", help: nil)

    case .unknownWord(let subject, let word, let nearest, let words):
      UsageMessage(
        headline: "\(named(subject)) cannot be \(quoted(word))" + suggestion(nearest), help: "write \(choice(words))")

    case .notANumber(let subject, let text, let range, let words):
      UsageMessage(
        headline: "\(named(subject)) cannot be \(quoted(text))",
        help: "write a whole number \(bounds(range))" + words.map { " or \(quoted($0))" }.joined())

    case .notADefinition(let subject, let text):
      UsageMessage(
        headline: "\(named(subject)) cannot be \(quoted(text))", help: "write a name, `=` and a value: `classes=10`")

    case .repeatedOption(let option, let first, let second):
      UsageMessage(headline: "\(quoted(option)) is given twice: \(quoted(first)) and \(quoted(second))", help: nil)

    case .missingArgument(let context, let argument, let synopsis):
      UsageMessage(
        headline: "\(quoted(context)) needs \(argument)", help: "write \(quoted("\(context) \(synopsis)"))")

    case .extraArgument(let context, let argument, let synopsis):
      UsageMessage(
        headline: "\(quoted(context)) has no use for \(quoted(argument))",
        help: "write \(quoted(synopsis.isEmpty ? context : "\(context) \(synopsis)"))")
    }
  }

  /// What is typed stands in backticks, the name of an argument does not.
  private func named(_ subject: String) -> String { subject.hasPrefix("-") ? quoted(subject) : subject }

  private func suggestion(_ nearest: String?) -> String { nearest.map { ", nearest: \(quoted($0))" } ?? "" }

  private func bounds(_ range: ClosedRange<Int>) -> String {
    range.upperBound == Int.max ? "from \(range.lowerBound) up" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  private func list(_ words: [String]) -> String { joined(words, by: "and") }
  private func choice(_ words: [String]) -> String { joined(words, by: "or") }

  private func joined(_ words: [String], by conjunction: String) -> String {
    let quotedWords = words.map { quoted($0) }
    guard let last = quotedWords.last, quotedWords.count > 1 else { return quotedWords.joined() }
    return "\(quotedWords.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
  }
}
