/// A JSON value. The members of an object keep their order, so that equal values print equal text.
public enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// JSON has no infinities: a number that is not finite prints as `null`.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// One member or element a line, two spaces a level, with a line break at the end.
  public var indented: String {
    var writer = JSONWriter()
    writer.write(self)
    return writer.output + "\n"
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  public init(stringLiteral text: String) { self = .string(text) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, JSON)...) { self = .object(members) }

  public init(_ number: Int) { self = .integer(Int64(number)) }
}

private struct JSONWriter {
  private(set) var output = ""
  private var depth = 0

  mutating func write(_ value: JSON) {
    switch value {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    case .number(let value): output += value.isFinite ? value.description : "null"
    case .string(let value): write(value)
    case .array(let elements):
      write(elements, between: "[", "]") { writer, element in writer.write(element) }
    case .object(let members):
      write(members, between: "{", "}") { writer, member in
        writer.write(member.0)
        writer.output += ": "
        writer.write(member.1)
      }
    }
  }

  private mutating func write<Item>(
    _ items: [Item], between open: String, _ close: String, writeItem: (inout JSONWriter, Item) -> Void
  ) {
    output += open
    depth += 1
    for (index, item) in items.enumerated() {
      if index > 0 { output += "," }
      breakLine()
      writeItem(&self, item)
    }
    depth -= 1
    if !items.isEmpty { breakLine() }
    output += close
  }

  private mutating func breakLine() {
    output += "\n" + String(repeating: "  ", count: depth)
  }

  private mutating func write(_ text: String) {
    output += "\""
    defer { output += "\"" }
    if text.utf8.allSatisfy(isPlain) {
      output += text
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case _ where mustEscape(scalar): output += "\\u" + fourDigits(scalar.value)
      case _: output.unicodeScalars.append(scalar)
      }
    }
  }
}

/// What stands for itself in a string, as nearly all bytes do.
private func isPlain(_ byte: UInt8) -> Bool {
  (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}

/// Controls, which a terminal would obey, and the two line breaks that JavaScript does not allow in a string. All lie
/// below U+10000.
private func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
  scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
}

private func fourDigits(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 4 - digits.count) + digits
}
