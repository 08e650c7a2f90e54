import CNNCompiler
import CNNText

/// What was found in several files, each thing once.
struct Findings {
  var isReadable = true
  private var found = DiagnosticSet()
  private var sources = SourceSet()

  /// Files import each other: what is wrong in one is found by way of each.
  mutating func add(_ compilation: Compilation) {
    for diagnostic in sources.merge(compilation.sources, compilation.diagnostics) { found.insert(diagnostic) }
  }

  var exitCode: ExitCode {
    if !isReadable { return .usage }
    return found.diagnostics.contains { $0.severity == .error } ? .errors : .clean
  }

  func text(_ format: DiagnosticFormat, color: Bool) -> String {
    format.render(found.diagnostics, sources: sources, version: Commands.version, color: color)
  }
}
