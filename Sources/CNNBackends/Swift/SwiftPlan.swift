import CNNLayers
import CNNModel

/// A network as Swift needs it: what each call of a block reads and gives, and what is worth running at all.
struct SwiftPlan {
  /// A part of a body: a layer, or a call of a block.
  struct Step {
    enum Part: Hashable {
      case layer(Int)
      case call(FrameID)
    }

    let part: Part
    /// The tensors it reads, in order; a layer may read one twice.
    let reads: [TensorID]
    /// The tensors it makes that something else reads.
    let gives: [TensorID]
  }

  let network: Network
  /// For each layer what its extents follow, where that is known only when the network runs.
  let fits: [Int: ExtentFit]
  /// Whether something depends on a layer's output.
  private let isLive: [Bool]
  /// For each tensor its last reader; the outputs of the model are read behind the last layer.
  let lastReader: [Int]
  private let children: [[FrameID]]
  /// For each call the shared calls it makes, or calls in it make, that are declared outside.
  let sharedUses: [[Int]]

  /// - Throws: `SwiftError` where a layer's extents follow the size of the input in a way that the engine does not know.
  init(_ input: BackendInput) throws(SwiftError) {
    let network = input.network
    self.network = network
    fits = try ExtentFits(input).fits
    var isLive = [Bool](repeating: false, count: network.layers.count)
    var lastReader = [Int](repeating: -1, count: network.layers.count)
    for output in network.outputs {
      isLive[Int(output.tensor)] = true
      lastReader[Int(output.tensor)] = network.layers.count
    }
    for index in network.layers.indices.reversed() where isLive[index] {
      for tensor in Self.reads(index, network, fits) {
        isLive[Int(tensor)] = true
        lastReader[Int(tensor)] = max(lastReader[Int(tensor)], index)
      }
    }
    self.isLive = isLive
    self.lastReader = lastReader
    var children = [[FrameID]](repeating: [], count: network.frames.count)
    for (index, frame) in network.frames.enumerated().dropFirst() where !frame.layers.isEmpty {
      children[Int(frame.parent)].append(FrameID(index))
    }
    self.children = children
    sharedUses = Self.sharedUses(network)
  }

  /// What each call uses of what is shared outside it, in the order of the declarations.
  private static func sharedUses(_ network: Network) -> [[Int]] {
    var uses = [Set<Int>](repeating: [], count: network.frames.count)
    func use(_ shared: Int, in frame: FrameID) {
      var frame = frame
      while frame != network.sharedCalls[shared].frame, frame > .model {
        uses[Int(frame)].insert(shared)
        frame = network.frames[Int(frame)].parent
      }
    }
    if network.sharedCalls.isEmpty { return uses.map { Array($0) } }
    for index in network.layers.indices {
      if let shared = network.sharedCall(ofLayer: index) { use(shared, in: network.layers[index].frame) }
    }
    for frame in network.frames.dropFirst() where !frame.layers.isEmpty {
      if let shared = network.sharedCall(of: frame) { use(shared, in: frame.parent) }
    }
    return uses.map { $0.sorted() }
  }

  private static func reads(_ layer: Int, _ network: Network, _ fits: [Int: ExtentFit]) -> [TensorID] {
    network.inputs(of: network.layers[layer]) + (fits[layer]?.other.map { [$0] } ?? [])
  }

  /// The steps of a body in the order of execution; those that nothing depends on are there too, and give nothing.
  func steps(of frame: FrameID) -> [Step] {
    var steps: [Step] = []
    var index = network.frames[Int(frame)].layers.lowerBound
    var calls = children[Int(frame)][...]
    while index < network.frames[Int(frame)].layers.upperBound {
      if let call = calls.first, network.frames[Int(call)].layers.contains(index) {
        calls.removeFirst()
        steps.append(Step(part: .call(call), reads: reads(of: call), gives: gives(of: call)))
        index = network.frames[Int(call)].layers.upperBound
      } else {
        if !network.inputs(of: network.layers[index]).isEmpty {
          let reads = Self.reads(index, network, fits)
          steps.append(Step(part: .layer(index), reads: reads, gives: isLive[index] ? [TensorID(index)] : []))
        }
        index += 1
      }
    }
    return steps
  }

  /// The tensors from outside that a call reads, its own input first.
  func reads(of call: FrameID) -> [TensorID] {
    let frame = network.frames[Int(call)]
    var seen: Set<TensorID> = []
    var tensors: [TensorID] = []
    for index in frame.layers where isLive[index] {
      for tensor in Self.reads(index, network, fits) where !frame.layers.contains(Int(tensor)) {
        if seen.insert(tensor).inserted { tensors.append(tensor) }
      }
    }
    if let own = tensors.firstIndex(of: frame.input) { tensors.insert(tensors.remove(at: own), at: 0) }
    return tensors
  }

