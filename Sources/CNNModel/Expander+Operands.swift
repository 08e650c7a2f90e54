import CNNLayers
import CNNSyntax
import CNNText

/// What stands after the name of a join: tensors, lists of them, numbers, and arguments by name.
struct Operands {
  /// Tensors in their order, each with its place.
  var inputs: [(flow: Flow, span: Span?)] = []
  /// Numbers among them, each with its place in what is written.
  var constants: [ElementwiseConstant] = []
  /// Arguments for parameters of the join, then what stands without a name.
  var arguments = BoundArguments()
  /// False where a mistake was found.
  var isWhole = true

  /// The arguments for parameters alone.
  var named: BoundArguments {
    var named = arguments
    named.values.removeAll { $0.isPositional }
    return named
  }

  /// How many operands are written.
  var count: Int { inputs.count + constants.count }

  /// Whether a tensor is one of several that are named: the one that enters is then not joined once more.
  func name(_ flow: Flow) -> Bool { inputs.count > 1 && inputs.contains { $0.flow == flow } }

  /// The numbers after so many operands that are not written.
  func constants(after count: Int) -> [ElementwiseConstant] {
    constants.map {
      ElementwiseConstant(position: $0.position + Int32(truncatingIfNeeded: count), value: $0.value)
    }
  }
}

extension Expander {
  /// - Parameter kind: The join, as it is written.
  mutating func operands(_ call: Call, of kind: Int) -> Operands {
    var operands = Operands()
    let signature = signature(ofLayer: kind)
    let takesNumbers = kinds[kind].takesNumbers
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
          report(.duplicate(spelling(signature.symbols[target]), of: signature.callee), at: span)
          operands.isWhole = false
          continue
        }
        operands.arguments.values.append(.init(parameter: target, value: value, isPositional: false))
      } else if sawNamed {
        report(.positionalAfterNamed, at: span)
        operands.isWhole = false
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
      signature.infos[own].isFlag, variable(name.symbol) == nil, labels.entries[name.symbol] == nil
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
        report(.needs("a tensor", found: value), at: span)
        operands.isWhole = false
        return
      }
      operands.constants.append(
        ElementwiseConstant(position: Int32(truncatingIfNeeded: operands.count), value: number))
      operands.record(value, after: signature.infos.count)
      return
    case .tensor(let tensor): flow = .tensor(tensor.id)
    case .text(let text): flow = tensor(named: text, at: span) ?? .unknown
    case .boolean, .shape, .range, .word, .layer, .size:
      report(.needs(takesNumbers ? "a tensor or a number" : "a tensor", found: value), at: span)
      flow = .unknown
    }
    operands.inputs.append((flow, span))
    if let tensor = tensorValue(flow) { operands.record(tensor, after: signature.infos.count) }
  }
}

extension Operands {
  /// Keeps an operand as an argument, numbered behind the parameters.
  fileprivate mutating func record(_ value: Value, after parameters: Int) {
    arguments.values.append(.init(parameter: parameters + count - 1, value: value, isPositional: true))
  }
}
