import CNNLayers
import CNNSyntax
import CNNText

/// Reads a file that is imported: gives its bytes, or in words why it cannot be read. The path is relative to where the
/// compilation began, as the importing file's is.
public typealias FileReader = (_ path: String) -> Result<[UInt8], UnreadableFile>

public struct UnreadableFile: Error, Hashable, Sendable {
  public let reason: String

  public init(_ reason: String) {
    self.reason = reason
  }
}

/// Parses a file and, once each, those it imports, and works out what names mean in each.
public func load(
  path: String, bytes: [UInt8], reader: @escaping FileReader
) -> (program: Program, diagnostics: [Diagnostic]) {
  var loader = Loader(reader: reader)
  loader.load(loader.add(path: path, bytes: bytes))
  loader.program.symbols = loader.program.symbols.shared()
  return (loader.program, loader.diagnostics)
}

private struct Loader {
  /// Names that imports may bring into all files together: those of one file count in each that imports it.
  private static let importedNameLimit = 1_000_000

  let reader: FileReader
  var program = Program()
  var diagnostics: [Diagnostic] = []
  /// By their paths, normalized.
  private var loaded: [String: FileID] = [:]
  private var importedNames = 0
  /// What was found in the values of all files: what is said of a name once is not said of it in each value.
  private var hints = NameHints()
  private var budget = StepBudget()

  /// A file whose declarations are being read.
  private struct Visit {
    let file: FileID
    /// The declaration to go on with.
    var next = 0
    /// Where it is imported; nil for the main file.
    let place: Span?
  }

  init(reader: @escaping FileReader) {
    self.reader = reader
  }

  /// Parses a file and registers what it declares itself.
  mutating func add(path: String, bytes: [UInt8]) -> FileID {
    let source = program.sources.add(path: path, bytes: bytes)
    loaded[ImportPath.normalized(path)] = source.id
    let (tree, problems) = parse(source, symbols: &program.symbols)
    diagnostics += problems.map { Diagnostic($0, in: source) }
    program.trees.append(tree)
    program.namespaces.append(Namespace(source.id))
    program.namespaces[Int(source.id.index)].isIncomplete = tree.lacksDeclaration
    for declaration in tree.declarations {
      if case .definition(let definition) = declaration { register(definition, in: source.id) }
    }
    return source.id
  }

  private mutating func register(_ definition: Definition, in file: FileID) {
    let tree = program.tree(file)
    let symbol = definition.name.symbol
    let span = tree.span(definition.name)
    if program.names.firmLayer(symbol) != nil {
      diagnostics.append(LoaderWords.builtInName(program.symbols[symbol], isModel: definition.isModel, at: span))
      return
    }
    let entry = ProgramDefinition(file: file, definition: definition)
    let meaning: Namespace.Meaning =
      definition.isModel ? .model(program.models.count) : .block(program.blocks.count)
    guard declare(symbol, meaning, in: file, at: span) else { return }
    if definition.isModel { program.models.append(entry) } else { program.blocks.append(entry) }
  }

  /// Gives a name its meaning; false, and a diagnostic, where the file has it already.
  private mutating func declare(_ symbol: Symbol, _ meaning: Namespace.Meaning, in file: FileID, at span: Span) -> Bool
  {
    let entry = Namespace.Entry(symbol: symbol, place: span, meaning: meaning)
    guard let other = program.namespaces[Int(file.index)].declare(entry) else { return true }
    diagnostics.append(LoaderWords.duplicateName(program.symbols[symbol], at: span, first: other.place))
    return false
  }

