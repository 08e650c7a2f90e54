import CNNLayers
import CNNSyntax
import CNNText

/// Models as stages: the one input of the model that is called meets the tensor that enters.
extension Expander {
  /// Whether the running call is that of a model.
  var runsModel: Bool { callStack.last.map { $0.block >= program.blocks.count } ?? false }

  /// `input [H, W, 3]` where the model runs as a stage. Symbols take the extents of the tensor; numbers must be them.
  mutating func enter(_ syntax: InputSyntax) {
    let place = here.tree.span(syntax.shape)
    guard !call.hasEntered else {
      here.log.report(.severalInputs(callee: calledName), at: place)
      return here.built.markBroken()
    }
    call.hasEntered = true
    guard case .tensor(let tensor) = here.built.current else { return }
    let shape = here.built.shape(of: tensor)
    let values = extentValues(of: tensor)
    bindSymbols(in: syntax.shape, to: values)
    if let clause = syntax.whereClause {
      for index in clause.conditions.range {
        let condition = here.tree.expressionLists[index]
        guard let isTrue = here.truth(of: condition) else { return here.built.markBroken() }
        if !isTrue {
          here.log.report(
            .notAdmitted(here.tree.text(condition)), at: callStack.last?.site ?? here.tree.span(condition))
          return here.built.markBroken()
        }
      }
    }
    guard let wanted = here.evaluate(syntax.shape) else { return here.built.markBroken() }
    let items = wanted.elements ?? [wanted]
    let agrees = items.count == values.count && zip(items, values).allSatisfy { item, value in agree(item, value) }
    guard agrees else {
      here.log.report(.modelInput(calledName, found: shape, wanted: place), at: callStack.last?.site ?? place)
      return here.built.markBroken()
    }
    if let name = syntax.name {
      here.scope.labels.entries[name.symbol] = .init(flow: here.built.current, span: here.tree.span(name))
    }
  }

  private var calledName: String { callStack.last.map { program.name(of: program.callable($0.block)) } ?? "" }

  /// The extents of a tensor, channels last; those that depend on symbols as expressions.
  private func extentValues(of tensor: TensorID) -> [Value] {
    let shape = here.built.shape(of: tensor)
    return shape.extents.enumerated().map { axis, extent in
      if axis < Int(shape.rank), let size = here.built.tracker.expression(of: tensor, axis) { return .size(size) }
      return .number(Rational(Int64(extent)))
    }
  }

  private mutating func bindSymbols(in id: NodeID<Expression>, to values: [Value]) {
    guard case .compound(let compound) = here.tree[id], case .list(let items, _, _) = here.tree[compound],
      items.range.count == values.count
    else { return }
    for (index, value) in zip(items.range, values) {
      guard case .name(let name) = here.tree[here.tree.expressionLists[index]], here.scope.variable(name.symbol) == nil
      else {
        continue
      }
      here.scope.locals.append(Local(symbol: name.symbol, value: value, place: here.tree.span(name)))
    }
  }

  private func agree(_ wanted: Value, _ found: Value) -> Bool {
    if case .size(let a) = wanted, case .size(let b) = found {
      return a.symbol == b.symbol && (try? a.compared(to: b) { $0 == 0 })?.condition != nil && a == b
    }
    return wanted == found
  }
}
