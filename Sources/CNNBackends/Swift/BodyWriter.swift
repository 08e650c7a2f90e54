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

  /// Whose property it is.
  enum Owner: Hashable {
    case body
    /// What an earlier member keeps, or this one for those after it: calls of one shared call.
    case shared(Int, isFirst: Bool)
    /// A parameter: what is shared outside the body.
    case parameter(Int)
  }

  let kind: Kind
  var owner = Owner.body
  /// What it is given of what is shared outside it.
  var sharedArguments: [Int] = []
  /// The name within its body, as the network has it: `downsample.0`.
  var path: String
  var property = ""
  let reads: [TensorID]
  var gives: [TensorID]
  /// The tensor whose shape stands beside it.
  let output: TensorID

  var type: String {
    switch kind {
    case .layer(let code, _): code.type
    case .block(let type, _): type
    case .run(let type, _, _): "[\(type)]"
    }
  }

  /// Whether the body keeps it; false where it only calls it.
  var isKept: Bool {
    switch owner {
    case .body, .shared(_, isFirst: true): true
    case .shared(_, isFirst: false), .parameter: false
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
  /// In the order of execution.
  let members: [SwiftMember]
  /// What is shared and in reach, by what it is called in the body.
  private let sharedNames: [Int: String]
  /// Those that are parameters of the body.
  private let parameters: [Int: String]
  private var kept: [SwiftMember] { members.filter(\.isKept) }
  /// Whether names are relative to a `path` that is given when the body is made: true for blocks.
  let hasPath: Bool

  /// Chooses a property for each member.
  ///
  /// - Parameter parameters: The names of what is shared outside the body.
  init(_ members: [SwiftMember], hasPath: Bool, parameters: [Int: String] = [:]) {
    var names = SwiftNames(reserved: SwiftNames.members.union(parameters.values))
    var sharedNames = parameters
    self.members = members.map { member in
      var member = member
      switch member.owner {
      case .shared(let shared, isFirst: false), .parameter(let shared):
        member.property = sharedNames[shared] ?? member.property
        return member
      case .body, .shared: break
      }
      defer { if case .shared(let shared, _) = member.owner { sharedNames[shared] = member.property } }
      switch member.kind {
      case .layer, .block: member.property = names.unique(SwiftNames.property(member.path))
      case .run(_, let prefix, _):
        let base = prefix.last == "." ? String(prefix.dropLast()) : prefix
        member.property = names.unique(SwiftNames.property(base))
      }
      return member
    }
    self.hasPath = hasPath
    self.sharedNames = sharedNames
    self.parameters = parameters
  }

  func properties(_ network: Network) -> [SwiftProperty] {
    kept.map { member in
      SwiftProperty(
        introducer: member.isWeighted ? "public var" : "public let", name: member.property, type: member.type,
        comment: network.shapeWords(of: member.output).description)
    }
  }

  /// The assignments of an initialiser.
  func assignments(site: (_ layer: Int, _ path: String) -> String) -> [SwiftStatement] {
    kept.map { member in
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
    for member in kept where member.isWeighted {
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
  ///
  /// - Parameter parameterName: What a block calls a parameter for something shared.
  func moves(_ network: Network, parameterName: (Int) -> String) -> [FlowWriter.Move] {
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
      let isParameter = if case .parameter = member.owner { true } else { false }
      let shared = member.sharedArguments.compactMap { shared in
        sharedNames[shared].map {
          FlowWriter.Move.SharedArgument(label: parameterName(shared), name: $0, isProperty: parameters[shared] == nil)
        }
      }
      return FlowWriter.Move(
        property: member.property, isProperty: !isParameter, callee: callee, reads: member.reads, gives: member.gives,
        shared: shared, names: names)
    }
  }
}
