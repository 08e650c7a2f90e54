import CNNLayers
import CNNSyntax
import CNNText

/// Runs a model: evaluates its expressions, calls its blocks, and lays one layer after the other into the network,
/// checking each against its input. In `Expander+Statements`, `Expander+Stages`, `Expander+Joins` and `Evaluator`.
struct Expander {
  /// Calls, bodies and joins that may lie within each other.
  static let depthLimit = 200
  /// Statements that one model may run, and so layers it may have.
  static let stepLimit = 8_000_000
  /// Bytes of a text with holes.
  static let textLimit = 10_000

  let program: Program
  let kinds = Catalogue.layers
  /// The layers in use, and for each of the catalogue its place among them, or -1.
  var layers: [LayerInUse] = []
  var layerPlaces = [Int16](repeating: -1, count: Catalogue.layers.count)
  var network: Network
  var problems: [ModelProblem] = []
  private var reported: Set<ReportedFact> = []
  private var reportedExhaustion = false
  private var hints = 0
  private var reportedNames: Set<String> = []
  private var calleeProblems: [String: Int] = [:]

  /// The file whose body is running, and its tree.
  private(set) var file: FileID
  private(set) var tree: SyntaxTree
  private(set) var frame = FrameID.model
  /// What names mean at the top of the running file, and whether it has values at all.
  private(set) var namespace: Namespace
  private(set) var hasGlobals: Bool

  /// The tensor at this point of the pipeline.
  var current = Flow.none
  /// Variables in scope, innermost last. Those below `localBase` belong to callers.
  var locals: [Local] = []
  var localBase = 0
  /// Labels of the running call, and names given in the current scope.
  var labels = LabelScope()
  var naming: NamingScope
  /// Blocks that are running, outermost first.
  var callStack: [(block: Int, site: Span)] = []
  /// The tensors of the last stage, where it gave several: `split 2`.
  var parts: [Flow] = []
  /// The last stage of the line whose label, a list, names its parts.
  var lineEnd: (stage: Int, label: NodeID<Pattern>?) = (-1, nil)
  /// The outputs that the running call has named.
  var results: [BlockResult] = []
  /// Whether the running call of a model has met its input.
  var entered = false
  /// Tensors that blocks name as their outputs; a call need not read them all.
  var blockOutputs: Set<TensorID> = []
  var depth = 0
  var steps = 0
  /// Shared calls that are running, outermost first.
  var sharing: [Sharing] = []
  /// Of the layers so far.
  var counts = KernelCounts()
  /// What the network's extents are for every size of its symbols.
  var sizes = SizeTracker()
  /// The sizes to work shapes out with, by the symbol's name, from a run before this one.
  var standIns: [String: Int64] = [:]
  /// Symbols that `-D` gave a value: extents of inputs.
  var symbolValues: [Symbol: Value] = [:]
  var usedSymbols: Set<Symbol> = []
  var unusedOverrides: [OverrideValue] = []
  var inputPlaces: [(name: String, place: Span)] = []
  var outputPlaces: [(name: String, place: Span)] = []
  var isInBlock: Bool { !callStack.isEmpty }
  /// In how many joins of this call the running line stands.
  var nesting = 0
  /// The innermost join whose branches are running.
  var openJoin = OpenJoin(entering: .none)
  /// The next row is the first of a branch.
  var atDash = false
  /// Set when an expression looked at a variable or a tensor, so that it is no literal.
  var usedVariable = false
  var bound = BoundArguments()
  /// Claims to be checked once the model is complete.
  var claims: [(NodeID<Expression>, FileID)] = []
  /// The rows that are being run, innermost last.
  var openRows: [Int] = []
  /// Bodies that ran at least once; the others are checked without running.
  var visited = VisitedBodies()
  /// While checking names only: false inside a body that ran.
  var checksNames = true
  /// While checking names only: whether a condition or a loop may leave out what is checked.
  var isConditional = false
  /// The blocks that are called in what was checked so, whatever the arguments, and where.
  var calledBlocks: [(block: Int, site: Span)] = []

  init(program: Program, name: String, file: FileID) {
    self.program = program
    self.file = file
    tree = program.tree(file)
    namespace = program.namespaces[Int(file.index)]
    hasGlobals = namespace.hasValues
    network = Network(name: name, symbols: program.symbols)
    naming = NamingScope(id: -1, in: network)
  }

  mutating func enter(_ file: FileID, _ frame: FrameID) {
    self.frame = frame
    guard file != self.file else { return }
    self.file = file
    tree = program.tree(file)
    namespace = program.namespaces[Int(file.index)]
    hasGlobals = namespace.hasValues
  }

  /// From here on the network is not what the author wrote.
  mutating func markBroken() {
    current = .unknown
    if network.validLayers == nil { network.validLayers = network.layers.count }
  }

  /// What the broken parts of the file may have declared is not called unknown, and neither is a name of which the same
  /// was said before, unless it seems to be a slip of the pen.
  mutating func report(_ fact: NameFact, at span: Span) {
    if let unknown = fact.unknown {
      if namespace.isIncomplete || labels.lacksParameters || labels.isIncomplete && !unknown.isStage { return }
      if unknown.nearest == nil, !reportedNames.insert(unknown.name).inserted { return }
    }
    report(.name(fact), span)
  }
  mutating func report(_ fact: ArgumentFact, at span: Span) { report(.argument(fact), span) }
  mutating func report(_ fact: ValueFact, at span: Span) { report(.value(fact), span) }
  mutating func report(_ fact: StatementFact, at span: Span) { report(.statement(fact), span) }
  mutating func report(_ fact: ShapeFact, at span: Span) { report(.shape(fact), span) }

