import CNNModel
import CNNText

/// How a diagram is to look.
public struct GraphOptions: Hashable, Sendable {
  /// What the cost row of a card shows.
  public enum Heat: String, CaseIterable, Hashable, Sendable {
    case none, parameters, macs
  }

  public enum Theme: String, CaseIterable, Hashable, Sendable {
    case light, dark
    /// Black on white, for paper.
    case print
  }

  public var depth: ReportOptions.Depth
  /// A call to open beside those that `depth` opens, by its name or the end of it.
  public var open: String?
  public var heat: Heat
  public var theme: Theme
  /// From left to right rather than from top to bottom.
  public var isHorizontal: Bool
  /// Where the sources are to be seen: layers link to `linkBase/file#L12`.
  public var linkBase: String?

  public init(
    depth: ReportOptions.Depth = .levels(1), open: String? = nil, heat: Heat = .none, theme: Theme = .light,
    isHorizontal: Bool = false, linkBase: String? = nil
  ) {
    self.depth = depth
    self.open = open
    self.heat = heat
    self.theme = theme
    self.isHorizontal = isHorizontal
    self.linkBase = linkBase
  }
}

/// Why there is nothing to draw.
public enum GraphError: Error, Hashable, Sendable {
  /// No call has the name; the nearest one is given where one comes close.
  case noSuchCall(String, nearest: String?)
  /// Several names end like this.
  case ambiguous(String, candidates: [String])
}

extension GraphError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchCall(let name, let nearest):
      "no block call `\(name)` can be opened" + (nearest.map { "; nearest: `\($0)`" } ?? "")
    case .ambiguous(let name, let candidates):
      "`\(name)` can be " + candidates.prefix(Self.shownCandidates).map { "`\($0)`" }.joined(separator: ", ")
        + (candidates.count > Self.shownCandidates ? " and \(candidates.count - Self.shownCandidates) others" : "")
    }
  }

  private static let shownCandidates = 4
}

extension BackendInput {
  /// The model as a diagram in the language of Graphviz (DOT). A model with a mistake is drawn up to its first broken
  /// layer. The same input gives the same bytes.
  public func graph(_ options: GraphOptions = GraphOptions()) throws(GraphError) -> String {
    DOTPrinter(try diagram(options), options).text
  }

  /// What is to be drawn: layers to cards, cards to columns, columns to lines.
  func diagram(_ options: GraphOptions) throws(GraphError) -> Diagram {
    let cards = try CardPlan(self, options)
    let columns = ColumnPlan(cards, wiring: Wiring(cards, network: network), hasBars: !options.isHorizontal)
    return DiagramBuilder(self, options, columns).diagram
  }
}
