// swift-format-ignore-file
//
// Made by cnn 0 from samples/any_size.cnn. Change that file, not this one.

import TensorEngine

/// The unpadded U-Net of O. Ronneberger, P. Fischer and T. Brox, 2015. It takes tiles of every size whose maps have even
/// extents before each pool, as its authors demand. Other sizes of at least 188 pass too, at the price of rows and
/// columns that no pool reads.
///
/// From `H x W x 1` to `(H - 184) x (W - 184) x 2`.
public struct TiledUNet: Network {
  private static let h = InputSymbol("H", "H = 12 (mod 16), H >= 188", remainders: [12...12], of: 16, from: 188)
  private static let w = InputSymbol("W", "W = 12 (mod 16), W >= 188", remainders: [12...12], of: 16, from: 188)

  /// What the network takes.
  public static let inputs = [InputShape("input", [.symbol(h), .symbol(w), 1], site: site("input", 11))]

  public var enc_0: DoubleBlock  // (H - 4) x (W - 4) x 64
  public let maxpool1: Pool  // (H/2 - 2) x (W/2 - 2) x 64
  public var enc_1: DoubleBlock2  // (H/2 - 6) x (W/2 - 6) x 128
  public let maxpool2: Pool  // (H/4 - 3) x (W/4 - 3) x 128
  public var enc_2: DoubleBlock3  // (H/4 - 7) x (W/4 - 7) x 256
  public let maxpool3: Pool  // (H - 28)/8 x (W - 28)/8 x 256
  public var enc_3: DoubleBlock4  // (H - 60)/8 x (W - 60)/8 x 512
  public let maxpool4: Pool  // (H - 60)/16 x (W - 60)/16 x 512
  public var enc_4: DoubleBlock5  // (H - 124)/16 x (W - 124)/16 x 1024
  public var up_0: TransposedConvolution  // (H - 124)/8 x (W - 124)/8 x 512
  public let crop1: Fit  // (H - 124)/8 x (W - 124)/8 x 512
  public let concat1: Concatenate  // (H - 124)/8 x (W - 124)/8 x 1024
  public var dec_0: DoubleBlock6  // (H - 156)/8 x (W - 156)/8 x 512
  public var up_1: TransposedConvolution  // (H/4 - 39) x (W/4 - 39) x 256
  public let crop2: Fit  // (H/4 - 39) x (W/4 - 39) x 256
  public let concat2: Concatenate  // (H/4 - 39) x (W/4 - 39) x 512
  public var dec_1: DoubleBlock7  // (H/4 - 43) x (W/4 - 43) x 256
  public var up_2: TransposedConvolution  // (H/2 - 86) x (W/2 - 86) x 128
  public let crop3: Fit  // (H/2 - 86) x (W/2 - 86) x 128
  public let concat3: Concatenate  // (H/2 - 86) x (W/2 - 86) x 256
  public var dec_2: DoubleBlock8  // (H/2 - 90) x (W/2 - 90) x 128
  public var up_3: TransposedConvolution  // (H - 180) x (W - 180) x 64
  public let crop4: Fit  // (H - 180) x (W - 180) x 64
  public let concat4: Concatenate  // (H - 180) x (W - 180) x 128
  public var dec_3: DoubleBlock9  // (H - 184) x (W - 184) x 64
  public var head: Convolution  // (H - 184) x (W - 184) x 2

