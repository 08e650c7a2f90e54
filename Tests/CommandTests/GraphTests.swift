import Foundation
import Testing

@Suite struct GraphTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let mnist = ["graph", "samples/mnist.cnn"]

  @Test func dotGoesToStandardOutput() throws {
    let ending = try folder.cnn(Self.mnist)
    #expect(ending.code == 0 && ending.errors.isEmpty)
    #expect(ending.output.hasPrefix("digraph \"MNIST\" {\n") && ending.output.hasSuffix("}\n"))
    #expect(try folder.cnn(Self.mnist + ["-o", "net.dot"]).code == 0)
    #expect(try folder.read("net.dot") == ending.output)
  }

  @Test(.enabled(if: Project.hasGraphviz, Project.lacksGraphviz), arguments: ["svg", "png", "pdf", "SVG"])
  func aPictureIsDrawn(_ ending: String) throws {
    try folder.write("old", to: "net.\(ending)")
    let run = try folder.cnn(Self.mnist + ["-o", "net.\(ending)"])
    #expect(run.code == 0 && run.errors.isEmpty && run.output.isEmpty)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("net.\(ending)")))
    let beginnings = ["svg": "<?xml", "png": "\u{89}PNG", "pdf": "%PDF-"]
    let beginning = try #require(beginnings[ending.lowercased()]).unicodeScalars.map { UInt8($0.value) }
    #expect(bytes.starts(with: beginning))
    #expect(bytes.count > 1000)
    #expect(try folder.names() == ["net.\(ending)"])
  }

  @Test func withoutGraphvizItSaysWhatToDo() throws {
    let ending = try folder.cnn(Self.mnist + ["-o", "net.svg"], environment: ["PATH": "/nowhere"])
    #expect(ending.code == 2)
    for part in ["Graphviz", "no `dot` on the PATH", "apt install graphviz", "needs nothing"] {
      #expect(ending.errors.contains(part), "\(part)")
    }
    #expect(try folder.names().isEmpty)
    #expect(try folder.cnn(Self.mnist + ["-o", "net.dot"], environment: ["PATH": "/nowhere"]).code == 0)
  }

  /// A program in the place of Graphviz.
  private func fake(_ script: String) throws -> [String: String] {
    try FileManager.default.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
    try folder.write("#!/bin/sh\n\(script)\n", to: "bin/dot")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/dot"))
    return ["PATH": "\(folder.path("bin")):/usr/bin:/bin"]
  }

  @Test func graphvizGetsTheDiagram() throws {
    let environment = try fake("echo \"$@\"; cat")
    #expect(try folder.cnn(Self.mnist + ["-o", "net.svg"], environment: environment).code == 0)
    #expect(try folder.read("net.svg") == "-Tsvg\n" + folder.cnn(Self.mnist).output)
  }

  @Test func whereGraphvizFailsTheOldFileStays() throws {
    try folder.write("old", to: "net.svg")
    for script in ["cat > /dev/null; echo half; echo no good >&2; exit 3", "exit 3", "echo half; kill -9 $$"] {
      let ending = try folder.cnn(Self.mnist + ["-o", "net.svg"], environment: try fake(script))
      #expect(ending.code == 2, "\(script)")
      let code = script.contains("kill") ? "137" : "3"
      #expect(ending.errors.contains("`dot` ended with exit code \(code), so net.svg was not written"), "\(script)")
      #expect(ending.errors.contains("no good") == script.contains("no good"), "\(script)")
      #expect(try folder.read("net.svg") == "old", "\(script)")
      #expect(try folder.names() == ["bin", "net.svg"], "\(script)")
    }
  }

  @Test func aProgramThatCannotStartIsTold() throws {
    let environment = try fake("")
    try folder.write("#!/nowhere/sh\n", to: "bin/dot")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/dot"))
    let ending = try folder.cnn(Self.mnist + ["-o", "net.svg"], environment: environment)
    #expect(ending.code == 2)
    #expect(ending.errors.contains("`dot` cannot be started"))
    #expect(try folder.names() == ["bin"])
  }

  @Test func anUnknownCallIsTold() throws {
    let ending = try folder.cnn("graph", "samples/resnet.cnn", "--model", "ResNet50", "--open", "layer2.9")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("no block call `layer2.9` can be opened; nearest: `layer2."))
    #expect(ending.output.isEmpty)
  }

  @Test func aModelWithAMistakeIsDrawnUpToIt() throws {
    try folder.write(Networks.misspelled.replacing("convv", with: "relu\n  convv"), to: "net.cnn")
    let ending = try folder.cnn("graph", "net.cnn")
    #expect(ending.code == 1)
    #expect(ending.output.contains("up to the first mistake") && ending.output.contains("\"relu1\" ["))
  }
}
