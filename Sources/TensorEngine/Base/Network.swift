/// A network: parameters, and a way forward that a tape can write down.
///
/// A conforming struct says how its layers follow each other once, for use and for training:
///
///     func forward(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
///       let hidden = try conv1(x, &tape)
///       let active = try relu1(hidden, &tape)
///       return try fc1(active, &tape)
///     }
public protocol Network: Parameterized {
  /// Runs forward.
  ///
  /// - Throws: `TensorError` where the shape of an input does not fit, with the layer that noticed.
  func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable]
}

/// One step of training, before the parameters are changed.
public struct TrainingStep<Measure: Sendable>: Sendable {
  /// What the loss function measured.
  public let measure: Measure
  /// What an optimiser changes the parameters by.
  public let gradients: Gradients
  /// The derivatives of the loss by the inputs that were marked, in their order.
  public let inputGradients: [Tensor?]
}

extension Network {
  /// Runs forward, without keeping anything.
  public func callAsFunction(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    var tape = Tape.inference
    return try forward(inputs.map { Variable($0) }, &tape).map(\.tensor)
  }

  /// Runs a network of one input and one output forward, without keeping anything.
  public func callAsFunction(_ input: Tensor) throws(TensorError) -> Tensor {
    let outputs = try self([input])
    guard let first = outputs.first else { throw TensorError(.count(what: "outputs", expected: 1, found: 0)) }
    return first
  }

  /// Runs forward and tells what every layer gave, in the order of execution.
  public func trace(_ inputs: [Tensor]) throws(TensorError) -> [LayerVisit] {
    var tape = Tape.tracing
    _ = try forward(inputs.map { Variable($0) }, &tape)
    return tape.visits ?? []
  }

  /// Runs forward and backward once. Numbers the parameters, so that the gradients can be found by them.
  ///
  /// - Parameters:
  ///   - inputs: The tensors of a batch.
  ///   - seed: Decides what dropout leaves out.
  ///   - isTraining: False to run as in use, without dropout and with statistics that stay as they are.
  ///   - wantsInputGradients: Whether the derivatives by the inputs are wanted too.
  ///   - loss: From the outputs to what is measured and the derivative of the loss by each output.
  public mutating func step<Measure: Sendable>(
    on inputs: [Tensor], seed: UInt64, isTraining: Bool = true, wantsInputGradients: Bool = false,
    loss: ([Tensor]) throws(TensorError) -> (measure: Measure, gradients: [Tensor])
  ) throws(TensorError) -> TrainingStep<Measure> {
    let count = try numberParameters()
    var tape = isTraining ? Tape.training(seed: seed) : .recording
    let variables = wantsInputGradients ? inputs.map { tape.variable($0) } : inputs.map { Variable($0) }
    let outputs = try forward(variables, &tape)
    let (measure, gradients) = try loss(outputs.map(\.tensor))
    guard gradients.count == outputs.count else {
      throw TensorError(.count(what: "gradients", expected: outputs.count, found: gradients.count))
    }
    let flow = try tape.backward(
      from: Array(zip(outputs, gradients)).map { (output: $0.0, gradient: $0.1) }, to: variables, parameterCount: count)
    return TrainingStep(measure: measure, gradients: flow.parameters, inputGradients: flow.inputs)
  }

  /// Numbers the parameters in the order of the visit.
  ///
  /// - Returns: How many there are.
  mutating func numberParameters() throws(TensorError) -> Int {
    var count = 0
    try visitParameters("") { (_, parameter) throws(TensorError) in
      parameter.index = count
      count += 1
    }
    return count
  }
}
