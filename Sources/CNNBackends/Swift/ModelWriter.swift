import CNNLayers
import CNNModel
import CNNText

/// A model as a Swift struct, with a nested one for every distinct expansion of a block.
struct ModelWriter {
  private let input: BackendInput
  private let plan: SwiftPlan
  private let reach: ReluReach
  private let featureOrders: FeatureOrders
  private let places: SwiftPlaces
  private var typeNames: SwiftNames
  /// The nested types without their names, by which equal expansions are found, and their names.
  private var expansions: [Expansion: String] = [:]
  private var nested: [SwiftType] = []
  /// For each shared call the Swift that makes it, and its type.
  private var sharedTypes: [Int: String] = [:]
  private var sharedMembers: [Int: SwiftMember] = [:]

  private struct Expansion: Hashable {
    let block: Int
    let type: SwiftType
  }

  private var network: Network { input.network }

  init(_ input: BackendInput, named name: String, _ places: SwiftPlaces) throws(SwiftError) {
    self.input = input
    plan = try SwiftPlan(input)
    reach = ReluReach(input.network)
    featureOrders = FeatureOrders(input.network)
    self.places = places
    typeNames = SwiftNames(reserved: SwiftNames.types.union([name]))
  }

  /// The struct, its name the one it was asked to bear.
  mutating func type(named name: String) throws(SwiftError) -> SwiftType {
    let body = BodyWriter(try members(of: .model), hasPath: false)
    var type = SwiftType(documentation: documentation, name: name, conformance: "Network")
    type.properties =
      try InputWriter(input, places).properties + channelsLastProperty + body.properties(network)
    type.functions = [initializer(body), loader] + directCall + [forward(body), body.visit]
    type.types = nested
    return type
  }

  // MARK: Members

  /// What a body keeps. Types of the blocks it calls are made on the way.
  private mutating func members(of frame: FrameID) throws(SwiftError) -> [SwiftMember] {
    let outer = network.path(of: network.frames[Int(frame)])
    let outerOfWeights = network.weightsPath(of: network.frames[Int(frame)])
    func relative(_ path: String, to outer: String) -> String {
      outer.isEmpty ? path : String(path.dropFirst(outer.count + 1))
    }
    var seen: [Int: String] = [:]
    /// Where a call of what is shared finds it, and by which name.
    func owner(_ shared: Int?, _ type: String, _ path: String) throws(SwiftError) -> (SwiftMember.Owner, String) {
      guard let shared else { return (.body, relative(path, to: outer)) }
      if let other = sharedTypes.updateValue(type, forKey: shared), other != type {
        throw SwiftError(
          description: """
            the calls of `\(network.path(ofSharedCall: shared))` come to different Swift, since the extents of their \
            inputs differ
            """)
      }
      let name = relative(network.path(ofSharedCall: shared), to: outerOfWeights)
      if network.sharedCalls[shared].frame != frame { return (.parameter(shared), name) }
      return (.shared(shared, isFirst: seen.updateValue(type, forKey: shared) == nil), name)
    }
    var members: [SwiftMember] = []
    for step in plan.steps(of: frame) {
      switch step.part {
      case .layer(let index):
        let layer = network.layers[index]
        let shape = network.firstInputShape(of: layer)
        let fit = plan.fits[index]
        let order = featureOrders.flattened(into: layer)
        guard
          let code = LayerCode(layer.operation, input: shape, feedsRelu: reach.isFed[index], fit: fit, order: order)
        else { continue }
        let (owner, path) = try owner(network.sharedCall(ofLayer: index), code.making, network.path(of: layer))
        members.append(
          SwiftMember(
            kind: .layer(code, index: index), owner: owner, path: path, reads: step.reads, gives: step.gives,
            output: layer.output))
        if let shared = network.sharedCall(ofLayer: index), let member = members.last { sharedMembers[shared] = member }
      case .call(let call):
        let (type, labels) = try block(call)
        let called = network.frames[Int(call)]
        let (owner, path) = try owner(network.sharedCall(of: called), type, network.path(of: called))
        members.append(
          SwiftMember(
            kind: .block(type: type, labels: labels), owner: owner, sharedArguments: plan.sharedUses[Int(call)],
            path: path, reads: step.reads, gives: step.gives, output: called.output))
        if let shared = network.sharedCall(of: called), let member = members.last { sharedMembers[shared] = member }
      }
    }
    // What is declared here and called in blocks only is kept here all the same.
    for (shared, call) in network.sharedCalls.enumerated() where call.frame == frame && seen[shared] == nil {
      guard var member = sharedMembers[shared] else { continue }
      member.owner = .shared(shared, isFirst: true)
      member.path = relative(network.path(ofSharedCall: shared), to: outerOfWeights)
      member.gives = []
      members.append(member)
    }
    return runs(members)
  }

