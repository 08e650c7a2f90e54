/// An array of numbers that belongs to a layer.
public struct Weight: Hashable, Sendable {
  public enum Role: String, Hashable, Sendable {
    /// Kernels and matrices.
    case weight
    case bias
    /// A normalisation's learned factor or shift, a layer scale.
    case norm
    /// A learned slope of an activation.
    case slope
    /// A tensor that is learned by itself.
    case learned
    /// Running mean and variance: stored, never trained.
    case statistic
  }

  /// Empty for a tensor that is called as its layer is.
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
    switch nature {
    case .kernel: return true
    case .source:
      if case .learned = self { return true }
    case .mixture:
      if case .recurrent = self { return true }
    case .values:
      if case .normalization(let normalization) = self { return normalization.hasWeights }
      if case .activation(.prelu) = self { return true }
      if case .scale = self { return true }
    case .pool, .summary, .cells, .rearrangement, .join: break
    }
    return false
  }

  /// The arrays the operation keeps, for the input it was made for.
  public func weights(for input: Shape) -> [Weight] {
    let channels = Int64(input.channels)
    if let kernel { return kernel.weights(for: input) }
    if case .normalization(let normalization) = self { return normalization.weights(for: input) }
    if case .activation(.prelu(_, let shared)) = self {
      let axes = Weight.Axes.slopes(spatialRank: Int(input.rank))
      return [Weight(name: "weight", role: .slope, axes: axes, shape: [shared ? 1 : channels])]
    }
    if case .learned(let shape, _) = self {
      return [Weight(name: "", role: .learned, axes: .example, shape: shape.extents.map(Int64.init))]
    }
    if case .recurrent(let recurrent) = self { return recurrent.weights(for: input) }
    if case .scale = self { return [Weight(name: "weight", role: .norm, axes: .features, shape: [channels])] }
    return []
  }

  /// Multiply-adds for one example: those of kernels, of the gates of a recurrent layer, and the products and means of an
  /// attention, a multiply-add counted as one. Biases, normalisations, activations, pools and sums of tensors are not
  /// counted. Nil when the number does not fit 63 bits.
  ///
  /// - Parameters:
  ///   - input: The shape of the first input.
  ///   - others: Those of the further inputs.
  public func multiplyAdds(input: Shape, and others: [Shape] = [], output: Shape) -> Int64? {
    if let kernel { return kernel.multiplyAdds(input: input, output: output) }
    if case .recurrent(let recurrent) = self {
      return Kernel.product(recurrent.matrixCount(for: input), Int64(input.spatial[0]))
    }
    if case .attention = self, let key = others.first {
      return Kernel.product(
        Kernel.product(input.cells, key.cells), Int64(input.channels) + Int64(output.channels))
    }
    return 0
  }

  /// Adds the operation's parameters and multiply-adds to those of the layers before it, and refuses what is more than
  /// can be counted. Normalisations cannot be so many.
  public func count(
    input: Shape, and others: [Shape] = [], output: Shape, into total: inout KernelCounts
  ) throws(LayerError) {
    let parameters: Int64?
    let products: Int64?
    switch nature {
    case .kernel(let kernel):
      parameters = kernel.parameterCount(for: input, output)
      products = kernel.multiplyAdds(input: input, output: output)
    case .source, .mixture:
      // Not `reduce`: its closure would be told of an error.
      var sum: Int64? = 0
      for weight in weights(for: input) { sum = Kernel.sum(sum, weight.count) }
      parameters = sum
      products = multiplyAdds(input: input, and: others, output: output)
    case .pool, .summary, .values, .cells, .rearrangement, .join: return
    }
    guard let parameters, parameters < KernelCounts.parameterLimit else {
      throw LayerError(.countTooLarge(what: "parameters", power: KernelCounts.parameterPower))
    }
    guard let products else { throw LayerError(.countTooLarge(what: "multiply-adds", power: 63)) }
    try total.add(parameters: parameters, multiplyAdds: products)
  }
}

