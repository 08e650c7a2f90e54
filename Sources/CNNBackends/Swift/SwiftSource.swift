/// A file of Swift as a value; `SwiftPrinter` makes text of it.
struct SwiftFile: Hashable, Sendable {
  /// Lines of a comment at the top.
  var header: [String]
  var imports: [String]
  var types: [SwiftType]
  var functions: [SwiftFunction]
}

/// A struct.
struct SwiftType: Hashable, Sendable {
  var documentation: [String]
  var name: String
  var conformance: String
  var properties: [SwiftProperty] = []
  var functions: [SwiftFunction] = []
  var types: [SwiftType] = []
}

extension SwiftType {
  /// The type without what only people read.
  var withoutWords: SwiftType {
    var type = self
    type.documentation = []
    for index in type.properties.indices {
      type.properties[index].documentation = []
      type.properties[index].comment = nil
    }
    for index in type.functions.indices { type.functions[index].documentation = [] }
    return type
  }
}

struct SwiftProperty: Hashable, Sendable {
  var documentation: [String] = []
  /// `public var`
  var introducer: String
  var name: String
  var type: String?
  var value: SwiftExpression?
  /// What stands behind it.
  var comment: String?
}

struct SwiftFunction: Hashable, Sendable {
  var documentation: [String] = []
  /// `public mutating func visitParameters`
  var introducer: String
  /// `_ input: Variable`
  var parameters: [String]
  /// `throws(TensorError) -> Tensor`
  var effects: String
  var body: [SwiftStatement]
}

indirect enum SwiftStatement: Hashable, Sendable {
  case expression(SwiftExpression)
  /// `x = ...`
  case assignment(String, SwiftExpression)
  /// `let x = ...`; several names are those of a tuple.
  case binding(isVariable: Bool, [String], SwiftExpression)
  /// `for name in sequence { ... }`
  case loop(String, in: String, [SwiftStatement])
  case result(SwiftExpression)
}

/// A name, or a call of one.
struct SwiftExpression: Hashable, Sendable {
  /// What stands before the arguments: `try conv1`.
  var text: String
  /// Nil where nothing is called.
  var arguments: [String]?
  /// The opening and closing mark around the arguments.
  var brackets = Brackets.parentheses

  enum Brackets: Hashable, Sendable {
    case parentheses
    case square

    var marks: (open: String, close: String) {
      switch self {
      case .parentheses: ("(", ")")
      case .square: ("[", "]")
      }
    }
  }

  init(_ text: String, _ arguments: [String]? = nil) {
    self.text = text
    self.arguments = arguments
  }

  static func list(_ items: [String]) -> SwiftExpression {
    var list = SwiftExpression("", items)
    list.brackets = .square
    return list
  }
}
