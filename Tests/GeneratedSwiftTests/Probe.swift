import CNNBackends
import CNNLayers
import CNNModel

/// A model whose generated Swift is run, with inputs that it takes and inputs that it refuses.
struct Probe: Sendable {
  let input: BackendInput
  let runs: [Run]
  /// Shapes of inputs, without the batch, that are to be refused.
  let refusals: [[[Int]]]

  struct Run: Sendable {
    /// What the checker says of the model with numbers for its symbols.
    let network: Network
    /// The shapes of the inputs, without the batch.
    let inputs: [[Int]]

    init(_ network: Network) {
      self.network = network
      inputs = network.inputs.map { network.shape(of: $0.tensor).extents.map { Int($0) } }
    }

    /// Multiply-adds, parameters and elements of activations, as a measure of time.
    var cost: Int64 {
      let costs = NetworkCosts(network)
      return costs.total.multiplyAdds + network.tensors.reduce(0) { $0 + $1.shape.elements } + costs.total.parameters
    }
  }

  /// Larger sizes of symbols take too long.
  private static let largestSize: Int64 = 250

  /// - Parameter numeric: The same model with numbers for symbols; nil where they do not work.
  init(_ input: BackendInput, numeric: ([String: Int64]) -> BackendInput?) {
    self.input = input
    let symbols = input.network.sizes?.symbols ?? []
    let valid = symbols.map { symbol in (1...Self.largestSize).filter { symbol.valid.contains($0) } }
    var runs: [Run] = []
    if symbols.isEmpty {
      runs = [Run(input.network)]
    } else if valid.allSatisfy({ !$0.isEmpty }) {
      for step in [0, 1, 3] {
        // Not the same place for each symbol.
        let sizes = valid.enumerated().map { $1[min(step * ($0 + 1), $1.count - 1)] }
        let named = Dictionary(zip(symbols.map(\.name), sizes)) { first, _ in first }
        guard let model = numeric(named), model.network.layers.count == input.network.layers.count else { continue }
        let run = Run(model.network)
        if !runs.contains(where: { $0.inputs == run.inputs }) { runs.append(run) }
      }
    }
    self.runs = runs
    refusals = runs.isEmpty ? [] : Self.refusals(input.network, runs[0].inputs, valid)
  }

  var name: String { input.network.name }

  private static func refusals(_ network: Network, _ taken: [[Int]], _ valid: [[Int64]]) -> [[[Int]]] {
    var refusals = [taken + [taken[0]]]
    var wider = taken
    wider[taken.count - 1][taken[taken.count - 1].count - 1] += 1
    refusals.append(wider)
    // Another number of axes; there are no tensors of more than five.
    var deeper = taken
    if taken[0].count < 4 { deeper[0].insert(1, at: 0) } else { deeper[0].removeFirst() }
    refusals.append(deeper)
    for (index, symbol) in (network.sizes?.symbols ?? []).enumerated() {
      // Where the symbol itself is the extent of an axis, the first size that the checker refuses.
      guard let size = (1...largestSize).first(where: { !symbol.valid.contains($0) }) else { continue }
      for (place, item) in network.inputs.enumerated() {
        for axis in 0..<Int(network.shape(of: item.tensor).rank) {
          guard let sizes = network.sizes, let extent = sizes.extent(of: item.tensor, axis: axis),
            extent.symbol == index, let affine = sizes.functions[Int(extent.function)].affine, affine.slope == 1,
            affine.offset == 0
          else { continue }
          var refused = taken
          refused[place][axis] = Int(size)
          refusals.append(refused)
        }
      }
    }
    return refusals
  }
}

/// What the checker predicts of a run, as the runner prints it.
struct Prediction {
  let parameters: [String]
  /// How many tensors a file of weights has, and numbers in them.
  let saved: String
  let gradients: [String]
  /// Each run of a layer, sorted.
  let layers: [String]
  let outputs: [String]

  init(_ network: Network) {
    layers = network.layers.indices.filter { network.layers[$0].kind != nil }.map { index in
      "\(Self.site(index, network)) \(Self.text(network.outputShape(of: network.layers[index])))"
    }.sorted()
    // What several calls share is there once.
    let weights = network.weights.flatMap { set in
      network.arrays(of: set).map { weight in
        let name = weight.path(ofLayer: network.path(of: set), in: .engine)
        return (layer: set.layer, line: "\(name) [\(weight.shape.map(String.init).joined(separator: ", "))]")
      }
    }
    parameters = weights.map { "parameter " + $0.line }.sorted()
    let totals = NetworkCosts(network).total
    saved = "saved \(weights.count) \(totals.parameters + totals.statistics)"
    let isReached = Self.reached(network)
    let users = Dictionary(grouping: network.layers.indices) { network.layers[$0].weights }
    gradients = weights.filter { set in
      users[network.layers[set.layer].weights]?.contains { isReached[$0] } ?? false
    }.map { "gradient " + $0.line }.sorted()
    outputs = network.outputs.map { "output " + Self.text(network.shape(of: $0.tensor)) }
  }

  /// What a layer is called where it runs: what is shared bears the declared name at every call.
  private static func site(_ index: Int, _ network: Network) -> String {
    if let shared = network.sharedCall(ofLayer: index) { return network.path(ofSharedCall: shared) }
    let (layer, path) = (network.layers[index], network.path(of: network.layers[index]))
    let frame = network.frames[Int(layer.frame)]
    return network.weightsPath(of: frame) + path.dropFirst(network.path(of: frame).count)
  }

  /// The layers that derivatives by the outputs reach, from the outputs up.
  private static func reached(_ network: Network) -> [Bool] {
    var isReached = [Bool](repeating: false, count: network.layers.count)
    for output in network.outputs { isReached[Int(output.tensor)] = true }
    for index in network.layers.indices.reversed() where isReached[index] {
      let layer = network.layers[index]
      let inputs = network.inputs(of: layer)
      switch layer.operation {
      // What only gives its extents, its batch, or the places of its maxima.
      case .learned, .coordinates, .noise: continue
      case .unpool: isReached[Int(inputs[0])] = true
      default: for input in inputs { isReached[Int(input)] = true }
      }
    }
    return isReached
  }

  private static func text(_ shape: Shape) -> String {
    "[" + (["2"] + shape.extents.map(String.init)).joined(separator: ", ") + "]"
  }
}
