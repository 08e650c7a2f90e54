/// A step of a network that makes one tensor of another.
public protocol Layer: Sendable {
  /// Where the layer comes from; errors name it.
  var site: Site? { get }

  /// The shape of the output for an input of a shape.
  ///
  /// - Throws: `TensorError` where the input does not fit, without the site.
  func outputShape(of input: TensorShape) throws(TensorError) -> TensorShape

  /// What the layer does. Call the layer itself instead, so that errors name it.
  func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable
}

extension Layer {
  /// Runs the layer forward, and writes down on the tape how to run it backward.
  ///
  /// - Throws: `TensorError` where the input does not fit or memory does not suffice, with the layer's site.
  public func callAsFunction(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    try tape.visit(site) { (tape) throws(TensorError) in try run(x, &tape) }
  }

  /// Runs the layer forward by itself, as in use.
  public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
    var tape = Tape.inference
    return try self(Variable(x), &tape).tensor
  }
}

/// A step of a network that makes one tensor of several.
public protocol JoinLayer: Sendable {
  /// Where the layer comes from; errors name it.
  var site: Site? { get }

  /// The shape of the output for inputs of these shapes.
  ///
  /// - Throws: `TensorError` where the inputs do not fit, without the site.
  func outputShape(of inputs: [TensorShape]) throws(TensorError) -> TensorShape

  /// What the layer does. Call the layer itself instead, so that errors name it.
  func run(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable
}

extension JoinLayer {
  /// Runs the layer forward, and writes down on the tape how to run it backward.
  ///
  /// - Throws: `TensorError` where the inputs do not fit or memory does not suffice, with the layer's site.
  public func callAsFunction(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> Variable {
    try tape.visit(site) { (tape) throws(TensorError) in try run(inputs, &tape) }
  }

  /// Runs the layer forward by itself, as in use.
  public func callAsFunction(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    var tape = Tape.inference
    return try self(inputs.map { Variable($0) }, &tape).tensor
  }
}

extension Array {
  /// The inputs of a layer that takes so many.
  func checked(count: Int) throws(TensorError) -> [Element] {
    guard self.count == count else {
      throw TensorError(.count(what: "inputs", expected: count, found: self.count))
    }
    return self
  }
}

/// What most layers have in common: an output that is a function of the input, and a pullback from one to the other.
///
/// `forward` and `backward` never depend on the tape, so they can be tested by themselves.
protocol Mapping: Layer {
  /// What backward needs of forward.
  associatedtype Kept: Sendable

  func forward(_ x: Tensor) throws(TensorError) -> (output: Tensor, kept: Kept)

  /// From the derivative by the output to that by the input.
  func backward(_ gradient: Tensor, _ kept: Kept) throws(TensorError) -> Tensor
}

extension Mapping {
  public func run(_ x: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
    let (output, kept) = try forward(x.tensor)
    guard tape.records(x) else { return Variable(output) }
    return tape.record(output) { (gradient, flow) throws(TensorError) in
      try flow.add(self.backward(gradient, kept), to: x)
    }
  }
}
