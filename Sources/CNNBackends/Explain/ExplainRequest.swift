/// What `cnn explain` is asked: `explain net.cnn conv1 --parameters --compare 253440`.
public struct ExplainRequest: Hashable, Sendable {
  /// The name of a layer, or its end: `layer1.0.conv1`, `conv1`. Nil asks for the whole model.
  public var layer: String?
  /// Asks where the parameters come from rather than the shape.
  public var parameters: Bool
  /// The reader's own number, to be found among the model's or refuted.
  public var compare: Int64?
  /// Shows every line of a long table.
  public var all: Bool

  public init(layer: String? = nil, parameters: Bool = false, compare: Int64? = nil, all: Bool = false) {
    self.layer = layer
    self.parameters = parameters
    self.compare = compare
    self.all = all
  }
}

/// Why there is nothing to explain.
public enum ExplainError: Error, Hashable, Sendable {
  /// The nearest name is given where one comes close.
  case noSuchLayer(String, nearest: String?)
  /// Several names end like this.
  case ambiguous(String, candidates: [String])
  /// The layer stands behind a mistake, or the whole model holds one.
  case broken(String)
}

extension ExplainError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchLayer(let name, let nearest):
      "there is no layer `\(name)`" + (nearest.map { "; nearest: `\($0)`" } ?? "")
    case .ambiguous(let name, let candidates):
      "`\(name)` can be "
        + (candidates.count > Self.shownCandidates
          ? quoted(candidates.prefix(Self.shownCandidates)) + " and \(candidates.count - Self.shownCandidates) others"
          : listed(candidates.map { "`\($0)`" }, last: " or "))
    case .broken(let name):
      "`\(name)` cannot be explained before the mistakes of its model are mended"
    }
  }

  private static let shownCandidates = 4

  private func quoted(_ names: ArraySlice<String>) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
