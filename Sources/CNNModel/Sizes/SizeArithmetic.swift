import CNNLayers
import CNNSyntax

/// Operators and functions where a side depends on the size of an input: exact for every size at once, or refused.
enum SizeArithmetic {
  static func apply(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws(ArithmeticError) -> Value {
    guard let sides = try aligned(left, right) else { throw .operands }
    let (a, b) = sides
    do throws(SizeFunction.Failure) {
      switch operation {
      case .add: return simplified(try a.adding(b))
      case .subtract: return simplified(try a.adding(try b.negated()))
      case .multiply:
        if let factor = b.constant { return simplified(try a.multiplied(by: factor)) }
        if let factor = a.constant { return simplified(try b.multiplied(by: factor)) }
        throw .tooLong
      case .divide:
        guard let divisor = b.constant else { throw .tooLong }
        guard let factor = Rational(1).divided(by: divisor) else { throw .overflow }
        return simplified(try a.multiplied(by: factor))
      case .remainder:
        guard let divisor = b.constant, let inverse = Rational(1).divided(by: divisor) else { throw .tooLong }
        let multiples = try a.multiplied(by: inverse).floor().multiplied(by: divisor)
        return simplified(try a.adding(try multiples.negated()))
      case .equal: return .size(try a.compared(to: b) { $0 == 0 })
      case .notEqual: return .size(try a.compared(to: b) { $0 != 0 })
      case .less: return .size(try a.compared(to: b) { $0 < 0 })
      case .lessEqual: return .size(try a.compared(to: b) { $0 <= 0 })
      case .greater: return .size(try a.compared(to: b) { $0 > 0 })
      case .greaterEqual: return .size(try a.compared(to: b) { $0 >= 0 })
      case .until, .power, .and, .or: throw .tooLong
      }
    } catch {
      throw .undecidable
    }
  }

  /// A function of the language, on arguments one of which depends on a size.
  static func apply(_ function: Function, _ values: [Value]) throws(ArithmeticError) -> Value {
    do throws(SizeFunction.Failure) {
      switch function {
      case .floor, .ceil, .round:
        guard values.count == 1, case .size(let size) = values[0], !size.isCondition else { break }
        switch function {
        case .floor: return simplified(try size.floor())
        case .ceil: return simplified(try size.negated().floor().negated())
        // Halves go up, since sizes are positive.
        default: return simplified(try size.adding(try half(of: size)).floor())
        }
      case .min, .max:
        guard var best = values.first else { break }
        for value in values.dropFirst() {
          guard let (a, b) = try? aligned(best, value) else { throw .tooLong }
          best = .size(function == .min ? try a.minimum(b) : try a.maximum(b))
        }
        if case .size(let size) = best { return simplified(size) }
      case .abs:
        guard values.count == 1, case .size(let size) = values[0], !size.isCondition else { break }
        return simplified(try size.maximum(try size.negated()))
      case .sqrt, .log2, .length, .sum, .multiple: break
      }
    } catch {
      throw .undecidable
    }
    throw .undecidable
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
