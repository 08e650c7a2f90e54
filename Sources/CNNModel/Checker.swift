import CNNLayers
import CNNSyntax
import CNNText

/// A value given from outside: `-D classes=10`.
public struct Override: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A model that was checked, and what there is to say about it.
public struct CheckedModel: Sendable {
  public let network: Network
  /// In the order in which they were found; `Compilation` orders those of all models, and keeps each once.
  public let diagnostics: [Diagnostic]
}

extension Program {
  /// Expands a model and checks it. Parameters take the values of `overrides`, then those of an alias, then their
  /// defaults. An override that names no parameter gives a symbol of the model's inputs its value.
  ///
  /// - Parameter visited: Collects the bodies that ran, for `checkUnreached`.
  public mutating func check(
    _ model: ProgramDefinition, overrides: [Override] = [], visited: inout VisitedBodies
  ) -> CheckedModel {
    var diagnostics: [Diagnostic] = []
    let values = evaluate(overrides, for: model, &diagnostics)
    var expander = Expander(program: self, name: name(of: model), file: model.file)
    expander.runModel(model, overrides: values)
    // The sizes that its shapes were worked out with at first may not work. Those it came to do, unless at one of them a
    // tensor is too large that stands before the layer that led to it; then the smallest sizes decide.
    for run in [Rerun.present, .smallest] where expander.sizes.changedStandIn {
      let symbols = expander.sizes.sizes.symbols
      expander = Expander(program: self, name: name(of: model), file: model.file)
      expander.sizes.keepsStandIns = run == .smallest
      for symbol in symbols {
        expander.standIns[symbol.name] = run == .smallest ? symbol.valid.first : symbol.standIn
      }
      expander.runModel(model, overrides: values)
    }
    visited.formUnion(expander.visited)
    let words = ModelWords(self, expander.network)
    return CheckedModel(network: expander.network, diagnostics: diagnostics + words.diagnostics(expander.problems))
  }

  /// Checks the names in what no model reached: blocks that nobody calls, branches that were not taken. What ran has
  /// been checked, and better.
  public func checkUnreached(except visited: VisitedBodies) -> [Diagnostic] {
    if trees.allSatisfy({ visited.containsAll(of: $0) }) { return [] }
    var diagnostics: [Diagnostic] = []
    var calls: [[(block: Int, site: Span)]] = []
    for definition in blocks + models {
      var expander = Expander(program: self, name: "", file: definition.file)
      expander.visited = visited
      expander.checkNames(of: definition)
      calls.append(expander.calledBlocks)
      diagnostics += ModelWords(self).diagnostics(expander.problems)
    }
    return diagnostics + circles(in: calls, except: visited)
  }

