import CNNLayers

/// The layers as comma-separated values (RFC 4180, with the line breaks of Unix): a header, then a line a layer.
extension LayerTable {
  func csv(_ layout: ReportOptions.Layout) -> String {
    var output = Self.header.joined(separator: ",") + "\n"
    for entry in entries { output += entry.fields(layout).map(quoted).joined(separator: ",") + "\n" }
    return output
  }

  private static let header = [
    "name", "kind", "arguments", "inputs", "output", "parameters", "macs", "neurons", "statistics", "weight_bytes",
    "receptive_field", "pad", "line", "shared_with",
  ]
}

extension LayerTable.Entry {
  fileprivate func fields(_ layout: ReportOptions.Layout) -> [String] {
    let inputs = inputs.map { $0.text(layout) }.joined(separator: " ")
    let numbers = [
      String(costs.parameters), formulas?.multiplyAdds ?? String(costs.multiplyAdds),
      formulas?.elements ?? String(elements), String(costs.statistics), String(costs.weightBytes),
    ]
    let pad = (pad ?? []).map { String($0) }.joined(separator: " ")
    return [name, kind, arguments, inputs, output.text(layout)] + numbers + [
      field.text, pad, String(line), sharedWith ?? "",
    ]
  }
}

private func quoted(_ field: String) -> String {
  let needsQuotes = field.utf8.contains { byte in
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }
  guard needsQuotes else { return field }
  return "\"" + field.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) } + "\""
}
