import CNNBackends
import CNNCommandLine

/// `cnn graph FILE`
enum GraphCommand {
  static let name = "graph"

  private static let output = OptionKey<String?>.file(
    "output", short: "o", placeholder: "OUT",
    help: "write to a file; one that ends in svg, png or pdf is drawn by Graphviz")
  private static let depth = OptionKey<Int>.number(
    "depth", in: 1...Int.max, default: 1, or: ("all", Int.max), help: "how many levels of blocks to open")
  private static let open = OptionKey<String?>.text(
    "open", placeholder: "NAME", help: "a call to open beside those, by its name or the end of it")
  private static let heat = OptionKey<GraphOptions.Heat>.word(
    "heat", default: .none, help: "show what each card costs, and its share")
  private static let theme = OptionKey<GraphOptions.Theme>.word("theme", default: .light, help: "the colours")
  private static let horizontal = OptionKey<Bool>.flag("lr", help: "draw from left to right, for slides")
  private static let linkBase = OptionKey<String?>.text(
    "link-base", placeholder: "URL", help: "let layers link to their lines: URL/file#L12")

  static let command = Command(
    spec: CommandSpec(
      name: name, summary: "draws a model with Graphviz",
      discussion: """
        Writes DOT, the language of Graphviz. Where OUT ends in svg, png or pdf, the installed `dot` draws it. A card is \
        a layer with what belongs to it, and stands for a closed block or for all calls of a loop; the shape below it \
        is what its line carries.
        """,
      arguments: [ModelOptions.file.spec],
      options: [
        ModelOptions.model.spec, ModelOptions.define.spec, output.spec, depth.spec, open.spec, heat.spec, theme.spec,
        horizontal.spec, linkBase.spec, ModelOptions.color.spec,
      ],
      examples: [
        CommandSpec.Example("cnn graph mnist.cnn -o mnist.svg", "a picture for a page"),
        CommandSpec.Example(
          "cnn graph resnet.cnn --model ResNet50 --open layer2.0 -o block.pdf", "one block in detail"),
        CommandSpec.Example("cnn graph vgg.cnn --heat parameters --theme dark | dot -Tpng > vgg.png", "DOT for a pipe"),
      ]),
    run: run)

  private static func run(_ parsed: ParsedCommand) -> ExitCode {
    let (input, exitCode) = ModelOptions.load(parsed, writingTo: parsed[output])
    guard let input else { return exitCode }
    let options = GraphOptions(
      depth: parsed[depth] == Int.max ? .all : .levels(parsed[depth]), open: parsed[open], heat: parsed[heat],
      theme: parsed[theme], isHorizontal: parsed[horizontal], linkBase: parsed[linkBase])
    do throws(GraphError) {
      let text = try input.graph(options)
      guard let path = parsed[output], let format = PictureFormat(path: path) else {
        return .worst(exitCode, emit(text, to: parsed[output]))
      }
      return .worst(exitCode, draw(text, format, to: path))
    } catch {
      complain(error.description)
      return exitCode == .errors ? .errors : .usage
    }
  }

  /// Has Graphviz draw the diagram.
  private static func draw(_ text: String, _ format: PictureFormat, to path: String) -> ExitCode {
    guard let program = ExternalProgram(named: "dot") else {
      complain(
        """
        \(path) needs Graphviz, and there is no `dot` on the PATH; install it with `apt install graphviz`, \
        `dnf install graphviz` or `brew install graphviz`; DOT itself (`-o \(path).dot`) needs nothing
        """)
      return .usage
    }
    do throws(ExternalProgram.Failure) {
      try program.run(format.arguments, input: text, output: path)
      return .clean
    } catch {
      switch error {
      case .notStarted: complain("`dot` cannot be started")
      case .failed(let code): complain("`dot` ended with exit code \(code), so \(path) was not written")
      case .file(let error): complain(error.message)
      }
      return .usage
    }
  }
}

/// What Graphviz draws, by the end of a file's name.
private enum PictureFormat: String, CaseIterable {
  case svg, png, pdf

  init?(path: String) {
    guard let format = Self.allCases.first(where: { path.lowercased().hasSuffix(".\($0.rawValue)") }) else {
      return nil
    }
    self = format
  }

  /// Pixels are drawn twice as fine as on a screen of old.
  var arguments: [String] { ["-T\(rawValue)"] + (self == .png ? ["-Gdpi=144"] : []) }
}