  /// Equal blocks behind each other, of which each reads nothing but what the one before gives, as one member.
  private func runs(_ members: [SwiftMember]) -> [SwiftMember] {
    var result: [SwiftMember] = []
    for member in members {
      guard let last = result.last, let run = joined(last, member) else {
        result.append(member)
        continue
      }
      result[result.count - 1] = run
    }
    return result
  }

  private func joined(_ first: SwiftMember, _ second: SwiftMember) -> SwiftMember? {
    guard first.owner == .body, second.owner == .body, second.sharedArguments.isEmpty,
      case .block(let type, [nil]) = second.kind, let (prefix, number) = Self.numbered(second.path),
      first.gives.count == 1, first.gives == second.reads, second.gives.count == 1,
      plan.lastReader[Int(first.gives[0])] <= Int(second.gives[0])
    else { return nil }
    let lower: Int
    switch first.kind {
    case .layer: return nil
    case .block(type, [nil]):
      guard let start = Self.numbered(first.path), start.prefix == prefix, start.number + 1 == number else {
        return nil
      }
      lower = start.number
    case .run(type, prefix, let numbers) where numbers.upperBound + 1 == number: lower = numbers.lowerBound
    case .block, .run: return nil
    }
    return SwiftMember(
      kind: .run(type: type, prefix: prefix, numbers: lower...number), path: first.path, reads: first.reads,
      gives: second.gives, output: second.output)
  }

  /// `layer1.2` as `layer1.` and 2; nil for a name without a number behind a word.
  private static func numbered(_ path: String) -> (prefix: String, number: Int)? {
    let digits = path.utf8.reversed().prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
    guard digits > 0, digits < path.utf8.count, let number = Int(path.suffix(digits)), number < Int(Int32.max),
      String(number) == path.suffix(digits)
    else { return nil }
    return (String(path.dropLast(digits)), number)
  }

  // MARK: Blocks

  /// The type of a call, made unless there is an equal one, and the labels of its inputs.
  private mutating func block(_ call: FrameID) throws(SwiftError) -> (type: String, labels: [String?]) {
    let frame = network.frames[Int(call)]
    let parameters = Dictionary(uniqueKeysWithValues: plan.sharedUses[Int(call)].map { ($0, parameterName($0)) })
    let body = BodyWriter(try members(of: call), hasPath: true, parameters: parameters)
    let entries = entries(of: call)
    let labels = entries.map { $0.tensor == frame.input ? nil : $0.name }
    var type = SwiftType(documentation: documentation(of: call), name: "", conformance: "Parameterized")
    type.properties = body.properties(network)
    type.functions = [initializer(ofBlock: body), run(of: call, body, entries), body.visit]
    // Calls of what is shared are one type, whatever the extents of their inputs.
    let expansion = Expansion(block: frame.block ?? -1, type: network.isShared(call) ? type.withoutWords : type)
    if let name = expansions[expansion] { return (name, labels) }
    let blockName = frame.block.map { input.program.name(of: input.program.callable($0)) } ?? "block"
    let name = uniqueType(SwiftNames.type(blockName))
    expansions[expansion] = name
    type.name = name
    nested.append(type)
    return (name, labels)
  }

  private mutating func uniqueType(_ base: String) -> String {
    let isTaken = SwiftNames.types.contains(base) || SwiftNames.keywords.contains(base)
    return typeNames.unique(isTaken ? base + "Block" : base, suffix: "")
  }

  /// The tensors that enter a block and their names: `input` for its own, those of its parameters for others.
  private func entries(of call: FrameID) -> [(tensor: TensorID, name: String)] {
    let given = network.tensorArguments(of: network.frames[Int(call)], in: input.program)
    var names = SwiftNames(reserved: SwiftNames.members)
    return plan.reads(of: call).map { tensor in
      if tensor == network.frames[Int(call)].input { return (tensor, "input") }
      let base = given.first { $0.tensor == tensor }?.parameter ?? "tensor"
      return (tensor, names.unique(SwiftNames.property(base)))
    }
  }

