import Foundation
import PackagePlugin

/// Turns the `.cnn` files of a target into Swift whenever it is built: `lenet.cnn` in its folder, and its code says
/// `LeNet(seed: 1)`.
///
/// All files of a target go through one command: so models of one name are noticed, and what is wrong in a file that
/// several import is said once. Swift that did not change is left as it is, and nothing is built from it again.
@main
struct CNNPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let sources = module.sourceFiles(withSuffix: ".cnn").map(\.url).sorted { $0.path < $1.path }
    guard !sources.isEmpty else { return [] }
    guard hasEngine(module) else {
      Diagnostics.error(
        """
        target '\(target.name)' has .cnn files, and the Swift made of them runs on TensorEngine: add \
        .product(name: "TensorEngine", package: "cnn") to the dependencies of the target
        """)
      return []
    }
    guard let outputs = outputs(for: sources, of: module, in: context.pluginWorkDirectoryURL) else { return [] }
    let folder = context.package.directoryURL
    return [
      .buildCommand(
        displayName: "Making Swift of \(sources.map(\.lastPathComponent).joined(separator: ", "))",
        executable: try context.tool(named: "cnn").url,
        arguments: ["swift", "--build", "--root", folder.path] + outputs.flatMap { ["-o", $0.path] }
          + sources.map(\.path),
        inputFiles: withImports(sources), outputFiles: outputs)
    ]
  }

  /// Whether the target can import what the Swift imports, itself or by way of another target.
  private func hasEngine(_ module: some SourceModuleTarget) -> Bool {
    module.recursiveTargetDependencies.contains { $0.name == "TensorEngine" }
  }

  /// A file of Swift for each source, named by the path inside the target: `nets/lenet.cnn` becomes
  /// `nets.lenet.cnn.swift`. Swift wants every file of a module to have a name of its own, whatever its folder.
  ///
  /// - Returns: Nil where two would have one name, which has been said.
  private func outputs(for sources: [URL], of module: some SourceModuleTarget, in folder: URL) -> [URL]? {
    let root = module.directory.string + "/"
    var taken: [String: String] = [:]
    var outputs: [URL] = []
    for source in sources {
      let path = source.path.hasPrefix(root) ? String(source.path.dropFirst(root.count)) : source.lastPathComponent
      let name = path.replacingOccurrences(of: "/", with: ".") + ".swift"
      // Some file systems do not tell capital letters from small ones.
      if let other = taken.updateValue(path, forKey: name.lowercased()) {
        Diagnostics.error(
          "\(other) and \(path) of target '\(module.name)' would both become \(name): rename one of them")
        return nil
      }
      outputs.append(folder.appendingPathComponent(name))
    }
    return outputs
  }

  /// The files with those that they import, and those that these import, wherever they lie.
  private func withImports(_ sources: [URL]) -> [URL] {
    var files = sources.map(\.standardizedFileURL)
    var seen = Set(files)
    var next = 0
    while next < files.count {
      for file in imports(of: files[next]) where seen.insert(file).inserted { files.append(file) }
      next += 1
    }
    return files
  }

  /// The files that a file imports, as far as they exist. Text that only looks like an import does no harm.
  private func imports(of file: URL) -> [URL] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.matches(of: #/\bimport[ \t]*"([^"\n]*)"/#).compactMap { match in
      let target = URL(fileURLWithPath: String(match.output.1), relativeTo: file).standardizedFileURL
      return FileManager.default.fileExists(atPath: target.path) ? target : nil
    }
  }
}
