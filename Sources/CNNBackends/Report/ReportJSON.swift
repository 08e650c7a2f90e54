import CNNLayers
import CNNText

/// The report as JSON; `grammar/report.schema.json` describes it.
extension LayerTable {
  func json(_ layout: ReportOptions.Layout) -> JSON {
    .object([
      ("model", .string(model)), ("complete", .bool(isComplete)),
      ("inputs", .array(inputs.map { ["name": .string($0.name), "shape": $0.shape.json(layout)] })),
      ("outputs", .array(outputs.map { ["name": .string($0.name), "shape": $0.shape.json(layout)] })),
      ("layers", .array(entries.map { $0.json(layout) })), ("blocks", .array(blocks.map(\.json))),
      (
        "totals",
        [
          "parameters": .integer(total.parameters), "trainable_parameters": .integer(total.parameters),
          "statistics": .integer(total.statistics), "macs": .integer(total.multiplyAdds),
          "weight_bytes": .integer(total.weightBytes),
          "peak_activation_bytes": peakActivationBytes.map { .integer($0) } ?? .null,
        ]
      ),
    ])
  }
}

extension LayerTable.Entry {
  fileprivate func json(_ layout: ReportOptions.Layout) -> JSON {
    var members: [(String, JSON)] = [
      ("name", .string(name)), ("kind", .string(kind)), ("arguments", .string(arguments)),
      ("inputs", .array(inputs.map { $0.json(layout) })), ("output", output.json(layout)),
      ("parameters", .integer(costs.parameters)), ("macs", .integer(costs.multiplyAdds)),
      ("neurons", .integer(output.elements)), ("statistics", .integer(costs.statistics)),
      (
        "weights",
        .array(weights.map { ["name": .string($0.name), "shape": .array($0.shape.map { .integer($0) })] })
      ),
      ("receptive_field", field.json),
    ]
    if let pad { members.append(("pad", .array(pad.map { .integer(Int64($0)) }))) }
    members.append(("line", JSON(line)))
    return .object(members)
  }
}

extension LayerTable.Block {
  fileprivate var json: JSON {
    [
      "name": .string(name), "call": .string(call), "layers": [JSON(layers.lowerBound), JSON(layers.upperBound)],
      "parameters": .integer(costs.parameters), "macs": .integer(costs.multiplyAdds),
    ]
  }
}

extension Shape {
  fileprivate func json(_ layout: ReportOptions.Layout) -> JSON {
    .array(extents(layout).map { .integer(Int64($0)) })
  }
}

extension ReceptiveField {
  fileprivate var json: JSON {
    switch self {
    case .none: return .null
    case .all: return "full"
    case .window(let hull):
      func numbers(_ number: (Axis) -> Int64) -> JSON { .array(hull.axes.map { .integer(number($0)) }) }
      return ["size": numbers(\.size), "stride": numbers(\.stride), "start": numbers(\.start)]
    }
  }
}