extension Kernel {
  fileprivate func weights(for input: Shape) -> [Weight] {
    let channels = Int64(input.channels)
    let (axes, shape): (Weight.Axes, [Int64]) =
      switch form {
      case .sliding: (.kernel(groups: Int64(groups)), factors(for: input) + [Int64(filters)])
      case .spreading: (.transposedKernel(groups: Int64(groups)), factors(for: input) + [channels])
      case .local(let window):
        (
          .localKernel, [cells(of: window, on: input), factorProduct(for: input) ?? .max, Int64(filters)]
        )
      case .matrix: (.matrix, [channels, Int64(filters)])
      }
    let weight = Weight(name: "weight", role: .weight, axes: axes, shape: shape)
    if !bias { return [weight] }
    if case .local(let window) = form {
      // What no window fits on has no output, and is refused before anybody asks for its weights.
      let extents = (try? window.output(of: input)) ?? Axes(all: 1)
      let shape = extents.array(rank: Int(input.rank)).map(Int64.init) + [Int64(filters)]
      return [weight, Weight(name: "bias", role: .bias, axes: .place, shape: shape)]
    }
    return [weight, Weight(name: "bias", role: .bias, axes: .features, shape: [Int64(filters)])]
  }

  /// The cells of the output.
  private func cells(of window: Window, on input: Shape) -> Int64 {
    input.with(spatial: (try? window.output(of: input)) ?? Axes(all: 1)).with(channels: 1).elements
  }

  /// How many weights and biases there are; nil where the number does not fit 63 bits.
  fileprivate func parameterCount(for input: Shape, _ output: Shape) -> Int64? {
    let count = factorProduct(for: input)
    switch form {
    case .sliding, .matrix: return Self.sum(Self.product(count, Int64(filters)), bias ? Int64(filters) : 0)
    case .spreading: return Self.sum(Self.product(count, Int64(input.channels)), bias ? Int64(filters) : 0)
    case .local: return Self.sum(Self.product(count, output.elements), bias ? output.elements : 0)
    }
  }

  fileprivate func multiplyAdds(input: Shape, output: Shape) -> Int64? {
    switch form {
    case .sliding, .local: Self.product(output.elements, factorProduct(for: input))
    case .spreading: Self.product(input.elements, factorProduct(for: input))
    case .matrix: Self.product(Int64(filters), Int64(input.channels))
    }
  }

  /// The weights of one filter, worked out without making a list of their factors.
  private func factorProduct(for input: Shape) -> Int64? {
    switch form {
    case .sliding(let window), .local(let window):
      Self.product(window.kernelCells(rank: Int(input.rank)), Int64(input.channels) / Int64(groups))
    case .spreading(let window): Self.product(window.kernelCells(rank: Int(input.rank)), Int64(filters / groups))
    case .matrix: Int64(input.channels)
    }
  }

  fileprivate static func product(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a, let b else { return nil }
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  fileprivate static func sum(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a, let b else { return nil }
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : sum
  }
}

extension Recurrent {
  /// Named and ordered as PyTorch has them, the weights of all gates in one matrix.
  fileprivate func weights(for input: Shape) -> [Weight] {
    let width = kind.gates * Int64(units)
    return ["", "_reverse"].prefix(Int(directions)).flatMap { suffix in
      let matrices = [("weight_ih_l0", Int64(input.channels)), ("weight_hh_l0", Int64(units))].map { name, height in
        Weight(name: name + suffix, role: .weight, axes: .gates(self), shape: [height, width])
      }
      return matrices
        + ["bias_ih_l0", "bias_hh_l0"].prefix(Int(biases)).map { name in
          Weight(name: name + suffix, role: .bias, axes: .gates(self), shape: [width])
        }
    }
  }

  /// The weights of its matrices, each of which takes part once a cell.
  fileprivate func matrixCount(for input: Shape) -> Int64? {
    Kernel.product(
      kind.gates * directions, Kernel.product(Int64(units), Int64(input.channels) + Int64(units)))
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
