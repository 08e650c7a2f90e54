import CNNCompiler
import CNNModel

/// A checked model with the program it comes from: what every backend starts from.
public struct BackendInput: Sendable {
  public let program: Program
  public let model: CheckedModel

  public init(_ compilation: Compilation, _ model: CheckedModel) {
    program = compilation.program
    self.model = model
  }

  public var network: Network { model.network }
}
