import CNNLayers
import CNNSyntax
import CNNText

/// A call as somebody wrote it, with the values its arguments had: what a message quotes.
struct AuthoredStage {
  let tree: SyntaxTree
  let stage: Stage
  let call: Call
  /// The names of the parameters that the call can give values to.
  let parameters: [String]
  /// The values of its arguments; nil where all are literals.
  let bound: [BoundArguments.Bound]?

  var span: Span { tree.headSpan(stage) }
  var text: String { tree.source.text(span) }
  var callee: String { tree.text(call.name.token) }

  /// The text of the argument that stands first without a name, or bears the name of the first parameter.
  var firstArgument: String? {
    guard let index = call.arguments.range.first, let name = parameters.first else { return nil }
    let argument = tree.arguments[index]
    return argument.name == nil || self.name(of: argument) == name ? tree.text(argument.value) : nil
  }

  /// An argument that is given by name, or is a variable of that name.
  func argument(named name: String) -> Argument? {
    call.arguments.range.map { tree.arguments[$0] }.first { self.name(of: $0) == name }
  }

  /// An argument that is given by name or in the place of the parameter.
  func argument(for name: String) -> Argument? {
    if let named = argument(named: name) { return named }
    guard let position = parameters.firstIndex(of: name), position < call.arguments.range.count else { return nil }
    let argument = tree.arguments[call.arguments.range.lowerBound + position]
    return argument.name == nil && self.name(of: argument).map { !parameters.contains($0) } ?? true ? argument : nil
  }

  func value(of name: String) -> Value? {
    guard let index = parameters.firstIndex(of: name) else { return nil }
    return bound?.first { $0.parameter == index }?.value
  }

  private func name(of argument: Argument) -> String? {
    if let name = argument.name { return tree.text(name.token) }
    if case .name(let name) = tree[argument.value] { return tree.text(name.token) }
    return nil
  }
}

extension AuthoredStage {
  /// The call that made a layer, as it stands in the body of `frame`: the layer's own stage, or that of the block call
  /// it lies in. Nil for inputs and for what lies elsewhere.
  init?(_ layer: NetworkLayer, in frame: FrameID, of network: Network, _ program: Program) {
    let stage: NodeID<Stage>
    if layer.frame == frame {
      guard let own = layer.stage, let kind = layer.kind else { return nil }
      stage = own
      parameters = Catalogue.layers[kind].parameters.map(\.name)
      bound = network.recordedArguments(layer.argumentList)
    } else {
      var called = network.frames[Int(layer.frame)]
      while called.parent >= .model, called.parent != frame { called = network.frames[Int(called.parent)] }
      guard called.parent == frame, let call = called.stage, let block = called.block else { return nil }
      stage = call
      parameters = program.parameterNames(of: program.blocks[block])
      bound = network.recordedArguments(called.argumentList)
    }
    tree = program.tree(network.frames[Int(frame)].file)
    self.stage = tree.stages[stage.position]
    guard case .call(let call) = self.stage.kind else { return nil }
    self.call = call
  }
}

extension ModelWords {
  func authored(_ layer: NetworkLayer, in frame: FrameID) -> AuthoredStage? {
    AuthoredStage(layer, in: frame, of: network, program)
  }
}
