import CNNModel
import CNNText

/// The layers of a row, as much of them as there is room for: `- conv 64, 3x3 | relu  × 2`.
struct LayerPhrase {
  /// The indentation, with the dash of a branch in it.
  private let prefix: String
  /// `from skip`, where a layer follows.
  private let source: NormalForm.StageText?
  private let stages: ArraySlice<NormalForm.StageText>
  /// How many calls it stands for.
  private let suffix: String

  /// A phrase with the kind apart, which is shown in another style.
  struct Fitted {
    let prefix: String
    let kind: String
    let rest: String

    var width: Int { prefix.displayWidth + kind.displayWidth + rest.displayWidth }
  }

  init(_ row: ReportTable.Row) {
    let indentation = String(repeating: " ", count: 2 * (row.level + max(row.nesting - 1, 0)))
    prefix = indentation + (row.startsBranch ? "- " : row.nesting > 0 ? "  " : "")
    let hasSource = row.stages.count > 1 && row.stages[0].kind == "from"
    source = hasSource ? row.stages[0] : nil
    stages = row.stages.dropFirst(hasSource ? 1 : 0)
    suffix =
      (row.count > 1 ? "  × \(row.count)" : "") + (row.sharedWith.map { "  shared with \($0)" } ?? "")
  }

  /// All of it.
  var whole: Fitted { fitted(stages.count, withSource: true, arguments: nil) }

  /// The columns it takes without the parts around its first layer.
  var widthOfFirstLayer: Int { fitted(1, withSource: false, arguments: nil).width }

  /// The columns it takes without arguments.
  var widthOfKind: Int { fitted(1, withSource: false, arguments: 0).width }

  /// Takes away the parts behind the first layer, the last first, then where it comes from, then its arguments. Where
  /// not even the kind has room, the indentation goes, and what is left is cut.
  func fitted(to width: Int) -> Fitted {
    guard let first = stages.first else { return whole }
    if let count = layersThatFit(into: width) { return fitted(count, withSource: true, arguments: nil) }
    let arguments = splitArguments(first.arguments).count
    for count in stride(from: arguments, through: 0, by: -1) {
      let phrase = fitted(1, withSource: false, arguments: count)
      if phrase.width <= width { return phrase }
    }
    let margin = String(prefix.suffix(2))
    let bare = Fitted(prefix: margin, kind: first.kind, rest: arguments + stages.count > 1 ? " …" : "")
    if bare.width <= width { return bare }
    return Fitted(prefix: margin, kind: first.kind.cut(to: max(width - margin.count, 1)), rest: "")
  }

  /// How many of the layers have room when all arguments stay; nil where not even one has.
  private func layersThatFit(into width: Int) -> Int? {
    var count: Int?
    // Up to and with the last layer looked at, without the mark that something was cut.
    var column = prefix.displayWidth + (source.map { $0.text.displayWidth + 3 } ?? 0) + suffix.displayWidth - 3
    for (index, stage) in stages.enumerated() {
      column += 3 + stage.text.displayWidth
      if column > width { break }
      let isWhole = index + 1 == stages.count
      if isWhole || column + 2 <= width { count = index + 1 }
    }
    return count
  }

  /// The first layers, and of the only one that is left the first arguments.
  private func fitted(_ count: Int, withSource: Bool, arguments: Int?) -> Fitted {
    guard let first = stages.first else { return Fitted(prefix: prefix, kind: "", rest: "") }
    let start = source.map { withSource ? $0.text + " | " : "… " } ?? ""
    var shown = splitArguments(first.arguments)
    let isCut = arguments.map { $0 < shown.count } ?? false
    if let arguments { shown = Array(shown.prefix(arguments)) }
    var rest = shown.isEmpty ? "" : " " + shown.joined(separator: ", ")
    for stage in stages.prefix(count).dropFirst() { rest += " | " + stage.text }
    if isCut, !shown.isEmpty {
      rest += ", …"
    } else if isCut || count < stages.count {
      rest += " …"
    }
    return Fitted(prefix: prefix + start, kind: first.kind, rest: rest + suffix)
  }

  /// Arguments without the commas between them; commas in brackets belong to an argument.
  private func splitArguments(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append(part)
        part = ""
      } else if !(part.isEmpty && character == " ") {
        part.append(character)
      }
    }
    return part.isEmpty ? parts : parts + [part]
  }
}

extension String {
  /// The text, or as much of it as leaves room for `…`.
  func cut(to width: Int) -> String {
    if displayWidth <= width { return self }
    var text = ""
    var column = 0
    for scalar in unicodeScalars {
      if column + scalar.displayWidth > width - 1 { break }
      text.unicodeScalars.append(scalar)
      column += scalar.displayWidth
    }
    return text + "…"
  }
}
