/// How the tensors of a file are not those that a network has: every one of them.
public struct WeightMisfit: Hashable, Sendable {
  public struct Reshaped: Hashable, Sendable {
    public let name: String
    public let expected: [Int]
    public let found: [Int]
  }

  /// The layout that the tensors were held to, in whose names and shapes the others speak.
  public let layout: WeightLayout
  /// Parameters without a tensor.
  public internal(set) var missing: [String] = []
  /// Tensors without a parameter.
  public internal(set) var unexpected: [String] = []
  /// Tensors of another shape than their parameter.
  public internal(set) var reshaped: [Reshaped] = []
  /// Tensors with NaN or an infinity.
  public internal(set) var notFinite: [String] = []

  var isEmpty: Bool { count == 0 }
  var count: Int { missing.count + unexpected.count + reshaped.count + notFinite.count }
}

extension WeightMisfit: CustomStringConvertible {
  /// A line for each tensor.
  public var description: String {
    let layout = layout == .engine ? "" : " in the layout of \(layout)"
    var lines = ["the tensors are not those of the network" + layout]
    lines += missing.map { "missing \(quoted($0))" }
    lines += unexpected.map { "unexpected \(quoted($0))" }
    lines += reshaped.map { tensor in
      "\(quoted(tensor.name)): expected \(TensorShape.describe(tensor.expected)), "
        + "found \(TensorShape.describe(tensor.found))"
    }
    lines += notFinite.map { "\(quoted($0)) holds numbers that are not finite" }
    return lines.joined(separator: "\n  ")
  }
}
