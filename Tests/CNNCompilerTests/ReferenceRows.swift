import CNNModel

@testable import CNNLayers

/// A layer of a network, as the program or as a reference file has it.
struct ModelRow {
  var name: String
  var operation: Operation
  /// Positions in the same list.
  var inputs: [Int]
  var inputShapes: [Shape]
  var output: Shape
  var parameters: Int64
  var statistics: Int64
  var multiplyAdds: Int64
  /// Nil for a source, which depends on no cell of an input; the language lets it pass for one that depends on the cells
  /// of the tensor it enters beside.
  var field: ReceptiveField?
  /// The row that ran first with the same weights, where this one is not the first.
  var sharesWith: Int?
}

/// Rows that a framework runs and the language has no layer for, or runs as one where the language has two.
enum FrameworkRow: String, CaseIterable {
  /// PyTorch's maps have their channels first; ConvNeXt's normalisations and linear layers want them last, as the
  /// language's always are.
  case channelsLast
  /// Keras scales the pixels inside of the model.
  case preprocessing
  /// A global pool that keeps its axes and is flattened at once, where `globalavgpool` gives the vector.
  case flattenedPool
  /// A global pool that loses its axes and gets them back at once, where `globalavgpool keep` keeps them.
  case reshapedPool
  /// Keras's `activation` argument, where the language has a layer.
  case activation
  /// Zeros laid before a sequence, where a convolution of the language has `pad causal`.
  case causalPadding
}

/// What of a reference file cannot be understood.
struct ReferenceFault: Error {
  let text: String
}

extension ReferenceModel {
  /// The rows of the file as the program must give them, and how many of the framework's own were left out or added.
  func rows() throws -> (rows: [ModelRow], outputs: [Int], framework: [FrameworkRow: Int]) {
    var rows: [ModelRow] = []
    var framework: [FrameworkRow: Int] = [:]
    // Where each tensor of the file is found among the rows.
    var positions: [Source: Int] = [:]
    // Zeros that a framework lays before a sequence, to be part of the windows that read it.
    var padded: [Int: Int32] = [:]
    for layer in layers {
      let inputs = try layer.inputs.map { source in
        guard let position = positions[source] else {
          throw ReferenceFault(text: "\(layer.name) reads the unknown \(source.row)")
        }
        return position
      }
      let result = Source(row: layer.id, part: 0)
      if let kind = frameworkRow(layer, rows, inputs) {
        framework[kind, default: 0] += 1
        positions[result] = inputs[0]
        switch kind {
        case .flattenedPool, .reshapedPool: try mergePool(layer, into: &rows[inputs[0]])
        case .causalPadding: padded[layer.id] = layer.attributes["pad"]?.integers?.first
        case .channelsLast, .preprocessing, .activation: break
        }
        continue
      }
      let first = layer.sharedWith.flatMap { positions[Source(row: $0, part: 0)] }
      if layer.kind == "split" {
        for (part, row) in try parts(of: layer, inputs).enumerated() {
          positions[Source(row: layer.id, part: part)] = rows.count
          rows.append(row)
        }
        continue
      }
      var row = try row(layer, inputs, rows)
      row.sharesWith = first
      if let zeros = layer.inputs.first.flatMap({ padded[$0.row] }) { try row.pad(before: zeros) }
      rows.append(row)
      if let activation = layer.attributes["activation"]?.text {
        framework[.activation, default: 0] += 1
        rows.append(try self.activation(activation, after: rows.count - 1, rows))
      }
      positions[result] = rows.count - 1
    }
    return (rows, outputs.compactMap { positions[Source(row: $0, part: 0)] }, framework)
  }

  private func frameworkRow(_ layer: Layer, _ rows: [ModelRow], _ inputs: [Int]) -> FrameworkRow? {
    switch layer.kind {
    case "permute": return .channelsLast
    case "rescale", "normalize": return .preprocessing
    case "pad": return layer.attributes["pad"]?.integers?.count == 2 ? .causalPadding : nil
    case "flatten", "reshape":
      guard case .globalPool(_, let keepsAxes) = rows[inputs[0]].operation else { return nil }
      return keepsAxes ? .flattenedPool : .reshapedPool
    default: return nil
    }
  }

