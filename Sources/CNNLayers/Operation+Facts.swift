/// What an operation does, in a word. Most questions about operations are answered from it, so that only `nature` lists
/// them all; a list of its own is for what differs from operation to operation.
public enum OperationNature: Hashable, Sendable {
  /// A tensor that is not computed from another, whose extents may be those of one.
  case source
  /// Sums of products with weights.
  case kernel(Kernel)
  /// One value for each position of a window. With `ceil` a last window may hang over the end.
  case pool(Window, ceil: Bool)
  /// One value for all that lie along some axes, or for each of so many parts of them.
  case summary
  /// Every value stays in its place.
  case values
  /// Cells are added or taken away, in every channel alike.
  case cells
  /// The same values in other places.
  case rearrangement
  /// Several tensors become one, value by value or side by side.
  case join
  /// Each value is made of many by a rule of its own.
  case mixture
}

/// The weights that an operation multiplies its input by.
public struct Kernel: Hashable, Sendable {
  public enum Form: Hashable, Sendable {
    /// Filters that slide over the input.
    case sliding(Window)
    /// Filters that spread each cell of the input over the output.
    case spreading(Window)
    /// Filters that lie over the input, others in every place.
    case local(Window)
    /// A weight for every number of a vector.
    case matrix
  }

  public let form: Form
  /// Channels of the output, or units.
  public let filters: Int32
  public let groups: Int32
  public let bias: Bool

  /// The weights of one filter, as factors: kernel extents, then the channels of its group. Of filters that spread, those
  /// that one channel of the input has.
  public func factors(for input: Shape) -> [Int64] {
    switch form {
    case .sliding(let window), .local(let window):
      extents(window, input) + [Int64(input.channels) / Int64(max(groups, 1))]
    case .spreading(let window): extents(window, input) + [Int64(filters) / Int64(max(groups, 1))]
    case .matrix: [Int64(input.channels)]
    }
  }

  private func extents(_ window: Window, _ input: Shape) -> [Int64] {
    window.kernel.array(rank: Int(input.rank)).map(Int64.init)
  }

  /// True where every cell of the output has weights of its own.
  public var isLocal: Bool {
    if case .local = form { true } else { false }
  }

  /// True where each cell of the input is spread over the output.
  public var isSpreading: Bool {
    if case .spreading = form { true } else { false }
  }

  /// The window that a convolution lays over its input, or a transposed one over its output.
  public var window: Window? {
    switch form {
    case .sliding(let window), .spreading(let window), .local(let window): window
    case .matrix: nil
    }
  }
}

extension Operation {
  public var nature: OperationNature {
    switch self {
    case .input, .learned, .coordinates, .noise: .source
    case .convolution(let window, let filters, let groups, let bias):
      .kernel(Kernel(form: .sliding(window), filters: filters, groups: groups, bias: bias))
    case .transposedConvolution(let window, let filters, let groups, let bias):
      .kernel(Kernel(form: .spreading(window), filters: filters, groups: groups, bias: bias))
    case .localConvolution(let window, let filters, let bias):
      .kernel(Kernel(form: .local(window), filters: filters, groups: 1, bias: bias))
    case .dense(let units, let bias): .kernel(Kernel(form: .matrix, filters: units, groups: 1, bias: bias))
    case .pool(_, let window, let ceil, _): .pool(window, ceil: ceil)
    case .globalPool, .adaptivePool, .reduce: .summary
    case .normalization, .localResponseNormalization, .activation, .softmax, .unitNorm, .dropout, .scale: .values
    case .resize, .pad, .crop, .unpool: .cells
    case .flatten, .reshape, .permute, .pixelShuffle, .pixelUnshuffle, .channelShuffle, .slice: .rearrangement
    case .concatenate, .elementwise: .join
    case .gatedLinear, .attention, .recurrent: .mixture
    }
  }

  /// The window that is laid over the input: of a convolution or a pool.
  public var window: Window? {
    switch nature {
    case .pool(let window, _): window
    case .kernel(let kernel): kernel.isSpreading ? nil : kernel.window
    case .source, .summary, .values, .cells, .rearrangement, .join, .mixture: nil
    }
  }

