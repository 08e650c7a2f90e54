/// The tensors of a file, read in one layout: which belongs to which parameter.
struct WeightReading {
  let layout: WeightLayout
  private(set) var misfit: WeightMisfit
  private let wanted: [(name: String, parameter: Parameter)]
  /// The tensor of each parameter; nil where there is none that fits.
  private var found: [NamedTensors.Element?] = []

  init(_ wanted: [(name: String, parameter: Parameter)], _ tensors: NamedTensors, _ layout: WeightLayout) {
    self.layout = layout
    self.wanted = wanted
    misfit = WeightMisfit(layout: layout)
    let names = Set(wanted.map(\.name))
    var elements: [String: NamedTensors.Element] = [:]
    let recurrent = layout == .keras ? WeightLayout.recurrentNames(wanted) : [:]
    for element in tensors.elements {
      if layout == .pytorch, Self.isBatchCount(element.name, besideOneOf: names) { continue }
      let own = layout == .keras ? Self.names(ofKeras: element.name, names, recurrent) : [element.name]
      if own.allSatisfy({ names.contains($0) && elements[$0] == nil }) {
        for name in own { elements[name] = element }
      } else {
        misfit.unexpected.append(element.name)
      }
    }
    for (name, parameter) in wanted {
      guard let element = elements[name] else {
        let name = layout.name(name, of: parameter)
        if misfit.missing.last != name { misfit.missing.append(name) }
        found.append(nil)
        continue
      }
      let extents = element.tensor.shape.extents
      if !layout.admits(extents, for: parameter) {
        let reshaped = WeightMisfit.Reshaped(
          name: element.name, expected: layout.shapes(of: parameter)[0], found: extents)
        if misfit.reshaped.last != reshaped { misfit.reshaped.append(reshaped) }
      } else if element.tensor.firstNotFinite != nil {
        misfit.notFinite.append(element.name)
      }
      found.append(element)
    }
  }

  /// The parameters that a tensor of Keras is for; a name that is none where there are none.
  private static func names(ofKeras name: String, _ names: Set<String>, _ recurrent: [String: [String]]) -> [String] {
    let plain = WeightLayout.dotted(name)
    if names.contains(plain) { return [plain] }
    for joinsWays in [false, true] {
      if let own = recurrent[WeightLayout.recurrentName(ofKeras: name, joinsWays: joinsWays)] { return own }
    }
    return [WeightLayout.engineName(ofKeras: name)]
  }

  private static func isBatchCount(_ name: String, besideOneOf names: Set<String>) -> Bool {
    let end = "." + WeightLayout.batchCount
    return name.hasSuffix(end) && names.contains(name.dropLast(end.count) + ".running_mean")
  }

  /// The value of every parameter, in the engine's layout.
  func values() throws(TensorError) -> [Tensor] {
    var values: [Tensor] = []
    for ((_, parameter), element) in zip(wanted, found) {
      guard let element else { continue }
      values.append(try layout.parameter(parameter, from: element.tensor))
    }
    return values
  }

  /// The first tensor that gives other numbers than in another reading; nil where they agree in all. Both have to fit.
  func firstDifference(from other: WeightReading) throws(TensorError) -> NamedTensors.Element? {
    for (index, (_, parameter)) in wanted.enumerated() {
      guard let mine = found[index], let its = other.found[index] else { continue }
      let value = try layout.parameter(parameter, from: mine.tensor)
      if value != (try other.layout.parameter(parameter, from: its.tensor)) { return mine }
    }
    return nil
  }
}
