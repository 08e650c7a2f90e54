import Foundation

/// Starts the shells that completions are tried in.
enum Shells {
  /// Where a program lies, if it is installed.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a program in a directory and gives what it writes; what it writes to standard error is a failure.
  static func run(_ name: String, _ arguments: [String], in directory: URL) throws -> String {
    guard let path = find(name) else { throw Failure(description: "\(name) is not installed") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": directory.path, "TERM": "xterm",
    ]
    let errors = directory.appendingPathComponent("errors")
    try Data().write(to: errors)
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let complaint = try String(contentsOf: errors, encoding: .utf8)
    try FileManager.default.removeItem(at: errors)
    if !complaint.isEmpty { throw Failure(description: complaint) }
    return String(decoding: data, as: UTF8.self)
  }

  /// Calls `body` with a directory that has a few files, and the script of a shell under the name `script`.
  static func withDirectory<Result>(script: String, _ body: (URL) throws -> Result) throws -> Result {
    let manager = FileManager.default
    let directory = manager.temporaryDirectory.appendingPathComponent("cnn-shell-\(UUID().uuidString)")
    try manager.createDirectory(at: directory.appendingPathComponent("nets"), withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: directory) }
    for name in ["a.cnn", "my net.cnn", "st*r.cnn", "notes.txt", "nets/inner.cnn", "nets/inner.txt"] {
      try Data().write(to: directory.appendingPathComponent(name))
    }
    try Data(script.utf8).write(to: directory.appendingPathComponent("script"))
    return try body(directory)
  }
}
