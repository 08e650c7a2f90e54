import TensorKernels

/// Several tensors one behind the other along an axis, channels where nothing else is said.
public struct Concatenate: JoinLayer {
  public let axis: Axis
  public let site: Site?

  public init(over axis: Axis = .channels, site: Site? = nil) {
    self.axis = axis
    self.site = site
  }

  /// All extents of the inputs are equal but for those along the axis, which add up.
  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    guard let first = inputs.first else { throw TensorError(.count(what: "inputs", expected: 1, found: 0)) }
    let place = try axis.place(in: first)
    var extents = first.extents
    for input in inputs.dropFirst() {
      let fits = input.rank == first.rank && (0..<first.rank).allSatisfy { $0 == place || input[$0] == first[$0] }
      guard fits else { throw TensorError(.shapesDiffer(first.extents, input.extents)) }
      let (sum, overflow) = extents[place].addingReportingOverflow(input[place])
      guard !overflow else { throw TensorError(.tooLarge(input.extents)) }
      extents[place] = sum
    }
    return try TensorShape(extents)
  }

  public func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: inputs.map(\.tensor.shape))
    let outer = try axis.rows(of: shape)
    let width = shape.count / outer
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      var start = 0
      for input in inputs {
        let count = input.tensor.shape.count / outer
        try input.tensor.read { tk_copy_columns($0, count, y + start, width, outer, count) }
        start += count
      }
    }
    guard tape.isRecording, inputs.contains(where: { $0.node != nil }) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      var start = 0
      for input in inputs {
        let count = input.tensor.shape.count / outer
        if input.node != nil {
          let part = try Tensor.filled(input.tensor.shape) { part throws(TensorError) in
            try gradient.read { tk_copy_columns($0 + start, width, part, count, outer, count) }
          }
          try flow.add(part, to: input)
        }
        start += count
      }
    }
  }
}

extension Axis {
  /// How many rows lie one behind the other in memory, each with all that lies along the axis and inside it.
  func rows(of shape: TensorShape) throws(TensorError) -> Int {
    (0..<(try place(in: shape))).reduce(1) { $0 * shape[$1] }
  }
}

/// Several tensors and numbers, element by element, combined from the first to the last.
///
/// Extents are equal, or 1 on one side, where the element is repeated. A vector meets a map as one cell.
public struct Elementwise: JoinLayer {
  public enum Operation: Hashable, Sendable {
    case add, multiply, subtract, divide
    /// Of two equal numbers each takes half of the gradient.
    case maximum, minimum
    /// The first to the power of the next. The derivative by an exponent is 0 where the base is not positive.
    case power
    /// The mean of all operands.
    case average
  }

  /// A number among the operands.
  public struct Constant: Hashable, Sendable {
    public let value: Float
    /// Its place among all operands, from 0.
    public let position: Int

    public init(_ value: Float, at position: Int) {
      self.value = value
      self.position = position
    }
  }

  public let operation: Operation
  /// The operands that are no tensors.
  public let constants: [Constant]
  public let site: Site?

  /// - Parameter constants: Numbers with their places among the operands; tensors take the places that are left, in order.
  public init(_ operation: Operation, constants: [Constant] = [], site: Site? = nil) {
    self.operation = operation
    self.constants = constants
    self.site = site
  }

  public func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape {
    let shapes = try operands(inputs) { _ in TensorShape(unchecked: []) }
    var shape = shapes[0]
    for next in shapes.dropFirst() { shape = try Broadcast(shape, next).shape }
    return shape
  }

  /// Tensors and constants in their order; there is at least one tensor.
  private func operands<Operand>(
    _ inputs: [Operand], _ number: (Float) throws(TensorError) -> Operand
  ) throws(TensorError) -> [Operand] {
    guard !inputs.isEmpty else { throw TensorError(.count(what: "inputs", expected: 1, found: 0)) }
    let count = inputs.count + constants.count
    var values: [Operand?] = Array(repeating: nil, count: count)
    for constant in constants {
      guard (0..<count).contains(constant.position), values[constant.position] == nil else {
        throw TensorError(
          .argument(
            "the place of a number", found: "\(constant.position)",
            expected: "one of its own from 0 to \(count - 1)"))
      }
      values[constant.position] = try number(constant.value)
    }
    var rest = inputs[...]
    return values.compactMap { $0 ?? rest.popFirst() }
  }

