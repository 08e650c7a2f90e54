@testable import TensorEngine

/// A network of operations one behind the other; those of several inputs take the network's own.
struct OperationChain: Network {
  enum Step: Sendable {
    case layer(any Layer)
    case parameterized(any Layer & Parameterized)
    case join(any JoinLayer)
  }

  private var steps: [Step]

  init(_ steps: [Step]) {
    self.steps = steps
  }

  func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
    var x = inputs[0]
    for step in steps {
      switch step {
      case .layer(let layer): x = try layer(x, &tape)
      case .parameterized(let layer): x = try layer(x, &tape)
      case .join(let join): x = try join(inputs, &tape)
      }
    }
    return [x]
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in steps.indices {
      guard case .parameterized(var layer) = steps[index] else { continue }
      try layer.visitParameters(path, body)
      steps[index] = .parameterized(layer)
    }
  }
}
