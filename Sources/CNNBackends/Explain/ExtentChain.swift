import CNNLayers
import CNNModel
import CNNText

/// The layers that give a tensor its shape, from the input down, by way of the first input of joins.
struct ExtentChain {
  let links: [LayerFacts]

  init(to target: LayerFacts) {
    var links: [TensorID] = []
    var id: TensorID? = target.id
    while let tensor = id {
      let layer = target.network.producer(of: tensor)
      let inputs = target.network.inputs(of: layer)
      if tensor == target.id || inputs.isEmpty || Self.decides(layer, target.network) { links.append(tensor) }
      id = inputs.first
    }
    self.links = links.reversed().map { $0 == target.id ? target : target.facts(of: $0) }
  }

  /// True where a layer changes the shape, or could have.
  static func decides(_ layer: NetworkLayer, _ network: Network) -> Bool {
    let input = network.firstInputShape(of: layer)
    if network.outputShape(of: layer) != input { return true }
    if case .dense = layer.operation { return true }
    guard let window = layer.operation.window else { return false }
    return (0..<Int(input.rank)).contains { window.reach($0) > 1 || window.stride[$0] > 1 }
  }

  /// A line for each link: shape, name, arguments, arithmetic.
  func table(all: Bool) -> Explanation.Table { Self.table(links, all: all) }

  static func table(_ links: [LayerFacts], all: Bool) -> Explanation.Table {
    let columns: [Explanation.Column] = [
      .init(gap: 3), .init(role: .name, minimum: 12), .init(gap: 3, minimum: 14), .init(minimum: 26),
    ]
    return .init(
      columns,
      rows: Explanation.rows(links, all: all, row: row) { ["...", "", "\($0.count) lines left out", ""] })
  }

  private static func row(_ link: LayerFacts) -> [String] {
    [link.output.description, link.name, link.geometry, link.working]
  }
}

extension LayerFacts {
  /// How the line of a chain works out its shape, or its parameters where the shape is a matter of choice. Axes that
  /// differ have a line each.
  var working: String {
    let extents = arithmetic(\.shortText)
    switch operation {
    case .dense(_, let bias):
      let weights = "\(input.channels) * \(output.channels)"
      guard let parameters else { return weights }
      return "\(weights)\(bias ? " + \(output.channels)" : "") = \(counted(parameters, "parameter"))"
    case .flatten:
      return times(input.extents)
    case .concatenate(let axis):
      let extents = inputs.map { network.shape(of: $0).extent(axis) }
      let (name, sum) = (axis.name(rank: rank), output.extent(axis))
      if extents.count > Self.shownTerms { return "\(extents.count) inputs, \(sum) \(name) together" }
      let terms = extents.map(String.init).joined(separator: " + ")
      return axis == .channels ? "\(terms) = \(sum) channels" : "\(name) \(terms) = \(sum)"
    case .pixelShuffle(let factor):
      return (extents + ["\(input.channels) / \(power(factor)) = \(output.channels) channels"]).joined(separator: "\n")
    case .pixelUnshuffle(let factor):
      return (extents + ["\(input.channels) * \(power(factor)) = \(output.channels) channels"]).joined(separator: "\n")
    case .slice(.cells, _, _):
      return extents.joined(separator: "\n")
    case .slice(.channels, let start, let count):
      return "\(start + count) - \(start) = \(counted(count, "channel")) of \(input.channels)"
    case .gatedLinear:
      return "\(input.channels) / 2 = \(counted(output.channels, "channel"))"
    case .reduce(_, let axes):
      return "\(times(axes.extents(of: input))) values are one"
    case .recurrent(let recurrent):
      return recurrent.both ? "2 * \(recurrent.units) = \(output.channels) channels" : ""
    case .globalPool:
      return "each \(Shape.text(input.spatial, rank: rank)) map is one value"
    case .reshape:
      return "\(times(input.extents)) = \(times(output.extents))"
    case .permute(let permutation):
      return "axes " + permutation.order.map(String.init).joined(separator: ", ")
    case .elementwise:
      if inputs.count > Self.shownTerms { return "\(inputs.count) inputs" }
      return inputs.map { network.shape(of: $0).description }.joined(separator: ", ")
    case .unpool, .attention:
      return inputs.map { network.shape(of: $0).description }.joined(separator: ", ")
    case .input, .convolution, .localConvolution, .transposedConvolution, .pool, .adaptivePool, .normalization,
      .localResponseNormalization, .activation, .softmax, .unitNorm, .dropout, .scale, .resize, .channelShuffle, .pad,
      .crop, .learned, .coordinates, .noise:
      return extents.joined(separator: "\n")
    }
  }

  /// `(2 * 2)`: a factor for each axis.
  func power(_ factor: Int32) -> String {
    rank == 1 ? "\(factor)" : "(\(times(Array(repeating: factor, count: rank))))"
  }

  /// A sum with more terms than this is told by its result.
  static let shownTerms = 8
}

extension Shape {
  /// The spatial extents alone: `7x7`.
  static func text(_ axes: Axes, rank: Int) -> String {
    axes.array(rank: rank).map(String.init).joined(separator: "x")
  }
}
