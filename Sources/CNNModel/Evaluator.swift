import CNNLayers
import CNNSyntax
import CNNText

/// Expressions. A value of nil means that a mistake has been reported and nothing more is to be said.
extension Expander {
  mutating func evaluate(_ id: NodeID<Expression>) -> Value? {
    switch tree[id] {
    case .number(let token): return number(token)
    case .shape(let token): return shapeLiteral(token)
    case .boolean(let isOn, _): return .boolean(isOn)
    case .wildcard: return .openExtent
    case .string(let template): return text(template).map { .text($0) }
    case .name(let name): return value(of: name)
    case .input: return inputTensor()
    case .negation(_, let operand): return negation(operand, id)
    case .not(_, let operand):
      guard let value = evaluate(operand) else { return nil }
      if case .size(let size) = value, size.isCondition { return inverted(size, at: id) }
      guard case .boolean(let isOn) = value else {
        report(.needs("`on` or `off`", found: value), at: tree.span(operand))
        return nil
      }
      return .boolean(!isOn)
    case .binary(let operation, let left, let right): return binary(operation, left, right, at: id)
    case .member(let base, let name): return member(base, name, at: id)
    case .compound(let compound): return evaluate(tree[compound], at: id)
    case .comprehension(let comprehension): return evaluate(tree[comprehension], at: id)
    case .missing: return nil
    }
  }

  private mutating func evaluate(_ compound: Compound, at id: NodeID<Expression>) -> Value? {
    switch compound {
    case .list(let items, _, _):
      var values: [Value] = []
      var isWhole = true
      for index in items.range {
        if let value = evaluate(tree.expressionLists[index]) { values.append(value) } else { isWhole = false }
      }
      return isWhole ? bounded(.list(values), at: id) : nil
    case .parenthesized(let inner, _, _): return evaluate(inner)
    case .conditional(_, let condition, let value, let other):
      return truth(of: condition).flatMap { evaluate($0 ? value : other) }
    case .call(let name, let arguments, _): return call(name, arguments, at: id)
    case .item(let base, let index, _): return item(base, index, at: id)
    }
  }

  private mutating func evaluate(_ comprehension: Comprehension, at id: NodeID<Expression>) -> Value? {
    guard let rounds = rounds(of: comprehension.sequence) else { return nil }
    let mark = locals.count
    defer { locals.removeSubrange(mark...) }
    var values: [Value] = []
    for position in 0..<rounds.count {
      steps += 1
      if isExhausted(at: tree.span(comprehension.sequence)) { return nil }
      locals.removeSubrange(mark...)
      guard match(comprehension.index, comprehension.element, rounds, position) else { return nil }
      if let condition = comprehension.condition {
        guard let isIncluded = truth(of: condition) else { return nil }
        if !isIncluded { continue }
      }
      guard let value = evaluate(comprehension.value) else { return nil }
      values.append(value)
      if values.count > Arithmetic.lengthLimit { break }
    }
    return bounded(.list(values), at: id)
  }

  /// A list, unless it holds more than anybody needs: lists of lists of lists grow fast.
  private mutating func bounded(_ list: Value, at id: NodeID<Expression>) -> Value? {
    var room = Arithmetic.lengthLimit
    guard list.fits(&room) else {
      report(.listTooLong(Arithmetic.lengthLimit), at: tree.span(id))
      return nil
    }
    spend(Arithmetic.lengthLimit - room)
    return list
  }

  /// A condition's value, nil where it has none.
  mutating func truth(of id: NodeID<Expression>) -> Bool? {
    guard let value = evaluate(id) else { return nil }
    if case .size(let size) = value, let condition = size.condition { return decided(size, condition, at: id) }
    guard case .boolean(let isOn) = value else {
      report(.needs("a condition", found: value), at: tree.span(id))
      return nil
    }
    return isOn
  }

  // MARK: Literals

  private mutating func number(_ token: TokenID) -> Value? {
    let place = tree.tokens[token.position]
    let literal = tree.source.bytes.withUnsafeBufferPointer {
      NumberLiteral.decimal(UnsafeBufferPointer(rebasing: $0[Int(place.start)..<Int(place.end)]))
    }
    guard let literal else {
      report(.literalTooLarge, at: tree.span(token))
      return nil
    }
    if literal.places == 0 { return .number(Rational(literal.numerator)) }
    var denominator: Int64 = 1
    for _ in 0..<literal.places { denominator *= 10 }
    return Rational(literal.numerator, denominator).map { .number($0) }
  }