  /// The window of the pool that is turned around.
  public var undoneWindow: Window? {
    if case .unpool(let window, _) = self { window } else { nil }
  }

  /// The weights it multiplies its input by.
  public var kernel: Kernel? {
    if case .kernel(let kernel) = nature { kernel } else { nil }
  }

  /// True where its window moves by more than a cell, and may come to its end before the input does.
  public var skipsCells: Bool {
    switch nature {
    case .pool(let window, let ceil): !ceil && window.skipsCells
    case .kernel(let kernel): !kernel.isSpreading && kernel.window?.skipsCells ?? false
    case .source, .summary, .values, .cells, .rearrangement, .join, .mixture: false
    }
  }

  /// True where the length of a vector follows from the extents of the maps above it: they are laid out in a row, or read as
  /// one.
  public var isOfVectors: Bool {
    if case .flatten = self { true } else { kernel?.form == .matrix }
  }

  /// True where its output has the extents that were asked for.
  public var isMadeToSize: Bool {
    if case .resize = self { return true }
    if case .crop = self { return true }
    if case .adaptivePool = self { return true }
    return false
  }

  public var isElementwise: Bool {
    if case .elementwise = self { true } else { false }
  }

  public var isJoin: Bool {
    if case .join = nature { true } else { false }
  }

  /// True where there are as many channels as before, whatever their number.
  public var keepsChannels: Bool {
    switch nature {
    case .pool, .values, .cells: return true
    case .source, .kernel, .join, .mixture: return false
    case .summary:
      if case .reduce(_, let axes) = self { return !axes.contains(.channels) }
      return true
    case .rearrangement:
      if case .channelShuffle = self { return true }
      return false
    }
  }

  /// True where what the output is used for is what the input is used for: no function of its own stands between.
  public var passesSigns: Bool {
    switch nature {
    case .pool, .summary, .cells, .rearrangement, .join: return true
    case .source, .kernel, .mixture: return false
    case .values:
      if case .softmax = self { return false }
      if case .activation = self { return false }
      return true
    }
  }

  /// The numbers that one value of the output is made from, as factors; nil where that is not one number for all values.
  public func readFactors(on input: Shape) -> [Int64]? {
    let rank = Int(input.rank)
    switch nature {
    case .kernel(let kernel):
      return kernel.isSpreading ? nil : kernel.factors(for: input)
    case .pool(let window, _): return window.kernel.array(rank: rank).map(Int64.init)
    case .summary:
      if case .reduce(_, let axes) = self { return axes.extents(of: input) }
      guard case .globalPool = self else { return nil }
      return input.spatial.array(rank: rank).map(Int64.init)
    case .source, .values, .cells, .rearrangement, .join, .mixture: return nil
    }
  }
}

extension Activation {
  /// True for the ReLU and the functions that took its place: about the identity above zero, and little below.
  public var isLikeRelu: Bool {
    switch self {
    case .relu, .relu6, .leakyRelu, .prelu, .elu, .celu, .gelu, .silu, .mish, .hardSwish: true
    case .selu, .sigmoid, .hardSigmoid, .tanh, .softplus, .exp, .log, .sqrt, .abs, .square, .reciprocal, .clip,
      .softSign, .hardTanh, .softShrink:
      false
    }
  }
}

// MARK: - Extents that are not known as numbers

/// What becomes of the extents of an input, where some are not known as numbers.
public enum ExtentFlow: Hashable, Sendable {
  /// Every axis follows from the same axis, by `change`.
  case axisByAxis
  /// The axes change places.
  case moved(Permutation)
  /// They are gone, and the output's are numbers.
  case gone
}

extension Operation {
  public var extentFlow: ExtentFlow {
    if case .permute(let permutation) = self { return .moved(permutation) }
    if case .globalPool = self { return .gone }
    if case .learned = self { return .gone }
    if case .recurrent(let recurrent) = self, recurrent.last { return .gone }
    return .axisByAxis
  }

  /// The operation with numbers among its operands; one that takes none is what it was.
  public func with(_ constants: ElementwiseConstants) -> Operation {
    guard case .elementwise(let kind, _) = self else { return self }
    return .elementwise(kind, constants: constants)
  }
}
