import Foundation

/// As much of JSON Schema as the schema of reports uses.
struct SchemaCheck {
  let root: [String: Any]

  /// What of a value is not as the schema wants it.
  func problems(of value: Any, _ schema: [String: Any], at path: String) -> [String] {
    var problems: [String] = []
    for (keyword, operand) in schema {
      switch (keyword, operand) {
      case ("$ref", let name as String):
        let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
        let target = definitions[name.replacingOccurrences(of: "#/$defs/", with: "")]
        problems += target.map { self.problems(of: value, $0, at: path) } ?? ["\(path): no definition \(name)"]
      case ("type", let type as String):
        if !has(type, value) { problems.append("\(path): no \(type)") }
      case ("const", let constant as String):
        if value as? String != constant { problems.append("\(path): not \(constant)") }
      case ("anyOf", let choices as [[String: Any]]):
        if !choices.contains(where: { self.problems(of: value, $0, at: path).isEmpty }) {
          problems.append("\(path): none of the choices")
        }
      case ("minimum", let least as Int):
        if let number = value as? Int, number < least { problems.append("\(path): below \(least)") }
      case ("pattern", let pattern as String):
        if let text = value as? String, text.range(of: pattern, options: .regularExpression) == nil {
          problems.append("\(path): not of the pattern \(pattern)")
        }
      case ("minItems", let least as Int):
        if let items = value as? [Any], items.count < least { problems.append("\(path): too few items") }
      case ("maxItems", let most as Int):
        if let items = value as? [Any], items.count > most { problems.append("\(path): too many items") }
      case ("items", let schema as [String: Any]):
        for (index, item) in (value as? [Any] ?? []).enumerated() {
          problems += self.problems(of: item, schema, at: "\(path)[\(index)]")
        }
      case ("required", let names as [String]):
        let members = value as? [String: Any] ?? [:]
        for name in names where members[name] == nil { problems.append("\(path): no member \(name)") }
      case ("properties", let properties as [String: [String: Any]]):
        for (name, member) in value as? [String: Any] ?? [:] {
          if let schema = properties[name] {
            problems += self.problems(of: member, schema, at: "\(path).\(name)")
          } else if schema["additionalProperties"] as? Bool == false {
            problems.append("\(path): unknown member \(name)")
          }
        }
      case ("additionalProperties", _), ("$schema", _), ("$defs", _), ("title", _), ("description", _): break
      case _: problems.append("\(path): the check does not know \(keyword)")
      }
    }
    return problems
  }

  private func has(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "null": value is NSNull
    case "boolean": value is Bool && !(value is String)
    case "integer": value is Int
    case _: false
    }
  }
}
