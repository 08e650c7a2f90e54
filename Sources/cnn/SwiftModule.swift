import CNNBackends
import CNNCompiler
import CNNModel
import CNNText

/// The models of several files on their way into one Swift module, where each needs a name of its own.
struct SwiftModule {
  let options: SwiftOptions
  /// Whether a file may hold nothing but what others import.
  let allowsNoModel: Bool
  /// Where the model behind each type is declared.
  private var types: [String: String] = [:]

  init(options: SwiftOptions, allowsNoModel: Bool) {
    self.options = options
    self.allowsNoModel = allowsNoModel
  }

  /// Why there is no Swift for a file.
  struct Refusal: Error {
    /// `FILE:LINE:COLUMN`, or the file alone.
    let place: String
    let message: String
  }

  /// The Swift of a file without errors.
  mutating func source(of compilation: Compilation) throws(Refusal) -> String {
    let inputs = compilation.models.map { BackendInput(compilation, $0) }
    let path = compilation.sources[FileID(0)].path
    guard !inputs.isEmpty else {
      guard allowsNoModel else { throw Refusal(place: path, message: "the file declares no model") }
      return "// swift-format-ignore-file\n//\n// There is no model in this file's source, only what others import.\n"
    }
    for (input, type) in zip(inputs, swiftTypeNames(inputs)) { try declare(type, for: input) }
    do throws(SwiftError) {
      return try swiftSource(inputs, options)
    } catch {
      // One model that cannot be written says where the file's trouble is.
      let culprit = inputs.first { (try? swiftSource([$0], options)) == nil }
      throw Refusal(place: culprit.map(Self.place) ?? path, message: error.description)
    }
  }

  private mutating func declare(_ type: String, for input: BackendInput) throws(Refusal) {
    let place = Self.place(of: input)
    guard let other = types.updateValue(place, forKey: type) else { return }
    throw Refusal(
      place: place,
      message: """
        the model `\(input.network.name)` would become a second struct `\(type)` in one Swift module; the first comes \
        from \(other), so rename one of them
        """)
  }

  /// `FILE:LINE:COLUMN` of the name of a model.
  private static func place(of input: BackendInput) -> String {
    let program = input.program
    guard let model = program.mainModels.first(where: { program.name(of: $0) == input.network.name }) else {
      return program.sources[FileID(0)].path
    }
    let span = program.tree(model.file).span(model.definition.name)
    let source = program.sources[span.file]
    let position = LineIndex(source).position(at: span.start)
    return "\(source.path):\(position.line):\(position.column)"
  }
}
