/// An array of numbers that belongs to a layer.
public struct Weight: Hashable, Sendable {
  public enum Role: String, Hashable, Sendable {
    /// Kernels and matrices.
    case weight
    case bias
    /// A normalisation's learned factor or shift, a learned slope or layer scale.
    case norm
    /// Running mean and variance: stored, never trained.
    case statistic
  }

  public let name: String
  public let role: Role
  public let axes: Axes
  /// As generated Swift has it, kernel extents first; `shape(in:)` has the orders of other libraries.
  public let shape: [Int64]

  /// Nil when the number does not fit 63 bits.
  public var count: Int64? {
    var product: Int64 = 1
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }

  public var isTrained: Bool { role != .statistic }
}

extension Operation {
  /// Whether it keeps arrays at all.
  public var hasWeights: Bool {
    switch self {
    case .convolution, .transposedConvolution, .dense, .scale, .activation(.prelu): true
    case .normalization(let normalization): normalization.hasWeights
    case .input, .pool, .globalPool, .adaptivePool, .localResponseNormalization, .activation, .softmax, .dropout,
      .flatten, .reshape, .permute, .concatenate, .elementwise, .resize, .pixelShuffle, .pixelUnshuffle,
      .channelShuffle, .pad, .crop, .slice:
      false
    }
  }

  /// The arrays the operation keeps, for the input it was made for.
  public func weights(for input: Shape) -> [Weight] {
    let channels = Int64(input.channels)
    if let kernel { return kernel.weights(for: input) }
    if case .normalization(let normalization) = self { return normalization.weights(for: input) }
    if case .activation(.prelu(_, let shared)) = self {
      let axes = Weight.Axes.slopes(spatialRank: Int(input.rank))
      return [Weight(name: "weight", role: .norm, axes: axes, shape: [shared ? 1 : channels])]
    }
    if case .scale = self { return [Weight(name: "weight", role: .norm, axes: .features, shape: [channels])] }
    return []
  }

  /// Multiply-adds for one example: those of convolutions and dense layers, a multiply-add counted as one. Biases,
  /// normalisations, activations, pools and sums of tensors are not counted. Nil when the number does not fit 63 bits.
  public func multiplyAdds(input: Shape, output: Shape) -> Int64? {
    kernel.map { $0.multiplyAdds(input: input, output: output) } ?? 0
  }

  /// Adds the operation's parameters and multiply-adds to those of the layers before it, and refuses what is more than
  /// can be counted. Only layers with kernels can be so many.
  public func count(input: Shape, output: Shape, into total: inout KernelCounts) throws(LayerError) {
    guard let kernel else { return }
    let biases = kernel.bias ? Int64(kernel.filters) : 0
    guard let weights = kernel.weightCount(for: input), weights < KernelCounts.parameterLimit - biases else {
      throw LayerError(.countTooLarge(what: "parameters", power: KernelCounts.parameterPower))
    }
    guard let multiplyAdds = kernel.multiplyAdds(input: input, output: output) else {
      throw LayerError(.countTooLarge(what: "multiply-adds", power: 63))
    }
    try total.add(parameters: weights + biases, multiplyAdds: multiplyAdds)
  }
}

extension Kernel {
  fileprivate func weights(for input: Shape) -> [Weight] {
    let channels = Int64(input.channels)
    let (axes, shape): (Weight.Axes, [Int64]) =
      switch form {
      case .sliding: (.kernel(groups: Int64(groups)), factors(for: input) + [Int64(filters)])
      case .spreading: (.transposedKernel(groups: Int64(groups)), factors(for: input) + [channels])
      case .matrix: (.matrix, [channels, Int64(filters)])
      }
    let weight = Weight(name: "weight", role: .weight, axes: axes, shape: shape)
    if !bias { return [weight] }
    return [weight, Weight(name: "bias", role: .bias, axes: .features, shape: [Int64(filters)])]
  }

  /// How many weights there are, biases apart; nil where the number does not fit 63 bits.
  fileprivate func weightCount(for input: Shape) -> Int64? {
    product(factorProduct(for: input), isSpreading ? Int64(input.channels) : Int64(filters))
  }

  fileprivate func multiplyAdds(input: Shape, output: Shape) -> Int64? {
    switch form {
    case .sliding: product(output.elements, factorProduct(for: input))
    case .spreading: product(input.elements, factorProduct(for: input))
    case .matrix: product(Int64(filters), Int64(input.channels))
    }
  }

  /// The weights of one filter, worked out without making a list of their factors.
  private func factorProduct(for input: Shape) -> Int64? {
    switch form {
    case .sliding(let window):
      product(window.kernelCells(rank: Int(input.rank)), Int64(input.channels) / Int64(groups))
    case .spreading(let window): product(window.kernelCells(rank: Int(input.rank)), Int64(filters / groups))
    case .matrix: Int64(input.channels)
    }
  }

  private func product(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a, let b else { return nil }
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }
}

/// What the layers with kernels among those of a network keep and compute.
public struct KernelCounts: Hashable, Sendable {
  public private(set) var parameters: Int64 = 0
  public private(set) var multiplyAdds: Int64 = 0

  public init() {}

  /// Below this power of two, the bytes of all parameters of a network fit 63 bits, those of normalisations among them.
  static let parameterPower = 60
  static let parameterLimit: Int64 = 1 << parameterPower

  fileprivate mutating func add(parameters: Int64, multiplyAdds: Int64) throws(LayerError) {
    guard parameters < Self.parameterLimit - self.parameters else {
      throw LayerError(.totalTooLarge(what: "parameters", power: KernelCounts.parameterPower))
    }
    let (sum, overflow) = self.multiplyAdds.addingReportingOverflow(multiplyAdds)
    guard !overflow else { throw LayerError(.totalTooLarge(what: "multiply-adds", power: 63)) }
    self.parameters += parameters
    self.multiplyAdds = sum
  }
}

extension Normalization {
  fileprivate var hasWeights: Bool {
    if case .batch = kind { return true }
    return scale || shift
  }

  fileprivate func weights(for input: Shape) -> [Weight] {
    let count: [Int64] =
      switch kind {
      case .layer(whole: true): input.extents.map(Int64.init)
      case .batch, .instance, .group, .layer: [Int64(input.channels)]
      }
    let axes: Weight.Axes = count.count > 1 ? .example : .features
    var weights: [Weight] = []
    if scale { weights.append(Weight(name: "weight", role: .norm, axes: axes, shape: count)) }
    if shift { weights.append(Weight(name: "bias", role: .norm, axes: axes, shape: count)) }
    if case .batch = kind {
      weights.append(Weight(name: "running_mean", role: .statistic, axes: axes, shape: count))
      weights.append(Weight(name: "running_var", role: .statistic, axes: axes, shape: count))
    }
    return weights
  }
}
