import Foundation
import Testing

@Suite struct OutputTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Command lines that write something.
  private static let writers: [[String]] = [
    ["report", "samples/mnist.cnn"], ["report", "samples/resnet.cnn", "--format", "json", "--model", "ResNet152"],
    ["explain", "samples/mnist.cnn", "fc1"], ["graph", "samples/googlenet.cnn", "--depth", "2"],
    ["lint", "samples/squeezenet.cnn"], ["swift", "samples/mnist.cnn"],
    ["lint", "samples/mnist.cnn", "--format", "sarif"], ["lint", "--explain", "stride-remainder"],
  ]

  @Test(arguments: writers) func aFileGetsTheWholeOutput(_ arguments: [String]) throws {
    let expected = try folder.cnn(arguments)
    #expect(expected.code == 0)
    #expect(!expected.output.isEmpty)
    try folder.write("old", to: "old.txt")
    try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: folder.path("old.txt"))
    for name in ["new.txt", "old.txt"] {
      let ending = try folder.cnn(arguments + ["-o", name])
      #expect(ending.code == 0, "\(name)")
      #expect(ending.output.isEmpty, "\(name)")
      #expect(ending.errors == expected.errors, "\(name)")
      #expect(try folder.read(name) == expected.output, "\(name)")
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("old.txt"))
    #expect(attributes[.posixPermissions] as? Int == 0o604)
    #expect(try folder.names() == ["new.txt", "old.txt"])
    #expect(try folder.cnn(arguments + ["--output=-"]).output == expected.output)
  }

  @Test func aFileThatBecameRightKeepsNoOldMessage() throws {
    try folder.write(Networks.misspelled, to: "net.cnn")
    #expect(try folder.cnn("lint", "net.cnn", "-o", "messages.txt").code == 1)
    #expect(try folder.read("messages.txt").hasSuffix("\n1 error\n"))
    try folder.write(Networks.right, to: "net.cnn")
    #expect(try folder.cnn("lint", "net.cnn", "-o", "messages.txt").code == 0)
    #expect(try folder.read("messages.txt").isEmpty)
  }

  @Test(arguments: writers) func aDirectoryThatIsMissingEndsWith2(_ arguments: [String]) throws {
    let ending = try folder.cnn(arguments + ["-o", "missing/out.txt"])
    #expect(ending.code == 2)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains("cnn: cannot write `missing/out.txt`: no such file or directory\n"))
    #expect(try folder.names().isEmpty)
    #expect(try folder.cnn(arguments + ["-o", "samples"]).errors.contains("is a directory"))
  }

  @Test(.enabled(if: geteuid() != 0, "everything is open to root"), arguments: writers)
  func aDirectoryThatIsReadOnlyLeavesTheOldFile(_ arguments: [String]) throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("closed"), withIntermediateDirectories: true)
    try folder.write("old", to: "closed/out.txt")
    try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path("closed"))
    defer { try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("closed")) }
    for name in ["closed/out.txt", "closed/new.txt"] {
      let ending = try folder.cnn(arguments + ["-o", name])
      #expect(ending.code == 2, "\(name)")
      #expect(ending.errors.contains("cnn: cannot write `\(name)`: permission denied\n"), "\(ending.errors)")
    }
    #expect(try folder.read("closed/out.txt") == "old")
    #expect(try manager.contentsOfDirectory(atPath: folder.path("closed")) == ["out.txt"])
  }

  /// A limit on the size of files stands for a disk that fills.
  @Test func aFullDiskLeavesTheOldFile() throws {
    try folder.write("old", to: "out.json")
    let line = "trap '' XFSZ; ulimit -f 8; cnn report samples/vgg.cnn --model VGG16 --format json -o out.json"
    let ending = try folder.shell(line)
    #expect(ending.code == 2)
    #expect(ending.errors.hasPrefix("cnn: cannot write `out.json`: "))
    #expect(try folder.read("out.json") == "old")
    #expect(try folder.names() == ["out.json"])
  }

  @Test func aFailureLeavesTheOldFile() throws {
    try folder.write("old", to: "out.txt")
    for arguments in [
      ["report", "missing.cnn"], ["explain", "samples/mnist.cnn", "nothing"], ["report", "/dev/null"],
    ] {
      #expect(try folder.cnn(arguments + ["-o", "out.txt"]).code != 0, "\(arguments)")
      #expect(try folder.read("out.txt") == "old", "\(arguments)")
    }
  }

  @Test func aReaderThatHasSeenEnoughIsNoError() throws {
    for command in [
      "report samples/resnet.cnn --model ResNet152 --format json",
      "report samples/resnet.cnn --depth all --model ResNet152",
      "lint --format json samples/*.cnn", "completions bash", "help report", "explain samples/mnist.cnn",
      "report samples/resnet.cnn --model ResNet152 --format json -o -",
    ] {
      let ending = try folder.shell("{ cnn \(command); echo $? >&2; } | head -n 1")
      #expect(ending.errors == "0\n", "\(command)")
      #expect(ending.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2, "\(command)")
    }
    // Nobody reads at all: the pipe is closed before the first byte.
    let ending = try folder.shell("{ sleep 0.2; cnn report samples/mnist.cnn; echo $? >&2; } | true")
    #expect(ending.errors == "0\n")
  }

  @Test func outputThatIsClosedIsAnError() throws {
    let ending = try folder.shell("cnn report samples/mnist.cnn >&-")
    #expect(ending.code == 2)
    #expect(ending.errors == "cnn: cannot write standard output: bad file descriptor\n")
  }

  @Test(arguments: [
    ["report", "samples/mnist.cnn"], ["explain", "samples/mnist.cnn"], ["lint", "samples/squeezenet.cnn"],
  ])
  func coloursComeWhereTheyAreAskedFor(_ arguments: [String]) throws {
    let plain = try folder.cnn(arguments).output
    #expect(!plain.contains("\u{1B}"))
    let colored = try folder.cnn(arguments + ["--color", "always"]).output
    // A column that has a colour keeps the spaces at its end.
    #expect(colored.replacing(#/\e\[[0-9;]*m/#, with: "").replacing(#/ +\n/#, with: "\n") == plain)
    #expect(colored.contains("\u{1B}[") || arguments[0] == "explain")
    #expect(try folder.cnn(arguments + ["--color=always"], environment: ["NO_COLOR": "1"]).output == colored)
    #expect(try folder.cnn(arguments + ["--color", "never"]).output == plain)
    #expect(try folder.cnn(arguments + ["--color", "always", "-o", "out.txt"]).code == 0)
    #expect(try folder.read("out.txt") == plain, "a file has no use for colours")
  }

  @Test func columnsAreForTerminals() throws {
    for arguments in [["report", "samples/resnet.cnn"], ["report", "--help"]] {
      let plain = try folder.cnn(arguments).output
      #expect(try folder.cnn(arguments, environment: ["COLUMNS": "70"]).output == plain, "\(arguments)")
    }
  }
}
