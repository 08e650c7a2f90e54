/// How the extent of an axis follows when the input's is not known as a number.
public enum ExtentChange: Hashable, Sendable {
  /// From the input's own extent.
  case rule(ExtentRule)
  /// It becomes that of another tensor, or another number.
  case taken(ExtentTarget)
  /// It is cut to that of another tensor, or another number, and must be at least as large.
  case cut(ExtentTarget)
  /// It has to be a number: weights, or another axis, depend on it.
  case needed
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
    case .input, .localResponseNormalization, .activation, .gatedLinear, .softmax, .unitNorm, .dropout, .scale,
      .channelShuffle, .coordinates, .noise, .recurrent:
      return .rule(.identity)
    case .normalization(let normalization):
      return if case .layer(whole: true) = normalization.kind { .needed } else { .rule(.identity) }
    case .convolution(let window, _, _, _):
      return .rule(window.isSame ? window.ruleOfSame(axis) : window.rule(axis, ceil: false))
    case .pool(_, let window, let ceil, _):
      return .rule(window.isSame ? window.ruleOfSame(axis) : window.rule(axis, ceil: ceil))
    case .transposedConvolution(let window, _, _, _): return .rule(window.transposedRule(axis))
    case .globalPool: return .rule(.fixed(1))
    case .reduce(_, let axes): return .rule(axes.contains(axis: axis) ? .fixed(1) : .identity)
    case .slice(let sliced, let start, let count):
      guard sliced.spatial == axis else { return .rule(.identity) }
      return .rule(ExtentRule(factor: 0, offset: Int64(count), minimum: Int64(start) + Int64(count)))
    case .pixelShuffle(let factor): return .rule(ExtentRule(factor: Int64(factor)))
    case .pixelUnshuffle(let factor): return .rule(ExtentRule(divisor: Int64(factor), isExact: true))
    case .pad(let kind, let before, let after): return .rule(kind.rule(before[axis], after[axis]))
    case .crop(let before, let after): return .rule(ExtentRule(offset: -Int64(before[axis]) - Int64(after[axis])))
    case .flatten, .reshape, .localConvolution: return .needed
    case .adaptivePool, .resize, .dense, .permute, .concatenate, .elementwise, .attention, .unpool, .learned: return nil
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
