import Testing

@testable import CNNCommandLine

@Suite struct ArgumentParserTests {
  /// An option of a command, with values it takes.
  struct Case {
    let command: CommandSpec
    let option: OptionSpec
    let values: [String]

    /// As many arguments as the command needs at least.
    var arguments: [String] {
      command.arguments.filter { $0.count != .optional }.map { $0.value.words.first ?? "net.cnn" }
    }
  }

  /// Every option of every command that runs, but for those that answer at once.
  static var cases: [Case] {
    Sample.program.commands.filter { $0.name != "help" }.flatMap { command in
      Sample.program.options(of: command).filter { $0 != .help }.map { option in
        Case(command: command, option: option, values: option.value.map(values) ?? [""])
      }
    }
  }

  static func values(_ value: ValueSpec) -> [String] {
    switch value {
    case .text, .file: ["name", "a b", "a=b", "-", "é"]
    case .words(let words, _): words
    case .number(let range, _, let words): words + [range.lowerBound, range.upperBound].map { String($0) }
    case .definition: ["k=v", "k=a=b", "H=-1", "k= "]
    }
  }

  @Test func everyOptionParsesInEverySpelling() throws {
    for item in Self.cases {
      for value in item.values {
        for spelling in item.option.spellings {
          let forms: [[String]] =
            if item.option.value == nil {
              [[spelling]]
            } else if spelling.hasPrefix("--") {
              [[spelling, value], ["\(spelling)=\(value)"]]
            } else {
              [[spelling, value], ["\(spelling)\(value)"], ["\(spelling)=\(value)"]]
            }
          for form in forms {
            let name = [item.command.name]
            for line in [
              name + form + item.arguments, name + item.arguments + form, name + form + ["--"] + item.arguments,
            ] {
              let parsed = try Sample.run(line)
              #expect(parsed.command == item.command, "\(line)")
              #expect(parsed.texts(of: item.option) == [value], "\(line)")
            }
          }
        }
      }
    }
  }

  @Test func programOptionsMayStandBeforeTheCommand() throws {
    for line in ["--color never report a.cnn", "--color=never report a.cnn", "report --color never a.cnn"] {
      #expect(try Sample.run(line)[Sample.color] == .never, "\(line)")
    }
  }

  @Test func absentOptionsReadAsTheirDefaults() throws {
    let parsed = try Sample.run("report a.cnn")
    #expect(parsed[Sample.file] == "a.cnn")
    #expect(parsed[Sample.model] == nil)
    #expect(parsed[Sample.define] == [])
    #expect(parsed[Sample.format] == .text)
    #expect(parsed[Sample.depth] == 1)
    #expect(parsed[Sample.width] == nil)
    #expect(!parsed[Sample.ascii])
    #expect(parsed[Sample.color] == .auto)
    #expect(parsed[Sample.rule] == nil, "an option of another command")
  }

