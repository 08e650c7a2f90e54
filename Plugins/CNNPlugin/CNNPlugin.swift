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
    let stamp = try stamp(in: context.pluginWorkDirectoryURL)
    return [
      .buildCommand(
        displayName: "Making Swift of \(sources.map(\.lastPathComponent).joined(separator: ", "))",
        executable: try context.tool(named: "cnn").url,
        arguments: ["swift", "--build", "--stamp", stamp.path, "--root", context.package.directoryURL.path]
          + outputs.flatMap { ["-o", $0.path] } + sources.map(\.path),
        inputFiles: sources + [stamp], outputFiles: outputs)
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
    let root = String(describing: module.directory) + "/"
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

  /// A file that the command writes anew when it has read a file from outside the target. As one of its inputs, it has
  /// the command run in every build from then on, until nothing is imported from there: a build is planned only when
  /// files come and go, and so could not watch what an edited file imports.
  private func stamp(in folder: URL) throws -> URL {
    let stamp = folder.appendingPathComponent("imports.stamp")
    if !FileManager.default.fileExists(atPath: stamp.path) { try Data().write(to: stamp) }
    return stamp
  }
}
