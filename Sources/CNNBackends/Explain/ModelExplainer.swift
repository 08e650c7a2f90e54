import CNNLayers
import CNNModel
import CNNText

/// Where the numbers of a whole model come from.
struct ModelExplainer {
  private let network: Network
  private let form: NormalForm
  private let request: ExplainRequest
  private let costs: NetworkCosts

  init(_ network: Network, _ form: NormalForm, _ request: ExplainRequest) {
    self.network = network
    self.form = form
    self.request = request
    costs = NetworkCosts(network)
  }

  var explanation: Explanation {
    var explanation = Explanation()
    if request.parameters {
      describeParameters(in: &explanation)
    } else {
      explanation.say(answer)
      explanation.add(shapes)
      explanation.add(totals)
    }
    noteFacts(in: &explanation)
    if let number = request.compare { explanation.say(Comparison(number, with: explanation.facts).text) }
    return explanation
  }

  private func facts(_ index: Int) -> LayerFacts { LayerFacts(TensorID(index), in: network, form) }

  private var answer: String {
    let inputs = network.inputs.map { network.shape(of: $0.tensor).description }
    let outputs = network.outputs.map { network.shape(of: $0.tensor).description }
    return "\(network.name) turns \(listed(inputs)) into \(listed(outputs)) with "
      + "\(counted(costs.total.parameters, "parameter")) and \(counted(costs.total.multiplyAdds, "multiply-add"))."
  }

  private func noteFacts(in explanation: inout Explanation) {
    explanation.note(costs.total.parameters, "the number of parameters of \(network.name)")
    explanation.note(costs.total.weights, "the number of weights of \(network.name)")
    explanation.note(costs.total.biases, "the number of biases of \(network.name)")
    explanation.note(costs.total.multiplyAdds, "the number of multiply-adds of \(network.name)")
    for (index, layer) in network.layers.enumerated() {
      let decides = index == 0 || ExtentChain.decides(layer, network) || costs.layers[index].parameters > 0
      guard decides else { continue }
      let name = network.path(of: layer)
      explanation.note(layer.output.elements, "the number of \(layer.operation.outputNoun) of \(name)")
      if costs.layers[index].parameters > 0 {
        explanation.note(costs.layers[index].parameters, "the number of parameters of \(name)")
      }
    }
  }

  // MARK: - Shapes

  /// A line for each layer that decides a shape, in the order of the network.
  private var shapes: Explanation.Table {
    let indices = network.layers.indices.filter { index in
      let layer = network.layers[index]
      return network.inputs(of: layer).isEmpty || ExtentChain.decides(layer, network)
    }
    return rows(of: indices, ExtentChain.table) {
      ExtentChain.row(facts($0))
    } note: {
      ["...", "", "\($0) lines left out", ""]
    }
  }

  /// A table of some layers, of which only the ends are written where it is long.
  private func rows(
    of indices: [Int], _ table: ([[String]]) -> Explanation.Table, row: (Int) -> [String], note: (Int) -> [String]
  ) -> Explanation.Table {
    let limit = Explanation.rowLimit
    guard indices.count > limit, !request.all else { return table(indices.map(row)) }
    let head = limit / 3
    let tail = limit - head - 1
    return table(
      indices.prefix(head).map(row) + [note(indices.count - head - tail)] + indices.suffix(tail).map(row))
  }

  // MARK: - Totals

  /// The parameters by kind of layer.
  private var totals: Explanation.Table {
    var kinds: [(kind: Int, count: Int, parameters: Int64)] = []
    for (index, layer) in network.layers.enumerated() where costs.layers[index].parameters > 0 {
      guard let kind = layer.kind else { continue }
      let parameters = costs.layers[index].parameters
      if let place = kinds.firstIndex(where: { $0.kind == kind }) {
        kinds[place].count += 1
        kinds[place].parameters += parameters
      } else {
        kinds.append((kind, 1, parameters))
      }
    }
    var rows = kinds.map { entry in
      [Catalogue.layers[entry.kind].name, counted(entry.count, "layer"), entry.parameters.grouped, ""]
    }
    rows.append(["", "", costs.total.parameters.grouped, breakdown])
    return .init(
      [.init(), .init("", .right), .init("parameters", .right, gap: 3), .init(minimum: 24)], rows: rows)
  }

