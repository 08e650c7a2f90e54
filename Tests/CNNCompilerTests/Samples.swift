import CNNCompiler
import CNNModel
import CNNText
import Foundation

/// The project's own files, found from where this one lies.
enum ProjectFiles {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let samples = root.appendingPathComponent("samples")
  /// The folders of the reference's models.
  static let referenceModels = ["Tests/Reference/models", "Tests/Reference/part2/models"].map {
    root.appendingPathComponent($0)
  }

  /// The names of the files in a folder with an extension, sorted, without it.
  static func names(in folder: URL, withExtension fileExtension: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.filter { $0.pathExtension == fileExtension }.map { $0.deletingPathExtension().lastPathComponent }
      .sorted()
  }
}

/// A file of `samples`, by its name without `.cnn`.
struct Sample {
  let name: String

  static let all = ProjectFiles.names(in: ProjectFiles.samples, withExtension: "cnn")

  func text() throws -> String { try String(contentsOf: url, encoding: .utf8) }

  /// Compiles the sample, or another text in its place.
  func compile(
    _ text: String? = nil, _ selection: Compilation.Selection = .all, overrides: [Override] = []
  ) throws -> Compilation {
    let text = try text ?? self.text()
    return Compilation(path: url.path, bytes: Array(text.utf8), selection: selection, overrides: overrides) { path in
      FileManager.default.contents(atPath: path).map { .success(Array($0)) } ?? .failure(UnreadableFile("no such file"))
    }
  }

  private var url: URL { ProjectFiles.samples.appendingPathComponent(name + ".cnn") }
}
