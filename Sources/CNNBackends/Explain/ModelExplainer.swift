import CNNLayers
import CNNModel
import CNNText

/// Where the numbers of a whole model come from, or of one call of a block.
struct ModelExplainer {
  private let network: Network
  private let form: NormalForm
  private let request: ExplainRequest
  private let name: String
  private let layers: Range<Int>
  private let inputs: [TensorID]
  private let outputs: [TensorID]
  /// One for each layer of the network.
  private let costs: [LayerCosts]
  private let total: LayerCosts

  init(_ network: Network, _ form: NormalForm, _ request: ExplainRequest) {
    self.network = network
    self.form = form
    self.request = request
    name = network.name
    layers = network.layers.indices
    inputs = network.inputs.map(\.tensor)
    outputs = network.outputs.map(\.tensor)
    let costs = NetworkCosts(network)
    self.costs = costs.layers
    total = costs.total
  }

  init(_ frame: Frame, _ network: Network, _ form: NormalForm, _ request: ExplainRequest) {
    self.network = network
    self.form = form
    self.request = request
    name = network.path(of: frame)
    layers = frame.layers
    inputs = frame.input.isNone ? [] : [frame.input]
    outputs = [frame.output]
    costs = NetworkCosts(network).layers
    total = costs[frame.layers].reduce(into: LayerCosts()) { $0.add($1) }
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
    let inputs = self.inputs.map { network.shape(of: $0).description }
    let outputs = self.outputs.map { network.shape(of: $0).description }
    return "\(name) turns \(listed(inputs)) into \(listed(outputs)) with "
      + "\(counted(total.parameters, "parameter")) and \(counted(total.multiplyAdds, "multiply-add"))."
  }

  private func noteFacts(in explanation: inout Explanation) {
    explanation.note(total.parameters, "the number of parameters of \(name)")
    explanation.note(total.weights, "the number of weights of \(name)")
    explanation.note(total.biases, "the number of biases of \(name)")
    explanation.note(total.multiplyAdds, "the number of multiply-adds of \(name)")
    for index in layers {
      let layer = network.layers[index]
      let decides = layer.kind == nil || ExtentChain.decides(layer, network) || costs[index].parameters > 0
      guard decides else { continue }
      let path = network.path(of: layer)
      explanation.note(
        network.outputShape(of: layer).elements, "the number of \(layer.operation.outputNoun) of \(path)")
      if costs[index].parameters > 0 {
        explanation.note(costs[index].parameters, "the number of parameters of \(path)")
      }
    }
  }

  // MARK: - Shapes

  /// A line for each layer that decides a shape, in the order of the network.
  private var shapes: Explanation.Table {
    let indices = layers.filter { index in
      let layer = network.layers[index]
      return network.inputs(of: layer).isEmpty || ExtentChain.decides(layer, network)
    }
    return ExtentChain.table(indices.map(facts), all: request.all)
  }

  // MARK: - Totals

  /// The parameters by kind of layer.
  private var totals: Explanation.Table {
    var kinds: [(kind: Int, count: Int, parameters: Int64)] = []
    for index in layers where costs[index].parameters > 0 {
      guard let kind = network.layers[index].kind else { continue }
      let parameters = costs[index].parameters
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
    rows.append(["", "", total.parameters.grouped, breakdown])
    return .init(
      [.init(), .init("", .right), .init("parameters", .right, gap: 3), .init(minimum: 24)], rows: rows)
  }

  /// `3,273,504 weights + 1,130 biases`
  private var breakdown: String {
    let parts = [
      (total.weights, "weights"), (total.biases, "biases"), (total.norms, "norm"), (total.slopes, "activation"),
    ].filter { $0.0 > 0 }
    let beside = total.statistics > 0 ? "; \(total.statistics.grouped) statistics beside" : ""
    return parts.map { "\($0.0.grouped) \($0.1)" }.joined(separator: " + ") + beside
  }

  // MARK: - Parameters

  private func describeParameters(in explanation: inout Explanation) {
    let indices = layers.filter { costs[$0].parameters > 0 }
    let parameters = total.parameters
    guard parameters > 0 else { return explanation.say("\(name) has no parameters.") }
    explanation.say("\(name) has \(counted(parameters, "parameter")): \(breakdown).")
    let links = indices.map(facts)
    let showsUngrouped = links.contains { ($0.filterBank?.groups ?? 1) > 1 }
    func row(_ name: String, _ text: String, _ links: ArraySlice<LayerFacts>) -> [String] {
      [
        name, text, sum(links.map(\.parameters))?.grouped ?? "",
        showsUngrouped ? sum(links.map(\.ungroupedParameters))?.grouped ?? "" : "",
      ]
    }
    let rows = Explanation.rows(links, all: request.all) {
      row($0.name, $0.parameterFormula, [$0])
    } note: {
      row("...", "\($0.count) layers left out", $0)
    }
    let columns: [Explanation.Column] = [
      .init(role: .name, minimum: 12), .init(minimum: 24), .init(showsUngrouped ? "parameters" : "", .right),
      .init(showsUngrouped ? "without groups" : "", .right),
    ]
    explanation.add(.init(columns, rows: rows + [row("", "", links[...])]))
    if showsUngrouped {
      explanation.note(sum(links.map(\.ungroupedParameters)), "the number of parameters of \(name) without groups")
    }
    StackReadings(links.filter { $0.filterBank != nil }).describe(in: &explanation)
    let connections = links.map(\.connections)
    if let unshared = sum(connections) {
      explanation.say(
        "Nothing shared, with weights for each value, the same layers would have \(counted(unshared, "parameter")).")
      explanation.note(unshared, "the number of parameters of \(name) if nothing were shared")
    }
  }
}

extension LayerFacts {
  /// `64 * (5 * 5 * 32 + 1)`
  fileprivate var parameterFormula: String {
    guard let kernel = operation.kernel, !kernel.isSpreading else {
      return weights.filter(\.isTrained).map { times($0.shape) }.joined(separator: " + ")
    }
    let (filters, bias) = (kernel.filters, kernel.bias)
    if kernel.form == .matrix { return "\(input.channels) * \(filters)" + (bias ? " + \(filters)" : "") }
    let factors = kernel.factors(for: input)
    if case .local = kernel.form {
      let places = times(output.extents)
      return bias ? "\(places) * (\(times(factors)) + 1)" : "\(places) * \(times(factors))"
    }
    return bias ? "\(filters) * (\(times(factors)) + 1)" : times([Int64(filters)] + factors)
  }

  /// The parameters if every filter spanned all maps.
  fileprivate var ungroupedParameters: Int64? {
    guard let bank = filterBank else { return parameters }
    return sum([reading(.ungrouped)?.weights, bank.bias ? bank.filters : 0])
  }
}