  /// A global pool takes the shape that the row behind it gives its output.
  private func mergePool(_ layer: Layer, into row: inout ModelRow) throws {
    row.output = try shape(layer.outputs.shapes[0], of: layer)
    row.operation = .globalPool(.average, keepsAxes: !row.output.isVector)
  }

  private func row(_ layer: Layer, _ inputs: [Int], _ rows: [ModelRow]) throws -> ModelRow {
    let field = Self.receptiveField(layer.field)
    guard field != nil || layer.field == .text("constant") else {
      throw ReferenceFault(text: "the field of \(layer.name)")
    }
    guard layer.outputs.shapes.count == 1 else { throw ReferenceFault(text: "\(layer.name) gives several tensors") }
    // A vector of weights stays one, and the maps that it meets do not change it.
    let inputShapes = try zip(inputs, layer.inputShapes).map { input, extents in
      if case .learned(let shape, _) = rows[input].operation { shape } else { try shape(extents, of: layer) }
    }
    let isLearned = layer.kind == "learned"
    let output = try shape(
      isLearned ? layer.attributes["shape"]?.integers ?? [] : layer.outputs.shapes[0], of: layer)
    return ModelRow(
      name: layer.name,
      operation: try layer.operation(on: inputShapes.first ?? output, giving: output, order: order(of: layer)),
      inputs: inputs, inputShapes: inputShapes, output: output,
      parameters: layer.parameters - (layer.notTrained ?? 0),
      statistics: layer.statistics ?? layer.notTrained ?? 0,
      multiplyAdds: layer.multiplyAdds, field: field)
  }

  /// A slice for each part.
  private func parts(of layer: Layer, _ inputs: [Int]) throws -> [ModelRow] {
    guard let field = Self.receptiveField(layer.field), let axis = layer.axis(order(of: layer)) else {
      throw ReferenceFault(text: "the parts of \(layer.name)")
    }
    let inputShapes = try layer.inputShapes.map { try shape($0, of: layer) }
    var start: Int32 = 0
    return try layer.outputs.shapes.map { extents in
      let output = try shape(extents, of: layer)
      defer { start += output.extent(axis) }
      return ModelRow(
        name: layer.name, operation: .slice(axis, start: start, count: output.extent(axis)), inputs: inputs,
        inputShapes: inputShapes, output: output, parameters: 0, statistics: 0, multiplyAdds: 0, field: field)
    }
  }

  private func activation(_ name: String, after index: Int, _ rows: [ModelRow]) throws -> ModelRow {
    var row = rows[index]
    guard let operation = Layer.activation(name, [:]) else { throw ReferenceFault(text: "the activation \(name)") }
    row.operation = operation
    row.name += "." + name
    row.inputs = [index]
    row.inputShapes = [row.output]
    (row.parameters, row.statistics, row.multiplyAdds) = (0, 0, 0)
    return row
  }

  private func shape(_ extents: [Int32], of layer: Layer) throws -> Shape {
    let ordered = order(of: layer) == .channelsFirst ? Array(extents.dropFirst()) + extents.prefix(1) : extents
    guard let shape = Shape(ordered) else { throw ReferenceFault(text: "the shape of \(layer.name)") }
    return shape
  }
  private func order(of layer: Layer) -> AxisOrder {
    hasChannelsFirst && layer.layout != "HWC" ? .channelsFirst : .channelsLast
  }
}

extension ModelRow {
  /// Makes zeros before a sequence part of the window that reads it.
  fileprivate mutating func pad(before zeros: Int32) throws {
    guard case .convolution(var window, let filters, let groups, let bias) = operation, inputShapes.count == 1,
      let input = Shape([inputShapes[0].spatial[0] - zeros, inputShapes[0].channels])
    else { throw ReferenceFault(text: "the zeros before \(name)") }
    window.before[0] += zeros
    operation = .convolution(window, filters: filters, groups: groups, bias: bias)
    inputShapes = [input]
  }
}
