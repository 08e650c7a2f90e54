/// How the extent of one axis came about, with the real numbers: `(224 - 11) / 4 + 1`, exactly 54.25, rounded down to 54.
public struct ExtentArithmetic: Hashable, Sendable {
  public enum Rounding: String, Hashable, Sendable {
    case exact, down, up
  }

  /// The formula with its numbers.
  public let formula: String
  /// Its value before rounding.
  public let exact: Rational
  public let result: Int64
  public let rounding: Rounding

  init(_ formula: String, exact: Rational, result: Int64) {
    self.formula = formula
    self.exact = exact
    self.result = result
    rounding = Rational(result) == exact ? .exact : Rational(result) < exact ? .down : .up
  }

  init(_ formula: String, _ result: Int64) {
    self.init(formula, exact: Rational(result), result: result)
  }

  /// `28 / 2 = 14`, or `(224 - 11) / 4 + 1 = 54.25, rounded down to 54`.
  public var text: String {
    rounding == .exact ? "\(formula) = \(result)" : "\(formula) = \(exact), rounded \(rounding.rawValue) to \(result)"
  }
}

extension Operation {
  /// How the extent of an axis came about; nil where the operation leaves it alone.
  public func arithmetic(axis: Int, input: Shape, output: Shape) -> ExtentArithmetic? {
    guard axis < Int(input.rank) else { return nil }
    let extent = input.spatial[axis]
    switch self {
    case .convolution(let window, _, _, _), .localConvolution(let window, _, _):
      return window.arithmetic(axis: axis, extent: extent, isPool: false, ceil: false)
    case .pool(_, let window, let ceil, _):
      return window.arithmetic(axis: axis, extent: extent, isPool: true, ceil: ceil)
    case .transposedConvolution(let window, _, _, _):
      let formula = Self.sum(
        "(\(extent) - 1) * \(window.stride[axis]) + \(window.reach(axis))",
        minus: [window.before[axis], window.after[axis]])
      return ExtentArithmetic(formula, window.transposedCells(axis, of: extent))
    case .pad(_, let before, let after):
      return ExtentArithmetic(
        Self.sum("\(extent)", minus: [-before[axis], -after[axis]]), Int64(extent + before[axis] + after[axis]))
    case .crop(let before, let after):
      return ExtentArithmetic(
        Self.sum("\(extent)", minus: [before[axis], after[axis]]), Int64(extent - before[axis] - after[axis]))
    case .pixelShuffle(let factor): return ExtentArithmetic("\(extent) * \(factor)", Int64(extent) * Int64(factor))
    case .pixelUnshuffle(let factor): return ExtentArithmetic("\(extent) / \(factor)", Int64(extent / factor))
    case .resize(_, _, let size), .adaptivePool(_, let size):
      guard size[axis] != extent, let ratio = Rational(Int64(size[axis]), Int64(extent)) else { return nil }
      return ExtentArithmetic("\(extent) * \(ratio)", Int64(size[axis]))
    case .slice(let sliced, let start, let count):
      return sliced.spatial == axis ? ExtentArithmetic("\(start + count) - \(start)", Int64(count)) : nil
    case .input, .dense, .globalPool, .reduce, .unpool, .normalization, .localResponseNormalization, .activation,
      .gatedLinear, .softmax, .unitNorm, .dropout, .scale, .flatten, .reshape, .permute, .concatenate, .elementwise,
      .attention, .recurrent, .channelShuffle, .learned, .coordinates, .noise:
      return nil
    }
  }

  /// A first term, and what is taken away from it; what is zero is left out, what is negative is added.
  private static func sum(_ start: String, minus terms: [Int32]) -> String {
    terms.reduce(start) { $1 == 0 ? $0 : $1 > 0 ? "\($0) - \($1)" : "\($0) + \(-Int64($1))" }
  }
}

extension Window {
  /// Along one axis: floor or ceiling of (n + before + after - reach) / stride + 1, in the fewest words.
  public func arithmetic(axis: Int, extent: Int32, isPool: Bool, ceil: Bool) -> ExtentArithmetic {
    let step = Int64(stride[axis])
    let reach = reach(axis)
    var inner = "\(extent)"
    if before[axis] > 0 { inner += " + \(before[axis])" }
    if after[axis] > 0 { inner += " + \(after[axis])" }
    let room = Int64(extent) + Int64(before[axis]) + Int64(after[axis]) - reach
    guard let share = Rational(room, step), let exact = share.adding(1) else {
      return ExtentArithmetic(inner, Int64(extent))
    }
    var result = ceil ? exact.ceiling : exact.floor
    if ceil, (result - 1) * step >= Int64(extent) + Int64(before[axis]) { result -= 1 }
    let tiles = isPool && reach == step && inner == "\(extent)"
    let formula =
      if tiles {
        "\(extent) / \(step)"
      } else if step == 1 {
        reach == 1 ? inner : "\(inner) - \(reach) + 1"
      } else {
        "(\(inner) - \(reach)) / \(step) + 1"
      }
    return ExtentArithmetic(formula, exact: exact, result: result)
  }
}
