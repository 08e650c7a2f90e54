/// A file of the repository that is made from the compiler's own tables: the layers, the diagnostics, the words.
///
/// The files are committed, so that they can be read where they lie; a test says when one is stale.
public struct GeneratedFile: Hashable, Sendable {
  /// Relative to the folder of the package.
  public let path: String
  public let text: String

  public static var all: [GeneratedFile] {
    [
      GeneratedFile(path: "grammar/layers.md", text: LayerReference.text),
      GeneratedFile(path: "grammar/diagnostics.md", text: DiagnosticReference.text),
      GeneratedFile(path: "editors/vscode/syntaxes/cnn.tmLanguage.json", text: TextMateGrammar.text),
      GeneratedFile(path: "editors/vim/syntax/cnn.vim", text: VimSyntax.text),
    ]
  }
}
