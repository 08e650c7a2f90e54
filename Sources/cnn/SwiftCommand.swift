import CNNBackends
import CNNCommandLine
import CNNCompiler

/// `cnn swift FILE`
enum SwiftCommand {
  static let name = "swift"

  private static let model = OptionKey<String?>.text(
    "model", placeholder: "NAME", help: "write one model of the file (default: all of them)")
  private static let check = OptionKey<Bool>.flag(
    "check", help: "write nothing; exit with 1 where OUT is not what would be written")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "writes models as Swift that runs and trains",
      discussion: """
        Each model becomes a struct that conforms to `Network` of TensorEngine, a library of this package. A file that \
        says the same already is left as it is.
        """,
      arguments: [ModelOptions.file.spec],
      options: [
        model.spec, ModelOptions.define.spec, ModelOptions.output.spec, check.spec, ModelOptions.color.spec,
      ],
      examples: [
        CommandSpec.Example("cnn swift mnist.cnn -o Sources/Digits/MNIST.swift", "a file for a package"),
        CommandSpec.Example("cnn swift resnet.cnn --model ResNet50 -D classes=10", "one model, with another parameter"),
        CommandSpec.Example("cnn swift --check mnist.cnn -o MNIST.swift", "whether a committed file is up to date"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    let output = parsed[ModelOptions.output]
    if parsed[check], output == nil {
      complain("`--check` needs the file to compare with: `-o OUT`")
      return .usage
    }
    let selection = parsed[model].map { Compilation.Selection.model($0) } ?? .all
    let (inputs, exitCode) = ModelOptions.loadAll(parsed, selection)
    guard exitCode == .clean else { return exitCode }
    do throws(SwiftError) {
      let text = try swiftSource(inputs, SwiftOptions(version: Commands.version, folder: Files.currentFolder))
      guard let output else { return emit(text, to: nil) }
      return parsed[check] ? compare(text, with: output) : write(text, to: output)
    } catch {
      complain("\(parsed[ModelOptions.file]): \(error.description)")
      return .errors
    }
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
}
