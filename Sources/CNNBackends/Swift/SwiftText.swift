/// Foreign text in Swift: nothing that is in it ends the comment or the literal it stands in.
enum SwiftText {
  /// What can stand on one line of a comment: without line breaks of any kind, control characters and marks that turn
  /// the direction of what follows.
  static func line(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isHidden(scalar) ? " " : scalar) }
    var view = Substring(String(result))
    while view.last == " " { view.removeLast() }
    return String(view)
  }

  /// A literal that stands for the text.
  static func literal(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// The text as it stands between the quotes of a literal.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where isHidden(scalar): result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      case _: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `[3, 3]`
  static func list(_ numbers: [Int32]) -> String { "[" + numbers.map(String.init).joined(separator: ", ") + "]" }

  /// The float nearest to a number.
  static func float(_ number: Double) -> String {
    let value = Float(number)
    return value.isFinite ? value.description : value.isNaN ? ".nan" : value > 0 ? ".infinity" : "-.infinity"
  }

  /// What a reader does not see, or sees as a line break.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
      .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator:
      false
    @unknown default: true
    }
  }
}
