import CNNModel
import CNNText

/// The driver: text in, values out. This is the page to read first.
///
///     text -> tokens -> syntax tree -> program (files and names) -> network -> reports
///
/// Every stage gives a value and a list of diagnostics, never one or the other.
public struct Compilation: Sendable {
  public private(set) var program: Program
  /// The models that were checked, in the order of the file.
  public private(set) var models: [CheckedModel] = []
  /// Everything there is to say, in the order of the files.
  public private(set) var diagnostics: [Diagnostic]

  /// The files that were read: the one that is compiled, then those it imports.
  public let paths: [String]
  /// The files that it imports, and that could not be read.
  public var unreadablePaths: [String] { program.unreadableImports }
  private let overrides: [Override]

  /// What to check of a file.
  public enum Selection: Hashable, Sendable {
    /// Every model that the file declares.
    case all
    /// One model, by name.
    case model(String)
    /// The first model that the file declares.
    case first
  }

  /// Compiles a file.
  ///
  /// - Parameters:
  ///   - path: The file's path as it is to be shown; imports are relative to it.
  ///   - selection: The models to check. Names of the rest of the file are checked too.
  ///   - overrides: Values for parameters and symbols of the models.
  ///   - reader: Reads imported files.
  public init(
    path: String, bytes: [UInt8], selection: Selection = .all, overrides: [Override] = [],
    reader: @escaping FileReader
  ) {
    self.overrides = overrides
    (program, diagnostics) = load(path: path, bytes: bytes, reader: reader)
    paths = program.sources.files.map(\.path)
    var run = ProgramRun(program)
    for model in selectedModels(selection) {
      let checked = program.check(model, overrides: overrides, in: &run)
      diagnostics += checked.diagnostics
      models.append(checked)
    }
    diagnostics += program.checkUnreached(after: run)
    diagnostics = Self.ordered(diagnostics)
  }

  /// A model as it is whatever shapes its author claims; nil where other mistakes keep it from being complete.
  ///
  /// - Parameter name: One of `models`.
  public func modelWithoutClaims(_ name: String) -> CheckedModel? {
    guard let definition = program.mainModels.first(where: { program.name(of: $0) == name }) else { return nil }
    var again = program
    var run = ProgramRun(program)
    let checked = again.check(definition, overrides: overrides, ignoringClaims: true, in: &run)
    return checked.network.isComplete ? checked : nil
  }

  public var sources: SourceSet { program.sources }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  private mutating func selectedModels(_ selection: Selection) -> [ProgramDefinition] {
    let models = program.mainModels
    switch selection {
    case .all: return models
    case .first: return Array(models.prefix(1))
    case .model(let name):
      if let model = models.first(where: { program.name(of: $0) == name }) { return [model] }
      diagnostics.append(program.unknownModel(name))
      return []
    }
  }

  /// Once each, in the order of the files; what several models found in one place is said once.
  private static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    if diagnostics.count < 2 { return diagnostics }
    var unique = DiagnosticSet()
    for diagnostic in diagnostics { unique.insert(diagnostic) }
    return unique.diagnostics.enumerated().sorted {
      ($0.element.primary.span, $0.offset) < ($1.element.primary.span, $1.offset)
    }
    .map(\.element)
  }
}
