import CNNLayers
import CNNSyntax
import CNNText

/// Lines of a network as they would be written with every value worked out: `conv 64, 3x3, stride 2 | relu`.
///
/// What must be given, and the first argument of a layer, stands without its name; the rest by name where it differs from
/// its default; a flag that is on is its name alone.
public struct NormalForm {
  /// A stage in normal form.
  public struct StageText: Hashable, Sendable {
    /// The layer or block.
    public let kind: String
    /// The arguments, separated by commas.
    public let arguments: String

    public init(kind: String, arguments: String) {
      self.kind = kind
      self.arguments = arguments
    }

    public var text: String { arguments.isEmpty ? kind : kind + " " + arguments }
  }

  /// An argument in normal form, and the parameter it is for; nil for the tensors of a join.
  public struct ArgumentText: Hashable, Sendable {
    public let parameter: String?
    public let text: String
  }

  private let program: Program
  private let network: Network
  private let kinds = Catalogue.layers
  private let parameters = Catalogue.layers.map(\.parameters)
  /// For each tensor that ends a call, the outermost call it ends.
  private let framesByOutput: [TensorID: Int]

  public init(_ model: CheckedModel, of program: Program) {
    self.init(model.network, of: program)
  }

  init(_ network: Network, of program: Program) {
    self.program = program
    self.network = network
    var frames: [TensorID: Int] = [:]
    for (index, frame) in network.frames.enumerated().dropFirst() where !frame.output.isNone {
      if let other = frames[frame.output], network.frames[other].depth <= frame.depth { continue }
      frames[frame.output] = index
    }
    framesByOutput = frames
  }

  /// The stages of a row; those that are no layer (`from`) as they are written.
  public func stages(of row: Row) -> [StageText] {
    let tree = program.tree(network.frames[Int(row.frame)].file)
    var texts: [NodeID<Stage>: StageText] = [:]
    for index in row.layers where network.layers[index].frame == row.frame {
      guard let stage = network.layers[index].stage else { continue }
      texts[stage] = text(of: network.layers[index])
    }
    for call in network.calls(of: row) {
      guard let stage = network.frames[Int(call)].stage else { continue }
      texts[stage] = text(of: network.frames[Int(call)])
    }
    return row.stages.map { index in
      switch tree.stages[index].kind {
      case .call(let call): texts[NodeID(index)] ?? self.text(of: call, tree)
      case .from(let expression): StageText(kind: "from", arguments: tree.text(expression))
      case .conditional, .loop, .repetition:
        StageText(kind: tree.source.text(tree.headSpan(tree.stages[index])), arguments: "")
      }
    }
  }

  /// A layer in normal form.
  public func text(of layer: NetworkLayer) -> StageText {
    guard let stage = layer.stage, let kind = layer.kind else { return StageText(kind: "input", arguments: "") }
    let tree = program.tree(network.frames[Int(layer.frame)].file)
    guard case .call(let call) = tree.stages[stage.position].kind else {
      return StageText(kind: kinds[kind].name, arguments: "")
    }
    return text(layer: kind, call, network.recordedArguments(layer.argumentList), tree)
  }

  /// The arguments of a layer, each in normal form.
  public func argumentTexts(of layer: NetworkLayer) -> [ArgumentText] {
    guard let kind = layer.kind, let arguments = arguments(of: layer) else { return [] }
    return texts(arguments.values, layer: kind)
  }

  /// The values of a layer's arguments; nil for an input.
  public func arguments(of layer: NetworkLayer) -> BoundArguments? {
    guard let stage = layer.stage, let kind = layer.kind else { return nil }
    var arguments = BoundArguments()
    if let recorded = network.recordedArguments(layer.argumentList) {
      arguments.values = recorded
    } else {
      let tree = program.tree(network.frames[Int(layer.frame)].file)
      guard case .call(let call) = tree.stages[stage.position].kind else { return nil }
      arguments.values = literals(kind, call, tree)
    }
    return arguments
  }

