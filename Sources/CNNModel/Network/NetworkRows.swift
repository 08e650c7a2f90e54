import CNNLayers
import CNNSyntax
import CNNText

/// What a row of a report needs to know beside its numbers.
extension Program {
  /// The line (from 1) of a layer in its file; nil for inputs, whose shape has a place of its own.
  public func place(of layer: NetworkLayer, in network: Network) -> Span? {
    guard let stage = layer.stage else { return nil }
    let tree = tree(network.frames[Int(layer.frame)].file)
    return tree.headSpan(tree.stages[stage.position])
  }

  /// The place of the stage, or of the input's shape, that made a tensor.
  func place(of tensor: TensorID, in network: Network) -> Span? {
    place(of: network.producer(of: tensor), in: network) ?? network.inputs.first { $0.tensor == tensor }?.place
  }

  /// The place of the stage that makes a call; nil for the model itself.
  func place(ofCall frame: Frame, in network: Network) -> Span? {
    guard let stage = frame.stage, frame.parent >= .model else { return nil }
    let tree = tree(network.frames[Int(frame.parent)].file)
    return tree.headSpan(tree.stages[stage.position])
  }

  /// The place of the first stage of a row.
  public func place(of row: Row, in network: Network) -> Span {
    let tree = tree(network.frames[Int(row.frame)].file)
    return tree.headSpan(tree.stages[row.stages.lowerBound])
  }
}

extension Network {
  /// The calls that the stages of a row make, in order.
  public func calls(of row: Row) -> [FrameID] {
    row.frames.filter { frames[$0].parent == row.frame }.map { FrameID($0) }
  }

  /// The tensors that a call was given, each with the name of its parameter.
  public func tensorArguments(of frame: Frame, in program: Program) -> [(parameter: String, tensor: TensorID)] {
    guard let block = frame.block else { return [] }
    let parameters = program.parameterNames(of: program.callable(block))
    var result: [(parameter: String, tensor: TensorID)] = []
    for argument in recordedArguments(frame.argumentList) ?? [] {
      guard case .tensor(let tensor) = argument.value, argument.parameter < parameters.count else { continue }
      result.append((parameters[argument.parameter], tensor.id))
    }
    return result
  }

  /// The layers of a row that stand in its own line, not in the calls it makes.
  public func ownLayers(of row: Row) -> [Int] { row.layers.filter { layers[$0].frame == row.frame } }

  /// What a row is called: by its label, else by what it calls or computes first; nil for rows without layers.
  public func name(of row: Row) -> String? {
    if let label = row.label { return path(LocalName(symbol: label, number: 0), in: row.scope) }
    let firstCall = calls(of: row).first
    let firstLayer = ownLayers(of: row).first
    if let firstCall, firstLayer.map({ frames[Int(firstCall)].layers.lowerBound <= $0 }) ?? true {
      return path(of: frames[Int(firstCall)])
    }
    return firstLayer.map { path(of: layers[$0]) }
  }
}
