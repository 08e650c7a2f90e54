import CNNText

/// The words for what the loader finds: files, imports, declarations and values from outside.
enum LoaderWords {
  /// Of a long circle its beginning and its end are told.
  private static let shownFilesOfCycle = 8

  static func builtInName(_ name: String, isModel: Bool, at span: Span) -> Diagnostic {
    Diagnostic(
      .reservedName, "`\(name)` is a layer of the language, and cannot be \(isModel ? "a model" : "a block")", at: span,
      remarks: [.help("give it another name")])
  }

  static func duplicateName(_ name: String, at span: Span, first: Span) -> Diagnostic {
    Diagnostic(
      .duplicateName, "`\(name)` is declared twice", at: span, "again here",
      secondary: [.init(first, "first here")])
  }

  static func importedTwice(_ name: String, at span: Span, other: Span) -> Diagnostic {
    Diagnostic(
      .duplicateName, "`\(name)` has two meanings here", at: span,
      remarks: [.note("an import brings `\(name)` of \(other) too")])
  }

  static func importWithHoles(at span: Span) -> Diagnostic {
    Diagnostic(.typeMismatch, "the path of an import has no holes", at: span)
  }

  static func unreadableImport(_ path: String, reason: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unreadableFile, "`\(path)` cannot be read", at: span, Message(reason),
      remarks: [.note("the path of an import is relative to the file it stands in")])
  }

  static func importOfStandardInput(at span: Span) -> Diagnostic {
    Diagnostic(
      .unreadableFile, "standard input cannot be imported", at: span, "`-` is no file",
      remarks: [.note("the path of an import is relative to the file it stands in")])
  }

  static func tooManyImportedNames(limit: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .unreadableFile, "imports bring in more than \(limit.grouped) names", at: span,
      "the names of this file are left out",
      remarks: [.note("the names of a file count in each file that imports it")])
  }

  static func importCycle(chain: [FileID], closing: FileID, at span: Span, sources: SourceSet) -> Diagnostic {
    let start = chain.firstIndex(of: closing) ?? 0
    var files = (chain[start...] + [closing]).map { sources[$0].path }
    let excess = files.count - shownFilesOfCycle
    if excess > 0 { files.replaceSubrange(4..<4 + excess + 1, with: ["(\((excess + 1).grouped) more files)"]) }
    return Diagnostic(
      .importCycle, "this import closes a circle", at: span,
      remarks: [.why(Message(files.joined(separator: " imports ")))])
  }

  static func badOverride(_ override: Override, at span: Span) -> Diagnostic {
    Diagnostic(
      .unexpectedToken, "`\(override.name)=\(override.value)` is not a name and a value", at: span,
      remarks: [.help("write `-D classes=10`")])
  }
}
