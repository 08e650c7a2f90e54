import TensorKernels

/// A layer in which every output depends on every input.
///
/// The weight is `[inputs, units]`, the bias `[units]`; the input `[batch, inputs]` gives `[batch, units]`.
public struct Dense: Layer, Parameterized {
  public var weight: Parameter
  public var bias: Parameter?
  public let inputs: Int
  public let units: Int
  public let site: Site?

  /// - Parameters:
  ///   - flattened: The order of the inputs, for weights from elsewhere.
  ///   - initializer: How the weights begin. A bias begins as zeros.
  /// - Throws: `TensorError` where a number is below 1 or memory does not suffice.
  public init(
    _ inputs: Int, units: Int, bias: Bool = true, flattened: FeatureOrder = [], initializer: Initializer = .glorot,
    using generator: inout SeededGenerator, site: Site? = nil
  ) throws(TensorError) {
    try flattened.check(inputs)
    self.inputs = inputs
    self.units = units
    self.site = site
    weight = Parameter(
      try initializer.tensor(TensorShape([inputs, units]), fanIn: inputs, fanOut: units, using: &generator), .weight,
      .matrix(flattened))
    self.bias = bias ? Parameter(try Tensor(zeros: TensorShape(vector: units)), .bias, .features([])) : nil
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard input.rank == 2 else { throw TensorError(.rank(what: "an input", expected: 2...2, found: input.extents)) }
    guard input.channels == inputs else {
      throw TensorError(.channels(what: "an input", expected: inputs, found: input.extents))
    }
    return try TensorShape([input.batch, units])
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let output = try forward(x.tensor, shape)
    guard tape.isRecording else { return Variable(output) }
    return tape.record(output) { (gradient, flow) throws(TensorError) in
      try flow.add(self.weightGradient(x.tensor, gradient), to: weight)
      if let bias { try flow.add(gradient.channelSums(), to: bias) }
      if x.node != nil { try flow.add(self.inputGradient(gradient, x.tensor.shape), to: x) }
    }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(path + "weight", &weight)
    try bias?.visit(path + "bias", body)
  }

  private func sizes(rows: Int) -> tk_dense {
    tk_dense(rows: rows, inputs: inputs, outputs: units)
  }

  private func forward(_ x: Tensor, _ shape: TensorShape) throws(TensorError) -> Tensor {
    var sizes = sizes(rows: x.shape.batch)
    let (weight, bias) = try Parameter.values(weight, bias, [inputs, units], units)
    return try Tensor.filled(shape) { output throws(TensorError) in
      let done = try x.read { x throws(TensorError) in
        try weight.read { w throws(TensorError) in
          guard let bias else { return tk_dense_forward(&sizes, x, w, nil, output) }
          return try bias.read { tk_dense_forward(&sizes, x, w, $0, output) }
        }
      }
      try check(done)
    }
  }

  private func inputGradient(_ gradient: Tensor, _ shape: TensorShape) throws(TensorError) -> Tensor {
    var sizes = sizes(rows: shape.batch)
    return try Tensor.filled(shape) { output throws(TensorError) in
      try check(
        gradient.read { dy throws(TensorError) in
          try weight.value.read { tk_dense_input(&sizes, dy, $0, output) }
        })
    }
  }

  private func weightGradient(_ x: Tensor, _ gradient: Tensor) throws(TensorError) -> Tensor {
    var sizes = sizes(rows: x.shape.batch)
    return try Tensor.filled(weight.value.shape) { output throws(TensorError) in
      try check(
        x.read { x throws(TensorError) in
          try gradient.read { tk_dense_weights(&sizes, x, $0, output) }
        })
    }
  }

  private func check(_ done: Bool) throws(TensorError) {
    guard done else { throw TensorError(.outOfMemory(bytes: weight.value.shape.count * MemoryLayout<Float>.stride)) }
  }
}

extension Tensor {
  /// The sum of each channel over batch and cells.
  func channelSums() throws(TensorError) -> Tensor {
    let channels = shape.channels
    let rows = shape.count / channels
    return try Tensor.filled(TensorShape(vector: channels)) { sums throws(TensorError) in
      try read { tk_sum_rows($0, rows, channels, sums) }
    }
  }
}
