import CNNText

/// Text as Graphviz reads it.
enum DOTText {
  static let font = "fontname=\"Helvetica,Arial,sans-serif\""

  /// An identifier made by `DiagramNames`, in which nothing means anything else.
  static func quoted(_ identifier: String) -> String { "\"\(identifier)\"" }

  /// Text that is shown as it stands: tooltips, addresses. Graphviz reads escapes and entities in it.
  static func escaped(_ text: String) -> String {
    var result = "\""
    var rest = text[...]
    while let index = rest.unicodeScalars.firstIndex(where: { !isPlainInQuotes($0) }) {
      result += rest[..<index]
      let scalar = rest.unicodeScalars[index]
      switch scalar {
      case "\n": result += "\\n"
      // Graphviz resolves escapes more than once: a space without width keeps the next letter from making one.
      case "\\": result += "\\\\\u{200B}"
      case "\"": result += "\\\""
      case "&": result += "&amp;"
      default: result += scalar.printable
      }
      rest = rest[rest.unicodeScalars.index(after: index)...]
    }
    result += rest
    return result + "\""
  }

  /// Text of a label in HTML.
  static func html(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
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

  private static func isPlainInQuotes(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\\", "\"", "&": false
    case " "..."~": true
    default: false
    }
  }

  /// Letters that mean nothing else in HTML, for the many texts that have no others.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "\\"): false
    case 0x20...0x7E: true
    default: false
    }
  }

  static func suffix(_ port: Diagram.Port) -> String {
    switch port {
    case .none: ""
    case .top: ":n"
    case .bottom: ":s"
    case .cardTop: ":c:n"
    case .cardLeft: ":c:w"
    case .cardRight: ":c:e"
    case .right: ":e"
    case .barTop(let index): ":p\(index):n"
    case .barBottom(let index): ":p\(index):s"
    }
  }
}
