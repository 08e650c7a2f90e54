import CNNLayers
import CNNSyntax
import CNNText

/// Models as stages: the one input of the model that is called meets the tensor that enters.
extension Expander {
  /// Whether the running call is that of a model.
  var runsModel: Bool { callStack.last.map { $0.block >= program.blocks.count } ?? false }

  /// `input [H, W, 3]` where the model runs as a stage. Symbols take the extents of the tensor; numbers must be them.
  mutating func enter(_ syntax: InputSyntax) {
    let place = tree.span(syntax.shape)
    guard !entered else {
      report(.severalInputs(callee: calledName), at: place)
      return markBroken()
    }
    entered = true
    guard case .tensor(let tensor) = current else { return }
    let shape = network.shape(of: tensor)
    let values = extentValues(of: tensor)
    bindSymbols(in: syntax.shape, to: values)
    if let clause = syntax.whereClause {
      for index in clause.conditions.range {
        let condition = tree.expressionLists[index]
        guard let isTrue = truth(of: condition) else { return markBroken() }
        if !isTrue {
          report(.notAdmitted(tree.text(condition)), at: callStack.last?.site ?? tree.span(condition))
          return markBroken()
        }
      }
    }
    guard let wanted = evaluate(syntax.shape) else { return markBroken() }
    let items = wanted.elements ?? [wanted]
    let agrees = items.count == values.count && zip(items, values).allSatisfy { item, value in agree(item, value) }
    guard agrees else {
      report(.modelInput(calledName, found: shape, wanted: place), at: callStack.last?.site ?? place)
      return markBroken()
    }
    if let name = syntax.name { labels.entries[name.symbol] = .init(flow: current, span: tree.span(name)) }
  }

  private var calledName: String { callStack.last.map { program.name(of: program.callable($0.block)) } ?? "" }

  /// The extents of a tensor, channels last; those that depend on symbols as expressions.
  private func extentValues(of tensor: TensorID) -> [Value] {
    let shape = network.shape(of: tensor)
    return shape.extents.enumerated().map { axis, extent in
      if axis < Int(shape.rank), let size = sizes.expression(of: tensor, axis) { return .size(size) }
      return .number(Rational(Int64(extent)))
    }
  }

  private mutating func bindSymbols(in id: NodeID<Expression>, to values: [Value]) {
    guard case .compound(let compound) = tree[id], case .list(let items, _, _) = tree[compound],
      items.range.count == values.count
    else { return }
    for (index, value) in zip(items.range, values) {
      guard case .name(let name) = tree[tree.expressionLists[index]], variable(name.symbol) == nil else { continue }
      locals.append(Local(symbol: name.symbol, value: value, place: tree.span(name)))
    }
  }

  private func agree(_ wanted: Value, _ found: Value) -> Bool {
    if case .size(let a) = wanted, case .size(let b) = found {
      return a.symbol == b.symbol && (try? a.compared(to: b) { $0 == 0 })?.condition != nil && a == b
    }
    return wanted == found
  }
}
