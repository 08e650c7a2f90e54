/// What a command line asks for.
public enum Invocation: Sendable {
  case run(ParsedCommand)
  /// The page of a command, or of the program.
  case help(CommandSpec?)
  case version
}

/// A command with the options and arguments that were given to it, each checked against its declaration.
public struct ParsedCommand: Hashable, Sendable {
  /// A value of the option or argument of this name. A flag has an empty text each time it stands.
  struct Given: Hashable, Sendable {
    let name: String
    let text: String
  }

  public let command: CommandSpec
  let options: [Given]
  let arguments: [Given]

  /// The value of an option; its default where the option is absent, or not one of this command's.
  @inlinable
  public subscript<Value>(key: OptionKey<Value>) -> Value { key.read(texts(of: key.spec)) }

  @inlinable
  public subscript<Value>(key: ArgumentKey<Value>) -> Value { key.read(texts(of: key.spec)) }

  /// What was given to an option, as it was typed.
  public func texts(of option: OptionSpec) -> [String] {
    options.filter { $0.name == option.name }.map { $0.text }
  }

  /// What was given to an argument, as it was typed.
  public func texts(of argument: ArgumentSpec) -> [String] {
    arguments.filter { $0.name == argument.name }.map { $0.text }
  }
}

extension ProgramSpec {
  /// Reads the arguments of a command line, without the name of the program.
  public func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var parser = ArgumentParser(program: self, rest: arguments[...])
    return try parser.parse()
  }
}

/// Reads from left to right. The first fault is reported, unless a request for help stands before it.
private struct ArgumentParser {
  /// Where the parser stands: in front of the command, or behind it.
  struct Scope {
    /// `cnn`, then `cnn report`.
    let context: String
    let options: [OptionSpec]
  }

  /// What an option asks for that answers the command line at once.
  enum Request { case help, version }

  enum Step {
    case argument(String)
    case request(Request)
    case end
  }

  let program: ProgramSpec
  var rest: ArraySlice<String>
  /// Whether `--` has been read: what follows are arguments, whatever they begin with.
  var optionsEnded = false
  var options: [ParsedCommand.Given] = []
  var standsAlone = false

  mutating func parse() throws(UsageError) -> Invocation {
    switch try step(in: Scope(context: program.name, options: program.optionsBeforeCommand)) {
    case .argument(let word): return try parseCommand(word)
    case .request(.help): return .help(nil)
    case .request(.version): return .version
    case .end: throw .missingCommand(context: program.name, commands: program.commands.map(\.name))
    }
  }

  private mutating func parseCommand(_ word: String) throws(UsageError) -> Invocation {
    guard let command = program.commands.first(where: { $0.name == word }) else {
      throw unknownCommand(word)
    }
    let scope = Scope(context: "\(program.name) \(command.name)", options: program.options(of: command))
    var texts: [String] = []
    while true {
      switch try step(in: scope) {
      case .argument(let text): texts.append(text)
      case .request(.help): return .help(command)
      case .request(.version): return .version
      case .end:
        let arguments = try distribute(texts, over: command, in: scope)
        if command.name == CommandSpec.helpName {
          return .help(program.commands.first { $0.name == texts.first })
        }
        return .run(ParsedCommand(command: command, options: options, arguments: arguments))
      }
    }
  }

  private func unknownCommand(_ word: String) -> UsageError {
    let taker = program.commands.first { command in
      guard case .file(_, let suffix) = command.arguments.first?.value else { return false }
      return !suffix.isEmpty && word.hasSuffix(suffix)
    }
    if let taker { return .missingCommandBeforeFile(context: program.name, file: word, command: taker.name) }
    let names = program.commands.map(\.name)
    return .unknownCommand(
      context: program.name, word: word, nearest: nearest(to: word, among: names), commands: names)
  }

  /// Reads options up to the next argument.
  private mutating func step(in scope: Scope) throws(UsageError) -> Step {
    while let argument = rest.popFirst() {
      if optionsEnded || !isOption(argument) { return .argument(argument) }
      if argument == "--" {
        optionsEnded = true
      } else if let request = try parseOption(argument, in: scope) {
        return .request(request)
      }
    }
    return .end
  }

  // MARK: Options

  /// A lone `-` is a file: standard input or output.
  private func isOption(_ argument: String) -> Bool { argument.hasPrefix("-") && argument != "-" }

  private mutating func parseOption(_ argument: String, in scope: Scope) throws(UsageError) -> Request? {
    argument.hasPrefix("--")
      ? try parseLong(argument.dropFirst(2), in: scope) : try parseShort(argument.dropFirst(), in: scope)
  }

