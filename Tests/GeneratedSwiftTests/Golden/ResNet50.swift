// swift-format-ignore-file
//
// Made by cnn 0 from samples/resnet.cnn. Change that file, not this one.

import TensorEngine

/// From `224x224x3` to `1000`.
public struct ResNet50: Network {
  /// What the network takes.
  public static let inputs = [InputShape("input", [224, 224, 3], site: site("input", 33))]

  public var conv1: Convolution  // 112x112x64
  public var bn1: Normalization  // 112x112x64
  public let conv1_relu: Activation  // 112x112x64
  public let maxpool1: Pool  // 56x56x64
  public var layer1_0: Bottleneck  // 56x56x256
  public var layer1: [Bottleneck2]  // 56x56x256
  public var layer2_0: Bottleneck3  // 28x28x512
  public var layer2: [Bottleneck4]  // 28x28x512
  public var layer3_0: Bottleneck5  // 14x14x1024
  public var layer3: [Bottleneck6]  // 14x14x1024
  public var layer4_0: Bottleneck7  // 7x7x2048
  public var layer4: [Bottleneck8]  // 7x7x2048
  public let globalavgpool1: GlobalPool  // 2048
  public var fc: Dense  // 1000

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    conv1 = try Convolution(
      3, filters: 64, window: Window([7, 7], stride: [2, 2], before: [3, 3]), bias: false, initializer: .he,
      using: &generator, site: site("conv1", 35))
    bn1 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site("bn1", 35))
    conv1_relu = Activation(.relu, site: site("conv1.relu", 35))
    maxpool1 = try Pool(.max, window: Window([3, 3], stride: [2, 2], before: [1, 1]), site: site("maxpool1", 36))
    layer1_0 = try Bottleneck("layer1.0.", using: &generator)
    layer1 = try (1...2).map { index throws(TensorError) in try Bottleneck2("layer1.\(index).", using: &generator) }
    layer2_0 = try Bottleneck3("layer2.0.", using: &generator)
    layer2 = try (1...3).map { index throws(TensorError) in try Bottleneck4("layer2.\(index).", using: &generator) }
    layer3_0 = try Bottleneck5("layer3.0.", using: &generator)
    layer3 = try (1...5).map { index throws(TensorError) in try Bottleneck6("layer3.\(index).", using: &generator) }
    layer4_0 = try Bottleneck7("layer4.0.", using: &generator)
    layer4 = try (1...2).map { index throws(TensorError) in try Bottleneck8("layer4.\(index).", using: &generator) }
    globalavgpool1 = GlobalPool(.average, site: site("globalavgpool1", 42))
    fc = try Dense(2048, units: 1000, using: &generator, site: site("fc", 42))
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
    x = try maxpool1(x, &tape)
    x = try layer1_0(x, &tape)
    for block in layer1 {
      x = try block(x, &tape)
    }
    x = try layer2_0(x, &tape)
    for block in layer2 {
      x = try block(x, &tape)
    }
    x = try layer3_0(x, &tape)
    for block in layer3 {
      x = try block(x, &tape)
    }
    x = try layer4_0(x, &tape)
    for block in layer4 {
      x = try block(x, &tape)
    }
    x = try globalavgpool1(x, &tape)
    x = try fc(x, &tape)
    return [x]
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try conv1.visitParameters(path + "conv1.", body)
    try bn1.visitParameters(path + "bn1.", body)
    try layer1_0.visitParameters(path + "layer1.0.", body)
    for index in layer1.indices {
      try layer1[index].visitParameters("\(path)layer1.\(index + 1).", body)
    }
    try layer2_0.visitParameters(path + "layer2.0.", body)
    for index in layer2.indices {
      try layer2[index].visitParameters("\(path)layer2.\(index + 1).", body)
    }
    try layer3_0.visitParameters(path + "layer3.0.", body)
    for index in layer3.indices {
      try layer3[index].visitParameters("\(path)layer3.\(index + 1).", body)
    }
    try layer4_0.visitParameters(path + "layer4.0.", body)
    for index in layer4.indices {
      try layer4[index].visitParameters("\(path)layer4.\(index + 1).", body)
    }
    try fc.visitParameters(path + "fc.", body)
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `56x56x64` to `56x56x256`.
  public struct Bottleneck: Parameterized {
    public var conv1: Convolution  // 56x56x64
    public var bn1: Normalization  // 56x56x64
    public let conv1_relu: Activation  // 56x56x64
    public var conv2: Convolution  // 56x56x64
    public var bn2: Normalization  // 56x56x64
    public let conv2_relu: Activation  // 56x56x64
    public var conv3: Convolution  // 56x56x256
    public var bn3: Normalization  // 56x56x256
    public var downsample_0: Convolution  // 56x56x256
    public var downsample_1: Normalization  // 56x56x256
    public let add1: Elementwise  // 56x56x256
    public let relu1: Activation  // 56x56x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        64, filters: 64, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        64, filters: 256, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn3", 21))
      downsample_0 = try Convolution(
        64, filters: 256, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 23))
      downsample_1 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "downsample.1", 23))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      let bn3 = try self.bn3(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn3, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `56x56x256` to `56x56x256`.
  public struct Bottleneck2: Parameterized {
    public var conv1: Convolution  // 56x56x64
    public var bn1: Normalization  // 56x56x64
    public let conv1_relu: Activation  // 56x56x64
    public var conv2: Convolution  // 56x56x64
    public var bn2: Normalization  // 56x56x64
    public let conv2_relu: Activation  // 56x56x64
    public var conv3: Convolution  // 56x56x256
    public var bn3: Normalization  // 56x56x256
    public let add1: Elementwise  // 56x56x256
    public let relu1: Activation  // 56x56x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 64, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        64, filters: 256, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn3", 21))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      x = try bn3(x, &tape)
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
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `56x56x256` to `28x28x512`.
  public struct Bottleneck3: Parameterized {
    public var conv1: Convolution  // 56x56x128
    public var bn1: Normalization  // 56x56x128
    public let conv1_relu: Activation  // 56x56x128
    public var conv2: Convolution  // 28x28x128
    public var bn2: Normalization  // 28x28x128
    public let conv2_relu: Activation  // 28x28x128
    public var conv3: Convolution  // 28x28x512
    public var bn3: Normalization  // 28x28x512
    public var downsample_0: Convolution  // 28x28x512
    public var downsample_1: Normalization  // 28x28x512
    public let add1: Elementwise  // 28x28x512
    public let relu1: Activation  // 28x28x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 128, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3], stride: [2, 2], before: [1, 1]), bias: false, initializer: .he,
        using: &generator, site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        128, filters: 512, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn3", 21))
      downsample_0 = try Convolution(
        256, filters: 512, window: Window([1, 1], stride: [2, 2]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 23))
      downsample_1 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "downsample.1", 23))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      let bn3 = try self.bn3(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn3, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `28x28x512` to `28x28x512`.
  public struct Bottleneck4: Parameterized {
    public var conv1: Convolution  // 28x28x128
    public var bn1: Normalization  // 28x28x128
    public let conv1_relu: Activation  // 28x28x128
    public var conv2: Convolution  // 28x28x128
    public var bn2: Normalization  // 28x28x128
    public let conv2_relu: Activation  // 28x28x128
    public var conv3: Convolution  // 28x28x512
    public var bn3: Normalization  // 28x28x512
    public let add1: Elementwise  // 28x28x512
    public let relu1: Activation  // 28x28x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 128, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        128, filters: 512, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn3", 21))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      x = try bn3(x, &tape)
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
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `28x28x512` to `14x14x1024`.
  public struct Bottleneck5: Parameterized {
    public var conv1: Convolution  // 28x28x256
    public var bn1: Normalization  // 28x28x256
    public let conv1_relu: Activation  // 28x28x256
    public var conv2: Convolution  // 14x14x256
    public var bn2: Normalization  // 14x14x256
    public let conv2_relu: Activation  // 14x14x256
    public var conv3: Convolution  // 14x14x1024
    public var bn3: Normalization  // 14x14x1024
    public var downsample_0: Convolution  // 14x14x1024
    public var downsample_1: Normalization  // 14x14x1024
    public let add1: Elementwise  // 14x14x1024
    public let relu1: Activation  // 14x14x1024

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 256, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3], stride: [2, 2], before: [1, 1]), bias: false, initializer: .he,
        using: &generator, site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        256, filters: 1024, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 1024, site: site(path + "bn3", 21))
      downsample_0 = try Convolution(
        512, filters: 1024, window: Window([1, 1], stride: [2, 2]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 23))
      downsample_1 = try Normalization(.batch(momentum: 0.1), channels: 1024, site: site(path + "downsample.1", 23))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      let bn3 = try self.bn3(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn3, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `14x14x1024` to `14x14x1024`.
  public struct Bottleneck6: Parameterized {
    public var conv1: Convolution  // 14x14x256
    public var bn1: Normalization  // 14x14x256
    public let conv1_relu: Activation  // 14x14x256
    public var conv2: Convolution  // 14x14x256
    public var bn2: Normalization  // 14x14x256
    public let conv2_relu: Activation  // 14x14x256
    public var conv3: Convolution  // 14x14x1024
    public var bn3: Normalization  // 14x14x1024
    public let add1: Elementwise  // 14x14x1024
    public let relu1: Activation  // 14x14x1024

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1024, filters: 256, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        256, filters: 1024, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 1024, site: site(path + "bn3", 21))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      x = try bn3(x, &tape)
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
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `14x14x1024` to `7x7x2048`.
  public struct Bottleneck7: Parameterized {
    public var conv1: Convolution  // 14x14x512
    public var bn1: Normalization  // 14x14x512
    public let conv1_relu: Activation  // 14x14x512
    public var conv2: Convolution  // 7x7x512
    public var bn2: Normalization  // 7x7x512
    public let conv2_relu: Activation  // 7x7x512
    public var conv3: Convolution  // 7x7x2048
    public var bn3: Normalization  // 7x7x2048
    public var downsample_0: Convolution  // 7x7x2048
    public var downsample_1: Normalization  // 7x7x2048
    public let add1: Elementwise  // 7x7x2048
    public let relu1: Activation  // 7x7x2048

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1024, filters: 512, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3], stride: [2, 2], before: [1, 1]), bias: false, initializer: .he,
        using: &generator, site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        512, filters: 2048, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 2048, site: site(path + "bn3", 21))
      downsample_0 = try Convolution(
        1024, filters: 2048, window: Window([1, 1], stride: [2, 2]), bias: false, initializer: .he, using: &generator,
        site: site(path + "downsample.0", 23))
      downsample_1 = try Normalization(.batch(momentum: 0.1), channels: 2048, site: site(path + "downsample.1", 23))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      let bn3 = try self.bn3(x, &tape)
      x = try downsample_0(input, &tape)
      x = try downsample_1(x, &tape)
      x = try add1([bn3, x], &tape)
      return try relu1(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try bn1.visitParameters(path + "bn1.", body)
      try conv2.visitParameters(path + "conv2.", body)
      try bn2.visitParameters(path + "bn2.", body)
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
      try downsample_0.visitParameters(path + "downsample.0.", body)
      try downsample_1.visitParameters(path + "downsample.1.", body)
    }
  }

  /// A 3x3 convolution between two of 1x1 that save it work, and a way around them. Where dilation takes the place of a
  /// stride, it begins behind the layer that would have made the step.
  ///
  /// From `7x7x2048` to `7x7x2048`.
  public struct Bottleneck8: Parameterized {
    public var conv1: Convolution  // 7x7x512
    public var bn1: Normalization  // 7x7x512
    public let conv1_relu: Activation  // 7x7x512
    public var conv2: Convolution  // 7x7x512
    public var bn2: Normalization  // 7x7x512
    public let conv2_relu: Activation  // 7x7x512
    public var conv3: Convolution  // 7x7x2048
    public var bn3: Normalization  // 7x7x2048
    public let add1: Elementwise  // 7x7x2048
    public let relu1: Activation  // 7x7x2048

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        2048, filters: 512, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 19))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn1", 19))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 19))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 20))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn2", 20))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 20))
      conv3 = try Convolution(
        512, filters: 2048, window: Window([1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv3", 21))
      bn3 = try Normalization(.batch(momentum: 0.1), channels: 2048, site: site(path + "bn3", 21))
      add1 = Elementwise(.add, site: site(path + "add1", 18))
      relu1 = Activation(.relu, site: site(path + "relu1", 26))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      x = try conv2_relu(x, &tape)
      x = try conv3(x, &tape)
      x = try bn3(x, &tape)
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
      try conv3.visitParameters(path + "conv3.", body)
      try bn3.visitParameters(path + "bn3.", body)
    }
  }
}

/// Where a layer is written, for errors to say.
private func site(_ path: String, _ line: Int, in file: String = "samples/resnet.cnn") -> Site {
  Site(path: path, file: file, line: line)
}
