import TensorKernels

/// A layer that walks along a sequence and carries a state from step to step, as PyTorch's `LSTM` and `GRU`.
///
/// `[batch, length, inputs]` gives the state after every step, `[batch, length, units]`; those of the way back lie behind
/// those of the way forth. The state before the first step is zeros. The weights are `[inputs, gates * units]` and
/// `[units, gates * units]`, the biases `[gates * units]`.
public struct Recurrent: Layer, Parameterized {
  public enum Kind: Hashable, Sendable {
    /// Long short-term memory (Hochreiter and Schmidhuber, 1997). Gates: input, forget, cell, output.
    case lstm
    /// The gated recurrent unit (Cho et al., 2014), whose reset gate comes after the product, bias counted in. Gates:
    /// reset, update, new.
    case gru
  }

  /// The weights of one way along the sequence, named as PyTorch names them.
  public struct Way: Sendable {
    /// `[inputs, gates * units]`
    public var inputs: Parameter
    /// `[units, gates * units]`
    public var states: Parameter
    /// `[gates * units]`, added to what the inputs give.
    public var inputBias: Parameter?
    /// `[gates * units]`, added to what the state gives.
    public var stateBias: Parameter?
  }

  public let kind: Kind
  public let inputs: Int
  public let units: Int
  /// Whether only the state at the end is wanted: `[batch, units]`.
  public let last: Bool
  public var forth: Way
  /// The weights of the way from the end to the begin.
  public var back: Way?
  public let site: Site?

  /// - Parameters:
  ///   - inputs: Channels of the input.
  ///   - both: Whether there is a way back too, with weights of its own.
  ///   - biases: Two as in PyTorch, one for the inputs alone, or none.
  ///   - last: Whether only the state at the end of each way is wanted: after the last step forth, after the first back.
  ///   - initializer: How the weights begin. Biases begin as zeros.
  /// - Throws: `TensorError` where a number is out of range or memory does not suffice.
  public init(
    _ kind: Kind, _ inputs: Int, units: Int, both: Bool = false, biases: Int = 2, last: Bool = false,
    initializer: Initializer = .glorot, using generator: inout SeededGenerator, site: Site? = nil
  ) throws(TensorError) {
    self.kind = kind
    self.inputs = inputs
    self.units = units
    self.last = last
    self.site = site
    let (width, overflow) = units.multipliedReportingOverflow(by: kind.gates)
    guard units >= 1, !overflow else {
      throw TensorError(.argument("units", found: "\(units)", expected: "at least 1"), site: site)
    }
    guard (0...2).contains(biases) else {
      throw TensorError(.argument("biases", found: "\(biases)", expected: "from 0 to 2"), site: site)
    }
    func way(
      _ direction: Parameter.Gates.Direction, _ generator: inout SeededGenerator
    ) throws(TensorError) -> Way {
      func axes(_ part: Parameter.Gates.Part) -> Parameter.Axes {
        .gates(Parameter.Gates(kind: kind, part: part, direction: direction, biases: biases))
      }
      func bias(_ part: Parameter.Gates.Part) throws(TensorError) -> Parameter {
        Parameter(try Tensor(zeros: TensorShape([width])), .bias, axes(part))
      }
      return Way(
        inputs: Parameter(
          try initializer.tensor(TensorShape([inputs, width]), fanIn: inputs, fanOut: units, using: &generator),
          .weight, axes(.inputs)),
        states: Parameter(
          try initializer.tensor(TensorShape([units, width]), fanIn: units, fanOut: units, using: &generator), .weight,
          axes(.states)),
        inputBias: biases >= 1 ? try bias(.inputBias) : nil, stateBias: biases == 2 ? try bias(.stateBias) : nil)
    }
    forth = try way(both ? .forth : .only, &generator)
    back = both ? try way(.back, &generator) : nil
  }