  private mutating func report(_ fact: ModelProblem.Fact, _ span: Span) {
    if program.tree(span.file).isSpoiled(span) { return }
    guard reported.insert(ReportedFact(place: span, kind: fact.kind)).inserted else { return }
    problems.append(ModelProblem(fact: fact, span: span, frame: network.frames.isEmpty ? nil : frame))
  }

  /// Keeps what else may be wrong with a name from being said.
  mutating func silenceNames(at place: Span) { reported.insert(ReportedFact(place: place, kind: .name)) }

  /// True while the same was not said of a callee too often: then the callee is wrong, not those who call it.
  mutating func isWorthSaying(of callee: String) -> Bool {
    calleeProblems[callee, default: 0] += 1
    return calleeProblems[callee, default: 0] <= 3
  }

  /// Counts work that no statement stands for: copies of lists.
  mutating func spend(_ items: Int) { steps = min(steps + items / 64, Self.stepLimit) }

  /// True once the model has taken more steps than any network needs; says so once.
  mutating func isExhausted(at place: Span) -> Bool {
    guard steps >= Self.stepLimit else { return false }
    if !reportedExhaustion {
      reportedExhaustion = true
      report(.tooManyLayers(Self.stepLimit), at: place)
      markBroken()
    }
    return true
  }

  /// The name nearest to one that is not known. After a hundred names nobody needs a hint any more.
  mutating func nearest(to name: String, in names: () -> [String]) -> String? {
    hints += 1
    return hints > 100 ? nil : nearestName(to: name, in: names())
  }

  func spelling(_ symbol: Symbol) -> String { network.symbols[symbol] }
}

/// A layer that a model uses. Shared, not copied: it is looked at for every stage.
final class LayerInUse: Sendable {
  let definition: LayerDefinition
  let signature: Expander.Signature

  init(_ definition: LayerDefinition, _ signature: Expander.Signature) {
    self.definition = definition
    self.signature = signature
  }
}

/// A variable in scope: a parameter, a `let`, or the name of a loop.
struct Local {
  let symbol: Symbol
  /// Nil where a mistake left it without one.
  let value: Value?
  /// Where a `let` stands.
  var place: Span?
}

/// Where the data has come to.
enum Flow: Equatable {
  /// No input has been declared yet.
  case none
  /// A mistake made the tensor unknown; what depends on it is not checked.
  case unknown
  case tensor(TensorID)

  /// The tensor, none where it is not known.
  var id: TensorID {
    switch self {
    case .none, .unknown: .none
    case .tensor(let id): id
    }
  }
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

/// The names that are given in one scope: labels, and what has none, counted by kind.
struct NamingScope {
  /// Index into `Network.scopes`; -1 for the model's own.
  let id: Int32
  /// Where its layers and inner scopes begin in the network.
  let firstLayer: Int
  let firstScope: Int
  /// A label took a number that a layer above it had been given.
  private(set) var hasConflict = false
  /// Labels that read like the name of something without one: `conv1`.
  private var taken: Set<LocalName> = []
  private var layers: [UInt32] = []
  private var calls = SymbolMap<UInt32>()
  private var labelled = SymbolMap<UInt32>()

  init(id: Int32, in network: Network) {
    self.id = id
    firstLayer = network.layers.count
    firstScope = network.scopes.count
  }

  /// Keeps a name for a label.
  mutating func take(_ name: LocalName) {
    taken.insert(name)
    // Whether something of that name has been counted yet is found out where the scope ends.
    if !layers.isEmpty || !calls.isEmpty { hasConflict = true }
  }

  mutating func nextLayer(_ kind: Int, of count: Int, _ symbol: Symbol) -> LocalName {
    if layers.isEmpty { layers = Array(repeating: 0, count: count) }
    layers[kind] += 1
    while !taken.isEmpty, taken.contains(LocalName(symbol: symbol, number: layers[kind])) { layers[kind] += 1 }
    return LocalName(symbol: symbol, number: layers[kind])
  }

  mutating func nextCall(_ symbol: Symbol) -> LocalName {
    var number = (calls[symbol] ?? 0) + 1
    while !taken.isEmpty, taken.contains(LocalName(symbol: symbol, number: number)) { number += 1 }
    calls[symbol] = number
    return LocalName(symbol: symbol, number: number)
  }

  /// What several stages of one labelled line are called: nothing stands after the first, a number after the others.
  mutating func nextLabelled(_ symbol: Symbol) -> LocalName {
    let number = (labelled[symbol] ?? 0) + 1
    labelled[symbol] = number
    return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
  }

  /// Whether calls of that name have numbers.
  func isCounted(_ symbol: Symbol) -> Bool { calls[symbol] != nil }

  mutating func restartNumbers() {
    layers = []
    for symbol in calls.keys { calls[symbol] = 0 }
  }
}
