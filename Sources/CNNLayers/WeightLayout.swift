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
    switch (role, axes) {
    case (.weight, _): return "kernel"
    case (.bias, _): return name
    case (.norm, .slopes): return "alpha"
    case (.norm, _): return name == "bias" ? "beta" : "gamma"
    case (.statistic, _): return name == "running_mean" ? "moving_mean" : "moving_variance"
    }
  }

  /// What a library calls it in a network.
  public func path(ofLayer layer: String, in layout: WeightLayout) -> String {
    layout == .keras
      ? layer.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "/") + "/" + name(in: layout)
      : layer + "." + name(in: layout)
  }
}