  /// What a block calls something that is shared outside it.
  private func parameterName(_ shared: Int) -> String {
    let path = network.path(ofSharedCall: shared)
    let name = SwiftNames.property(path.split(separator: ".").last.map(String.init) ?? path)
    return SwiftNames.members.contains(name) || SwiftNames.keywords.contains(name) ? name + "_" : name
  }

  private func initializer(ofBlock body: BodyWriter) -> SwiftFunction {
    SwiftFunction(
      introducer: "init", parameters: ["_ path: String", "using generator: inout SeededGenerator"],
      effects: "throws(TensorError)", body: body.assignments(site: places.site))
  }

  private func run(
    of call: FrameID, _ body: BodyWriter, _ entries: [(tensor: TensorID, name: String)]
  ) -> SwiftFunction {
    let frame = network.frames[Int(call)]
    let gives = plan.gives(of: call)
    let moves = body.moves(network, parameterName: parameterName)
    let shared = plan.sharedUses[Int(call)].map { "\(parameterName($0)): \(sharedMembers[$0]?.type ?? "")" }
    var writer = FlowWriter(moves, parameters: entries, results: gives)
    let parameters =
      entries.map { ($0.tensor == frame.input ? "_ input" : $0.name) + ": Variable" } + shared
    var function = SwiftFunction(
      introducer: "public func callAsFunction", parameters: parameters + ["_ tape: inout Tape"],
      effects: "throws(TensorError) -> Variable", body: [])
    if gives.count == 1 {
      function.body = writer.writeReturning()
      return function
    }
    var names = SwiftNames(reserved: SwiftNames.members)
    let labels = gives.map { tensor in
      if let output = frame.outputs.first(where: { $0.tensor == tensor }) {
        return names.unique(SwiftNames.property(output.name))
      }
      let path = network.path(of: network.producer(of: tensor))
      return names.unique(tensor == frame.output ? "output" : SwiftNames.property(path))
    }
    let (statements, results) = writer.write()
    let items = zip(labels, results).map { "\($0): \($1)" }
    function.body = statements + [.result(SwiftExpression("", items))]
    function.effects = "throws(TensorError) -> (\(labels.map { "\($0): Variable" }.joined(separator: ", ")))"
    return function
  }

  // MARK: The model

  /// The layers around which weights of PyTorch do not fit.
  private var channelsLastProperty: [SwiftProperty] {
    let sites = featureOrders.channelsLast.map { index in
      places.site(index, SwiftText.literal(network.path(of: network.layers[index])))
    }
    if sites.isEmpty { return [] }
    return [
      SwiftProperty(
        documentation: ["Layers that would make something else of tensors whose channels are first."],
        introducer: "public static let", name: "channelsLastLayers", value: .list(sites))
    ]
  }

  private func initializer(_ body: BodyWriter) -> SwiftFunction {
    var statements = body.assignments(site: places.site)
    if body.members.contains(where: \.isRandom) {
      let generator = SwiftExpression("SeededGenerator", ["seed: seed"])
      statements.insert(.binding(isVariable: true, ["generator"], generator), at: 0)
    }
    return SwiftFunction(
      documentation: [
        "Begins with random weights, the same for the same seed: those that feed a ReLU or one of its kin as He et al.",
        "(2015) have it, others as Glorot and Bengio (2010) do, biases as zeros.",
      ], introducer: "public init", parameters: ["seed: UInt64"], effects: "throws(TensorError)", body: statements)
  }

  private var loader: SwiftFunction {
    SwiftFunction(
      documentation: [
        "Takes every parameter from the tensor of its name, in the layout of the engine, of PyTorch or of Keras.", "",
        "- Parameter layout: Nil to find it out from what the tensors are called, their shapes and what the file says.",
        "- Throws: `TensorError` with every tensor that is missing, unexpected or of another shape, or where more than",
        "  one layout fits.",
      ], introducer: "public init", parameters: ["weights: NamedTensors", "layout: WeightLayout? = nil"],
      effects: "throws(TensorError)",
      body: [
        .expression(SwiftExpression("try self.init", ["seed: 0"])),
        .expression(SwiftExpression("try load", ["weights", "layout: layout"])),
      ])
  }

