import CNNModel
import CNNText

/// How a Swift file is to be made.
public struct SwiftOptions: Hashable, Sendable {
  /// That of the program, for the header.
  public var version: String
  /// The folder that paths are shown relative to.
  public var folder: String

  public init(version: String, folder: String) {
    self.version = version
    self.folder = folder
  }
}

/// Models of one file as Swift that runs on TensorEngine: the same text for the same input.
///
/// - Parameter inputs: Complete models of one compilation, in the order they are to stand in.
/// - Throws: `SwiftError` where a model has no form in Swift.
public func swiftSource(_ inputs: [BackendInput], _ options: SwiftOptions) throws(SwiftError) -> String {
  guard let first = inputs.first else { throw SwiftError(description: "there is no model to write") }
  let places = SwiftPlaces(first, options.folder)
  var types: [SwiftType] = []
  for (input, name) in zip(inputs, swiftTypeNames(inputs)) {
    let model = SwiftPlaces(input, options.folder)
    var writer = try ModelWriter(input, named: name, model)
    types.append(try writer.type(named: name))
  }
  let file = SwiftFile(
    header: [
      "swift-format-ignore-file", "",
      "Made by cnn \(options.version) from \(places.mainFile). Change that file, not this one.",
    ], imports: ["TensorEngine"], types: types, functions: [places.function])
  return SwiftPrinter.print(file)
}

/// The names of the structs that the models of one compilation become, in their order.
public func swiftTypeNames(_ inputs: [BackendInput]) -> [String] {
  var names = SwiftNames(reserved: SwiftNames.types.union(["site"]))
  return inputs.map { names.unique(SwiftNames.identifier($0.network.name), suffix: "Model") }
}

/// Where layers come from, as the generated code says it.
struct SwiftPlaces {
  let mainFile: String
  private let input: BackendInput
  private let files: [String]
  private let indices: [LineIndex]

  init(_ input: BackendInput, _ folder: String) {
    self.input = input
    let sources = input.program.sources.files
    files = sources.map { Self.relative($0.path, to: folder) }
    indices = sources.map { LineIndex($0) }
    mainFile = files.first ?? ""
  }

  /// `site(path + "conv1", 12)`
  func site(_ layer: Int, _ path: String) -> String {
    site(of: input.program.place(of: input.network.layers[layer], in: input.network), path)
  }

  /// The same of a place in the text; nil where there is none to speak of.
  func site(of place: Span?, _ path: String) -> String {
    guard let place else { return "site(\(path), 0)" }
    let file = Int(place.file.index)
    let line = indices[file].line(at: place.start)
    return "site(\(path), \(line)\(file == 0 ? "" : ", in: \(SwiftText.literal(files[file]))"))"
  }

  /// What the calls of `site` call.
  var function: SwiftFunction {
    let place = SwiftExpression("Site", ["path: path", "file: file", "line: line"])
    return SwiftFunction(
      documentation: ["Where a layer is written, for errors to say."], introducer: "private func site",
      parameters: ["_ path: String", "_ line: Int", "in file: String = \(SwiftText.literal(mainFile))"],
      effects: "-> Site", body: [.expression(place)])
  }

  /// The path as it is shown: below the folder relative to it, elsewhere only the file's name.
  private static func relative(_ path: String, to folder: String) -> String {
    guard path.hasPrefix("/") else { return path }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    if path.hasPrefix(prefix) { return String(path.dropFirst(prefix.count)) }
    return path.split(separator: "/").last.map(String.init) ?? path
  }
}
