/// Swift as text. Lines are broken here and nowhere else.
struct SwiftPrinter {
  private static let width = 120

  private var lines: [String] = []
  private var level = 0

  static func print(_ file: SwiftFile) -> String {
    var printer = SwiftPrinter()
    printer.write(file)
    return printer.lines.joined(separator: "\n") + "\n"
  }

  private mutating func write(_ file: SwiftFile) {
    for line in file.header { comment("//", line) }
    add("")
    for module in file.imports { add("import \(module)") }
    for type in file.types {
      add("")
      write(type)
    }
    for function in file.functions {
      add("")
      write(function)
    }
  }

  private mutating func write(_ type: SwiftType) {
    document(type.documentation)
    add("public struct \(type.name): \(type.conformance) {")
    level += 1
    for (index, property) in type.properties.enumerated() {
      // What needs words stands apart.
      let isApart = index > 0 && type.properties[index - 1].documentation.isEmpty == property.documentation.isEmpty
      if index > 0, !isApart { add("") }
      document(property.documentation)
      write(property)
    }
    for function in type.functions {
      add("")
      write(function)
    }
    for nested in type.types {
      add("")
      write(nested)
    }
    level -= 1
    add("}")
  }

  private mutating func write(_ property: SwiftProperty) {
    var head = "\(property.introducer) \(property.name)"
    if let type = property.type { head += ": \(type)" }
    let comment = property.comment.map { "  // " + SwiftText.line($0) } ?? ""
    if let value = property.value { write(head + " = ", value, comment) } else { add(head + comment) }
  }

  private mutating func write(_ function: SwiftFunction) {
    document(function.documentation)
    let tail = ") \(function.effects)\(function.effects.isEmpty ? "" : " "){"
    let parameters = function.parameters.joined(separator: ", ")
    if fits(function.introducer + "(" + parameters + tail) {
      add(function.introducer + "(" + parameters + tail)
    } else {
      add(function.introducer + "(")
      fill(function.parameters, closing: "")
      add(tail)
    }
    level += 1
    for statement in function.body { write(statement) }
    level -= 1
    add("}")
  }

  private mutating func write(_ statement: SwiftStatement) {
    switch statement {
    case .expression(let expression): write("", expression)
    case .assignment(let name, let expression): write("\(name) = ", expression)
    case .binding(let isVariable, let names, let expression):
      let pattern = names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))"
      write("\(isVariable ? "var" : "let") \(pattern) = ", expression)
    case .loop(let name, let sequence, let body):
      add("for \(name) in \(sequence) {")
      level += 1
      for statement in body { write(statement) }
      level -= 1
      add("}")
    case .result(let expression): write("return ", expression)
    }
  }

  private mutating func write(_ head: String, _ expression: SwiftExpression, _ comment: String = "") {
    guard let arguments = expression.arguments else { return add(head + expression.text + comment) }
    let (open, close) = expression.brackets.marks
    let start = head + expression.text + open
    let line = start + arguments.joined(separator: ", ") + close
    if fits(line + comment) || arguments.isEmpty { return add(line + comment) }
    add(start)
    fill(arguments, closing: close + comment)
  }

  /// As many items to a line as fit; `closing` stands behind the last.
  private mutating func fill(_ items: [String], closing: String) {
    level += 1
    var line = ""
    for (index, item) in items.enumerated() {
      let piece = item + (index + 1 < items.count ? "," : closing)
      if line.isEmpty {
        line = piece
      } else if fits(line + " " + piece) {
        line += " " + piece
      } else {
        add(line)
        line = piece
      }
    }
    add(line)
    level -= 1
  }

  private mutating func document(_ documentation: [String]) {
    for line in documentation { comment("///", line) }
  }

  private mutating func comment(_ mark: String, _ text: String) {
    let text = SwiftText.line(text)
    add(text.isEmpty ? mark : mark + " " + text)
  }

  private func fits(_ line: String) -> Bool { 2 * level + line.unicodeScalars.count <= Self.width }

  private mutating func add(_ line: String) {
    lines.append(line.isEmpty ? "" : String(repeating: " ", count: 2 * level) + line)
  }
}
