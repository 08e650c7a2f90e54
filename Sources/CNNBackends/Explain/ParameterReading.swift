import CNNLayers
import CNNText

/// A way to count the weights of a convolution: the layer's own, or one that readers take it for.
struct ParameterReading {
  let kind: Kind
  let weights: Int64
  /// The product that gives the weights.
  let weightFactors: [Int64]
  let maps: Int64
  /// The product that gives the maps; empty where every filter gives one.
  let mapFactors: [Int64]

  enum Kind: CaseIterable {
    /// Every filter is one plane, laid over every map of the input by itself, and each time gives a map.
    case everyMap
    /// Every filter is one plane, laid over all maps with the same weights, and the results are added.
    case flat
    /// Every filter spans all maps.
    case ungrouped
    /// The layer as it is.
    case own
  }
}

extension LayerFacts {
  /// What the layer is as a convolution: filters, groups, cells of the kernel.
  var filterBank: (filters: Int64, groups: Int64, cells: Int64, channels: Int64, bias: Bool)? {
    guard case .convolution(let window, let filters, let groups, let bias) = operation,
      let cells = window.kernelCells(rank: rank)
    else { return nil }
    return (Int64(filters), Int64(groups), cells, Int64(input.channels), bias)
  }

  /// True where every map has filters of its own.
  var isDepthwise: Bool { filterBank.map { $0.groups == $0.channels && $0.channels > 1 } ?? false }

  /// The weights by one way of counting; nil where the layer has no such reading.
  func reading(_ kind: ParameterReading.Kind) -> ParameterReading? {
    guard let (filters, groups, cells, channels, _) = filterBank else { return nil }
    let depth: Int64
    switch kind {
    case .everyMap, .flat: depth = 1
    case .ungrouped: depth = channels
    case .own: depth = channels / groups
    }
    let factors = depth == 1 ? [filters, cells] : [filters, cells, depth]
    let mapFactors = kind == .everyMap ? [channels, filters] : []
    guard let weights = product(factors), let maps = product(mapFactors.isEmpty ? [filters] : mapFactors) else {
      return nil
    }
    return ParameterReading(
      kind: kind, weights: weights, weightFactors: factors, maps: maps, mapFactors: mapFactors)
  }

  /// The layer's own reading, last, behind those that differ from it.
  var readings: [ParameterReading] {
    guard let bank = filterBank, bank.channels > 1 else { return [] }
    let kinds: [ParameterReading.Kind] =
      isDepthwise
      ? [.ungrouped, .own] : bank.groups > 1 ? [.everyMap, .flat, .ungrouped, .own] : [.everyMap, .flat, .own]
    return kinds.compactMap(reading)
  }
}
