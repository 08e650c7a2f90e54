extension ProgramSpec {
  /// The page of a command, or of the whole program, in lines of at most `width` columns where words allow it.
  public func helpPage(for command: CommandSpec? = nil, width: Int = 80) -> String {
    let sections =
      if let command { commandSections(command, width: width) } else { programSections(width: width) }
    return sections.map { section in section.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  /// Every section is a list of lines; an empty line stands between two sections.
  private func programSections(width: Int) -> [[String]] {
    [
      wrap("\(name) \(version): \(summary)", width: width),
      ["usage: \(name) COMMAND [options]"],
      ["commands:"] + columns(commands.map { Row($0.name, $0.summary) }, width: width),
      ["options:"] + columns(optionsBeforeCommand.map(row), width: width),
      wrap("`\(name) \(CommandSpec.helpName) COMMAND` shows the page of a command.", width: width),
    ]
  }

  private func commandSections(_ command: CommandSpec, width: Int) -> [[String]] {
    let usage = ["usage: \(name) \(command.name)", command.synopsis, "[options]"]
    var sections = [
      wrap("\(name) \(command.name): \(command.summary)", width: width),
      [usage.filter { !$0.isEmpty }.joined(separator: " ")],
    ]
    if !command.discussion.isEmpty {
      sections.append(
        command.discussion.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
          line.hasPrefix(" ") || line.isEmpty ? [String(line)] : wrap(String(line), width: width)
        })
    }
    if !command.arguments.isEmpty {
      sections.append(["arguments:"] + columns(command.arguments.map(row), width: width))
    }
    sections.append(["options:"] + columns(options(of: command).map(row), width: width))
    if !command.examples.isEmpty {
      sections.append(
        ["examples:"]
          + command.examples.flatMap { example in
            ["  \(example.commandLine)"] + wrap(example.meaning, width: width - 6).map { "      \($0)" }
          })
    }
    return sections
  }

  /// The words of an argument are listed where its name does not list them.
  private func row(_ argument: ArgumentSpec) -> Row {
    let placeholder = argument.value.placeholder
    return Row(argument.name, argument.help, remarks: placeholder == argument.name ? [] : ["(\(placeholder))"])
  }

  /// `-D, --define NAME=VALUE`. Long names without a letter line up with those that have one.
  private func row(_ option: OptionSpec) -> Row {
    var left = (option.short == nil ? "    " : "") + option.spellings.joined(separator: ", ")
    if let value = option.value { left += " \(value.placeholder)" }
    var remarks = option.defaultText.map { ["(default: \($0))"] } ?? []
    if option.isRepeatable { remarks.append("(may be repeated)") }
    return Row(left, option.help, remarks: remarks)
  }
}

/// A row of two columns. A remark is never broken.
private struct Row {
  let left: String
  let words: [String]

  init(_ left: String, _ text: String, remarks: [String] = []) {
    self.left = left
    self.words = text.split(separator: " ").map(String.init) + remarks
  }
}

/// The widest left column; what is longer has its text on the lines below.
private let widestLeftColumn = 32
/// A text column is never narrower than this, even if that takes more than the width.
private let narrowestTextColumn = 24

/// Two columns, indented by two.
private func columns(_ rows: [Row], width: Int) -> [String] {
  let fitting = rows.map(\.left.unicodeScalars.count).filter { $0 <= widestLeftColumn }
  let leftWidth = fitting.max() ?? widestLeftColumn
  let indent = 2 + leftWidth + 2
  return rows.flatMap { row in
    let lines = wrap(row.words, width: max(width - indent, narrowestTextColumn))
    let padding = String(repeating: " ", count: indent)
    let missing = leftWidth - row.left.unicodeScalars.count
    guard missing >= 0, let first = lines.first else { return ["  \(row.left)"] + lines.map { padding + $0 } }
    return ["  \(row.left)\(String(repeating: " ", count: missing))  \(first)"] + lines.dropFirst().map { padding + $0 }
  }
}

private func wrap(_ text: String, width: Int) -> [String] {
  wrap(text.split(separator: " ").map(String.init), width: width)
}

/// Breaks between words. A word that is longer than the width stands on a line of its own.
private func wrap(_ words: [String], width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in words {
    if line.isEmpty {
      line = word
    } else if line.unicodeScalars.count + 1 + word.unicodeScalars.count <= width {
      line += " \(word)"
    } else {
      lines.append(line)
      line = word
    }
  }
  return line.isEmpty ? lines : lines + [line]
}
