import CNNBackends
import CNNCommandLine
import CNNCompiler
import CNNText

/// `cnn swift FILE...`
enum SwiftCommand {
  static let name = "swift"

  private static let files = ArgumentKey<[String]>.files(
    "FILE", suffix: ".cnn", help: "files with models; `-` is standard input")
  private static let model = OptionKey<String?>.text(
    "model", placeholder: "NAME", help: "write one model of the file (default: all of them)")
  private static let outputs = OptionKey<[String]>.files(
    "output", short: "o", placeholder: "OUT", help: "write to a file, whole or not at all; one for each FILE")
  private static let check = OptionKey<Bool>.flag(
    "check", help: "write nothing; exit with 1 where OUT is not what would be written")
  private static let build = OptionKey<Bool>.flag(
    "build", help: "for build systems: messages as compilers print them, no models in a FILE that others import")
  private static let stamp = OptionKey<String?>.file(
    "stamp", placeholder: "PATH", help: "a file to write anew where a file was imported that is not one of FILE...")
  private static let root = OptionKey<String?>.file(
    "root", placeholder: "FOLDER", help: "what paths in the Swift are relative to (default: the current folder)")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "writes models as Swift that runs and trains",
      discussion: """
        Each model becomes a struct that conforms to `Network` of TensorEngine, a library of this package. Several files \
        are those of one Swift module, so their models need names of their own. A file that says the same already is \
        left as it is.
        """,
      arguments: [files.spec],
      options: [
        model.spec, ModelOptions.define.spec, outputs.spec, check.spec, build.spec, stamp.spec, root.spec,
        ModelOptions.color.spec,
      ],
      examples: [
        CommandSpec.Example("cnn swift mnist.cnn -o MNIST.swift", "a file for a package"),
        CommandSpec.Example("cnn swift resnet.cnn --model ResNet50 -D classes=10", "one model, with another parameter"),
        CommandSpec.Example("cnn swift --check mnist.cnn -o MNIST.swift", "whether a committed file is up to date"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    if let mistake = mistake(parsed) {
      complain(mistake)
      return .usage
    }
    let (compilations, messages) = compileAll(parsed)
    let sources = Set(compilations.flatMap(\.paths)).union(parsed[files]).sorted()
    for output in parsed[outputs] + [parsed[stamp]].compactMap(\.self) {
      if wouldReplaceSource(output, sources) { return .usage }
    }
    let exitCode = ExitCode.worst(messages, mark(imports(compilations), parsed))
    guard exitCode == .clean else { return exitCode }
    var module = SwiftModule(
      options: SwiftOptions(version: Commands.version, folder: parsed[root] ?? Files.currentFolder),
      allowsNoModel: parsed[build])
    var texts: [String] = []
    do throws(SwiftModule.Refusal) {
      for compilation in compilations { texts.append(try module.source(of: compilation)) }
    } catch {
      return refuse(error, isBuild: parsed[build])
    }
    guard !parsed[outputs].isEmpty else { return emit(texts.joined(), to: nil) }
    return zip(texts, parsed[outputs]).reduce(.clean) { code, file in
      .worst(code, parsed[check] ? compare(file.0, with: file.1) : write(file.0, to: file.1))
    }
  }

  /// What is wrong with the command line as a whole.
  private static func mistake(_ parsed: ParsedCommand) -> String? {
    let (inputs, outputs) = (parsed[files], parsed[outputs])
    if outputs.isEmpty, parsed[check] { return "`--check` needs the file to compare with: `-o OUT`" }
    if outputs.isEmpty ? inputs.count > 1 : inputs.count != outputs.count {
      return "each FILE needs an `-o OUT` of its own: found \(inputs.count) and \(outputs.count)"
    }
    var taken: [String: String] = [:]
    for (input, output) in zip(inputs, outputs) {
      if let other = taken.updateValue(input, forKey: output) {
        return "\(other) and \(input) would both be written to \(output)"
      }
    }
    return nil
  }

  /// Compiles every file, and says on standard error what is wrong with them.
  private static func compileAll(_ parsed: ParsedCommand) -> (compilations: [Compilation], exitCode: ExitCode) {
    let selection = parsed[model].map { Compilation.Selection.model($0) } ?? .all
    var compilations: [Compilation] = []
    var findings = Findings()
    for path in parsed[files] {
      do throws(FileError) {
        let compilation = try compile(path, selection, parsed[ModelOptions.define])
        findings.add(compilation)
        compilations.append(compilation)
      } catch {
        complain(error.message)
        findings.isReadable = false
      }
    }
    let isColored = Terminal(.standardError).usesColor(parsed[ModelOptions.color])
    _ = try? Output.standardError.write(findings.text(parsed[build] ? .compiler : .text, color: isColored))
    return (compilations, findings.exitCode)
  }

  /// The paths that were read beside those of the command line.
  private static func imports(_ compilations: [Compilation]) -> [String] {
    let named = Set(compilations.map { $0.sources[FileID(0)].path })
    return Set(compilations.flatMap(\.paths)).subtracting(named).sorted()
  }

  /// Writes the stamp anew, with what it stands for.
  private static func mark(_ imports: [String], _ parsed: ParsedCommand) -> ExitCode {
    guard let stamp = parsed[stamp], !imports.isEmpty else { return .clean }
    return emit(imports.map { $0 + "\n" }.joined(), to: stamp)
  }

  /// Leaves a file that holds the text already as it is, so that what is built from it is not built again.
  private static func write(_ text: String, to path: String) -> ExitCode {
    if Files.isRegular(path), let bytes = try? Files.read(path), bytes == Array(text.utf8) { return .clean }
    return emit(text, to: path)
  }

  private static func compare(_ text: String, with path: String) -> ExitCode {
    do throws(FileError) {
      if try Files.read(path) == Array(text.utf8) { return .clean }
      complain("\(path) is stale; run the command without `--check` to write it anew")
      return .errors
    } catch {
      complain(error.message)
      return .errors
    }
  }

  private static func refuse(_ refusal: SwiftModule.Refusal, isBuild: Bool) -> ExitCode {
    if isBuild {
      _ = try? Output.standardError.write("\(refusal.place): error: \(refusal.message)\n")
    } else {
      complain("\(refusal.place): \(refusal.message)")
    }
    return .errors
  }
}
