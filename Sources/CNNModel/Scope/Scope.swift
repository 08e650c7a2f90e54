import CNNLayers
import CNNSyntax
import CNNText

/// What names mean at one place of a program: variables and labels of the running call, then what the file declares and
/// imports, then what the language itself names.
struct Scope {
  let program: Program
  /// The file whose body is running.
  private(set) var file: FileID
  /// What names mean at the top of that file.
  private(set) var namespace: Namespace
  private var hasGlobals: Bool

  /// Variables in scope, innermost last. Those below `localBase` belong to callers.
  var locals = Locals()
  var localBase = 0
  /// Labels of the running call.
  var labels = LabelScope()
  /// All names by number; those that are made while a model runs are added here.
  var symbols: SymbolTable
  /// Set when a variable or a tensor is looked up: what is evaluated then is not a literal.
  var usedVariable = false

  init(_ program: Program, file: FileID) {
    self.program = program
    self.file = file
    namespace = program.namespaces[Int(file.index)]
    hasGlobals = namespace.hasValues
    symbols = program.symbols
  }

  /// Goes on in another file. Variables and labels stay.
  mutating func enter(_ file: FileID) {
    self.file = file
    namespace = program.namespaces[Int(file.index)]
    hasGlobals = namespace.hasValues
  }

  func spelling(_ symbol: Symbol) -> String { symbols[symbol] }

  // MARK: What a name means

  /// A variable in scope: outer nil where there is none, inner nil where a mistake left it without a value.
  mutating func variable(_ symbol: Symbol) -> Value?? {
    if let position = locals.position(of: symbol, from: localBase) {
      usedVariable = true
      return .some(locals[position].value)
    }
    guard hasGlobals else { return nil }
    let value = namespace.value(symbol)
    if value != nil { usedVariable = true }
    return value
  }

  /// What a stage's name calls; nil where nothing has that name.
  mutating func callee(of name: Name) -> Callee? {
    if locals.count > localBase || hasGlobals, let callee = callee(ofVariable: name.symbol) { return callee }
    if let layer = program.names.firmLayer(name.symbol) { return .layer(layer) }
    return yieldingCallee(name.symbol)
  }

  /// What a variable calls: outer nil where it is no layer, inner nil where a mistake left it without a value, which has
  /// been reported. Most stages name no variable, so its value has no room in the caller.
  @inline(never)
  private mutating func callee(ofVariable symbol: Symbol) -> Callee?? {
    guard let value = variable(symbol) else { return nil }
    guard let value else { return .some(nil) }
    if case .layer(let callee) = value { return .some(callee) }
    return nil
  }

  /// What a name means that is not a variable.
  func namedCallee(_ symbol: Symbol) -> Callee? {
    program.names.firmLayer(symbol).map { .layer($0) } ?? yieldingCallee(symbol)
  }

  /// A block or model, or a layer that yields to blocks of its name.
  private func yieldingCallee(_ symbol: Symbol) -> Callee? {
    if let block = callable(symbol) { return .block(block) }
    return program.names.layer(symbol).map { .layer($0) }
  }

  /// The block or model of a name, as an index for `Program.callable`.
  func callable(_ symbol: Symbol) -> Int? {
    namespace.block(symbol) ?? namespace.model(symbol).map { program.blocks.count + $0 }
  }

  /// Whether a name that is not a variable has a value: a tensor, a word, a layer or a block.
  func isValue(_ symbol: Symbol) -> Bool {
    labels.entries[symbol] != nil || program.names.word(symbol) != nil || program.names.layer(symbol) != nil
      || callable(symbol) != nil
  }

  /// True where a name that seems unknown may be declared by what could not be read.
  func mayDeclare(_ unknown: (name: String, nearest: String?, isStage: Bool)) -> Bool {
    namespace.isIncomplete || labels.lacksParameters || labels.isIncomplete && !unknown.isStage
  }

  // MARK: What there is to name

  /// All names that have values here.
  var valueNames: [String] {
    var names: Set<String> = []
    for index in localBase..<locals.count { names.insert(spelling(locals[index].symbol)) }
    for key in labels.entries.keys { names.insert(spelling(key)) }
    for symbol in namespace.valueSymbols + namespace.blockSymbols { names.insert(spelling(symbol)) }
    // Axes are no help where a number is wanted, and the names of many mistyped numbers are near to `width`.
    for word in Word.allCases where !Word.axes.contains(word) { names.insert(word.rawValue) }
    for kind in program.names.kinds { names.insert(kind.name) }
    return names.sorted()
  }

  /// All names that can begin a line here.
  var stageNames: [String] {
    let words: [TokenKind] = [.keywordInput, .keywordOutput, .keywordExpect, .keywordFrom, .keywordRepeat]
    return program.names.kinds.map(\.name) + words.compactMap(\.spelling)
      + namespace.blockSymbols.map { symbols[$0] }
  }

  /// The labels of the running call.
  var labelNames: [String] { labels.entries.keys.map { symbols[$0] }.sorted() }
}

/// A variable in scope: a parameter, a `let`, or the name of a loop.
struct Local {
  let symbol: Symbol
  /// Nil where a mistake left it without one.
  let value: Value?
  /// Where a `let` is written.
  var place: Span?
}

/// The labels of one call.
struct LabelScope {
  struct Entry {
    let flow: Flow
    let span: Span
    /// In how many outputs' bodies the label was given.
    var level = 0
  }

  var level = 0
  var entries = SymbolMap<Entry>()
  /// True where a line of the body could not be read: a label that is not here may be there.
  var isIncomplete = false
  /// True where the parameters of the definition could not be read.
  var lacksParameters = false
}
