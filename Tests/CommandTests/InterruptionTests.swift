import Foundation
import Testing

/// A command that is interrupted while it writes.
@Suite struct InterruptionTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    // A program in the place of Graphviz that takes its time, while the command holds a temporary file.
    try FileManager.default.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
    try folder.write("#!/bin/sh\nexec sleep 5\n", to: "bin/dot")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/dot"))
  }

  @Test(.timeLimit(.minutes(10)), arguments: [SIGINT, SIGTERM, SIGHUP])
  func itLeavesNoTemporaryFileAndDiesByTheSignal(_ signal: Int32) throws {
    try folder.write("old", to: "net.svg")
    let process = Project.process(
      Project.command, ["graph", "samples/mnist.cnn", "-o", "net.svg"], in: folder.url,
      ["PATH": "\(folder.path("bin")):/usr/bin:/bin"])
    try process.run()
    while try !folder.names().contains(where: { $0.hasSuffix(".tmp") }), process.isRunning { usleep(5000) }
    #expect(process.isRunning)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == signal)
    #expect(try folder.names() == ["bin", "net.svg"])
    #expect(try folder.read("net.svg") == "old")
  }

  /// `nohup` lets a program ignore HUP, and it goes on.
  @Test func whatIsToBeIgnoredStaysIgnored() throws {
    try folder.write("#!/bin/sh\nkill -HUP $PPID\nexec cat\n", to: "bin/dot")
    let ending = try folder.shell("trap '' HUP; PATH=\"$PWD/bin:$PATH\" cnn graph samples/mnist.cnn -o net.svg")
    #expect(ending.code == 0)
    #expect(try folder.read("net.svg").hasPrefix("digraph"))
  }
}
