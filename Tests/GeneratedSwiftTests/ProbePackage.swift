import CNNBackends
import Foundation
import TensorEngine

/// A package that is made of generated files and a runner, built and run once for all tests.
struct ProbePackage {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Where `swift` is; nil where it is not on the PATH.
  static let swift: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/swift" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Made once. Of a build that fails one test tells the reason.
  static let result = Result { try ProbePackage() }
  static var built: ProbePackage? { try? result.get() }

  /// What the models of each module are called in Swift.
  private var types: [String: [String: String]] = [:]
  /// What the runner printed of each model, by module and type: `Samples.VGG16`.
  private var lines: [String: [Substring]] = [:]
  private let folder = Source.root.appendingPathComponent(".build/generated-swift")

  /// What the runner printed of a model; nothing of one that was not run.
  func lines(_ module: String, _ model: String) -> [Substring] {
    lines["\(module).\(types[module]?[model] ?? model)"] ?? []
  }

  /// What the runner wrote of a model of the reference.
  func found(_ model: String) throws -> NamedTensors {
    try NamedTensors(contentsOf: folder.appendingPathComponent("\(model).found.safetensors").path)
  }

  // MARK: Making it

  /// The package stays where it is, so that only what changed is built again.
  private init() throws {
    for module in ProbeModule.all {
      for file in module.files {
        guard let text = file.swift else { throw Failure(description: "\(file.name) has no form in Swift") }
        try write(text, "Sources/\(module.name)/\(file.name).swift")
        let types = text.matches(of: #/(?m)^public struct (?<name>[^:]+): Network/#).map { String($0.name) }
        self.types[module.name, default: [:]].merge(zip(file.models.map(\.network.name), types)) { first, _ in first }
      }
    }
    try write(FixtureModel.input, "Fixtures/Fixtures")
    try write(ReferenceNetwork.input, "Nets/Nets")
    try write(SharingNetwork.input, "Sharing/Sharing")
    try write(ForeignNetwork.input, "Foreign/Foreign")
    for fixture in FixtureModel.all { try fixture.write(to: folder) }
    for network in ReferenceNetwork.all { try network.write(to: folder) }
    for network in SharingNetwork.all { try network.write(to: folder) }
    for network in ForeignNetwork.all { try network.write(to: folder) }
    let runner = Source.root.appendingPathComponent("Tests/GeneratedSwiftTests/Runner/Runner.swift.txt")
    try write(String(contentsOf: runner, encoding: .utf8), "Sources/Run/Runner.swift")
    try write(calls(), "Sources/Run/Calls.swift")
    try write(Self.manifest, "Package.swift")

    let build = ["build", "--package-path", folder.path, "-c", "release", "--disable-index-store"]
    let built = try Self.run(Self.swift ?? "swift", build)
    guard built.code == 0 else { throw Failure(description: built.output) }
    let ran = try Self.run(folder.appendingPathComponent(".build/release/Run").path, [folder.path])
    guard ran.code == 0 else { throw Failure(description: "\(ran.output)\nexit code \(ran.code)") }
    var current = ""
    for line in ran.output.split(separator: "\n") {
      if line.hasPrefix("model ") {
        current = String(line.dropFirst(6))
      } else {
        lines[current, default: []].append(line)
      }
    }
  }

  private static let modules = ProbeModule.all.map(\.name) + ["Fixtures", "Nets", "Sharing", "Foreign"]

  /// The engine is built for speed. What is generated is not, which takes longer than to run it, and each warning in it
  /// is an error.
  private static var manifest: String {
    let flags = #"["-Onone", "-gnone", "-no-whole-module-optimization", "-enable-batch-mode", "-warnings-as-errors"]"#
    let engine = #".product(name: "TensorEngine", package: "cnn")"#
    let targets = modules.map { name in
      #".target(name: "\#(name)", dependencies: [\#(engine)], swiftSettings: [.unsafeFlags(\#(flags))]),"#
    }
    let names = modules.map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      // swift-tools-version: 6.0
      import PackageDescription

      let package = Package(
        name: "Run", platforms: [.macOS(.v13)], dependencies: [.package(name: "cnn", path: "\(Source.root.path)")],
        targets: [
          \(targets.joined(separator: "\n    "))
          .executableTarget(
            name: "Run", dependencies: [\(engine), \(names)], swiftSettings: [.unsafeFlags(\(flags))]),
        ],
        swiftLanguageModes: [.v6])

      """
  }

  /// A call of the runner for each model, in functions that are not too long to compile.
  private func calls() -> String {
    var calls: [String] = []
    func call(_ function: String, _ type: String, _ arguments: String, _ closures: String) {
      calls.append("  \(function)(\"\(type)\"\(arguments)) { \(closures) }\n")
    }
    func loads(_ type: String) -> String { "(weights) throws(TensorError) in try \(type)(weights: weights)" }
    func loadsLayout(_ type: String) -> String {
      "(weights, layout) throws(TensorError) in try \(type)(weights: weights, layout: layout)"
    }
    for module in ProbeModule.all {
      for probe in module.probes where !probe.runs.isEmpty {
        let type = "\(module.name).\(types[module.name]?[probe.name] ?? probe.name)"
        let seeds = "() throws(TensorError) in try \(type)(seed: 1) } _: { \(loads(type))"
        call("probe", type, ", \(probe.runs.map(\.inputs)), refusing: \(probe.refusals)", seeds)
      }
    }
    for fixture in FixtureModel.all {
      let arguments = ", inputs: \(fixture.inputs.count), isTraining: \(fixture.isTraining)"
      let layout = ", layout: .\(fixture.layout.rawValue)"
      call("fixture", "Fixtures.\(fixture.model)", arguments + layout, loadsLayout("Fixtures.\(fixture.model)"))
    }
    for network in ReferenceNetwork.all {
      let labels = (try? network.facts().labels) ?? []
      call("train", "Nets.\(network.model)", ", labels: \(labels)", loads("Nets.\(network.model)"))
    }
    for network in SharingNetwork.all {
      let type = "Sharing.\(network.model)"
      let files = ", weights: #\"\(network.file("weights"))\"#, derivatives: #\"\(network.file("grads"))\"#"
      let after = ", after: #\"\(network.file("after3"))\"#"
      let loss = ", inputs: \(network.inputs.count), labels: \(network.labels), isBinary: \(network.isBinary)"
      call("steps", type, files + after + loss, loadsLayout(type))
    }
    for network in ForeignNetwork.all {
      let type = "Foreign.\(network.model)"
      let file = ", weights: #\"\(network.weights)\"#"
      let arguments = "\(file), layout: .\(network.layout.rawValue), isAmbiguous: \(network.isAmbiguous)"
      call("foreign", type, arguments, loadsLayout(type))
    }
    let starts = Array(stride(from: 0, to: calls.count, by: 40))
    let functions = starts.map { start in
      "\nfunc calls\(start)() {\n\(calls[start..<min(start + 40, calls.count)].joined())}\n"
    }
    let imports = (["TensorEngine"] + Self.modules).map { "import \($0)\n" }.joined()
    return imports + "\nfunc callAll() {\n" + starts.map { "  calls\($0)()\n" }.joined() + "}\n" + functions.joined()
  }

  private func write(_ models: [BackendInput], _ path: String) throws {
    let text = try swiftSource(models, SwiftOptions(version: "0", folder: Source.root.path))
    try write(text, "Sources/\(path).swift")
  }

  /// Leaves a file that holds the text as it is.
  private func write(_ text: String, _ path: String) throws {
    let url = folder.appendingPathComponent(path)
    if FileManager.default.contents(atPath: url.path) == Data(text.utf8) { return }
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> (output: String, code: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: output, as: UTF8.self), process.terminationStatus)
  }
}
