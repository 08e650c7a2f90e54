// swift-format-ignore-file
//
// Made by cnn 0 from samples/unet.cnn. Change that file, not this one.

import TensorEngine

/// Down to what is there, and back up to where it is. O. Ronneberger, P. Fischer and T. Brox,
/// "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015.
///
/// As in the paper's figure 1: nothing is padded, so what the way down hands over must be cropped.
///
/// From `572x572x1` to `388x388x2`.
public struct UNet: Network {
  /// What the network takes.
  public static let inputs = [InputShape("input", [572, 572, 1], site: site("input", 7))]

  public var enc_0: DoubleBlock  // 568x568x64
  public let maxpool1: Pool  // 284x284x64
  public var enc_1: DoubleBlock2  // 280x280x128
  public let maxpool2: Pool  // 140x140x128
  public var enc_2: DoubleBlock3  // 136x136x256
  public let maxpool3: Pool  // 68x68x256
  public var enc_3: DoubleBlock4  // 64x64x512
  public let maxpool4: Pool  // 32x32x512
  public var enc_4: DoubleBlock5  // 28x28x1024
  public var up_0: TransposedConvolution  // 56x56x512
  public let crop1: Crop  // 56x56x512
  public let concat1: Concatenate  // 56x56x1024
  public var dec_0: DoubleBlock6  // 52x52x512
  public var up_1: TransposedConvolution  // 104x104x256
  public let crop2: Crop  // 104x104x256
  public let concat2: Concatenate  // 104x104x512
  public var dec_1: DoubleBlock7  // 100x100x256
  public var up_2: TransposedConvolution  // 200x200x128
  public let crop3: Crop  // 200x200x128
  public let concat3: Concatenate  // 200x200x256
  public var dec_2: DoubleBlock8  // 196x196x128
  public var up_3: TransposedConvolution  // 392x392x64
  public let crop4: Crop  // 392x392x64
  public let concat4: Concatenate  // 392x392x128
  public var dec_3: DoubleBlock9  // 388x388x64
  public var head: Convolution  // 388x388x2

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    enc_0 = try DoubleBlock("enc.0.", using: &generator)
    maxpool1 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool1", 11))
    enc_1 = try DoubleBlock2("enc.1.", using: &generator)
    maxpool2 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool2", 11))
    enc_2 = try DoubleBlock3("enc.2.", using: &generator)
    maxpool3 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool3", 11))
    enc_3 = try DoubleBlock4("enc.3.", using: &generator)
    maxpool4 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool4", 11))
    enc_4 = try DoubleBlock5("enc.4.", using: &generator)
    up_0 = try TransposedConvolution(
      1024, filters: 512, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.0", 15))
    crop1 = Crop(before: [4, 4], after: [4, 4], site: site("crop1", 17))
    concat1 = Concatenate(site: site("concat1", 16))
    dec_0 = try DoubleBlock6("dec.0.", using: &generator)
    up_1 = try TransposedConvolution(
      512, filters: 256, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.1", 15))
    crop2 = Crop(before: [16, 16], after: [16, 16], site: site("crop2", 17))
    concat2 = Concatenate(site: site("concat2", 16))
    dec_1 = try DoubleBlock7("dec.1.", using: &generator)
    up_2 = try TransposedConvolution(
      256, filters: 128, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.2", 15))
    crop3 = Crop(before: [40, 40], after: [40, 40], site: site("crop3", 17))
    concat3 = Concatenate(site: site("concat3", 16))
    dec_2 = try DoubleBlock8("dec.2.", using: &generator)
    up_3 = try TransposedConvolution(
      128, filters: 64, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.3", 15))
    crop4 = Crop(before: [88, 88], after: [88, 88], site: site("crop4", 17))
    concat4 = Concatenate(site: site("concat4", 16))
    dec_3 = try DoubleBlock9("dec.3.", using: &generator)
    head = try Convolution(64, filters: 2, window: Window([1, 1]), using: &generator, site: site("head", 22))
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
    let enc_0 = try self.enc_0(inputs[0], &tape)
    var x = try maxpool1(enc_0, &tape)
    let enc_1 = try self.enc_1(x, &tape)
    x = try maxpool2(enc_1, &tape)
    let enc_2 = try self.enc_2(x, &tape)
    x = try maxpool3(enc_2, &tape)
    let enc_3 = try self.enc_3(x, &tape)
    x = try maxpool4(enc_3, &tape)
    x = try enc_4(x, &tape)
    let up_0 = try self.up_0(x, &tape)
    x = try crop1(enc_3, &tape)
    x = try concat1([x, up_0], &tape)
    x = try dec_0(x, &tape)
    let up_1 = try self.up_1(x, &tape)
    x = try crop2(enc_2, &tape)
    x = try concat2([x, up_1], &tape)
    x = try dec_1(x, &tape)
    let up_2 = try self.up_2(x, &tape)
    x = try crop3(enc_1, &tape)
    x = try concat3([x, up_2], &tape)
    x = try dec_2(x, &tape)
    let up_3 = try self.up_3(x, &tape)
    x = try crop4(enc_0, &tape)
    x = try concat4([x, up_3], &tape)
    x = try dec_3(x, &tape)
    x = try head(x, &tape)
    return [x]
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try enc_0.visitParameters(path + "enc.0.", body)
    try enc_1.visitParameters(path + "enc.1.", body)
    try enc_2.visitParameters(path + "enc.2.", body)
    try enc_3.visitParameters(path + "enc.3.", body)
    try enc_4.visitParameters(path + "enc.4.", body)
    try up_0.visitParameters(path + "up.0.", body)
    try dec_0.visitParameters(path + "dec.0.", body)
    try up_1.visitParameters(path + "up.1.", body)
    try dec_1.visitParameters(path + "dec.1.", body)
    try up_2.visitParameters(path + "up.2.", body)
    try dec_2.visitParameters(path + "dec.2.", body)
    try up_3.visitParameters(path + "up.3.", body)
    try dec_3.visitParameters(path + "dec.3.", body)
    try head.visitParameters(path + "head.", body)
  }

  /// From `572x572x1` to `568x568x64`.
  public struct DoubleBlock: Parameterized {
    public var conv1: Convolution  // 570x570x64
    public let conv1_relu: Activation  // 570x570x64
    public var conv2: Convolution  // 568x568x64
    public let conv2_relu: Activation  // 568x568x64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `284x284x64` to `280x280x128`.
  public struct DoubleBlock2: Parameterized {
    public var conv1: Convolution  // 282x282x128
    public let conv1_relu: Activation  // 282x282x128
    public var conv2: Convolution  // 280x280x128
    public let conv2_relu: Activation  // 280x280x128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        64, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `140x140x128` to `136x136x256`.
  public struct DoubleBlock3: Parameterized {
    public var conv1: Convolution  // 138x138x256
    public let conv1_relu: Activation  // 138x138x256
    public var conv2: Convolution  // 136x136x256
    public let conv2_relu: Activation  // 136x136x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `68x68x256` to `64x64x512`.
  public struct DoubleBlock4: Parameterized {
    public var conv1: Convolution  // 66x66x512
    public let conv1_relu: Activation  // 66x66x512
    public var conv2: Convolution  // 64x64x512
    public let conv2_relu: Activation  // 64x64x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `32x32x512` to `28x28x1024`.
  public struct DoubleBlock5: Parameterized {
    public var conv1: Convolution  // 30x30x1024
    public let conv1_relu: Activation  // 30x30x1024
    public var conv2: Convolution  // 28x28x1024
    public let conv2_relu: Activation  // 28x28x1024

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 1024, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        1024, filters: 1024, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `56x56x1024` to `52x52x512`.
  public struct DoubleBlock6: Parameterized {
    public var conv1: Convolution  // 54x54x512
    public let conv1_relu: Activation  // 54x54x512
    public var conv2: Convolution  // 52x52x512
    public let conv2_relu: Activation  // 52x52x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1024, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `104x104x512` to `100x100x256`.
  public struct DoubleBlock7: Parameterized {
    public var conv1: Convolution  // 102x102x256
    public let conv1_relu: Activation  // 102x102x256
    public var conv2: Convolution  // 100x100x256
    public let conv2_relu: Activation  // 100x100x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `200x200x256` to `196x196x128`.
  public struct DoubleBlock8: Parameterized {
    public var conv1: Convolution  // 198x198x128
    public let conv1_relu: Activation  // 198x198x128
    public var conv2: Convolution  // 196x196x128
    public let conv2_relu: Activation  // 196x196x128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }

  /// From `392x392x128` to `388x388x64`.
  public struct DoubleBlock9: Parameterized {
    public var conv1: Convolution  // 390x390x64
    public let conv1_relu: Activation  // 390x390x64
    public var conv2: Convolution  // 388x388x64
    public let conv2_relu: Activation  // 388x388x64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv1", 26))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator, site: site(path + "conv2", 27))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      return try conv2_relu(x, &tape)
    }

    public mutating func visitParameters(
      _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
    ) throws(TensorError) {
      try conv1.visitParameters(path + "conv1.", body)
      try conv2.visitParameters(path + "conv2.", body)
    }
  }
}

/// As it is mostly built today: padded, so that the output is as large as the input, and with batch normalisation.
///
/// From `256x256x3` to `256x256x1`.
public struct UNetSame: Network {
  /// What the network takes.
  public static let inputs = [InputShape("input", [256, 256, 3], site: site("input", 33))]

  public var enc_0: Paddeddouble  // 256x256x64
  public let maxpool1: Pool  // 128x128x64
  public var enc_1: Paddeddouble2  // 128x128x128
  public let maxpool2: Pool  // 64x64x128
  public var enc_2: Paddeddouble3  // 64x64x256
  public let maxpool3: Pool  // 32x32x256
  public var enc_3: Paddeddouble4  // 32x32x512
  public let maxpool4: Pool  // 16x16x512
  public var enc_4: Paddeddouble5  // 16x16x1024
  public var up_0: TransposedConvolution  // 32x32x512
  public let concat1: Concatenate  // 32x32x1024
  public var dec_0: Paddeddouble6  // 32x32x512
  public var up_1: TransposedConvolution  // 64x64x256
  public let concat2: Concatenate  // 64x64x512
  public var dec_1: Paddeddouble7  // 64x64x256
  public var up_2: TransposedConvolution  // 128x128x128
  public let concat3: Concatenate  // 128x128x256
  public var dec_2: Paddeddouble8  // 128x128x128
  public var up_3: TransposedConvolution  // 256x256x64
  public let concat4: Concatenate  // 256x256x128
  public var dec_3: Paddeddouble9  // 256x256x64
  public var head: Convolution  // 256x256x1

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    enc_0 = try Paddeddouble("enc.0.", using: &generator)
    maxpool1 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool1", 37))
    enc_1 = try Paddeddouble2("enc.1.", using: &generator)
    maxpool2 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool2", 37))
    enc_2 = try Paddeddouble3("enc.2.", using: &generator)
    maxpool3 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool3", 37))
    enc_3 = try Paddeddouble4("enc.3.", using: &generator)
    maxpool4 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool4", 37))
    enc_4 = try Paddeddouble5("enc.4.", using: &generator)
    up_0 = try TransposedConvolution(
      1024, filters: 512, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.0", 41))
    concat1 = Concatenate(site: site("concat1", 42))
    dec_0 = try Paddeddouble6("dec.0.", using: &generator)
    up_1 = try TransposedConvolution(
      512, filters: 256, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.1", 41))
    concat2 = Concatenate(site: site("concat2", 42))
    dec_1 = try Paddeddouble7("dec.1.", using: &generator)
    up_2 = try TransposedConvolution(
      256, filters: 128, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.2", 41))
    concat3 = Concatenate(site: site("concat3", 42))
    dec_2 = try Paddeddouble8("dec.2.", using: &generator)
    up_3 = try TransposedConvolution(
      128, filters: 64, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.3", 41))
    concat4 = Concatenate(site: site("concat4", 42))
    dec_3 = try Paddeddouble9("dec.3.", using: &generator)
    head = try Convolution(64, filters: 1, window: Window([1, 1]), using: &generator, site: site("head", 48))
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
    let enc_0 = try self.enc_0(inputs[0], &tape)
    var x = try maxpool1(enc_0, &tape)
    let enc_1 = try self.enc_1(x, &tape)
    x = try maxpool2(enc_1, &tape)
    let enc_2 = try self.enc_2(x, &tape)
    x = try maxpool3(enc_2, &tape)
    let enc_3 = try self.enc_3(x, &tape)
    x = try maxpool4(enc_3, &tape)
    x = try enc_4(x, &tape)
    x = try up_0(x, &tape)
    x = try concat1([enc_3, x], &tape)
    x = try dec_0(x, &tape)
    x = try up_1(x, &tape)
    x = try concat2([enc_2, x], &tape)
    x = try dec_1(x, &tape)
    x = try up_2(x, &tape)
    x = try concat3([enc_1, x], &tape)
    x = try dec_2(x, &tape)
    x = try up_3(x, &tape)
    x = try concat4([enc_0, x], &tape)
    x = try dec_3(x, &tape)
    x = try head(x, &tape)
    return [x]
  }

  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try enc_0.visitParameters(path + "enc.0.", body)
    try enc_1.visitParameters(path + "enc.1.", body)
    try enc_2.visitParameters(path + "enc.2.", body)
    try enc_3.visitParameters(path + "enc.3.", body)
    try enc_4.visitParameters(path + "enc.4.", body)
    try up_0.visitParameters(path + "up.0.", body)
    try dec_0.visitParameters(path + "dec.0.", body)
    try up_1.visitParameters(path + "up.1.", body)
    try dec_1.visitParameters(path + "dec.1.", body)
    try up_2.visitParameters(path + "up.2.", body)
    try dec_2.visitParameters(path + "dec.2.", body)
    try up_3.visitParameters(path + "up.3.", body)
    try dec_3.visitParameters(path + "dec.3.", body)
    try head.visitParameters(path + "head.", body)
  }

  /// From `256x256x3` to `256x256x64`.
  public struct Paddeddouble: Parameterized {
    public var conv1: Convolution  // 256x256x64
    public var bn1: Normalization  // 256x256x64
    public let conv1_relu: Activation  // 256x256x64
    public var conv2: Convolution  // 256x256x64
    public var bn2: Normalization  // 256x256x64
    public let conv2_relu: Activation  // 256x256x64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        3, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `128x128x64` to `128x128x128`.
  public struct Paddeddouble2: Parameterized {
    public var conv1: Convolution  // 128x128x128
    public var bn1: Normalization  // 128x128x128
    public let conv1_relu: Activation  // 128x128x128
    public var conv2: Convolution  // 128x128x128
    public var bn2: Normalization  // 128x128x128
    public let conv2_relu: Activation  // 128x128x128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        64, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `64x64x128` to `64x64x256`.
  public struct Paddeddouble3: Parameterized {
    public var conv1: Convolution  // 64x64x256
    public var bn1: Normalization  // 64x64x256
    public let conv1_relu: Activation  // 64x64x256
    public var conv2: Convolution  // 64x64x256
    public var bn2: Normalization  // 64x64x256
    public let conv2_relu: Activation  // 64x64x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `32x32x256` to `32x32x512`.
  public struct Paddeddouble4: Parameterized {
    public var conv1: Convolution  // 32x32x512
    public var bn1: Normalization  // 32x32x512
    public let conv1_relu: Activation  // 32x32x512
    public var conv2: Convolution  // 32x32x512
    public var bn2: Normalization  // 32x32x512
    public let conv2_relu: Activation  // 32x32x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `16x16x512` to `16x16x1024`.
  public struct Paddeddouble5: Parameterized {
    public var conv1: Convolution  // 16x16x1024
    public var bn1: Normalization  // 16x16x1024
    public let conv1_relu: Activation  // 16x16x1024
    public var conv2: Convolution  // 16x16x1024
    public var bn2: Normalization  // 16x16x1024
    public let conv2_relu: Activation  // 16x16x1024

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 1024, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 1024, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        1024, filters: 1024, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 1024, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `32x32x1024` to `32x32x512`.
  public struct Paddeddouble6: Parameterized {
    public var conv1: Convolution  // 32x32x512
    public var bn1: Normalization  // 32x32x512
    public let conv1_relu: Activation  // 32x32x512
    public var conv2: Convolution  // 32x32x512
    public var bn2: Normalization  // 32x32x512
    public let conv2_relu: Activation  // 32x32x512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1024, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 512, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `64x64x512` to `64x64x256`.
  public struct Paddeddouble7: Parameterized {
    public var conv1: Convolution  // 64x64x256
    public var bn1: Normalization  // 64x64x256
    public let conv1_relu: Activation  // 64x64x256
    public var conv2: Convolution  // 64x64x256
    public var bn2: Normalization  // 64x64x256
    public let conv2_relu: Activation  // 64x64x256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 256, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `128x128x256` to `128x128x128`.
  public struct Paddeddouble8: Parameterized {
    public var conv1: Convolution  // 128x128x128
    public var bn1: Normalization  // 128x128x128
    public let conv1_relu: Activation  // 128x128x128
    public var conv2: Convolution  // 128x128x128
    public var bn2: Normalization  // 128x128x128
    public let conv2_relu: Activation  // 128x128x128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 128, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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

  /// From `256x256x128` to `256x256x64`.
  public struct Paddeddouble9: Parameterized {
    public var conv1: Convolution  // 256x256x64
    public var bn1: Normalization  // 256x256x64
    public let conv1_relu: Activation  // 256x256x64
    public var conv2: Convolution  // 256x256x64
    public var bn2: Normalization  // 256x256x64
    public let conv2_relu: Activation  // 256x256x64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv1", 52))
      bn1 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn1", 52))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 52))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3], before: [1, 1]), bias: false, initializer: .he, using: &generator,
        site: site(path + "conv2", 53))
      bn2 = try Normalization(.batch(momentum: 0.1), channels: 64, site: site(path + "bn2", 53))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 53))
    }

    public func callAsFunction(_ input: Variable, _ tape: inout Tape) throws(TensorError) -> Variable {
      var x = try conv1(input, &tape)
      x = try bn1(x, &tape)
      x = try conv1_relu(x, &tape)
      x = try conv2(x, &tape)
      x = try bn2(x, &tape)
      return try conv2_relu(x, &tape)
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
private func site(_ path: String, _ line: Int, in file: String = "samples/unet.cnn") -> Site {
  Site(path: path, file: file, line: line)
}
