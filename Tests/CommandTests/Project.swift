import Foundation
import Testing

/// The project's files and its built command.
enum Project {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let samples = root.appendingPathComponent("samples")

  /// The file names of the samples, sorted.
  static let sampleNames: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: samples.path)) ?? []
    return names.filter { $0.hasSuffix(".cnn") }.sorted()
  }()

  /// The program, which is built into the folder of the tests.
  static let command = buildFolder.appendingPathComponent("cnn")

  /// A program that runs another in a terminal.
  static let script = "/usr/bin/script"

  static let commands = ["report", "explain", "graph", "swift", "weights", "lint", "completions"]

  static let hasGraphviz = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/dot")
  }
  static let lacksGraphviz: Comment = "`dot` is not on the PATH; `apt install graphviz` brings it"

  /// A process that knows nothing of the terminal and the user of the tests.
  static func process(
    _ program: URL, _ arguments: [String], in folder: URL, _ environment: [String: String]
  ) -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let basis = ["PATH": "\(buildFolder.path):\(path)", "HOME": folder.path, "LANG": "C.UTF-8", "TERM": "xterm"]
    process.environment = basis.merging(environment) { $1 }
    return process
  }

  private static var buildFolder: URL {
    #if canImport(Darwin)
      // The tests are a bundle that another program loads.
      return Bundle(for: Marker.self).bundleURL.deletingLastPathComponent()
    #else
      return Bundle.main.bundleURL
    #endif
  }

  #if canImport(Darwin)
    private final class Marker {}
  #endif
}
