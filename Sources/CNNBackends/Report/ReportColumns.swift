import CNNText

/// The columns of a report in text, and what of them a terminal has room for.
///
/// A narrow terminal takes away, in this order: exact numbers and the percent beside the bar, names past ten cells, one
/// of two spaces between numbers, trailing parts of lines, arguments. Below 72 columns the percent stands in the place of
/// the bar, and the receptive field goes before any argument does. Kind, output and share stay.
///
/// The model's own lines decide. The lines inside opened calls are cut where the bar would be left fewer than ten cells.
struct ReportColumns {
  private(set) var hasExactNumbers: Bool
  private(set) var hasField = true
  private(set) var hasBar: Bool
  private(set) var hasPercent: Bool
  /// Between numbers.
  private(set) var numberGap = 2
  private(set) var name = 4
  private(set) var layer = 5
  private(set) var bar = 0

  private(set) var output: Int
  let field: Int
  private let percent: Int
  private let exactParameters: Int
  private let exactMacs: Int
  private let shortMacs: Int

  static let widthOfExactNumbers = 100
  static let widthOfBar = 72
  static let widestBar = 20
  /// As wide as the word above it.
  static let narrowestBar = 5
  /// Formulas are cut down to this.
  private static let narrowestOutput = 10
  private static let comfortableBar = 10
  private static let shortNumber = 6
  private static let shortName = 10
  /// Longer kinds are rather cut than that they take something else away.
  private static let longKind = 20

  var parameters: Int { hasExactNumbers ? exactParameters : Self.shortNumber }
  var macs: Int { hasExactNumbers ? exactMacs : shortMacs }
  var percentWidth: Int { hasPercent ? percent : 0 }

  /// The columns of the whole table.
  var width: Int { widthOfOthers + layer + (hasBar ? bar : 0) }

  /// All columns but layer and bar, with the spaces between.
  private var widthOfOthers: Int {
    let numbers = output + numberGap + parameters + numberGap + macs
    let share = (hasBar && hasPercent ? 2 : 0) + percentWidth
    return name + 2 + 2 + numbers + (hasField ? numberGap + field : 0) + 2 + share
  }

  /// What the layer column may take.
  private func room(_ width: Int, bar: Int) -> Int { width - widthOfOthers - (hasBar ? bar : 0) }

  init(_ rows: [ReportTable.Row], _ phrases: [LayerPhrase], _ options: ReportOptions) {
    let width = max(options.width, ReportOptions.narrowest)
    func widest(_ least: Int, _ cell: (ReportTable.Row) -> Int) -> Int { rows.reduce(least) { max($0, cell($1)) } }
    // Shapes of numbers are never cut; formulas leave room for the rest.
    let shape = widest("output".count) { $0.output.map { $0.text(options.layout).count } ?? 0 }
    output = rows.contains { $0.work != nil } ? min(shape, width * 2 / 5) : shape
    field = widest("field".count) { $0.field.text.count }
    percent = widest("share".count) { $0.share?.percent.count ?? 0 }
    exactParameters = widest("parameters".count) { $0.costs.parameters.grouped.count }
    // Formulas stand in the place of numbers as long as they are short.
    exactMacs = widest("multiply-adds".count) {
      $0.work == nil ? $0.costs.multiplyAdds.grouped.count : $0.workText.count
    }
    shortMacs = widest(Self.shortNumber) { $0.work == nil ? 0 : $0.workText.count }
    hasExactNumbers = width >= Self.widthOfExactNumbers
    hasPercent = hasExactNumbers || width < Self.widthOfBar
    hasBar = width >= Self.widthOfBar
    name = widest("name".count) { $0.nameCell.displayWidth }

    var own: [LayerPhrase] = []
    var inner: [LayerPhrase] = []
    for (row, phrase) in zip(rows, phrases) {
      if row.level == 0 { own.append(phrase) } else { inner.append(phrase) }
    }
    let kind = min(phrases.reduce(0) { max($0, $1.widthOfKind) }, Self.longKind)
    narrow(to: width, own, kind: kind)
    let missing = kind - room(width, bar: Self.narrowestBar)
    if missing > 0, rows.contains(where: { $0.work != nil }) {
      output = max(output - missing, Self.narrowestOutput)
    }
    let limit = max(room(width, bar: Self.narrowestBar), 1)
    let comfort = max(room(width, bar: Self.comfortableBar), 1)
    for phrase in own { layer = max(layer, phrase.fitted(to: limit).width) }
    let inside = max(layer, comfort, min(kind, limit))
    for phrase in inner { layer = max(layer, phrase.fitted(to: inside).width) }
    if hasBar { bar = min(max(room(width, bar: 0) - layer, 1), Self.widestBar) }
  }

  /// Takes away columns, and parts of them, until the model's own lines fit or only they can be cut.
  ///
  /// - Parameter kind: The columns that the kinds of all lines need.
  private mutating func narrow(to width: Int, _ own: [LayerPhrase], kind: Int) {
    let whole = own.reduce(kind) { max($0, $1.whole.width) }
    let firstLayer = own.reduce(kind) { max($0, $1.widthOfFirstLayer) }
    func hasRoom(_ needed: Int) -> Bool { needed <= room(width, bar: Self.narrowestBar) }
    if hasRoom(whole) { return }
    name = min(name, Self.shortName)
    if hasRoom(whole) { return }
    numberGap = 1
    if hasRoom(firstLayer) { return }
    if !hasBar { hasField = false }
    if hasRoom(kind) { return }
    // What the order does not foresee: numbers so long that they leave no room for a kind.
    if hasExactNumbers {
      hasExactNumbers = false
      hasPercent = false
      if hasRoom(kind) { return }
    }
    hasField = false
    if hasRoom(kind) { return }
    hasBar = false
    hasPercent = true
  }
}

extension ReportTable.Row {
  /// The multiply-adds as a formula of the sizes, short.
  var workText: String { work.map { $0.terms.isEmpty ? "" : $0.short(symbols) } ?? "" }

  /// Indented by the calls it lies in.
  var nameCell: String { String(repeating: " ", count: 2 * level) + name }

  /// The name in so many columns, of which the indentation takes few.
  func nameCell(width: Int) -> String {
    if nameCell.displayWidth <= width { return nameCell }
    return (String(repeating: " ", count: min(2 * level, 4)) + name).cut(to: width)
  }
}