  public func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    let operands = try operands(inputs) { (value) throws(TensorError) in
      Variable(try Tensor(repeating: value, TensorShape(unchecked: [])))
    }
    var result = operands[0]
    for operand in operands.dropFirst() { result = try combine(operation.kernel, result, operand, &tape) }
    guard operation == .average, operands.count > 1 else { return result }
    let share = Variable(try Tensor(repeating: 1 / Float(operands.count), TensorShape(unchecked: [])))
    return try combine(tk_product, result, share, &tape)
  }

  private func combine(
    _ kind: tk_binary, _ a: Variable, _ b: Variable, _ tape: inout Tape
  ) throws(TensorError) -> Variable {
    let broadcast = try Broadcast(a.tensor.shape, b.tensor.shape)
    let y = try Tensor.filled(broadcast.shape) { y throws(TensorError) in
      try a.tensor.read { a throws(TensorError) in
        try b.tensor.read { b in withUnsafePointer(to: broadcast.kernel) { tk_combine(kind, $0, a, b, y) } }
      }
    }
    guard tape.records(a, b) else { return Variable(y) }
    return tape.record(y) { (gradient, flow) throws(TensorError) in
      for (side, operand) in [(tk_by_a, a), (tk_by_b, b)] where operand.node != nil {
        // The derivative by a sum is the gradient itself.
        let isPlain = kind == tk_sum || kind == tk_difference && side == tk_by_a
        if isPlain, operand.tensor.shape == gradient.shape {
          try flow.add(gradient, to: operand)
        } else {
          try flow.add(broadcast.gradient(kind, side, a.tensor, b.tensor, gradient), to: operand)
        }
      }
    }
  }
}

extension Elementwise.Operation {
  fileprivate var kernel: tk_binary {
    switch self {
    case .add, .average: tk_sum
    case .multiply: tk_product
    case .subtract: tk_difference
    case .divide: tk_quotient
    case .maximum: tk_maximum
    case .minimum: tk_minimum
    case .power: tk_power
    }
  }
}

/// How two shapes become one.
private struct Broadcast: Sendable {
  let shape: TensorShape
  let kernel: tk_broadcast

  /// - Throws: `TensorError` where extents differ and neither is 1.
  init(_ a: TensorShape, _ b: TensorShape) throws(TensorError) {
    let rank = max(a.rank, b.rank)
    guard let left = Self.aligned(a, rank), let right = Self.aligned(b, rank) else {
      throw TensorError(.shapesDiffer(a.extents, b.extents))
    }
    var extents: [Int] = []
    for (first, second) in zip(left, right) {
      guard first == second || first == 1 || second == 1 else {
        throw TensorError(.shapesDiffer(a.extents, b.extents))
      }
      extents.append(max(first, second))
    }
    shape = try TensorShape(extents)
    kernel = Self.merged(extents, Self.strides(left), Self.strides(right))
  }

  /// Extents with as many axes as the other side has: a vector is one cell, a number is repeated everywhere.
  private static func aligned(_ shape: TensorShape, _ rank: Int) -> [Int]? {
    switch shape.rank {
    case rank: shape.extents
    case 0: Array(repeating: 1, count: rank)
    case 2: [shape.batch] + Array(repeating: 1, count: rank - 2) + [shape.channels]
    default: nil
    }
  }

  private static func strides(_ extents: [Int]) -> [Int] {
    var stride = 1
    var strides: [Int] = []
    for extent in extents.reversed() {
      strides.append(extent == 1 ? 0 : stride)
      stride *= extent
    }
    return strides.reversed()
  }

  /// Axes that follow each other in both tensors are one, so that rows are long.
  private static func merged(_ extents: [Int], _ a: [Int], _ b: [Int]) -> tk_broadcast {
    var axes: [(extent: Int, a: Int, b: Int)] = []
    for axis in extents.indices where extents[axis] > 1 {
      let (extent, next) = (extents[axis], (a[axis], b[axis]))
      if let last = axes.last, last.a == next.0 * extent, last.b == next.1 * extent {
        axes[axes.count - 1] = (last.extent * extent, next.0, next.1)
      } else {
        axes.append((extent, next.0, next.1))
      }
    }
    return tk_broadcast(
      extents: five(axes.map(\.extent), missing: 1), a_strides: five(axes.map(\.a), missing: 0),
      b_strides: five(axes.map(\.b), missing: 0))
  }

  private static func five(_ values: [Int], missing: Int) -> (Int, Int, Int, Int, Int) {
    let padded = Array(repeating: missing, count: 5 - values.count) + values
    return (padded[0], padded[1], padded[2], padded[3], padded[4])
  }

  /// The derivative by one of two tensors that met.
  func gradient(
    _ kind: tk_binary, _ side: tk_side, _ a: Tensor, _ b: Tensor, _ gradient: Tensor
  ) throws(TensorError) -> Tensor {
    var result = try Tensor(zeros: side == tk_by_a ? a.shape : b.shape)
    try result.write { d throws(TensorError) in
      try a.read { a throws(TensorError) in
        try b.read { b throws(TensorError) in
          try gradient.read { dy in
            withUnsafePointer(to: kernel) { tk_combine_backward(kind, side, $0, a, b, dy, d) }
          }
        }
      }
    }
    return result
  }
}
