/// How a report is to look.
public struct ReportOptions: Hashable, Sendable {
  public enum Format: String, CaseIterable, Hashable, Sendable {
    case text, markdown, json, csv
  }

  /// How far block calls are opened.
  public enum Depth: Hashable, Sendable {
    /// 1 is the model's own lines; each further level opens the calls of the one above.
    case levels(Int)
    case all

    func opens(_ level: Int) -> Bool {
      switch self {
      case .levels(let levels): level + 1 < levels
      case .all: true
      }
    }
  }

  /// What the share of a row is a share of.
  public enum Measure: String, CaseIterable, Hashable, Sendable {
    case parameters, macs, memory

    var words: String {
      switch self {
      case .parameters: "parameters"
      case .macs: "multiply-adds"
      case .memory: "memory"
      }
    }
  }

  /// Where the channels stand in a shape.
  public enum Layout: String, CaseIterable, Hashable, Sendable {
    /// Height, width, channels.
    case hwc
    /// Channels, height, width.
    case chw
  }

  public var format: Format
  public var depth: Depth
  public var measure: Measure
  public var layout: Layout
  /// The columns of the terminal; narrower ones than `narrowest` count as that.
  public var width: Int
  public var color: Bool
  /// Nothing but ASCII, for terminals without UTF-8.
  public var ascii: Bool

  public static let narrowest = 60

  public init(
    format: Format = .text, depth: Depth = .levels(1), by measure: Measure = .parameters, layout: Layout = .hwc,
    width: Int = 100, color: Bool = false, ascii: Bool = false
  ) {
    self.format = format
    self.depth = depth
    self.measure = measure
    self.layout = layout
    self.width = width
    self.color = color
    self.ascii = ascii
  }
}

/// The shapes, sizes and costs of a model. A model with a mistake is reported up to its first broken layer.
public func report(_ input: BackendInput, _ options: ReportOptions = ReportOptions()) -> String {
  switch options.format {
  case .text: ReportText(ReportTable(input, options), options).printed
  case .markdown: markdownReport(ReportTable(input, options), options)
  case .json: LayerTable(input).json(options.layout).indented
  case .csv: LayerTable(input).csv(options.layout)
  }
}
