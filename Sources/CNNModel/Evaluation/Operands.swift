import CNNLayers
import CNNSyntax
import CNNText

/// A tensor that meets others, and where it is named or made; no place for the one that enters.
struct JoinOperand {
  let flow: Flow
  let span: Span?
}

/// What follows the name of a join: tensors, lists of them, numbers, and arguments by name.
struct Operands {
  /// Tensors in their order, each with its place.
  var inputs: [JoinOperand] = []
  /// Numbers among them. The tensor that enters is the first operand.
  var constants = ElementwiseConstants()
  /// Arguments for parameters of the join, then what has no name.
  var arguments = BoundArguments()
  /// False where a mistake was found.
  var isWhole = true
  /// Whether operands stand after the name of a join that has branches, where they have no meaning.
  var areBesideBranches = false

  /// The arguments for parameters alone.
  var named: BoundArguments {
    if arguments.values.isEmpty { return arguments }
    var named = arguments
    named.values.removeAll { $0.isPositional }
    return named
  }

  /// How many operands there are beside the tensor that enters.
  var count: Int { inputs.count + constants.count }

  /// Whether the tensor that enters is not to join them: `subtract a, b` after the line of `b` is the difference of the
  /// two. A join of so many names all of them (`attention q, k, v`); any other has the one that enters first, unless it is
  /// among several that are named.
  func areAll(for kind: LayerKind, entering: Flow) -> Bool {
    if let wanted = kind.operands { return inputs.count == wanted }
    return count > 1 && entering.id != .none && inputs.contains { $0.flow == entering }
  }

  /// Counts the operands from the first that is named.
  mutating func leaveOutEntering() {
    constants = constants.moved(by: -1)
  }
}

extension Evaluator {
  /// - Parameter kind: The join, as it is written.
  mutating func operands(_ call: Call, of kind: Int) -> Operands {
    var operands = Operands()
    if call.arguments.isEmpty { return operands }
    let signature = layer(kind).signature
    let takesNumbers = program.names.kinds[kind].takesNumbers
    var sawNamed = false
    for index in call.arguments.range {
      let argument = tree.arguments[index]
      let span = tree.span(argument)
      if let target = namedTarget(argument, signature) {
        sawNamed = true
        guard let target = target.parameter,
          let value = argument.name == nil ? .boolean(true) : argumentValue(argument.value, target, signature)
        else {
          operands.isWhole = false
          continue
        }
        if operands.arguments.values.contains(where: { $0.parameter == target }) {
          log.report(.duplicate(scope.spelling(signature.symbols[target]), of: signature.callee), at: span)
          operands.isWhole = false
          continue
        }
        operands.arguments.values.append(.init(parameter: target, value: value, isPositional: false))
      } else if sawNamed {
        log.report(.positionalAfterNamed, at: span)
        operands.isWhole = false
      } else if call.join != nil {
        operands.areBesideBranches = true
      } else if let value = evaluate(argument.value) {
        add(value, to: &operands, takesNumbers: takesNumbers, signature, at: span)
      } else {
        operands.isWhole = false
      }
    }
    return operands
  }

  /// Whether an argument is for a parameter of the join, and which; inner nil after a mistake.
  private mutating func namedTarget(_ argument: Argument, _ signature: Signature) -> (parameter: Int?, Void)? {
    if let name = argument.name { return (parameter(name, of: signature), ()) }
    // A flag that is set, unless the name means a tensor or a value.
    guard case .name(let name) = tree[argument.value], let own = signature.index(of: name.symbol),
      signature.infos[own].isFlag, scope.variable(name.symbol) == nil, scope.labels.entries[name.symbol] == nil
    else { return nil }
    return (own, ())
  }

  /// Adds an operand; a list stands for its items.
  private mutating func add(
    _ value: Value, to operands: inout Operands, takesNumbers: Bool, _ signature: Signature, at span: Span
  ) {
    let flow: Flow
    switch value {
    case .list(let items):
      for item in items { add(item, to: &operands, takesNumbers: takesNumbers, signature, at: span) }
      return
    case .number, .decimal:
      guard takesNumbers, let number = value.double else {
        log.report(.needs("a tensor", found: value), at: span)
        operands.isWhole = false
        return
      }
      guard !operands.constants.isFull else {
        log.report(.tooManyNumbers(of: signature.callee), at: span)
        operands.isWhole = false
        return
      }
      operands.constants.append(
        ElementwiseConstant(position: Int32(truncatingIfNeeded: operands.count + 1), value: number))
      operands.record(value, after: signature.infos.count)
      return
    case .tensor(let tensor): flow = .tensor(tensor.id)
    case .text(let text): flow = tensor(named: text, at: span) ?? .unknown
    case .boolean, .shape, .range, .word, .layer, .size:
      log.report(.needs(takesNumbers ? "a tensor or a number" : "a tensor", found: value), at: span)
      flow = .unknown
    }
    operands.inputs.append(JoinOperand(flow: flow, span: span))
    if let tensor = tensorValue(flow) { operands.record(tensor, after: signature.infos.count) }
  }
}

extension Operands {
  /// Keeps an operand as an argument, numbered after the parameters.
  fileprivate mutating func record(_ value: Value, after parameters: Int) {
    arguments.values.append(.init(parameter: parameters + count - 1, value: value, isPositional: true))
  }
}
