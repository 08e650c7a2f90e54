extension NamedTensors {
  /// What files of weights say of their layout.
  private static let formatKey = "format"
  private static let ownFormat = "TensorEngine"

  /// All parameters of a network, statistics included, in the layout of the engine, as the metadata says.
  ///
  /// - Throws: `TensorError` where two have one name.
  public init(of network: some Parameterized) throws(TensorError) {
    try self.init(network.parameters.map { ($0.name, $0.parameter.value) })
    metadata[Self.formatKey] = Self.ownFormat
  }

  /// The layouts that the tensors can be in as far as metadata and names say.
  ///
  /// Metadata decide where they name who wrote the file, as those of this library do, and of the SafeTensors files of
  /// many PyTorch programs (`pt`). Names decide where only one library has such names.
  ///
  /// - Parameter own: Names of the network, which say nothing: a learned tensor may be called `gamma`.
  fileprivate func admittedLayouts(own: Set<String>) -> [WeightLayout] {
    switch metadata[Self.formatKey] {
    case Self.ownFormat: return [.engine]
    case "pt": return [.pytorch]
    case "tf", "keras": return [.keras]
    case _: break
    }
    let foreign = names.filter { !own.contains($0) }
    if foreign.contains(where: WeightLayout.isOfPyTorch) { return [.pytorch] }
    if foreign.contains(where: WeightLayout.isOfKeras) { return [.keras] }
    return WeightLayout.allCases
  }
}

extension Parameterized {
  /// Replaces every parameter by the tensor of its name.
  ///
  /// Tensors may be in the layout of the engine, of PyTorch or of Keras; see `WeightLayout`. Which one it is, is decided
  /// by what is recorded: the metadata of the file, the names, and all shapes together. A tensor of equal extents says
  /// nothing by itself, so where more than one layout fits and they give different numbers, none is chosen.
  ///
  /// - Parameter layout: Nil to have it decided; a layout has the last word, whatever the file says of itself.
  /// - Throws: `TensorError` with every tensor that is missing, unexpected, of another shape or not finite; where
  ///   several layouts fit; or where weights of PyTorch cannot be brought into another order. The parameters are then as
  ///   before.
  public mutating func load(_ tensors: NamedTensors, layout: WeightLayout? = nil) throws(TensorError) {
    let wanted = parameters
    let admitted = layout.map { [$0] } ?? tensors.admittedLayouts(own: Set(wanted.map(\.name)))
    let readings = admitted.map { WeightReading(wanted, tensors, $0) }
    let values = try Self.decide(among: readings).values()
    var index = 0
    try visitParameters("") { (_, parameter) throws(TensorError) in
      parameter.value = values[index]
      index += 1
    }
  }

  /// The only reading that fits, or one of several that agree.
  private static func decide(among readings: [WeightReading]) throws(TensorError) -> WeightReading {
    let fitting = readings.filter(\.misfit.isEmpty)
    guard let chosen = fitting.first else {
      // The layout in which the fewest tensors are out of place is the likeliest to have been meant.
      let closest = readings.min { $0.misfit.count < $1.misfit.count }
      throw TensorError(.data(.misfit(closest?.misfit ?? WeightMisfit(layout: .engine))))
    }
    for other in fitting.dropFirst() {
      let difference = try chosen.firstDifference(from: other)
      let isBound = (chosen.layout == .pytorch) != (other.layout == .pytorch) && !channelsLastLayers.isEmpty
      if difference != nil || isBound {
        throw TensorError(
          .data(.ambiguousLayout([chosen.layout, other.layout], tensor: difference?.name)),
          site: difference == nil ? channelsLastLayers.first : nil)
      }
    }
    if chosen.layout == .pytorch, let site = channelsLastLayers.first {
      throw TensorError(.data(.channelsLast(.pytorch)), site: site)
    }
    return chosen
  }
}
