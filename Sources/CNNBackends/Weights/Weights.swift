import CNNLayers
import CNNText

/// How the table of weights is to look.
public struct WeightOptions: Hashable, Sendable {
  /// Whose names and shapes to show; all of them for machines.
  public enum Names: String, CaseIterable, Hashable, Sendable {
    case engine, pytorch, keras, json
  }

  public var names: Names
  /// The columns of the terminal; names and shapes take what they need.
  public var width: Int
  public var color: Bool
  /// Nothing but ASCII, for terminals without UTF-8.
  public var ascii: Bool

  public init(names: Names = .engine, width: Int = 100, color: Bool = false, ascii: Bool = false) {
    self.names = names
    self.width = width
    self.color = color
    self.ascii = ascii
  }
}

/// The names and shapes of the tensors that a network is loaded from. A model with a mistake is shown up to its first
/// broken layer.
public func weights(_ input: BackendInput, _ options: WeightOptions = WeightOptions()) -> String {
  let table = WeightTable(input)
  switch options.names {
  case .engine: return WeightText(table, .engine, options).printed
  case .pytorch: return WeightText(table, .pytorch, options).printed
  case .keras: return WeightText(table, .keras, options).printed
  case .json: return table.json.indented
  }
}

extension WeightTable {
  /// All names and shapes; `grammar/weights.schema.json` describes it.
  fileprivate var json: JSON {
    [
      "model": .string(model), "complete": .bool(isComplete), "tensors": .array(entries.map(\.json)),
      "channels_last": .array(channelsLast.map { ["layer": .string($0.layer), "line": JSON($0.line)] }),
      "totals": ["tensors": JSON(entries.count), "elements": .integer(elements), "bytes": .integer(bytes)],
    ]
  }
}

extension WeightTable.Entry {
  fileprivate var json: JSON {
    var members: [(String, JSON)] = [
      ("layer", .string(layer)), ("line", JSON(line)), ("role", .string(weight.role.rawValue)),
      ("elements", .integer(weight.count ?? .max)),
    ]
    for layout in WeightLayout.allCases {
      let shape = weight.shape(in: layout).map { JSON.integer($0) }
      members.append((layout.rawValue, ["name": .string(name(in: layout)), "shape": .array(shape)]))
    }
    let parts = flattened.map { JSON.array($0.extents.map { .integer(Int64($0)) }) }
    return .object(members + [("flattened", .array(parts))])
  }
}
