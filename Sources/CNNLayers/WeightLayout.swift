/// Whose names and order of axes weights have in a file.
public enum WeightLayout: String, CaseIterable, Hashable, Sendable {
  /// Those of the library that generated Swift runs on.
  case engine
  case pytorch, keras
}

extension Weight {
  /// What the axes of its shape are.
  public enum Axes: Hashable, Sendable {
    /// A number for each channel, or each feature of a vector.
    case features
    /// A slope for all channels or for each, of an input with so many axes of cells.
    case slopes(spatialRank: Int)
    /// The extents of an example, channels last.
    case example
    /// Inputs, units.
    case matrix
    /// Kernel extents, input channels of a group, filters.
    case kernel(groups: Int64)
    /// Kernel extents, filters of a group, input channels.
    case transposedKernel(groups: Int64)
    /// Cells of the output, cells of the kernel times input channels, filters: as Keras has it. PyTorch has no such layer.
    case localKernel
    /// The extents of the output of such a layer.
    case place
    /// Inputs, or the state, by the units of all gates; or a number for each of these.
    case gates(Recurrent)
  }

  /// The extents in the order that a library has them in.
  public func shape(in layout: WeightLayout) -> [Int64] { order(in: layout).map(\.extent) }

  /// The meaning of each axis, those of a kernel as one: `out`, `in`, `kernel`.
  public func axisNames(in layout: WeightLayout) -> [String] {
    var names: [String] = []
    for (name, _) in order(in: layout) where names.last != name { names.append(name) }
    return names
  }

  private func order(in layout: WeightLayout) -> [(name: String, extent: Int64)] {
    let last = shape.last ?? 1
    let kernel = shape.dropLast(2).map { (name: "kernel", extent: $0) }
    switch axes {
    case .features: return [("channels", last)]
    case .slopes(let spatialRank):
      let cells = Array(repeating: (name: "1", extent: Int64(1)), count: layout == .keras ? spatialRank : 0)
      return cells + [("channels", last)]
    case .example:
      let spatial = shape.dropLast().map { (name: "extents", extent: $0) }
      return layout == .pytorch ? [("channels", last)] + spatial : spatial + [("channels", last)]
    case .place: return shape.dropLast().map { (name: "extents", extent: $0) } + [("channels", last)]
    case .localKernel: return Array(zip(["cells", "in", "out"], shape).map { (name: $0, extent: $1) })
    case .gates:
      guard shape.count == 2 else { return [("gates", last)] }
      let (inner, outer) = ((name: "in", extent: shape[0]), (name: "gates", extent: last))
      return layout == .pytorch ? [outer, inner] : [inner, outer]
    case .matrix, .kernel, .transposedKernel:
      var inner = (name: "in", extent: shape.count < 2 ? 1 : shape[shape.count - 2])
      var outer = (name: "out", extent: last)
      if case .transposedKernel = axes { (inner.name, outer.name) = ("out", "in") }
      if case .kernel(let groups) = axes, layout == .keras, groups > 1, inner.extent == 1 {
        return kernel + [("in", groups), ("multiplier", last / groups)]
      }
      return layout == .pytorch ? [outer, inner] + kernel : kernel + [inner, outer]
    }
  }

  /// What a library calls it, behind the name of its layer.
  public func name(in layout: WeightLayout) -> String {
    guard layout == .keras else { return name }
    if case .gates(let recurrent) = axes { return kerasName(in: recurrent) }
    switch role {
    case .weight: return "kernel"
    case .bias, .learned: return name
    case .slope: return "alpha"
    case .norm: return name == "bias" ? "beta" : "gamma"
    case .statistic: return name == "running_mean" ? "moving_mean" : "moving_variance"
    }
  }

  /// What Keras calls an array of a recurrent layer, which it keeps in a cell, one for each direction. A number after
  /// `bias` is a row of it. Keras has one bias in an `lstm` and two in a `gru`, or none; other layers keep their names.
  private func kerasName(in recurrent: Recurrent) -> String {
    let own: String
    switch (role, recurrent.kind, recurrent.biases) {
    case (_, .lstm, 2), (_, .gru, 1): return name
    case (.bias, .lstm, _): own = "bias"
    case (.bias, .gru, _): own = name.contains("_hh_") ? "bias[1]" : "bias[0]"
    case (.weight, _, _), (.norm, _, _), (.slope, _, _), (.learned, _, _), (.statistic, _, _):
      own = name.contains("_hh_") ? "recurrent_kernel" : "kernel"
    }
    let kind = recurrent.kind.rawValue
    let direction = recurrent.both ? "\(name.hasSuffix("_reverse") ? "backward" : "forward")_\(kind)/" : ""
    return "\(direction)\(kind)_cell/\(own)"
  }

  /// What a library calls it in a network.
  public func path(ofLayer layer: String, in layout: WeightLayout) -> String {
    let name = name(in: layout)
    let separator = layout == .keras ? "/" : "."
    let path =
      layout == .keras
      ? layer.split(separator: ".", omittingEmptySubsequences: false).joined(separator: separator) : layer
    return name.isEmpty ? path : path + separator + name
  }
}
