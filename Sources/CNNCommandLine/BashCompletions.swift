extension ProgramSpec {
  /// Works from bash 3.2 on, which macOS still has: no `compopt` needed, no associative arrays, no library.
  var bashCompletions: String {
    let function = "_\(functionName)"
    return """
      # Completions of \(name) for bash: eval "$(\(name) completions bash)"

      # What may follow an option: sets `reply`, or fails where the option takes no value.
      \(function)_value() {
        case "$1 $2" in
      \(bashValues)
          *) return 1 ;;
        esac
      }

      \(function)_options() {
        case "$1" in
      \(bashOptions)
          *) reply=(nothing) ;;
        esac
      }

      # What may stand in front of, or as an argument of, a command.
      \(function)_argument() {
        case "$1 $2" in
      \(bashArguments)
          *) reply=(nothing) ;;
        esac
      }

      \(function)_nothing() {
        :
      }

      \(function)_words() {
        local word
        for word in "$@"; do
          [[ $word == "$current"* ]] && COMPREPLY+=("$prefix$word")
        done
      }

      # Directories, and the files that end in $1.
      \(function)_files() {
        local file
        compopt -o filenames 2> /dev/null
        while IFS= read -r file; do
          if [[ -d ${file/#"~/"/$HOME/} || $file == *"$1" ]]; then
            COMPREPLY+=("$prefix$file")
          fi
        done < <(compgen -f -- "$current")
      }

      \(function)() {
        local -a words reply
        local index word joined=0 option="" command="" position=0 ended=0 current prefix=""
        COMPREPLY=()

        # Bash splits `--option=value` at the `=`; here it becomes one word again.
        for ((index = 1; index <= COMP_CWORD; index++)); do
          word="${COMP_WORDS[index]}"
          if [[ ${#words[@]} -gt 0 && ($word == "=" || $joined -eq 1) ]]; then
            words[${#words[@]}-1]+="$word"
          else
            words+=("$word")
          fi
          [[ $word == "=" ]] && joined=1 || joined=0
        done
        current="${words[${#words[@]}-1]}"

        for ((index = 0; index < ${#words[@]} - 1; index++)); do
          word="${words[index]}"
          if [[ -n $option ]]; then
            option=""
          elif [[ $ended -eq 0 && $word == -- ]]; then
            ended=1
          elif [[ $ended -eq 0 && $word == -?* ]]; then
            \(function)_value "$command" "$word" && option="$word"
          elif [[ -z $command ]]; then
            command="$word"
          else
            position=$((position + 1))
          fi
        done

        if [[ -n $option ]]; then
          \(function)_value "$command" "$option"
        elif [[ $ended -eq 0 && $current == --*=* ]]; then
          option="${current%%=*}"
          current="${current#*=}"
          [[ ${COMP_WORDS[COMP_CWORD]} == --*=* ]] && prefix="$option="
          \(function)_value "$command" "$option" || return 0
        elif [[ $ended -eq 0 && $current == -* ]]; then
          \(function)_options "$command"
        else
          \(function)_argument "$command" "$position"
        fi
        "\(function)_${reply[0]}" "${reply[@]:1}"
      }

      complete -F \(function) \(name)

      """
  }

  private var bashValues: String {
    let scopes = [("", optionsBeforeCommand)] + commands.map { ($0.name, options(of: $0)) }
    return scopes.flatMap { scope, options in
      options.compactMap { option in
        option.value.map { value in
          let patterns = option.spellings.map { "\"\(scope) \($0)\"" }.joined(separator: " | ")
          return "    \(patterns)) reply=(\(value.bashReply)) ;;"
        }
      }
    }.joined(separator: "\n")
  }

  private var bashOptions: String {
    let scopes = [("", optionsBeforeCommand)] + commands.map { ($0.name, options(of: $0)) }
    return scopes.map { scope, options in
      "    \"\(scope)\") reply=(words \(options.flatMap(\.spellings).joined(separator: " "))) ;;"
    }.joined(separator: "\n")
  }

  private var bashArguments: String {
    let names = commands.map { shellQuoted($0.name) }.joined(separator: " ")
    let ofCommands = commands.flatMap { command in
      command.arguments.enumerated().map { position, argument in
        let pattern = argument.count == .repeated ? "\"\(command.name) \"*" : "\"\(command.name) \(position)\""
        return "    \(pattern)) reply=(\(argument.value.bashReply)) ;;"
      }
    }
    return (["    \" 0\") reply=(words \(names)) ;;"] + ofCommands).joined(separator: "\n")
  }
}

extension ValueSpec {
  /// The helper function and its arguments.
  fileprivate var bashReply: String {
    switch self {
    case .text, .definition: "nothing"
    case .file(_, let suffix): "files \(shellQuoted(suffix))"
    case .words, .number: (["words"] + words.map { shellQuoted($0) }).joined(separator: " ")
    }
  }
}
