/// What a terminal makes of text: which characters may be sent to it, and how many columns they take there.
extension Unicode.Scalar {
  /// The columns that `printable` takes.
  public var displayWidth: Int {
    switch appearance {
    case .narrow, .hidden: 1
    case .wide: 2
    case .combining: 0
    case .tab: tabWidth
    }
  }

  /// The scalar itself, or what stands for it where it would move the cursor, reorder the line or not be seen at all.
  public var printable: String {
    switch appearance {
    case .narrow, .wide, .combining: String(self)
    case .hidden: "\u{FFFD}"
    case .tab: String(repeating: " ", count: tabWidth)
    }
  }

  private var appearance: Appearance {
    if self == "\t" { return .tab }
    if isASCII { return visibleASCII.contains(UInt8(value)) ? .narrow : .hidden }
    if self == "\u{200C}" || self == "\u{200D}" { return .combining }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return .hidden
    case .nonspacingMark, .enclosingMark: return .combining
    default: break
    }
    if properties.isDefaultIgnorableCodePoint { return .hidden }
    if isHangulTail { return .combining }
    return isWide ? .wide : .narrow
  }

  /// The vowels and final consonants of a syllable stand in the columns of its first consonant.
  private var isHangulTail: Bool {
    (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value)
  }

  /// Flags are written with two regional indicators of one column each; all other emoji take two.
  private var isWide: Bool {
    if (0x1F1E6...0x1F1FF).contains(value) { return false }
    return properties.isEmojiPresentation || wideRanges.contains { $0.contains(value) }
  }
}

extension String {
  /// The columns that `printable` takes in a terminal.
  public var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }

  /// The text without anything that a terminal would obey.
  public var printable: String {
    if utf8.allSatisfy(visibleASCII.contains) { return self }
    return unicodeScalars.reduce(into: "") { $0 += $1.printable }
  }
}

/// Every tab is as wide as this, wherever it stands, so that a caret needs no tab stops to find its column.
let tabWidth = 4

private enum Appearance {
  case narrow, wide
  /// Takes no column of its own.
  case combining
  /// A control, a mark that reorders text, a character without a picture.
  case hidden
  case tab
}

private let visibleASCII: ClosedRange<UInt8> = 0x20...0x7E

/// What Unicode calls wide or full-width (UAX 11), apart from the emoji, which the standard library knows.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
  0x3250...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
  0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F265,
  0x20000...0x2FFFD, 0x30000...0x3FFFD,
]