  /// The call of a block in normal form.
  public func text(of frame: Frame) -> StageText {
    guard let block = frame.block else { return StageText(kind: network.name, arguments: "") }
    let definition = program.callable(block)
    let bound = network.recordedArguments(frame.argumentList) ?? []
    let tree = program.tree(definition.file)
    let parameters = definition.definition.parameters.range.map { tree.parameters[$0] }
    var parts: [String] = []
    for argument in bound.sorted(by: { $0.parameter < $1.parameter }) {
      let parameter = parameters[argument.parameter]
      let name = program.symbols[parameter.name.symbol]
      guard let expression = parameter.defaultValue else {
        parts.append(text(argument.value))
        continue
      }
      var evaluator = Evaluator(program, file: definition.file)
      if evaluator.evaluate(expression) != argument.value { parts.append(named(name, argument.value, isFlag: false)) }
    }
    return StageText(kind: program.name(of: definition), arguments: parts.joined(separator: ", "))
  }

  /// What a tensor is called: the label of the call that ends in it, or the name of its layer.
  public func name(of tensor: TensorID) -> String {
    if let frame = framesByOutput[tensor] { return network.path(of: network.frames[frame]) }
    return network.path(of: network.producer(of: tensor))
  }

  /// A stage that left no layer behind, as `identity` does.
  private func text(of call: Call, _ tree: SyntaxTree) -> StageText {
    guard let layer = program.names.layer(call.name.symbol) else {
      return StageText(kind: program.symbols[call.name.symbol], arguments: "")
    }
    return text(layer: layer, call, nil, tree)
  }

  private func text(
    layer kind: Int, _ call: Call, _ recorded: [BoundArguments.Bound]?, _ tree: SyntaxTree
  ) -> StageText {
    let parts = texts(recorded ?? literals(kind, call, tree), layer: kind).map(\.text)
    return StageText(kind: kinds[kind].name, arguments: parts.joined(separator: ", "))
  }

  private func texts(_ bound: [BoundArguments.Bound], layer kind: Int) -> [ArgumentText] {
    let parameters = self.parameters[kind]
    var parts: [ArgumentText] = []
    // What meets in a join stands before its other arguments.
    let operands = bound.filter { $0.parameter >= parameters.count }.sorted { $0.parameter < $1.parameter }
    let others = bound.filter { $0.parameter < parameters.count }.sorted { $0.parameter < $1.parameter }
    for argument in operands + others {
      guard argument.parameter < parameters.count else {
        parts.append(ArgumentText(parameter: nil, text: text(argument.value)))
        continue
      }
      let parameter = parameters[argument.parameter]
      if parameter.isRequired || argument.parameter == 0 && argument.isPositional {
        parts.append(ArgumentText(parameter: parameter.name, text: text(argument.value)))
      } else if parameter.defaultValue != .value(argument.value) {
        let text = named(parameter.name, argument.value, isFlag: parameter.isFlag)
        parts.append(ArgumentText(parameter: parameter.name, text: text))
      }
    }
    return parts
  }

  /// The arguments of a call that are literals, read again.
  private func literals(_ kind: Int, _ call: Call, _ tree: SyntaxTree) -> [BoundArguments.Bound] {
    if call.arguments.isEmpty { return [] }
    var evaluator = Evaluator(program, file: tree.source.id)
    _ = evaluator.bind(call, toLayer: kind)
    return evaluator.bound.values
  }

  private func named(_ name: String, _ value: Value, isFlag: Bool) -> String {
    isFlag && value == .boolean(true) ? name : "\(name) \(text(value))"
  }

  private func text(_ value: Value) -> String {
    value.text { value in
      switch value {
      case .layer(.layer(let index)): kinds[index].name
      case .layer(.shared(let index)): program.symbols[network.sharedCalls[index].name.symbol]
      case .layer(.block(let index)): program.name(of: program.callable(index))
      case .tensor(let tensor): name(of: tensor.id)
      case .size(let size): network.sizes?.words(size) ?? ""
      case .number, .decimal, .boolean, .shape, .list, .range, .word, .text: ""
      }
    }
  }
}
