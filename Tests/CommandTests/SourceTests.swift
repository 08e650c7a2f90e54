import Foundation
import Testing

/// Sources are never written over, and nothing but a file of some size is one.
@Suite struct SourceTests {
  private let folder: Folder
  private static let part = "block stage(n) {\n  conv n, 3x3, pad 1\n}\n"
  private static let net = "import \"part.cnn\"\nmodel Net {\n  input 8x8x3\n  stage 4\n}\n"
  private static let commands = ["report", "explain", "graph", "weights", "lint", "swift"]

  init() throws {
    folder = try Folder()
    try folder.write(Self.part, to: "part.cnn")
    try folder.write(Self.net, to: "net.cnn")
  }

  @Test(arguments: commands) func anOutputThatIsASourceIsRefused(_ command: String) throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: true)
    try manager.createSymbolicLink(atPath: folder.path("link.cnn"), withDestinationPath: "net.cnn")
    try manager.createSymbolicLink(atPath: folder.path("link.svg"), withDestinationPath: "part.cnn")
    try manager.linkItem(atPath: folder.path("net.cnn"), toPath: folder.path("hard.cnn"))
    try manager.linkItem(atPath: folder.path("part.cnn"), toPath: folder.path("hard.svg"))
    let names = try folder.names()
    for path in [
      "net.cnn", "./net.cnn", "sub/../net.cnn", folder.path("net.cnn"), "link.cnn", "hard.cnn", "part.cnn",
      "./part.cnn", "link.svg", "hard.svg",
    ] {
      let ending = try folder.cnn(command, "net.cnn", "-o", path)
      #expect(ending.code == 2, "\(path)")
      #expect(ending.output.isEmpty, "\(path)")
      #expect(ending.errors.contains("writing to `\(path)` would replace the source `"), "\(ending.errors)")
      #expect(try folder.read("net.cnn") == Self.net, "\(path)")
      #expect(try folder.read("part.cnn") == Self.part, "\(path)")
    }
    #expect(try folder.names() == names)
    #expect(try folder.shell("cnn \(command) - -o net.cnn < net.cnn").code == 2)
    #expect(try folder.read("net.cnn") == Self.net)
    #expect(try folder.cnn(command, "net.cnn", "-o", "out.txt").code == 0)
  }

  @Test func changesAndStampsReplaceNoSourceEither() throws {
    let wrong = Self.net.replacing("stage 4", with: "stage 4 | rellu")
    try folder.write(wrong, to: "net.cnn")
    for path in ["net.cnn", "part.cnn"] {
      #expect(try folder.cnn("lint", "--fix", "net.cnn", "-o", path).code == 2, "\(path)")
      #expect(try folder.read("net.cnn") == wrong, "\(path)")
    }
    try folder.write(Self.net, to: "net.cnn")
    for path in ["net.cnn", "part.cnn"] {
      #expect(try folder.cnn("swift", "--build", "net.cnn", "-o", "n.swift", "--stamp", path).code == 2, "\(path)")
      #expect(try folder.read("part.cnn") == Self.part, "\(path)")
    }
    #expect(try folder.names() == ["net.cnn", "part.cnn"])
  }

  @Test(.timeLimit(.minutes(10)), arguments: commands) func aSourceIsARegularFile(_ command: String) throws {
    #expect(mkfifo(folder.path("pipe.cnn"), 0o600) == 0)
    for path in ["/dev/zero", "/dev/urandom", "pipe.cnn", "/dev/null"] {
      let ending = try folder.cnn(command, path)
      #expect(ending.code == 2, "\(path)")
      #expect(ending.errors == "cnn: `\(path)` is no regular file; `-` reads standard input\n", "\(path)")
      try folder.write("import \"\(path)\"\n" + Networks.right, to: "net.cnn")
      let imported = try folder.cnn(command, "net.cnn")
      let text = imported.output + imported.errors
      #expect(imported.code == 1, "\(path)")
      #expect(text.contains("error[unreadable-file]") && text.contains("net.cnn:1:8"), "\(text)")
      #expect(text.contains("it is no regular file"), "\(text)")
    }
    try folder.write("import \"samples\"\n" + Networks.right, to: "net.cnn")
    #expect(try folder.cnn("lint", "net.cnn").output.contains("it is a directory"))
  }

  @Test func standardInputIsNotImported() throws {
    for path in ["-", "./-"] {
      try folder.write("import \"\(path)\"\n" + Networks.right, to: "net.cnn")
      let ending = try folder.shell("cnn lint net.cnn < part.cnn")
      #expect(ending.code == 1)
      #expect(ending.output.contains("error[unreadable-file]: standard input cannot be imported"), "\(ending.output)")
    }
  }

  @Test func aSourceHasAtMost64MiB() throws {
    #expect(truncate(folder.path("part.cnn"), 64 << 20 + 1) == 0)
    let limit = "more than 64 MiB, the limit for a source"
    let ending = try folder.cnn("lint", "part.cnn")
    #expect(ending.code == 2)
    #expect(ending.errors == "cnn: `part.cnn` has \(limit)\n")
    #expect(try folder.cnn("lint", "net.cnn").output.contains("it has \(limit)"))
    let stream = try folder.shell("cnn lint - < /dev/zero")
    #expect(stream.code == 2)
    #expect(stream.errors == "cnn: standard input has \(limit)\n")
  }

  @Test(.timeLimit(.minutes(10))) func aChainOfImportsMayBeLong() throws {
    let count = 10_000
    try FileManager.default.createDirectory(atPath: folder.path("chain"), withIntermediateDirectories: true)
    for index in 0..<count {
      let next = index + 1 < count ? "import \"c\(index + 1).cnn\"\n" : ""
      try folder.write(next + "block b\(index) {\n  relu\n}\n", to: "chain/c\(index).cnn")
    }
    let text = "import \"chain/c0.cnn\"\nmodel Net {\n  input 8x8x3\n  b0\n}\n"
    try folder.write(text, to: "net.cnn")
    let ending = try folder.cnn("lint", "net.cnn")
    #expect(ending.code == 0)
    #expect(ending.output.isEmpty && ending.errors.isEmpty)
    // The last closes a circle, which is told by its beginning and its end.
    try folder.write("import \"c0.cnn\"\n", to: "chain/c\(count - 1).cnn")
    let circle = try folder.cnn("lint", "net.cnn")
    #expect(circle.code == 1)
    #expect(circle.output.contains("error[import-cycle]") && circle.output.contains("more files)"))
    #expect(circle.output.utf8.count < 2000)
  }
}
