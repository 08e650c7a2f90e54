import CNNLayers
import CNNSyntax
import CNNText

/// Shapes of inputs: the symbols in them, and which sizes the author admits.
extension Expander {
  /// The shape of an input. Names in it that are not variables are symbols, unless `-D` gives them values.
  mutating func inputShape(_ syntax: InputSyntax) -> (Shape, TensorExtents)? {
    // A symbol is a variable from its input on, for shapes and conditions below.
    for name in here.tree.names(inShape: syntax.shape) where here.scope.variable(name.symbol) == nil {
      symbols.used.insert(name.symbol)
      here.scope.locals.append(Local(symbol: name.symbol, value: symbols.values[name.symbol] ?? newSymbol(name)))
    }
    if let clause = syntax.whereClause, !admit(clause) { return nil }
    guard let value = here.evaluate(syntax.shape) else { return nil }
    do throws(LayerError) {
      return try inputExtents(value, at: syntax.shape)
    } catch {
      if !isReported(error) {
        here.log.report(.layer(error, layer: "input", inputs: []), at: here.tree.span(syntax.shape))
      }
      return nil
    }
  }

  private mutating func newSymbol(_ name: Name) -> Value {
    let text = here.scope.spelling(name.symbol)
    let index = here.built.tracker.addSymbol(text, at: here.tree.span(name), standIn: symbols.standIns[text])
    return .size(SizeExpression(symbol: index, .identity))
  }

  // MARK: - What is admitted

  /// Narrows the sizes of the symbols to those of a `where` clause.
  private mutating func admit(_ clause: WhereClause) -> Bool {
    var isAdmitted = true
    for index in clause.conditions.range {
      let condition = here.tree.expressionLists[index]
      guard let value = here.evaluate(condition) else {
        isAdmitted = false
        continue
      }
      switch value {
      case .boolean(true): continue
      case .boolean(false):
        here.log.report(.notAdmitted(here.tree.text(condition)), at: here.tree.span(condition))
        isAdmitted = false
      case .size(let size) where size.isCondition:
        if !admit(size.condition ?? .none, for: size.symbol, condition) { isAdmitted = false }
      case .number, .decimal, .shape, .list, .range, .word, .text, .tensor, .layer, .size:
        here.log.report(.needs("a condition", found: value), at: here.tree.span(condition))
        isAdmitted = false
      }
    }
    return isAdmitted
  }

  private mutating func admit(_ set: SizeSet, for index: Int, _ id: NodeID<Expression>) -> Bool {
    do throws(SizeFunction.Failure) {
      try here.built.tracker.admit(set, for: index)
      let symbol = here.built.tracker.sizes.symbols[index]
      guard !symbol.admitted.isEmpty else {
        here.log.report(.noSizeAdmitted(symbol.name), at: here.tree.span(id))
        return false
      }
      let narrowed = try SizeFunction.identity.restricted(to: symbol.admitted)
      for local in here.scope.locals.indices where here.scope.spelling(here.scope.locals[local].symbol) == symbol.name {
        here.scope.locals[local] = Local(
          symbol: here.scope.locals[local].symbol, value: .size(SizeExpression(symbol: index, narrowed)))
      }
      _ = here.built.tracker.moveStandIns()
      return true
    } catch {
      here.log.report(.sizesTooMany(error), at: here.tree.span(id))
      return false
    }
  }

  /// The extents of an input. Channels are known numbers.
  private mutating func inputExtents(
    _ value: Value, at id: NodeID<Expression>
  ) throws(LayerError) -> (Shape, TensorExtents) {
    guard case .list(let items) = value, items.contains(where: \.dependsOnSize) else {
      return (try inputShape(value), .known)
    }
    var extents = TensorExtents.known
    let isTooLong = items.count > 4
    for index in items.indices {
      guard case .size(let size) = items[index], !isTooLong else { continue }
      guard index < items.count - 1, !size.isCondition else {
        throw LayerError(.dependsOnSize(items[index]), parameter: "channels")
      }
      do throws(SizeFunction.Failure) {
        let function = try here.built.tracker.id(of: try size.extent())
        if try here.built.tracker.leave(here.built.tracker.domain(of: function), of: size.symbol) {
          here.built.tracker.record(
            SizeCondition(
              symbol: size.symbol, cause: .input, tensor: TensorID(here.built.network.tensors.count), axis: index,
              place: here.tree.span(id), leaves: here.built.tracker.sizes.symbols[size.symbol].valid))
        }
        extents[index] = SizeReference(symbol: Int32(size.symbol), function: function)
      } catch {
        here.log.report(.sizesTooMany(error), at: here.tree.span(id))
        throw LayerError(.unknownExtents)
      }
    }
    _ = here.built.tracker.moveStandIns()
    // The inputs before this one.
    here.built.refreshShapes()
    if let symbol = here.built.tracker.exhausted {
      here.log.report(.noSizeLeft(symbol), at: here.tree.span(id))
      throw LayerError(.unknownExtents)
    }
    while true {
      do throws(LayerError) {
        return (try inputShape(.list(items.map { atStandIn($0) })), extents)
      } catch {
        // What is too large at the stand-ins may fit at smaller ones.
        guard here.built.tracker.shrinkStandIns() else { throw error }
      }
      here.built.refreshShapes()
    }
  }

  private func atStandIn(_ item: Value) -> Value {
    guard case .size(let size) = item else { return item }
    // Where an extent has no value at the stand-in it is beyond 64 bits.
    return .number(Rational(size.value(at: here.built.tracker.sizes.symbols[size.symbol].standIn)?.floor ?? .max))
  }

  private func inputShape(_ value: Value) throws(LayerError) -> Shape {
    let shape: Shape
    do throws(LayerFault) {
      shape = try ParameterType<Shape>.shape.decode(value, 0)
    } catch {
      throw LayerError(error)
    }
    guard shape.checkedElements != nil else {
      throw LayerError(.tensorTooLarge(extents: shape.extents.map(Int64.init)))
    }
    return shape
  }

  /// True for the fault that means that a report has been made already.
  private func isReported(_ error: LayerError) -> Bool { error.fault == .unknownExtents }
}

extension SyntaxTree {
  /// Every name in the shape of an input; functions do not count.
  func names(inShape id: NodeID<Expression>) -> [Name] {
    guard case .compound(let compound) = self[id], case .list(let items, _, _) = self[compound] else { return [] }
    var names: [Name] = []
    for index in items.range { collectNames(expressionLists[index], &names) }
    return names
  }

  private func collectNames(_ id: NodeID<Expression>, _ names: inout [Name]) {
    switch self[id] {
    case .name(let name): names.append(name)
    case .negation(_, let operand), .not(_, let operand): collectNames(operand, &names)
    case .binary(_, let left, let right):
      collectNames(left, &names)
      collectNames(right, &names)
    case .compound(let compound):
      switch self[compound] {
      case .parenthesized(let inner, _, _): collectNames(inner, &names)
      case .call(_, let arguments, _):
        for index in arguments.range { collectNames(self.arguments[index].value, &names) }
      case .list, .conditional, .item: return
      }
    case .number, .shape, .boolean, .wildcard, .string, .input, .member, .comprehension, .missing: return
    }
  }
}
