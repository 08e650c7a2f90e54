import CNNLayers
import CNNSyntax
import CNNText

/// What nothing reads and is no output is no part of a network: it is not counted, drawn or written, and has no weights.
struct UnusedLayers {
  /// A layer whose output nothing reads, with what only it needs.
  struct End: Sendable {
    let layer: Int
    var costs = LayerCosts()
    var layerCount = 0
  }

  /// For each layer whether an output depends on it; inputs always count as used.
  let isUsed: [Bool]
  let ends: [End]
  /// Inputs that nothing reads.
  let unreadInputs: [NamedTensor]

  /// Nil where everything is read, or is an output.
  init?(_ network: Network) {
    var isRead = [Bool](repeating: false, count: network.tensors.count)
    for output in network.outputs { isRead[Int(output.tensor)] = true }
    for index in network.layers.indices {
      network.forEachTensorRead(by: index) { isRead[Int($0)] = true }
    }
    if isRead.allSatisfy(\.self) { return nil }

    var isUsed = network.layers.map { $0.kind == nil }
    for output in network.outputs { isUsed[network.tensors[Int(output.tensor)].producer] = true }
    // A layer that nothing reads costs what stands before it too, up to what something else reads.
    var end = [Int](repeating: -1, count: network.layers.count)
    var ends: [End] = []
    for index in network.layers.indices.reversed() {
      if isUsed[index] {
        network.forEachTensorRead(by: index) { isUsed[network.tensors[Int($0)].producer] = true }
        continue
      }
      if end[index] < 0 {
        end[index] = ends.count
        ends.append(End(layer: index))
      }
      ends[end[index]].costs.add(NetworkCosts.costs(ofLayer: index, in: network))
      ends[end[index]].layerCount += 1
      network.forEachTensorRead(by: index) { tensor in
        let producer = network.tensors[Int(tensor)].producer
        if end[producer] < 0 { end[producer] = end[index] }
      }
    }
    self.isUsed = isUsed
    self.ends = ends.reversed()
    unreadInputs = network.inputs.filter { !isRead[Int($0.tensor)] }
  }

  var isEmpty: Bool { ends.isEmpty }

  /// What is left out with a layer, by its name and place: the layer, or the outermost call of which nothing is used.
  func part(of end: End, in network: Network, _ program: Program) -> (name: String, place: Span)? {
    let layer = network.layers[end.layer]
    var result = program.place(of: layer, in: network).map { (network.path(of: layer), $0) }
    var id = layer.frame
    while id > .model, network.frames[Int(id)].layers.allSatisfy({ !isUsed[$0] }) {
      let frame = network.frames[Int(id)]
      if let place = program.place(ofCall: frame, in: network) { result = (network.path(of: frame), place) }
      id = frame.parent
    }
    return result
  }
}

extension Network {
  /// Goes through the tensors a layer needs: its inputs, and those it takes extents from.
  @inline(__always)
  fileprivate func forEachTensorRead(by index: Int, _ visit: (TensorID) -> Void) {
    let (input, start, count) = (layers[index].input, Int(layers[index].joinStart), Int(layers[index].joinCount))
    if count > 0 {
      for place in start..<start + count { visit(joinInputs[place]) }
      return
    }
    if !input.isNone { visit(input) }
    let list = layers[index].argumentList
    if list < 0 { return }
    for argument in arguments[argumentRanges[Int(list)]] {
      if case .tensor(let tensor) = argument.value { visit(tensor.id) }
    }
  }

  /// Whether a layer needs a tensor.
  func isRead(_ tensor: TensorID) -> Bool {
    var isRead = false
    for index in layers.indices where !isRead { forEachTensorRead(by: index) { if $0 == tensor { isRead = true } } }
    return isRead
  }

