import CNNCompiler
import CNNModel
import CNNText
import Testing

extension Network {
  /// The first model of a text that has neither mistakes nor warnings.
  static func checked(_ text: String) throws -> Network {
    let compilation = Compilation(path: "t.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
    #expect(compilation.diagnostics.isEmpty, "\(compilation.diagnostics.map { ($0.message, $0.primary.span) })")
    return try #require(compilation.models.first).network
  }
}
