import CNNLayers
import CNNModel

/// Which layers need no card of their own.
struct Folding {
  /// Layers that change values and not shapes, of the same call as their producer and its only reader.
  private(set) var rides: [Bool]
  /// Crops that a join asks for on the way of a tensor that others read too.
  private(set) var crops: [Bool]
  /// How many layers before each need a card.
  private var cardsBefore: [Int] = [0]

  init(_ network: Network, _ layers: Range<Int>, _ readerCounts: [Int]) {
    rides = Array(repeating: false, count: layers.count)
    crops = rides
    for index in layers {
      let layer = network.layers[index]
      let inputs = network.inputs(of: layer)
      for tensor in inputs where inputs.count > 1 {
        crops[Int(tensor)] = Self.isCrop(Int(tensor), for: layer, network, readerCounts)
      }
      guard inputs.count == 1, let family = layer.family, family.folds else { continue }
      let producer = Int(inputs[0])
      rides[index] =
        readerCounts[producer] == 1 && network.outputShape(of: layer) == network.shape(of: inputs[0])
        && network.layers[producer].kind != nil
        && producer >= network.frames[Int(layer.frame)].layers.lowerBound
    }
    for index in layers { cardsBefore.append(cardsBefore[index] + (rides[index] || crops[index] ? 0 : 1)) }
  }

  /// Whether some layers come to a single card.
  func isSingle(_ layers: Range<Int>) -> Bool {
    cardsBefore[layers.upperBound] - cardsBefore[layers.lowerBound] == 1 && !rides[layers.lowerBound]
  }

  private static func isCrop(
    _ index: Int, for join: NetworkLayer, _ network: Network, _ readerCounts: [Int]
  ) -> Bool {
    let layer = network.layers[index]
    guard case .crop = layer.operation, layer.frame == join.frame, readerCounts[index] == 1 else { return false }
    return network.inputs(of: layer).contains { readerCounts[Int($0)] > 1 }
  }
}

extension NetworkLayer {
  /// The family of its kind; nil for an input.
  var family: Family? { kind.map { Catalogue.layers[$0].family } }
}

extension Family {
  /// Whether its layers change values and not shapes, so that they fit on the card of what they follow.
  fileprivate var folds: Bool {
    switch self {
    case .normalization, .activation, .regularization: true
    case .convolution, .dense, .recurrent, .pooling, .reduction, .join, .attention, .source, .reshaping, .resampling,
      .padding:
      false
    }
  }
}
