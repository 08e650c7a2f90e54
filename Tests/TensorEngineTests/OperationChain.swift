@testable import TensorEngine

/// A network of operations one behind the other; those of several inputs take the network's own.
struct OperationChain: Network {
  enum Step: Sendable {
    case layer(any Layer)
    case parameterized(any Layer & Parameterized)
    case join(any JoinLayer)
    /// What enters and what a source gives, added. The name ends in a full stop.
    case sum(source: any Layer & Parameterized, name: String)
    case responses(ResponseNormalization)
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
      case .sum(let source, _): x = try Elementwise(.add)([x, source(x, &tape)], &tape)
      case .responses(let norm): x = try norm.run(x, &tape)
      }
    }
    return [x]
  }

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in steps.indices {
      switch steps[index] {
      case .parameterized(var layer):
        try layer.visitParameters(path, body)
        steps[index] = .parameterized(layer)
      case .sum(var source, let name):
        try source.visitParameters(path + name, body)
        steps[index] = .sum(source: source, name: name)
      case .responses(var norm):
        try norm.visitParameters(path, body)
        steps[index] = .responses(norm)
      case .layer, .join: break
      }
    }
  }
}
