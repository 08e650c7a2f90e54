import TensorKernels

/// Maps of another size.
public struct Resize: Layer {
  /// How values between cells come about.
  public enum Mode: Hashable, Sendable {
    /// Cell floor(i * n / m), or floor(i / factor) where a factor is given.
    case nearest
    /// Two neighbours along each axis.
    case bilinear
    /// Four neighbours along each axis, by the cubic with a = -0.75.
    case bicubic
    /// The mean of the cells that a window covers: those of an adaptive average pool.
    case area
  }

  public let mode: Mode
  /// Whether the centres of the corner cells keep their place, rather than the corners.
  public let alignsCorners: Bool
  public let size: [Int]
  /// What each axis is multiplied by; nil where its size alone says how far apart its cells lie.
  let factors: [Factor?]
  public let site: Site?

  /// How many cells a cell becomes: `by` for each `over`.
  struct Factor: Hashable, Sendable {
    let by: Int
    let over: Int
  }

  public init(_ mode: Mode, size: [Int], alignsCorners: Bool = false, site: Site? = nil) {
    self.init(mode, size: size, factors: size.map { _ in nil }, alignsCorners: alignsCorners, site: site)
  }

  /// Cells lie as far apart as the factors say, though the sizes may be rounded (PyTorch's `scale_factor`).
  init(_ mode: Mode, size: [Int], factors: [Factor?], alignsCorners: Bool, site: Site?) {
    self.mode = mode
    self.size = size
    self.factors = factors
    self.alignsCorners = alignsCorners
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try input.checkSpatial(size.count)
    return try input.with(spatial: size)
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    if mode == .area { return try AdaptivePool(.average, size: size).run(x, &tape) }
    let shape = try outputShape(of: x.tensor.shape)
    try shape.checkMemory()
    let axes = x.tensor.shape.spatial.enumerated().map { (axis, extent) in
      taps(from: extent, to: size[axis], factor: factors[axis] ?? Factor(by: size[axis], over: extent))
    }
    return try CellMap(input: x.tensor.shape, output: shape, axes: axes).run(x, &tape)
  }

  /// The cells that each cell of an axis is made of.
  private func taps(from extent: Int, to size: Int, factor: Factor) -> CellMap.Axis {
    func clamped(_ cell: Int) -> Int { min(max(cell, 0), extent - 1) }
    switch mode {
    case .nearest, .area:
      return CellMap.Axis(taps: 1, entries: (0..<size).map { (cell: $0 * factor.over / factor.by, weight: 1) })
    case .bilinear:
      return CellMap.Axis(
        taps: 2,
        entries: (0..<size).flatMap { position in
          let place = max(source(position, extent, size, factor), 0)
          let first = clamped(Int(place))
          let share = Float(place - Double(first))
          return [(cell: first, weight: 1 - share), (cell: clamped(first + 1), weight: share)]
        })
    case .bicubic:
      return CellMap.Axis(
        taps: 4,
        entries: (0..<size).flatMap { position in
          let place = source(position, extent, size, factor)
          let first = place.rounded(.down)
          return (-1...2).map { offset in
            (cell: clamped(Int(first) + offset), weight: Float(Self.cubic(place - first - Double(offset))))
          }
        })
    }
  }

  /// Where a cell of the output lies among those of the input.
  private func source(_ position: Int, _ extent: Int, _ size: Int, _ factor: Factor) -> Double {
    if alignsCorners { return size > 1 ? Double(position) * Double(extent - 1) / Double(size - 1) : 0 }
    return (Double(position) + 0.5) * Double(factor.over) / Double(factor.by) - 0.5
  }

  /// The weight of a cell at a distance (Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981).
  private static func cubic(_ distance: Double) -> Double {
    let a = -0.75
    let x = abs(distance)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}

/// Cells added around the maps.
public struct Pad: Layer {
  /// What the new cells hold.
  public enum Kind: Hashable, Sendable {
    case zero
    /// The cells mirrored at the outermost, which is not repeated.
    case reflect
    /// The outermost cell.
    case replicate
    /// The cells of the opposite side.
    case circular
  }

  public let kind: Kind
  public let before: [Int]
  public let after: [Int]
  public let site: Site?

