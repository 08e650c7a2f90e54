import CNNBackends
import CNNCommandLine
import CNNCompiler
import CNNModel
import CNNText

/// What every command that shows one model takes, and how it gets at the model.
enum ModelOptions {
  static let file = ArgumentKey<String>.file(
    "FILE", suffix: ".cnn", help: "a file with the model; `-` is standard input")
  static let model = OptionKey<String?>.text(
    "model", placeholder: "NAME", help: "the model, where the file has several (default: the first)")
  static let define = OptionKey<[Definition]>.definitions(
    "define", short: "D", help: "give a parameter or a symbol of the model a value")
  static let color = OptionKey<ColorChoice>.word("color", default: .auto, help: "when to use colours")
  static let output = OptionKey<String?>.file(
    "output", short: "o", placeholder: "OUT", help: "write to a file, whole or not at all")

  static func selection(_ name: String?) -> Compilation.Selection { name.map { .model($0) } ?? .first }

  /// The definitions that give symbols of the model's inputs whole numbers, and the others. Nil where the file cannot
  /// be read, which `load` says.
  static func splitSizes(_ parsed: ParsedCommand) -> (sizes: [(symbol: String, size: Int64)], others: [Definition])? {
    let definitions = parsed[define]
    guard let compilation = try? compile(parsed[file], selection(parsed[model]), []) else { return nil }
    let symbols = compilation.models.first?.network.sizes?.symbols.map(\.name) ?? []
    var sizes: [(symbol: String, size: Int64)] = []
    var others: [Definition] = []
    for definition in definitions {
      if symbols.contains(definition.name), let size = Int64(definition.value), size >= 1 {
        sizes.append((definition.name, size))
      } else {
        others.append(definition)
      }
    }
    return (sizes, others)
  }

  /// Compiles the file, says on standard error what is wrong with it, and gives the model.
  ///
  /// - Parameters:
  ///   - output: Where the command is to write to, which must be none of the sources.
  ///   - definitions: Those of the command line unless others are given.
  ///   - ignoringClaims: Whether a model whose claims are its only mistakes is given as it really is.
  /// - Returns: Nil for the model where there is none to show; the exit code says why.
  static func load(
    _ parsed: ParsedCommand, writingTo output: String?, defining definitions: [Definition]? = nil,
    ignoringClaims: Bool = false
  ) -> (input: BackendInput?, exitCode: ExitCode) {
    let path = parsed[file]
    let name = parsed[model]
    let compilation: Compilation
    do throws(FileError) {
      compilation = try compile(path, selection(name), definitions ?? parsed[define])
    } catch {
      complain(error.message)
      return (nil, .usage)
    }
    if wouldReplaceSource(output, compilation.paths + compilation.unreadablePaths) { return (nil, .usage) }
    if !compilation.diagnostics.isEmpty {
      let isColored = Terminal(.standardError).usesColor(parsed[color])
      let text = DiagnosticFormat.text.render(
        compilation.diagnostics, sources: compilation.sources, version: Commands.version, color: isColored)
      _ = try? Output.standardError.write(text)
    }
    guard var checked = compilation.models.first else {
      if compilation.diagnostics.isEmpty { complain("\(path) declares no model") }
      return (nil, .errors)
    }
    let others = compilation.program.mainModels.map { compilation.program.name(of: $0) }.dropFirst()
    if name == nil, !others.isEmpty {
      complain("this is \(checked.network.name); `--model` shows another: \(others.joined(separator: ", "))")
    }
    if ignoringClaims, !checked.network.isComplete {
      checked = compilation.modelWithoutClaims(checked.network.name) ?? checked
    }
    return (BackendInput(compilation, checked), compilation.hasErrors ? .errors : .clean)
  }
}
