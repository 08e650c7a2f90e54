import CNNLayers
import CNNSyntax
import CNNText

/// The walk: runs a model statement by statement, calls its blocks, and adds one layer after the other to the network.
///
/// It knows the order in which things happen, and leaves the rest to the rooms below it: what an expression is worth to
/// the evaluator, what a name means to its scope, what the network becomes to what is built, and what was found wrong to
/// the log.
struct Expander {
  /// Calls, bodies and joins that may be nested in each other.
  static let depthLimit = 200

  let program: Program
  /// Where the walk is: the evaluator of expressions, with the names in scope, the log, and what is built so far.
  var here: Evaluator
  /// Blocks that are running, outermost first.
  var callStack: [(block: Int, site: Span)] = []
  /// What the running call has come to.
  var call = CallProgress()
  /// The innermost join whose branches are running.
  var openJoin = OpenJoin(entering: .none)
  /// The tensors of the last stage, where it gave several: `split 2`.
  var parts: [Flow] = []
  /// The last stage of the line whose label, a list, names its parts.
  var lineEnd: (stage: Int, label: NodeID<Pattern>?) = (-1, nil)
  var depth = 0
  /// Shapes that the author claims are passed over, to see what the network is whatever they say.
  let ignoresClaims: Bool
  /// What the model says of its inputs, its outputs and itself.
  var interface = ModelInterface()
  /// What the symbols in the shapes of inputs stand for.
  var symbols: InputSymbols
  /// Bodies that ran at least once; the others are checked without running.
  var visited = VisitedBodies()

  /// - Parameter symbols: What is known of the symbols before the run.
  init(_ program: Program, _ model: ProgramDefinition, symbols: InputSymbols, ignoresClaims: Bool = false) {
    self.program = program
    self.ignoresClaims = ignoresClaims
    here = Evaluator(program, file: model.file, name: program.name(of: model))
    self.symbols = symbols
  }

  /// Takes over what models before this one did, or gives it back: it is as long as the files, and not to be copied.
  mutating func exchange(_ run: inout ProgramRun) {
    swap(&visited, &run.visited)
    swap(&here.budget, &run.budget)
    swap(&here.log.hints, &run.hints)
  }

  var isInBlock: Bool { !callStack.isEmpty }
  var kinds: [LayerKind] { program.names.kinds }
}

/// What the running call has come to.
struct CallProgress {
  /// The outputs that it has named.
  var results: [BlockResult] = []
  /// Where each name among them is given first.
  var outputs = SymbolMap<Span>()
  /// Whether a model that is called has met its input.
  var hasEntered = false
}

/// `output c3: stage 128, 4` in a block: a tensor that its caller reads as `feet.c3`.
struct BlockResult {
  let symbol: Symbol
  let flow: Flow
  /// Where the block names it.
  let place: Span
}

/// What a model says of its inputs, its outputs and itself.
struct ModelInterface {
  /// Where each is declared.
  var inputs = SymbolMap<Span>()
  var outputs = SymbolMap<Span>()
  /// Tensors that blocks name as their outputs; a call need not read them all.
  var blockOutputs: Set<TensorID> = []
  /// Claims to be checked once the model is complete.
  var claims: [(claim: NodeID<Expression>, file: FileID)] = []
}

/// What the symbols in the shapes of inputs stand for.
struct InputSymbols {
  /// The sizes to work shapes out with, by the symbol's name, from a run before this one.
  var standIns: [String: Int64] = [:]
  /// Symbols that `-D` gave a value.
  var values: [Symbol: Value] = [:]
  var used: Set<Symbol> = []
}
