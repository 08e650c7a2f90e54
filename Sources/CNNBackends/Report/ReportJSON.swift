import CNNLayers
import CNNModel
import CNNText

/// The report as JSON; `grammar/report.schema.json` describes it.
extension LayerTable {
  func json(_ layout: ReportOptions.Layout) -> JSON {
    .object(
      [("model", .string(model)), ("complete", .bool(isComplete))] + (sizes.map { [("sizes", $0.json)] } ?? []) + [
        ("inputs", .array(inputs.map { ["name": .string($0.name), "shape": $0.shape.json(layout)] })),
        ("outputs", .array(outputs.map { ["name": .string($0.name), "shape": $0.shape.json(layout)] })),
        ("layers", .array(entries.map { $0.json(layout) })), ("blocks", .array(blocks.map(\.json))),
        (
          "totals",
          [
            "parameters": .integer(total.parameters), "trainable_parameters": .integer(total.parameters),
            "statistics": .integer(total.statistics),
            "macs": formulas.map { .string($0.multiplyAdds) } ?? .integer(total.multiplyAdds),
            "weight_bytes": .integer(total.weightBytes),
            "peak_activation_bytes": peakActivationBytes.map { bytes in
              formulas.map { .string($0.peakActivationBytes) } ?? .integer(bytes)
            } ?? .null,
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
      ("parameters", .integer(costs.parameters)),
      ("macs", formulas.map { .string($0.multiplyAdds) } ?? .integer(costs.multiplyAdds)),
      ("neurons", formulas.map { .string($0.elements) } ?? .integer(elements)),
      ("statistics", .integer(costs.statistics)),
      (
        "weights",
        .array(weights.map { ["name": .string($0.name), "shape": .array($0.shape.map { .integer($0) })] })
      ),
      ("receptive_field", field.json),
    ]
    if let pad { members.append(("pad", .array(pad.map { .integer(Int64($0)) }))) }
    if let sharedWith { members.append(("shared_with", .string(sharedWith))) }
    members.append(("line", JSON(line)))
    return .object(members)
  }
}

extension LayerTable.Block {
  fileprivate var json: JSON {
    [
      "name": .string(name), "call": .string(call), "layers": [JSON(layers.lowerBound), JSON(layers.upperBound)],
      "parameters": .integer(costs.parameters),
      "macs": formula.map { .string($0) } ?? .integer(costs.multiplyAdds),
    ]
  }
}

extension ShapeWords {
  /// Numbers, and formulas as strings.
  fileprivate func json(_ layout: ReportOptions.Layout) -> JSON {
    .array(extents(layout).map { extent in Int64(extent).map { .integer($0) } ?? .string(extent) })
  }
}

extension NetworkSizes {
  /// The symbols, the sizes the author admits and those that work, as conditions of the language where they are short.
  fileprivate var json: JSON {
    .array(
      symbols.map { symbol in
        func text(_ set: SizeSet) -> JSON { .string(set.condition(symbol.name) ?? set.words(symbol.name)) }
        return [
          "symbol": .string(symbol.name), "admitted": text(symbol.admitted), "valid": text(symbol.valid),
          "example": .integer(symbol.standIn),
        ]
      })
  }
}

extension ReceptiveField {
  fileprivate var json: JSON {
    switch self {
    case .none: return .null
    case .constant: return "constant"
    case .all: return "full"
    case .window(let hull):
      func numbers(_ number: (Axis) -> Int64) -> JSON { .array(hull.axes.map { .integer(number($0)) }) }
      return ["size": numbers(\.size), "stride": numbers(\.stride), "start": numbers(\.start)]
    }
  }
}
