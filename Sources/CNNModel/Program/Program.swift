import CNNLayers
import CNNSyntax
import CNNText

/// All files of a compilation, parsed, with what each declares and imports.
public struct Program: Sendable {
  public internal(set) var sources = SourceSet()
  public internal(set) var trees: [SyntaxTree] = []
  public internal(set) var symbols: SymbolTable
  public internal(set) var blocks: [ProgramDefinition] = []
  public internal(set) var models: [ProgramDefinition] = []
  /// The paths of imports that could not be read.
  public internal(set) var unreadableImports: [String] = []
  /// One for each file.
  var namespaces: [Namespace] = []
  let names: KnownNames

  init() {
    var symbols = SymbolTable()
    names = KnownNames(&symbols)
    self.symbols = symbols
  }

  public func tree(_ file: FileID) -> SyntaxTree { trees[Int(file.index)] }

  /// The models that the first file declares itself, in its order.
  public var mainModels: [ProgramDefinition] { models.filter { $0.file == FileID(0) } }

  /// What a stage can call beside layers, by the index that `Callee.block` holds: blocks, then models.
  public func callable(_ index: Int) -> ProgramDefinition {
    index < blocks.count ? blocks[index] : models[index - blocks.count]
  }

  public func name(of definition: ProgramDefinition) -> String { symbols[definition.definition.name.symbol] }

  /// What the parameters of a block or model are called, in order.
  func parameterNames(of definition: ProgramDefinition) -> [String] {
    let tree = tree(definition.file)
    return definition.definition.parameters.range.map { symbols[tree.parameters[$0].name.symbol] }
  }
}

/// A block or model and the file it stands in.
public struct ProgramDefinition: Sendable {
  public let file: FileID
  public let definition: Definition
}
