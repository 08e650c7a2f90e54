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
}

/// A block or model and the file it stands in.
public struct ProgramDefinition: Sendable {
  public let file: FileID
  public let definition: Definition
}

/// What names mean at the top of a file: its own declarations and those of the files it imports.
struct Namespace: Sendable {
  var blocks: [Symbol: Int] = [:]
  var models: [Symbol: Int] = [:]
  var values: [Symbol: Value] = [:]
  /// Values that a mistake left without one.
  var unknown: Set<Symbol> = []
  /// Where each name was declared or brought in.
  var places: [Symbol: Span] = [:]
}

/// The symbols of everything the language itself names, worked out once.
struct KnownNames: Sendable {
  /// For a symbol, the index of the layer of that name, or -1. Layers are interned first, so the table is short.
  let layerBySymbol: [Int16]
  /// The parameter names of each layer.
  let signatures: [Expander.Signature]
  /// For each layer, a bit for every parameter that must be given.
  let required: [UInt32]
  /// The words are interned one after the other, from here on.
  private let firstWord: UInt32
  let functions: [Symbol: Function]
  let measures: [Symbol: Measure]
  let members: [Symbol: TensorMember]
  let residual: Int
  let add: Int
  let layerSymbols: [Symbol]

  init(_ symbols: inout SymbolTable) {
    layerSymbols = Catalogue.layers.map { symbols.intern($0.name) }
    var table = [Int16](repeating: -1, count: symbols.count)
    for (index, symbol) in layerSymbols.enumerated() { table[Int(symbol.index)] = Int16(index) }
    layerBySymbol = table
    firstWord = UInt32(symbols.count)
    for word in Word.allCases { _ = symbols.intern(word.rawValue) }
    signatures = Catalogue.layers.map { layer in
      Expander.Signature(
        callee: layer.name, symbols: layer.parameters.map { symbols.intern($0.name) }, infos: layer.parameters)
    }
    required = Catalogue.layers.map { layer in
      layer.parameters.enumerated().reduce(0) { $1.element.isRequired ? $0 | 1 << UInt32($1.offset) : $0 }
    }
    functions = Dictionary(uniqueKeysWithValues: Function.allCases.map { (symbols.intern($0.rawValue), $0) })
    measures = Dictionary(uniqueKeysWithValues: Measure.allCases.map { (symbols.intern($0.rawValue), $0) })
    members = Dictionary(uniqueKeysWithValues: TensorMember.allCases.map { (symbols.intern($0.rawValue), $0) })
    residual = Catalogue.layers.firstIndex { $0.join == .residual } ?? -1
    add = Catalogue.layers.firstIndex { $0.name == Elementwise.add.rawValue } ?? -1
  }

  /// The word that a symbol is. No layer has the name of a word, so the words' symbols are neighbours.
  func word(_ symbol: Symbol) -> Word? {
    let index = Int(symbol.index) - Int(firstWord)
    return Word.allCases.indices.contains(index) ? Word.allCases[index] : nil
  }

  @inline(__always)
  func layer(_ symbol: Symbol) -> Int? {
    let index = Int(symbol.index)
    guard index < layerBySymbol.count, layerBySymbol[index] >= 0 else { return nil }
    return Int(layerBySymbol[index])
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
    switch (self, shape.rank) {
    case (.c, _): shape.channels
    case (.l, 1): shape.spatial[0]
    case (.h, 2): shape.spatial[0]
    case (.w, 2): shape.spatial[1]
    case (.d, 3): shape.spatial[0]
    case (.h, 3): shape.spatial[1]
    case (.w, 3): shape.spatial[2]
    case (.l, _), (.h, _), (.w, _), (.d, _): nil
    }
  }
}

/// The functions of the language.
public enum Function: String, CaseIterable, Hashable, Sendable {
  case min, max, abs, floor, ceil, round, sqrt, log2, length, sum, multiple
}
