/// The widths of Helvetica's letters, from Adobe's font metrics. Arial, Liberation Sans and Nimbus Sans have the same, so
/// what is measured here fits wherever the diagram is drawn.
enum Helvetica {
  /// The width of a text in points.
  static func width(_ text: some StringProtocol, size: Double, bold: Bool = false) -> Double {
    let widths = bold ? boldWidths : regularWidths
    var sum = 0
    for scalar in text.unicodeScalars { sum += width(scalar, widths) }
    return Double(sum) * size / 1000
  }

  /// A text cut in its middle: `encoder.s…ee_mixer`.
  static func elided(_ text: String, to limit: Double, size: Double, bold: Bool = false) -> String {
    guard width(text, size: size, bold: bold) > limit else { return text }
    let letters = Array(text)
    var room = limit - width("…", size: size, bold: bold)
    if room < 0 { return "" }
    var (head, tail) = (0, letters.count)
    while head < tail {
      let takesHead = head <= letters.count - tail
      let cost = width(String(letters[takesHead ? head : tail - 1]), size: size, bold: bold)
      guard cost <= room else { break }
      room -= cost
      if takesHead { head += 1 } else { tail -= 1 }
    }
    return String(letters[..<head]) + "…" + String(letters[tail...])
  }

  /// In thousandths of the size. Letters beyond the table may come from other fonts: they count as wide as any is,
  /// or the box that stands for a letter which no font has.
  private static func width(_ scalar: Unicode.Scalar, _ widths: [Int16]) -> Int {
    switch scalar.value {
    case 0x20...0x7E: Int(widths[Int(scalar.value) - 0x20])
    case 0xB7: 278
    case 0xD7: 584
    case 0x2013: 556
    case 0xA0...0x52F, 0x2000...0x206F: 1000
    default: 1800
    }
  }

  /// From the space to the tilde.
  private static let regularWidths: [Int16] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
  ]

  private static let boldWidths: [Int16] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
  ]
}
