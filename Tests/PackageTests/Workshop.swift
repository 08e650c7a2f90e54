import Foundation
import Testing

/// A folder where packages that use this one are built. It stays beside the tests' own build, so that a second run has
/// little to compile; all packages share one folder of objects for the same reason.
enum Workshop {
  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let hasSwift = swift != nil
  static let lacksSwift: Comment = "`swift` is not on the PATH, which builds packages"

  private static let swift = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/swift" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  private static let folder = project.appendingPathComponent(".build/packages")

  /// What a process wrote on both of its streams, and how it ended.
  struct Ending {
    let output: String
    let code: Int32
  }

  /// An empty folder for a package.
  static func package(_ name: String) throws -> URL {
    let package = folder.appendingPathComponent(name)
    try? FileManager.default.removeItem(at: package)
    try FileManager.default.createDirectory(at: package, withIntermediateDirectories: true)
    return package
  }

  /// Builds a package, in a second of its own: on Linux the Swift driver tells when a file changed by whole seconds, and
  /// does not compile again what changed twice within one.
  static func build(_ package: URL) throws -> Ending {
    let ending = try launch(
      try #require(swift), ["build", "--package-path", package.path, "--scratch-path", scratch], in: package)
    let now = Date().timeIntervalSince1970
    Thread.sleep(forTimeInterval: now.rounded(.down) + 1 - now)
    return ending
  }

  /// Runs an executable of a package that was built.
  static func run(_ name: String, _ arguments: [String] = [], in package: URL) throws -> Ending {
    try launch("\(scratch)/debug/\(name)", arguments, in: package)
  }

  private static var scratch: String { folder.appendingPathComponent("objects").path }

  private static func launch(_ program: String, _ arguments: [String], in folder: URL) throws -> Ending {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Ending(output: String(decoding: data, as: UTF8.self), code: process.terminationStatus)
  }
}

/// Packages are built one after the other, in one folder of objects.
@Suite(.serialized, .enabled(if: Workshop.hasSwift, Workshop.lacksSwift)) struct PackageTests {}
