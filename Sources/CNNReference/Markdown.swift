/// The few forms of Markdown that the reference is made of.
enum Markdown {
  static func code(_ text: String) -> String { "`\(text)`" }

  static func block(_ text: String, _ language: String) -> String { "```\(language)\n\(text)\n```" }

  static func link(_ text: String, to target: String) -> String { "[\(text)](\(target))" }

  /// A table; in its cells a bar is written so that it does not end them.
  static func table(_ heading: [String], rightAligned: Set<Int> = [], _ rows: [[String]]) -> String {
    let rule = heading.indices.map { rightAligned.contains($0) ? "--:" : "---" }
    return ([heading, rule] + rows).map { cells in
      "| "
        + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
        .joined(separator: " | ") + " |"
    }.joined(separator: "\n")
  }

  /// Paragraphs, tables and the rest with a blank line between them.
  static func page(_ blocks: [String]) -> String { blocks.joined(separator: "\n\n") + "\n" }
}
