extension ProgramSpec {
  /// Loads from `fpath` (as a file named `_cnn`) and by `source` alike.
  var zshCompletions: String {
    let function = "_\(functionName)"
    return """
      #compdef \(name)
      # Completions of \(name) for zsh: source <(\(name) completions zsh), behind compinit

      \(function)_commands() {
        local -a commands
        commands=(
      \(commands.map { "    \(shellQuoted("\($0.name):\($0.summary)"))" }.joined(separator: "\n"))
        )
        _describe -t commands command commands
      }

      \(function)() {
        local curcontext="$curcontext" context state state_descr line
        typeset -A opt_args
        _arguments -C -S \\
      \(zshOptions(optionsBeforeCommand, indent: 4))
          '1:command:\(function)_commands' \\
          '*::argument:->argument' && return 0
        [[ $state == argument ]] || return 1
        case $line[1] in
      \(commands.map(zshCase).joined(separator: "\n"))
        esac
      }

      if [[ $funcstack[1] == \(function) ]]; then
        \(function) "$@"
      else
        compdef \(function) \(name)
      fi

      """
  }

  private func zshCase(_ command: CommandSpec) -> String {
    var text = "    \(command.name))\n      _arguments -S \\\n" + zshOptions(options(of: command), indent: 8)
    for (index, argument) in command.arguments.enumerated() {
      let place =
        switch argument.count {
        case .one: "\(index + 1):"
        case .optional: "\(index + 1)::"
        case .repeated: "*:"
        }
      text += "\n        \(shellQuoted("\(place)\(zshEscaped(argument.name)):\(argument.value.zshAction)")) \\"
    }
    return text + "\n        && return 0\n      ;;"
  }

  /// One `_arguments` specification a line and spelling, each line continued.
  private func zshOptions(_ options: [OptionSpec], indent: Int) -> String {
    options.flatMap { option in
      option.spellings.map { spelling in
        // The value of a long option may follow an `=`, that of a short one may follow at once.
        let mark = option.value == nil ? "" : spelling.hasPrefix("--") ? "=" : "+"
        let value = option.value.map { ":\(zshEscaped($0.placeholder)):\($0.zshAction)" } ?? ""
        let excluded = option == .help || option == .version ? "- *" : option.spellings.joined(separator: " ")
        let repetition = option.isRepeatable ? "*" : "(\(excluded))"
        let text = "\(repetition)\(spelling)\(mark)[\(zshEscaped(option.help))]\(value)"
        return String(repeating: " ", count: indent) + shellQuoted(text) + " \\"
      }
    }.joined(separator: "\n")
  }

  private func zshEscaped(_ text: String) -> String {
    text.map { #"\:[]"#.contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

extension ValueSpec {
  fileprivate var zshAction: String {
    switch self {
    case .text, .definition: " "
    case .file(_, let suffix): suffix.isEmpty ? "_files" : "_files -g \"*\(suffix)\""
    case .words, .number: words.isEmpty ? " " : "(\(words.joined(separator: " ")))"
    }
  }
}
