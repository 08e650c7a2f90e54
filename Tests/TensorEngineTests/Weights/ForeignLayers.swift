@testable import TensorEngine

/// A layer with weights, and how PyTorch and Keras lay each of them out, told anew and index by index.
struct ForeignLayer {
  /// From the name of a parameter to its tensor in a file.
  typealias Writing = @Sendable (Tensor) throws -> Tensor

  var layer: any Parameterized
  let pytorch: [String: Writing]
  let keras: [String: (name: String, Writing)]
  /// False for a convolution that Keras has a layer for of its own, with another shape, but can do in this way too.
  var isUsualInKeras = true

  /// A random layer of one of the kinds that have weights.
  static func random(using generator: inout SeededGenerator) throws -> ForeignLayer {
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let rank = number(1...3)
    let kernel = (0..<rank).map { _ in number(1...3) }
    let (groups, inner, outer) = (number(1...3), number(1...3), number(1...3))
    switch number(0...7) {
    case 0:
      return ForeignLayer(
        layer: try Convolution(
          groups * inner, filters: groups * outer, window: Window(kernel), groups: groups, using: &generator),
        pytorch: ["weight": outerFirst], keras: ["weight": ("kernel", same), "bias": ("bias", same)],
        isUsualInKeras: groups == 1 || inner > 1)
    case 1:
      let depthwise: Writing = { tensor in
        try gathered(tensor, Array(tensor.shape.extents.dropLast(2)) + [groups + 1, outer]) { index in
          Array(index.dropLast(2)) + [0, index[rank] * outer + index[rank + 1]]
        }
      }
      return ForeignLayer(
        layer: try Convolution(
          groups + 1, filters: (groups + 1) * outer, window: Window(kernel), groups: groups + 1, using: &generator),
        pytorch: ["weight": outerFirst], keras: ["weight": ("depthwise_kernel", depthwise), "bias": ("bias", same)])
    case 2:
      return ForeignLayer(
        layer: try TransposedConvolution(
          groups * inner, filters: groups * outer, window: Window(kernel), groups: groups, using: &generator),
        pytorch: ["weight": outerFirst], keras: ["weight": ("kernel", same), "bias": ("bias", same)])
    case 3:
      let order = randomOrder(using: &generator)
      let features = channelsFirst(order)
      return ForeignLayer(
        layer: try Dense(features.count, units: outer + 1, flattened: FeatureOrder(order), using: &generator),
        pytorch: [
          "weight": { try gathered($0, $0.shape.extents.reversed()) { [features[$0[1]], $0[0]] } }
        ], keras: ["weight": ("kernel", same), "bias": ("bias", same)])
    case 4:
      let order = randomOrder(using: &generator)
      let sorted = byFeature(order)
      return ForeignLayer(
        layer: try Normalization(
          .batch(momentum: 0.1), channels: channelsFirst(order).count, flattened: FeatureOrder(order)),
        pytorch: ["weight": sorted, "bias": sorted, "running_mean": sorted, "running_var": sorted],
        keras: [
          "weight": ("gamma", same), "bias": ("beta", same), "running_mean": ("moving_mean", same),
          "running_var": ("moving_variance", same),
        ])
    case 5:
      let channelsFirst: Writing = { tensor in
        let extents = tensor.shape.extents
        return try gathered(tensor, [extents[extents.count - 1]] + extents.dropLast()) { $0.dropFirst() + [$0[0]] }
      }
      return ForeignLayer(
        layer: try Normalization(.layerOverAll(extents: kernel + [outer]), channels: outer),
        pytorch: ["weight": channelsFirst, "bias": channelsFirst],
        keras: ["weight": ("gamma", same), "bias": ("beta", same)])
    case 6:
      let slopes = number(0...1) == 0 ? 1 : outer
      let ones = Array(repeating: 1, count: rank)
      return ForeignLayer(
        layer: try ParametricRelu(slopes: slopes, spatialRank: rank), pytorch: [:],
        keras: ["weight": ("alpha", { try gathered($0, ones + [slopes]) { [$0[rank]] } })])
    default:
      let order = randomOrder(using: &generator)
      return ForeignLayer(
        layer: try Scale(channels: channelsFirst(order).count, flattened: FeatureOrder(order)),
        pytorch: ["weight": byFeature(order)], keras: ["weight": ("gamma", same)])
    }
  }

  private static let same: Writing = { $0 }

  /// The last two axes in front, exchanged.
  private static let outerFirst: Writing = { tensor in
    let extents = tensor.shape.extents
    let rank = extents.count
    return try gathered(tensor, [extents[rank - 1], extents[rank - 2]] + extents.dropLast(2)) { index in
      index.dropFirst(2) + [index[1], index[0]]
    }
  }

  private static func byFeature(_ order: [[Int]]) -> Writing {
    let features = channelsFirst(order)
    return { try gathered($0, $0.shape.extents) { [features[$0[0]]] } }
  }

  private static func randomOrder(using generator: inout SeededGenerator) -> [[Int]] {
    (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...3, using: &generator) }
    }
  }

  /// The engine's number of each feature, in PyTorch's order.
  private static func channelsFirst(_ order: [[Int]]) -> [Int] {
    var features: [Int] = []
    for part in order {
      let start = features.count
      let (cells, channels) = (part.dropLast().reduce(1, *), part[part.count - 1])
      for channel in 0..<channels {
        for cell in 0..<cells { features.append(start + cell * channels + channel) }
      }
    }
    return features
  }
}

/// A tensor of other extents, each of whose elements comes from a place of another.
func gathered(_ tensor: Tensor, _ extents: [Int], from place: ([Int]) -> [Int]) throws -> Tensor {
  let (source, shape) = (tensor.scalars, tensor.shape.extents)
  var index = [Int](repeating: 0, count: extents.count)
  var result: [Float] = []
  for _ in 0..<extents.reduce(1, *) {
    result.append(source[zip(place(index), shape).reduce(0) { $0 * $1.1 + $1.0 }])
    for axis in index.indices.reversed() {
      index[axis] += 1
      if index[axis] < extents[axis] { break }
      index[axis] = 0
    }
  }
  return try Tensor(extents, result)
}

/// Layers one beside the other, named by number.
struct ForeignNetwork: Parameterized {
  var layers: [any Parameterized]

  mutating func visitParameters(
    _ path: String, _ body: (String, inout Parameter) throws(TensorError) -> Void
  ) throws(TensorError) {
    for index in layers.indices {
      var layer = layers[index]
      try layer.visitParameters("\(path)layer.\(index).", body)
      layers[index] = layer
    }
  }

  /// Other numbers in every parameter, each of them once.
  mutating func renumber() throws {
    var next: Float = 0
    try visitParameters("") { (_, parameter) throws(TensorError) in
      let numbers = (0..<parameter.value.shape.count).map { next + Float($0) }
      next += Float(numbers.count)
      parameter.value = try Tensor(parameter.value.shape, numbers)
    }
  }
}
