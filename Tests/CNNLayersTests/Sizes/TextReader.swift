@testable import CNNLayers

/// What conditions, formulas and words say, read back from their text.
///
/// The grammar is that of the language, as far as it is printed: `or`, `and`, comparisons, `+ -`, `* / %`, brackets,
/// `floor` and `ceil`; at the top a comma says `and`. Nothing that is read fails for a size but a division by 0.
struct TextReader {
  struct Failure: Error {
    let text: String
  }

  typealias Test = (Int64) -> Bool
  typealias Formula = (Int64) -> Rational

  private let text: String
  private let tokens: [Substring]
  private var place = 0

  /// Conditions with commas between them.
  static func conditions(_ text: String) throws(Failure) -> Test {
    if text.isEmpty { return { _ in true } }
    var reader = TextReader(text)
    var test = try reader.disjunction()
    while reader.take(",") {
      let (left, right) = (test, try reader.disjunction())
      test = { left($0) && right($0) }
    }
    try reader.finish()
    return test
  }

  static func formula(_ text: String) throws(Failure) -> Formula {
    var reader = TextReader(text)
    let formula = try reader.sum()
    try reader.finish()
    return formula
  }

  private init(_ text: String) {
    var tokens: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      let isComparison = "=!<>".contains(first) && rest.dropFirst().first == "="
      let run = first.isNumber ? rest.prefix(while: \.isNumber) : rest.prefix(while: \.isLetter)
      let length = isComparison ? 2 : max(run.count, 1)
      if first != " " { tokens.append(rest.prefix(length)) }
      rest = rest.dropFirst(length)
    }
    self.text = text
    self.tokens = tokens
  }

  private mutating func take(_ token: String) -> Bool {
    guard place < tokens.count, tokens[place] == token else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ token: String) throws(Failure) {
    guard take(token) else { throw Failure(text: text) }
  }

  private func finish() throws(Failure) {
    guard place == tokens.count else { throw Failure(text: text) }
  }

  private mutating func disjunction() throws(Failure) -> Test {
    var test = try conjunction()
    while take("or") {
      let (left, right) = (test, try conjunction())
      test = { left($0) || right($0) }
    }
    return test
  }

  private mutating func conjunction() throws(Failure) -> Test {
    var test = try comparison()
    while take("and") {
      let (left, right) = (test, try comparison())
      test = { left($0) && right($0) }
    }
    return test
  }

  private mutating func comparison() throws(Failure) -> Test {
    // A bracket holds a condition, or begins a sum.
    let start = place
    if take("("), let test = try? disjunction(), take(")") { return test }
    place = start
    let left = try sum()
    let signs: [(String, (Rational, Rational) -> Bool)] = [
      ("==", { $0 == $1 }), ("!=", { $0 != $1 }), ("<=", { !($1 < $0) }), (">=", { !($0 < $1) }), ("<", { $0 < $1 }),
      (">", { $1 < $0 }),
    ]
    for (sign, test) in signs where take(sign) {
      let right = try sum()
      return { test(left($0), right($0)) }
    }
    throw Failure(text: text)
  }

  private mutating func sum() throws(Failure) -> Formula {
    var formula = try product()
    while let sign = ["+", "-"].first(where: { take($0) }) {
      let (left, right) = (formula, try product())
      formula = { size in
        let (a, b) = (left(size), right(size))
        return (sign == "+" ? a.adding(b) : a.subtracting(b)) ?? Rational(.min)
      }
    }
    return formula
  }

  private mutating func product() throws(Failure) -> Formula {
    var formula = try primary()
    while let sign = ["*", "/", "%"].first(where: { take($0) }) {
      let (left, right) = (formula, try primary())
      formula = { size in
        let (a, b) = (left(size), right(size))
        if sign == "%" { return Rational(a.numerator % b.numerator) }
        return (sign == "*" ? a.multiplied(by: b) : a.divided(by: b)) ?? Rational(.min)
      }
    }
    return formula
  }

  private mutating func primary() throws(Failure) -> Formula {
    for (name, rounded) in [("floor", \Rational.floor), ("ceil", \Rational.ceiling)] where take(name) {
      try expect("(")
      let inside = try sum()
      try expect(")")
      return { Rational(inside($0)[keyPath: rounded]) }
    }
    if take("(") {
      let inside = try sum()
      try expect(")")
      return inside
    }
    if take("H") { return { Rational($0) } }
    let sign: Int64 = take("-") ? -1 : 1
    guard place < tokens.count, let number = Int64(tokens[place]) else { throw Failure(text: text) }
    place += 1
    return { _ in Rational(sign * number) }
  }
}

// MARK: - Words

extension TextReader {
  /// What words say of a size; nil where they only count.
  static func words(_ words: String) throws(Failure) -> Test? {
    if words.contains("one of") { return nil }
    if words == "every H" { return { _ in true } }
    if words == "no H" { return { _ in false } }
    var alternatives: [[Test]] = []
    for alternative in words.split(separator: ", or ") {
      // A comma separates clauses, and items of a list, which do not name the symbol.
      var clauses: [String] = []
      for part in alternative.split(separator: ", ") {
        if part.contains("H") { clauses.append(String(part)) } else { clauses[clauses.count - 1] += ", " + part }
      }
      var tests: [Test] = []
      for text in clauses { tests.append(try clause(text)) }
      alternatives.append(tests)
    }
    return { size in alternatives.contains { $0.allSatisfy { $0(size) } } }
  }

  /// `H = 4, 6 or 8 to 12 (mod 16)`, `H != 7`, `H >= 3`, `3 <= H <= 9`.
  private static func clause(_ clause: String) throws(Failure) -> Test {
    let words = clause.split(whereSeparator: { " ,()".contains($0) })
    if words.count == 5, words[1...3] == ["<=", "H", "<="], let lower = Int64(words[0]), let upper = Int64(words[4]) {
      return { lower <= $0 && $0 <= upper }
    }
    if words[1] == "<=" || words[1] == ">=" { return try conditions(clause) }
    guard words[0] == "H", words[1] == "=" || words[1] == "!=" else { throw Failure(text: clause) }
    let isPositive = words[1] == "="
    var items = words[2...]
    var modulus = Int64.max
    if let sign = items.firstIndex(of: "mod"), let number = Int64(items[sign + 1]) {
      (items, modulus) = (items[..<sign], number)
    }
    var numbers: Set<Int64> = []
    for index in items.indices where items[index] != "or" && items[index] != "to" {
      guard let item = Int64(items[index]) else { throw Failure(text: clause) }
      if index > 3, items[index - 1] == "to", let first = Int64(items[index - 2]) {
        numbers.formUnion(first...item)
      } else {
        numbers.insert(item)
      }
    }
    return { numbers.contains($0 % modulus) == isPositive }
  }
}
