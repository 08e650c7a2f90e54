import Foundation
import Testing

@testable import CNNCommandLine

@Suite struct CompletionsTests {
  /// A command line whose last word is to be completed, and what is offered for it, in alphabetical order.
  struct Case {
    let words: [String]
    let offered: [String]

    init(_ words: [String], _ offered: [String]) {
      self.words = words
      self.offered = offered.sorted()
    }

    var line: String { words.joined(separator: " ") }
  }

  static let networks = ["a.cnn", "my net.cnn", "nets", "st*r.cnn"]

  /// What the declaration says, for every command, option and argument.
  static var declared: [Case] {
    let program = Sample.program
    var cases = [
      Case(["cnn", ""], program.commands.map(\.name)),
      Case(["cnn", "-"], program.optionsBeforeCommand.flatMap(\.spellings)),
    ]
    for command in program.commands {
      cases.append(Case(["cnn", command.name.dropLast().description], [command.name]))
      let options = program.options(of: command)
      cases.append(Case(["cnn", command.name, "-"], options.flatMap(\.spellings)))
      for option in options {
        guard let value = option.value else { continue }
        let offered = Self.offered(value)
        for spelling in option.spellings {
          cases.append(Case(["cnn", command.name, spelling, ""], offered))
          // The value is no argument: what follows is completed as if the option were not there.
          let following = command.arguments.first.map { Self.offered($0.value) } ?? []
          cases.append(Case(["cnn", command.name, spelling, "value", ""], following))
        }
      }
      for (position, argument) in command.arguments.enumerated() {
        let before = ["cnn", command.name] + Array(repeating: "x", count: position)
        cases.append(Case(before + [""], Self.offered(argument.value)))
        cases.append(Case(before + ["--", ""], Self.offered(argument.value)))
        let next = command.arguments.dropFirst(position + 1).first ?? (argument.count == .repeated ? argument : nil)
        cases.append(Case(before + ["x", ""], next.map { Self.offered($0.value) } ?? []))
      }
    }
    return cases
  }

  static func offered(_ value: ValueSpec) -> [String] {
    switch value {
    case .text, .definition: []
    case .file(_, let suffix): suffix == ".cnn" ? networks : networks + ["notes.txt", "script", "errors"]
    case .words(let words, _), .number(_, _, let words): words
    }
  }

  static let written = [
    Case(["cnn", "report", "n"], ["nets"]),
    Case(["cnn", "report", "nets/"], ["nets/inner.cnn"]),
    Case(["cnn", "report", "m"], ["my net.cnn"]),
    Case(["cnn", "--color", "never", "report", "a"], ["a.cnn"]),
    Case(["cnn", "--color", "a"], ["auto", "always"]),
    Case(["cnn", "report", "-aq", "--format", "j"], ["json"]),
    Case(["cnn", "report", "--form"], ["--format"]),
    Case(["cnn", "report", "--frm"], []),
    Case(["cnn", "report", "--", "-"], []),
    Case(["cnn", "lint", "x", "n"], ["nets"]),
    Case(["cnn", "explain", "x", "n"], []),
    Case(["cnn", "bogus", ""], []),
    Case(["cnn", "bogus", "-"], []),
  ]

  // MARK: Bash

  @Test(.enabled(if: Shells.find("bash") != nil, "bash is not installed"))
  func bashOffersWhatIsDeclared() throws {
    try checkBash(Self.declared + Self.written)
  }

  /// Bash hands over `--format=j` in three words, and replaces only the last.
  @Test(.enabled(if: Shells.find("bash") != nil, "bash is not installed"))
  func bashCompletesBehindAnEqualsSign() throws {
    try checkBash([
      Case(["cnn", "report", "--format", "=", "j"], ["json"]),
      Case(["cnn", "report", "--format", "="], ["text", "markdown", "json", "csv"]),
      Case(["cnn", "report", "--format=j"], ["--format=json"]),
      Case(["cnn", "report", "--output", "=", "a"], ["a.cnn"]),
      Case(["cnn", "report", "--ascii", "=", ""], []),
      Case(["cnn", "report", "-D", "k", "=", "v", "a"], ["a.cnn"]),
      Case(["cnn", "explain", "-D", "k", "=", "v", "a"], []),
    ])
  }

