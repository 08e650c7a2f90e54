import Foundation

/// The equations that a text holds, read back: `(224 - 11) / 4 + 1 = 54.25`.
struct Equation {
  let text: String
  let left: Double
  let right: Double

  var holds: Bool { abs(left - right) <= 1e-9 * max(1, abs(right)) }

  /// Every `a = b` whose sides are made of numbers.
  static func all(in text: String) -> [Equation] {
    let pattern = #/([0-9(][0-9 ()+*\/.\-]*) = ([0-9(][0-9 ()+*\/.,\-]*)/#
    return text.matches(of: pattern).compactMap { match in
      let right = trimmed(String(match.2))
      guard let left = value(String(match.1)), let result = value(right.replacing(",", with: "")) else { return nil }
      return Equation(text: "\(match.1) = \(right)", left: left, right: result)
    }
  }

  /// What follows the number itself, such as the full stop of the sentence.
  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    if let end = text.firstRange(of: ", ") { text = text[..<end.lowerBound] }
    while let last = text.last, !last.isNumber, last != ")" { text.removeLast() }
    return String(text)
  }

  private static func value(_ text: String) -> Double? {
    var parser = Parser(text: Array(text.filter { $0 != " " }))
    guard let value = parser.sum(), parser.position == parser.text.count else { return nil }
    return value
  }

  private struct Parser {
    let text: [Character]
    var position = 0

    mutating func sum() -> Double? {
      guard var value = product() else { return nil }
      while let sign = take("+-") {
        guard let next = product() else { return nil }
        value += sign == "+" ? next : -next
      }
      return value
    }

    mutating func product() -> Double? {
      guard var value = factor() else { return nil }
      while let sign = take("*/") {
        guard let next = factor() else { return nil }
        value = sign == "*" ? value * next : value / next
      }
      return value
    }

    mutating func factor() -> Double? {
      if take("(") != nil {
        let value = sum()
        return take(")") == nil ? nil : value
      }
      var digits = ""
      while position < text.count, text[position].isNumber || text[position] == "." {
        digits.append(text[position])
        position += 1
      }
      return Double(digits)
    }

    mutating func take(_ characters: String) -> Character? {
      guard position < text.count, characters.contains(text[position]) else { return nil }
      position += 1
      return text[position - 1]
    }
  }
}
