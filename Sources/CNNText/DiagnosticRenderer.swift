/// Draws diagnostics for people: the headline, the source with its marks, and what is to be said about them.
///
///     error[unknown-argument]: `conv` has no parameter `strde`
///      --> net.cnn:4:17
///     4 |   conv 64, 3x3, strde 2, pad 1
///       |                 ^^^^^ nearest: `stride`
///       = fix: `stride` instead of `strde`
public struct DiagnosticRenderer: Sendable {
  /// How a picture begins.
  public enum Style: Hashable, Sendable {
    /// With what is wrong, and the place below it.
    case picture
    /// With both on one line, as compilers have it: `net.cnn:4:17: error: `conv` has no parameter `strde`
    /// [unknown-argument]`.
    case compiler
  }

  private let sources: SourceSet
  private let color: Bool
  private let style: Style

  public init(sources: SourceSet, color: Bool, style: Style = .picture) {
    self.sources = sources
    self.color = color
    self.style = style
  }

  /// The diagnostics with a blank line between them. Every line ends with a line break.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    var places = Places(sources)
    var output = ""
    for diagnostic in diagnostics {
      if !output.isEmpty { output += "\n" }
      for line in picture(of: diagnostic, &places) { line.write(to: &output, color: color) }
    }
    return output
  }

  /// How many there are, as in `2 errors, 1 warning` or, of `more` than were shown, `2 more errors`; empty if there are
  /// none.
  public func summary(_ diagnostics: [Diagnostic], more: Bool = false) -> String {
    [Diagnostic.Severity.error, .warning].compactMap { severity in
      let count = diagnostics.count { $0.severity == severity }
      return count == 0 ? nil : "\(count.grouped) \(more ? "more " : "")\(severity.rawValue)\(count == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }

  private func picture(of diagnostic: Diagnostic, _ places: inout Places) -> [StyledLine] {
    let message = places.text(diagnostic.message, about: diagnostic.primary.span.file)
    let snippet = Snippet(of: diagnostic, in: &places, width: DiagnosticDrawing.lineWidth)
    let drawing = DiagnosticDrawing(
      severity: diagnostic.severity, numberWidth: snippet.numberWidth, margin: snippet.margin)
    let beginning =
      switch style {
      case .picture: drawing.headline(diagnostic.code, message) + snippet.blocks.prefix(1).flatMap(drawing.block)
      case .compiler:
        snippet.blocks.prefix(1).flatMap { block in
          [drawing.compilerLine(block.place, diagnostic.code, message)] + drawing.lines(of: block)
        }
      }
    return beginning
      + snippet.blocks.dropFirst().flatMap(drawing.block)
      + diagnostic.footnotes(&places).flatMap(drawing.footnote)
  }
}
