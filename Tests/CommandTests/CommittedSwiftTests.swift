import Foundation
import Testing

/// Swift that `cnn swift` made and that is committed is what it would make now.
@Suite struct CommittedSwiftTests {
  @Test(arguments: [("Sources/tensor-bench/trained.cnn", "Sources/tensor-bench/Trained.swift")])
  func isUpToDate(_ network: String, _ output: String) throws {
    let records = ProcessInfo.processInfo.environment["CNN_RECORD"] == "1"
    let arguments = ["swift"] + (records ? [] : ["--check"]) + [network, "-o", output]
    let process = Project.process(Project.command, arguments, in: Project.root, [:])
    try process.run()
    process.waitUntilExit()
    #expect(
      process.terminationStatus == 0,
      "\(output) is stale: `CNN_RECORD=1 swift test --filter CommittedSwift` makes it anew")
  }
}
