/// How diagnostics are written: for people, or for a program that reads on.
public enum DiagnosticFormat: String, CaseIterable, Hashable, Sendable {
  /// The picture that `DiagnosticRenderer` draws, and the count below it.
  case text
  /// The same with a first line that begins with `FILE:LINE:COLUMN: error:`, which build systems and editors look for.
  case compiler
  /// An array of objects, one a diagnostic.
  case json
  /// Workflow commands, which GitHub shows beside the lines of a pull request.
  case github
  /// SARIF 2.1.0, the interchange format of static analysis.
  case sarif

  /// The whole output for these diagnostics. `version` is that of the program; `color` is for the text alone.
  public func render(_ diagnostics: [Diagnostic], sources: SourceSet, version: String, color: Bool = false) -> String {
    switch self {
    case .text:
      let renderer = DiagnosticRenderer(sources: sources, color: color)
      let (shown, rest) = Self.shown(of: diagnostics)
      let more = rest.isEmpty ? "" : "... and \(renderer.summary(rest, more: true))\n\n"
      return diagnostics.isEmpty ? "" : "\(renderer.render(shown))\n\(more)\(renderer.summary(diagnostics))\n"
    case .compiler:
      let renderer = DiagnosticRenderer(sources: sources, color: color, style: .compiler)
      let (shown, rest) = Self.shown(of: diagnostics)
      return renderer.render(shown) + (rest.isEmpty ? "" : "\n... and \(renderer.summary(rest, more: true))\n")
    case .json:
      var describer = DiagnosticDescriber(sources)
      return JSON.array(diagnostics.map { describer.describe($0) }).indented
    case .github:
      var places = Places(sources)
      return diagnostics.map { workflowCommand(for: $0, &places) + "\n" }.joined()
    case .sarif:
      var log = SARIFLog(sources)
      return log.describe(diagnostics, version: version).indented
    }
  }
}

extension DiagnosticFormat {
  /// Nobody reads more pictures.
  private static let shownLimit = 100

  /// What people are shown, errors before warnings where there is too much, and what they are only told of. Both are in
  /// their order.
  private static func shown(of diagnostics: [Diagnostic]) -> (shown: [Diagnostic], rest: [Diagnostic]) {
    if diagnostics.count <= shownLimit { return (diagnostics, []) }
    var errors = min(diagnostics.count { $0.severity == .error }, shownLimit)
    var warnings = shownLimit - errors
    var (shown, rest): ([Diagnostic], [Diagnostic]) = ([], [])
    for diagnostic in diagnostics {
      let isShown: Bool
      switch diagnostic.severity {
      case .error:
        isShown = errors > 0
        if isShown { errors -= 1 }
      case .warning:
        isShown = warnings > 0
        if isShown { warnings -= 1 }
      }
      if isShown { shown.append(diagnostic) } else { rest.append(diagnostic) }
    }
    return (shown, rest)
  }
}

/// `::error file=net.cnn,line=4,col=17,endLine=4,endColumn=22,title=unknown-argument::message`
private func workflowCommand(for diagnostic: Diagnostic, _ places: inout Places) -> String {
  let span = diagnostic.primary.span
  let (start, end) = (places.start(of: span), places.end(of: span))
  var properties = [("file", places.sources[span.file].path), ("line", String(start.line))]
  // GitHub takes columns only for a place within one line.
  if start.line == end.line { properties.append(("col", String(start.column))) }
  properties.append(("endLine", String(end.line)))
  if start.line == end.line { properties.append(("endColumn", String(end.column))) }
  properties.append(("title", diagnostic.code.rawValue))

  let list = properties.map { name, value in "\(name)=\(escaped(value, ":,"))" }.joined(separator: ",")
  let message = diagnostic.plainLines(&places).joined(separator: "\n")
  return "::\(diagnostic.severity.rawValue) \(list)::\(escaped(message, ""))"
}

/// Percent signs, line breaks and the characters of `special` as a workflow command wants them.
private func escaped(_ text: String, _ special: String) -> String {
  percentEncoded(text) { byte in "%\r\n".utf8.contains(byte) || special.utf8.contains(byte) }
}

/// The text with every byte for which `isSpecial` holds written as `%2A`.
func percentEncoded(_ text: String, where isSpecial: (UInt8) -> Bool) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    bytes += isSpecial(byte) ? [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] : [byte]
  }
  return String(decoding: bytes, as: UTF8.self)
}
