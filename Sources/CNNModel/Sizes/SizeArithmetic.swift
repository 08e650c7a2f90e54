import CNNLayers
import CNNSyntax

/// Operators and functions where a side depends on the size of an input: exact for every size at once, or refused.
enum SizeArithmetic {
  static func apply(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws(ArithmeticError) -> Value {
    guard let sides = try aligned(left, right) else { throw .operands }
    let (a, b) = sides
    if [.divide, .remainder].contains(operation), b.constant == 0 { throw .zero }
    do throws(SizeFunction.Failure) {
      if let value = try apply(operation, a, b) { return value }
    } catch {
      throw .sizes(error)
    }
    throw .undecidable
  }

  /// Nil for what does not repeat itself from size to size, as products of two sizes.
  private static func apply(
    _ operation: BinaryOperator, _ a: SizeExpression, _ b: SizeExpression
  ) throws(SizeFunction.Failure) -> Value? {
    switch operation {
    case .add: return simplified(try a.adding(b))
    case .subtract: return simplified(try a.adding(try b.negated()))
    case .multiply:
      if let factor = b.constant { return simplified(try a.multiplied(by: factor)) }
      if let factor = a.constant { return simplified(try b.multiplied(by: factor)) }
      return nil
    case .divide:
      guard let factor = b.constant.flatMap({ Rational(1).divided(by: $0) }) else { return nil }
      return simplified(try a.multiplied(by: factor))
    case .remainder:
      guard let divisor = b.constant, let inverse = Rational(1).divided(by: divisor) else { return nil }
      let multiples = try a.multiplied(by: inverse).floor().multiplied(by: divisor)
      return simplified(try a.adding(try multiples.negated()))
    case .equal: return .size(try a.compared(to: b) { $0 == 0 })
    case .notEqual: return .size(try a.compared(to: b) { $0 != 0 })
    case .less: return .size(try a.compared(to: b) { $0 < 0 })
    case .lessEqual: return .size(try a.compared(to: b) { $0 <= 0 })
    case .greater: return .size(try a.compared(to: b) { $0 > 0 })
    case .greaterEqual: return .size(try a.compared(to: b) { $0 >= 0 })
    case .until, .power, .and, .or: return nil
    }
  }

  /// A function of the language, on arguments one of which depends on a size.
  static func apply(_ function: Function, _ values: [Value]) throws(ArithmeticError) -> Value {
    switch function {
    case .min: return try extreme(values, isLeast: true)
    case .max: return try extreme(values, isLeast: false)
    case .floor, .ceil, .round, .abs:
      guard values.count == 1, case .size(let size) = values[0], !size.isCondition else { throw .undecidable }
      do throws(SizeFunction.Failure) {
        if let result = try apply(function, size) { return simplified(result) }
      } catch {
        throw .sizes(error)
      }
      throw .undecidable
    case .sqrt, .log2, .length, .sum, .multiple: throw .undecidable
    }
  }

  private static func apply(
    _ function: Function, _ size: SizeExpression
  ) throws(SizeFunction.Failure) -> SizeExpression? {
    switch function {
    case .floor: return try size.floor()
    case .ceil: return try size.negated().floor().negated()
    case .round:
      // Halves go away from zero, so what is below zero would have to be rounded another way.
      guard try size.numerator.sizes(where: { $0 < 0 }).isEmpty else { return nil }
      return try size.adding(try half(of: size)).floor()
    case .abs: return try size.maximum(try size.negated())
    case .min, .max, .sqrt, .log2, .length, .sum, .multiple: return nil
    }
  }

  private static func extreme(_ values: [Value], isLeast: Bool) throws(ArithmeticError) -> Value {
    guard var best = values.first else { throw .undecidable }
    for value in values.dropFirst() {
      guard best.dependsOnSize || value.dependsOnSize else {
        if try Arithmetic.apply(isLeast ? .less : .greater, value, best) == .boolean(true) { best = value }
        continue
      }
      guard let (a, b) = try aligned(best, value) else { throw .operands }
      do throws(SizeFunction.Failure) {
        best = simplified(isLeast ? try a.minimum(b) : try a.maximum(b))
      } catch {
        throw .sizes(error)
      }
    }
    return best
  }

  private static func half(of size: SizeExpression) throws(SizeFunction.Failure) -> SizeExpression {
    SizeExpression(symbol: size.symbol, .constant(1), over: 2)
  }

  /// Both sides as expressions of one symbol; nil where one is no number.
  private static func aligned(
    _ left: Value, _ right: Value
  ) throws(ArithmeticError) -> (SizeExpression, SizeExpression)? {
    switch (left, right) {
    case (.size(let a), .size(let b)):
      guard !a.isCondition, !b.isCondition else { return nil }
      guard a.symbol == b.symbol else { throw .twoSymbols }
      return (a, b)
    case (.size(let a), .number(let b)):
      return a.isCondition ? nil : (a, SizeExpression(symbol: a.symbol, constant: b))
    case (.number(let a), .size(let b)):
      return b.isCondition ? nil : (SizeExpression(symbol: b.symbol, constant: a), b)
    case (.size, .decimal), (.decimal, .size): throw .undecidable
    case (.size, _), (.number, _), (.decimal, _), (.boolean, _), (.shape, _), (.list, _), (.range, _), (.word, _),
      (.text, _), (.tensor, _), (.layer, _):
      return nil
    }
  }

  /// A number where the result no longer depends on the size.
  private static func simplified(_ size: SizeExpression) -> Value {
    size.constant.map { .number($0) } ?? .size(size)
  }
}
