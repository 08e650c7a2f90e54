import Foundation

/// What a process wrote, and how it ended.
struct Ending {
  let output: String
  let errors: String
  let code: Int32

  var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// A folder of its own to run the command in, with the samples in `samples`. It goes with the value.
final class Folder: Sendable {
  let url: URL

  init() throws {
    let manager = FileManager.default
    url = manager.temporaryDirectory.appendingPathComponent("cnn-command-\(UUID().uuidString)")
    try manager.createDirectory(at: url, withIntermediateDirectories: true)
    try manager.createSymbolicLink(at: url.appendingPathComponent("samples"), withDestinationURL: Project.samples)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  /// The names of what lies in the folder, beside the samples.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).filter { $0 != "samples" }.sorted()
  }

  /// Runs `cnn` with arguments.
  func cnn(_ arguments: String..., environment: [String: String] = [:]) throws -> Ending {
    try cnn(arguments, environment: environment)
  }

  func cnn(_ arguments: [String], environment: [String: String] = [:]) throws -> Ending {
    try run(Project.command, arguments, environment)
  }

  /// Runs a line of a shell, which finds `cnn` as any other program.
  func shell(_ line: String) throws -> Ending {
    try run(URL(fileURLWithPath: "/bin/sh"), ["-c", line], [:])
  }

  private func run(_ program: URL, _ arguments: [String], _ environment: [String: String]) throws -> Ending {
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent("cnn-errors-\(UUID().uuidString)")
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    let output = Pipe()
    let process = Project.process(program, arguments, in: url, environment)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Ending(
      output: String(decoding: data, as: UTF8.self), errors: try String(contentsOf: errors, encoding: .utf8),
      code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
  }
}