  private mutating func shapeLiteral(_ token: TokenID) -> Value? {
    let place = tree.tokens[token.position]
    var shape = ShapeValue()
    var fits = true
    let isRead = tree.source.bytes.withUnsafeBufferPointer { bytes in
      NumberLiteral.forEachExtent(of: UnsafeBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.end)])) {
        fits = shape.append($0) && fits
      }
    }
    guard isRead, fits else {
      report(isRead ? .listTooLong(ShapeValue.limit) : .literalTooLarge, at: tree.span(token))
      return nil
    }
    return .shape(shape)
  }

  /// The text of a string, its holes filled.
  mutating func text(_ id: NodeID<StringTemplate>) -> String? {
    let template = tree[id]
    var text = ""
    for index in template.parts.range {
      switch tree.templateParts[index] {
      case .text(let token): text += tree.stringText(token)
      case .hole(let expression):
        guard let value = evaluate(expression) else { return nil }
        switch value {
        case .number(let number): text += number.description
        case .text(let inner): text += inner
        case .word(let word): text += word.rawValue
        case .layer(.layer(let index)): text += kinds[index].name
        case .decimal, .boolean, .shape, .list, .range, .tensor, .layer(.block), .layer(.shared), .size:
          report(.needs("a number or a word", found: value), at: tree.span(expression))
          return nil
        }
        guard text.utf8.count <= Self.textLimit else {
          report(.textTooLong(Self.textLimit), at: tree.span(template))
          return nil
        }
      }
    }
    return text
  }

  // MARK: Names

  /// A variable in scope: outer nil where there is none, inner nil where a mistake left it without a value.
  mutating func variable(_ symbol: Symbol) -> Value?? {
    var index = locals.count
    while index > localBase {
      index -= 1
      if locals[index].symbol == symbol {
        usedVariable = true
        return .some(locals[index].value)
      }
    }
    guard hasGlobals else { return nil }
    let value = namespace.value(symbol)
    if value != nil { usedVariable = true }
    return value
  }

  private mutating func value(of name: Name) -> Value? {
    let symbol = name.symbol
    if let value = variable(symbol) { return value }
    if !labels.entries.isEmpty, let entry = labels.entries[symbol] { return tensorValue(entry.flow) }
    if let word = program.names.word(symbol) { return .word(word) }
    if let callee = namedCallee(symbol) { return .layer(callee) }
    report(.unknownName(spelling(symbol), nearest: nearestValue(to: symbol)), at: tree.span(name))
    return nil
  }

  mutating func tensorValue(_ flow: Flow) -> Value? {
    usedVariable = true
    guard case .tensor(let id) = flow else { return nil }
    return .tensor(TensorValue(id: id, shape: network.shape(of: id)))
  }

  private mutating func inputTensor() -> Value? {
    let flow = network.frames.isEmpty ? .none : inputFlow
    if flow == .none {
      return nil
    }
    return tensorValue(flow)
  }

  /// The tensor that entered the running call; for the model its first input.
  var inputFlow: Flow {
    let input = network.frames[Int(frame)].input
    if !input.isNone { return .tensor(input) }
    return isInBlock ? .unknown : network.inputs.first.map { .tensor($0.tensor) } ?? .unknown
  }

  private mutating func member(_ base: NodeID<Expression>, _ name: Name, at id: NodeID<Expression>) -> Value? {
    if let path = dottedPath(id), let entry = labels.entries[path] { return tensorValue(entry.flow) }
    guard let value = evaluate(base) else { return nil }
    guard case .tensor(let tensor) = value else {
      report(.needs("a tensor", found: value), at: tree.span(base))
      return nil
    }
    guard let shape = tensor.shape else { return nil }
    guard let extent = program.names.member(name.symbol)?.extent(of: shape) else {
      report(.unknownMember(spelling(name.symbol), rank: Int(shape.rank)), at: tree.span(name))
      return nil
    }
    if let axis = program.names.member(name.symbol)?.axis(of: shape), let size = sizes.expression(of: tensor.id, axis) {
      return .size(size)
    }
    return .number(Rational(Int64(extent)))
  }

  /// The label that a chain of names and dots may be: `down.0`.
  private mutating func dottedPath(_ id: NodeID<Expression>) -> Symbol? {
    guard !labels.entries.isEmpty else { return nil }
    switch tree[id] {
    case .name(let name): return name.symbol
    case .member(let base, let name):
      guard let outer = dottedPath(base) else { return nil }
      return network.symbols.intern(spelling(outer) + "." + spelling(name.symbol))
    case .number, .shape, .boolean, .wildcard, .string, .input, .negation, .not, .binary, .compound, .comprehension,
      .missing:
      return nil
    }
  }

  // MARK: Items and operators

  private mutating func item(
    _ base: NodeID<Expression>, _ index: NodeID<Expression>, at id: NodeID<Expression>
  ) -> Value? {
    guard let list = evaluate(base), let position = evaluate(index) else { return nil }
    guard let items = list.elements else {
      report(.needs("a list", found: list), at: tree.span(base))
      return nil
    }
    if case .range(let lower, let upper) = position {
      guard lower >= 0, upper <= items.count, lower <= upper else {
        report(.indexOutOfRange(lower < 0 ? lower : upper, count: items.count), at: tree.span(index))
        return nil
      }
      spend(Int(upper - lower))
      return .list(Array(items[Int(lower)..<Int(upper)]))
    }
    guard let whole = whole(position, at: index) else { return nil }
    guard whole >= 0, whole < items.count else {
      report(.indexOutOfRange(whole, count: items.count), at: tree.span(index))
      return nil
    }
    return items[Int(whole)]
  }

  private mutating func negation(_ operand: NodeID<Expression>, _ id: NodeID<Expression>) -> Value? {
    guard let value = evaluate(operand) else { return nil }
    switch value {
    case .number(let number):
      if let negated = number.negated { return .number(negated) }
      report(.overflow(tree.text(id)), at: tree.span(id))
      return nil
    case .decimal(let number): return .decimal(-number)
    case .size:
      let zero = Value.number(0)
      return attempt(id, operand) { () throws(ArithmeticError) in try Arithmetic.apply(.subtract, zero, value) }
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer:
      report(.needs("a number", found: value), at: tree.span(operand))
      return nil
    }
  }

  private mutating func binary(
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
          report(.badOperands(operation.token.description, first, second), at: tree.span(id))
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
    report(.needs("a condition", found: value), at: tree.span(id))
    return nil
  }

  private mutating func inverted(_ size: SizeExpression, at id: NodeID<Expression>) -> Value? {
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
    case .zero: report(.divisionByZero(text), at: tree.span(divisor))
    case .operands, .overflow: report(.overflow(text), at: tree.span(id))
    case .length(let limit): report(.listTooLong(limit), at: tree.span(id))
    case .undecidable: report(.undecidable(text), at: tree.span(id))
    case .sizes(let failure): report(.sizesTooMany(failure), at: tree.span(id))
    case .twoSymbols: report(.twoSymbols(text), at: tree.span(id))
    }
  }

  /// The value of a condition that is the same for every size; nil, and a report, where sizes differ.
  private mutating func decided(
    _ size: SizeExpression, _ condition: SizeSet, at id: NodeID<Expression>
  ) -> Bool? {
    do throws(SizeFunction.Failure) {
      // What is left of the sizes here.
      let domain = try size.numerator.domain.intersection(sizes.sizes.symbols[size.symbol].valid)
      let holds = try condition.intersection(domain)
      if holds == domain { return true }
      if holds.isEmpty { return false }
      report(
        .undecided(tree.text(id), symbol: sizes.sizes.symbols[size.symbol].name, holds: holds, of: domain),
        at: tree.span(id))
    } catch {
      report(.sizesTooMany(error), at: tree.span(id))
    }
    return nil
  }

  /// The whole number a value must be.
  mutating func whole(_ value: Value, at id: NodeID<Expression>) -> Int64? {
    switch value {
    case .number(let number):
      if let whole = number.whole { return whole }
      report(.notWhole(value), at: tree.span(id))
    case .decimal: report(.notWhole(value), at: tree.span(id))
    case .boolean, .shape, .list, .range, .word, .text, .tensor, .layer, .size:
      report(.needs("a whole number", found: value), at: tree.span(id))
    }
    return nil
  }

  // MARK: Functions

  private mutating func call(_ name: Name, _ arguments: NodeList<Argument>, at id: NodeID<Expression>) -> Value? {
    var values: [Value] = []
    var names: [String?] = []
    var isWhole = true
    for index in arguments.range {
      let argument = tree.arguments[index]
      if let value = evaluate(argument.value) { values.append(value) } else { isWhole = false }
      names.append(argument.name.map { spelling($0.symbol) })
    }
    guard let function = program.names.function(name.symbol) else {
      let nearest = nearestName(to: spelling(name.symbol), in: Function.allCases.map(\.rawValue))
      report(.unknownFunction(spelling(name.symbol), nearest: nearest), at: tree.span(name))
      return nil
    }
    guard isWhole else { return nil }
    for value in values { spend(value.elements?.count ?? 0) }
    do throws(ArithmeticError) {
      if let value = try function.apply(values, names: names) { return value }
      report(.needs(function.signature, found: values.first ?? .list([])), at: tree.span(id))
    } catch {
      report(error, at: id, divisor: id)
    }
    return nil
  }
}

extension Value {
  /// Takes the items of a list, and of the lists in it, from `room`. False where it does not suffice.
  fileprivate func fits(_ room: inout Int) -> Bool {
    guard case .list(let items) = self else { return true }
    room -= items.count
    for item in items {
      if room < 0 { return false }
      if !item.fits(&room) { return false }
    }
    return room >= 0
  }

  /// What one can step through and index: the items of a list, the extents of a shape, the numbers of a short range.
  var elements: [Value]? {
    switch self {
    case .list(let items): items
    case .shape(let shape): shape.extents.map { $0.map { .number(Rational(Int64($0))) } ?? .openExtent }
    case .range(let lower, let upper) where lower >= upper: []
    case .range(let lower, let upper):
      UInt64(bitPattern: upper &- lower) > UInt64(Arithmetic.lengthLimit)
        ? nil : (lower..<upper).map { .number(Rational($0)) }
    case .number, .decimal, .boolean, .word, .text, .tensor, .layer, .size: nil
    }
  }
}