  /// Blocks that call themselves whatever their arguments, by way of others or not, though no model ran them.
  ///
  /// - Parameter calls: For each block, the blocks it calls and where.
  private func circles(in calls: [[(block: Int, site: Span)]], except visited: VisitedBodies) -> [Diagnostic] {
    enum Mark { case unseen, open, done }
    var marks = [Mark](repeating: .unseen, count: blocks.count + models.count)
    var diagnostics: [Diagnostic] = []
    for start in marks.indices where marks[start] == .unseen {
      // Depth first, with a stack of its own: chains of calls may be as long as the file.
      var path: [(block: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let top = path.last {
        guard top.next < calls[top.block].count else {
          marks[top.block] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let call = calls[top.block][top.next]
        if marks[call.block] == .unseen {
          marks[call.block] = .open
          path.append((call.block, 0))
        } else if marks[call.block] == .open, !wasRun(callable(call.block), visited) {
          var expander = Expander(program: self, name: "", file: call.site.file)
          expander.report(.recursiveCall(name(of: callable(call.block)), chain: []), at: call.site)
          diagnostics += ModelWords(self).diagnostics(expander.problems)
        }
      }
    }
    return diagnostics
  }

  private func wasRun(_ definition: ProgramDefinition, _ visited: VisitedBodies) -> Bool {
    guard case .body(let body) = definition.definition.content else { return false }
    return visited.contains(body, in: definition.file)
  }

  /// What to say of a model that the main file does not declare.
  public func unknownModel(_ name: String) -> Diagnostic {
    let known = mainModels.map { self.name(of: $0) }
    var remarks: [Diagnostic.Remark] = [
      .note(known.isEmpty ? "the file declares none" : "it declares \(known.joined(separator: ", "))")
    ]
    if let nearest = nearestName(to: name, in: known) { remarks.insert(.help("nearest: `\(nearest)`"), at: 0) }
    let start = Span(file: FileID(0), start: 0, end: 0)
    return Diagnostic(.unknownModel, "this file has no model `\(name)`", at: start, remarks: remarks)
  }

  private mutating func evaluate(
    _ overrides: [Override], for model: ProgramDefinition, _ diagnostics: inout [Diagnostic]
  ) -> [OverrideValue] {
    var values: [OverrideValue] = []
    for override in overrides {
      let source = sources.add(path: "-D", bytes: Array("let \(override.name) = \(override.value)".utf8))
      let (tree, problems) = parse(source, symbols: &symbols)
      trees.append(tree)
      namespaces.append(namespaces[Int(model.file.index)])
      diagnostics += problems.map { Diagnostic($0, in: source) }
      guard problems.isEmpty, tree.declarations.count == 1, case .binding(let id) = tree.declarations[0] else {
        if problems.isEmpty { diagnostics.append(LoaderWords.badOverride(override, at: source.wholeSpan)) }
        continue
      }
      var expander = Expander(program: self, name: "", file: source.id)
      let value = expander.evaluate(tree[id].value)
      diagnostics += ModelWords(self).diagnostics(expander.problems)
      if let value {
        let place = tree.span(tree[id].name)
        values.append(OverrideValue(symbol: tree[id].name.symbol, value: value, place: place))
      }
    }
    return values
  }
}

/// The bodies that some model ran.
public struct VisitedBodies: Sendable {
  /// For each file, and in it for each body by its number.
  private var files: [[Bool]] = []

  public init() {}

  func contains(_ body: Body, in file: FileID) -> Bool {
    let index = Int(file.index)
    return index < files.count && Int(body.number) < files[index].count && files[index][Int(body.number)]
  }

  /// Whether every body of a file ran.
  func containsAll(of tree: SyntaxTree) -> Bool {
    let index = Int(tree.source.id.index)
    guard tree.bodyCount > 0 else { return true }
    return index < files.count && files[index].count >= tree.bodyCount
      && files[index][..<tree.bodyCount].allSatisfy { $0 }
  }

  mutating func insert(_ body: Body, in file: FileID) {
    let index = Int(file.index)
    let number = Int(body.number)
    while files.count <= index { files.append([]) }
    if files[index].count <= number {
      files[index] += Array(repeating: false, count: max(number + 1 - files[index].count, files[index].count))
    }
    files[index][number] = true
  }

  mutating func formUnion(_ other: VisitedBodies) {
    while files.count < other.files.count { files.append([]) }
    for (index, bodies) in other.files.enumerated() {
      if files[index].count < bodies.count {
        files[index] += Array(repeating: false, count: bodies.count - files[index].count)
      }
      for (number, isVisited) in bodies.enumerated() where isVisited { files[index][number] = true }
    }
  }
}

/// Which sizes a model is run with again.
private enum Rerun {
  /// Those that the run before it came to.
  case present
  /// The smallest that work.
  case smallest
}

struct OverrideValue {
  let symbol: Symbol
  let value: Value
  let place: Span
}

extension Expander {
  /// Runs a model, or what it is an alias of.
  mutating func runModel(_ model: ProgramDefinition, overrides: [OverrideValue]) {
    guard let (base, fixed) = resolved(model) else { return }
    var given = fixed
    enter(base.file, .model)
    let signature = signature(of: base)
    for override in overrides {
      guard let index = signature.index(of: override.symbol) else {
        symbolValues[override.symbol] = override.value
        unusedOverrides.append(override)
        continue
      }
      given.removeAll { $0.parameter == index }
      given.append(.init(parameter: index, value: override.value, isPositional: false))
    }
    runBody(of: base, given)
    // In an input that could not be read there may be the symbol.
    if labels.isIncomplete { return }
    for override in unusedOverrides where !usedSymbols.contains(override.symbol) {
      let text = spelling(override.symbol)
      let nearest = nearestName(to: text, in: signature.names(self))
      report(.noSuchParameter(text, model: network.name, nearest: nearest), at: override.place)
    }
  }

  /// The model that an alias stands for in the end, with the arguments that aliases on the way fix; nil after a mistake.
  mutating func resolved(
    _ model: ProgramDefinition
  ) -> (base: ProgramDefinition, given: [BoundArguments.Bound])? {
    var base = model
    var seen: Set<Symbol> = []
    var circle: [(Symbol, Span)] = []
    var given: [BoundArguments.Bound] = []
    while case .alias(let target, let arguments) = base.definition.content {
      enter(base.file, frame)
      guard seen.insert(base.definition.name.symbol).inserted else {
        // The circle is one mistake, whichever of its models is run.
        let first = circle.min { $0.1 < $1.1 } ?? (base.definition.name.symbol, tree.span(base.definition.name))
        report(.aliasCycle(spelling(first.0)), at: first.1)
        return nil
      }
      circle.append((base.definition.name.symbol, tree.span(base.definition.name)))
      guard let index = namespace.model(target.symbol) else {
        let names = namespace.modelSymbols.map { spelling($0) }
        let text = spelling(target.symbol)
        report(.unknownModel(text, nearest: nearestName(to: text, in: names)), at: tree.span(target))
        return nil
      }
      base = program.models[index]
      guard bind(arguments, to: signature(of: base), at: tree.span(target)) else {
        markBroken()
        return nil
      }
      // What an alias of an alias fixes counts before what its target fixes.
      given += bound.values.filter { new in !given.contains { $0.parameter == new.parameter } }
    }
    return (base, given)
  }

  /// The tensor at a model's end is an output, unless something has read it or it is one already.
  private func endIsOutput(_ id: TensorID) -> Bool {
    if network.outputs.contains(where: { $0.tensor == id }) { return false }
    return network.outputs.isEmpty || !network.layers.contains { network.tensorsRead(by: $0).contains(id) }
  }

  /// Warns of layers that nothing reads, and takes them out of the network.
  private mutating func leaveOutUnused() {
    guard !network.outputs.isEmpty, problems.allSatisfy(\.fact.isWarning) else { return }
    let unused = UnusedLayers(network)
    for input in unused.unreadInputs {
      if let place = input.place { report(.unusedInput(input.name), at: place) }
    }
    if unused.isEmpty { return }
    for end in unused.ends where !blockOutputs.contains(network.layers[end.layer].output) {
      guard let (name, place) = unusedPart(end.layer, unused) else { continue }
      report(.unused(name, end), at: place)
    }
    let (kept, places) = network.keeping(unused.isUsed)
    network = kept
    problems = problems.compactMap { problem in
      guard case .shape(.remainder(let remainders, let tensor)) = problem.fact else { return problem }
      if places[Int(tensor)].isNone { return nil }
      return ModelProblem(
        fact: .shape(.remainder(remainders, tensor: places[Int(tensor)])), span: problem.span, frame: problem.frame)
    }
  }

  /// What is left out with a layer, by its name and place: the layer, or the outermost call of which nothing is used.
  private func unusedPart(_ layer: Int, _ unused: UnusedLayers) -> (name: String, place: Span)? {
    let layer = network.layers[layer]
    var result = program.place(of: layer, in: network).map { (network.path(of: layer), $0) }
    var id = layer.frame
    while id > .model, network.frames[Int(id)].layers.allSatisfy({ !unused.isUsed[$0] }) {
      let frame = network.frames[Int(id)]
      if let place = program.place(ofCall: frame, in: network) { result = (network.path(of: frame), place) }
      id = frame.parent
    }
    return result
  }

  private mutating func runBody(of base: ProgramDefinition, _ given: [BoundArguments.Bound]) {
    guard case .body(let body) = base.definition.content else { return }
    network.frames.append(
      Frame(
        parent: .none, file: base.file, block: nil, stage: nil, input: .none, output: .none, layers: 0..<0, depth: 0,
        scope: -1,
        argumentList: -1))
    let site = tree.span(base.definition.name)
    labels.lacksParameters = hasDamagedParameters(base)
    guard bindParameters(of: base, given, complain: true, at: site, .model) else { return markBroken() }
    visited.insert(body, in: file)
    // A model without loops has a layer a stage; what stays unused is address space, not memory.
    network.layers.reserveCapacity(tree.stages.count + 16)
    network.rows.reserveCapacity(tree.statements.count + 16)
    let mark = locals.count
    run(body.statements, at: tree.span(body.open), until: body.close)
    if network.inputs.isEmpty, network.isComplete, problems.isEmpty { report(.missingInput, at: site) }
    settleNumbers()
    if case .tensor(let id) = current, endIsOutput(id) {
      network.outputs.append(NamedTensor(name: "output", tensor: id, place: nil))
    }
    network.frames[0].layers = 0..<network.layers.count
    network.frames[0].output = current.id
    if sizes.isActive { network.sizes = sizes.sizes }
    if network.isComplete {
      checkSharedCalls()
      leaveOutUnused()
    }
    if network.isComplete { checkPaths() }
    if network.isComplete, !network.outputs.isEmpty { checkClaims() }
    if sizes.isActive, network.isComplete { checkSizes() }
    locals.removeSubrange(mark...)
  }
}
