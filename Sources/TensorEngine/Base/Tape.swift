/// A tensor on its way through a network, with its place on the tape that recorded how it came about.
public struct Variable: Sendable {
  public let tensor: Tensor
  /// Its number on the tape; nil where nothing depends on its gradient.
  let node: Int?

  /// A tensor from outside: no gradient flows into it.
  public init(_ tensor: Tensor) {
    self.init(tensor: tensor, node: nil)
  }

  init(tensor: Tensor, node: Int?) {
    self.tensor = tensor
    self.node = node
  }
}

/// What runs forward through a network write down, so that gradients can run backward.
///
/// A tape that does not record keeps nothing.
public struct Tape: Sendable {
  /// Passes the gradient of a step's output on to its inputs and parameters.
  typealias Pullback = @Sendable (_ gradient: Tensor, _ flow: inout BackwardFlow) throws(TensorError) -> Void

  private struct Step {
    let node: Int
    let pullback: Pullback
  }

  /// Whether the network is being trained: dropout leaves out, batch normalisation uses the batch.
  public let isTraining: Bool
  /// Whether steps are kept.
  public let isRecording: Bool
  /// Random numbers for layers that need them, the same for the same seed.
  var generator: SeededGenerator
  private var steps: [Step] = []
  private var nodes = 0
  /// New values of statistics, found in passing, by the index of their parameter.
  private var statistics: [Int: Tensor] = [:]
  /// The layers that ran, if they are wanted.
  fileprivate(set) var visits: [LayerVisit]?

  private init(isTraining: Bool, isRecording: Bool, seed: UInt64) {
    self.isTraining = isTraining
    self.isRecording = isRecording
    generator = SeededGenerator(seed: seed)
  }

  /// A tape that keeps nothing, for using a network.
  public static var inference: Tape { Tape(isTraining: false, isRecording: false, seed: 0) }

  /// A tape that records a network in use: for gradients without dropout, and with statistics that stay as they are.
  public static var recording: Tape { Tape(isTraining: false, isRecording: true, seed: 0) }

  /// A tape that records, for training a network.
  ///
  /// - Parameter seed: Decides what dropout leaves out.
  public static func training(seed: UInt64) -> Tape { Tape(isTraining: true, isRecording: true, seed: seed) }
}

/// A layer that ran, and the shape it gave.
public struct LayerVisit: Hashable, Sendable {
  /// Nil for a layer that was made without one.
  public let site: Site?
  public let shape: TensorShape
}

extension Tape {
  /// A tape that keeps no tensors, but the shapes that layers give.
  static var tracing: Tape {
    var tape = Tape.inference
    tape.visits = []
    return tape
  }

  /// Runs a layer: errors name it, and what it gave is noted.
  mutating func visit(
    _ site: Site?, _ run: (inout Tape) throws(TensorError) -> Variable
  ) throws(TensorError) -> Variable {
    do {
      let output = try run(&self)
      visits?.append(LayerVisit(site: site, shape: output.tensor.shape))
      return output
    } catch {
      throw error.at(site)
    }
  }

  /// Whether a step from these inputs has to be kept: whether a gradient is wanted behind it.
  func records(_ inputs: Variable...) -> Bool { isRecording && inputs.contains { $0.node != nil } }

  /// Keeps a step.
  ///
  /// - Returns: Its output with a place on the tape.
  mutating func record(_ output: Tensor, _ pullback: @escaping Pullback) -> Variable {
    let node = nodes
    nodes += 1
    steps.append(Step(node: node, pullback: pullback))
    return Variable(tensor: output, node: node)
  }

  /// A tensor whose gradient is wanted: see `BackwardFlow.inputs`.
  public mutating func variable(_ tensor: Tensor) -> Variable {
    guard isRecording else { return Variable(tensor) }
    nodes += 1
    return Variable(tensor: tensor, node: nodes - 1)
  }

  /// Keeps the new value of a statistic until the step ends. A layer that runs again in the same step begins from what
  /// it left.
  ///
  /// - Parameter new: From the value so far to the new one.
  mutating func renew(
    _ statistic: Parameter, _ new: (Tensor) throws(TensorError) -> Tensor
  ) throws(TensorError) {
    guard statistic.index >= 0 else { return }
    statistics[statistic.index] = try new(statistics[statistic.index] ?? statistic.value)
  }

  /// Runs backward from the outputs of a network.
  ///
  /// - Parameters:
  ///   - outputs: Outputs with the derivative of the loss by them.
  ///   - inputs: Variables whose gradients are wanted too.
  ///   - parameterCount: How many parameters the network has.
  /// - Returns: The gradients of the parameters, and of `inputs` in their order; nil where the loss does not depend on
  ///   one.
  /// - Throws: `TensorError` where a derivative has another shape than its output, or nothing was recorded.
  consuming func backward(
    from outputs: [(output: Variable, gradient: Tensor)], to inputs: [Variable] = [], parameterCount: Int
  ) throws(TensorError) -> (parameters: Gradients, inputs: [Tensor?]) {
    guard isRecording else { throw TensorError(.notRecorded) }
    var flow = BackwardFlow(nodes: nodes, parameterCount: parameterCount)
    for (output, gradient) in outputs {
      guard output.tensor.shape == gradient.shape else {
        throw TensorError(
          .shape(
            what: "the gradient of an output", expected: output.tensor.shape.extents, found: gradient.shape.extents))
      }
      try flow.add(gradient, to: output)
    }
    while let step = steps.popLast() {
      if let gradient = flow.take(step.node) { try step.pullback(gradient, &flow) }
    }
    for (index, value) in statistics { flow.parameters.set(value, at: index) }
    return (flow.parameters, inputs.map { $0.node.flatMap { flow.take($0) } })
  }
}

/// Gradients on their way back.
struct BackwardFlow: Sendable {
  private var nodes: [Tensor?]
  fileprivate(set) var parameters: Gradients

  init(nodes: Int, parameterCount: Int) {
    self.nodes = Array(repeating: nil, count: nodes)
    parameters = Gradients(count: parameterCount)
  }

  /// Takes the gradient of a node; nil where none came.
  mutating func take(_ node: Int) -> Tensor? {
    defer { nodes[node] = nil }
    return nodes[node]
  }

  /// Adds to the gradient of a variable, if anything depends on it.
  mutating func add(_ gradient: Tensor, to variable: Variable) throws(TensorError) {
    guard let node = variable.node else { return }
    nodes[node] = try Self.sum(nodes[node], gradient)
  }

  /// Adds to the gradient of a parameter.
  mutating func add(_ gradient: Tensor, to parameter: Parameter) throws(TensorError) {
    parameters[parameter] = try Self.sum(parameters[parameter], gradient)
  }

  private static func sum(_ present: Tensor?, _ gradient: Tensor) throws(TensorError) -> Tensor {
    guard var present else { return gradient }
    try present.add(gradient)
    return present
  }
}