  public func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape {
    guard input.rank == 3 else { throw TensorError(.rank(what: "an input", expected: 3...3, found: input.extents)) }
    guard input.channels == inputs else {
      throw TensorError(.channels(what: "an input", expected: inputs, found: input.extents))
    }
    let (channels, overflow) = units.multipliedReportingOverflow(by: back == nil ? 1 : 2)
    guard !overflow else { throw TensorError(.tooLarge(input.extents)) }
    return try TensorShape(last ? [input.batch, channels] : [input.batch, input[1], channels])
  }

  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let shape = try outputShape(of: x.tensor.shape)
    let steps = Steps(
      kind: kind, length: x.tensor.shape[1], batch: x.tensor.shape.batch, inputs: inputs, units: units, last: last)
    let ways = [(forth, false)] + (back.map { [($0, true)] } ?? [])
    var walks: [Walk] = []
    for (way, isBack) in ways {
      walks.append(try steps.walk(steps.ordered(x.tensor, isBack: isBack), way.checked(inputs, units, kind)))
    }
    let y = try Tensor.filled(shape) { y throws(TensorError) in
      for (number, walk) in walks.enumerated() {
        try steps.show(walk.h, isBack: number == 1, in: y + number * units, channels: shape.channels)
      }
    }
    guard tape.isRecording else { return Variable(y) }
    return tape.record(y) { [walks] (gradient, flow) throws(TensorError) in
      for (number, ((way, isBack), walk)) in zip(ways, walks).enumerated() {
        let input = try steps.ordered(x.tensor, isBack: isBack)
        let dh = try steps.gradient(
          gradient, isBack: isBack, offset: number * units, channels: shape.channels)
        let gates = try steps.walkBack(walk, dh, way.states.value)
        try flow.add(steps.product(of: input, gates.inputs), to: way.inputs)
        try flow.add(steps.stateGradient(walk.h, gates.states), to: way.states)
        if let bias = way.inputBias { try flow.add(gates.inputs.channelSums(), to: bias) }
        if let bias = way.stateBias { try flow.add(gates.states.channelSums(), to: bias) }
        if x.node != nil {
          try flow.add(steps.restored(steps.inputGradient(gates.inputs, way.inputs.value), isBack: isBack), to: x)
        }
      }
    }
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try forth.visit(path, "", body)
    try back?.visit(path, "_reverse", body)
  }
}

extension Recurrent.Kind {
  var gates: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    }
  }

  fileprivate var kernel: tk_recurrence {
    switch self {
    case .lstm: tk_lstm
    case .gru: tk_gru
    }
  }
}

extension Recurrent.Way {
  fileprivate mutating func visit(
    _ path: String, _ ending: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body("\(path)weight_ih_l0\(ending)", &inputs)
    try body("\(path)weight_hh_l0\(ending)", &states)
    try inputBias?.visit("\(path)bias_ih_l0\(ending)", body)
    try stateBias?.visit("\(path)bias_hh_l0\(ending)", body)
  }

  /// The weights, if they still have the shapes that the layer gave them.
  fileprivate func checked(
    _ inputs: Int, _ units: Int, _ kind: Recurrent.Kind
  ) throws(TensorError) -> Weights {
    let width = units * kind.gates
    return Weights(
      inputs: try self.inputs.value("weight_ih", shaped: TensorShape([inputs, width])),
      states: try states.value("weight_hh", shaped: TensorShape([units, width])),
      inputBias: try inputBias?.value("bias_ih", shaped: TensorShape(vector: width)),
      stateBias: try stateBias?.value("bias_hh", shaped: TensorShape(vector: width)))
  }

  fileprivate struct Weights {
    let inputs: Tensor
    let states: Tensor
    let inputBias: Tensor?
    let stateBias: Tensor?
  }
}

/// What a walk along a sequence leaves, everything in the order of the steps: `[steps, batch, ...]`.
private struct Walk: Sendable {
  let gates: Tensor
  /// The memory of the cells; of the gated unit what its reset gate multiplies.
  let cells: Tensor
  let h: Tensor
}

/// The kernels of a walk along sequences of a length.
private struct Steps: Sendable {
  let kind: Recurrent.Kind
  let length: Int
  let batch: Int
  let inputs: Int
  let units: Int
  let last: Bool

  private var width: Int { units * kind.gates }

  private func shape(_ channels: Int) throws(TensorError) -> TensorShape { try TensorShape([length, batch, channels]) }

  private var kernel: tk_recurrent {
    tk_recurrent(kind: kind.kernel, steps: length, batch: batch, units: units)
  }

  private func check(_ done: Bool) throws(TensorError) {
    guard done else { throw TensorError(.outOfMemory(bytes: batch * width * MemoryLayout<Float>.stride)) }
  }

  /// Calls `body` with every step and the place in the sequence that it looks at.
  private func eachStep(isBack: Bool, _ body: (_ step: Int, _ place: Int) -> Void) {
    for step in 0..<length { body(step, isBack ? length - 1 - step : step) }
  }

  /// The input `[batch, length, inputs]` in the order of the steps.
  func ordered(_ x: Tensor, isBack: Bool) throws(TensorError) -> Tensor {
    try Tensor.filled(shape(inputs)) { target throws(TensorError) in
      try x.read { x in
        eachStep(isBack: isBack) { step, place in
          tk_copy_columns(x + place * inputs, length * inputs, target + step * batch * inputs, inputs, batch, inputs)
        }
      }
    }
  }

  /// What is in the order of the steps, as `[batch, length, inputs]`.
  func restored(_ x: Tensor, isBack: Bool) throws(TensorError) -> Tensor {
    try Tensor.filled(TensorShape([batch, length, inputs])) { target throws(TensorError) in
      try x.read { x in
        eachStep(isBack: isBack) { step, place in
          tk_copy_columns(x + step * batch * inputs, inputs, target + place * inputs, length * inputs, batch, inputs)
        }
      }
    }
  }

