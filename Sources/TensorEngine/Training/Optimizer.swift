/// Changes the parameters of a network by their gradients.
public protocol Optimizer: Sendable {
  /// How many times it has changed them.
  var steps: Int { get }

  /// Changes every learned parameter that has a gradient, and stores the new values of statistics.
  ///
  /// An optimiser remembers what it did to each parameter, so it belongs to one network.
  ///
  /// - Throws: `TensorError` where the gradients are those of another network, or memory does not suffice.
  mutating func update(_ network: inout some Parameterized, _ gradients: Gradients) throws(TensorError)
}

extension Parameterized {
  /// Stores the new values of statistics, and gives each learned parameter with its gradient.
  mutating func update(
    by gradients: Gradients, _ change: (inout Parameter, Tensor) throws(TensorError) -> Void
  ) throws(TensorError) {
    try visitParameters("") { (name, parameter) throws(TensorError) in
      guard let gradient = gradients[parameter] else { return }
      guard gradient.shape == parameter.value.shape else {
        throw TensorError(
          .shape(
            what: "a gradient of \(name)", expected: parameter.value.shape.extents, found: gradient.shape.extents))
      }
      guard parameter.isLearned else {
        parameter.value = gradient
        return
      }
      try change(&parameter, gradient)
    }
  }
}

/// What an optimiser remembers of each parameter: a tensor of its shape that begins with zeros.
struct OptimizerMemory: Sendable {
  private var tensors: [Tensor?] = []

  /// Takes the tensor of a parameter out, so that it can be written without a copy; put it back with `store`.
  mutating func take(_ parameter: Parameter) throws(TensorError) -> Tensor {
    guard tensors.indices.contains(parameter.index), let tensor = tensors[parameter.index] else {
      return try Tensor(zeros: parameter.value.shape)
    }
    guard tensor.shape == parameter.value.shape else {
      throw TensorError(
        .shape(
          what: "a parameter of the shape it had before", expected: tensor.shape.extents,
          found: parameter.value.shape.extents))
    }
    tensors[parameter.index] = nil
    return tensor
  }

  mutating func store(_ tensor: Tensor, _ parameter: Parameter) {
    guard parameter.index >= 0 else { return }
    if tensors.count <= parameter.index {
      tensors += Array(repeating: nil, count: parameter.index + 1 - tensors.count)
    }
    tensors[parameter.index] = tensor
  }
}