  @Test func valuesHaveTheirTypes() throws {
    let parsed = try Sample.run(
      "report -aq -D classes=10 - -DH=224 --depth all --format json --by=macs --width 120 -o out.txt --model Net")
    #expect(parsed[Sample.file] == "-")
    #expect(parsed[Sample.ascii] && parsed[Sample.quiet])
    #expect(
      parsed[Sample.define] == [Definition(name: "classes", value: "10"), Definition(name: "H", value: "224")])
    #expect(parsed[Sample.depth] == Int.max)
    #expect(parsed[Sample.format] == .json)
    #expect(parsed[Sample.measure] == .macs)
    #expect(parsed[Sample.width] == 120)
    #expect(parsed[Sample.output] == "out.txt")
    #expect(parsed[Sample.model] == "Net")
  }

  @Test func lettersCombine() throws {
    let apart = try Sample.run("report -a -q -o out.txt a.cnn")
    for line in [
      "report -aq -o out.txt a.cnn", "report -aqo out.txt a.cnn", "report -aqoout.txt a.cnn",
      "report -aqo=out.txt a.cnn",
    ] {
      let together = try Sample.run(line)
      #expect(together == apart, "\(line)")
    }
  }

  @Test func argumentsAreToldByTheirPlace() throws {
    let one = try Sample.run("explain a.cnn")
    #expect(one[Sample.file] == "a.cnn" && one[Sample.layer] == nil)
    let two = try Sample.run("explain a.cnn --model Net conv1")
    #expect(two[Sample.file] == "a.cnn" && two[Sample.layer] == "conv1")
    #expect(try Sample.run("lint a.cnn b.cnn c.cnn")[Sample.files] == ["a.cnn", "b.cnn", "c.cnn"])
    #expect(try Sample.run("lint -- --explain -- -a")[Sample.files] == ["--explain", "--", "-a"])
    #expect(try Sample.run("completions fish")[Sample.shell] == .fish)
  }

  @Test func anOptionThatStandsAloneExcusesArguments() throws {
    let parsed = try Sample.run("lint --explain shape-mismatch")
    #expect(parsed[Sample.rule] == "shape-mismatch")
    #expect(parsed[Sample.files] == [])
  }

  @Test func helpAndVersionAnswerAtOnce() throws {
    let pages: [(String, String?)] = [
      ("--help", nil), ("-h", nil), ("help", nil), ("help report", "report"), ("help help", "help"),
      ("report --help", "report"), ("report -h", "report"), ("report a b c -ah", "report"), ("help --help", "help"),
      ("lint --help --nonsense", "lint"), ("--color never -h", nil),
    ]
    for (line, name) in pages {
      guard case .help(let command) = try Sample.parse(line) else {
        Issue.record("`\(line)` shows no page")
        continue
      }
      #expect(command?.name == name, "\(line)")
    }
    guard case .version = try Sample.parse("--version") else {
      Issue.record("`--version` is not answered")
      return
    }
  }

  // MARK: Faults

  @Test func misspelledOptionsNameTheNearest() {
    for item in Self.cases where item.option.name.count > 2 {
      for misspelled in Self.misspellings(of: item.option.name) {
        #expect(
          throws: UsageError.unknownOption(
            context: "cnn \(item.command.name)", option: "--\(misspelled)", nearest: "--\(item.option.name)")
        ) {
          try Sample.run([item.command.name, "--\(misspelled)"] + item.arguments)
        }
      }
    }
  }

  @Test func misspelledWordsNameTheNearest() {
    for item in Self.cases {
      guard case .words(let words, _) = item.option.value else { continue }
      for word in words where word.count > 2 {
        for misspelled in Self.misspellings(of: word) {
          let spelling = "--\(item.option.name)"
          #expect(throws: UsageError.unknownWord(subject: spelling, word: misspelled, nearest: word, words: words)) {
            try Sample.run([item.command.name, spelling, misspelled])
          }
        }
      }
    }
  }

  @Test func misspelledCommandsNameTheNearest() {
    let names = Sample.program.commands.map(\.name)
    for name in names {
      for misspelled in Self.misspellings(of: name) {
        #expect(
          throws: UsageError.unknownCommand(
            context: "cnn", word: misspelled, nearest: name, commands: names)
        ) {
          try Sample.program.parse([misspelled])
        }
      }
    }
  }

  /// One letter missing, doubled, or swapped with its neighbour; and in capitals.
  static func misspellings(of word: String) -> Set<String> {
    let letters = Array(word)
    var result: Set<String> = [word.uppercased()]
    for index in letters.indices {
      var missing = letters
      missing.remove(at: index)
      var doubled = letters
      doubled.insert(letters[index], at: index)
      var swapped = letters
      swapped.swapAt(index, max(0, index - 1))
      result.formUnion([missing, doubled, swapped].map { String($0) })
    }
    result.remove(word)
    return result
  }

  @Test func noCommandLineStopsTheParser() {
    let vocabulary = [
      "report", "explain", "lint", "help", "completions", "a.cnn", "-", "--", "---", "-a", "-aq", "-o", "-D", "-Dk=v",
      "-D=", "=", "", "--=", "--model", "--model=", "--by", "macs", "--depth=9999999999999999999999", "all", "-9", "-é",
      "--color", "never", "--explain", "\u{1B}[31m", "--\u{301}", "-\u{1B}", "\u{202E}",
      String(repeating: "x", count: 1 << 12),
    ]
    var random = SplitMix(state: 1)
    for _ in 0..<20_000 {
      let line = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        vocabulary[Int.random(in: vocabulary.indices, using: &random)]
      }
      do {
        _ = try Sample.program.parse(line)
      } catch {
        let text = error.message.text
        #expect(text.hasPrefix("error: ") && text.hasSuffix("\n"), "\(line)")
        let steers = text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202E}" }
        #expect(!steers, "\(line)")
      }
    }
  }

  /// A generator that gives the same command lines every time.
  struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
