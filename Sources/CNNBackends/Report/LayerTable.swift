import CNNLayers
import CNNModel
import CNNText

/// Every layer of a model with all that is known of it, for machines.
struct LayerTable {
  struct Entry {
    let name: String
    let kind: String
    let arguments: String
    let inputs: [ShapeWords]
    let output: ShapeWords
    let elements: Int64
    let costs: LayerCosts
    /// Multiply-adds and elements as formulas of the sizes, where inputs have symbols.
    let formulas: (multiplyAdds: String, elements: String)?
    let field: ReceptiveField
    let weights: [Weight]
    /// The shared call whose weights it uses, where another layer was the first to use them.
    let sharedWith: String?
    /// The padding of a window, before and behind along each axis.
    let pad: [Int32]?
    /// From 1, in the file of the layer.
    let line: Int
  }

  /// A call of a block.
  struct Block {
    let name: String
    let call: String
    /// Indices into `entries`.
    let layers: Range<Int>
    let costs: LayerCosts
    /// The multiply-adds as a formula, where inputs have symbols.
    let formula: String?
  }

  let model: String
  let inputs: [(name: String, shape: ShapeWords)]
  let outputs: [(name: String, shape: ShapeWords)]
  let sizes: NetworkSizes?
  /// The total multiply-adds and the peak of live activations in bytes, as formulas.
  let formulas: (multiplyAdds: String, peakActivationBytes: String)?
  let entries: [Entry]
  let blocks: [Block]
  let total: LayerCosts
  let isComplete: Bool
  /// Nil for a model with a mistake.
  let peakActivationBytes: Int64?

  init(_ input: BackendInput) {
    let network = input.network
    let layers = 0..<(network.validLayers ?? network.layers.count)
    let costs = NetworkCosts(network)
    let sized = SizeCosts(network, costs)
    let symbols = network.sizes?.symbolNames ?? []
    let fields = network.receptiveFields()
    let form = NormalForm(input.model, of: input.program)
    var lineIndices: [FileID: LineIndex] = [:]
    func line(_ place: Span) -> Int {
      let index = lineIndices[place.file] ?? LineIndex(input.program.sources[place.file])
      lineIndices[place.file] = index
      return index.line(at: place.start)
    }

    var entries: [Entry] = []
    /// How many layers that are no inputs stand before each.
    var positions: [Int] = []
    var total = LayerCosts()
    for index in layers {
      positions.append(entries.count)
      let layer = network.layers[index]
      guard let place = input.program.place(of: layer, in: network) else { continue }
      total.add(costs.layers[index])
      let text = form.text(of: layer)
      entries.append(
        Entry(
          name: network.path(of: layer), kind: text.kind, arguments: text.arguments,
          inputs: network.inputs(of: layer).map { network.shapeWords(of: $0) },
          output: network.shapeWords(of: layer.output), elements: network.outputShape(of: layer).elements,
          costs: costs.layers[index],
          formulas: sized.map { ($0.multiplyAdds[index].exact(symbols), $0.elements[index].exact(symbols)) },
          field: fields[index],
          weights: layer.weights.map { network.ownsWeights(index) ? network.arrays(of: network.weights[Int($0)]) : [] }
            ?? [],
          sharedWith: network.sharedName(ofLayer: index),
          pad: layer.operation.windowPadding(rank: Int(network.firstInputShape(of: layer).rank)),
          line: line(place)))
    }
    positions.append(entries.count)
    blocks = network.frames.dropFirst().compactMap { frame in
      let range = frame.layers.clamped(to: layers)
      if range.isEmpty { return nil }
      var sum = LayerCosts()
      for index in range { sum.add(costs.layers[index]) }
      return Block(
        name: network.path(of: frame), call: form.text(of: frame).text,
        layers: positions[range.lowerBound]..<positions[range.upperBound], costs: sum,
        formula: sized.map { SizeCosts.sum($0.multiplyAdds[range]).exact(symbols) })
    }
    func shapes(_ tensors: [NamedTensor]) -> [(name: String, shape: ShapeWords)] {
      tensors.filter { layers.contains(Int($0.tensor)) }.map { ($0.name, network.shapeWords(of: $0.tensor)) }
    }
    model = network.name
    inputs = shapes(network.inputs)
    outputs = shapes(network.outputs)
    self.entries = entries
    self.total = total
    sizes = network.sizes
    formulas = sized.map { sized in
      let peak = sized.alive(after: costs.peakLayer, in: network).scaled(by: 4)
      return (SizeCosts.sum(sized.multiplyAdds[layers]).exact(symbols), peak.exact(symbols))
    }
    isComplete = network.isComplete
    peakActivationBytes = network.isComplete ? costs.peakActivationBytes : nil
  }
}

extension LayerCosts {
  /// As float32.
  var weightBytes: Int64 {
    let (bytes, overflow) = parameters.multipliedReportingOverflow(by: 4)
    return overflow ? .max : bytes
  }
}

extension CNNLayers.Operation {
  /// Before and behind along each axis; nil for what has no window. For a transposed convolution, what is cut away.
  fileprivate func windowPadding(rank: Int) -> [Int32]? {
    (window ?? kernel?.window).map { window in (0..<rank).flatMap { [window.before[$0], window.after[$0]] } }
  }
}
