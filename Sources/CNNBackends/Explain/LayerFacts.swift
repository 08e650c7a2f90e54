import CNNLayers
import CNNModel
import CNNText

/// A layer, and what explanations ask of it.
struct LayerFacts {
  let network: Network
  let form: NormalForm
  let id: TensorID
  let layer: NetworkLayer
  let name: String
  /// That of the first input; for an input its own.
  let input: Shape
  let inputs: [TensorID]

  init(_ id: TensorID, in network: Network, _ form: NormalForm) {
    self.network = network
    self.form = form
    self.id = id
    layer = network.producer(of: id)
    name = network.path(of: layer)
    input = network.firstInputShape(of: layer)
    inputs = network.inputs(of: layer)
  }

  var operation: Operation { layer.operation }
  var output: Shape { network.outputShape(of: layer) }
  var rank: Int { Int(input.rank) }
  var weights: [Weight] { operation.weights(for: input) }
  var parameters: Int64? { sum(weights.filter(\.isTrained).map(\.count)) }
  var statistics: Int64? { sum(weights.filter { !$0.isTrained }.map(\.count)) }

  func facts(of tensor: TensorID) -> LayerFacts { LayerFacts(tensor, in: network, form) }

  /// The arithmetic of each axis; empty where the operation leaves the extents alone.
  var axes: [(name: String, arithmetic: ExtentArithmetic)] {
    (0..<rank).compactMap { axis in
      operation.arithmetic(axis: axis, input: input, output: output).map { (input.axisName(axis), $0) }
    }
  }

  /// `28 - 5 + 1 = 24`, or an entry for each axis where they differ: `height 28 - 5 + 1 = 24`.
  func arithmetic(_ text: (ExtentArithmetic) -> String) -> [String] {
    let axes = self.axes
    guard let first = axes.first?.arithmetic else { return [] }
    if axes.count == rank, axes.allSatisfy({ $0.arithmetic == first }) {
      return first.isTelling ? [text(first)] : []
    }
    return axes.filter(\.arithmetic.isTelling).map { "\($0.name) \(text($0.arithmetic))" }
  }

  /// The numbers one value of the output is made from, as factors; nil where that is not one number for all values.
  var readFactors: [Int64]? { operation.readFactors(on: input) }

  var multiplyAdds: Int64? {
    operation.multiplyAdds(input: input, and: inputs.dropFirst().map { network.shape(of: $0) }, output: output)
  }

  var reads: Int64? { readFactors.flatMap(product) }

  /// Weights if each value of the output had its own: the connections of a layer.
  var connections: Int64? {
    guard let kernel = operation.kernel else { return nil }
    guard let reads else {
      return sum([multiplyAdds, kernel.bias ? output.elements : 0])
    }
    return sum([reads, kernel.bias ? 1 : 0]).flatMap { product([output.elements, $0]) }
  }

  /// The arguments that decide the shape, the number of channels apart: `5x5, pad same`.
  var geometry: String {
    form.argumentTexts(of: layer).filter { argument in
      argument.parameter.map { !Self.otherArguments.contains($0) } ?? false
    }.map(\.text).joined(separator: ", ")
  }

  private static let otherArguments: Set<String> = [
    "filters", "units", "bias", "groups", "multiplier", "eps", "momentum", "affine", "mode", "aligncorners", "countpad",
    "heads", "scale", "biases", "init", "std",
  ]
}
