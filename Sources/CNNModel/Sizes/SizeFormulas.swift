import CNNLayers

/// Extents that depend on symbols, as people write them: `H/8`, `ceil(H/8)`.
extension Network {
  /// The extent of an axis as a formula of its symbol, or as a number.
  public func extentWords(_ tensor: TensorID, axis: Int) -> String {
    guard let sizes, let extent = sizes.extent(of: tensor, axis: axis) else {
      return String(shape(of: tensor).spatial[axis])
    }
    return sizes.words(extent.function, sizes.symbols[Int(extent.symbol)].name)
  }

  /// The shape of a tensor, each extent a formula or a number.
  public func shapeWords(of tensor: TensorID) -> ShapeWords {
    let shape = shape(of: tensor)
    return ShapeWords(
      spatial: (0..<Int(shape.rank)).map { extentWords(tensor, axis: $0) }, channels: String(shape.channels))
  }

  /// What a condition asks, in a phrase: ``2*floor(H/2) = H`, the heights of the branches`.
  public func words(_ condition: SizeCondition) -> String {
    guard let sizes else { return "" }
    let symbol = sizes.symbols[condition.symbol].name
    let rank = Int(condition.tensor) < layers.count ? Int(shape(of: condition.tensor).rank) : 2
    let axis = Shape.axisName(condition.axis, rank: rank)
    switch condition.cause {
    case .input: return "a whole number, at least 1"
    case .rule(let rule, let function):
      let extent = sizes.words(function, symbol)
      if rule.isExact { return "\(axis) \(extent) divisible by \(rule.divisor)" }
      return "\(axis) \(extent) >= \(rule.minimum)"
    case .meeting(let first, let second):
      return "\(axis) \(sizes.words(first, symbol)) = \(sizes.words(second, symbol))"
    case .cut(let own, let other):
      return "\(axis) \(sizes.words(own, symbol)) >= \(sizes.words(other, symbol))"
    case .assertion(let own, let other):
      return "\(axis) \(sizes.words(own, symbol)) = \(sizes.words(other, symbol))"
    }
  }
}

/// A shape as it is printed: `28x28x32`, `H/8 x W/8 x 64`.
public struct ShapeWords: Hashable, Sendable {
  public let spatial: [String]
  public let channels: String

  /// All extents, channels last.
  public var extents: [String] { spatial + [channels] }

  /// Extents with an `x` between them, set apart where one is a formula.
  public static func text(_ extents: [String]) -> String {
    let areNumbers = extents.allSatisfy { $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    if areNumbers { return extents.joined(separator: "x") }
    return extents.map { $0.isSum ? "(\($0))" : $0 }.joined(separator: " x ")
  }
}

extension ShapeWords: CustomStringConvertible {
  public var description: String { Self.text(extents) }
}

extension String {
  /// True for a formula with a sign outside of brackets.
  fileprivate var isSum: Bool {
    var depth = 0
    for byte in utf8 {
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth -= 1 }
      if byte == UInt8(ascii: " "), depth == 0 { return true }
    }
    return false
  }
}

extension NetworkSizes {
  /// An argument that depends on a size.
  func words(_ expression: SizeExpression) -> String {
    let symbol = symbols[expression.symbol].name
    let extent = expression.isCondition ? nil : try? expression.extent()
    return extent?.words(symbol) ?? "f(\(symbol))"
  }

  /// A function as a formula; where no short one is exact, by the steps that led to it.
  func words(_ function: Int32, _ symbol: String) -> String {
    if let words = functions[Int(function)].words(symbol) { return words }
    switch sources[Int(function)] {
    case .size: return symbol
    case .restricted(let other): return words(other, symbol)
    case .sum(let first, let second): return "\(words(first, symbol)) + \(words(second, symbol))"
    case .rule(let rule, let inner):
      return rule.words(words(inner, symbol))
    case .other: return "f(\(symbol))"
    }
  }
}

extension ExtentRule {
  /// The rule applied to a formula: `floor((2*x + 1)/3)`.
  fileprivate func words(_ inner: String) -> String {
    let product =
      factor == 1 ? inner : "\(factor)*\(inner.contains(" ") && !inner.hasSuffix(")") ? "(\(inner))" : inner)"
    let sum = offset == 0 ? product : offset > 0 ? "\(product) + \(offset)" : "\(product) - \(-offset)"
    if divisor == 1 { return sum }
    let quotient = offset == 0 && !inner.contains(" ") ? "\(sum)/\(divisor)" : "(\(sum))/\(divisor)"
    return isExact ? quotient : "floor(\(quotient))"
  }
}
