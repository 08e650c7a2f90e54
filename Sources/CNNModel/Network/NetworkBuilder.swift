import CNNLayers
import CNNSyntax
import CNNText

/// The network as far as it is built: the tensor that the data has come to, the row and the call that are open, the names
/// that are given, and what the extents are for every size. It knows tensors and layers, but no expressions and no
/// messages.
struct NetworkBuilder {
  var network: Network
  /// The tensor at this point of the pipeline.
  var current = Flow.none
  /// The call that is running.
  var frame = FrameID.model
  /// The names given in the current scope.
  var naming: NamingScope
  /// In how many joins of the running call the line is.
  var nesting = 0
  /// The next row is the first of a branch.
  var atDash = false
  /// The rows that are open, innermost last.
  private var openRows: [Int] = []
  /// Shared calls that are running, outermost first.
  var sharing: [Sharing] = []
  /// What the layers so far compute.
  var counts = KernelCounts()
  /// What the extents are for every size of the symbols.
  var tracker = SizeTracker()

  /// False until the model's first line runs, and for ever where nothing runs: in values of a file.
  private(set) var hasBegun = false

  init(name: String, symbols: SymbolTable, file: FileID) {
    network = Network(name: name, symbols: symbols, file: file)
    naming = NamingScope(id: -1, in: network)
  }

  func shape(of tensor: TensorID) -> Shape { network.shape(of: tensor) }

  /// From here on the network is not what the author wrote.
  mutating func markBroken() {
    current = .unknown
    if network.validLayers == nil { network.validLayers = network.layers.count }
  }

  // MARK: Layers

  /// Adds a layer of the catalogue; its output becomes the current tensor.
  ///
  /// - Parameters:
  ///   - joined: The inputs of a join, `input` first among them.
  ///   - arguments: A list of recorded arguments; -1 where they are literals.
  mutating func append(
    _ operation: consuming Operation, giving output: Shape, kind: Int, stage: Int, _ name: LocalName, input: TensorID,
    joined: [TensorID], arguments: Int32, weights: WeightsID?
  ) {
    current = .tensor(
      network.append(
        operation, giving: output, kind: kind, frame: frame, stage: NodeID(stage), name: name, scope: naming.id,
        input: input, joined: joined, argumentList: arguments, weights: weights))
  }

  /// Adds a tensor that no layer computes.
  mutating func appendInput(_ name: Symbol, _ shape: Shape) -> TensorID {
    let tensor = network.append(
      .input, giving: shape, kind: -1, frame: frame, stage: nil, name: LocalName(symbol: name, number: 0), scope: -1)
    current = .tensor(tensor)
    return tensor
  }

  /// Keeps the arguments of a call; a literal is read again from the tree instead.
  mutating func record(_ arguments: borrowing BoundArguments) -> Int32 {
    let start = network.arguments.count
    network.arguments += arguments.values
    network.argumentRanges.append(start..<network.arguments.count)
    return Int32(network.argumentRanges.count - 1)
  }

  // MARK: Rows

  mutating func beginRow(_ stage: Int) {
    openRows.append(network.rows.count)
    network.rows.append(
      Row(
        frame: frame, input: current.id, output: .none, startsBranch: atDash, stageIndices: IndexRange(at: stage),
        layerIndices: IndexRange(at: network.layers.count), frameIndices: IndexRange(at: network.frames.count),
        joinDepth: Int16(truncatingIfNeeded: nesting), scope: naming.id))
    atDash = false
  }

  mutating func endRow(_ stage: Int) {
    guard let index = openRows.popLast() else { return }
    network.rows[index].stageIndices.close(at: stage)
    network.rows[index].layerIndices.close(at: network.layers.count)
    network.rows[index].frameIndices.close(at: network.frames.count)
    network.rows[index].output = current.id
  }

  /// Gives the open row the label of its line, or of a stage in it.
  mutating func labelRow(_ label: Symbol?) {
    if let row = openRows.last { network.rows[row].label = label }
  }

