/// The colours of a theme. Light and print climb in lightness from family to family, so that a grey copy keeps them apart.
struct GraphTheme {
  let background: String
  let card: String
  let ink: String
  let dim: String
  let hairline: String
  let edge: String
  let skip: String
  /// The fill of an open block by its depth; none where blocks are only framed.
  let clusterFills: [String]
  let clusterFrame: String
  let block: String
  /// In the order of `GraphFamily`.
  private let families: [String]
  /// In the order of `Diagram.Heat`, each with the colour of the text on it.
  private let heats: [(fill: String, text: String)]
  /// Whether swatches need a frame to be seen.
  let framesSwatches: Bool

  init(_ theme: GraphOptions.Theme) {
    switch theme {
    case .light: self = .light
    case .dark: self = .dark
    case .print: self = .print
    }
  }

  func color(of family: GraphFamily) -> String { families[family.rawValue] }
  func colors(of heat: Diagram.Heat) -> (fill: String, text: String) { heats[heat.rawValue] }

  private init(
    background: String, card: String, ink: String, dim: String, hairline: String, edge: String, skip: String,
    clusterFills: [String], clusterFrame: String, block: String, families: [String],
    heats: [(fill: String, text: String)], framesSwatches: Bool = false
  ) {
    self.background = background
    self.card = card
    self.ink = ink
    self.dim = dim
    self.hairline = hairline
    self.edge = edge
    self.skip = skip
    self.clusterFills = clusterFills
    self.clusterFrame = clusterFrame
    self.block = block
    self.families = families
    self.heats = heats
    self.framesSwatches = framesSwatches
  }

  private static let light = GraphTheme(
    background: "#FFFFFF", card: "#FFFFFF", ink: "#1C2127", dim: "#616A76", hairline: "#AEB5BF", edge: "#3B424C",
    skip: "#7B8490", clusterFills: ["#F6F7F9", "#EDEFF3", "#E4E7EC"], clusterFrame: "#CDD2D9", block: "#4A5665",
    families: ["#2B66AD", "#7A2E1C", "#2F9C85", "#BFA3DF", "#F3BE4B", "#DCE1E7", "#1C2127"],
    heats: [
      ("#FFF6EC", "#1C2127"), ("#FCDDB8", "#1C2127"), ("#F6B57A", "#1C2127"), ("#E07A3A", "#1C2127"),
      ("#A8410F", "#FFFFFF"),
    ])

  private static let dark = GraphTheme(
    background: "#14181D", card: "#1E242B", ink: "#E8EBEF", dim: "#9AA4B1", hairline: "#4A535F", edge: "#AEB7C2",
    skip: "#7C8795", clusterFills: ["#191E24", "#20262E", "#272E37"], clusterFrame: "#39424D", block: "#AEB7C2",
    families: ["#5B9BE6", "#D9573A", "#45C2A6", "#CDB4EE", "#F7D37A", "#4A535F", "#FFFFFF"],
    heats: [
      ("#2A2320", "#E8EBEF"), ("#4A3020", "#E8EBEF"), ("#7E4A22", "#E8EBEF"), ("#C2702C", "#14181D"),
      ("#FFB060", "#14181D"),
    ])

  private static let print = GraphTheme(
    background: "#FFFFFF", card: "#FFFFFF", ink: "#000000", dim: "#404040", hairline: "#000000", edge: "#000000",
    skip: "#000000", clusterFills: [], clusterFrame: "#606060", block: "#000000",
    families: ["#707070", "#333333", "#9A9A9A", "#BEBEBE", "#DEDEDE", "#FFFFFF", "#000000"],
    heats: [
      ("#FFFFFF", "#000000"), ("#E4E4E4", "#000000"), ("#BDBDBD", "#000000"), ("#8A8A8A", "#000000"),
      ("#4A4A4A", "#FFFFFF"),
    ], framesSwatches: true)
}
