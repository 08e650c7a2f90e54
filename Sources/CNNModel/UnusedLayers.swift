import CNNLayers
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

  init(_ network: Network) {
    var isUsed = network.layers.map { $0.kind == nil }
    var isRead = [Bool](repeating: false, count: network.tensors.count)
    for output in network.outputs {
      isUsed[network.tensors[Int(output.tensor)].producer] = true
      isRead[Int(output.tensor)] = true
    }
    // A layer that nothing reads costs what stands before it too, up to what something else reads.
    var end = [Int](repeating: -1, count: network.layers.count)
    var ends: [End] = []
    for index in network.layers.indices.reversed() {
      let layer = network.layers[index]
      let reads = network.tensorsRead(by: layer)
      if isUsed[index] {
        for tensor in reads {
          isUsed[network.tensors[Int(tensor)].producer] = true
          isRead[Int(tensor)] = true
        }
        continue
      }
      if end[index] < 0 {
        end[index] = ends.count
        ends.append(End(layer: index))
      }
      ends[end[index]].costs.add(NetworkCosts.costs(ofLayer: index, in: network))
      ends[end[index]].layerCount += 1
      for tensor in reads where end[network.tensors[Int(tensor)].producer] < 0 {
        end[network.tensors[Int(tensor)].producer] = end[index]
      }
    }
    self.isUsed = isUsed
    self.ends = ends.reversed()
    unreadInputs = network.inputs.filter { input in
      !isRead[Int(input.tensor)] && end[network.tensors[Int(input.tensor)].producer] < 0
    }
  }

  var isEmpty: Bool { ends.isEmpty }
}

extension Network {
  /// The tensors a layer needs: its inputs, and those it takes extents from.
  func tensorsRead(by layer: NetworkLayer) -> [TensorID] {
    guard layer.joinCount == 0, layer.argumentList >= 0 else { return inputs(of: layer) }
    var tensors = inputs(of: layer)
    for argument in arguments[argumentRanges[Int(layer.argumentList)]] {
      if case .tensor(let tensor) = argument.value { tensors.append(tensor.id) }
    }
    return tensors
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
          operation: layer.operation, output: moved(layer.output), frame: layer.frame, stage: layer.stage,
          kindIndex: layer.kindIndex, name: layer.name, scope: layer.scope, input: moved(layer.input),
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
