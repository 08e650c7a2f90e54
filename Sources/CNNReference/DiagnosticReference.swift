import CNNCompiler
import CNNModel
import CNNText

/// `grammar/diagnostics.md`: the page of every diagnostic, with what the compiler prints for its example.
enum DiagnosticReference {
  static var text: String {
    let pages = DiagnosticCode.allCases.map { DiagnosticPage($0) }
    let contents = pages.map { page in
      let code = page.code.rawValue
      return [Markdown.link(Markdown.code(code), to: "#\(code)"), page.code.severity.rawValue, page.title]
    }
    return Markdown.page([introduction, Markdown.table(["code", "", ""], contents)] + pages.flatMap(blocks))
  }

  private static let introduction = """
    # Diagnostics

    What the compiler says, by its codes. Each has an example of what is wrong, what `cnn lint` prints for it, and what
    it should be. `cnn lint --explain shape-mismatch` prints the page of a code in the terminal.

    An error means that the file has no meaning, or not the one that it states; a warning, that it has one which the
    author may not have had in mind.
    """

  private static func blocks(_ page: DiagnosticPage) -> [String] {
    ["## `\(page.code.rawValue)`", "**\(page.title).**"]
      + page.paragraphs.map { paragraph in
        DiagnosticPage.isVerbatim(paragraph) ? Markdown.block(unindented(paragraph), "text") : paragraph
      }
      + [
        "Wrong:", sources(page.wrong), "The compiler says:", Markdown.block(report(on: page.wrong), "text"), "Right:",
        sources(page.right),
      ]
  }

  private static func sources(_ sample: DiagnosticPage.Sample) -> String {
    sample.files.map { file in
      let heading = sample.files.count == 1 ? "" : "// \(file.path)\n"
      return Markdown.block(heading + withoutLastBreak(file.text), "cnn")
    }.joined(separator: "\n\n")
  }

  /// What the compiler prints for a sample.
  private static func report(on sample: DiagnosticPage.Sample) -> String {
    let compilation = Compilation(path: sample.files[0].path, bytes: sample.files[0].bytes) { path in
      guard let file = sample.files.first(where: { $0.path == path }) else {
        return .failure(UnreadableFile("no such file"))
      }
      return .success(file.bytes)
    }
    let renderer = DiagnosticRenderer(sources: compilation.sources, color: false)
    return withoutLastBreak(renderer.render(compilation.diagnostics))
  }

  private static func withoutLastBreak(_ text: String) -> String {
    text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private static func unindented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.dropFirst(4)) }
      .joined(separator: "\n")
  }
}
