import CNNText

/// Files of a test, with spans found by line and column.
struct TestSources {
  private(set) var set = SourceSet()

  /// Adds a file of which only some lines matter. The others are blank.
  mutating func add(_ path: String, _ lines: [Int: String]) -> TestFile {
    let last = lines.keys.max() ?? 0
    let text = stride(from: 1, through: last, by: 1).map { (lines[$0] ?? "") + "\n" }.joined()
    return add(path, text)
  }

  mutating func add(_ path: String, _ text: String) -> TestFile {
    TestFile(source: set.add(path: path, bytes: Array(text.utf8)))
  }

  func render(_ diagnostics: [Diagnostic], color: Bool = false) -> String {
    DiagnosticRenderer(sources: set, color: color).render(diagnostics)
  }

  /// The output line by line, without the empty end behind the last line break.
  func lines(_ diagnostics: [Diagnostic]) -> [String] {
    render(diagnostics).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}

struct TestFile {
  let source: SourceFile

  /// A span of ASCII text.
  func span(_ line: Int, _ column: Int, _ length: Int) -> Span {
    let start = LineIndex(source).range(ofLine: line).lowerBound + column - 1
    return span(start..<start + length)
  }

  func span(_ bytes: Range<Int>) -> Span {
    Span(file: source.id, start: UInt32(bytes.lowerBound), end: UInt32(bytes.upperBound))
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &self)]
  }
}

/// The text without its colours, scalar by scalar: a code may stand before a mark that combines with it.
func withoutColor(_ text: String) -> String {
  text.replacing(/\u{1B}\[[0-9;]*m/.matchingSemantics(.unicodeScalar), with: "")
}

func spaces(_ count: Int) -> String { repeated(" ", count) }

func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
