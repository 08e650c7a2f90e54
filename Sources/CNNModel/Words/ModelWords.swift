import CNNLayers
import CNNSyntax
import CNNText

/// Words for the facts that were found while a model ran. They need the program and the finished network, and nothing of
/// the run: names and arguments are worded in `ModelMessages`, layers in `LayerMessages`, shapes in `ShapeMessages`,
/// branches in `BranchMessages`, sizes in `SizeMessages`; `Provenance` says where a tensor comes from.
struct ModelWords {
  let program: Program
  let network: Network
  /// What the extents are for every size; empty where no input has a symbol.
  let sizes: NetworkSizes
  /// Whether other sizes and arguments are tried for the help of a message, which takes as long as a run of the model.
  private(set) var triesAlternatives = true

  init(_ program: Program, _ network: Network) {
    self.program = program
    self.network = network
    sizes = network.sizes ?? NetworkSizes()
  }

  /// Words for what was found where there is no network: in values of a file, in what no model runs.
  init(_ program: Program) {
    self.init(program, Network(name: "", symbols: program.symbols, file: FileID(0)))
  }

  /// What was found, in words, in the order it was found.
  func diagnostics(_ problems: [ModelProblem]) -> [Diagnostic] {
    var words = self
    return problems.enumerated().map { index, problem in
      words.triesAlternatives = index < Self.triedMessages
      return words.diagnostic(problem)
    }
  }

  /// Whoever makes more mistakes than this reads the first of them first.
  private static let triedMessages = 16

  private func diagnostic(_ problem: ModelProblem) -> Diagnostic {
    var diagnostic = words(problem)
    if let frame = problem.frame { diagnostic.remarks += chain(of: frame).map { .note($0) } }
    return diagnostic
  }

  private func words(_ problem: ModelProblem) -> Diagnostic {
    let span = problem.span
    switch problem.fact {
    case .name(let fact): return words(fact, at: span)
    case .argument(let fact): return words(fact, at: span)
    case .value(let fact): return words(fact, at: span)
    case .statement(let fact): return words(fact, at: span)
    case .shape(let fact): return words(fact, at: span, frame: problem.frame ?? .model)
    }
  }

  /// How one got into a block: `in block basic with filters = 128, called at resnet.cnn:24:5`.
  private func chain(of frame: FrameID) -> [Message] {
    var notes: [Message] = []
    var id = frame
    while id > .model {
      let frame = network.frames[Int(id)]
      guard let block = frame.block, let stage = frame.stage else { break }
      let definition = program.callable(block)
      let values = network.recordedArguments(frame.argumentList) ?? []
      let names = program.parameterNames(of: definition)
      let list = values.map { "\(names[$0.parameter]) = \(text($0.value))" }.joined(separator: ", ")
      let caller = program.tree(network.frames[Int(frame.parent)].file)
      let site = caller.headSpan(caller.stages[stage.position])
      let with = list.isEmpty ? "" : " with \(list)"
      let kind = definition.definition.isModel ? "model" : "block"
      notes.append("in \(kind) \(program.name(of: definition))\(with), called at \(site)")
      id = frame.parent
    }
    if notes.count > 4 { return notes.prefix(2) + ["\(notes.count - 3) calls more"] + notes.suffix(1) }
    return notes
  }

  /// A value as the author would write it.
  func text(_ value: Value) -> String {
    value.text { value in
      switch value {
      case .layer(.layer(let index)): Catalogue.layers[index].name
      case .layer(.shared(let index)): program.symbols[network.sharedCalls[index].name.symbol]
      case .layer(.block(let index)): program.name(of: program.callable(index))
      case .tensor(let tensor):
        Int(tensor.id) < network.tensors.count ? network.path(of: network.producer(of: tensor.id)) : "input"
      case .size(let size): sizes.words(size)
      case .number, .decimal, .boolean, .shape, .list, .range, .word, .text: ""
      }
    }
  }
}
