import CNNLayers

/// What is drawn of a network, before it is text: cards in blocks, the points where lines turn, and the lines.
struct Diagram: Sendable {
  var title: Title
  /// The first is the whole model.
  var clusters: [Cluster] = []
  var nodes: [Node] = []
  /// Nodes that stand side by side.
  var ranks: [[Int]] = []
  var edges: [Edge] = []
  var legend: Legend

  struct Title: Hashable, Sendable {
    let name: String
    /// Totals, and whether it is all.
    let summary: [String]
    let tooltip: String
  }

  /// An open block. Its label stands left of the line that enters.
  struct Cluster: Hashable, Sendable {
    let id: String
    let parent: Int?
    let depth: Int
    let kind: String
    /// In lines; the first stands beside the kind.
    let arguments: [String]
    let name: String
    let tooltip: String
    let link: String?
  }

  struct Node: Hashable, Sendable {
    let id: String
    let cluster: Int
    /// Nodes of one column, which are to stand below each other.
    let column: String?
    let content: Content
    var tooltip: String = ""
    var link: String?
  }

  enum Content: Hashable, Sendable {
    case terminal(Terminal)
    case card(Card)
    /// A join below branches that stand side by side.
    case joinBar(JoinBar)
    /// The bar above such branches: the width of each, with the room to its right.
    case forkBar([BarColumn])
    /// Where a line splits.
    case dot
    /// Where a line turns.
    case corner
    /// Where a line is held aside on its way.
    case waypoint
  }

  /// `input`, `output`
  struct Terminal: Hashable, Sendable {
    let kind: String
    let name: String
    /// The shape of an input.
    let shape: String?
  }

  struct Card: Hashable, Sendable {
    /// The width of the cells at the right; 0 where there are none.
    let rightWidth: Int
    let rows: [Row]
    let shape: String
    /// Whether further sheets lie under it.
    let isStack: Bool
    /// Whether a line comes from the side, which should meet the middle.
    let hasSideLine: Bool
  }

  struct Row: Hashable, Sendable {
    /// What the spine shows; nil for none.
    let spine: Spine?
    let height: Int
    let left: [Run]
    let right: Run?
    /// The background of the right cell.
    var heat: Heat?
  }

  enum Spine: Hashable, Sendable {
    case family(GraphFamily)
    case block
  }

  /// Text of one look.
  struct Run: Hashable, Sendable {
    enum Style: Hashable, Sendable { case kind, arguments, detail, small, heat }

    let text: String
    let style: Style
  }

  /// A step of the scale: the share of a card in the whole.
  enum Heat: Int, CaseIterable, Hashable, Sendable {
    case trace, low, middle, high, most
  }

  struct JoinBar: Hashable, Sendable {
    let columns: [BarColumn]
    /// What each branch brings: its channels, or its shape.
    let parts: [String]
    /// Between the parts of a concatenation.
    let hasPlus: Bool
    let kind: [Run]
    let rows: [Row]
    let shape: String
  }

  /// The place of a branch in a bar: the column of its cards, with the room that other parts of it take beside them.
  struct BarColumn: Hashable, Sendable {
    let width: Int
    let gap: Int
  }

  struct Edge: Hashable, Sendable {
    enum Style: Hashable, Sendable {
      case main, skip
      /// Keeps two nodes in their order.
      case invisible
    }

    let from: Int
    let fromPort: Port
    var to: Int
    var toPort: Port
    var weight: Int?
    var style = Style.main
    var hasArrow = true
    /// Whether the line runs to the middle of the point it meets.
    var meetsHead = false
    var meetsTail = false
    /// Whether it is told from its end to its beginning: of two nodes side by side, the first is put left.
    var isReversed = false
  }

  /// Where a line meets a node.
  enum Port: Hashable, Sendable {
    case none, top, bottom
    /// The top, left and right of the card itself, without what stands above and below it.
    case cardTop, cardLeft, cardRight
    case right
    case barTop(Int)
    case barBottom(Int)
  }

  struct Legend: Hashable, Sendable {
    let families: [Spine]
    /// What the scale shows; nil where there is none.
    let scale: String?
    /// What the numbers of a shape mean; a line may end between the parts.
    let shapes: [String]
  }
}

/// What the colour of a row says.
enum GraphFamily: Int, CaseIterable, Hashable, Sendable {
  case convolution, dense, pooling, normalization, activation, reshaping, join

  init(_ family: Family) {
    self =
      switch family {
      case .convolution: .convolution
      case .dense, .recurrent: .dense
      case .pooling, .reduction: .pooling
      case .normalization: .normalization
      case .activation: .activation
      case .join, .attention: .join
      case .regularization, .source, .reshaping, .resampling, .padding: .reshaping
      }
  }

  var word: String {
    switch self {
    case .convolution: "convolution"
    case .dense: "dense"
    case .pooling: "pooling"
    case .normalization: "normalization"
    case .activation: "activation"
    case .reshaping: "reshaping"
    case .join: "join"
    }
  }
}
