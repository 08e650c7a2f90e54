extension ProgramSpec {
  var fishCompletions: String {
    let function = "__\(functionName)"
    return """
      # Completions of \(name) for fish: \(name) completions fish | source

      # Succeeds behind the command $argv[1] (`-` before any command) and, if it is given, at its argument $argv[2].
      function \(function)_at
          set -l command -
          set -l position 0
          set -l waits 0
          set -l ended 0
          for token in (commandline -opc)[2..-1]
              if test $waits = 1
                  set waits 0
              else if test $ended = 0; and string match -q -- '--' $token
                  set ended 1
              else if test $ended = 0; and string match -q -- '-?*' $token
                  if contains -- "$command $token" \(fishValueOptions)
                      set waits 1
                  end
              else if test $command = -
                  set command $token
              else
                  set position (math $position + 1)
              end
          end
          test "$command" = $argv[1]; and begin
              not set -q argv[2]; or test $position = $argv[2]
          end
      end

      # Directories, and the files that end in $argv[1].
      function \(function)_files
          for file in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' (commandline -ct)))
              # A description follows behind a tab.
              set -l path (string replace -r '\\t.*' '' -- $file)
              if string match -q -- '*/' $path; or string match -q -- "*$argv[1]" $path
                  echo $file
              end
          end
      end

      complete -c \(name) -f
      \(fishLines.joined(separator: "\n"))

      """
  }

  /// Every spelling that is followed by a value, with its command in front.
  private var fishValueOptions: String {
    let scopes = [("-", optionsBeforeCommand)] + commands.map { ($0.name, options(of: $0)) }
    return scopes.flatMap { scope, options in
      options.filter { $0.value != nil }.flatMap(\.spellings).map { fishQuoted("\(scope) \($0)") }
    }.joined(separator: " ")
  }

  private var fishLines: [String] {
    let at = "__\(functionName)_at"
    var lines = commands.map { command in
      "complete -c \(name) -n '\(at) -' -a \(command.name) -d \(fishQuoted(command.summary))"
    }
    lines += optionsBeforeCommand.map { fishLine($0, condition: "\(at) -") }
    for command in commands {
      for (position, argument) in command.arguments.enumerated() {
        let action = fishAction(argument.value)
        let place = argument.count == .repeated ? "" : " \(position)"
        if let action { lines.append("complete -c \(name) -n '\(at) \(command.name)\(place)' \(action)") }
      }
      lines += options(of: command).map { fishLine($0, condition: "\(at) \(command.name)") }
    }
    return lines
  }

  private func fishLine(_ option: OptionSpec, condition: String) -> String {
    var line = "complete -c \(name) -n '\(condition)' -l \(option.name)"
    if let short = option.short { line += " -s \(short)" }
    if let value = option.value { line += " -r " + (fishAction(value) ?? "-f") }
    return line + " -d \(fishQuoted(option.help))"
  }

  /// What `complete` offers for a value: words, all files (`-F`), or the files of a function.
  private func fishAction(_ value: ValueSpec) -> String? {
    switch value {
    case .text, .definition: nil
    case .file(_, ""): "-F"
    case .file(_, let suffix): "-f -a \(fishQuoted("(__\(functionName)_files \(fishQuoted(suffix)))"))"
    case .words, .number: value.words.isEmpty ? nil : "-f -a \(fishQuoted(value.words.joined(separator: " ")))"
    }
  }
}

private func fishQuoted(_ text: String) -> String {
  "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
}
