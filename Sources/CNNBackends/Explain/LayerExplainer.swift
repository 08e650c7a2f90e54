import CNNLayers
import CNNModel
import CNNText

/// How the shape of one layer came about, and what it could have been.
struct LayerExplainer {
  private let layer: LayerFacts
  private let request: ExplainRequest
  private let chain: ExtentChain

  init(_ layer: LayerFacts, _ request: ExplainRequest) {
    self.layer = layer
    self.request = request
    chain = ExtentChain(to: layer)
  }

  var explanation: Explanation {
    var explanation = Explanation()
    explanation.say(layer.answer)
    if layer.inputs.count > 1 { explanation.add(branches) }
    if chain.links.count > 2 { explanation.add(chain.table(all: request.all)) }
    noteFacts(in: &explanation)
    let readings = layer.windowReadings
    addReadings(readings, to: &explanation)
    if layer.operation.isOfVectors { PaddingAlternative(layer, chain)?.describe(layer, in: &explanation) }
    var closing = layer.closing
    if let number = request.compare {
      closing.append(Comparison(number, with: explanation.facts, layer, readings.map(\.output)).text)
    }
    if !closing.isEmpty { explanation.sections.append(.paragraph(closing)) }
    return explanation
  }

  private func noteFacts(in explanation: inout Explanation) {
    let name = layer.name
    explanation.note(layer.output.elements, "the number of \(layer.operation.outputNoun) of \(name)")
    for fact in layer.parameterFacts { explanation.note(fact.value, fact.meaning) }
    explanation.note(layer.reads, "what one value of \(name) reads")
    explanation.note(layer.input.elements, "what \(name) reads in all")
  }

  /// One line for each tensor that meets here.
  private var branches: Explanation.Table {
    let rows = Explanation.rows(layer.inputs, all: request.all) { input in
      let shape = layer.network.shape(of: input)
      return [shape.description, layer.form.name(of: input), Self.spreads(shape, to: layer.output, layer.operation)]
    } note: {
      ["...", "", "\($0.count) inputs left out"]
    }
    return .init([.init(gap: 3), .init(role: .name, minimum: 12), .init(minimum: 20)], rows: rows)
  }

  private static func spreads(_ shape: Shape, to output: Shape, _ operation: Operation) -> String {
    guard case .elementwise = operation, shape != output else { return "" }
    return "repeated to \(output)"
  }

  private func addReadings(_ readings: [WindowReading], to explanation: inout Explanation) {
    guard readings.count > 1 else { return }
    let noun = layer.operation.outputNoun
    let columns: [Explanation.Column] = [
      .init(gap: readings.contains { $0.label.count > 15 } ? 1 : 2, minimum: 16), .init("exact"), .init("output"),
      .init(noun, .right),
      .init(readings.allSatisfy { $0.remark.isEmpty } ? "" : "left over", minimum: 16),
    ]
    explanation.add(
      .init(
        columns,
        rows: readings.map { [$0.label, $0.exact, $0.output.description, $0.output.elements.grouped, $0.remark] }
      ))
    for (elements, labels) in Self.labels(readings) {
      explanation.note(elements, "what \(listed(labels.map { "`\($0)`" })) would give")
    }
  }

  /// The other readings by what they give, in their order.
  private static func labels(_ readings: [WindowReading]) -> [(Int64, [String])] {
    var result: [(Int64, [String])] = []
    for reading in readings.dropFirst() {
      if let index = result.firstIndex(where: { $0.0 == reading.output.elements }) {
        result[index].1.append(reading.label)
      } else {
        result.append((reading.output.elements, [reading.label]))
      }
    }
    return result
  }
}

extension LayerFacts {
  /// What a value reads, and where the parameters come from.
  fileprivate var closing: [String] {
    if let kernel = operation.kernel { return closing(of: kernel) }
    if case .pool(let kind, _, _, _) = operation, let factors = readFactors {
      let verb = kind == .max ? "the largest" : "the mean"
      return ["A value is \(verb) of \(productText(factors)) values of its map; there are no parameters."]
    }
    if case .normalization = operation { return parameterSummary }
    return weights.isEmpty ? [] : parameterSummary
  }

  private func closing(of kernel: Kernel) -> [String] {
    guard let parameters else { return [] }
    let factors = kernel.factors(for: input)
    let count = product(factors) ?? 0
    switch kernel.form {
    case .matrix: return []
    case .sliding:
      let formula = kernel.bias ? "\(kernel.filters) * (\(count) + 1)" : "\(kernel.filters) * \(count)"
      return ["A neuron reads \(productText(factors)) values; \(formula) = \(counted(parameters, "parameter"))."]
    case .local:
      let each = product(output.extents.dropLast().map(Int64.init)) ?? 0
      let formula = "\(each) * \(kernel.filters) * " + (kernel.bias ? "(\(count) + 1)" : "\(count)")
      return ["A neuron reads \(productText(factors)) values; \(formula) = \(counted(parameters, "parameter"))."]
    case .spreading:
      let formula = "\(input.channels) * \(count)" + (kernel.bias ? " + \(kernel.filters)" : "")
      return [
        "A value of the input adds to \(productText(factors)) products; \(formula) = "
          + "\(counted(parameters, "parameter"))."
      ]
    }
  }

  /// `factors 64, shifts 64 = 128 parameters`, and the statistics apart.
  private var parameterSummary: [String] {
    let trained = weights.filter(\.isTrained)
    let kept = weights.filter { !$0.isTrained }
    var sentences: [String] = []
    if let parameters {
      let terms = trained.map { times($0.shape) }
      let formula = terms.joined(separator: " + ")
      sentences.append(
        terms.isEmpty
          ? "It has no parameters."
          : (formula == String(parameters) ? "" : formula + " = ") + counted(parameters, "parameter") + ".")
    }
    if let statistics, statistics > 0 {
      let terms = kept.map { times($0.shape) }.joined(separator: " + ")
      sentences.append("\(terms) = \(statistics.grouped) running statistics beside, which are not trained.")
    }
    return sentences.isEmpty ? [] : [sentences.joined(separator: " ")]
  }

  /// The numbers of its parameters.
  var parameterFacts: [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    func note(_ value: Int64?, _ meaning: String) {
      if let value, value > 0 { facts.append(.init(value, meaning)) }
    }
    note(parameters, "the number of parameters of \(name)")
    note(sum(weights.filter { $0.role == .weight }.map(\.count)), "the number of weights of \(name)")
    note(sum(weights.filter { $0.role == .bias }.map(\.count)), "the number of biases of \(name)")
    note(statistics, "the number of running statistics of \(name)")
    note(multiplyAdds, "the number of multiply-adds of \(name)")
    note(connections, "the number of parameters \(name) would have if nothing were shared")
    return facts
  }
}
