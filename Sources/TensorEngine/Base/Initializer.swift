/// How the weights of a layer begin.
public enum Initializer: Hashable, Sendable {
  /// Uniform within sqrt(6 / fan in): for what feeds a ReLU (He, Zhang, Ren and Sun, 2015).
  case he
  /// Uniform within sqrt(6 / (fan in + fan out)) (Glorot and Bengio, 2010).
  case glorot
  /// One value throughout; random numbers are not used.
  case constant(Float)

  /// - Parameters:
  ///   - fanIn: How many inputs an output depends on.
  ///   - fanOut: How many outputs an input reaches.
  func tensor(
    _ shape: TensorShape, fanIn: Int, fanOut: Int, using generator: inout SeededGenerator
  ) throws(TensorError) -> Tensor {
    let limit: Float
    switch self {
    case .he: limit = (6 / Float(max(fanIn, 1))).squareRoot()
    case .glorot: limit = (6 / Float(max(fanIn + fanOut, 1))).squareRoot()
    case .constant(let value): return try Tensor(repeating: value, shape)
    }
    return try Tensor.filled(shape) { target in
      for index in 0..<shape.count { target[index] = (2 * generator.unit() - 1) * limit }
    }
  }
}