  /// Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.
  /// (2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.
  public init(seed: UInt64) throws(TensorError) {
    var generator = SeededGenerator(seed: seed)
    enc_0 = try DoubleBlock("enc.0.", using: &generator)
    maxpool1 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool1", 15))
    enc_1 = try DoubleBlock2("enc.1.", using: &generator)
    maxpool2 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool2", 15))
    enc_2 = try DoubleBlock3("enc.2.", using: &generator)
    maxpool3 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool3", 15))
    enc_3 = try DoubleBlock4("enc.3.", using: &generator)
    maxpool4 = try Pool(.max, window: Window([2, 2], stride: [2, 2]), site: site("maxpool4", 15))
    enc_4 = try DoubleBlock5("enc.4.", using: &generator)
    up_0 = try TransposedConvolution(
      1024, filters: 512, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.0", 19))
    crop1 = Fit(.crop, to: [.like, .like], site: site("crop1", 21))
    concat1 = Concatenate(site: site("concat1", 20))
    dec_0 = try DoubleBlock6("dec.0.", using: &generator)
    up_1 = try TransposedConvolution(
      512, filters: 256, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.1", 19))
    crop2 = Fit(.crop, to: [.like, .like], site: site("crop2", 21))
    concat2 = Concatenate(site: site("concat2", 20))
    dec_1 = try DoubleBlock7("dec.1.", using: &generator)
    up_2 = try TransposedConvolution(
      256, filters: 128, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.2", 19))
    crop3 = Fit(.crop, to: [.like, .like], site: site("crop3", 21))
    concat3 = Concatenate(site: site("concat3", 20))
    dec_2 = try DoubleBlock8("dec.2.", using: &generator)
    up_3 = try TransposedConvolution(
      128, filters: 64, window: Window([2, 2], stride: [2, 2]), using: &generator, site: site("up.3", 19))
    crop4 = Fit(.crop, to: [.like, .like], site: site("crop4", 21))
    concat4 = Concatenate(site: site("concat4", 20))
    dec_3 = try DoubleBlock9("dec.3.", using: &generator)
    head = try Convolution(64, filters: 2, window: Window([1, 1]), using: &generator, site: site("head", 26))
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
    x = try crop1(enc_3, like: up_0, &tape)
    x = try concat1([x, up_0], &tape)
    x = try dec_0(x, &tape)
    let up_1 = try self.up_1(x, &tape)
    x = try crop2(enc_2, like: up_1, &tape)
    x = try concat2([x, up_1], &tape)
    x = try dec_1(x, &tape)
    let up_2 = try self.up_2(x, &tape)
    x = try crop3(enc_1, like: up_2, &tape)
    x = try concat3([x, up_2], &tape)
    x = try dec_2(x, &tape)
    let up_3 = try self.up_3(x, &tape)
    x = try crop4(enc_0, like: up_3, &tape)
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

  /// From `H x W x 1` to `(H - 4) x (W - 4) x 64`.
  public struct DoubleBlock: Parameterized {
    public var conv1: Convolution  // (H - 2) x (W - 2) x 64
    public let conv1_relu: Activation  // (H - 2) x (W - 2) x 64
    public var conv2: Convolution  // (H - 4) x (W - 4) x 64
    public let conv2_relu: Activation  // (H - 4) x (W - 4) x 64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H/2 - 2) x (W/2 - 2) x 64` to `(H/2 - 6) x (W/2 - 6) x 128`.
  public struct DoubleBlock2: Parameterized {
    public var conv1: Convolution  // (H/2 - 4) x (W/2 - 4) x 128
    public let conv1_relu: Activation  // (H/2 - 4) x (W/2 - 4) x 128
    public var conv2: Convolution  // (H/2 - 6) x (W/2 - 6) x 128
    public let conv2_relu: Activation  // (H/2 - 6) x (W/2 - 6) x 128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        64, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H/4 - 3) x (W/4 - 3) x 128` to `(H/4 - 7) x (W/4 - 7) x 256`.
  public struct DoubleBlock3: Parameterized {
    public var conv1: Convolution  // (H/4 - 5) x (W/4 - 5) x 256
    public let conv1_relu: Activation  // (H/4 - 5) x (W/4 - 5) x 256
    public var conv2: Convolution  // (H/4 - 7) x (W/4 - 7) x 256
    public let conv2_relu: Activation  // (H/4 - 7) x (W/4 - 7) x 256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H - 28)/8 x (W - 28)/8 x 256` to `(H - 60)/8 x (W - 60)/8 x 512`.
  public struct DoubleBlock4: Parameterized {
    public var conv1: Convolution  // (H - 44)/8 x (W - 44)/8 x 512
    public let conv1_relu: Activation  // (H - 44)/8 x (W - 44)/8 x 512
    public var conv2: Convolution  // (H - 60)/8 x (W - 60)/8 x 512
    public let conv2_relu: Activation  // (H - 60)/8 x (W - 60)/8 x 512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H - 60)/16 x (W - 60)/16 x 512` to `(H - 124)/16 x (W - 124)/16 x 1024`.
  public struct DoubleBlock5: Parameterized {
    public var conv1: Convolution  // (H - 92)/16 x (W - 92)/16 x 1024
    public let conv1_relu: Activation  // (H - 92)/16 x (W - 92)/16 x 1024
    public var conv2: Convolution  // (H - 124)/16 x (W - 124)/16 x 1024
    public let conv2_relu: Activation  // (H - 124)/16 x (W - 124)/16 x 1024

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 1024, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        1024, filters: 1024, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H - 124)/8 x (W - 124)/8 x 1024` to `(H - 156)/8 x (W - 156)/8 x 512`.
  public struct DoubleBlock6: Parameterized {
    public var conv1: Convolution  // (H - 140)/8 x (W - 140)/8 x 512
    public let conv1_relu: Activation  // (H - 140)/8 x (W - 140)/8 x 512
    public var conv2: Convolution  // (H - 156)/8 x (W - 156)/8 x 512
    public let conv2_relu: Activation  // (H - 156)/8 x (W - 156)/8 x 512

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        1024, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        512, filters: 512, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H/4 - 39) x (W/4 - 39) x 512` to `(H/4 - 43) x (W/4 - 43) x 256`.
  public struct DoubleBlock7: Parameterized {
    public var conv1: Convolution  // (H/4 - 41) x (W/4 - 41) x 256
    public let conv1_relu: Activation  // (H/4 - 41) x (W/4 - 41) x 256
    public var conv2: Convolution  // (H/4 - 43) x (W/4 - 43) x 256
    public let conv2_relu: Activation  // (H/4 - 43) x (W/4 - 43) x 256

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        512, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        256, filters: 256, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H/2 - 86) x (W/2 - 86) x 256` to `(H/2 - 90) x (W/2 - 90) x 128`.
  public struct DoubleBlock8: Parameterized {
    public var conv1: Convolution  // (H/2 - 88) x (W/2 - 88) x 128
    public let conv1_relu: Activation  // (H/2 - 88) x (W/2 - 88) x 128
    public var conv2: Convolution  // (H/2 - 90) x (W/2 - 90) x 128
    public let conv2_relu: Activation  // (H/2 - 90) x (W/2 - 90) x 128

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        256, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        128, filters: 128, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

  /// From `(H - 180) x (W - 180) x 128` to `(H - 184) x (W - 184) x 64`.
  public struct DoubleBlock9: Parameterized {
    public var conv1: Convolution  // (H - 182) x (W - 182) x 64
    public let conv1_relu: Activation  // (H - 182) x (W - 182) x 64
    public var conv2: Convolution  // (H - 184) x (W - 184) x 64
    public let conv2_relu: Activation  // (H - 184) x (W - 184) x 64

    init(_ path: String, using generator: inout SeededGenerator) throws(TensorError) {
      conv1 = try Convolution(
        128, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv1", 26, in: "samples/unet.cnn"))
      conv1_relu = Activation(.relu, site: site(path + "conv1.relu", 26, in: "samples/unet.cnn"))
      conv2 = try Convolution(
        64, filters: 64, window: Window([3, 3]), initializer: .he, using: &generator,
        site: site(path + "conv2", 27, in: "samples/unet.cnn"))
      conv2_relu = Activation(.relu, site: site(path + "conv2.relu", 27, in: "samples/unet.cnn"))
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

/// Where a layer is written, for errors to say.
private func site(_ path: String, _ line: Int, in file: String = "samples/any_size.cnn") -> Site {
  Site(path: path, file: file, line: line)
}
