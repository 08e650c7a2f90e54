import CNNLayers
import CNNModel
import CNNText

extension BackendInput {
  /// Explains a layer or the whole model.
  ///
  /// Where the shape of an input has symbols, the arithmetic is that of one size, which the last sentence names.
  public func explain(_ request: ExplainRequest) throws(ExplainError) -> Explanation {
    var explanation = try answer(request)
    if let sizes = network.sizes {
      explanation.say("The extents are those of \(sizes.standInWords); `--sizes` speaks of all sizes.")
    }
    return explanation
  }

  private func answer(_ request: ExplainRequest) throws(ExplainError) -> Explanation {
    let form = NormalForm(model, of: program)
    guard let name = request.layer else {
      guard network.isComplete else { throw .broken(network.name) }
      return ModelExplainer(network, form, request).explanation
    }
    if let frame = try call(named: name) { return ModelExplainer(frame, network, form, request).explanation }
    let layer = LayerFacts(try tensor(named: name), in: network, form)
    return request.parameters
      ? ParameterExplainer(layer, request).explanation
      : LayerExplainer(layer, request).explanation
  }

  /// The call of a block by its whole name.
  private func call(named name: String) throws(ExplainError) -> Frame? {
    let frame = network.frames.dropFirst().first { network.path(of: $0) == name }
    guard let frame, !frame.layers.isEmpty else { return nil }
    let valid = network.validLayers ?? network.layers.count
    guard !frame.output.isNone, Int(frame.output) < valid, frame.layers.upperBound <= valid else { throw .broken(name) }
    return frame
  }

  /// A layer by its whole name, or by the end of it if only one ends so.
  private func tensor(named name: String) throws(ExplainError) -> TensorID {
    let valid = network.validLayers ?? network.layers.count
    let names = network.layers.map { network.path(of: $0) }
    if let exact = names.firstIndex(of: name) {
      guard exact < valid else { throw .broken(name) }
      return TensorID(exact)
    }
    let ends = names.indices.filter { names[$0].hasSuffix(".\(name)") }
    guard let first = ends.first else {
      let nearest = nearestName(to: name, in: names)
      throw nearest == nil && !network.isComplete ? .broken(network.name) : .noSuchLayer(name, nearest: nearest)
    }
    guard ends.count == 1 else { throw .ambiguous(name, candidates: ends.map { names[$0] }) }
    guard first < valid else { throw .broken(name) }
    return TensorID(first)
  }
}