  /// Loads what a file imports, depth first, then brings its names in and evaluates its `let`s. The files that wait for
  /// others lie on a stack of its own: a chain of imports may be long.
  mutating func load(_ main: FileID) {
    var open = [Visit(file: main, place: nil)]
    // By the number of the file: a set would be a type of its own to set up in every run.
    var isOpen = [Bool](repeating: false, count: Int(main.index)) + [true]
    while let visit = open.last {
      let tree = program.tree(visit.file)
      guard visit.next < tree.declarations.count else {
        open.removeLast()
        isOpen[Int(visit.file.index)] = false
        if let importer = open.last?.file, let place = visit.place { bringIn(visit.file, into: importer, at: place) }
        continue
      }
      open[open.count - 1].next += 1
      switch tree.declarations[visit.next] {
      case .importFile(_, let path):
        guard let (file, place) = importFile(path, into: visit.file) else { continue }
        switch file {
        case .new(let file):
          open.append(Visit(file: file, place: place))
          while isOpen.count <= Int(file.index) { isOpen.append(false) }
          isOpen[Int(file.index)] = true
        case .known(let file) where Int(file.index) < isOpen.count && isOpen[Int(file.index)]:
          let chain = open.map(\.file)
          diagnostics.append(LoaderWords.importCycle(chain: chain, closing: file, at: place, sources: program.sources))
          markIncomplete(visit.file)
        case .known(let file): bringIn(file, into: visit.file, at: place)
        }
      case .binding(let id): evaluate(tree[id], in: visit.file)
      case .definition: break
      }
    }
  }

  private enum Imported {
    case new(FileID)
    case known(FileID)
  }

  /// The file that an import names, and where it does so; nil after a mistake.
  private mutating func importFile(
    _ path: NodeID<StringTemplate>, into file: FileID
  ) -> (Imported, place: Span)? {
    let tree = program.tree(file)
    let template = tree[path]
    let span = tree.span(template)
    guard template.first == template.last else {
      diagnostics.append(LoaderWords.importWithHoles(at: span))
      markIncomplete(file)
      return nil
    }
    let target = ImportPath.resolved(tree.stringText(template.first), from: tree.source.path)
    // The main file may be standard input, which no other file can be read from as well.
    guard target != "-" else {
      diagnostics.append(LoaderWords.importOfStandardInput(at: span))
      markIncomplete(file)
      return nil
    }
    if let known = loaded[target] { return (.known(known), span) }
    switch reader(target) {
    case .failure(let failure):
      diagnostics.append(LoaderWords.unreadableImport(target, reason: failure.reason, at: span))
      program.unreadableImports.append(target)
      markIncomplete(file)
      return nil
    case .success(let bytes): return (.new(add(path: target, bytes: bytes)), span)
    }
  }

  private mutating func markIncomplete(_ file: FileID) { program.namespaces[Int(file.index)].isIncomplete = true }

  /// Brings the names a file declares itself into another.
  private mutating func bringIn(_ source: FileID, into file: FileID, at span: Span) {
    if program.namespaces[Int(source.index)].isIncomplete { markIncomplete(file) }
    importedNames += program.namespaces[Int(source.index)].ownCount
    if importedNames > Self.importedNameLimit {
      diagnostics.append(LoaderWords.tooManyImportedNames(limit: Self.importedNameLimit, at: span))
      return markIncomplete(file)
    }
    for entry in program.namespaces[Int(source.index)].entries where entry.place.file == source {
      guard let other = program.namespaces[Int(file.index)].declare(entry), other.place != entry.place else { continue }
      let place = other.place.file == file ? other.place : span
      diagnostics.append(LoaderWords.importedTwice(program.symbols[entry.symbol], at: place, other: entry.place))
    }
  }

  private mutating func evaluate(_ binding: Binding, in file: FileID) {
    let span = program.tree(file).span(binding.name)
    _ = declare(binding.name.symbol, .value(value(of: binding, in: file, at: span)), in: file, at: span)
  }

  /// The evaluator shares the program, which is not to be copied for every name: it is gone before the next is declared.
  private mutating func value(of binding: Binding, in file: FileID, at span: Span) -> Value? {
    if program.tree(file).isSpoiled(span) { return nil }
    var evaluator = Evaluator(program, file: file)
    swap(&evaluator.log.hints, &hints)
    swap(&evaluator.budget, &budget)
    let value = evaluator.isExhausted(at: span) ? nil : evaluator.evaluate(binding.value)
    swap(&evaluator.log.hints, &hints)
    swap(&evaluator.budget, &budget)
    diagnostics += ModelWords(program).diagnostics(evaluator.log.problems)
    return value
  }
}

/// Paths of imported files: relative to the file that imports.
enum ImportPath {
  static func resolved(_ path: String, from importer: String) -> String {
    if path.hasPrefix("/") { return normalized(path) }
    guard let slash = importer.lastIndex(of: "/") else { return normalized(path) }
    return normalized(importer[...slash] + path)
  }

  /// Without `.` and with `..` resolved where something precedes it.
  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
