import CNNLayers
import CNNModel
import CNNText

/// Where the parameters of one layer come from, and how many there would be if it were read otherwise.
struct ParameterExplainer {
  private let layer: LayerFacts
  private let request: ExplainRequest

  init(_ layer: LayerFacts, _ request: ExplainRequest) {
    self.layer = layer
    self.request = request
  }

  var explanation: Explanation {
    var explanation = Explanation()
    explanation.say(answer)
    explanation.add(sums)
    explanation.facts = layer.parameterFacts
    explanation.note(layer.reads, "what one value of \(layer.name) reads")
    addReadings(to: &explanation)
    let remarks = self.remarks
    if !remarks.isEmpty { explanation.sections.append(.paragraph(remarks)) }
    if let number = request.compare { explanation.say(Comparison(number, with: explanation.facts).text) }
    return explanation
  }

  // MARK: - The answer

  private var answer: String {
    let name = layer.name
    guard let parameters = layer.parameters, parameters > 0 else {
      return "\(name) has no parameters."
    }
    let count =
      if let shared = layer.network.sharedName(ofLayer: layer.network.tensors[Int(layer.id)].producer) {
        "\(name) uses the \(counted(parameters, "parameter")) of `\(shared)`, which count where it is called first"
      } else {
        "\(name) has \(counted(parameters, "parameter"))"
      }
    if let kernel = layer.operation.kernel { return "\(count): \(answer(of: kernel))" }
    let what = layer.weights.filter(\.isTrained).map { weight in
      times(weight.shape) + (weight.name.isEmpty ? "" : " for `\(weight.name)`")
    }
    return "\(count): \(listed(what))."
  }

  private func answer(of kernel: Kernel) -> String {
    let (filters, groups, channels) = (kernel.filters, kernel.groups, layer.input.channels)
    let noun = counted(filters, "filter")
    switch kernel.form {
    case .sliding(let window):
      let kernel = window.kernelText(rank: layer.rank)
      let form = "\(filters == 1 ? "" : "each ")\(layer.rank == 1 ? "a " : "")\(kernel)"
      if layer.isDepthwise {
        return "\(noun), \(form) and one map deep: \(filters / groups) for each of \(counted(channels, "map"))."
      }
      if groups > 1 {
        return "\(noun) in \(groups) groups, \(form) and \(channels / groups) of \(channels) maps deep."
      }
      return "\(noun), \(form) and as deep as its input."
    case .local(let window):
      let kernel = window.kernelText(rank: layer.rank)
      let cells = product(layer.output.extents.dropLast().map(Int64.init)) ?? 0
      return "for each of \(counted(cells, "cell")) of the output, \(noun) of its own, "
        + "\(filters == 1 ? "" : "each ")\(layer.rank == 1 ? "a " : "")\(kernel) and as deep as its input."
    case .spreading(let window):
      return "for each of \(counted(channels, "map")) below, \(counted(filters / groups, "filter")) of "
        + "\(window.kernelText(rank: layer.rank))."
    case .matrix: return "\(counted(filters, "unit")), each with a weight for every number it reads."
    }
  }

  // MARK: - The sum

  private var sums: Explanation.Table {
    var rows: [[String]] = []
    func row(_ what: String, _ factors: [Int64], _ remark: String = "") {
      rows.append([what, times(factors), product(factors)?.grouped ?? "", remark])
    }
    if let kernel = layer.operation.kernel {
      let factors = kernel.factors(for: layer.input)
      let count = product(factors) ?? 0
      let (filters, channels) = (Int64(kernel.filters), Int64(layer.input.channels))
      switch kernel.form {
      case .sliding:
        row("one filter", factors, "a value of the output sums \(counted(count, "product"))")
        row(counted(filters, "filter"), [filters, count])
      case .local:
        let cells = layer.output.extents.dropLast().map(Int64.init)
        row("one filter", factors, "a value of the output sums \(counted(count, "product"))")
        row("one for each value", cells + [filters, count])
        if kernel.bias { row("biases", cells + [filters], "one a value") }
      case .spreading:
        row("one map below", factors, "a value of the input adds to \(counted(count, "product"))")
        row(counted(channels, "map"), [channels, count])
      case .matrix:
        row("one unit", factors, "a weight for every number")
        row(counted(filters, "unit"), [filters, channels])
      }
      if kernel.bias, !kernel.isLocal {
        row("biases", [filters], kernel.form == .matrix ? "one a unit" : "one a filter")
      }
    } else {
      for weight in layer.weights {
        row(weight.name.isEmpty ? "the tensor" : weight.name, weight.shape, weight.isTrained ? "" : "kept, not trained")
      }
    }
    if let parameters = layer.parameters, rows.count > 1 { rows.append(["", "", parameters.grouped, ""]) }
    return .init([.init(gap: 4, minimum: 12), .init(), .init("", .right, gap: 3), .init(minimum: 20)], rows: rows)
  }

