import Testing

@testable import CNNCommandLine

@Suite struct UsageMessageTests {
  /// A wrong command line, and exactly what is said about it.
  static let table: [(line: [String], text: String)] = [
    (
      [],
      """
      error: `cnn` needs a command: `report`, `explain`, `lint`, `completions` or `help`
        = help: `cnn --help` tells what they do

      """
    ),
    (
      ["reprot", "a.cnn"],
      """
      error: `cnn` has no command `reprot`, nearest: `report`
        = help: the commands are `report`, `explain`, `lint`, `completions` and `help`

      """
    ),
    (
      ["nets/a.cnn"],
      """
      error: `cnn` needs a command before `nets/a.cnn`
        = help: write `cnn report nets/a.cnn`

      """
    ),
    (
      ["frobnicate"],
      """
      error: `cnn` has no command `frobnicate`
        = help: the commands are `report`, `explain`, `lint`, `completions` and `help`

      """
    ),
    (
      ["--verison"],
      """
      error: `cnn` has no option `--verison`, nearest: `--version`
        = help: `cnn --help` lists its options

      """
    ),
    (
      ["report", "a.cnn", "--fromat=json"],
      """
      error: `cnn report` has no option `--fromat`, nearest: `--format`
        = help: `cnn report --help` lists its options

      """
    ),
    (
      ["report", "a.cnn", "-format", "json"],
      """
      error: `cnn report` has no option `-format`, nearest: `--format`
        = help: `cnn report --help` lists its options

      """
    ),
    (
      ["report", "a.cnn", "-d", "k=v"],
      """
      error: `cnn report` has no option `-d`, nearest: `-D`
        = help: `cnn report --help` lists its options

      """
    ),
    (
      ["report", "a.cnn", "-axq"],
      """
      error: `cnn report` has no option `-x`
        = help: `cnn report --help` lists its options

      """
    ),
    (["report", "a.cnn", "--model"], "error: `--model` needs a value: `--model NAME`\n"),
    (["report", "a.cnn", "--model="], "error: `--model` needs a value: `--model NAME`\n"),
    (["report", "a.cnn", "--model", "--ascii"], "error: `--model` needs a value: `--model NAME`\n"),
    (["report", "a.cnn", "-o", "--"], "error: `-o` needs a value: `-o OUT`\n"),
    (["report", "a.cnn", "-D"], "error: `-D` needs a value: `-D NAME=VALUE`\n"),
    (["report", "--by"], "error: `--by` needs a value: `--by parameters|macs|memory`\n"),
    (["report", "--ascii=yes", "a.cnn"], "error: `--ascii` takes no value, and is given `yes`\n"),
    (["report", "-a=yes", "a.cnn"], "error: `-a` takes no value, and is given `yes`\n"),
    (["report", "--help=yes"], "error: `--help` takes no value, and is given `yes`\n"),
    (
      ["report", "a.cnn", "--format", "md"],
      """
      error: `--format` cannot be `md`, nearest: `markdown`
        = help: write `text`, `markdown`, `json` or `csv`

      """
    ),
    (
      ["report", "a.cnn", "--format", "pdf"],
      """
      error: `--format` cannot be `pdf`
        = help: write `text`, `markdown`, `json` or `csv`

      """
    ),
    (
      ["--color", "on", "report"],
      """
      error: `--color` cannot be `on`
        = help: write `auto`, `always` or `never`

      """
    ),
    (
      ["completions", "fsh"],
      """
      error: SHELL cannot be `fsh`, nearest: `fish`
        = help: write `bash`, `zsh` or `fish`

      """
    ),
    (
      ["help", "explian"],
      """
      error: COMMAND cannot be `explian`, nearest: `explain`
        = help: write `report`, `explain`, `lint`, `completions` or `help`

      """
    ),
    (
      ["report", "a.cnn", "--depth", "0"],
      """
      error: `--depth` cannot be `0`
        = help: write a whole number from 1 up or `all`

      """
    ),
    (
      ["report", "a.cnn", "--width", "-5"],
      """
      error: `--width` cannot be `-5`
        = help: write a whole number from 20 to 1000

      """
    ),
    (
      ["report", "a.cnn", "--width=99999999999999999999"],
      """
      error: `--width` cannot be `99999999999999999999`
        = help: write a whole number from 20 to 1000

      """
    ),
    (
      ["report", "a.cnn", "-Dclasses"],
      """
      error: `-D` cannot be `classes`
        = help: write a name, `=` and a value: `classes=10`

      """
    ),
    (
      ["report", "a.cnn", "--define", "=10"],
      """
      error: `--define` cannot be `=10`
        = help: write a name, `=` and a value: `classes=10`

      """
    ),
    (
      ["report", "a.cnn", "--by", "macs", "--by=memory"],
      "error: `--by` is given twice: `macs` and `memory`\n"
    ),
    (
      ["report"],
      """
      error: `cnn report` needs FILE
        = help: write `cnn report FILE`

      """
    ),
    (
      ["lint"],
      """
      error: `cnn lint` needs FILE
        = help: write `cnn lint FILE...`

      """
    ),
    (
      ["explain", "a.cnn", "conv1", "conv2"],
      """
      error: `cnn explain` has no use for `conv2`
        = help: write `cnn explain FILE [LAYER]`

      """
    ),
    (
      ["report", "a.cnn", "two\nlines\u{1B}[2J"],
      """
      error: `cnn report` has no use for `two\\u{a}lines\\u{1b}[2J`
        = help: write `cnn report FILE`

      """
    ),
  ]

  @Test func wrongCommandLinesAreAnsweredExactly() {
    for (line, text) in Self.table {
      do {
        _ = try Sample.program.parse(line)
        Issue.record("\(line) is taken")
      } catch {
        #expect(error.message.text == text, "\(line)")
      }
    }
  }

  @Test func theNearestWordIsTheOneMeant() {
    let table: [(word: String, among: [String], nearest: String?)] = [
      ("param", ["macs", "parameters", "memory"], "parameters"),
      ("params", ["macs", "parameters", "memory"], "parameters"),
      ("MACS", ["macs", "parameters", "memory"], "macs"),
      ("mcas", ["macs", "parameters", "memory"], "macs"),
      ("m", ["memory", "macs"], "macs"),
      ("hcw", ["hwc", "chw"], "hwc"),
      ("flops", ["macs", "parameters", "memory"], nil),
      ("", ["macs"], nil),
      ("ab", ["cd"], nil),
      (String(repeating: "m", count: 1_000_000), ["macs"], nil),
      ("macs", [], nil),
    ]
    for (word, candidates, expected) in table {
      #expect(nearest(to: word, among: candidates) == expected, "\(word.prefix(20)) among \(candidates)")
    }
  }
}
