import CNNLayers
import CNNModel

/// In which order the features of every vector of a network lie.
///
/// A flattened map has its channels last here and in Keras, and first in PyTorch: the same features in another order.
/// The order goes with them through what treats every feature alike, to the layers that have weights for each. Where a
/// layer makes something else of another order, as one that gives a map new extents, its weights and those behind it do
/// not correspond, and what PyTorch's program says there is not known.
struct FeatureOrders {
  /// For each layer the parts that the features it gives consist of, channels last; none where they are in the same
  /// order everywhere.
  private(set) var orders: [[Shape]] = []
  /// The layers that make something else of another order.
  private(set) var channelsLast: [Int] = []
  private let network: Network

  init(_ network: Network) {
    self.network = network
    for index in network.layers.indices {
      let order = order(of: network.layers[index])
      orders.append(order ?? [])
      if order == nil { channelsLast.append(index) }
    }
  }

  /// The order of the features that a layer has weights for.
  func flattened(into layer: NetworkLayer) -> [Shape] { network.inputs(of: layer).first.map { orders[Int($0)] } ?? [] }

  /// Nil where it is not the same in both worlds.
  private func order(of layer: NetworkLayer) -> [Shape]? {
    let inputs = network.inputs(of: layer)
    guard let first = inputs.first else { return [] }
    let shape = network.shape(of: first)
    let order = orders[Int(first)]
    switch layer.operation {
    case .flatten: return order + (shape.isVector ? [] : Self.normal([shape]))
    case .reshape(let target):
      let source = shape.isVector ? order : Self.normal([shape])
      if target.isVector { return source }
      return Self.isSame(source, Self.normal([target])) ? [] : nil
    case .concatenate:
      guard shape.isVector else { return [] }
      return Self.normal(inputs.flatMap { parts(of: $0) })
    case .elementwise:
      let output = network.outputShape(of: layer)
      let wide = inputs.filter { network.shape(of: $0).channels == output.channels && output.isVector }
      let orders = wide.map { self.orders[Int($0)] }
      return orders.allSatisfy { Self.isSame($0, orders[0]) } ? orders.first ?? [] : nil
    case .normalization(let normalization):
      guard case .group(let groups) = normalization.kind, groups > 1, groups < shape.channels else { return order }
      return order.isEmpty ? [] : nil
    case .localResponseNormalization, .gatedLinear: return order.isEmpty ? [] : nil
    case .attention(let heads, _):
      // Products do not mind the order of query and key, as long as it is one; heads are neighbours in each.
      let (query, key, value) = (order, orders[Int(inputs[1])], orders[Int(inputs[2])])
      guard Self.isSame(query, key) || query.isEmpty && key.isEmpty else { return nil }
      return heads == 1 || query.isEmpty && value.isEmpty ? value : nil
    case .channelShuffle(let groups):
      return order.isEmpty || groups == 1 || groups == shape.channels ? order : nil
    case .slice(.channels, let start, let count):
      return order.isEmpty ? [] : Self.slice(order, start..<start + count)
    case .reduce(_, let axes): return axes.contains(.channels) ? [] : order
    case .input, .convolution, .transposedConvolution, .localConvolution, .dense, .recurrent, .learned, .coordinates:
      return []
    case .pool, .globalPool, .adaptivePool, .unpool, .activation, .softmax, .unitNorm, .dropout, .scale, .permute,
      .resize, .pixelShuffle, .pixelUnshuffle, .pad, .crop, .slice(.cells, _, _), .noise:
      return order
    }
  }

  private func parts(of tensor: TensorID) -> [Shape] {
    let order = orders[Int(tensor)]
    return order.isEmpty ? [network.shape(of: tensor)] : order
  }

  /// Parts that are in the same order everywhere as vectors, neighbouring ones as one; none where nothing else is left.
  private static func normal(_ parts: [Shape]) -> [Shape] {
    var result: [Shape] = []
    for part in parts {
      guard part.isVector || part.channels == 1 || part.elements == Int64(part.channels) else {
        result.append(part)
        continue
      }
      let count = Int32(truncatingIfNeeded: part.elements)
      if let last = result.last, last.isVector {
        result[result.count - 1] = Shape(vector: last.channels + count)
      } else {
        result.append(Shape(vector: count))
      }
    }
    return result.count == 1 && result[0].isVector ? [] : result
  }

  /// Whether two orders of as many features are one: what counts are channels and cells, not how these lie.
  private static func isSame(_ a: [Shape], _ b: [Shape]) -> Bool {
    a.map(\.channels) == b.map(\.channels) && a.map(\.elements) == b.map(\.elements)
  }

  /// Whole parts, and any piece of those that are vectors; nil for a piece of another.
  private static func slice(_ parts: [Shape], _ range: Range<Int32>) -> [Shape]? {
    var result: [Shape] = []
    var start: Int32 = 0
    for part in parts {
      let whole = start..<start + Int32(truncatingIfNeeded: part.elements)
      let taken = whole.clamped(to: range)
      start = whole.upperBound
      if taken.isEmpty { continue }
      guard taken == whole || part.isVector else { return nil }
      result.append(taken == whole ? part : Shape(vector: Int32(taken.count)))
    }
    return normal(result)
  }
}
