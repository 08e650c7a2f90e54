import CNNLayers

/// The shapes of a network worked out again, some inputs or arguments being others.
public struct WhatIf {
  public enum Outcome {
    case shapes([TensorID: Shape])
    /// The first tensor that could not be.
    case breaks(TensorID)
  }

  private let target: TensorID
  private let network: Network
  private let form: NormalForm
  /// What the target depends on, in order, itself the last.
  public let ancestors: [TensorID]

  public init(_ target: TensorID, in network: Network, _ form: NormalForm) {
    self.target = target
    self.network = network
    self.form = form
    var isNeeded = [Bool](repeating: false, count: Int(target) + 1)
    isNeeded[Int(target)] = true
    for index in isNeeded.indices.reversed() where isNeeded[index] {
      for input in network.inputs(of: network.layers[index]) { isNeeded[Int(input)] = true }
    }
    ancestors = isNeeded.indices.filter { isNeeded[$0] }.map { TensorID($0) }
  }

  /// Those that a convolution gives.
  public var convolutions: [TensorID] {
    ancestors.filter { id in
      guard case .convolution = network.producer(of: id).operation else { return false }
      return true
    }
  }

  /// The shapes where some inputs have others, and some layers other arguments, by the names of their parameters.
  public func shapes(
    inputs changedInputs: [TensorID: Shape] = [:], arguments: [TensorID: [String: Value]] = [:]
  ) -> Outcome {
    var shapes: [TensorID: Shape] = [:]
    for id in ancestors {
      let layer = network.producer(of: id)
      let now = network.inputs(of: layer).compactMap { shapes[$0] }
      guard let first = now.first, arguments[id] != nil || now != network.inputShapes(of: layer) else {
        shapes[id] = changedInputs[id] ?? network.outputShape(of: layer)
        continue
      }
      guard let operation = form.operation(of: layer, on: first, with: arguments[id] ?? [:], tensors: shapes),
        let output = try? operation.output(of: first, and: Array(now.dropFirst()))
      else { return .breaks(id) }
      shapes[id] = output
    }
    return .shapes(shapes)
  }
}

extension NormalForm {
  /// What a layer would be on another input, or with other arguments; nil where it cannot be.
  ///
  /// - Parameter tensors: Shapes of tensors that an argument may name, where they are not what they were.
  public func operation(
    of layer: NetworkLayer, on input: Shape, with changes: [String: Value] = [:], tensors: [TensorID: Shape] = [:]
  ) -> Operation? {
    // On other extents a layer that reads several tensors, or is one of several parts, is what it was.
    guard let kind = layer.kind, Catalogue.layers[kind].join == .none, var arguments = arguments(of: layer) else {
      return layer.operation
    }
    let definition = Catalogue.layers[kind].definition()
    let parameters = definition.parameters
    arguments.values = arguments.values.compactMap { argument in
      guard argument.parameter < parameters.count, changes[parameters[argument.parameter].name] == nil else {
        return nil
      }
      guard case .tensor(let tensor) = argument.value, let shape = tensors[tensor.id] else { return argument }
      return .init(
        parameter: argument.parameter, value: .tensor(TensorValue(id: tensor.id, shape: shape)),
        isPositional: argument.isPositional)
    }
    for (name, value) in changes {
      guard let parameter = definition.parameter(named: name) else { return nil }
      arguments.values.append(.init(parameter: parameter, value: value, isPositional: false))
    }
    return try? definition.operation(arguments, input)
  }
}
