import CNNLayers

/// What one layer keeps and computes, for one example.
public struct LayerCosts: Hashable, Sendable {
  public var weights: Int64 = 0
  public var biases: Int64 = 0
  /// Factors and shifts of normalisations, layer scales.
  public var norms: Int64 = 0
  /// Learned slopes of activations.
  public var slopes: Int64 = 0
  /// Running statistics: stored, never trained, and not counted as parameters.
  public var statistics: Int64 = 0
  public var multiplyAdds: Int64 = 0

  public var parameters: Int64 { weights &+ biases &+ norms &+ slopes }

  public init() {}

  /// Adds up; false when a sum does not fit 63 bits.
  @discardableResult
  public mutating func add(_ other: LayerCosts) -> Bool {
    var fits = true
    func sum(_ a: Int64, _ b: Int64) -> Int64 {
      let (sum, overflow) = a.addingReportingOverflow(b)
      if overflow { fits = false }
      return overflow ? Int64.max : sum
    }
    weights = sum(weights, other.weights)
    biases = sum(biases, other.biases)
    norms = sum(norms, other.norms)
    slopes = sum(slopes, other.slopes)
    statistics = sum(statistics, other.statistics)
    multiplyAdds = sum(multiplyAdds, other.multiplyAdds)
    // What the sums cannot say, the sum of all cannot either.
    _ = sum(sum(weights, biases), sum(norms, slopes))
    return fits
  }
}

/// What a whole network keeps and computes.
public struct NetworkCosts: Sendable {
  /// One for each layer.
  public let layers: [LayerCosts]
  public let total: LayerCosts
  /// False where a total does not fit 63 bits.
  public let fits: Bool
  /// Bytes of the tensors that are alive at once, at worst: float32, one example, layers in their order, every output
  /// in memory of its own until its last reader has run.
  public let peakActivationBytes: Int64
  /// The layer whose run has that peak.
  public let peakLayer: Int
  /// The tensor with the most elements, the first of several.
  public let largestTensor: TensorID

  /// Bytes of the parameters in float32.
  public var weightBytes: Int64 { total.parameters.multipliedReportingOverflow(by: 4).partialValue }

  public init(_ network: Network) {
    var layers: [LayerCosts] = []
    layers.reserveCapacity(network.layers.count)
    var total = LayerCosts()
    var fits = true
    for index in network.layers.indices {
      let costs = Self.costs(ofLayer: index, in: network)
      fits = total.add(costs) && fits
      layers.append(costs)
    }
    var largest = 0
    for (index, tensor) in network.tensors.enumerated()
    where tensor.shape.elements > network.tensors[largest].shape.elements {
      largest = index
    }
    self.layers = layers
    self.total = total
    self.fits = fits && !total.parameters.multipliedReportingOverflow(by: 4).overflow
    largestTensor = TensorID(largest)
    (peakActivationBytes, peakLayer) = network.peakBytes(of: network.tensors.map(\.shape.elements))
  }

  /// A set of weights counts at the first layer that uses it; multiply-adds count at every one.
  static func costs(ofLayer index: Int, in network: Network) -> LayerCosts {
    let layer = network.layers[index]
    var costs = LayerCosts()
    let input = network.firstInputShape(of: layer)
    for weight in network.ownsWeights(index) ? layer.operation.weights(for: input) : [] {
      let count = weight.count ?? Int64.max
      switch weight.role {
      case .weight, .learned: costs.weights += count
      case .bias: costs.biases += count
      case .norm: costs.norms += count
      case .slope: costs.slopes += count
      case .statistic: costs.statistics += count
      }
    }
    let output = network.outputShape(of: layer)
    let others = layer.joinCount > 1 ? Array(network.inputShapes(of: layer).dropFirst()) : []
    costs.multiplyAdds = layer.operation.multiplyAdds(input: input, and: others, output: output) ?? .max
    return costs
  }
}

extension Network {
  /// For each tensor the last layer that reads it; outputs are read after the last layer.
  fileprivate func lastUses() -> [Int] {
    var lastUse = tensors.map(\.producer)
    for (index, layer) in layers.enumerated() {
      for input in inputs(of: layer) { lastUse[Int(input)] = index }
    }
    for output in outputs { lastUse[Int(output.tensor)] = layers.count }
    return lastUse
  }

  /// The most bytes that tensors of so many elements need at once, as float32, and the layer whose run has that peak.
  func peakBytes(of elements: [Int64]) -> (bytes: Int64, layer: Int) {
    var freed: [[Int]] = Array(repeating: [], count: layers.count + 1)
    for (tensor, use) in lastUses().enumerated() { freed[use].append(tensor) }
    var alive: Int64 = 0
    var best: (bytes: Int64, layer: Int) = (0, 0)
    for index in layers.indices {
      alive += elements[Int(layers[index].output)] * 4
      if alive > best.bytes { best = (alive, index) }
      for tensor in freed[index] { alive -= elements[tensor] * 4 }
    }
    return best
  }

  /// The tensor whose cells a layer does its work for: its output, and of filters that spread each cell its input.
  func tensorOfWork(of layer: NetworkLayer) -> TensorID {
    layer.operation.kernel?.isSpreading == true ? layer.input : layer.output
  }

  /// The tensors that are in memory when a layer has run, its output and inputs among them.
  func aliveTensors(after layer: Int) -> [Int] {
    let lastUse = lastUses()
    return tensors.indices.filter { tensors[$0].producer <= layer && lastUse[$0] >= layer }
  }

  /// The receptive field of every tensor, with respect to the first input it depends on.
  public func receptiveFields() -> [ReceptiveField] {
    var fields: [ReceptiveField] = []
    fields.reserveCapacity(layers.count)
    for layer in layers {
      let inputs = inputs(of: layer)
      fields.append(
        layer.operation.receptiveField(from: inputs.map { fields[Int($0)] }, input: firstInputShape(of: layer)))
    }
    return fields
  }
}
