import CNNLayers
import CNNSyntax
import CNNText

/// Works out expressions where the walk is: over the names in scope and the tensors so far. A value of nil means that a
/// mistake has been reported and nothing more is to be said.
///
/// Literals, defaults and values of a file are worked out by an evaluator of their own, which has built no network.
struct Evaluator {
  /// Bytes of a text with holes.
  static let textLimit = 10_000

  let program: Program
  /// The tree of the file whose body is running.
  private(set) var tree: SyntaxTree
  var scope: Scope
  var log: ProblemLog
  /// What has been built so far: expressions ask it for shapes.
  var built: NetworkBuilder
  /// The arguments of the call that was bound last.
  var bound = BoundArguments()
  var budget = StepBudget()
  private var layers = LayersInUse()

  /// - Parameter name: That of the model, if there is one.
  init(_ program: Program, file: FileID, name: String = "") {
    self.program = program
    tree = program.tree(file)
    scope = Scope(program, file: file)
    log = ProblemLog(program)
    built = NetworkBuilder(name: name, symbols: program.symbols, file: file)
  }

  /// Goes on in the body of a call.
  mutating func enter(_ file: FileID, _ frame: FrameID) {
    built.frame = frame
    log.frame = built.hasBegun ? frame : nil
    if file == scope.file { return }
    scope.enter(file)
    tree = program.tree(file)
  }

  /// A layer of the catalogue, with what its parameters are called.
  @inline(__always)
  mutating func layer(_ kind: Int) -> LayerInUse { layers.layer(kind, &scope.symbols) }

  /// Reports a name that has no meaning, unless what could not be read may declare it.
  mutating func reportUnknown(_ fact: NameFact, at span: Span) {
    if let unknown = fact.unknown, scope.mayDeclare(unknown) { return }
    log.report(fact, at: span)
  }

  /// True once the models have taken more steps than any network needs; reports it once.
  mutating func isExhausted(at place: Span) -> Bool {
    guard budget.isSpent else { return false }
    if !budget.isReported {
      budget.isReported = true
      log.report(.tooManyLayers(budget.limit), at: place)
    }
    built.markBroken()
    return true
  }
}

// MARK: - Expressions

extension Evaluator {
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
        log.report(.needs("`on` or `off`", found: value), at: tree.span(operand))
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
    let mark = scope.locals.count
    defer { scope.locals.removeSubrange(mark...) }
    var values: [Value] = []
    for position in 0..<rounds.count {
      // An item is a quarter of a step: a list as long as lists may be leaves some for others.
      if position.isMultiple(of: 4) { budget.take(1) }
      if isExhausted(at: tree.span(comprehension.sequence)) { return nil }
      scope.locals.removeSubrange(mark...)
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
  mutating func bounded(_ list: Value, at id: NodeID<Expression>) -> Value? {
    var room = Arithmetic.lengthLimit
    guard list.fits(&room) else {
      log.report(.listTooLong(Arithmetic.lengthLimit), at: tree.span(id))
      return nil
    }
    budget.spend(Arithmetic.lengthLimit - room)
    return list
  }

  /// A condition's value, nil where it has none.
  mutating func truth(of id: NodeID<Expression>) -> Bool? {
    guard let value = evaluate(id) else { return nil }
    if case .size(let size) = value, let condition = size.condition { return decided(size, condition, at: id) }
    guard case .boolean(let isOn) = value else {
      log.report(.needs("a condition", found: value), at: tree.span(id))
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
      log.report(.literalTooLarge, at: tree.span(token))
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
      log.report(isRead ? .listTooLong(ShapeValue.limit) : .literalTooLarge, at: tree.span(token))
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
        case .layer(.layer(let index)): text += program.names.kinds[index].name
        case .decimal, .boolean, .shape, .list, .range, .tensor, .layer(.block), .layer(.shared), .size:
          log.report(.needs("a number or a word", found: value), at: tree.span(expression))
          return nil
        }
        guard text.utf8.count <= Self.textLimit else {
          log.report(.textTooLong(Self.textLimit), at: tree.span(template))
          return nil
        }
      }
    }
    return text
  }

  // MARK: Names

  private mutating func value(of name: Name) -> Value? {
    let symbol = name.symbol
    if let value = scope.variable(symbol) { return value }
    if !scope.labels.entries.isEmpty, let entry = scope.labels.entries[symbol] { return tensorValue(entry.flow) }
    if let word = program.names.word(symbol) { return .word(word) }
    if let callee = scope.namedCallee(symbol) { return .layer(callee) }
    reportUnknown(.unknownName(scope.spelling(symbol), nearest: nearestValue(to: symbol)), at: tree.span(name))
    return nil
  }

  mutating func tensorValue(_ flow: Flow) -> Value? {
    scope.usedVariable = true
    guard case .tensor(let id) = flow else { return nil }
    return .tensor(TensorValue(id: id, shape: built.shape(of: id)))
  }

  private mutating func inputTensor() -> Value? {
    let flow = built.inputFlow
    return flow == .none ? nil : tensorValue(flow)
  }

  private mutating func member(_ base: NodeID<Expression>, _ name: Name, at id: NodeID<Expression>) -> Value? {
    if let path = dottedPath(id), let entry = scope.labels.entries[path] { return tensorValue(entry.flow) }
    guard let value = evaluate(base) else { return nil }
    guard case .tensor(let tensor) = value else {
      log.report(.needs("a tensor", found: value), at: tree.span(base))
      return nil
    }
    guard let shape = tensor.shape else { return nil }
    guard let extent = program.names.member(name.symbol)?.extent(of: shape) else {
      log.report(.unknownMember(scope.spelling(name.symbol), rank: Int(shape.rank)), at: tree.span(name))
      return nil
    }
    if let axis = program.names.member(name.symbol)?.axis(of: shape),
      let size = built.tracker.expression(of: tensor.id, axis)
    {
      return .size(size)
    }
    return .number(Rational(Int64(extent)))
  }

  /// The label that a chain of names and dots may be: `down.0`.
  private mutating func dottedPath(_ id: NodeID<Expression>) -> Symbol? {
    guard !scope.labels.entries.isEmpty else { return nil }
    switch tree[id] {
    case .name(let name): return name.symbol
    case .member(let base, let name):
      guard let outer = dottedPath(base) else { return nil }
      return scope.symbols.intern(scope.spelling(outer) + "." + scope.spelling(name.symbol))
    case .number, .shape, .boolean, .wildcard, .string, .input, .negation, .not, .binary, .compound, .comprehension,
      .missing:
      return nil
    }
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
