import CNNText

/// Text as Graphviz reads it.
enum DOTText {
  static let font = "fontname=\"Helvetica,Arial,sans-serif\""

  /// An identifier: of its letters only the quote and what could escape it mean something else.
  static func quoted(_ text: String) -> String {
    "\"" + text.printable.replacing("\\", with: "/").replacing("\"", with: "\\\"") + "\""
  }

  /// Text that is shown as it stands: tooltips, addresses. Graphviz reads escapes and entities in it.
  static func escaped(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      // Graphviz resolves escapes more than once: a space without width keeps the next letter from making one.
      case "\\": result += "\\\\\u{200B}"
      case "\"": result += "\\\""
      case "&": result += "&amp;"
      default: result += scalar.printable
      }
    }
    return result + "\""
  }

  /// Text of a label in HTML.
  static func html(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // Escapes are resolved in each run of text: a backslash is a run of its own.
      case "\\": result += "<FONT>&#92;</FONT>"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func suffix(_ port: Diagram.Port) -> String {
    switch port {
    case .none: ""
    case .top: ":n"
    case .bottom: ":s"
    case .cardTop: ":c:n"
    case .cardLeft: ":c:w"
    case .cardRight: ":c:e"
    case .left: ":w"
    case .right: ":e"
    case .barTop(let index): ":p\(index):n"
    case .barBottom(let index): ":p\(index):s"
    }
  }
}
