/// What a stretch of a diagnostic means. The raw value is the colour of that meaning: SGR codes, palette colours only.
enum Style: String {
  case error = "1;31"
  case warning = "1;33"
  /// The other side of the matter: what `-` underlines, and the line numbers.
  case reference = "34"
  /// A way out.
  case remedy = "32"
  /// The frame around the source.
  case gutter = "2"
}

/// One line of output in the making. Colour wraps the stretches of text and never changes them.
struct StyledLine {
  private var stretches: [(text: String, style: Style?)] = []

  init() {}

  init(spaces: Int) {
    append(spaces: spaces)
  }

  mutating func append(_ text: String, _ style: Style? = nil) {
    if !text.isEmpty { stretches.append((text, style)) }
  }

  mutating func append(spaces: Int) {
    append(String(repeating: " ", count: spaces))
  }

  /// In columns of the terminal.
  var width: Int { stretches.reduce(0) { $0 + $1.text.displayWidth } }

  func write(to output: inout String, color: Bool) {
    for (text, style) in stretches {
      if color, let style {
        output += "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
      } else {
        output += text
      }
    }
    output += "\n"
  }
}
