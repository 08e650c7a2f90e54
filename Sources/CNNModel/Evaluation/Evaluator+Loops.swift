import CNNLayers
import CNNSyntax
import CNNText

/// What loops and comprehensions go through, and the names they bind.
extension Evaluator {
  /// What a loop goes through; nil, and a report, where that is neither a list nor a range.
  mutating func rounds(of id: NodeID<Expression>) -> LoopRounds? {
    guard let sequence = evaluate(id) else { return nil }
    if case .range(let lower, let upper) = sequence { return .range(lower..<max(lower, upper)) }
    if let elements = sequence.elements { return .items(elements) }
    log.report(.needs("a list or a range", found: sequence), at: tree.span(id))
    return nil
  }

  /// Binds the names of a loop for one of its rounds.
  mutating func match(
    _ index: NodeID<Pattern>?, _ element: NodeID<Pattern>, _ rounds: LoopRounds, _ position: Int
  ) -> Bool {
    var fits = true
    if let index { fits = match(tree[index], .number(Rational(Int64(position)))) }
    return match(tree[element], rounds[position]) && fits
  }

  /// Binds the names of a pattern to the parts of a value.
  private mutating func match(_ pattern: Pattern, _ value: Value) -> Bool {
    switch pattern {
    case .ignored: return true
    case .name(let name):
      scope.locals.append(Local(symbol: name.symbol, value: value))
      return true
    case .list(let items, _, _):
      guard let elements = value.elements else {
        log.report(.needs("a list", found: value), at: tree.span(pattern))
        return false
      }
      guard elements.count == items.range.count else {
        log.report(.patternCount(expected: items.range.count, found: elements.count), at: tree.span(pattern))
        return false
      }
      var fits = true
      for (index, item) in zip(items.range, elements) { fits = match(tree.patterns[index], item) && fits }
      return fits
    }
  }
}

/// What a loop goes through: a range is not written out.
enum LoopRounds {
  case range(Range<Int64>)
  case items([Value])

  var count: Int {
    switch self {
    // A range may hold more numbers than `Int` has.
    case .range(let range): Int(clamping: UInt64(bitPattern: range.upperBound &- range.lowerBound))
    case .items(let items): items.count
    }
  }

  subscript(position: Int) -> Value {
    switch self {
    case .range(let range): .number(Rational(range.lowerBound + Int64(position)))
    case .items(let items): items[position]
    }
  }
}
