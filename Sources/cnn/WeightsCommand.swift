import CNNBackends
import CNNCommandLine

/// `cnn weights FILE`
enum WeightsCommand {
  static let name = "weights"

  private static let names = OptionKey<WeightOptions.Names>.word(
    "names", default: .engine, help: "whose names and shapes to show; `json` has them all")
  private static let ascii = OptionKey<Bool>.flag("ascii", help: "draw with ASCII characters only")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "lists the tensors that a model is loaded from: their names and shapes",
      discussion: """
        What generated Swift wants of a file of weights, as TensorEngine, PyTorch or Keras would write it. Where a map \
        was flattened, its extents stand beside the features: PyTorch has them with the channels first.
        """,
      arguments: [ModelOptions.file.spec],
      options: [
        ModelOptions.model.spec, ModelOptions.define.spec, names.spec, ascii.spec, ModelOptions.color.spec,
        ModelOptions.output.spec,
      ],
      examples: [
        CommandSpec.Example("cnn weights mnist.cnn", "what a checkpoint of it holds"),
        CommandSpec.Example(
          "cnn weights resnet.cnn --model ResNet50 --names pytorch", "the state dict it is loaded from"),
        CommandSpec.Example("cnn weights mnist.cnn --names json", "for a program that converts weights"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    let (input, exitCode) = ModelOptions.load(parsed, writingTo: parsed[ModelOptions.output])
    guard let input else { return exitCode }
    let toFile = parsed[ModelOptions.output] != nil
    let terminal = Terminal(.standard)
    let options = WeightOptions(
      names: parsed[names], width: terminal.width,
      color: !toFile && terminal.usesColor(parsed[ModelOptions.color]),
      ascii: parsed[ascii] || terminal.isTerminal && !terminal.isUTF8)
    return .worst(exitCode, emit(weights(input, options), to: parsed[ModelOptions.output]))
  }
}
