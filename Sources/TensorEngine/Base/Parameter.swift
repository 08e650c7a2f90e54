/// A tensor that belongs to a network: learned, or kept as a statistic.
public struct Parameter: Sendable {
  /// What a parameter is for; optimisers and initialisers ask.
  public enum Role: Hashable, Sendable {
    /// What a convolution or a dense layer multiplies by.
    case weight
    /// What they add.
    case bias
    /// The factor of a normalisation, of a scale layer, or a learned slope.
    case scale
    /// What a normalisation adds.
    case shift
    /// A tensor that stands in the network by itself.
    case tensor
    /// Kept by batch normalisation, not learned: it has no gradient.
    case statistic
  }

  /// What the axes of its tensor are, from which follows how other libraries lay it out.
  public enum Axes: Hashable, Sendable {
    /// Nothing that another library would lay out in another way.
    case plain
    /// `[channels]`: a number for each channel, or each feature of a vector.
    case features(FeatureOrder)
    /// `[slopes]`: one for all channels or one for each, of an input with so many axes of cells.
    case slopes(spatialRank: Int, FeatureOrder)
    /// The extents of an example, channels last.
    case example
    /// `[inputs, units]`
    case matrix(FeatureOrder)
    /// `[kernel..., channels / groups, filters]`
    case kernel(groups: Int)
    /// `[kernel..., filters / groups, channels]`
    case transposedKernel(groups: Int)
    /// What a recurrent layer multiplies by or adds.
    case gates(Gates)
  }

  /// Which of the tensors of a recurrent layer it is.
  public struct Gates: Hashable, Sendable {
    public enum Part: Hashable, Sendable { case inputs, states, inputBias, stateBias }
    /// The only way along the sequence, or one of both.
    public enum Direction: Hashable, Sendable { case only, forth, back }

    public let kind: Recurrent.Kind
    public let part: Part
    public let direction: Direction
    /// How many biases the layer has.
    public let biases: Int
  }

  public var value: Tensor
  public let role: Role
  public let axes: Axes
  /// Its place among the parameters of the network, set when a training step begins: what gradients are found by.
  public internal(set) var index = -1

  public init(_ value: Tensor, _ role: Role, _ axes: Axes = .plain) {
    self.value = value
    self.role = role
    self.axes = axes
  }

  /// Whether an optimiser may change it.
  public var isLearned: Bool { role != .statistic }

  /// The value, if it still has the shape that its layer gave it.
  func value(_ what: String, shaped shape: TensorShape) throws(TensorError) -> Tensor {
    guard value.shape == shape else {
      throw TensorError(.shape(what: what, expected: shape.extents, found: value.shape.extents))
    }
    return value
  }

  /// Visits this parameter alone, in place.
  mutating func visit(
    _ name: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try body(name, &self)
  }
}

extension Parameter {
  /// The tensors of a layer's weight and bias, which whoever visits them may have changed.
  static func values(
    _ weight: Parameter, _ bias: Parameter?, _ shape: [Int], _ units: Int
  ) throws(TensorError) -> (weight: Tensor, bias: Tensor?) {
    let weight = try weight.value("weight", shaped: TensorShape(unchecked: shape))
    guard let bias else { return (weight, nil) }
    return (weight, try bias.value("bias", shaped: TensorShape(vector: units)))
  }
}

/// What has parameters: a layer, a block of layers, a network.
public protocol Parameterized: Sendable {
  /// Layers that make something else of tensors whose channels are first in memory: those that give maps another shape,
  /// for one. Weights trained in PyTorch are not loaded around them, since it is not known how they are written there.
  static var channelsLastLayers: [Site] { get }

  /// Visits every parameter in a fixed order, with its name.
  ///
  /// - Parameters:
  ///   - path: What its names begin with: empty, or ending in a full stop.
  ///   - body: Reads or writes the parameter named `path` + `weight`, for example.
  /// - Throws: What `body` throws.
  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError)
}

extension Parameterized {
  public static var channelsLastLayers: [Site] { [] }

  /// All parameters by name, in the order of the visit.
  public var parameters: [(name: String, parameter: Parameter)] {
    var copy = self
    var result: [(name: String, parameter: Parameter)] = []
    try? copy.visitParameters("") { (name, parameter) throws(TensorError) in result.append((name, parameter)) }
    return result
  }
}

extension Array: Parameterized where Element: Parameterized {
  /// Elements are named by their number: `blocks.0.conv1.weight`.
  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in indices { try self[index].visitParameters("\(path)\(index).", body) }
  }
}

extension Optional: Parameterized where Wrapped: Parameterized {
  public mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    try self?.visitParameters(path, body)
  }
}

/// The gradients of one step, found by parameter, with the statistics that the step renewed.
public struct Gradients: Sendable {
  private var tensors: [Tensor?]

  init(count: Int) {
    tensors = Array(repeating: nil, count: count)
  }

  /// The derivative of the loss by a parameter, in the parameter's shape; the new value of a statistic. Nil where the
  /// loss does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? {
    get { tensors.indices.contains(parameter.index) ? tensors[parameter.index] : nil }
    set { set(newValue, at: parameter.index) }
  }

  mutating func set(_ tensor: Tensor?, at index: Int) {
    if tensors.indices.contains(index) { tensors[index] = tensor }
  }
}