  public init(_ kind: Kind = .zero, before: [Int], after: [Int], site: Site? = nil) {
    self.kind = kind
    self.before = before
    self.after = after
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    let extents = try input.changed(before, after, by: 1)
    for (axis, extent) in input.spatial.enumerated() {
      let limit =
        switch kind {
        case .zero, .replicate: Int.max
        case .reflect: extent - 1
        case .circular: extent
        }
      let amount = max(before[axis], after[axis])
      guard amount <= limit else {
        throw TensorError(.argument("padding", found: "\(amount)", expected: "at most \(limit) on axis \(axis)"))
      }
    }
    return try input.with(spatial: extents)
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    try shape.checkMemory()
    let axes = x.tensor.shape.spatial.enumerated().map { (axis, extent) in
      CellMap.Axis(
        taps: 1,
        entries: (-before[axis]..<extent + after[axis]).map { (cell: source($0, extent), weight: 1) })
    }
    return try CellMap(input: x.tensor.shape, output: shape, axes: axes).run(x, &tape)
  }

  /// The cell that a place inside or around the map shows; -1 for none.
  private func source(_ place: Int, _ extent: Int) -> Int {
    switch kind {
    case .zero: place < 0 || place >= extent ? -1 : place
    case .reflect: place < 0 ? -place : place >= extent ? 2 * (extent - 1) - place : place
    case .replicate: min(max(place, 0), extent - 1)
    case .circular: (place + extent) % extent
    }
  }
}

/// Cells cut from the sides of the maps.
public struct Crop: Layer {
  public let before: [Int]
  public let after: [Int]
  public let site: Site?

  public init(before: [Int], after: [Int], site: Site? = nil) {
    self.before = before
    self.after = after
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try input.with(spatial: input.changed(before, after, by: -1))
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    try shape.checkMemory()
    let axes = shape.spatial.enumerated().map { (axis, extent) in
      CellMap.Axis(taps: 1, entries: (0..<extent).map { (cell: before[axis] + $0, weight: 1) })
    }
    return try CellMap(input: x.tensor.shape, output: shape, axes: axes).run(x, &tape)
  }
}

extension TensorShape {
  /// The spatial extents with amounts added on both sides, or, with a sign of -1, cut.
  fileprivate func changed(_ before: [Int], _ after: [Int], by sign: Int) throws(TensorError) -> [Int] {
    try checkSpatial(before.count)
    guard before.count == after.count else {
      throw TensorError(.count(what: "amounts behind", expected: before.count, found: after.count))
    }
    var extents: [Int] = []
    for (axis, extent) in spatial.enumerated() {
      for amount in [before[axis], after[axis]] where !(0...Int(Int32.max)).contains(amount) {
        throw TensorError(.argument("amounts", found: "\(amount)", expected: "from 0 to \(Int32.max)"))
      }
      extents.append(extent + sign * (before[axis] + after[axis]))
    }
    return extents
  }
}

/// Cells made of weighted cells, the same way in every example and channel.
struct CellMap: Sendable {
  /// Along one axis: `taps` entries for each position, each a cell, or -1 for none, and its weight.
  struct Axis: Sendable {
    let taps: Int
    let cells: [Int32]
    let weights: [Float]

    init(taps: Int, entries: [(cell: Int, weight: Float)]) {
      self.taps = taps
      cells = entries.map { Int32(truncatingIfNeeded: $0.cell) }
      weights = entries.map(\.weight)
    }
  }

  let input: TensorShape
  let output: TensorShape
  let axes: [Axis]

  func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let y = try resample(x.tensor, output) { tk_resample(&$0, $1, $2) }
    guard tape.records(x) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      try flow.add(resample(gradient, input) { tk_resample_backward(&$0, $1, $2) }, to: x)
    }
  }

  private func resample(
    _ x: Tensor, _ shape: TensorShape,
    _ kernel: (inout tk_resampling, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) -> Tensor {
    let whole = Axis(taps: 1, entries: [(cell: 0, weight: 1)])
    let all = Array(repeating: whole, count: 3 - axes.count) + axes
    let cells = all.flatMap(\.cells)
    let weights = all.flatMap(\.weights)
    let second = all[0].cells.count
    let third = second + all[1].cells.count
    return try Tensor.filled(shape) { y throws(TensorError) in
      try x.read { x in
        cells.withUnsafeBufferPointer { cells in
          weights.withUnsafeBufferPointer { weights in
            guard let cells = cells.baseAddress, let weights = weights.baseAddress else { return }
            var resampling = tk_resampling(
              batch: input.batch, channels: input.channels, in: Window.three(input.spatial),
              out: Window.three(output.spatial), taps: Window.three(all.map(\.taps)),
              cells: (cells, cells + second, cells + third), weights: (weights, weights + second, weights + third))
            kernel(&resampling, x, y)
          }
        }
      }
    }
  }
}