  /// The tensors of a call that are read outside, its own output first.
  func gives(of call: FrameID) -> [TensorID] {
    let frame = network.frames[Int(call)]
    var tensors: [TensorID] = frame.layers.filter { lastReader[$0] >= frame.layers.upperBound }.map { TensorID($0) }
    if let own = tensors.firstIndex(of: frame.output) { tensors.insert(tensors.remove(at: own), at: 0) }
    return tensors
  }
}

extension Network {
  /// Whether a call is one of what is shared, or lies in one.
  func isShared(_ call: FrameID) -> Bool {
    if sharedCalls.isEmpty { return false }
    var frame = call
    while frame > .model {
      if sharedCall(of: frames[Int(frame)]) != nil { return true }
      frame = frames[Int(frame)].parent
    }
    return false
  }
}

/// Why a network has no form in Swift.
public struct SwiftError: Error, Hashable, Sendable {
  /// A sentence.
  public let description: String
}

/// What the extents of layers follow where one shape does not tell: in networks of symbols, and where a size was rounded.
private struct ExtentFits {
  private(set) var fits: [Int: ExtentFit] = [:]

  init(_ input: BackendInput) throws(SwiftError) {
    let hasSymbols = input.network.sizes != nil
    lazy var normalForm = NormalForm(input.model, of: input.program)
    let kinds = Catalogue.layers
    for (index, layer) in input.network.layers.enumerated() {
      // What is shared runs on inputs of several extents.
      let isSymbolic =
        hasSymbols || input.network.isShared(layer.frame) || input.network.sharedCall(ofLayer: index) != nil
      let shape = input.network.firstInputShape(of: layer)
      if let window = layer.operation.window ?? layer.operation.undoneWindow {
        // At a stride of 1 the padding is the same for every size.
        let isFixed = (0..<Int(shape.rank)).allSatisfy { window.stride[$0] == 1 }
        if isSymbolic, window.isSame, !isFixed { fits[index] = ExtentFit(extents: [], other: nil) }
      } else if layer.operation.isMadeToSize, let kind = layer.kind, let arguments = normalForm.arguments(of: layer),
        let changes = try? kinds[kind].definition().changes?(arguments, shape),
        isSymbolic || changes.contains(where: Self.isBrokenFactor)
      {
        fits[index] = try Self.fit(changes, input.network.path(of: layer))
      } else if isSymbolic, case .reshape(let target) = layer.operation {
        fits[index] = try Self.reshape(to: target, of: layer, in: input.network)
      }
    }
  }

  /// Nil where the new shape does not depend on the size of the network's input.
  private static func reshape(
    to target: Shape, of layer: NetworkLayer, in network: Network
  ) throws(SwiftError) -> ExtentFit? {
    let isOpen = (0..<Int(target.rank)).map { network.sizes?.extent(of: layer.output, axis: $0) != nil }
    let count = isOpen.count { $0 }
    guard count > 0 else { return nil }
    guard count == 1 else {
      throw SwiftError(
        description: """
          `\(network.path(of: layer))` gives a shape of which more than one extent depends on the size of the input; \
          generated Swift works out one
          """)
    }
    let extents = target.extents.enumerated().map { axis, extent in
      axis < isOpen.count && isOpen[axis] ? ExtentFit.Extent.open : .number(extent)
    }
    return ExtentFit(reshape: extents)
  }

  /// A factor that is not whole has to be told in a network of one size too: it cannot be found from the extents, one of
  /// which may be rounded.
  private static func isBrokenFactor(_ change: ExtentChange?) -> Bool {
    if case .rule(let rule)? = change { rule.divisor > 1 } else { false }
  }

  /// Nil where the layer's numbers do not depend on the size of its input.
  private static func fit(_ changes: [ExtentChange?], _ layer: String) throws(SwiftError) -> ExtentFit? {
    var extents: [ExtentFit.Extent] = []
    var other: TensorID?
    for change in changes {
      switch change {
      case nil, .needed?: return nil
      case .rule(let rule)?:
        extents.append(rule.isIdentity ? .kept : .scaled(by: rule.factor, over: rule.divisor))
      case .taken(.known(let cells))?, .cut(.known(let cells))?: extents.append(.cells(cells))
      case .taken(.tensor(let tensor))?, .cut(.tensor(let tensor))?:
        extents.append(.like)
        other = tensor
      case .taken(.expression)?, .cut(.expression)?:
        throw SwiftError(
          description: """
            the size that `\(layer)` is given is an expression of the input's size, which generated Swift does not work \
            out; name a tensor of that size (`like`), or fix the input's size with `-D`
            """)
      }
    }
    return ExtentFit(extents: extents, other: other)
  }
}