  private func forward(_ body: BodyWriter) -> SwiftFunction {
    let moves = body.moves(network, parameterName: parameterName)
    let results = network.outputs.map(\.tensor)
    var uses: [TensorID: Int] = [:]
    for tensor in moves.flatMap(\.reads) + results { uses[tensor, default: 0] += 1 }
    var statements: [SwiftStatement] = [.expression(SwiftExpression("try Self.inputs.check", ["inputs"]))]
    var names = SwiftNames(reserved: SwiftNames.members.subtracting(["input"]))
    var parameters: [(tensor: TensorID, name: String)] = []
    for (index, input) in network.inputs.enumerated() {
      let item = "inputs[\(index)]"
      if uses[input.tensor, default: 0] > 1 {
        let name = names.unique(SwiftNames.property(input.name))
        statements.append(.binding(isVariable: false, [name], SwiftExpression(item)))
        parameters.append((input.tensor, name))
      } else {
        parameters.append((input.tensor, item))
      }
    }
    var writer = FlowWriter(moves, parameters: parameters, results: results)
    let (body, outputs) = writer.write()
    statements += body + [.result(.list(outputs))]
    return SwiftFunction(
      introducer: "public func forward", parameters: ["_ inputs: [Variable]", "_ tape: inout Tape"],
      effects: "throws(TensorError) -> [Variable]", body: statements)
  }

  /// A call with names, for models of several inputs or outputs; the engine has that for one of each.
  private var directCall: [SwiftFunction] {
    if network.inputs.count == 1, network.outputs.count == 1 { return [] }
    var names = SwiftNames(reserved: SwiftNames.members.subtracting(["input"]))
    let inputs = network.inputs.map { names.unique(SwiftNames.property($0.name)) }
    var labels = SwiftNames(reserved: SwiftNames.members)
    let outputs = network.outputs.map { labels.unique(SwiftNames.property($0.name)) }
    var statements: [SwiftStatement] = [
      .binding(isVariable: false, ["outputs"], SwiftExpression("try self", ["[\(inputs.joined(separator: ", "))]"]))
    ]
    var result = "Tensor"
    if outputs.count == 1 {
      statements.append(.result(SwiftExpression("outputs[0]")))
    } else {
      result = "(" + outputs.map { "\($0): Tensor" }.joined(separator: ", ") + ")"
      let items = outputs.enumerated().map { "\($0.element): outputs[\($0.offset)]" }
      statements.append(.result(SwiftExpression("", items)))
    }
    let parameters = inputs.count == 1 ? ["_ \(inputs[0]): Tensor"] : inputs.map { "\($0): Tensor" }
    return [
      SwiftFunction(
        documentation: ["Runs forward, without keeping anything."], introducer: "public func callAsFunction",
        parameters: parameters, effects: "throws(TensorError) -> \(result)", body: statements)
    ]
  }

  // MARK: Words

  private var documentation: [String] {
    let model = input.program.mainModels.first { input.program.name(of: $0) == network.name }
    let words = model.map { self.documentation(of: $0) } ?? []
    func list(_ tensors: [NamedTensor]) -> String {
      let shapes = tensors.map { tensor in
        let shape = "`\(network.shapeWords(of: tensor.tensor))`"
        return tensors.count == 1 ? shape : "\(tensor.name) \(shape)"
      }
      return shapes.joined(separator: ", ")
    }
    let shapes = "From \(list(network.inputs)) to \(list(network.outputs))."
    return words + (words.isEmpty ? [] : [""]) + [shapes]
  }

  private func documentation(of call: FrameID) -> [String] {
    let frame = network.frames[Int(call)]
    let words = frame.block.map { documentation(of: input.program.callable($0)) } ?? []
    let shapes = "From `\(network.shapeWords(of: frame.input))` to `\(network.shapeWords(of: frame.output))`."
    return words + (words.isEmpty ? [] : [""]) + [shapes]
  }

  private func documentation(of definition: ProgramDefinition) -> [String] {
    let text = input.program.tree(definition.file).documentation(above: definition.definition.keyword)
    return text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
  }
}
