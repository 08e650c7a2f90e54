import CNNBackends
import CNNCommandLine

/// `cnn report FILE`
enum ReportCommand {
  static let name = "report"

  private static let format = OptionKey<ReportOptions.Format>.word("format", default: .text, help: "what to write")
  private static let depth = OptionKey<Int>.number(
    "depth", in: 1...Int.max, default: 1, or: ("all", Int.max), help: "how many levels of blocks to open")
  private static let measure = OptionKey<ReportOptions.Measure>.word(
    "by", default: .parameters, help: "what the bars show")
  private static let layout = OptionKey<ReportOptions.Layout>.word(
    "layout", default: .hwc, help: "channels last or channels first")
  private static let ascii = OptionKey<Bool>.flag("ascii", help: "draw with ASCII characters only")
  private static let width = OptionKey<Int?>.number(
    "width", in: ReportOptions.narrowest...1000, help: "columns to use (default: those of the terminal)")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "shows every layer's shape, parameters, multiply-adds and receptive field",
      discussion: """
        A row is a line of the file or the call of a block, with every value worked out. A model with a mistake is \
        shown up to its first broken layer.
        """,
      arguments: [ModelOptions.file.spec],
      options: [
        ModelOptions.model.spec, ModelOptions.define.spec, format.spec, depth.spec, measure.spec, layout.spec,
        width.spec, ascii.spec, ModelOptions.color.spec, ModelOptions.output.spec,
      ],
      examples: [
        CommandSpec.Example("cnn report mnist.cnn", "a table of the model"),
        CommandSpec.Example("cnn report resnet.cnn --model ResNet50 --by macs --depth 2", "its blocks, opened"),
        CommandSpec.Example("cnn report vgg.cnn --model VGG16 -D classes=10 --format json", "for another program"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    let (input, exitCode) = ModelOptions.load(parsed, writingTo: parsed[ModelOptions.output])
    guard let input else { return exitCode }
    let toFile = parsed[ModelOptions.output] != nil
    let terminal = Terminal(.standard)
    let options = ReportOptions(
      format: parsed[format], depth: parsed[depth] == Int.max ? .all : .levels(parsed[depth]),
      by: parsed[measure], layout: parsed[layout], width: parsed[width] ?? terminal.width,
      color: !toFile && terminal.usesColor(parsed[ModelOptions.color]),
      ascii: parsed[ascii] || terminal.isTerminal && !terminal.isUTF8)
    return .worst(exitCode, emit(report(input, options), to: parsed[ModelOptions.output]))
  }
}
