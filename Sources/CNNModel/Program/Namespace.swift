import CNNLayers
import CNNSyntax
import CNNText

/// What names mean at the top of a file: its own declarations and those of the files it imports.
struct Namespace: Sendable {
  enum Meaning: Sendable {
    /// An index into the program's blocks.
    case block(Int)
    /// An index into the program's models.
    case model(Int)
    /// A `let`; nil where a mistake left it without a value.
    case value(Value?)
  }

  struct Entry: Sendable {
    let symbol: Symbol
    /// Where it is declared, in this file or an imported one.
    let place: Span
    let meaning: Meaning
  }

  /// The file whose names these are.
  let file: FileID
  private(set) var entries: [Entry] = []
  private(set) var hasValues = false
  /// How many of its names the file declares itself.
  private(set) var ownCount = 0
  /// True where a declaration or an imported file could not be read: a name that is not here may be there.
  var isIncomplete = false
  /// The place of each entry. A table of all symbols would be quicker, but there is one of these for each file.
  private var places = SymbolMap<Int32>()

  subscript(symbol: Symbol) -> Entry? { places[symbol].map { entries[Int($0)] } }

  init(_ file: FileID) { self.file = file }

  func block(_ symbol: Symbol) -> Int? {
    if case .block(let index)? = self[symbol]?.meaning { return index }
    return nil
  }

  func model(_ symbol: Symbol) -> Int? {
    if case .model(let index)? = self[symbol]?.meaning { return index }
    return nil
  }

  /// A value: outer nil where there is none of that name, inner nil where it is unknown.
  func value(_ symbol: Symbol) -> Value?? {
    if case .value(let value)? = self[symbol]?.meaning { return .some(value) }
    return nil
  }

  var blockSymbols: [Symbol] { entries.compactMap { if case .block = $0.meaning { $0.symbol } else { nil } } }
  var modelSymbols: [Symbol] { entries.compactMap { if case .model = $0.meaning { $0.symbol } else { nil } } }
  var valueSymbols: [Symbol] { entries.compactMap { if case .value = $0.meaning { $0.symbol } else { nil } } }

  /// Adds a name; what bears it already stays and is returned.
  mutating func declare(_ entry: Entry) -> Entry? {
    if let other = self[entry.symbol] { return other }
    places[entry.symbol] = Int32(truncatingIfNeeded: entries.count)
    if entry.place.file == file { ownCount += 1 }
    entries.append(entry)
    if case .value = entry.meaning { hasValues = true }
    return nil
  }
}
