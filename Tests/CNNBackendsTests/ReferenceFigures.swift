import CNNText
import Foundation

/// A number, or a list of numbers, of a reference file, and the way to it. Items of lists that have a name are found by
/// it, others by their index.
struct ReferenceFigure {
  let path: [String]
  let values: [Double]
  /// The single numbers that stand beside it, or above it.
  let siblings: [String: Double]
  let siblingLists: [String: [Double]]
  /// The table that says which maps a filter of LeNet-5 reads.
  let table: [[Int]]

  /// The ways a single number is written.
  var numbers: [String] {
    guard let value = values.first else { return [] }
    guard let whole = Int64(exactly: value) else { return ["\(value)"] }
    return [whole.grouped, String(whole)]
  }

  private var words: [String] { values.map { String(Int($0)) } }
  var shapes: [String] { [words.joined(separator: "x")] }
  /// For lists that begin with the channels, as the project writes shapes.
  var shapesChannelsFirst: [String] { [(words.dropFirst() + words.prefix(1)).joined(separator: "x")] }
  var product: String { words.joined(separator: " * ") }

  static func all(in file: String) throws -> [ReferenceFigure] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Reference").appendingPathComponent(file))
    let json = try JSONDecoder().decode(JSON.self, from: data)
    var collector = Collector()
    collector.collect(json, [], [:], [:], [])
    return collector.figures
  }

  private enum JSON: Decodable {
    case object([String: JSON])
    case list([JSON])
    case number(Double)
    case text(String)
    case other

    init(from decoder: Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let object = try? container.decode([String: JSON].self) {
        self = .object(object)
      } else if let list = try? container.decode([JSON].self) {
        self = .list(list)
      } else if (try? container.decode(Bool.self)) == nil, let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// The numbers of a list that holds nothing else.
    var numbers: [Double]? {
      guard case .list(let items) = self else { return nil }
      let numbers = items.compactMap(\.number)
      return numbers.count == items.count ? numbers : nil
    }
  }

  private struct Collector {
    var figures: [ReferenceFigure] = []

    mutating func collect(
      _ json: JSON, _ path: [String], _ siblings: [String: Double], _ lists: [String: [Double]], _ table: [[Int]]
    ) {
      func figure(_ values: [Double], _ path: [String]) -> ReferenceFigure {
        ReferenceFigure(path: path, values: values, siblings: siblings, siblingLists: lists, table: table)
      }
      switch json {
      case .object(let object):
        let numbers = siblings.merging(object.compactMapValues(\.number)) { $1 }
        let lists = lists.merging(object.compactMapValues(\.numbers)) { $1 }
        var table = table
        if case .list(let rows)? = object["c3_table"] { table = rows.map { ($0.numbers ?? []).map { Int($0) } } }
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
          collect(value, path + [key], numbers, lists, table)
        }
      case .list(let items):
        if let numbers = json.numbers, path.last != "layers" {
          figures.append(figure(numbers, path))
          return
        }
        for (index, item) in items.enumerated() {
          collect(item, path + [Self.name(of: item) ?? String(index)], siblings, lists, table)
        }
      case .number(let number):
        figures.append(figure([number], path))
      case .text, .other:
        return
      }
    }

    private static func name(of item: JSON) -> String? {
      guard case .object(let object) = item, case .text(let name)? = object["name"] else { return nil }
      return name
    }
  }
}
