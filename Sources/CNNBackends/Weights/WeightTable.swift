import CNNLayers
import CNNModel
import CNNText

/// Every tensor that a file of weights has to hold, in the order in which a network keeps them.
struct WeightTable {
  struct Entry {
    /// The set of weights it belongs to, by its name: that of its layer, or of what is shared.
    let layer: String
    /// From 1, in the file of the first layer that uses it.
    let line: Int
    let weight: Weight
    /// What was flattened into the features it has numbers for, channels last; none where nothing was.
    let flattened: [Shape]

    func name(in layout: WeightLayout) -> String { weight.path(ofLayer: layer, in: layout) }
  }

  /// A layer around which weights of PyTorch do not fit.
  struct Place {
    let layer: String
    let line: Int
  }

  let model: String
  let inputs: [ShapeWords]
  let outputs: [ShapeWords]
  let entries: [Entry]
  let channelsLast: [Place]
  let isComplete: Bool

  init(_ input: BackendInput) {
    let network = input.network
    let layers = 0..<(network.validLayers ?? network.layers.count)
    let orders = FeatureOrders(network)
    var lineIndices: [FileID: LineIndex] = [:]
    func line(of layer: NetworkLayer) -> Int {
      guard let place = input.program.place(of: layer, in: network) else { return 1 }
      let index = lineIndices[place.file] ?? LineIndex(input.program.sources[place.file])
      lineIndices[place.file] = index
      return index.line(at: place.start)
    }
    entries = network.weights.filter { layers.contains($0.layer) }.flatMap { set in
      let layer = network.layers[set.layer]
      let order = orders.flattened(into: layer)
      return network.arrays(of: set).map { weight in
        Entry(
          layer: network.path(of: set), line: line(of: layer), weight: weight,
          flattened: weight.isByInputFeature ? order : [])
      }
    }
    channelsLast = orders.channelsLast.filter(layers.contains).map { index in
      Place(layer: network.path(of: network.layers[index]), line: line(of: network.layers[index]))
    }
    model = network.name
    inputs = network.inputs.filter { layers.contains(Int($0.tensor)) }.map { network.shapeWords(of: $0.tensor) }
    outputs = network.outputs.filter { layers.contains(Int($0.tensor)) }.map { network.shapeWords(of: $0.tensor) }
    isComplete = network.isComplete
  }

  var elements: Int64 { entries.reduce(0) { $0.saturatingAdd($1.weight.count ?? .max) } }

  /// As float32.
  var bytes: Int64 {
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: 4)
    return overflow ? .max : bytes
  }
}

extension Weight {
  /// Whether it has numbers for each feature of the layer's input: not biases of what makes new features.
  fileprivate var isByInputFeature: Bool {
    switch axes {
    case .matrix: true
    case .features: role != .bias
    case .slopes: count != 1
    case .example, .kernel, .transposedKernel, .localKernel, .place, .gates: false
    }
  }
}
