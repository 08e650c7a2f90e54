import TensorKernels

/// Channels of several tensors, one behind the other.
public struct Concatenate: Sendable {
  public let site: Site?

  public init(site: Site? = nil) {
    self.site = site
  }

  /// Batch and cells of the inputs are equal; their channels add up.
  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    guard let first = inputs.first else { throw TensorError(.count(what: "inputs", expected: 1, found: 0)) }
    for input in inputs where input.rank != first.rank || input.extents.dropLast() != first.extents.dropLast() {
      throw TensorError(.shapesDiffer(first.extents, input.extents))
    }
    return try first.with(channels: inputs.reduce(0) { $0 + $1.channels })
  }

  public func callAsFunction(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    do {
      let output = try run(inputs, &tape)
      tape.note(output, at: site)
      return output
    } catch {
      throw error.at(site)
    }
  }

  private func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: inputs.map(\.tensor.shape))
    let channels = shape.channels
    let rows = shape.count / channels
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      var start = 0
      for input in inputs {
        let count = input.tensor.shape.channels
        try input.tensor.read { tk_copy_columns($0, count, y + start, channels, rows, count) }
        start += count
      }
    }
    guard tape.isRecording, inputs.contains(where: { $0.node != nil }) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      var start = 0
      for input in inputs {
        let count = input.tensor.shape.channels
        let part = try Tensor.filled(input.tensor.shape) { part throws(TensorError) in
          try gradient.read { tk_copy_columns($0 + start, channels, part, count, rows, count) }
        }
        try flow.add(part, to: input)
        start += count
      }
    }
  }
}

/// Several tensors, element by element. Extents are equal, or 1 on one side, where the element is repeated.
public struct Elementwise: Sendable {
  public enum Operation: Hashable, Sendable {
    case add, multiply, subtract, maximum
    /// The mean of all inputs.
    case average
  }

  public let operation: Operation
  public let site: Site?

  public init(_ operation: Operation, site: Site? = nil) {
    self.operation = operation
    self.site = site
  }

  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    guard var shape = inputs.first else { throw TensorError(.count(what: "inputs", expected: 1, found: 0)) }
    for input in inputs.dropFirst() { shape = try Broadcast(shape, input).shape }
    return shape
  }

  /// Combines the inputs from the first to the last.
  public func callAsFunction(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    do {
      let output = try run(inputs, &tape)
      tape.note(output, at: site)
      return output
    } catch {
      throw error.at(site)
    }
  }

  private func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    guard var result = inputs.first else { throw TensorError(.count(what: "inputs", expected: 1, found: 0)) }
    for input in inputs.dropFirst() { result = try combine(result, input, &tape) }
    guard operation == .average, inputs.count > 1 else { return result }
    return try divide(result, by: inputs.count, &tape)
  }

  private func combine(_ a: Variable, _ b: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let kind = operation.kernel
    let broadcast = try Broadcast(a.tensor.shape, b.tensor.shape)
    let y = try Tensor.filled(broadcast.shape) { y throws(TensorError) in
      try a.tensor.read { a throws(TensorError) in
        try b.tensor.read { b in withUnsafePointer(to: broadcast.kernel) { tk_combine(kind, $0, a, b, y) } }
      }
    }
    guard tape.records(a, b) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      // The derivative by a sum is the gradient itself.
      if kind == tk_sum, a.tensor.shape == gradient.shape, b.tensor.shape == gradient.shape {
        try flow.add(gradient, to: a)
        try flow.add(gradient, to: b)
        return
      }
      var da = try Tensor(zeros: a.tensor.shape)
      var db = try Tensor(zeros: b.tensor.shape)
      try da.write { da throws(TensorError) in
        try db.write { db throws(TensorError) in
          try a.tensor.read { a throws(TensorError) in
            try b.tensor.read { b throws(TensorError) in
              try gradient.read { dy in
                withUnsafePointer(to: broadcast.kernel) { tk_combine_backward(kind, $0, a, b, dy, da, db) }
              }
            }
          }
        }
      }
      try flow.add(da, to: a)
      try flow.add(db, to: b)
    }
  }

  private func divide(_ sum: Variable, by count: Int, _ tape: inout Tape) throws(TensorError) -> Variable {
    let factor = 1 / Float(count)
    var y = sum.tensor
    try y.multiply(by: factor)
    guard tape.records(sum) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      var share = gradient
      try share.multiply(by: factor)
      try flow.add(share, to: sum)
    }
  }
}

extension Elementwise.Operation {
  fileprivate var kernel: tk_binary {
    switch self {
    case .add, .average: tk_sum
    case .multiply: tk_product
    case .subtract: tk_difference
    case .maximum: tk_maximum
    }
  }
}

/// How two shapes become one.
private struct Broadcast: Sendable {
  let shape: TensorShape
  let kernel: tk_broadcast

  /// - Throws: `TensorError` where extents differ and neither is 1.
  init(_ a: TensorShape, _ b: TensorShape) throws(TensorError) {
    guard a.rank == b.rank else { throw TensorError(.shapesDiffer(a.extents, b.extents)) }
    var extents: [Int] = []
    for (first, second) in zip(a.extents, b.extents) {
      guard first == second || first == 1 || second == 1 else {
        throw TensorError(.shapesDiffer(a.extents, b.extents))
      }
      extents.append(max(first, second))
    }
    shape = try TensorShape(extents)
    kernel = tk_broadcast(
      extents: Self.five(extents, missing: 1), a_strides: Self.strides(a), b_strides: Self.strides(b))
  }

  private static func strides(_ shape: TensorShape) -> (Int, Int, Int, Int, Int) {
    var stride = 1
    var strides: [Int] = []
    for extent in shape.extents.reversed() {
      strides.insert(extent == 1 ? 0 : stride, at: 0)
      stride *= extent
    }
    return five(strides, missing: 0)
  }

  private static func five(_ values: [Int], missing: Int) -> (Int, Int, Int, Int, Int) {
    let padded = Array(repeating: missing, count: 5 - values.count) + values
    return (padded[0], padded[1], padded[2], padded[3], padded[4])
  }
}
