import CNNLayers
import CNNSyntax
import CNNText

/// Symbols: where they come from, which sizes the author admits, and what asserts something of them.
extension Expander {
  /// The shape of an input. Names in it that are no variables are symbols, unless `-D` gives them values.
  mutating func inputShape(_ syntax: InputSyntax) -> (Shape, TensorExtents)? {
    // A symbol is a variable from its input on, for shapes and conditions below.
    for name in symbolNames(in: syntax.shape) where variable(name.symbol) == nil {
      usedSymbols.insert(name.symbol)
      locals.append(Local(symbol: name.symbol, value: symbolValues[name.symbol] ?? newSymbol(name)))
    }
    if let clause = syntax.whereClause, !admit(clause) { return nil }
    guard let value = evaluate(syntax.shape) else { return nil }
    do throws(LayerError) {
      return try inputExtents(value, at: syntax.shape)
    } catch {
      if !isReported(error) { report(.layer(error, layer: "input", inputs: []), at: tree.span(syntax.shape)) }
      return nil
    }
  }

  /// Every name in the shape of an input that is no variable, a function apart.
  mutating func symbolNames(in id: NodeID<Expression>) -> [Name] {
    guard case .compound(let compound) = tree[id], case .list(let items, _, _) = tree[compound] else { return [] }
    var names: [Name] = []
    for index in items.range { collectNames(tree.expressionLists[index], &names) }
    return names.filter { variable($0.symbol) == nil }
  }

  private func collectNames(_ id: NodeID<Expression>, _ names: inout [Name]) {
    switch tree[id] {
    case .name(let name): names.append(name)
    case .negation(_, let operand), .not(_, let operand): collectNames(operand, &names)
    case .binary(_, let left, let right):
      collectNames(left, &names)
      collectNames(right, &names)
    case .compound(let compound):
      switch tree[compound] {
      case .parenthesized(let inner, _, _): collectNames(inner, &names)
      case .call(_, let arguments, _):
        for index in arguments.range { collectNames(tree.arguments[index].value, &names) }
      case .list, .conditional, .item: return
      }
    case .number, .shape, .boolean, .wildcard, .string, .input, .member, .comprehension, .missing: return
    }
  }

  private mutating func newSymbol(_ name: Name) -> Value {
    let text = spelling(name.symbol)
    let index = sizes.addSymbol(text, at: tree.span(name), standIn: standIns[text])
    return .size(SizeExpression(symbol: index, .identity))
  }

  // MARK: - What is admitted

  /// Narrows the sizes of the symbols to those of a `where` clause.
  private mutating func admit(_ clause: WhereClause) -> Bool {
    var isAdmitted = true
    for index in clause.conditions.range {
      let condition = tree.expressionLists[index]
      guard let value = evaluate(condition) else {
        isAdmitted = false
        continue
      }
      switch value {
      case .boolean(true): continue
      case .boolean(false):
        report(.notAdmitted(tree.text(condition)), at: tree.span(condition))
        isAdmitted = false
      case .size(let size) where size.isCondition:
        if !admit(size.condition ?? .none, for: size.symbol, condition) { isAdmitted = false }
      case .number, .decimal, .shape, .list, .range, .word, .text, .tensor, .layer, .size:
        report(.needs("a condition", found: value), at: tree.span(condition))
        isAdmitted = false
      }
    }
    return isAdmitted
  }

