import CNNLayers
import CNNModel

/// What a model or a block keeps, in the order of execution: layers, blocks, and runs of equal blocks.
struct SwiftMember {
  enum Kind {
    case layer(LayerCode, index: Int)
    case block(type: String, labels: [String?])
    /// Blocks of one type whose names end in neighbouring numbers.
    case run(type: String, prefix: String, numbers: ClosedRange<Int>)
  }

  let kind: Kind
  /// The name within its body, as the network has it: `downsample.0`.
  let path: String
  var property = ""
  let reads: [TensorID]
  let gives: [TensorID]
  /// The tensor whose shape stands beside it.
  let output: TensorID

  var type: String {
    switch kind {
    case .layer(let code, _): code.type
    case .block(let type, _): type
    case .run(let type, _, _): "[\(type)]"
    }
  }

  var isWeighted: Bool {
    switch kind {
    case .layer(let code, _): code.isWeighted
    case .block, .run: true
    }
  }

  /// Whether making it draws random numbers.
  var isRandom: Bool {
    switch kind {
    case .layer(let code, _): code.isRandom
    case .block, .run: true
    }
  }
}

/// Properties, initialisers, visits and forward runs of members.
struct BodyWriter {
  let members: [SwiftMember]
  /// Whether names are relative to a `path` that is given when the body is made: true for blocks.
  let hasPath: Bool

  /// Chooses a property for each member.
  init(_ members: [SwiftMember], hasPath: Bool) {
    var names = SwiftNames(reserved: SwiftNames.members)
    self.members = members.map { member in
      var member = member
      switch member.kind {
      case .layer, .block: member.property = names.unique(SwiftNames.property(member.path))
      case .run(_, let prefix, _):
        let base = prefix.last == "." ? String(prefix.dropLast()) : prefix
        member.property = names.unique(SwiftNames.property(base))
      }
      return member
    }
    self.hasPath = hasPath
  }

  func properties(_ network: Network) -> [SwiftProperty] {
    members.map { member in
      SwiftProperty(
        introducer: member.isWeighted ? "public var" : "public let", name: member.property, type: member.type,
        comment: network.shapeWords(of: member.output).description)
    }
  }

  /// The assignments of an initialiser.
  func assignments(site: (_ layer: Int, _ path: String) -> String) -> [SwiftStatement] {
    members.map { member in
      switch member.kind {
      case .layer(let code, let index):
        let callee = (code.canThrow ? "try " : "") + code.type
        let place = "site: " + site(index, pathExpression(member.path))
        return .assignment(member.property, SwiftExpression(callee, code.arguments + [place]))
      case .block(let type, _):
        let path = pathExpression(member.path + ".")
        return .assignment(member.property, SwiftExpression("try \(type)", [path, "using: &generator"]))
      case .run(let type, let prefix, let numbers):
        let path = "\"\(hasPath ? "\\(path)" : "")\(SwiftText.escaped(prefix))\\(index).\""
        let make = "index throws(TensorError) in try \(type)(\(path), using: &generator)"
        let range = "(\(numbers.lowerBound)...\(numbers.upperBound))"
        return .assignment(member.property, SwiftExpression("try \(range).map { \(make) }"))
      }
    }
  }

  private func pathExpression(_ path: String) -> String { (hasPath ? "path + " : "") + SwiftText.literal(path) }

  /// The walk over all parameters.
  var visit: SwiftFunction {
    var statements: [SwiftStatement] = []
    for member in members where member.isWeighted {
      let property = member.property
      switch member.kind {
      case .layer, .block:
        let path = "path + " + SwiftText.literal(member.path + ".")
        statements.append(.expression(SwiftExpression("try \(property).visitParameters", [path, "body"])))
      case .run(_, let prefix, let numbers):
        let number = numbers.lowerBound == 0 ? "index" : "index + \(numbers.lowerBound)"
        let path = "\"\\(path)\(SwiftText.escaped(prefix))\\(\(number)).\""
        let step = SwiftExpression("try \(property)[index].visitParameters", [path, "body"])
        statements.append(.loop("index", in: "\(property).indices", [.expression(step)]))
      }
    }
    return SwiftFunction(
      introducer: "public mutating func visitParameters",
      parameters: ["_ path: String", "_ body: (String, inout Parameter) throws(TensorError) -> Void"],
      effects: "throws(TensorError)", body: statements)
  }

  /// The calls of the members that something depends on.
  func moves(_ network: Network) -> [FlowWriter.Move] {
    members.filter { !$0.gives.isEmpty }.map { member in
      var names = [member.property]
      let callee: FlowWriter.Move.Callee
      switch member.kind {
      case .layer(let code, _):
        switch code.call {
        case .single: callee = .layer
        case .list: callee = .join
        case .like: callee = .fit
        }
      case .block(_, let labels):
        callee = .block(labels)
        if member.gives.count > 1 {
          names = member.gives.map { SwiftNames.property(network.path(of: network.producer(of: $0))) }
        }
      case .run: callee = .run
      }
      return FlowWriter.Move(
        property: member.property, callee: callee, reads: member.reads, gives: member.gives, names: names)
    }
  }
}
