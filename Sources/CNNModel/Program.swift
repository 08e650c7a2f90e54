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

/// The symbols of everything the language itself names. They are interned first, one kind after the other, so that a
/// symbol says by its number what it names.
struct KnownNames: Sendable {
  let layerSymbols: [Symbol]
  let residual: Int
  let add: Int
  private let firstWord: Int
  private let firstFunction: Int
  private let firstMeasure: Int
  private let end: Int
  private let memberSymbols: [Symbol]

  init(_ symbols: inout SymbolTable) {
    layerSymbols = Catalogue.layers.map { symbols.intern($0.name) }
    firstWord = symbols.count
    for word in Word.allCases { _ = symbols.intern(word.rawValue) }
    firstFunction = symbols.count
    for function in Function.allCases { _ = symbols.intern(function.rawValue) }
    firstMeasure = symbols.count
    for measure in Measure.allCases { _ = symbols.intern(measure.rawValue) }
    end = symbols.count
    memberSymbols = TensorMember.allCases.map { symbols.intern($0.rawValue) }
    residual = Catalogue.layers.firstIndex { $0.join == .residual } ?? -1
    add = Catalogue.layers.firstIndex { $0.name == Elementwise.add.rawValue } ?? -1
  }

  @inline(__always)
  func layer(_ symbol: Symbol) -> Int? {
    let index = Int(symbol.index)
    return index < firstWord ? index : nil
  }

  func word(_ symbol: Symbol) -> Word? { Self.item(symbol, from: firstWord, to: firstFunction) }
  func function(_ symbol: Symbol) -> Function? { Self.item(symbol, from: firstFunction, to: firstMeasure) }
  func measure(_ symbol: Symbol) -> Measure? { Self.item(symbol, from: firstMeasure, to: end) }

  func member(_ symbol: Symbol) -> TensorMember? {
    memberSymbols.firstIndex(of: symbol).map { TensorMember.allCases[$0] }
  }

  func symbol(of measure: Measure) -> Symbol? {
    Measure.allCases.firstIndex(of: measure).map { Symbol(index: UInt32(firstMeasure + $0)) }
  }

  private static func item<Item: CaseIterable>(_ symbol: Symbol, from start: Int, to end: Int) -> Item?
  where Item.AllCases == [Item] {
    let index = Int(symbol.index)
    return index >= start && index < end ? Item.allCases[index - start] : nil
  }
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
