import CNNLayers
import CNNModel
import CNNText

extension Int64 {
  /// `832`, `51.3 K`, `10.0 M`, `1.09 G`: three significant digits, half up.
  var short: String { UInt64(Swift.max(self, 0)).short }

  /// `13.1 MB`
  var bytes: String { UInt64(Swift.max(self, 0)).short(unit: "B") }

  /// The sum, or the greatest number where it does not fit.
  func saturatingAdd(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension UInt64 {
  var short: String {
    let (digits, prefix) = threeDigits
    return prefix.isEmpty ? digits : digits + " " + prefix
  }

  /// With a unit behind the prefix: `27.8 MFLOP`.
  func short(unit: String) -> String {
    let (digits, prefix) = threeDigits
    return digits + " " + prefix + unit
  }

  private var threeDigits: (String, prefix: String) {
    if self < 1000 { return (String(self), "") }
    var digits = String(self).utf8.count
    var scale: UInt64 = 1
    for _ in 3..<digits { scale *= 10 }
    var rounded = self / scale + (self % scale >= scale - self % scale ? 1 : 0)
    // 999,500 has six digits, and rounded, 1.00 M, it has seven.
    if rounded == 1000 {
      rounded = 100
      digits += 1
    }
    let group = (digits - 1) / 3
    let whole = digits - 3 * group
    let text = String(rounded)
    let point = whole == 3 ? "" : "."
    return (text.prefix(whole) + point + text.dropFirst(whole), ["", "K", "M", "G", "T", "P", "E"][group])
  }
}

/// A part of a whole.
struct Share: Hashable, Sendable {
  let part: Int64
  let whole: Int64

  /// Nil where there is nothing to show: no part at all.
  init?(_ part: Int64, of whole: Int64) {
    guard part > 0, whole > 0 else { return nil }
    self.part = Swift.min(part, whole)
    self.whole = whole
  }

  /// Of so many equal pieces, how many the part comes to, half up.
  func rounded(pieces: Int) -> Int {
    Int((Double(part) / Double(whole) * Double(pieces)).rounded(.toNearestOrAwayFromZero))
  }

  /// `98.1 %`, or `<0.1 %` where it is less.
  var percent: String {
    if Double(part) * 1000 < Double(whole) { return "<0.1 %" }
    let tenths = rounded(pieces: 1000)
    return "\(tenths / 10).\(tenths % 10) %"
  }
}

extension ShapeWords {
  /// In the order that was asked for.
  func extents(_ layout: ReportOptions.Layout) -> [String] {
    switch layout {
    case .hwc: extents
    case .chw: [channels] + spatial
    }
  }

  func text(_ layout: ReportOptions.Layout) -> String { Self.text(extents(layout)) }
}

extension SizePolynomial {
  /// All of it with its coefficients, `1,728*H*W + 64*H`; where it is not exact, what counts for large sizes: `~687*H*W`.
  func exact(_ symbols: [String]) -> String {
    let terms = sortedTerms(symbols)
    let shown = isExact ? terms[...] : terms.prefix(1)
    let sum = Self.sum(
      shown.map { coefficient, product in
        let number = isExact ? coefficient.magnitudeText : coefficient.double.rounded(.toNearestOrAwayFromZero).rough
        return (coefficient, product.isEmpty ? number : "\(number)*\(product)")
      })
    return (isExact ? "" : "~") + sum
  }

  /// The term that counts for large sizes, in three digits: `1.73 K H*W`; with a tilde where there is more.
  func short(_ symbols: [String]) -> String {
    let terms = sortedTerms(symbols)
    guard let first = terms.first else { return "0" }
    let number = Int64(exactly: first.coefficient.double.rounded(.toNearestOrAwayFromZero)) ?? .max
    let text = number < 1 ? first.coefficient.magnitudeText : number.short
    let isWhole = isExact && terms.count == 1 && first.coefficient.isWhole
    return (isWhole ? "" : "~") + (first.product.isEmpty ? text : "\(text) \(first.product)")
  }

  private static func sum(_ terms: [(Rational, String)]) -> String {
    guard let first = terms.first else { return "0" }
    return terms.dropFirst().reduce((first.0 < 0 ? "-" : "") + first.1) { text, term in
      text + (term.0 < 0 ? " - " : " + ") + term.1
    }
  }
}

extension Double {
  /// A whole number as people write it.
  fileprivate var rough: String { Int64(exactly: magnitude).map(\.grouped) ?? "\(magnitude)" }
}

extension Rational {
  /// Without its sign, thousands grouped where it is whole.
  fileprivate var magnitudeText: String {
    let positive = self < 0 ? negated ?? self : self
    return positive.whole.map(\.grouped) ?? positive.description
  }
}

extension NetworkSizes {
  var symbolNames: [String] { symbols.map(\.name) }

  /// `H = 256, W = 256`: the sizes that numbers beside formulas belong to.
  var standInWords: String { symbols.map { "\($0.name) = \($0.standIn)" }.joined(separator: ", ") }

  /// `every H, W = 0 (mod 16)`: the sizes that work.
  var validWords: String { symbols.map { $0.valid.words($0.name) }.joined(separator: "; ") }
}

extension ReceptiveField {
  /// `11` where it is square, `3x7` where it is not, `all`, `0` of a source; empty where there is none.
  var text: String {
    switch self {
    case .none: return ""
    case .constant: return "0"
    case .all: return "all"
    case .window(let hull):
      let sizes = hull.axes.map(\.size)
      if let first = sizes.first, sizes.allSatisfy({ $0 == first }) { return String(first) }
      return sizes.map(String.init).joined(separator: "x")
    }
  }
}
