import CNNLayers
import CNNModel
import Foundation

/// A file of `models` in `Tests/Reference` or its `part2`: every operation a framework ran for a model, with its numbers.
struct ReferenceModel: Decodable {
  struct Parameters: Decodable {
    let trainable: Int64
    let statistics: Int64

    enum CodingKeys: String, CodingKey {
      case trainable
      case statistics = "running_stats"
    }
  }

  /// One operation.
  struct Layer: Decodable {
    let id: Int
    let name: String
    let kind: String
    let inputs: [Source]
    let inputShapes: [[Int32]]
    let attributes: [String: JSONValue]
    let outputs: Outputs
    let parameters: Int64
    let multiplyAdds: Int64
    let statistics: Int64?
    let notTrained: Int64?
    let field: JSONValue
    let layout: String?
    /// The operation that ran first with its weights, and has counted them.
    let sharedWith: Int?

    enum CodingKeys: String, CodingKey {
      case id, name, layout
      case kind = "op"
      case inputs = "in"
      case inputShapes = "in_shape"
      case attributes = "attrs"
      case outputs = "out"
      case parameters = "params"
      case multiplyAdds = "macs"
      case statistics = "running_stats"
      case notTrained = "non_trainable"
      case field = "rf"
      case sharedWith = "shared_with"
    }
  }

  /// A tensor that an operation reads: `7` is what row 7 gives, `"7:1"` its part 1 where it gives several.
  struct Source: Decodable, Hashable {
    let row: Int
    let part: Int

    init(row: Int, part: Int) {
      (self.row, self.part) = (row, part)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let row = try? container.decode(Int.self) {
        self.init(row: row, part: 0)
        return
      }
      let numbers = try container.decode(String.self).split(separator: ":").compactMap { Int($0) }
      guard numbers.count == 2 else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "a row and a part, `7:1`")
      }
      self.init(row: numbers[0], part: numbers[1])
    }
  }

  /// The shapes of what an operation gives: one, or a list of them for a `split`.
  struct Outputs: Decodable {
    let shapes: [[Int32]]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let shape = try? container.decode([Int32].self) {
        shapes = [shape]
      } else {
        shapes = try container.decode([[Int32]].self)
      }
    }
  }

  let layout: String
  let outputs: [Int]
  let parameters: Parameters
  let multiplyAdds: Int64
  let layers: [Layer]

  enum CodingKeys: String, CodingKey {
    case layout, outputs, layers
    case parameters = "params"
    case multiplyAdds = "macs"
  }

  /// True for the files of PyTorch, where channels come first.
  var hasChannelsFirst: Bool { layout.hasPrefix("CHW") }

  init(named name: String) throws {
    let files = ProjectFiles.referenceModels.map { $0.appendingPathComponent(name + ".json") }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw ReferenceFault(text: "there is no file of \(name)")
    }
    self = try JSONDecoder().decode(ReferenceModel.self, from: Data(contentsOf: file))
  }

  /// The receptive field a layer gives; nil where the file is not understood, and for what depends on no input.
  static func receptiveField(_ value: JSONValue) -> ReceptiveField? {
    switch value {
    case .null: return ReceptiveField.none
    case .text("full"): return .all
    case .object(let fields):
      guard let size = fields["size"]?.integers, let jump = fields["jump"]?.integers,
        let start = fields["start"]?.integers, size.count == jump.count, size.count == start.count
      else { return nil }
      guard case .window(var hull) = ReceptiveField.identity(rank: size.count) else { return nil }
      for axis in size.indices {
        hull.axes[axis].size = Int64(size[axis])
        hull.axes[axis].stride = Int64(jump[axis])
        hull.axes[axis].start = Int64(start[axis])
      }
      return .window(hull)
    case .text, .number, .flag, .list: return nil
    }
  }
}

/// Any value of a JSON file.
enum JSONValue: Decodable, Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  var flag: Bool? {
    if case .flag(let flag) = self { flag } else { nil }
  }

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// A list of whole numbers.
  var integers: [Int32]? {
    guard case .list(let list) = self else { return nil }
    return list.compactMap { $0.number.flatMap { Int32(exactly: $0) } }
  }
}
