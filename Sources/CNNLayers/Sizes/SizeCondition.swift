extension SizeSet {
  /// A longer condition is not one to read.
  private static let longestCondition = 200

  /// The set as conditions of the language, which hold for its sizes and for no others: `H % 16 == 12, H >= 188`.
  ///
  /// - Parameter symbol: What a size is called.
  /// - Returns: Conditions with commas between them, empty for all sizes; nil for the empty set, and where they would be
  ///   too long to read.
  public func condition(_ symbol: String) -> String? {
    if isEmpty { return nil }
    let texts = SizeForm.forms(of: self).compactMap { $0.condition(symbol)?.listed }
    guard let shortest = texts.min(by: { $0.count < $1.count }), shortest.count <= Self.longestCondition else {
      return nil
    }
    return shortest
  }
}

/// A condition in the syntax of the language.
private indirect enum Condition {
  case comparison(String)
  case all([Condition])
  case any([Condition])

  /// At the top, where a comma says `and`.
  var listed: String { listed(isAlone: true) }

  private func listed(isAlone: Bool) -> String {
    switch self {
    case .comparison(let text): text
    case .all(let parts):
      parts.map { $0.listed(isAlone: isAlone && parts.count == 1) }.joined(separator: ", ")
    case .any: text(isInsideAll: !isAlone)
    }
  }

  /// `and` binds tighter than `or`.
  private func text(isInsideAll: Bool) -> String {
    switch self {
    case .comparison(let text): return text
    case .all(let parts):
      return parts.map { $0.text(isInsideAll: isInsideAll || parts.count > 1) }.joined(separator: " and ")
    case .any(let parts):
      if parts.count == 1 { return parts[0].text(isInsideAll: isInsideAll) }
      let text = parts.map { $0.text(isInsideAll: false) }.joined(separator: " or ")
      return isInsideAll ? "(\(text))" : text
    }
  }

  /// A number in a run of neighbours, out of `domain`.
  static func inside(
    _ number: String, _ run: ClosedRange<Int64>, of domain: ClosedRange<Int64>
  ) -> Condition {
    let (first, last) = (run.lowerBound, run.upperBound)
    if first == last { return .comparison("\(number) == \(first)") }
    var parts: [Condition] = []
    if first > domain.lowerBound { parts.append(.comparison("\(number) >= \(first)")) }
    if last < domain.upperBound { parts.append(.comparison("\(number) <= \(last)")) }
    return .all(parts)
  }

  /// A number below or above a run of neighbours.
  static func outside(
    _ number: String, _ run: ClosedRange<Int64>, of domain: ClosedRange<Int64>
  ) -> Condition {
    let (first, last) = (run.lowerBound, run.upperBound)
    if first == last { return .comparison("\(number) != \(first)") }
    var parts: [Condition] = []
    if first > domain.lowerBound { parts.append(inside(number, domain.lowerBound...(first - 1), of: domain)) }
    if last < domain.upperBound { parts.append(inside(number, (last + 1)...domain.upperBound, of: domain)) }
    return .any(parts)
  }
}

extension SizeForm {
  /// More parts than fit into a line that can be read.
  fileprivate static let mostParts = 40

  fileprivate func condition(_ symbol: String) -> Condition? {
    guard extras.count <= Self.mostParts else { return nil }
    var parts = extras.map { Condition.inside(symbol, $0, of: 1...Int64.max) }
    if let rest {
      guard let conditions = rest.conditions(symbol) else { return nil }
      parts.append(.all(conditions))
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }
}

extension SizeForm.Rest {
  fileprivate func conditions(_ symbol: String) -> [Condition]? {
    guard missing.count <= SizeForm.mostParts else { return nil }
    let parts = merged { $0.condition(symbol)?.listed.count }
    var conditions = parts.compactMap { $0.condition(symbol) }
    guard conditions.count == parts.count else { return nil }
    if let lower { conditions.append(.comparison("\(symbol) >= \(lower)")) }
    if let upper { conditions.append(.comparison("\(symbol) <= \(upper)")) }
    return conditions + missing.map { Condition.outside(symbol, $0, of: 1...Int64.max) }
  }
}

extension SizeForm.Congruence {
  /// The shortest of: one of the runs of remainders; none of the runs of the others; a run that goes on from the last
  /// remainder to 0, for sizes moved by so much that it begins with 0.
  fileprivate func condition(_ symbol: String) -> Condition? {
    let number = "\(symbol) % \(modulus)"
    let (inside, outside) = (SizeForm.runs(remainders), SizeForm.runs(others))
    let domain = 0...(modulus - 1)
    var conditions: [Condition] = []
    if inside.count <= SizeForm.mostParts {
      conditions.append(.any(inside.map { .inside(number, $0, of: domain) }))
    }
    if outside.count <= SizeForm.mostParts {
      conditions.append(.all(outside.map { .outside(number, $0, of: domain) }))
    }
    if outside.count == 1, let gap = outside.first, gap.upperBound + 1 < modulus {
      let moved = "(\(symbol) + \(modulus - gap.upperBound - 1)) % \(modulus)"
      conditions.append(.comparison("\(moved) <= \(remainders.count - 1)"))
    }
    return conditions.min { $0.listed.count < $1.listed.count }
  }
}
