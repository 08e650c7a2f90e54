/// What a stretch of the output means.
package enum Style {
  case error, warning
  /// The other side of the matter: what `-` underlines, and the line numbers.
  case reference
  /// A way out.
  case remedy
  /// The frame around the source.
  case gutter
  /// A model, or the kind of a layer.
  case kind
  /// What a report shows beside its matter: header, rule, receptive fields, the inside of blocks.
  case quiet
  case name
  case bar
  /// A bar that fills much of its column.
  case longBar

  /// The colour of that meaning: SGR codes, palette colours only.
  var code: String {
    switch self {
    case .error: "1;31"
    case .warning, .longBar: "1;33"
    case .reference: "34"
    case .remedy: "32"
    case .gutter, .quiet: "2"
    case .kind: "1"
    case .name: "36"
    case .bar: "33"
    }
  }
}

/// One line of output in the making. Colour wraps the stretches of text and never changes them.
package struct StyledLine {
  private var stretches: [(text: String, style: Style?)] = []

  package init() {}

  package init(spaces: Int) {
    append(spaces: spaces)
  }

  package mutating func append(_ text: String, _ style: Style? = nil) {
    if !text.isEmpty { stretches.append((text, style)) }
  }

  package mutating func append(spaces: Int) {
    append(String(repeating: " ", count: spaces))
  }

  /// In columns of the terminal.
  package var width: Int { stretches.reduce(0) { $0 + $1.text.displayWidth } }

  /// The same line in other words, a stretch at a time.
  package func map(_ transform: (String) -> String) -> StyledLine {
    var line = StyledLine()
    for (text, style) in stretches { line.append(transform(text), style) }
    return line
  }

  /// The same text in one style.
  package func uniform(_ style: Style) -> StyledLine {
    var line = StyledLine()
    line.append(stretches.map(\.text).joined().trimmingTrailingSpaces, style)
    return line
  }

  /// Spaces at the end stay only where they have a colour.
  package func write(to output: inout String, color: Bool) {
    guard color else {
      output += stretches.map(\.text).joined().trimmingTrailingSpaces + "\n"
      return
    }
    var rest = stretches
    while let last = rest.last, last.style == nil {
      let text = last.text.trimmingTrailingSpaces
      rest.removeLast()
      if text.isEmpty { continue }
      rest.append((text, nil))
      break
    }
    for (text, style) in rest {
      if let style {
        output += "\u{1B}[\(style.code)m\(text)\u{1B}[0m"
      } else {
        output += text
      }
    }
    output += "\n"
  }
}
