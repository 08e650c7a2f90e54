import CNNCommandLine
import CNNCompiler
import CNNModel
import CNNText

/// `cnn lint FILE...`
enum LintCommand {
  static let name = "lint"

  private static let files = ArgumentKey<[String]>.files(
    "FILE", suffix: ".cnn", help: "networks to check; `-` is standard input")
  private static let format = OptionKey<DiagnosticFormat>.word("format", default: .text, help: "how to say it")
  private static let define = OptionKey<[Definition]>.definitions(
    "define", short: "D", help: "give a parameter or a symbol of the models a value")
  private static let fix = OptionKey<Bool>.flag(
    "fix", help: "make the changes that are certain; the text of standard input is printed")
  private static let guess = OptionKey<Bool>.flag(
    "guess", help: "with `--fix`, the likely ones too: a name a few letters away, the word of another framework")
  private static let diff = OptionKey<Bool>.flag("diff", help: "with `--fix`, print the changes and make none")
  private static let page = OptionKey<String?>.word(
    "explain", among: DiagnosticCode.allCases.map(\.rawValue), placeholder: "CODE", standsAlone: true,
    help: "print the page of a message")
  private static let color = OptionKey<ColorChoice>.word("color", default: .auto, help: "when to colour the messages")
  private static let output = OptionKey<String?>.file(
    "output", short: "o", placeholder: "OUT", help: "write the messages to a file")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "checks networks",
      discussion: """
        Checks names, values and shapes of every model of the files, without running anything. The exit code is 0 when \
        there are no errors, 1 when there are, and 2 when the command line is wrong or a file cannot be read.
        """,
      arguments: [files.spec],
      options: [format.spec, define.spec, fix.spec, guess.spec, diff.spec, page.spec, color.spec, output.spec],
      examples: [
        CommandSpec.Example("cnn lint samples/*.cnn", "checks several files"),
        CommandSpec.Example("cnn lint --format github net.cnn", "messages that a GitHub workflow shows in place"),
        CommandSpec.Example("cnn lint --explain stride-remainder", "what a message means"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    if let code = parsed[page].flatMap(DiagnosticCode.init(rawValue:)) {
      return emit(DiagnosticPage(code).text, to: parsed[output])
    }
    guard parsed[fix] || !parsed[guess] && !parsed[diff] else {
      complain("`--guess` and `--diff` say which changes `--fix` makes; add `--fix`")
      return .usage
    }
    // Before the changes of `--fix`: where messages would replace a source, nothing is written at all.
    if parsed[output] != nil, wouldReplaceSource(parsed[output], parsed[fix] ? sources(parsed) : parsed[files]) {
      return .usage
    }
    if parsed[fix], parsed[diff] { return printDiff(parsed) }
    if parsed[fix], parsed[files] == ["-"] { return printFixed(parsed) }
    // A file can import one that is named after it: every change is made before anything is checked.
    let fixed = parsed[fix] ? parsed[files].map { applyFixes($0, parsed) } : []
    var findings = Findings()
    for path in parsed[files] {
      do throws(FileError) {
        let compilation = try compile(path, .all, parsed[define])
        if wouldReplaceSource(parsed[output], compilation.paths + compilation.unreadablePaths) { return .usage }
        findings.add(compilation)
      } catch {
        complain(error.message)
        findings.isReadable = false
      }
    }
    return fixed.reduce(.worst(findings.exitCode, write(findings, parsed)), ExitCode.worst)
  }

  /// The files of the command line, and what they import. Standard input is read once, and not here.
  private static func sources(_ parsed: ParsedCommand) -> [String] {
    parsed[files].flatMap { path in
      [path] + (path == "-" ? [] : (try? compile(path, .all, parsed[define]))?.paths ?? [])
    }
  }

  private static func write(_ findings: Findings, _ parsed: ParsedCommand) -> ExitCode {
    let isColored = parsed[output] == nil && Terminal(.standard).usesColor(parsed[color])
    return emit(findings.text(parsed[format], color: isColored), to: parsed[output])
  }

  // MARK: - Changes

  /// A file with its changes made, in memory.
  private static func mended(_ compilation: Compilation, _ parsed: ParsedCommand) -> SourceFile.Mended {
    compilation.sources[FileID(0)].applying(compilation.diagnostics.compactMap { $0.fix(withGuesses: parsed[guess]) })
  }

  /// Makes the changes in the file itself. What is wrong afterwards is found by checking again, and so is that a file
  /// cannot be read.
  private static func applyFixes(_ path: String, _ parsed: ParsedCommand) -> ExitCode {
    guard path != "-", let compilation = try? compile(path, .all, parsed[define]) else { return .clean }
    let mended = mended(compilation, parsed)
    guard mended.count > 0 else { return .clean }
    do throws(FileError) {
      try Files.write(mended.bytes, to: path)
      complain("\(path): \(mended.count) \(mended.count == 1 ? "change" : "changes") made")
      return .clean
    } catch {
      complain(error.message)
      return .usage
    }
  }

  /// Prints what would change. The exit code is 1 where something would.
  private static func printDiff(_ parsed: ParsedCommand) -> ExitCode {
    var text = ""
    var code = ExitCode.clean
    for path in parsed[files] {
      do throws(FileError) {
        text += mended(try compile(path, .all, parsed[define]), parsed).diff
      } catch {
        complain(error.message)
        code = .usage
      }
    }
    return .worst(.worst(code, text.isEmpty ? .clean : .errors), emit(text, to: parsed[output]))
  }

  /// Prints the text of standard input with the changes made, and on standard error what is still wrong with it.
  private static func printFixed(_ parsed: ParsedCommand) -> ExitCode {
    do throws(FileError) {
      let mended = mended(try compile("-", .all, parsed[define]), parsed)
      let result = emit(String(decoding: mended.bytes, as: UTF8.self), to: parsed[output])
      var findings = Findings()
      findings.add(check("-", mended.bytes, .all, parsed[define]))
      let isColored = Terminal(.standardError).usesColor(parsed[color])
      _ = try Output.standardError.write(findings.text(parsed[format], color: isColored))
      return .worst(result, findings.exitCode)
    } catch {
      complain(error.message)
      return .usage
    }
  }
}