  /// Writes the states where the output has them.
  func show(
    _ h: Tensor, isBack: Bool, in y: UnsafeMutablePointer<Float>, channels: Int
  ) throws(TensorError) {
    try h.read { h in
      guard !last else {
        tk_copy_columns(h + (length - 1) * batch * units, units, y, channels, batch, units)
        return
      }
      eachStep(isBack: isBack) { step, place in
        tk_copy_columns(h + step * batch * units, units, y + place * channels, length * channels, batch, units)
      }
    }
  }

  /// The derivative by the states, from that by the output.
  func gradient(_ dy: Tensor, isBack: Bool, offset: Int, channels: Int) throws(TensorError) -> Tensor {
    var dh = try last ? Tensor(zeros: shape(units)) : Tensor(uninitialized: shape(units))
    try dh.write { dh throws(TensorError) in
      try dy.read { dy in
        let dy = dy + offset
        guard !last else {
          tk_copy_columns(dy, channels, dh + (length - 1) * batch * units, units, batch, units)
          return
        }
        eachStep(isBack: isBack) { step, place in
          tk_copy_columns(dy + place * channels, length * channels, dh + step * batch * units, units, batch, units)
        }
      }
    }
    return dh
  }

  func walk(_ x: Tensor, _ weights: Recurrent.Way.Weights) throws(TensorError) -> Walk {
    var kernel = kernel
    var sizes = tk_dense(rows: length * batch, inputs: inputs, outputs: width)
    var gates = try Tensor.filled(shape(width)) { gates throws(TensorError) in
      try check(
        x.read { x throws(TensorError) in
          try weights.inputs.read { w throws(TensorError) in
            try Tensor.read(weights.inputBias) { tk_dense_forward(&sizes, x, w, $0, gates) }
          }
        })
    }
    var cells = try Tensor(uninitialized: shape(units))
    let h = try Tensor.filled(shape(units)) { h throws(TensorError) in
      try check(
        weights.states.read { w throws(TensorError) in
          try Tensor.read(weights.stateBias) { bias throws(TensorError) in
            try gates.write { gates throws(TensorError) in
              try cells.write { tk_recurrent_forward(&kernel, w, bias, gates, $0, h) }
            }
          }
        })
    }
    return Walk(gates: gates, cells: cells, h: h)
  }

  /// The derivatives by what inputs and states add to the gates.
  func walkBack(
    _ walk: Walk, _ dh: Tensor, _ weights: Tensor
  ) throws(TensorError) -> (inputs: Tensor, states: Tensor) {
    var kernel = kernel
    var dh = dh
    let turned = try weights.permuted(axes: [units, width], [1, 0], TensorShape([width, units]))
    var states = kind == .gru ? try Tensor(uninitialized: shape(width)) : nil
    let inputs = try Tensor.filled(shape(width)) { inputs throws(TensorError) in
      try check(
        turned.read { w throws(TensorError) in
          try walk.gates.read { gates throws(TensorError) in
            try walk.cells.read { cells throws(TensorError) in
              try walk.h.read { h throws(TensorError) in
                try dh.write { dh throws(TensorError) in
                  guard var own = states else {
                    return tk_recurrent_backward(&kernel, w, gates, cells, h, dh, inputs, nil)
                  }
                  states = nil
                  defer { states = own }
                  return try own.write { tk_recurrent_backward(&kernel, w, gates, cells, h, dh, inputs, $0) }
                }
              }
            }
          }
        })
    }
    return (inputs, states ?? inputs)
  }

  /// The derivative by the weights of the inputs.
  func product(of x: Tensor, _ gates: Tensor) throws(TensorError) -> Tensor {
    try weights(rows: length * batch, inputs: inputs, x, gates, skipping: 0)
  }

  /// The derivative by the weights of the states: each step meets the state before it, and the first one meets zeros.
  func stateGradient(_ h: Tensor, _ gates: Tensor) throws(TensorError) -> Tensor {
    guard length > 1 else { return try Tensor(zeros: TensorShape([units, width])) }
    return try weights(rows: (length - 1) * batch, inputs: units, h, gates, skipping: batch * width)
  }

  private func weights(
    rows: Int, inputs: Int, _ x: Tensor, _ gates: Tensor, skipping skipped: Int
  ) throws(TensorError) -> Tensor {
    var sizes = tk_dense(rows: rows, inputs: inputs, outputs: width)
    return try Tensor.filled(TensorShape([inputs, width])) { dw throws(TensorError) in
      try check(
        x.read { x throws(TensorError) in
          try gates.read { tk_dense_weights(&sizes, x, $0 + skipped, dw) }
        })
    }
  }

  func inputGradient(_ gates: Tensor, _ weights: Tensor) throws(TensorError) -> Tensor {
    var sizes = tk_dense(rows: length * batch, inputs: inputs, outputs: width)
    return try Tensor.filled(shape(inputs)) { dx throws(TensorError) in
      try check(
        gates.read { dy throws(TensorError) in
          try weights.read { tk_dense_input(&sizes, dy, $0, dx) }
        })
    }
  }
}
