// swift-format-ignore-file
//
// Made by cnn 0 from samples/two_inputs.cnn. Change that file, not this one.

import TensorEngine

/// What is seen and how it moves, by two networks that meet at the end. K. Simonyan and A. Zisserman,
/// "Two-Stream Convolutional Networks for Action Recognition in Videos", 2014.
///
/// `flow` holds the horizontal and the vertical motion between each two of eleven frames. The streams are CNN-M-2048 of
/// K. Chatfield, K. Simonyan, A. Vedaldi and A. Zisserman, "Return of the Devil in the Details", 2014.
///
/// From image `224x224x3`, flow `224x224x20` to `101`.
public struct TwoStream: Network {
  /// What the network takes.
  public static let inputs = [
    InputShape("image", [224, 224, 3], site: site("image", 8)),
    InputShape("flow", [224, 224, 20], site: site("flow", 9))]

  public var spatial: Stream  // 101
  public var temporal: Stream2  // 101
  public let average1: Elementwise  // 101

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    spatial = try Stream("spatial.", using: &generator)
    temporal = try Stream2("temporal.", using: &generator)
    average1 = Elementwise(.average, site: site("average1", 11))
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

  /// Runs forward, without keeping anything.
  public func callAsFunction(image: Tensor, flow: Tensor) throws(TensorError) -> Tensor {
    let outputs = try self([image, flow])
    return outputs[0]
  }

  public func forward(_ inputs: [Variable], _ tape: inout Tape) throws(TensorError) -> [Variable] {
    try Self.inputs.check(inputs)
    let spatial = try self.spatial(inputs[0], &tape)
    var x = try temporal(inputs[1], &tape)
    x = try average1([spatial, x], &tape)
    return [x]
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try spatial.visitParameters(path + "spatial.", body)
    try temporal.visitParameters(path + "temporal.", body)
  }

