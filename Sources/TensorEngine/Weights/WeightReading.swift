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
    for element in tensors.elements {
      let name = layout == .keras ? WeightLayout.engineName(ofKeras: element.name) : element.name
      if layout == .pytorch, Self.isBatchCount(name, besideOneOf: names) { continue }
      if names.contains(name), elements[name] == nil {
        elements[name] = element
      } else {
        misfit.unexpected.append(element.name)
      }
    }
    for (name, parameter) in wanted {
      let shapes = layout.shapes(of: parameter)
      guard let element = elements[name] else {
        misfit.missing.append(layout.name(name, of: parameter))
        found.append(nil)
        continue
      }
      let extents = element.tensor.shape.extents
      if !shapes.contains(extents) {
        misfit.reshaped.append(.init(name: element.name, expected: shapes[0], found: extents))
      } else if element.tensor.firstNotFinite != nil {
        misfit.notFinite.append(element.name)
      }
      found.append(element)
    }
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
