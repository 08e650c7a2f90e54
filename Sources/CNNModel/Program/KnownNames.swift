import CNNLayers
import CNNSyntax

/// The symbols of everything the language itself names. They are interned first, so that a symbol below `count` is one of
/// them, and tables tell what it names. One may name several things: `max` is a layer and a function, `length` a function
/// and a word.
struct KnownNames: Sendable {
  /// All layers of the catalogue. A copy at hand: access to a static goes through a lock.
  let kinds = Catalogue.layers
  let layerSymbols: [Symbol]
  let residual: Int
  let add: Int
  private let measureSymbols: [Symbol]
  /// By symbol: an index into `Catalogue.layers`, or -1.
  private let layers: [Int16]
  /// The same, but for layers that yield to blocks of their name.
  private let firmLayers: [Int16]
  /// By symbol: an index into all cases of each, or -1.
  private let words: [Int8]
  private let functions: [Int8]
  private let measures: [Int8]
  private let memberSymbols: [Symbol]

  init(_ symbols: inout SymbolTable) {
    layerSymbols = kinds.map { symbols.intern($0.name) }
    let wordSymbols = Word.allCases.map { symbols.intern($0.rawValue) }
    let functionSymbols = Function.allCases.map { symbols.intern($0.rawValue) }
    measureSymbols = Measure.allCases.map { symbols.intern($0.rawValue) }
    let count = symbols.count
    let layers: [Int16] = Self.table(layerSymbols, count)
    let kinds = kinds
    self.layers = layers
    firmLayers = layers.map { $0 >= 0 && kinds[Int($0)].yields ? -1 : $0 }
    words = Self.table(wordSymbols, count)
    functions = Self.table(functionSymbols, count)
    measures = Self.table(measureSymbols, count)
    memberSymbols = TensorMember.allCases.map { symbols.intern($0.rawValue) }
    residual = kinds.firstIndex { $0.join == .residual } ?? -1
    add = kinds.firstIndex { $0.name == Elementwise.add.rawValue } ?? -1
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

  /// A layer whose name no block can have. Those that came after the first version yield to blocks of their name.
  @inline(__always)
  func firmLayer(_ symbol: Symbol) -> Int? { Self.place(symbol, in: firmLayers) }

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
