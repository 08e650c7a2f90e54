@testable import TensorEngine

/// Parameters without layers, for what only looks at parameters.
struct Loose: Parameterized {
  var list: [(name: String, parameter: Parameter)]

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in list.indices { try body(path + list[index].name, &list[index].parameter) }
  }

  init(_ list: [(String, Parameter.Role, Tensor)]) {
    self.list = list.map { ($0.0, Parameter($0.2, $0.1)) }
    for index in self.list.indices { self.list[index].parameter.index = index }
  }

  /// Gradients in the order of the parameters; nil where the loss does not depend on one.
  func gradients(_ tensors: [Tensor?]) -> Gradients {
    var gradients = Gradients(count: list.count)
    for (entry, tensor) in zip(list, tensors) { gradients[entry.parameter] = tensor }
    return gradients
  }
}
