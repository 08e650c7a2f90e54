import CNNCompiler
import CNNText

/// What was found in several files, each thing once.
struct Findings {
  var isReadable = true
  private(set) var diagnostics: [Diagnostic] = []
  private var sources = SourceSet()
  private var seen: Set<Key> = []

  /// Files import each other: what is wrong in one is found by way of each.
  private struct Key: Hashable {
    let code: DiagnosticCode
    let path: String
    let start: UInt32
    let end: UInt32
  }

  mutating func add(_ compilation: Compilation) {
    for diagnostic in sources.merge(compilation.sources, compilation.diagnostics) {
      let span = diagnostic.primary.span
      let key = Key(code: diagnostic.code, path: sources[span.file].path, start: span.start, end: span.end)
      if seen.insert(key).inserted { diagnostics.append(diagnostic) }
    }
  }

  var exitCode: ExitCode {
    if !isReadable { return .usage }
    return diagnostics.contains { $0.severity == .error } ? .errors : .clean
  }

  func text(_ format: DiagnosticFormat, color: Bool) -> String {
    format.render(diagnostics, sources: sources, version: Commands.version, color: color)
  }
}
