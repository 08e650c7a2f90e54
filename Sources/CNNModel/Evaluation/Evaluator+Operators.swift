import CNNLayers
import CNNSyntax
import CNNText

/// Items of lists, operators and functions.
extension Evaluator {
  mutating func item(
    _ base: NodeID<Expression>, _ index: NodeID<Expression>, at id: NodeID<Expression>
  ) -> Value? {
    guard let list = evaluate(base), let position = evaluate(index) else { return nil }
    guard let items = list.elements else {
      log.report(.needs("a list", found: list), at: tree.span(base))
      return nil
    }
    if case .range(let lower, let upper) = position {
      guard lower >= 0, upper <= items.count, lower <= upper else {
        log.report(.indexOutOfRange(lower < 0 ? lower : upper, count: items.count), at: tree.span(index))
        return nil
      }
      budget.spend(Int(upper - lower))
      return .list(Array(items[Int(lower)..<Int(upper)]))
    }
    guard let whole = whole(position, at: index) else { return nil }
    guard whole >= 0, whole < items.count else {
      log.report(.indexOutOfRange(whole, count: items.count), at: tree.span(index))
      return nil
    }
    return items[Int(whole)]
  }

  mutating func negation(_ operand: NodeID<Expression>, _ id: NodeID<Expression>) -> Value? {
    guard let value = evaluate(operand) else { return nil }
    switch value {
    case .number(let number):
      if let negated = number.negated { return .number(negated) }
      log.report(.overflow(tree.text(id)), at: tree.span(id))
      return nil
    case .decimal(let number): return .decimal(-number)
    case .size:
      let zero = Value.number(0)
      return attempt(id, operand) { () throws(ArithmeticError) in try Arithmetic.apply(.subtract, zero, value) }
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer:
      log.report(.needs("a number", found: value), at: tree.span(operand))
      return nil
    }
  }

  mutating func binary(
    _ operation: BinaryOperator, _ left: NodeID<Expression>, _ right: NodeID<Expression>, at id: NodeID<Expression>
  ) -> Value? {
    switch operation {
    case .and, .or: return connective(operation, left, right, at: id)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .until, .add, .subtract, .multiply, .divide,
      .remainder, .power:
      let first = evaluate(left)
      guard let second = evaluate(right), let first else { return nil }
      do throws(ArithmeticError) {
        let value = try Arithmetic.apply(operation, first, second)
        if case .list = value { return bounded(value, at: id) }
        return value
      } catch {
        if case .operands = error {
          log.report(.badOperands(operation.token.description, first, second), at: tree.span(id))
        } else {
          report(error, at: id, divisor: right)
        }
        return nil
      }
    }
  }

  /// `and`, `or`: the right side is looked at only where the left does not decide.
  private mutating func connective(
    _ operation: BinaryOperator, _ left: NodeID<Expression>, _ right: NodeID<Expression>, at id: NodeID<Expression>
  ) -> Value? {
    guard let first = condition(left) else { return nil }
    if case .boolean(let isOn) = first, isOn != (operation == .and) { return first }
    guard let second = condition(right) else { return nil }
    if case .boolean = first { return second }
    if case .boolean(let isOn) = second { return isOn == (operation == .and) ? first : second }
    guard case .size(let a) = first, case .size(let b) = second else { return nil }
    return attempt(id, right) { () throws(ArithmeticError) in
      guard a.symbol == b.symbol else { throw .twoSymbols }
      do throws(SizeFunction.Failure) {
        return .size(try a.combined(with: b, isAnd: operation == .and))
      } catch {
        throw .sizes(error)
      }
    }
  }

  /// The value of what must be a condition, which may depend on a size.
  private mutating func condition(_ id: NodeID<Expression>) -> Value? {
    guard let value = evaluate(id) else { return nil }
    if case .boolean = value { return value }
    if case .size(let size) = value, size.isCondition { return value }
    log.report(.needs("a condition", found: value), at: tree.span(id))
    return nil
  }

  mutating func inverted(_ size: SizeExpression, at id: NodeID<Expression>) -> Value? {
    attempt(id, id) { () throws(ArithmeticError) in
      do throws(SizeFunction.Failure) {
        return .size(try size.inverted())
      } catch {
        throw .sizes(error)
      }
    }
  }

  private mutating func attempt(
    _ id: NodeID<Expression>, _ divisor: NodeID<Expression>, _ body: () throws(ArithmeticError) -> Value
  ) -> Value? {
    do throws(ArithmeticError) {
      return try body()
    } catch {
      report(error, at: id, divisor: divisor)
      return nil
    }
  }

  private mutating func report(
    _ error: ArithmeticError, at id: NodeID<Expression>, divisor: NodeID<Expression>
  ) {
    let text = tree.text(id)
    switch error {
    case .zero: log.report(.divisionByZero(text), at: tree.span(divisor))
    case .operands, .overflow: log.report(.overflow(text), at: tree.span(id))
    case .length(let limit): log.report(.listTooLong(limit), at: tree.span(id))
    case .undecidable: log.report(.undecidable(text), at: tree.span(id))
    case .sizes(let failure): log.report(.sizesTooMany(failure), at: tree.span(id))
    case .twoSymbols: log.report(.twoSymbols(text), at: tree.span(id))
    }
  }

  /// The value of a condition that is the same for every size; nil, and a report, where sizes differ.
  mutating func decided(
    _ size: SizeExpression, _ condition: SizeSet, at id: NodeID<Expression>
  ) -> Bool? {
    do throws(SizeFunction.Failure) {
      // What is left of the sizes here.
      let domain = try size.numerator.domain.intersection(built.tracker.sizes.symbols[size.symbol].valid)
      let holds = try condition.intersection(domain)
      if holds == domain { return true }
      if holds.isEmpty { return false }
      log.report(
        .undecided(tree.text(id), symbol: built.tracker.sizes.symbols[size.symbol].name, holds: holds, of: domain),
        at: tree.span(id))
    } catch {
      log.report(.sizesTooMany(error), at: tree.span(id))
    }
    return nil
  }

  /// The whole number a value must be.
  mutating func whole(_ value: Value, at id: NodeID<Expression>) -> Int64? {
    switch value {
    case .number(let number):
      if let whole = number.whole { return whole }
      log.report(.notWhole(value), at: tree.span(id))
    case .decimal: log.report(.notWhole(value), at: tree.span(id))
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer, .size:
      log.report(.needs("a whole number", found: value), at: tree.span(id))
    }
    return nil
  }

  // MARK: Functions

  mutating func call(_ name: Name, _ arguments: NodeList<Argument>, at id: NodeID<Expression>) -> Value? {
    var values: [Value] = []
    var names: [String?] = []
    var isWhole = true
    for index in arguments.range {
      let argument = tree.arguments[index]
      if let value = evaluate(argument.value) { values.append(value) } else { isWhole = false }
      names.append(argument.name.map { scope.spelling($0.symbol) })
    }
    guard let function = program.names.function(name.symbol) else {
      let nearest = nearestName(to: scope.spelling(name.symbol), in: Function.allCases.map(\.rawValue))
      log.report(.unknownFunction(scope.spelling(name.symbol), nearest: nearest), at: tree.span(name))
      return nil
    }
    guard isWhole else { return nil }
    for value in values { budget.spend(value.elements?.count ?? 0) }
    do throws(ArithmeticError) {
      if let value = try function.apply(values, names: names) { return value }
      log.report(.needs(function.signature, found: values.first ?? .list([])), at: tree.span(id))
    } catch {
      report(error, at: id, divisor: id)
    }
    return nil
  }
}
