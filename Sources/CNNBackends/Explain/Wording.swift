import CNNLayers
import CNNText

// Phrases that several explanations share.

/// `a`, `a and b`, `a, b and c`
func listed(_ items: [String], last: String = " and ") -> String {
  guard let end = items.last, items.count > 1 else { return items.first ?? "" }
  return items.dropLast().joined(separator: ", ") + last + end
}

/// `one map`, `2 maps`
func counted(_ count: some BinaryInteger, _ noun: String) -> String {
  count == 1 ? "one \(noun)" : "\(count.grouped) \(noun)s"
}

/// Nil when the product does not fit 63 bits.
func product(_ factors: [Int64]) -> Int64? {
  var product: Int64 = 1
  for factor in factors {
    let (next, overflow) = product.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    product = next
  }
  return product
}

/// Nil when a term is missing or the sum does not fit 63 bits.
func sum(_ terms: [Int64?]) -> Int64? {
  var sum: Int64 = 0
  for term in terms {
    guard let term else { return nil }
    let (next, overflow) = sum.addingReportingOverflow(term)
    if overflow { return nil }
    sum = next
  }
  return sum
}

/// `5 * 5 * 32`
func times(_ factors: [some BinaryInteger]) -> String { factors.map { String($0) }.joined(separator: " * ") }

/// `7 * 7 * 64 = 3,136`; a single factor stands for itself.
func productText(_ factors: [Int64], grouped: Bool = true) -> String {
  guard factors.count > 1, let value = product(factors) else { return factors.first.map { $0.grouped } ?? "" }
  return "\(times(factors)) = \(grouped ? value.grouped : String(value))"
}

/// `a 5x5`, `an 11x11`: the article goes by the sound of the number.
func withArticle(_ text: String) -> String {
  let digits = text.prefix { $0.isNumber }
  let isEleven = ["11", "18"].contains { digits.hasPrefix($0) && digits.count % 3 == 2 }
  return digits.hasPrefix("8") || isEleven ? "an \(text)" : "a \(text)"
}

/// `2` rather than `2.0`
func decimal(_ number: Double) -> String { Int64(exactly: number).map { String($0) } ?? "\(number)" }

extension Window {
  /// `5x5`; along one axis `row of 9`.
  func kernelText(rank: Int) -> String {
    rank == 1 ? "row of \(kernel[0])" : kernel.array(rank: rank).map(String.init).joined(separator: "x")
  }
}

extension Operation {
  /// What its output consists of: neurons where weights make it.
  var outputNoun: String { kernel == nil ? "values" : "neurons" }
}

extension ExtentArithmetic {
  /// True where there is something to work out.
  var isTelling: Bool { formula != String(result) }

  /// `(224 - 11) / 4 + 1 = 54.25, rounded down`
  var shortText: String {
    rounding == .exact ? "\(formula) = \(result)" : "\(formula) = \(exact), rounded \(rounding.rawValue)"
  }
}