  // MARK: - Other readings

  private func addReadings(to explanation: inout Explanation) {
    let readings = layer.readings
    guard readings.count > 1, case .convolution(let window, _, let groups, _) = layer.operation else { return }
    let kernel = window.kernelText(rank: layer.rank)
    let others = readings.count - 1
    let title =
      others == 1
      ? "Another reading, and its numbers:" : "\(others == 2 ? "Two" : "Three") other readings, and their numbers:"
    let rows = readings.map { reading in
      let what =
        switch reading.kind {
        case .everyMap: "every \(kernel)\(layer.rank == 1 ? "" : " filter") over every map by itself"
        case .flat: "one flat \(kernel) a filter, same for all maps"
        case .ungrouped: "no groups: filters as deep as the input"
        case .own:
          "this layer: \(withArticle(kernel)) of its own for each map\(groups > 1 && !layer.isDepthwise ? " of its group" : "")"
        }
      return [
        what, reading.weights.grouped, times(reading.weightFactors), String(reading.maps), times(reading.mapFactors),
      ]
    }
    explanation.add(
      .init(
        [.init(minimum: 24), .init("weights", .right), .init(), .init("maps", .right), .init()], title: title,
        rows: rows))
    for reading in readings.dropLast() {
      let meaning =
        switch reading.kind {
        case .everyMap: "if every filter were laid over every map by itself"
        case .flat: "if every filter were one plane, the same for all maps"
        case .ungrouped: "without groups"
        case .own: ""
        }
      explanation.note(reading.weights, "the number of weights \(meaning)")
      if let bank = layer.filterBank, bank.bias {
        explanation.note(sum([reading.weights, bank.filters]), "the number of parameters \(meaning)")
      }
      if reading.kind == .everyMap { explanation.note(reading.maps, "the number of maps \(meaning)") }
    }
  }

  private var remarks: [String] {
    var remarks: [String] = []
    if let bank = layer.filterBank, bank.channels == 1 {
      remarks.append("Its input is one map, so a filter is one plane, and other readings give the same numbers.")
    }
    if let reading = layer.reading(.everyMap), layer.readings.contains(where: { $0.kind == .everyMap }) {
      remarks.append(depthwise(reading))
    }
    if let bank = layer.filterBank, bank.groups > 1, let reading = layer.reading(.ungrouped), bank.bias,
      let whole = sum([reading.weights, bank.filters])
    {
      remarks.append(
        "Without groups, its biases counted: \(reading.weights) + \(bank.filters) = \(counted(whole, "parameter")).")
    }
    if let reads = layer.reads, let adds = layer.multiplyAdds,
      adds > 0
    {
      remarks.append(
        "Each value takes \(counted(reads, "multiply-add")): \(layer.output.elements) * \(reads) = \(adds.grouped) in all."
      )
    }
    if let connections = layer.connections, layer.connections != layer.parameters, let reads = layer.reads {
      let each = layer.filterBank?.bias ?? true ? "(\(reads) + 1)" : "\(reads)"
      remarks.append(
        "Nothing shared, each value with weights of its own: \(layer.output.elements) * \(each) = "
          + "\(counted(connections, "parameter")).")
    }
    return remarks
  }

  /// The first reading as a layer of the language.
  private func depthwise(_ reading: ParameterReading) -> String {
    guard let bank = layer.filterBank else { return "" }
    let kept = layer.form.argumentTexts(of: layer.layer).filter {
      $0.parameter != "filters" && $0.parameter != "groups"
    }
    let texts = kept.map(\.text)
    let arguments = texts.prefix(1) + ["multiplier \(bank.filters)"] + texts.dropFirst()
    let own = product([reading.maps, bank.cells]).map { "\(reading.maps) * \(bank.cells) = \(counted($0, "weight"))" }
    return "The first is a layer of its own, `depthwise \(arguments.joined(separator: ", "))`: "
      + "\(productText(reading.mapFactors, grouped: false)) maps, each value the sum of "
      + "\(counted(bank.cells, "product")); but it has a filter for each map"
      + "\(own.map { ": \($0)" } ?? "")."
  }
}