  /// `--name`, `--name VALUE` or `--name=VALUE`.
  private mutating func parseLong(_ body: Substring, in scope: Scope) throws(UsageError) -> Request? {
    let equals = body.firstIndex(of: "=")
    let name = body[..<(equals ?? body.endIndex)]
    let attached = equals.map { body[$0...].dropFirst() }
    guard let option = scope.options.first(where: { $0.name == name }) else {
      throw unknownOption("--\(name)", in: scope)
    }
    return try take(option, spelling: "--\(name)", attached: attached)
  }

  /// `-n VALUE`, `-nVALUE` or `-n=VALUE`, behind any number of flags: `-abn VALUE`.
  private mutating func parseShort(_ body: Substring, in scope: Scope) throws(UsageError) -> Request? {
    var letters = body
    while let letter = letters.popFirst() {
      guard let option = scope.options.first(where: { $0.short == letter }) else {
        // `-format json` means one name, not the flags `f`, `o`, ...
        let isFirst = letters.count + 1 == body.count
        throw unknownOption(isFirst ? "-\(body.prefix { $0 != "=" })" : "-\(letter)", in: scope)
      }
      let hasEquals = letters.first == "="
      let takesRest = hasEquals || (option.value != nil && !letters.isEmpty)
      let attached = takesRest ? letters.dropFirst(hasEquals ? 1 : 0) : nil
      if let request = try take(option, spelling: "-\(letter)", attached: attached) { return request }
      if takesRest { return nil }
    }
    return nil
  }

  /// Records an option, with the argument that follows where its value is not attached.
  private mutating func take(
    _ option: OptionSpec, spelling: String, attached: Substring?
  ) throws(UsageError) -> Request? {
    guard let value = option.value else {
      if let attached { throw .unwantedValue(option: spelling, value: String(attached)) }
      if option == .help { return .help }
      if option == .version { return .version }
      record(option, "")
      return nil
    }
    let text: String
    if let attached {
      text = String(attached)
    } else if let next = rest.first, !isOption(next) || isNegativeNumber(next) {
      text = next
      rest.removeFirst()
    } else {
      text = ""
    }
    if text.isEmpty { throw .missingValue(option: spelling, value: value) }
    try check(text, against: value, subject: spelling)
    if !option.isRepeatable, let first = options.first(where: { $0.name == option.name }) {
      throw .repeatedOption(option: spelling, first: first.text, second: text)
    }
    record(option, text)
    return nil
  }

  private mutating func record(_ option: OptionSpec, _ text: String) {
    options.append(ParsedCommand.Given(name: option.name, text: text))
    standsAlone = standsAlone || option.standsAlone
  }

  private func isNegativeNumber(_ argument: String) -> Bool {
    argument.hasPrefix("-") && argument.dropFirst().first?.isNumber == true
  }

  private func unknownOption(_ spelling: String, in scope: Scope) -> UsageError {
    let typed = String(spelling.drop { $0 == "-" })
    var spellings: [(name: String, spelling: String)] = []
    for option in scope.options {
      if let short = option.short { spellings.append((String(short), "-\(short)")) }
      spellings.append((option.name, "--\(option.name)"))
    }
    let name = nearest(to: typed, among: spellings.map(\.name))
    return .unknownOption(
      context: scope.context, option: spelling, nearest: spellings.first { $0.name == name }?.spelling)
  }

  // MARK: Arguments

  /// Gives every argument of the command its texts, in the order of the declaration.
  private func distribute(
    _ positionals: [String], over command: CommandSpec, in scope: Scope
  ) throws(UsageError) -> [ParsedCommand.Given] {
    var result: [ParsedCommand.Given] = []
    var rest = positionals[...]
    for argument in command.arguments {
      let texts = argument.count == .repeated ? rest : rest.prefix(1)
      rest = rest.dropFirst(texts.count)
      if texts.isEmpty, argument.count != .optional, !standsAlone {
        throw .missingArgument(context: scope.context, argument: argument.name, synopsis: command.synopsis)
      }
      for text in texts {
        try check(text, against: argument.value, subject: argument.name)
        result.append(ParsedCommand.Given(name: argument.name, text: text))
      }
    }
    if let extra = rest.first {
      throw .extraArgument(context: scope.context, argument: extra, synopsis: command.synopsis)
    }
    return result
  }

  private func check(_ text: String, against value: ValueSpec, subject: String) throws(UsageError) {
    switch value {
    case .text, .file:
      break
    case .words(let words, _):
      guard words.contains(text) else {
        throw .unknownWord(subject: subject, word: text, nearest: nearest(to: text, among: words), words: words)
      }
    case .number(let range, _, let words):
      guard words.contains(text) || Int(text).map(range.contains) == true else {
        throw .notANumber(subject: subject, text: text, range: range, words: words)
      }
    case .definition:
      guard Definition(text) != nil else { throw .notADefinition(subject: subject, text: text) }
    }
  }
}
