// swift-format-ignore-file
//
// Made by cnn 0.1.0 from Sources/tensor-bench/trained.cnn. Change that file, not this one.

import TensorEngine

/// Two convolutions and two dense layers, for digits of 28x28.
///
/// From `28x28x1` to `10`.
public struct MNIST: Network {
  /// What the network takes.
  public static let inputs = [InputShape("input", [28, 28, 1], site: site("input", 7))]

  public var conv1: Convolution  // 28x28x32
  public let conv1_relu: Activation  // 28x28x32
  public let conv1_maxpool: Pool  // 14x14x32
  public var conv2: Convolution  // 14x14x64
  public let conv2_relu: Activation  // 14x14x64
  public let conv2_maxpool: Pool  // 7x7x64
  public let flatten1: Flatten  // 3136
  public var fc1: Dense  // 1024
  public let fc1_relu: Activation  // 1024
  public var fc2: Dense  // 10

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    conv1 = try Convolution(
      1, filters: 32, window: Window([5, 5], before: [2, 2]), initializer: .he, using: &generator,
      site: site("conv1", 8))
    conv1_relu = Activation(.relu, site: site("conv1.relu", 8))
    conv1_maxpool = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("conv1.maxpool", 8))
    conv2 = try Convolution(
      32, filters: 64, window: Window([5, 5], before: [2, 2]), initializer: .he, using: &generator,
      site: site("conv2", 9))
    conv2_relu = Activation(.relu, site: site("conv2.relu", 9))
    conv2_maxpool = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("conv2.maxpool", 9))
    flatten1 = Flatten(site: site("flatten1", 10))
    fc1 = try Dense(
      3136, units: 1024, flattened: [[7, 7, 64]], initializer: .he, using: &generator, site: site("fc1", 11))
    fc1_relu = Activation(.relu, site: site("fc1.relu", 11))
    fc2 = try Dense(1024, units: 10, using: &generator, site: site("fc2", 12))
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
    x = try conv1_maxpool(x, &tape)
    x = try conv2(x, &tape)
    x = try conv2_relu(x, &tape)
    x = try conv2_maxpool(x, &tape)
    x = try flatten1(x, &tape)
    x = try fc1(x, &tape)
    x = try fc1_relu(x, &tape)
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

/// ResNet-18 for images of 32x32, such as those of CIFAR: its first convolution makes no step, and no pool follows.
///
/// From `32x32x3` to `10`.
public struct CIFARResNet18: Network {
  /// What the network takes.
  public static let inputs = [InputShape("input", [32, 32, 3], site: site("input", 17))]

