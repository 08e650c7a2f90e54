import CNNBackends
import CNNCommandLine

/// `cnn explain FILE [LAYER]`
enum ExplainCommand {
  static let name = "explain"

  private static let layer = ArgumentKey<String?>.text("LAYER", help: "a layer, by its name or the end of it")
  private static let parameters = OptionKey<Bool>.flag("parameters", help: "where the parameters come from")
  private static let compare = OptionKey<Int?>.number(
    "compare", in: 0...Int.max, help: "find out which reading gives this number, if any")
  private static let sizes = OptionKey<Bool>.flag(
    "sizes", help: "which input sizes the model works for; `-D H=500` asks of one")
  private static let all = OptionKey<Bool>.flag("all", help: "leave no line of a long table out")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "shows the arithmetic behind the numbers of a layer",
      discussion: """
        The chain of extents from the input, the parameters, what one output reads, and what another padding, rounding \
        or input size would have given.
        """,
      arguments: [ModelOptions.file.spec, layer.spec],
      options: [
        ModelOptions.model.spec, ModelOptions.define.spec, parameters.spec, compare.spec, sizes.spec,
        all.spec,
        ModelOptions.color.spec, ModelOptions.output.spec,
      ],
      examples: [
        CommandSpec.Example("cnn explain mnist.cnn fc1", "why the dense layer has 3136 inputs"),
        CommandSpec.Example("cnn explain mnist.cnn conv2 --parameters", "why the convolution has 51,264 parameters"),
        CommandSpec.Example("cnn explain any_size.cnn --sizes -D H=500", "which sizes work, and why 500 does not"),
        CommandSpec.Example("cnn explain alexnet.cnn conv1 --compare 253440", "whether 253,440 neurons can be"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    if parsed[sizes] { return explainSizes(parsed) }
    // Why a claim is wrong is what is asked most.
    let (input, exitCode) = ModelOptions.load(
      parsed, writingTo: parsed[ModelOptions.output], ignoringClaims: true)
    guard let input else { return exitCode }
    let request = ExplainRequest(
      layer: parsed[layer], parameters: parsed[parameters], compare: parsed[compare].map(Int64.init), all: parsed[all])
    do throws(ExplainError) {
      let toFile = parsed[ModelOptions.output] != nil
      let isColored = !toFile && Terminal(.standard).usesColor(parsed[ModelOptions.color])
      let text = try input.explain(request).text(color: isColored)
      return .worst(exitCode, emit(text, to: parsed[ModelOptions.output]))
    } catch {
      complain(error.description)
      return exitCode == .errors ? .errors : .usage
    }
  }

  private static func explainSizes(_ parsed: ParsedCommand) -> ExitCode {
    let split = ModelOptions.splitSizes(parsed)
    let (input, exitCode) = ModelOptions.load(parsed, writingTo: parsed[ModelOptions.output], defining: split?.others)
    guard let input else { return exitCode }
    let isColored = parsed[ModelOptions.output] == nil && Terminal(.standard).usesColor(parsed[ModelOptions.color])
    let text = input.explainSizes(asked: split?.sizes ?? []).text(color: isColored)
    return .worst(exitCode, emit(text, to: parsed[ModelOptions.output]))
  }
}