  /// `3,273,504 weights + 1,130 biases`
  private var breakdown: String {
    let total = costs.total
    let parts = [(total.weights, "weights"), (total.biases, "biases"), (total.norms, "norm")].filter { $0.0 > 0 }
    let beside = total.statistics > 0 ? "; \(total.statistics.grouped) statistics beside" : ""
    return parts.map { "\($0.0.grouped) \($0.1)" }.joined(separator: " + ") + beside
  }

  // MARK: - Parameters

  private func describeParameters(in explanation: inout Explanation) {
    let indices = network.layers.indices.filter { costs.layers[$0].parameters > 0 }
    let total = costs.total.parameters
    guard total > 0 else { return explanation.say("\(network.name) has no parameters.") }
    explanation.say("\(network.name) has \(counted(total, "parameter")): \(breakdown).")
    let layers = indices.map(facts)
    let ungrouped = layers.map(\.ungroupedParameters)
    let showsUngrouped = layers.contains { ($0.filterBank?.groups ?? 1) > 1 }
    var table = Explanation.Table(
      [
        .init(role: .name, minimum: 12), .init(minimum: 24), .init(showsUngrouped ? "parameters" : "", .right),
        .init(showsUngrouped ? "without groups" : "", .right),
      ],
      rows: zip(layers, ungrouped).map { layer, count in
        [
          layer.name, layer.parameterFormula, layer.parameters?.grouped ?? "",
          showsUngrouped ? count?.grouped ?? "" : "",
        ]
      })
    if !request.all {
      table = table.shortened(to: Explanation.rowLimit) { hidden in
        [
          "...", "\(hidden.count) layers left out", sum(layers[hidden].map(\.parameters))?.grouped ?? "",
          showsUngrouped ? sum(Array(ungrouped[hidden]))?.grouped ?? "" : "",
        ]
      }
    }
    let ungroupedTotal = sum(ungrouped)
    table.rows.append(["", "", total.grouped, showsUngrouped ? ungroupedTotal?.grouped ?? "" : ""])
    explanation.add(table)
    if showsUngrouped {
      explanation.note(ungroupedTotal, "the number of parameters of \(network.name) without groups")
    }
    StackReadings(layers.filter { $0.filterBank != nil }).describe(in: &explanation)
    let connections = layers.map(\.connections)
    if let unshared = sum(connections) {
      explanation.say(
        "Nothing shared, with weights for each value, the same layers would have \(counted(unshared, "parameter")).")
      explanation.note(unshared, "the number of parameters of \(network.name) if nothing were shared")
    }
  }
}

extension LayerFacts {
  /// `64 * (5 * 5 * 32 + 1)`
  fileprivate var parameterFormula: String {
    switch operation {
    case .convolution(_, let filters, _, let bias):
      guard let factors = readFactors else { return "" }
      return bias ? "\(filters) * (\(times(factors)) + 1)" : times([Int64(filters)] + factors)
    case .dense(let units, let bias):
      return "\(input.channels) * \(units)" + (bias ? " + \(units)" : "")
    case .input, .transposedConvolution, .pool, .globalPool, .adaptivePool, .normalization,
      .localResponseNormalization, .activation, .softmax, .dropout, .scale, .flatten, .reshape, .permute,
      .concatenate, .elementwise, .resize, .pixelShuffle, .pixelUnshuffle, .channelShuffle, .pad, .crop, .slice:
      return weights.filter(\.isTrained).map { times($0.shape) }.joined(separator: " + ")
    }
  }

  /// The parameters if every filter spanned all maps.
  fileprivate var ungroupedParameters: Int64? {
    guard let bank = filterBank else { return parameters }
    return sum([reading(.ungrouped)?.weights, bank.bias ? bank.filters : 0])
  }
}