  /// Ends the row before a stage that has lines of its own.
  mutating func interruptRow(_ stage: Int) {
    endRow(stage)
    // A row without stages shows nothing; the dash before it belongs to what comes next.
    if let last = network.rows.last, last.stages.isEmpty, last.frame == frame {
      atDash = last.startsBranch
      network.rows.removeLast()
    }
  }

  // MARK: Calls

  /// Begins the model itself, whose body may stand in another file than its name.
  mutating func beginModel(in file: FileID) {
    network.frames = [Frame(modelIn: file)]
    network.validLayers = nil
    hasBegun = true
  }

  /// Opens the frame of a call, and a scope of names for it. The frame is entered by itself.
  mutating func beginCall(
    of block: Int, in file: FileID, at stage: Int, _ name: LocalName, shared: Int?, depth: Int, arguments: Int32
  ) -> FrameID {
    let scope = beginScope(name, shared: shared)
    network.frames.append(
      Frame(
        parent: frame, file: file, block: block, stage: NodeID(stage), input: current.id, output: .none,
        layers: network.layers.count..<network.layers.count, depth: depth, scope: scope, argumentList: arguments))
    return FrameID(network.frames.count - 1)
  }

  /// Closes the running frame; its scope of names is settled and stays.
  mutating func endCall(giving outputs: [NamedTensor], _ names: KnownNames) {
    settleNumbers(names)
    let callee = Int(frame)
    network.frames[callee].output = current.id
    network.frames[callee].outputs = outputs
    network.frames[callee].layers = network.frames[callee].layers.lowerBound..<network.layers.count
  }

  /// The tensor that entered the running call; for the model its first input.
  var inputFlow: Flow {
    if !hasBegun { return .none }
    let input = network.frames[Int(frame)].input
    if !input.isNone { return .tensor(input) }
    return frame > .model ? .unknown : network.inputs.first.map { .tensor($0.tensor) } ?? .unknown
  }

  // MARK: Names

  /// Opens a scope of names.
  ///
  /// - Returns: Its place among the scopes of the network.
  @discardableResult
  mutating func beginScope(_ name: LocalName, shared: Int? = nil) -> Int32 {
    network.scopes.append(NameScope(parent: naming.id, name: name, shared: Int32(shared ?? -1)))
    let scope = Int32(network.scopes.count - 1)
    naming = NamingScope(id: scope, in: network)
    return scope
  }

  /// Ends a scope of names: numbers that labels took after they were given are given again.
  mutating func settleNumbers(_ names: KnownNames) {
    guard naming.hasConflict else { return }
    naming.restartNumbers()
    for index in naming.firstLayer..<network.layers.count where network.layers[index].scope == naming.id {
      let layer = network.layers[index]
      guard layer.name.number > 0, let kind = layer.kind, names.layerSymbols[kind] == layer.name.symbol else {
        continue
      }
      network.layers[index].name = naming.nextLayer(kind, of: names.kinds.count, layer.name.symbol)
      if let weights = layer.weights, network.weights[Int(weights)].layer == index,
        network.weights[Int(weights)].scope == naming.id
      {
        network.weights[Int(weights)].name = network.layers[index].name
      }
    }
    for index in naming.firstScope..<network.scopes.count where network.scopes[index].parent == naming.id {
      let name = network.scopes[index].name
      guard name.number > 0, naming.isCounted(name.symbol) else { continue }
      network.scopes[index].name = naming.nextCall(name.symbol)
    }
  }
}

/// Where the data has come to.
enum Flow: Equatable {
  /// No input has been declared yet.
  case none
  /// A mistake made the tensor unknown; what depends on it is not checked.
  case unknown
  case tensor(TensorID)

  /// The tensor, none where it is not known.
  var id: TensorID {
    switch self {
    case .none, .unknown: .none
    case .tensor(let id): id
    }
  }
}
