/// A window that slides: kernel, stride, dilation and the padding in cells, for each spatial axis.
///
/// Along an axis of n cells it gives floor((n + before + after - reach) / stride) + 1 cells, where its reach is
/// dilation * (kernel - 1) + 1 (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016).
public struct Window: Hashable, Sendable {
  public var kernel: Axes
  public var stride: Axes
  public var dilation: Axes
  /// Cells added above, left of or in front of the input.
  public var before: Axes
  /// Cells added below, right of or behind the input.
  public var after: Axes
  /// The padding was worked out from the extents of the input, by `pad same`.
  public var isSame = false

  public init(kernel: Axes, stride: Axes, dilation: Axes, before: Axes, after: Axes) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.before = before
    self.after = after
  }

  /// How many cells of its input the window spans along an axis.
  @inlinable
  public func reach(_ axis: Int) -> Int64 {
    Int64(dilation[axis]) * (Int64(kernel[axis]) - 1) + 1
  }

  /// True where it moves by more than a cell along some axis.
  public var skipsCells: Bool { stride[0] > 1 || stride[1] > 1 || stride[2] > 1 }

  /// Elements of the kernel in one plane of channels; nil when that overflows.
  public func kernelCells(rank: Int) -> Int64? {
    var product: Int64 = 1
    for axis in 0..<rank {
      let (next, overflow) = product.multipliedReportingOverflow(by: Int64(kernel[axis]))
      if overflow { return nil }
      product = next
    }
    return product
  }
}

/// What `pad` was given.
public enum Padding: Hashable, Sendable {
  /// ceil(input / stride) cells; what is left over goes to the bottom and right, as TensorFlow does it.
  case same
  case valid
  /// (reach - 1) / 2 on both sides of an odd kernel, as PyTorch models are written.
  case half
  /// reach - 1 before, nothing behind; one axis only.
  case causal
  case amounts(before: Axes, after: Axes)
}

extension Window {
  /// The window with its padding worked out for an input.
  @inline(__always)
  public init(
    kernel: Axes, stride: Axes, dilation: Axes, padding: Padding, input: Shape
  ) throws(LayerError) {
    self.init(kernel: kernel, stride: stride, dilation: dilation, before: Axes(all: 0), after: Axes(all: 0))
    let rank = Int(input.rank)
    switch padding {
    case .valid: break
    case .amounts(let before, let after):
      self.before = before
      self.after = after
    case .same:
      isSame = true
      for axis in 0..<rank {
        let extent = Int64(input.spatial[axis])
        let cells = ruleOfSame(axis)(extent) ?? 1
        let total = max((cells - 1) * Int64(stride[axis]) + reach(axis) - extent, 0)
        try setPadding(axis, before: total / 2, after: total - total / 2)
      }
    case .half:
      for axis in 0..<rank {
        guard kernel[axis] % 2 == 1 else { throw LayerError(.evenHalf(kernel: kernel[axis]), parameter: "pad") }
        try setPadding(axis, before: (reach(axis) - 1) / 2, after: (reach(axis) - 1) / 2)
      }
    case .causal:
      guard rank == 1 else { throw LayerError(.causalNeedsLength(rank: rank), parameter: "pad") }
      try setPadding(0, before: reach(0) - 1, after: 0)
    }
  }

  private mutating func setPadding(_ axis: Int, before: Int64, after: Int64) throws(LayerError) {
    guard before <= Int32.max, after <= Int32.max else {
      throw LayerError(.aboveMaximum(Int64(Int32.max), found: .number(Rational(max(before, after)))), parameter: "pad")
    }
    self.before[axis] = Int32(before)
    self.after[axis] = Int32(after)
  }

  /// The cells the window gives along an axis of an input, by its `rule`.
  ///
  /// - Throws: `windowTooLarge` where no window fits.
  @inlinable
  public func cells(_ axis: Int, of input: Shape, ceil: Bool) throws(LayerError) -> Int64 {
    guard let cells = rule(axis, ceil: ceil)(Int64(input.spatial[axis])) else {
      throw LayerError(.windowTooLarge(fit(axis, of: input)), parameter: "kernel")
    }
    return cells
  }

  /// The spatial extents the window gives on an input.
  @inlinable
  public func output(of input: Shape, ceil: Bool = false) throws(LayerError) -> Axes {
    var axes = Axes(all: 1)
    for axis in 0..<Int(input.rank) {
      let cells = try cells(axis, of: input, ceil: ceil)
      guard cells <= Int32.max else { throw LayerError(.tensorTooLarge(extents: [cells])) }
      axes[axis] = Int32(cells)
    }
    return axes
  }

  public func fit(_ axis: Int, of input: Shape) -> WindowFit {
    WindowFit(
      axis: axis, rank: Int(input.rank), extent: input.spatial[axis], before: before[axis], after: after[axis],
      kernel: kernel[axis], dilation: dilation[axis])
  }

  /// How many rows or columns at the end of the real input, padding apart, no position of the window reads though the
  /// one before it would have. A stride wider than the window skips cells everywhere, and on purpose.
  public func unread(_ axis: Int, of input: Shape, cells: Int32) -> Int64 {
    max(0, Int64(input.spatial[axis]) - Int64(cells) * Int64(stride[axis]) + unreadOffset(axis))
  }

  /// What `unread` adds to the extent less a stride for each cell.
  public func unreadOffset(_ axis: Int) -> Int64 {
    let gap = max(0, Int64(stride[axis]) - reach(axis))
    return Int64(stride[axis]) - reach(axis) + Int64(before[axis]) - gap
  }
}
