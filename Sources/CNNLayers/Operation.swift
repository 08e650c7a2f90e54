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
  case dense(units: Int32, bias: Bool)
  case pool(PoolKind, Window, ceil: Bool, countsPadding: Bool)
  case globalPool(PoolKind, keepsAxes: Bool)
  case adaptivePool(PoolKind, size: Axes)
  case normalization(Normalization)
  case localResponseNormalization(size: Int32, alpha: Double, beta: Double, k: Double)
  case activation(Activation)
  /// Over the channels of each cell.
  case softmax(logarithm: Bool)
  case dropout(DropoutKind, rate: Double)
  /// A learned factor for each channel.
  case scale(initial: Double)
  case flatten
  case reshape(Shape)
  case permute(Permutation)
  case concatenate
  case elementwise(Elementwise)
  case resize(mode: ResizeMode, alignsCorners: Bool, size: Axes)
  case pixelShuffle(factor: Int32)
  case pixelUnshuffle(factor: Int32)
  case channelShuffle(groups: Int32)
  case pad(PadKind, before: Axes, after: Axes)
  case crop(before: Axes, after: Axes)
  /// `count` channels from channel `start` on.
  case slice(start: Int32, count: Int32)
}

public enum PoolKind: String, Hashable, Sendable { case max, average }

public enum DropoutKind: String, Hashable, Sendable {
  case elements
  /// Whole channels.
  case channels
  /// The whole branch (stochastic depth).
  case path
}

public enum Elementwise: String, CaseIterable, Hashable, Sendable {
  case add, multiply, subtract, maximum, average
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
