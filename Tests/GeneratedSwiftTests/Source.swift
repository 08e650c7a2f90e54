import CNNBackends
import CNNCompiler
import CNNModel
import CNNText
import Foundation

/// A text in the language, under the path of the file it stands for.
struct Source: Sendable {
  let path: String
  let text: String

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  init(_ text: String, path: String = "test.cnn") {
    (self.text, self.path) = (text, path)
  }

  /// All models of the text; nil where it has mistakes.
  ///
  /// - Parameters:
  ///   - sizes: Numbers for its symbols.
  ///   - changing: Makes other text of the files it imports.
  func models(
    _ selection: Compilation.Selection = .all, sizes: [String: Int64] = [:],
    changing: @escaping @Sendable (String) -> String = { $0 }
  ) -> [BackendInput]? {
    let overrides = sizes.map { Override(name: $0.key, value: String($0.value)) }
    let compilation = Compilation(
      path: path, bytes: Array(text.utf8), selection: selection, overrides: overrides
    ) { path in
      guard let data = FileManager.default.contents(atPath: path) else { return .failure(UnreadableFile("no file")) }
      return .success(Array(changing(String(decoding: data, as: UTF8.self)).utf8))
    }
    return compilation.hasErrors ? nil : compilation.models.map { BackendInput(compilation, $0) }
  }
}
