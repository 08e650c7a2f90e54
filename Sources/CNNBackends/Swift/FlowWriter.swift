import CNNLayers
import CNNModel

/// The statements that run a body forward.
///
/// A tensor that only the next statement reads is `x`; every other one has a name of its own.
struct FlowWriter {
  /// A statement to be: something is called with tensors and gives tensors.
  struct Move {
    enum Callee: Hashable {
      /// A layer of one input.
      case layer
      /// A layer that takes its inputs in a list.
      case join
      /// A layer that takes one input, and another for its extents.
      case fit
      /// A block; nil for the input that bears no label.
      case block([String?])
      /// An array of blocks, one after the other.
      case run
    }

    struct SharedArgument {
      let label: String
      let name: String
      let isProperty: Bool
    }

    let property: String
    /// Whether it is a property of the body; a parameter otherwise.
    let isProperty: Bool
    let callee: Callee
    let reads: [TensorID]
    let gives: [TensorID]
    /// What is shared and passed on.
    let shared: [SharedArgument]
    /// What the tensors it gives are called, where they need a name.
    let names: [String]
  }

  private let moves: [Move]
  private let results: [TensorID]
  private var expressions: [TensorID: String]
  private var names: SwiftNames
  /// Names that mean a local in the whole body, so that a property of that name needs `self`.
  private var locals: Set<String>
  private var statements: [SwiftStatement] = []
  private var assignments: [Int] = []

  /// - Parameters:
  ///   - parameters: What the tensors that enter are called.
  ///   - results: The tensors that the body gives.
  init(_ moves: [Move], parameters: [(tensor: TensorID, name: String)], results: [TensorID]) {
    self.moves = moves
    self.results = results
    expressions = Dictionary(parameters.map { ($0.tensor, $0.name) }) { first, _ in first }
    locals = Set(parameters.map(\.name))
    let sharedParameters =
      moves.filter { !$0.isProperty }.map(\.property)
      + moves.flatMap(\.shared).filter { !$0.isProperty }.map(\.name)
    names = SwiftNames(reserved: SwiftNames.members.union(locals).union(sharedParameters))
  }

  /// The statements of a body with one result, the last of which returns it.
  mutating func writeReturning() -> [SwiftStatement] {
    run()
    let result = results.first.flatMap { expressions[$0] } ?? "x"
    if case .assignment("x", let value)? = statements.last, result == "x" {
      statements[statements.count - 1] = .result(value)
      assignments.removeLast()
    } else {
      statements.append(.result(SwiftExpression(result)))
    }
    declare()
    return statements
  }

  /// The statements, and what the results are called behind them.
  mutating func write() -> (statements: [SwiftStatement], results: [String]) {
    run()
    declare()
    return (statements, results.map { expressions[$0] ?? "x" })
  }

  private mutating func run() {
    var uses: [TensorID: Int] = [:]
    for tensor in moves.flatMap(\.reads) + results { uses[tensor, default: 0] += 1 }
    var targets: [[String]] = []
    for (index, move) in moves.enumerated() {
      let next = index + 1 < moves.count ? moves[index + 1].reads : results
      if move.gives.count == 1, uses[move.gives[0]] == 1, next.contains(move.gives[0]) {
        targets.append(["x"])
        continue
      }
      let own = move.names.map { names.unique($0) }
      locals.formUnion(own)
      targets.append(own)
    }
    for (move, target) in zip(moves, targets) { write(move, target) }
  }

  /// Declares `x` where it is first written, as a constant where it is written once.
  private mutating func declare() {
    if let first = assignments.first, case .assignment(let name, let expression) = statements[first] {
      statements[first] = .binding(isVariable: assignments.count > 1, [name], expression)
    }
  }

  private mutating func write(_ move: Move, _ target: [String]) {
    let inputs = move.reads.map { expressions[$0] ?? "x" }
    let property = move.isProperty && locals.contains(move.property) ? "self." + move.property : move.property
    for (tensor, name) in zip(move.gives, target) { expressions[tensor] = name }
    let arguments: [String]
    switch move.callee {
    case .layer: arguments = inputs
    case .join: arguments = ["[" + inputs.joined(separator: ", ") + "]"]
    case .fit: arguments = [inputs[0], "like: \(inputs[1])"]
    case .block(let labels):
      arguments = zip(labels, inputs).map { label, input in (label.map { $0 + ": " } ?? "") + input }
    case .run:
      if inputs[0] != "x" { assign(SwiftExpression(inputs[0])) }
      assignments.append(statements.count)
      let step = SwiftExpression("try block", ["x", "&tape"])
      statements.append(.loop("block", in: property, [.assignment("x", step)]))
      if target != ["x"] { statements.append(.binding(isVariable: false, target, SwiftExpression("x"))) }
      return
    }
    let shared = move.shared.map { argument in
      "\(argument.label): \(argument.isProperty && locals.contains(argument.name) ? "self." : "")\(argument.name)"
    }
    let call = SwiftExpression("try \(property)", arguments + shared + ["&tape"])
    if target == ["x"] { assign(call) } else { statements.append(.binding(isVariable: false, target, call)) }
  }

  private mutating func assign(_ expression: SwiftExpression) {
    assignments.append(statements.count)
    statements.append(.assignment("x", expression))
  }
}
