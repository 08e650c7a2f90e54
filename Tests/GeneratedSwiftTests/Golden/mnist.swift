// swift-format-ignore-file
//
// Made by cnn 0 from samples/mnist.cnn. Change that file, not this one.

import TensorEngine

/// The convolutional network of a thousand tutorials.
///
/// From `28x28x1` to `10`.
public struct MNIST: Network {
  /// What the network takes.
  public static let inputs = [InputShape("input", [28, 28, 1], site: site("input", 3))]

  public var conv1: Convolution  // 28x28x32
  public let conv1_relu: Activation  // 28x28x32
  public let maxpool1: Pool  // 14x14x32
  public var conv2: Convolution  // 14x14x64
  public let conv2_relu: Activation  // 14x14x64
  public let maxpool2: Pool  // 7x7x64
  public let flatten1: Flatten  // 3136
  public var fc1: Dense  // 1024
  public let fc1_relu: Activation  // 1024
  public let fc1_dropout: Dropout  // 1024
  public var fc2: Dense  // 10

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    conv1 = try Convolution(
      1, filters: 32, window: Window([5, 5], before: [2, 2]), initializer: .he, using: &generator,
      site: site("conv1", 5))
    conv1_relu = Activation(.relu, site: site("conv1.relu", 5))
    maxpool1 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool1", 6))
    conv2 = try Convolution(
      32, filters: 64, window: Window([5, 5], before: [2, 2]), initializer: .he, using: &generator,
      site: site("conv2", 7))
    conv2_relu = Activation(.relu, site: site("conv2.relu", 7))
    maxpool2 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool2", 8))
    flatten1 = Flatten(site: site("flatten1", 9))
    fc1 = try Dense(
      3136, units: 1024, flattened: [[7, 7, 64]], initializer: .he, using: &generator, site: site("fc1", 10))
    fc1_relu = Activation(.relu, site: site("fc1.relu", 10))
    fc1_dropout = Dropout(.elements, rate: 0.5, site: site("fc1.dropout", 10))
    fc2 = try Dense(1024, units: 10, using: &generator, site: site("fc2", 11))
  }

  /// Takes every parameter from the tensor of its name, in the layout of the engine, of PyTorch or of Keras.
  ///
  /// - Parameter layout: Nil to find it out from what the tensors are called, their shapes and what the file says.
  /// - Throws: `TensorError` with every tensor that is missing, unexpected or of another shape, or where more than
  ///   one layout fits.
  public init(weights: NamedTensors, layout: WeightLayout? = nil) throws(TensorError) {
    try self.init(seed: 0)
    try load(weights, layout: layout)
  }

  public func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
    try Self.inputs.check(inputs)
    var x = try conv1(inputs[0], &tape)
    x = try conv1_relu(x, &tape)
    x = try maxpool1(x, &tape)
    x = try conv2(x, &tape)
    x = try conv2_relu(x, &tape)
    x = try maxpool2(x, &tape)
    x = try flatten1(x, &tape)
    x = try fc1(x, &tape)
    x = try fc1_relu(x, &tape)
    x = try fc1_dropout(x, &tape)
    x = try fc2(x, &tape)
    return [x]
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try conv1.visitParameters(path + "conv1.", body)
    try conv2.visitParameters(path + "conv2.", body)
    try fc1.visitParameters(path + "fc1.", body)
    try fc2.visitParameters(path + "fc2.", body)
  }
}

/// Where a layer is written, for errors to say.
private func site(_ path: String, _ line: Int, in file: String = "samples/mnist.cnn") -> Site {
  Site(path: path, file: file, line: line)
}
