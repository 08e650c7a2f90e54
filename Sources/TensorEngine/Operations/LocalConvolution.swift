import TensorKernels

/// A convolution whose filters are others at every place: nothing is shared between the cells of the output.
///
/// The weight is `[cells, kernel cells * channels, filters]` and the bias `[out cells..., filters]`, as in Keras's
/// `LocallyConnected2D`: a patch has its rows, its columns and its channels in this order.
public struct LocalConvolution: Layer, Parameterized {
  public var weight: Parameter
  public var bias: Parameter?
  /// The extents of an input, channels last.
  public let extents: [Int]
  public let filters: Int
  public let window: Window
  public let site: Site?
  /// The extents of the output.
  private let output: [Int]

  /// - Parameters:
  ///   - extents: Those of an example that enters, channels last; all are known, since every cell has weights of its own.
  ///   - filters: Channels of the output.
  ///   - initializer: How the weights begin. A bias begins as zeros.
  /// - Throws: `TensorError` where the numbers do not fit each other or memory does not suffice.
  public init(
    _ extents: [Int], filters: Int, window: Window, bias: Bool = true, initializer: Initializer = .glorot,
    using generator: inout SeededGenerator, site: Site? = nil
  ) throws(TensorError) {
    let input = try TensorShape([1] + extents)
    let fitted = try window.fitted(to: input)
    let spatial = try fitted.cells(of: input)
    self.extents = extents
    self.filters = filters
    self.window = fitted
    self.site = site
    output = try Array(TensorShape([1] + spatial + [filters]).extents.dropFirst())
    let patch = try TensorShape(fitted.kernel + [input.channels]).count
    let cells = try TensorShape(spatial).count
    weight = Parameter(
      try initializer.tensor(
        TensorShape([cells, patch, filters]), fanIn: patch, fanOut: patch / input.channels * filters, using: &generator),
      .weight)
    self.bias = bias ? Parameter(try Tensor(zeros: TensorShape(output)), .bias) : nil
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard Array(input.extents.dropFirst()) == extents else {
      throw TensorError(.shape(what: "an input", expected: [input.batch] + extents, found: input.extents))
    }
    return try TensorShape([input.batch] + output)
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let input = x.tensor.shape
    let kernel = tk_convolution(
      batch: input.batch, groups: 1, in_channels: input.channels, out_channels: filters,
      in: Window.three(input.spatial), out: Window.three(shape.spatial), kernel: Window.three(window.kernel),
      stride: Window.three(window.stride), dilation: Window.three(window.dilation),
      before: Window.three(window.before, missing: 0))
    let patch = window.kernel.reduce(input.channels, *)
    let weights = try weight.value("weight", shaped: TensorShape([shape.cells, patch, filters]))
    let shifts = try bias?.value("bias", shaped: TensorShape(output))
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      try Self.check(
        x.tensor.read { x throws(TensorError) in
          try weights.read { w throws(TensorError) in
            try Tensor.read(shifts) { bias in
              withUnsafePointer(to: kernel) { tk_local_forward($0, x, w, bias, y) }
            }
          }
        }, input)
    }
    guard tape.isRecording else { return Variable(y) }
    return tape.record(y) { [weight, bias] (gradient, flow) throws(TensorError) in
      var dx = try x.node == nil ? nil : Tensor(uninitialized: input)
      let dw = try Tensor.filled(weights.shape) { dw throws(TensorError) in
        try Self.check(
          x.tensor.read { x throws(TensorError) in
            try weights.read { w throws(TensorError) in
              try gradient.read { dy throws(TensorError) in
                try Tensor.write(&dx) { dx in
                  withUnsafePointer(to: kernel) { tk_local_backward($0, x, w, dy, dw, dx) }
                }
              }
            }
          }, input)
      }
      try flow.add(dw, to: weight)
      if let bias {
        let sums = try Tensor.filled(bias.value.shape) { sums throws(TensorError) in
          try gradient.read { tk_sum_rows($0, shape.batch, shape.count / shape.batch, sums) }
        }
        try flow.add(sums, to: bias)
      }
      if let dx { try flow.add(dx, to: x) }
    }
  }

  private static func check(_ done: Bool, _ input: TensorShape) throws(TensorError) {
    guard done else { throw TensorError(.outOfMemory(bytes: input.count * MemoryLayout<Float>.stride)) }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path + "weight", &weight)
    try bias?.visit(path + "bias", body)
  }
}

extension Tensor {
  /// Writes a tensor that may be missing.
  static func write<Result>(
    _ tensor: inout Tensor?, _ body: (UnsafeMutablePointer<Float>?) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    guard var own = tensor.take() else { return try body(nil) }
    defer { tensor = own }
    return try own.write { pointer throws(TensorError) in try body(pointer) }
  }
}