  public var conv1: Convolution  // 32x32x64
  public var bn1: Normalization  // 32x32x64
  public let conv1_relu: Activation  // 32x32x64
  public var layer1: [Basic]  // 32x32x64
  public var layer2_0: Basic2  // 16x16x128
  public var layer2_1: Basic3  // 16x16x128
  public var layer3_0: Basic4  // 8x8x256
  public var layer3_1: Basic5  // 8x8x256
  public var layer4_0: Basic6  // 4x4x512
  public var layer4_1: Basic7  // 4x4x512
  public let globalavgpool1: GlobalPool  // 512
  public var fc: Dense  // 10

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    conv1 = try Convolution(
      3, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
      site: site("conv1", 18))
    bn1 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site("bn1", 18))
    conv1_relu = Activation(.relu, site: site("conv1.relu", 18))
    layer1 = try (0...1).map { index throws(TensorError) in try Basic("layer1.\(index).", using: &generator) }
    layer2_0 = try Basic2("layer2.0.", using: &generator)
    layer2_1 = try Basic3("layer2.1.", using: &generator)
    layer3_0 = try Basic4("layer3.0.", using: &generator)
    layer3_1 = try Basic5("layer3.1.", using: &generator)
    layer4_0 = try Basic6("layer4.0.", using: &generator)
    layer4_1 = try Basic7("layer4.1.", using: &generator)
    globalavgpool1 = GlobalPool(.average, site: site("globalavgpool1", 24))
    fc = try Dense(512, units: 10, using: &generator, site: site("fc", 24))
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
    x = try bn1(x, &tape)
    x = try conv1_relu(x, &tape)
    for block in layer1 {
      x = try block(x, &tape)
    }
    x = try layer2_0(x, &tape)
    x = try layer2_1(x, &tape)
    x = try layer3_0(x, &tape)
    x = try layer3_1(x, &tape)
    x = try layer4_0(x, &tape)
    x = try layer4_1(x, &tape)
    x = try globalavgpool1(x, &tape)
    x = try fc(x, &tape)
    return [x]
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try conv1.visitParameters(path + "conv1.", body)
    try bn1.visitParameters(path + "bn1.", body)
    for index in layer1.indices {
      try layer1[index].visitParameters("\(path)layer1.\(index).", body)
    }
    try layer2_0.visitParameters(path + "layer2.0.", body)
    try layer2_1.visitParameters(path + "layer2.1.", body)
    try layer3_0.visitParameters(path + "layer3.0.", body)
    try layer3_1.visitParameters(path + "layer3.1.", body)
    try layer4_0.visitParameters(path + "layer4.0.", body)
    try layer4_1.visitParameters(path + "layer4.1.", body)
    try fc.visitParameters(path + "fc.", body)
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `32x32x64` to `32x32x64`.
  public struct Basic: Parameterized {
    public var conv1: Convolution  // 32x32x64
    public var bn1: Normalization  // 32x32x64
    public let conv1_relu: Activation  // 32x32x64
    public var conv2: Convolution  // 32x32x64
    public var bn2: Normalization  // 32x32x64
    public let add1: Elementwise  // 32x32x64
    public let relu1: Activation  // 32x32x64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        64, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 64, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 64, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try add1([x, input], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
    }
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `32x32x64` to `16x16x128`.
  public struct Basic2: Parameterized {
    public var conv1: Convolution  // 16x16x128
    public var bn1: Normalization  // 16x16x128
    public let conv1_relu: Activation  // 16x16x128
    public var conv2: Convolution  // 16x16x128
    public var bn2: Normalization  // 16x16x128
    public var downsample_0: Convolution  // 16x16x128
    public var downsample_1: Normalization  // 16x16x128
    public let add1: Elementwise  // 16x16x128
    public let relu1: Activation  // 16x16x128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        64, filters: 128, window: Window([3, 3], stride: [2, 2], before: [1, 1]), bias: false, initializer: .he,
        using: &generator, site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 128, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 128, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      downsample_0 = try Convolution(
        64, filters: 128, window: Window([1, 1], stride: [2, 2]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 9, in: "samples/resnet.cnn"))
      downsample_1 = try Normalization(
        .batch(momentum: 0.1), channels: 128, site: site(path + "downsample.1", 9, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      let bn2 = try self.bn2(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn2, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `16x16x128` to `16x16x128`.
  public struct Basic3: Parameterized {
    public var conv1: Convolution  // 16x16x128
    public var bn1: Normalization  // 16x16x128
    public let conv1_relu: Activation  // 16x16x128
    public var conv2: Convolution  // 16x16x128
    public var bn2: Normalization  // 16x16x128
    public let add1: Elementwise  // 16x16x128
    public let relu1: Activation  // 16x16x128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 128, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 128, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try add1([x, input], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
    }
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `16x16x128` to `8x8x256`.
  public struct Basic4: Parameterized {
    public var conv1: Convolution  // 8x8x256
    public var bn1: Normalization  // 8x8x256
    public let conv1_relu: Activation  // 8x8x256
    public var conv2: Convolution  // 8x8x256
    public var bn2: Normalization  // 8x8x256
    public var downsample_0: Convolution  // 8x8x256
    public var downsample_1: Normalization  // 8x8x256
    public let add1: Elementwise  // 8x8x256
    public let relu1: Activation  // 8x8x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 256, window: Window([3, 3], stride: [2, 2], before: [1, 1]), bias: false, initializer: .he,
        using: &generator, site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 256, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 256, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      downsample_0 = try Convolution(
        128, filters: 256, window: Window([1, 1], stride: [2, 2]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 9, in: "samples/resnet.cnn"))
      downsample_1 = try Normalization(
        .batch(momentum: 0.1), channels: 256, site: site(path + "downsample.1", 9, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      let bn2 = try self.bn2(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn2, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `8x8x256` to `8x8x256`.
  public struct Basic5: Parameterized {
    public var conv1: Convolution  // 8x8x256
    public var bn1: Normalization  // 8x8x256
    public let conv1_relu: Activation  // 8x8x256
    public var conv2: Convolution  // 8x8x256
    public var bn2: Normalization  // 8x8x256
    public let add1: Elementwise  // 8x8x256
    public let relu1: Activation  // 8x8x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 256, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 256, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try add1([x, input], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
    }
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `8x8x256` to `4x4x512`.
  public struct Basic6: Parameterized {
    public var conv1: Convolution  // 4x4x512
    public var bn1: Normalization  // 4x4x512
    public let conv1_relu: Activation  // 4x4x512
    public var conv2: Convolution  // 4x4x512
    public var bn2: Normalization  // 4x4x512
    public var downsample_0: Convolution  // 4x4x512
    public var downsample_1: Normalization  // 4x4x512
    public let add1: Elementwise  // 4x4x512
    public let relu1: Activation  // 4x4x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 512, window: Window([3, 3], stride: [2, 2], before: [1, 1]), bias: false, initializer: .he,
        using: &generator, site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 512, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 512, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      downsample_0 = try Convolution(
        256, filters: 512, window: Window([1, 1], stride: [2, 2]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 9, in: "samples/resnet.cnn"))
      downsample_1 = try Normalization(
        .batch(momentum: 0.1), channels: 512, site: site(path + "downsample.1", 9, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      let bn2 = try self.bn2(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn2, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// Two 3x3 convolutions, and a way around them. The first has `widen` times as many filters.
  ///
  /// From `4x4x512` to `4x4x512`.
  public struct Basic7: Parameterized {
    public var conv1: Convolution  // 4x4x512
    public var bn1: Normalization  // 4x4x512
    public let conv1_relu: Activation  // 4x4x512
    public var conv2: Convolution  // 4x4x512
    public var bn2: Normalization  // 4x4x512
    public let add1: Elementwise  // 4x4x512
    public let relu1: Activation  // 4x4x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 6, in: "samples/resnet.cnn"))
      bn1 = try Normalization(
        .batch(momentum: 0.1), channels: 512, site: site(path + "bn1", 6, in: "samples/resnet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 6, in: "samples/resnet.cnn"))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 7, in: "samples/resnet.cnn"))
      bn2 = try Normalization(
        .batch(momentum: 0.1), channels: 512, site: site(path + "bn2", 7, in: "samples/resnet.cnn"))
      add1 = Elementwise(.add, site: site(path + "add1", 5, in: "samples/resnet.cnn"))
      relu1 = Activation(.relu, site: site(path + "relu1", 12, in: "samples/resnet.cnn"))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try add1([x, input], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
    }
  }
}

/// Where a layer is written, for errors to say.
private func site(_ path: String, _ line: Int, in file: String = "Sources/tensor-bench/trained.cnn") -> Site {
  Site(path: path, file: file, line: line)
}