  /// Calls the function as bash does, once for each case in one shell.
  private func checkBash(_ cases: [Case]) throws {
    let script = Sample.program.completions(for: .bash)
    let calls = cases.map { item in
      "try \(item.words.map(shellQuoted).joined(separator: " "))"
    }
    let driver = """
      . ./script
      complete -p cnn > /dev/null || echo 'nothing is registered' >&2
      try() {
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _cnn cnn "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        for word in "${COMPREPLY[@]}"; do printf '%s\\t' "$word"; done
        echo
      }
      \(calls.joined(separator: "\n"))

      """
    let output = try Shells.withDirectory(script: script) { directory in
      try Shells.run("bash", ["--norc", "--noprofile", "-c", driver], in: directory)
    }
    try compare(output, with: cases)
  }

  /// One line of output for each case, the offers between tabs.
  private func compare(_ output: String, with cases: [Case]) throws {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    try #require(lines.count == cases.count)
    for (line, item) in zip(lines, cases) {
      let offered = line.split(separator: "\t").map(String.init)
      #expect(offered.sorted() == item.offered, "\(item.line)")
    }
  }

  // MARK: Fish

  @Test(.enabled(if: Shells.find("fish") != nil, "fish is not installed"))
  func fishOffersWhatIsDeclared() throws {
    let cases = Self.declared + Self.written
    // Fish adds descriptions behind a tab, and a slash to directories.
    let calls = cases.map { item in
      """
      for offer in (complete -C \(shellQuoted(item.line)))
          printf '%s\\t' (string replace -r '\\t.*' '' -- $offer | string replace -r '/$' '')
      end
      echo
      """
    }
    let output = try Shells.withDirectory(script: Sample.program.completions(for: .fish)) { directory in
      try Shells.run("fish", ["--no-config", "-c", "source script\n" + calls.joined(separator: "\n")], in: directory)
    }
    try compare(output, with: cases)
  }

  // MARK: Zsh

  /// Types each line into an interactive shell, presses Tab, and looks at the line that results.
  @Test(.enabled(if: Shells.find("zsh") != nil, "zsh is not installed"))
  func zshCompletesWhatIsDeclared() throws {
    let cases = (Self.declared + Self.written).compactMap { item -> (typed: String, line: String)? in
      guard let last = item.words.last, item.offered.count == 1, let offer = item.offered.first else { return nil }
      // What follows: a slash behind a directory, `=` behind an option that takes a value.
      let end = offer == "nets" ? "/" : offer.hasPrefix("--") ? "=" : " "
      return (item.line, item.line.dropLast(last.count) + offer.replacing(" ", with: "\\ ") + end)
    }
    try #require(cases.count > 10)
    let typed = cases.map { "try \(shellQuoted($0.typed))" }.joined(separator: "\n")
    let driver = """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'PS1=; unsetopt beep; autoload -U compinit; compinit -u -D; . ./script'
      zpty -w shell 'tell() { print -r -- $BUFFER >> told; BUFFER=; print -n "<told>" }; zle -N tell; bindkey "^G" tell'
      zpty -w shell 'print "<rea""dy>"'
      zpty -r shell answer '*<ready>*'
      try() {
        zpty -w -n shell "$1"$'\\t\\a'
        zpty -r shell answer '*<told>*'
      }
      \(typed)
      zpty -d shell
      cat told
      """
    let output = try Shells.withDirectory(script: Sample.program.completions(for: .zsh)) { directory in
      try Shells.run("zsh", ["-f", "-c", driver], in: directory)
    }
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    try #require(lines.count == cases.count)
    for (line, item) in zip(lines, cases) {
      #expect(line == item.line, "\(item.typed)")
    }
  }
}
