import CNNLayers
import CNNModel

/// The shapes of a network worked out again, some arguments being others.
struct WhatIf {
  enum Outcome {
    case shapes([TensorID: Shape])
    /// The first layer that could not be.
    case breaks(LayerFacts)
  }

  private let target: LayerFacts
  /// What the target depends on, in order, itself the last.
  private let ancestors: [TensorID]

  init(_ target: LayerFacts) {
    self.target = target
    let network = target.network
    var isNeeded = [Bool](repeating: false, count: Int(target.id) + 1)
    isNeeded[Int(target.id)] = true
    for index in isNeeded.indices.reversed() where isNeeded[index] {
      for input in network.inputs(of: network.layers[index]) { isNeeded[Int(input)] = true }
    }
    ancestors = isNeeded.indices.filter { isNeeded[$0] }.map { TensorID($0) }
  }

  /// The layers the target depends on that have the window of a convolution.
  var convolutions: [LayerFacts] {
    ancestors.filter { id in
      guard case .convolution = target.network.producer(of: id).operation else { return false }
      return true
    }.map(target.facts)
  }

  /// Gives the named convolutions another padding.
  func padding(_ word: Word, on convolutions: [LayerFacts]) -> Outcome {
    let changed = Set(convolutions.map(\.id))
    var shapes: [TensorID: Shape] = [:]
    for id in ancestors {
      let layer = target.network.producer(of: id)
      let inputs = target.network.inputs(of: layer)
      let now = inputs.compactMap { shapes[$0] }
      guard let first = now.first, changed.contains(id) || now != target.network.inputShapes(of: layer) else {
        shapes[id] = target.network.outputShape(of: layer)
        continue
      }
      let facts = target.facts(of: id)
      let arguments: [String: Value] = changed.contains(id) ? ["pad": .word(word)] : [:]
      guard let operation = facts.operation(on: first, with: arguments, tensors: shapes),
        let output = try? operation.output(of: first, and: Array(now.dropFirst()))
      else { return .breaks(facts) }
      shapes[id] = output
    }
    return .shapes(shapes)
  }
}

extension LayerFacts {
  /// What the layer would be on another input, or with other arguments; nil where it cannot be.
  ///
  /// - Parameter tensors: Shapes of tensors that an argument may name, where they are not what they were.
  func operation(
    on input: Shape, with changes: [String: Value] = [:], tensors: [TensorID: Shape] = [:]
  ) -> Operation? {
    // On other extents a layer that reads several tensors, or is one of several parts, is what it was.
    guard let kind = layer.kind, Catalogue.layers[kind].join == .none, var arguments = form.arguments(of: layer) else {
      return operation
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