  private mutating func admit(_ set: SizeSet, for index: Int, _ id: NodeID<Expression>) -> Bool {
    do throws(SizeFunction.Failure) {
      try sizes.admit(set, for: index)
      let symbol = sizes.sizes.symbols[index]
      guard !symbol.admitted.isEmpty else {
        report(.noSizeAdmitted(symbol.name), at: tree.span(id))
        return false
      }
      let narrowed = try SizeFunction.identity.restricted(to: symbol.admitted)
      for local in locals.indices where spelling(locals[local].symbol) == symbol.name {
        locals[local] = Local(
          symbol: locals[local].symbol, value: .size(SizeExpression(symbol: index, narrowed)))
      }
      _ = sizes.moveStandIns()
      return true
    } catch {
      report(.sizesTooMany(error), at: tree.span(id))
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
        let function = try sizes.id(of: try size.extent())
        if try sizes.leave(sizes.domain(of: function), of: size.symbol) {
          sizes.record(
            SizeCondition(
              symbol: size.symbol, cause: .input, tensor: TensorID(network.tensors.count), axis: index,
              place: tree.span(id), leaves: sizes.sizes.symbols[size.symbol].valid))
        }
        extents[index] = SizeReference(symbol: Int32(size.symbol), function: function)
      } catch {
        report(.sizesTooMany(error), at: tree.span(id))
        throw LayerError(.unknownExtents)
      }
    }
    _ = sizes.moveStandIns()
    // The inputs before this one.
    refreshShapes()
    if let symbol = sizes.exhausted {
      report(.noSizeLeft(symbol), at: tree.span(id))
      throw LayerError(.unknownExtents)
    }
    while true {
      do throws(LayerError) {
        return (try inputShape(.list(items.map { atStandIn($0) })), extents)
      } catch {
        // What is too large at the stand-ins may fit at smaller ones.
        guard sizes.shrinkStandIns() else { throw error }
      }
      refreshShapes()
    }
  }

  private func atStandIn(_ item: Value) -> Value {
    guard case .size(let size) = item else { return item }
    // Where an extent has no value at the stand-in it is beyond 64 bits.
    return .number(Rational(size.value(at: sizes.sizes.symbols[size.symbol].standIn)?.floor ?? .max))
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

  /// True for the fault that stands for a report already made.
  private func isReported(_ error: LayerError) -> Bool { error.fault == .unknownExtents }

  /// The extent that an expression stands for at the present stand-in; 1 where it is none.
  func standIn(of expression: SizeExpression) -> Extent {
    let size = sizes.sizes.symbols[expression.symbol].standIn
    return Int32(clamping: max(expression.value(at: size)?.floor ?? 1, 1))
  }

  // MARK: - Assertions

  /// `-> [H / 8, W / 8, 64]`: leaves only the sizes for which every extent is what the author says.
  ///
  /// - Returns: False where nothing more is to be said.
  mutating func assertSizes(_ value: Value, of tensor: TensorID, at id: NodeID<Expression>) -> Bool {
    let shape = network.shape(of: tensor)
    guard let items = value.elements, items.count == Int(shape.rank) + 1 else { return true }
    var extents = sizes.extents(of: tensor)
    for axis in 0..<Int(shape.rank) where items[axis] != .openExtent {
      do throws(SizeFunction.Failure) {
        guard let wanted = try assertedFunction(items[axis]) else { continue }
        let own = extents[axis]
        guard let symbol = own?.symbol ?? wanted.symbol else { continue }
        if let own, let other = wanted.symbol, own.symbol != other {
          report(.meetingSymbols(Int(own.symbol), Int(other)), at: tree.span(id))
          markBroken()
          return false
        }
        let function = try function(of: own, or: shape.spatial[axis])
        let agreed = try sizes.meeting(.agreement, function, wanted.function)
        extents[axis] = try settle(
          SizeReference(symbol: symbol, function: agreed), axis, .assertion(function, wanted.function),
          tensor: tensor, at: tree.span(id))
      } catch {
        report(.sizesTooMany(error), at: tree.span(id))
        markBroken()
        return false
      }
    }
    sizes.setExtents(extents, of: tensor)
    _ = sizes.moveStandIns()
    refreshShapes()
    return true
  }

  private mutating func assertedFunction(
    _ item: Value
  ) throws(SizeFunction.Failure) -> (function: Int32, symbol: Int32?)? {
    switch item {
    case .size(let size):
      return size.isCondition ? nil : (try sizes.id(of: try size.extent()), Int32(size.symbol))
    case .number(let number):
      guard let whole = number.whole, whole >= 1 else { return nil }
      return (try sizes.id(of: .constant(whole)), nil)
    case .decimal, .boolean, .shape, .list, .range, .word, .text, .tensor, .layer: return nil
    }
  }

  // MARK: - The verdict

  /// Says where the model does not work for every size that it admits.
  mutating func checkSizes() {
    guard !sizes.sizes.admitsOnlyValid, let place = network.inputs.first?.place else { return }
    report(.sizes, at: place)
  }

  /// An error where no size is left, though a tensor is as it should be at the stand-in, which is none of them.
  mutating func checkSizesAreLeft(at id: NodeID<Expression>) {
    guard let symbol = sizes.exhausted else { return }
    report(.noSizeLeft(symbol), at: tree.span(id))
    markBroken()
  }

  /// True where a window leaves rows or columns unread at every size. Where it does at some sizes only, nothing is said.
  func leavesRemainderAlways(_ operation: Operation, _ input: TensorID) -> Bool {
    guard let window = operation.window else { return true }
    let output = TensorID(network.tensors.count - 1)
    let (shape, padding) = (network.shape(of: input), paddingBehindInput())
    var leaving = sizes.sizes.symbols.map { _ in SizeSet.none }
    for axis in 0..<Int(shape.rank) where window.stride[axis] > 1 {
      let cells = network.shape(of: output).spatial[axis]
      guard let before = sizes.extents(of: input)[axis] else {
        if window.unread(axis, of: shape, cells: cells) > padding[axis] { return true }
        continue
      }
      let after = sizes.extents(of: output)[axis].map { sizes.sizes.functions[Int($0.function)] }
      // `pad same` leaves nothing.
      guard !window.isSame,
        let read = try? (after ?? .constant(Int64(cells))).scaled(by: -Int64(window.stride[axis])),
        let rest = try? sizes.sizes.functions[Int(before.function)].adding(read),
        let unread = try? rest.adding(.constant(window.unreadOffset(axis) - Int64(padding[axis]))),
        let some = try? unread.sizes(where: { $0 > 0 }),
        let all = try? leaving[Int(before.symbol)].union(some)
      else { continue }
      leaving[Int(before.symbol)] = all
    }
    return zip(sizes.sizes.symbols, leaving).contains { (try? $0.valid.isSubset(of: $1)) ?? false }
  }
}
