/// How the extent of an axis follows when the input's is not known as a number.
public enum ExtentChange: Hashable, Sendable {
  /// From the input's own extent.
  case rule(ExtentRule)
  /// It becomes that of another tensor, or another number.
  case taken(ExtentTarget)
  /// It is cut to that of another tensor, or another number, and must be at least as large.
  case cut(ExtentTarget)
}

/// What an extent is made equal to.
public enum ExtentTarget: Hashable, Sendable {
  /// The extent of the same axis of a tensor.
  case tensor(TensorID)
  case known(Extent)
  case expression(SizeExpression)
}

extension Operation {
  /// How the operation changes an axis; nil for one that keeps no axes, that moves them, or whose numbers were worked
  /// out from the extent itself, so that only its layer knows.
  public func change(_ axis: Int) -> ExtentChange? {
    switch self {
    case .input, .normalization, .localResponseNormalization, .activation, .softmax, .dropout, .scale,
      .channelShuffle, .slice:
      .rule(.identity)
    case .convolution(let window, _, _, _):
      .rule(window.isSame ? window.ruleOfSame(axis) : window.rule(axis, ceil: false))
    case .pool(_, let window, let ceil, _):
      .rule(window.isSame ? window.ruleOfSame(axis) : window.rule(axis, ceil: ceil))
    case .transposedConvolution(let window, _, _, _): .rule(window.transposedRule(axis))
    case .globalPool: .rule(.fixed(1))
    case .pixelShuffle(let factor): .rule(ExtentRule(factor: Int64(factor)))
    case .pixelUnshuffle(let factor): .rule(ExtentRule(divisor: Int64(factor), isExact: true))
    case .pad(let kind, let before, let after): .rule(kind.rule(before[axis], after[axis]))
    case .crop(let before, let after): .rule(ExtentRule(offset: -Int64(before[axis]) - Int64(after[axis])))
    case .adaptivePool, .resize, .dense, .flatten, .reshape, .permute, .concatenate, .elementwise: nil
    }
  }
}

extension PadKind {
  /// n + before + after. A mirror needs as many cells beside the edge as it shows, a circle as many as there are.
  func rule(_ before: Int32, _ after: Int32) -> ExtentRule {
    let amount = Int64(max(before, after))
    let minimum: Int64 =
      switch self {
      case .zero, .replicate: 1
      case .reflect: amount + 1
      case .circular: amount
      }
    return ExtentRule(offset: Int64(before) + Int64(after), minimum: minimum)
  }
}

extension OpenAxes.Item {
  /// The extent for an input whose extent is a number; for an expression, a number that stands for it.
  func extent(of input: Extent) -> Extent {
    switch self {
    case .open: input
    case .known(let extent): extent
    case .expression(let expression): expression.standIn
    }
  }

  /// What it makes of the axis.
  var change: ExtentChange { target.map { .taken($0) } ?? .rule(.identity) }

  /// What is asked for; nil where the extent is kept.
  var target: ExtentTarget? {
    switch self {
    case .open: nil
    case .known(let extent): .known(extent)
    case .expression(let expression): .expression(expression)
    }
  }
}