  /// The network of the layers that are used, and the new place of each of its tensors.
  func keeping(_ isUsed: [Bool]) -> (network: Network, tensors: [TensorID]) {
    var result = self
    var newLayer: [Int] = []
    newLayer.reserveCapacity(layers.count + 1)
    var count = 0
    for isUsed in isUsed {
      newLayer.append(count)
      if isUsed { count += 1 }
    }
    newLayer.append(count)
    var newTensor = [TensorID](repeating: .none, count: tensors.count)
    result.tensors = []
    for (index, tensor) in tensors.enumerated() where isUsed[tensor.producer] {
      newTensor[index] = TensorID(result.tensors.count)
      result.tensors.append(
        NetworkTensor(shape: tensor.shape, producerIndex: Int32(truncatingIfNeeded: newLayer[tensor.producer])))
    }
    func moved(_ tensor: TensorID) -> TensorID { tensor.isNone ? .none : newTensor[Int(tensor)] }
    func moved(_ range: Range<Int>) -> Range<Int> { newLayer[range.lowerBound]..<newLayer[range.upperBound] }
    /// The last tensor that is left of a part, where its own end is not.
    func end(_ tensor: TensorID, of layers: Range<Int>) -> TensorID {
      if !moved(tensor).isNone { return moved(tensor) }
      return layers.last { isUsed[$0] }.map { moved(self.layers[$0].output) } ?? .none
    }

    var newWeights = [WeightsID?](repeating: nil, count: weights.count)
    result.weights = []
    result.layers = []
    result.joinInputs = []
    for (index, layer) in layers.enumerated() where isUsed[index] {
      var weightsID: WeightsID?
      if let id = layer.weights {
        weightsID = newWeights[Int(id)]
        if weightsID == nil {
          weightsID = WeightsID(result.weights.count)
          newWeights[Int(id)] = weightsID
          let set = weights[Int(id)]
          result.weights.append(
            WeightSet(
              layerIndex: Int32(truncatingIfNeeded: result.layers.count), name: set.name, scope: set.scope,
              sharedIndex: set.sharedIndex))
        }
      }
      let joined = layer.joinCount > 0 ? inputs(of: layer).map(moved) : []
      result.layers.append(
        NetworkLayer(
          operation: layer.operation, kindIndex: layer.kindIndex, output: moved(layer.output), frame: layer.frame,
          stageIndex: layer.stageIndex, name: layer.name, scope: layer.scope, input: moved(layer.input),
          joinStart: Int32(truncatingIfNeeded: result.joinInputs.count), joinCount: layer.joinCount,
          argumentList: layer.argumentList, weightsIndex: weightsID?.index ?? -1))
      result.joinInputs += joined
    }
    for index in result.arguments.indices {
      guard case .tensor(let tensor) = arguments[index].value else { continue }
      result.arguments[index] = .init(
        parameter: arguments[index].parameter,
        value: .tensor(TensorValue(id: moved(tensor.id), shape: tensor.shape)),
        isPositional: arguments[index].isPositional)
    }
    result.inputs = inputs.map { NamedTensor(name: $0.name, tensor: moved($0.tensor), place: $0.place) }
    result.outputs = outputs.map { NamedTensor(name: $0.name, tensor: moved($0.tensor), place: $0.place) }
    for index in frames.indices {
      result.frames[index].layers = moved(frames[index].layers)
      result.frames[index].outputs = frames[index].outputs.compactMap { output in
        let tensor = moved(output.tensor)
        return tensor.isNone ? nil : NamedTensor(name: output.name, tensor: tensor, place: output.place)
      }
      result.frames[index].input = moved(frames[index].input)
      result.frames[index].output = end(frames[index].output, of: frames[index].layers)
    }
    result.rows = rows.compactMap { row in
      var kept = row
      kept.input = moved(row.input)
      kept.output = end(row.output, of: row.layers)
      let layers = moved(row.layers)
      kept.layerIndices.move(to: layers)
      return kept.output.isNone || layers.isEmpty && !row.layers.isEmpty ? nil : kept
    }
    result.sizes?.move(newTensor)
    return (result, newTensor)
  }
}
