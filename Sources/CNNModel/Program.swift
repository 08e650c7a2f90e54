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

/// The symbols of everything the language itself names. They are interned first, so that a symbol below `count` is one of
/// them, and tables tell what it names. One may name several things: `max` is a layer and a function, `length` a function
/// and a word.
struct KnownNames: Sendable {
  let layerSymbols: [Symbol]
  let residual: Int
  let add: Int
  private let measureSymbols: [Symbol]
  /// By symbol: an index into `Catalogue.layers`, or -1.
  private let layers: [Int16]
  /// By symbol: an index into all cases of each, or -1.
  private let words: [Int8]
  private let functions: [Int8]
  private let measures: [Int8]
  private let memberSymbols: [Symbol]

  init(_ symbols: inout SymbolTable) {
    layerSymbols = Catalogue.layers.map { symbols.intern($0.name) }
    let wordSymbols = Word.allCases.map { symbols.intern($0.rawValue) }
    let functionSymbols = Function.allCases.map { symbols.intern($0.rawValue) }
    measureSymbols = Measure.allCases.map { symbols.intern($0.rawValue) }
    let count = symbols.count
    layers = Self.table(layerSymbols, count)
    words = Self.table(wordSymbols, count)
    functions = Self.table(functionSymbols, count)
    measures = Self.table(measureSymbols, count)
    memberSymbols = TensorMember.allCases.map { symbols.intern($0.rawValue) }
    residual = Catalogue.layers.firstIndex { $0.join == .residual } ?? -1
    add = Catalogue.layers.firstIndex { $0.name == Elementwise.add.rawValue } ?? -1
  }

  /// The place of each of some symbols among them, -1 for all others.
  private static func table<Index: SignedInteger & FixedWidthInteger>(_ symbols: [Symbol], _ count: Int) -> [Index] {
    var table = [Index](repeating: -1, count: count)
    for (place, symbol) in symbols.enumerated() { table[Int(symbol.index)] = Index(truncatingIfNeeded: place) }
    return table
  }

  @inline(__always)
  private static func place<Index: BinaryInteger>(_ symbol: Symbol, in table: [Index]) -> Int? {
    let index = Int(symbol.index)
    guard index < table.count, table[index] >= 0 else { return nil }
    return Int(table[index])
  }

  @inline(__always)
  func layer(_ symbol: Symbol) -> Int? { Self.place(symbol, in: layers) }

  func word(_ symbol: Symbol) -> Word? { Self.place(symbol, in: words).map { Word.allCases[$0] } }
  func function(_ symbol: Symbol) -> Function? { Self.place(symbol, in: functions).map { Function.allCases[$0] } }
  func measure(_ symbol: Symbol) -> Measure? { Self.place(symbol, in: measures).map { Measure.allCases[$0] } }

  func member(_ symbol: Symbol) -> TensorMember? {
    memberSymbols.firstIndex(of: symbol).map { TensorMember.allCases[$0] }
  }

  func symbol(of measure: Measure) -> Symbol? { Measure.allCases.firstIndex(of: measure).map { measureSymbols[$0] } }
}

/// What `expect` can speak of.
public enum Measure: String, CaseIterable, Hashable, Sendable {
  case parameters, macs, memory, receptivefield
}

/// The extents a tensor can be asked for.
enum TensorMember: String, CaseIterable, Sendable {
  case h, w, d, c
  /// The only axis of a one-dimensional tensor.
  case l

  func extent(of shape: Shape) -> Int32? {
    if self == .c { return shape.channels }
    return axis(of: shape).map { shape.spatial[$0] }
  }

  /// Which spatial axis is meant; nil for channels, and where the tensor has no such axis.
  func axis(of shape: Shape) -> Int? {
    switch (self, shape.rank) {
    case (.l, 1), (.h, 2), (.d, 3): 0
    case (.w, 2), (.h, 3): 1
    case (.w, 3): 2
    case (.c, _), (.l, _), (.h, _), (.w, _), (.d, _): nil
    }
  }
}

/// The functions of the language.
public enum Function: String, CaseIterable, Hashable, Sendable {
  case min, max, abs, floor, ceil, round, sqrt, log2, length, sum, multiple
}
