import TensorKernels

/// A tensor that is learned, and the same for every example: position embeddings, class tokens, prompts.
///
/// Takes nothing from the tensor that enters but its batch: `[batch, extents...]`.
public struct Learned: Layer, Parameterized {
  /// The extents of an example. It is called as the layer is, without a name of its own, as PyTorch's `nn.Parameter`.
  public var weight: Parameter
  public let extents: [Int]
  public let site: Site?

  /// - Parameters:
  ///   - extents: Those of an example, channels last.
  ///   - initial: Where the numbers begin.
  ///   - deviation: The standard deviation of what chance adds to that.
  /// - Throws: `TensorError` where a number is out of range or memory does not suffice.
  public init(
    _ extents: [Int], initial: Float = 0, deviation: Float = 0, using generator: inout SeededGenerator,
    site: Site? = nil
  ) throws(TensorError) {
    guard !extents.isEmpty, extents.count < TensorShape.largestRank else {
      throw TensorError(
        .argument(
          "the axes of a learned tensor", found: "\(extents.count)",
          expected: "from 1 to \(TensorShape.largestRank - 1)"), site: site)
    }
    self.extents = extents
    self.site = site
    var value = try Tensor(repeating: initial, TensorShape(extents))
    if deviation != 0 {
      var noise = try Tensor.normal(value.shape, seed: generator.next())
      try noise.multiply(by: deviation)
      try value.add(noise)
    }
    weight = Parameter(value, .tensor, .example)
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try TensorShape([input.batch] + extents)
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let value = try weight.value("a learned tensor", shaped: TensorShape(extents))
    let count = value.shape.count
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try value.read { tk_copy_columns($0, 0, y, count, shape.batch, count) }
    }
    guard tape.isRecording else { return Variable(y) }
    return tape.record(y) { [weight] (gradient, flow) throws(TensorError) in
      let sums = try Tensor.filled(weight.value.shape) { sums throws(TensorError) in
        try gradient.read { tk_sum_rows($0, shape.batch, count, sums) }
      }
      try flow.add(sums, to: weight)
    }
  }

  /// The parameter is named as the layer: `path` without the full stop at its end.
  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path.hasSuffix(".") ? String(path.dropLast()) : path, &weight)
  }
}

/// Where each cell lies: one channel for each axis of cells, from -1 at its begin to 1 at its end (Liu et al., 2018). An
/// axis of one cell lies at -1.
///
/// `[batch, cells..., channels]` becomes `[batch, cells..., axes]`.
public struct Coordinates: Layer {
  public let site: Site?

  public init(site: Site? = nil) {
    self.site = site
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    try input.checkSpatial()
    return try input.with(channels: input.spatialRank)
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let axes = shape.spatialRank
    let y = try Tensor.filled(shape) { y in
      var repeats = shape.cells
      for axis in 0..<axes {
        let extent = shape[axis + 1]
        repeats /= extent
        let places = (0..<extent).map { Self.place($0, of: extent) }
        for cell in 0..<shape.cells { y[cell * axes + axis] = places[cell / repeats % extent] }
      }
      let example = shape.cells * axes
      for n in 1..<max(shape.batch, 1) { (y + n * example).update(from: y, count: example) }
    }
    return Variable(y)
  }

  private static func place(_ cell: Int, of extent: Int) -> Float {
    extent == 1 ? -1 : Float(Double(2 * cell - (extent - 1)) / Double(extent - 1))
  }
}

/// Standard normal noise in the shape of the tensor that enters while the network is trained; zeros in use.
public struct Noise: Layer {
  public let site: Site?

  public init(site: Site? = nil) {
    self.site = site
  }

  public func outputShape(of input: TensorShape) -> TensorShape { input }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    guard tape.isTraining else { return Variable(try Tensor(zeros: x.tensor.shape)) }
    return Variable(try Tensor.normal(x.tensor.shape, seed: tape.generator.next()))
  }
}

extension Tensor {
  /// Numbers of a standard normal distribution.
  static func normal(_ shape: TensorShape, seed: UInt64) throws(TensorError) -> Tensor {
    try Tensor.filled(shape) { tk_normal(seed, $0, shape.count) }
  }
}