  /// From `224x224x3` to `101`.
  public struct Stream: Parameterized {
    public var conv1: Convolution  // 109x109x96
    public let conv1_relu: Activation  // 109x109x96
    public let conv1_lrn: LocalResponseNormalization  // 109x109x96
    public let maxpool1: Pool  // 54x54x96
    public var conv2: Convolution  // 26x26x256
    public let conv2_relu: Activation  // 26x26x256
    public let lrn1: LocalResponseNormalization  // 26x26x256
    public let maxpool2: Pool  // 13x13x256
    public var conv3: Convolution  // 13x13x512
    public let conv3_relu: Activation  // 13x13x512
    public var conv4: Convolution  // 13x13x512
    public let conv4_relu: Activation  // 13x13x512
    public var conv5: Convolution  // 13x13x512
    public let conv5_relu: Activation  // 13x13x512
    public let maxpool3: Pool  // 6x6x512
    public let flatten1: Flatten  // 18432
    public var full6: Dense  // 4096
    public let full6_relu: Activation  // 4096
    public let full6_dropout: Dropout  // 4096
    public var full7: Dense  // 2048
    public let full7_relu: Activation  // 2048
    public let full7_dropout: Dropout  // 2048
    public var full8: Dense  // 101
    public let full8_softmax: Softmax  // 101

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        3, filters: 96, window: Window([7, 7], stride: [2, 2]), initializer: .he, using: &generator,
        site: site(path + "conv1", 20))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 20))
      conv1_lrn = LocalResponseNormalization(
        size: 5, alpha: 0.0001, beta: 0.75, k: 2.0, site: site(path + "conv1.lrn", 20))
      maxpool1 = try Pool(.max, window: Window([3, 3], stride: [2, 2]), site: site(path + "maxpool1", 21))
      conv2 = try Convolution(
        96, filters: 256, window: Window([5, 5], stride: [2, 2], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv2", 22))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 22))
      lrn1 = LocalResponseNormalization(size: 5, alpha: 0.0001, beta: 0.75, k: 2.0, site: site(path + "lrn1", 23))
      maxpool2 = try Pool(.max, window: Window([3, 3], stride: [2, 2]), ceil: true, site: site(path + "maxpool2", 24))
      conv3 = try Convolution(
        256, filters: 512, window: Window([3, 3], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv3", 25))
      conv3_relu = Activation(.relu, site: site(path + "conv3.relu", 25))
      conv4 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv4", 26))
      conv4_relu = Activation(.relu, site: site(path + "conv4.relu", 26))
      conv5 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv5", 27))
      conv5_relu = Activation(.relu, site: site(path + "conv5.relu", 27))
      maxpool3 = try Pool(.max, window: Window([3, 3], stride: [2, 2]), site: site(path + "maxpool3", 28))
      flatten1 = Flatten(site: site(path + "flatten1", 29))
      full6 = try Dense(
        18432, units: 4096, flattened: [[6, 6, 512]], initializer: .he, using: &generator,
        site: site(path + "full6", 30))
      full6_relu = Activation(.relu, site: site(path + "full6.relu", 30))
      full6_dropout = Dropout(.elements, rate: 0.9, site: site(path + "full6.dropout", 30))
      full7 = try Dense(4096, units: 2048, initializer: .he, using: &generator, site: site(path + "full7", 31))
      full7_relu = Activation(.relu, site: site(path + "full7.relu", 31))
      full7_dropout = Dropout(.elements, rate: 0.8, site: site(path + "full7.dropout", 31))
      full8 = try Dense(2048, units: 101, using: &generator, site: site(path + "full8", 32))
      full8_softmax = Softmax(site: site(path + "full8.softmax", 32))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv1_lrn(x, &tape)
      x = try maxpool1(x, &tape)
      x = try conv2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try lrn1(x, &tape)
      x = try maxpool2(x, &tape)
      x = try conv3(x, &tape)
      x = try conv3_relu(x, &tape)
      x = try conv4(x, &tape)
      x = try conv4_relu(x, &tape)
      x = try conv5(x, &tape)
      x = try conv5_relu(x, &tape)
      x = try maxpool3(x, &tape)
      x = try flatten1(x, &tape)
      x = try full6(x, &tape)
      x = try full6_relu(x, &tape)
      x = try full6_dropout(x, &tape)
      x = try full7(x, &tape)
      x = try full7_relu(x, &tape)
      x = try full7_dropout(x, &tape)
      x = try full8(x, &tape)
      return try full8_softmax(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try conv3.visitParameters(path + "conv3.", body)
      try conv4.visitParameters(path + "conv4.", body)
      try conv5.visitParameters(path + "conv5.", body)
      try full6.visitParameters(path + "full6.", body)
      try full7.visitParameters(path + "full7.", body)
      try full8.visitParameters(path + "full8.", body)
    }
  }

  /// From `224x224x20` to `101`.
  public struct Stream2: Parameterized {
    public var conv1: Convolution  // 109x109x96
    public let conv1_relu: Activation  // 109x109x96
    public let conv1_lrn: LocalResponseNormalization  // 109x109x96
    public let maxpool1: Pool  // 54x54x96
    public var conv2: Convolution  // 26x26x256
    public let conv2_relu: Activation  // 26x26x256
    public let maxpool2: Pool  // 13x13x256
    public var conv3: Convolution  // 13x13x512
    public let conv3_relu: Activation  // 13x13x512
    public var conv4: Convolution  // 13x13x512
    public let conv4_relu: Activation  // 13x13x512
    public var conv5: Convolution  // 13x13x512
    public let conv5_relu: Activation  // 13x13x512
    public let maxpool3: Pool  // 6x6x512
    public let flatten1: Flatten  // 18432
    public var full6: Dense  // 4096
    public let full6_relu: Activation  // 4096
    public let full6_dropout: Dropout  // 4096
    public var full7: Dense  // 2048
    public let full7_relu: Activation  // 2048
    public let full7_dropout: Dropout  // 2048
    public var full8: Dense  // 101
    public let full8_softmax: Softmax  // 101

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        20, filters: 96, window: Window([7, 7], stride: [2, 2]), initializer: .he, using: &generator,
        site: site(path + "conv1", 20))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 20))
      conv1_lrn = LocalResponseNormalization(
        size: 5, alpha: 0.0001, beta: 0.75, k: 2.0, site: site(path + "conv1.lrn", 20))
      maxpool1 = try Pool(.max, window: Window([3, 3], stride: [2, 2]), site: site(path + "maxpool1", 21))
      conv2 = try Convolution(
        96, filters: 256, window: Window([5, 5], stride: [2, 2], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv2", 22))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 22))
      maxpool2 = try Pool(.max, window: Window([3, 3], stride: [2, 2]), ceil: true, site: site(path + "maxpool2", 24))
      conv3 = try Convolution(
        256, filters: 512, window: Window([3, 3], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv3", 25))
      conv3_relu = Activation(.relu, site: site(path + "conv3.relu", 25))
      conv4 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv4", 26))
      conv4_relu = Activation(.relu, site: site(path + "conv4.relu", 26))
      conv5 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), initializer: .he, using: &generator,
        site: site(path + "conv5", 27))
      conv5_relu = Activation(.relu, site: site(path + "conv5.relu", 27))
      maxpool3 = try Pool(.max, window: Window([3, 3], stride: [2, 2]), site: site(path + "maxpool3", 28))
      flatten1 = Flatten(site: site(path + "flatten1", 29))
      full6 = try Dense(
        18432, units: 4096, flattened: [[6, 6, 512]], initializer: .he, using: &generator,
        site: site(path + "full6", 30))
      full6_relu = Activation(.relu, site: site(path + "full6.relu", 30))
      full6_dropout = Dropout(.elements, rate: 0.9, site: site(path + "full6.dropout", 30))
      full7 = try Dense(4096, units: 2048, initializer: .he, using: &generator, site: site(path + "full7", 31))
      full7_relu = Activation(.relu, site: site(path + "full7.relu", 31))
      full7_dropout = Dropout(.elements, rate: 0.8, site: site(path + "full7.dropout", 31))
      full8 = try Dense(2048, units: 101, using: &generator, site: site(path + "full8", 32))
      full8_softmax = Softmax(site: site(path + "full8.softmax", 32))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv1_lrn(x, &tape)
      x = try maxpool1(x, &tape)
      x = try conv2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try maxpool2(x, &tape)
      x = try conv3(x, &tape)
      x = try conv3_relu(x, &tape)
      x = try conv4(x, &tape)
      x = try conv4_relu(x, &tape)
      x = try conv5(x, &tape)
      x = try conv5_relu(x, &tape)
      x = try maxpool3(x, &tape)
      x = try flatten1(x, &tape)
      x = try full6(x, &tape)
      x = try full6_relu(x, &tape)
      x = try full6_dropout(x, &tape)
      x = try full7(x, &tape)
      x = try full7_relu(x, &tape)
      x = try full7_dropout(x, &tape)
      x = try full8(x, &tape)
      return try full8_softmax(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try conv3.visitParameters(path + "conv3.", body)
      try conv4.visitParameters(path + "conv4.", body)
      try conv5.visitParameters(path + "conv5.", body)
      try full6.visitParameters(path + "full6.", body)
      try full7.visitParameters(path + "full7.", body)
      try full8.visitParameters(path + "full8.", body)
    }
  }
}

/// Where a layer is written, for errors to say.
private func site(_ path: String, _ line: Int, in file: String = "samples/two_inputs.cnn") -> Site {
  Site(path: path, file: file, line: line)
}
