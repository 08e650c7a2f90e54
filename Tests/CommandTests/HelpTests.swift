import Foundation
import Testing

@Suite struct HelpTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test(arguments: Project.commands) func aPageShowsUsageOptionsAndExamples(_ command: String) throws {
    let page = try folder.cnn(command, "--help")
    #expect(page.code == 0)
    #expect(page.errors.isEmpty)
    #expect(page.output.hasPrefix("cnn \(command): "))
    let sections = page.output.components(separatedBy: "\n\n").compactMap { $0.split(separator: "\n").first }
    #expect(sections.contains { $0.hasPrefix("usage: cnn \(command) ") })
    #expect(sections.contains("options:"))
    #expect(sections.contains("examples:"))
    #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 100 }, "a pipe has 100 columns")

    #expect(try folder.cnn(command, "-h").output == page.output)
    #expect(try folder.cnn("help", command).output == page.output)
  }

  @Test func thePageOfTheProgramNamesEveryCommand() throws {
    let page = try folder.cnn("--help")
    #expect(page.code == 0)
    #expect(page.errors.isEmpty)
    for command in Project.commands + ["help"] { #expect(page.output.contains("\n  \(command) "), "\(command)") }
    #expect(try folder.cnn("help").output == page.output)
    #expect(try folder.cnn("-h").output == page.output)
  }

  /// A person copies an example and puts a file of theirs in the place of its file: so does this test.
  @Test(.enabled(if: Project.hasGraphviz, Project.lacksGraphviz), arguments: Project.commands)
  func everyExampleRuns(_ command: String) throws {
    let lines = try folder.cnn(command, "--help").output.split(separator: "\n")
    let examples = lines.drop { $0 != "examples:" }.filter { $0.hasPrefix("  cnn ") }
    #expect(!examples.isEmpty)
    let manager = FileManager.default
    for sample in Project.sampleNames {
      try manager.copyItem(atPath: folder.path("samples/\(sample)"), toPath: folder.path(sample))
    }
    try manager.copyItem(atPath: folder.path("samples/mnist.cnn"), toPath: folder.path("net.cnn"))
    for path in [".local/share/bash-completion/completions", ".config/fish/completions"] {
      try manager.createDirectory(atPath: folder.path(path), withIntermediateDirectories: true)
    }
    for example in examples {
      let ending = try folder.shell(String(example))
      #expect(ending.code == 0, "\(example)")
      #expect(!ending.errors.contains("error"), "\(example): \(ending.errors)")
      // What a redirection or a clean file leaves empty is silent on purpose.
      let isSilent = example.contains(" > ") || example.contains(" -o ") || example.contains("--format github")
      #expect(ending.output.isEmpty == isSilent, "\(example)")
    }
  }

  @Test func theVersionIsALine() throws {
    let ending = try folder.cnn("--version")
    #expect(ending.code == 0)
    #expect(ending.errors.isEmpty)
    #expect(ending.output.wholeMatch(of: #/cnn \d+\.\d+\.\d+\n/#) != nil)
  }
}

@Suite struct UsageErrorTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A command line with one slip, and what is meant.
  private static let slips: [([String], nearest: String)] = [
    (["repor", "samples/mnist.cnn"], "report"),
    (["lin"], "lint"),
    (["help", "lnt"], "lint"),
    (["report", "--formt", "json", "samples/mnist.cnn"], "--format"),
    (["explain", "samples/mnist.cnn", "--parameter"], "--parameters"),
    (["report", "--format", "jsn", "samples/mnist.cnn"], "json"),
    (["report", "--by=mac", "samples/mnist.cnn"], "macs"),
    (["lint", "--format", "surif", "samples/mnist.cnn"], "sarif"),
    (["lint", "--explain", "stride-remaindr"], "stride-remainder"),
    (["completions", "bahs"], "bash"),
    (["explain", "samples/mnist.cnn", "cnv1"], "conv1"),
  ]

  @Test func aSlipGetsTheNearestName() throws {
    for (arguments, nearest) in Self.slips {
      let ending = try folder.cnn(arguments)
      #expect(ending.code == 2, "\(arguments)")
      #expect(ending.output.isEmpty, "\(arguments)")
      #expect(ending.errors.contains("nearest: `\(nearest)`"), "\(arguments): \(ending.errors)")
    }
  }

  @Test(arguments: [
    [], ["report"], ["lint"], ["explain"], ["completions"], ["samples/mnist.cnn"],
    ["report", "samples/mnist.cnn", "samples/vgg.cnn"], ["report", "samples/mnist.cnn", "--depth", "0"],
    ["report", "samples/mnist.cnn", "--width", "wide"], ["report", "samples/mnist.cnn", "--format"],
    ["report", "samples/mnist.cnn", "--ascii=yes"], ["report", "samples/mnist.cnn", "-D", "classes"],
    ["report", "samples/mnist.cnn", "-D", "=10"], ["report", "samples/mnist.cnn", "-D", "classes="],
    ["explain", "samples/mnist.cnn", "conv1", "--compare", "-5"], ["lint", "-x", "samples/mnist.cnn"],
    ["report", "samples/vgg.cnn", "--model", "VGG11", "--model", "VGG16"],
  ])
  func aWrongCommandLineEndsWith2AndAWayOut(_ arguments: [String]) throws {
    let ending = try folder.cnn(arguments)
    #expect(ending.code == 2)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.hasPrefix("cnn: error: "))
    #expect(ending.errors.hasSuffix("\n") && !ending.errors.hasSuffix("\n\n"), "no empty line below")
  }

  @Test func aWordOrderOfTheUsersOwnIsUnderstood() throws {
    let expected = try folder.cnn("report", "samples/mnist.cnn", "--format", "csv", "-D", "classes=7").output
    for arguments in [
      ["report", "--format=csv", "-Dclasses=7", "samples/mnist.cnn"],
      ["report", "-D=classes=7", "--format", "csv", "--", "samples/mnist.cnn"],
      ["report", "--define", "classes=7", "samples/mnist.cnn", "--format=csv"],
    ] {
      #expect(try folder.cnn(arguments).output == expected, "\(arguments)")
    }
  }
}
