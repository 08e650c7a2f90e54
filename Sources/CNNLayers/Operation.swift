/// The closed set of what a network computes. A layer of the language becomes one of these when it meets its input, with
/// every choice made: paddings are cells, sizes are numbers. Backends switch over it without a `default`.
public enum Operation: Hashable, Sendable {
  /// A tensor from outside.
  case input
  /// Depthwise convolutions too: as many groups as channels.
  case convolution(Window, filters: Int32, groups: Int32, bias: Bool)
  /// The window's `before` and `after` are cut from the output. A negative `after` adds cells behind it, which is what
  /// an output padding beyond the padding comes to.
  case transposedConvolution(Window, filters: Int32, groups: Int32, bias: Bool)
  /// A convolution whose filters are not shared: every cell of the output has filters of its own.
  case localConvolution(Window, filters: Int32, bias: Bool)
  case dense(units: Int32, bias: Bool)
  case pool(PoolKind, Window, ceil: Bool, countsPadding: Bool)
  case globalPool(PoolKind, keepsAxes: Bool)
  case adaptivePool(PoolKind, size: Axes)
  /// One value of all along some axes, which stay, with an extent of 1.
  case reduce(Reduction, over: AxisSet)
  /// Puts each value where the window of a max pool found its own; zeros are everywhere else. Its second input is what
  /// that pool read. Of windows that overlap, the last one in row-major order decides.
  case unpool(Window, ceil: Bool)
  case normalization(Normalization)
  case localResponseNormalization(size: Int32, alpha: Double, beta: Double, k: Double)
  case activation(Activation)
  /// The first half of the channels, each times the sigmoid of its partner in the second half.
  case gatedLinear
  /// Shares that add up to 1 along some axes together.
  case softmax(logarithm: Bool, over: AxisSet)
  /// x / max(norm, epsilon), the norm being the Euclidean one along some axes together.
  case unitNorm(over: AxisSet, epsilon: Double)
  case dropout(DropoutKind, rate: Double)
  /// A learned factor for each channel.
  case scale(initial: Double)
  case flatten
  case reshape(Shape)
  case permute(Permutation)
  case concatenate(over: Axis)
  /// A fold from the left over tensors and numbers.
  case elementwise(Elementwise, constants: ElementwiseConstants)
  /// Scaled dot products (Vaswani et al., "Attention Is All You Need", 2017) of every cell of the first input with every
  /// cell of the second, their softmax, and the mean of the third that it weighs. Heads are neighbouring channels.
  case attention(heads: Int32, scaled: Bool)
  case recurrent(Recurrent)
  case resize(mode: ResizeMode, alignsCorners: Bool, size: Axes)
  case pixelShuffle(factor: Int32)
  case pixelUnshuffle(factor: Int32)
  case channelShuffle(groups: Int32)
  case pad(PadKind, before: Axes, after: Axes)
  case crop(before: Axes, after: Axes)
  /// `count` of an axis, from the one numbered `start` on.
  case slice(Axis, start: Int32, count: Int32)
  /// A tensor of weights; nothing of its input but the batch matters.
  case learned(Shape, initial: LearnedInitial)
  /// One channel for each axis of the input's cells, in their order: -1 for the first cell, 1 for the last, evenly spaced.
  case coordinates
  /// Of the input's shape: standard normal while training, zeros in use.
  case noise
}

public enum PoolKind: String, Hashable, Sendable { case max, average }

public enum DropoutKind: String, Hashable, Sendable {
  case elements
  /// Whole channels.
  case channels
  /// The whole branch (stochastic depth).
  case path
}

public enum Reduction: String, CaseIterable, Hashable, Sendable {
  case mean, maximum, minimum, sum
  /// The Euclidean norm.
  case norm
}

public enum Elementwise: String, CaseIterable, Hashable, Sendable {
  case add, multiply, subtract, divide, maximum, minimum, power, average
}

/// What a learned tensor holds before training: a number, with normally distributed ones of a deviation added to it.
public struct LearnedInitial: Hashable, Sendable {
  public let mean: Double
  public let deviation: Double

  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }
}

/// A recurrent layer as PyTorch has it.
public struct Recurrent: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Gates in the order input, forget, cell, output.
    case lstm
    /// Gates in the order reset, update, new; the reset acts on the product with the state.
    case gru

    /// How many products of the input, and of the state, each unit takes.
    public var gates: Int64 {
      switch self {
      case .lstm: 4
      case .gru: 3
      }
    }
  }

  public let kind: Kind
  public let units: Int32
  /// Runs from the end as well; its channels follow those from the front.
  public let both: Bool
  /// How many biases a gate has: none, one beside the input, or another beside the state.
  public let biases: Int32
  /// Gives the last state alone: that behind the last cell, and from the end that behind the first.
  public let last: Bool

  public init(kind: Kind, units: Int32, both: Bool, biases: Int32, last: Bool) {
    self.kind = kind
    self.units = units
    self.both = both
    self.biases = biases
    self.last = last
  }

  public var directions: Int64 { both ? 2 : 1 }
}

public enum ResizeMode: String, Hashable, Sendable { case nearest, bilinear, bicubic, area }

public enum PadKind: String, Hashable, Sendable { case zero, reflect, replicate, circular }

/// Statistics to normalise by, and whether a factor and a shift for each channel are learned after it.
public struct Normalization: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Over the batch and the cells of each channel; keeps running statistics. Momentum is the weight of the new value.
    case batch(momentum: Double)
    /// Over the cells of each channel; keeps none.
    case instance
    case group(groups: Int32)
    /// Over the channels of each cell, or over the whole map.
    case layer(whole: Bool)
  }

  public let kind: Kind
  public let epsilon: Double
  public let scale: Bool
  public let shift: Bool
}

/// Functions of a single number.
public enum Activation: Hashable, Sendable {
  case relu, relu6
  case leakyRelu(slope: Double)
  /// The slope is learned: one for all channels (`shared`), or one a channel.
  case prelu(initial: Double, shared: Bool)
  case elu(alpha: Double)
  case selu
  case celu(alpha: Double)
  /// Exact, or by its tanh approximation.
  case gelu(tanh: Bool)
  case silu, mish, sigmoid, hardSigmoid, hardSwish, tanh, softplus
  case exp, log, sqrt, abs, square, reciprocal
  case clip(low: Double, high: Double)
  case softSign
  case hardTanh(low: Double, high: Double)
  case softShrink(threshold: Double)
}

/// Where each axis of a permuted tensor comes from, channels counted last.
public struct Permutation: Hashable, Sendable {
  private let sources: (Int8, Int8, Int8, Int8)
  public let count: Int8

  /// Nil unless `order` holds each of 0 to its count - 1 once, and at most four of them.
  public init?(_ order: [Int32]) {
    guard order.count <= 4, order.sorted() == Array(0..<Int32(order.count)) else { return nil }
    let padded = order.map { Int8($0) } + Array(repeating: 0, count: 4 - order.count)
    sources = (padded[0], padded[1], padded[2], padded[3])
    count = Int8(order.count)
  }

  /// The axis of the input that becomes an axis of the output.
  public subscript(axis: Int) -> Int {
    switch axis {
    case 0: Int(sources.0)
    case 1: Int(sources.1)
    case 2: Int(sources.2)
    default: Int(sources.3)
    }
  }

  public var order: [Int] { (0..<Int(count)).map { self[$0] } }

  public static func == (a: Permutation, b: Permutation) -> Bool { a.order == b.order }
  public func hash(into hasher: inout Hasher) { hasher.combine(order) }
}
