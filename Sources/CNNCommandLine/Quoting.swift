/// A text of the user between backticks. Control characters are escaped, so that a name cannot steer the terminal.
func quoted(_ text: String) -> String {
  var result = "`"
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return result + "`"
}
