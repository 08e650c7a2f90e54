import CNNLayers
import CNNSyntax
import CNNText

/// Where a tensor comes from, for messages: its line, the layers above it, the costliest of them.
extension ModelWords {
  /// The place of the stage, or of the input's shape, that made a tensor.
  func place(of tensor: TensorID) -> Span? { program.place(of: tensor, in: network) }

  /// The place of a tensor; of an input written in one word only its spatial extents: `224x224` of `224x224x3`.
  func spatialPlace(of tensor: TensorID) -> Span? {
    guard let place = place(of: tensor) else { return nil }
    let text = Array(program.sources.text(place).utf8)
    guard network.producer(of: tensor).stage == nil, text.first != UInt8(ascii: "["),
      let cut = text.lastIndex(of: UInt8(ascii: "x"))
    else { return place }
    return Span(file: place.file, start: place.start, end: place.start + UInt32(cut))
  }

  /// The place of a layer with its label; of an input its shape.
  private func linePlace(of tensor: TensorID) -> Message {
    let layer = network.producer(of: tensor)
    guard let stage = layer.stage else { return place(of: tensor).map { "\(point: $0)" } ?? "" }
    let tree = program.tree(network.frames[Int(layer.frame)].file)
    return "\(point: tree.span(tree.stages[stage.position]))"
  }

  /// The tensors from the input down to one, by way of the first input of joins.
  func chain(of tensor: TensorID) -> [TensorID] {
    var chain: [TensorID] = []
    var id: TensorID? = tensor
    while let tensor = id {
      chain.append(tensor)
      id = network.inputs(of: network.producer(of: tensor)).first
    }
    return chain.reversed()
  }

  /// The stage of a layer as it is written.
  func source(of layer: NetworkLayer) -> String {
    guard let stage = layer.stage else { return "input" }
    let tree = program.tree(network.frames[Int(layer.frame)].file)
    return tree.source.text(tree.headSpan(tree.stages[stage.position]))
  }

  /// Every layer on the way that has a say in the first spatial axis that differs.
  func extentTable(of tensor: TensorID, _ expected: [Int32?]) -> Diagnostic.Remark? {
    let shape = network.shape(of: tensor)
    let actual = shape.extents
    let axes = (0..<Int(shape.rank)).filter { expected[$0] != nil && expected[$0] != actual[$0] }
    guard let axis = axes.first else { return nil }
    var rows: [[Message]] = []
    for id in chain(of: tensor) {
      let layer = network.producer(of: id)
      let input = network.firstInputShape(of: layer)
      let isStart = network.inputs(of: layer).isEmpty
      guard network.outputShape(of: layer).rank == shape.rank, let place = place(of: id) else { continue }
      let arithmetic = layer.operation.arithmetic(axis: axis, input: input, output: network.outputShape(of: layer))
      guard isStart || arithmetic != nil else { continue }
      rows.append([
        Message(String(network.outputShape(of: layer).spatial[axis])), Message(network.path(of: layer)),
        "\(point: place)",
        Message(arithmetic.map { $0.rounding == .exact ? $0.formula : $0.text } ?? ""),
      ])
    }
    if rows.count > 12 { rows = rows.prefix(2) + [["...", "", "", ""]] + rows.suffix(9) }
    let names = (0..<Int(shape.rank)).filter { actual[$0] == actual[axis] }.map { shape.axisName($0) }
    return .why(
      "\(names.joined(separator: " and ")), from the input down",
      table: .init([.right, .left, .left, .left], rows))
  }

  /// Whether `pad same` on the convolutions above would give what was expected.
  func paddingHelp(_ tensor: TensorID, _ expected: [Int32?]) -> [Diagnostic.Remark] {
    let chain = chain(of: tensor)
    let rank = Int(network.shape(of: tensor).rank)
    guard rank > 0, let start = chain.first else { return [] }
    var spatial = network.shape(of: start).spatial
    var names: [String] = []
    var extents: [Int32] = []
    for id in chain.dropFirst() {
      let layer = network.producer(of: id)
      guard var window = layer.operation.window else { continue }
      let input = Shape(rank: rank, spatial: spatial, channels: 1)
      if case .convolution = layer.operation, (0..<rank).contains(where: { window.reach($0) > 1 }),
        (0..<rank).allSatisfy({ window.before[$0] == 0 && window.after[$0] == 0 })
      {
        guard
          let same = try? Window(
            kernel: window.kernel, stride: window.stride, dilation: window.dilation, padding: .same, input: input)
        else { return [] }
        window = same
        names.append(network.path(of: layer))
      }
      guard let output = try? window.output(of: input) else { return [] }
      if output != spatial || names.last == network.path(of: layer) { extents.append(output[0]) }
      spatial = output
    }
    let fits = (0..<rank).allSatisfy { expected[$0] == nil || expected[$0] == spatial[$0] }
    guard fits, !names.isEmpty, names.count <= 4 else { return [] }
    let list = names.count == 1 ? names[0] : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    return [.help("`pad same` on \(list) gives \(extents.map(String.init).joined(separator: ", "))")]
  }

  /// The layers that cost most by a measure, with their shares.
  func costliest(_ measure: Measure) -> [Diagnostic.Remark] {
    let costs = NetworkCosts(network)
    let values: [Int64]
    switch measure {
    case .parameters: values = costs.layers.map(\.parameters)
    case .macs: values = costs.layers.map(\.multiplyAdds)
    case .memory: return [largestTensors()]
    case .receptivefield: return []
    }
    let total = values.reduce(0, +)
    let order = values.indices.filter { values[$0] > 0 }.sorted { values[$0] > values[$1] }
    guard total > 0 else { return [] }
    var rows: [[Message]] = order.prefix(3).map { index in
      let layer = network.layers[index]
      return [
        Message(network.path(of: layer)), Message(values[index].grouped), Message(Self.share(values[index], total)),
        Message(source(of: layer)), linePlace(of: TensorID(index)),
        Message(measure == .parameters ? parameterArithmetic(layer) : ""),
      ]
    }
    if order.count > 3 {
      let rest = order.dropFirst(3).map { values[$0] }.reduce(0, +)
      rows.append([
        Message("\(order.count - 3) others"), Message(rest.grouped), Message(Self.share(rest, total)), "", "", "",
      ])
    }
    return [.why("the costliest layers", table: .init([.left, .right, .right, .left, .left, .left], rows))]
  }

  private func largestTensors() -> Diagnostic.Remark {
    let order = network.layers.indices.sorted {
      network.outputShape(of: network.layers[$0]).elements > network.outputShape(of: network.layers[$1]).elements
    }
    let rows: [[Message]] = order.prefix(3).map { index in
      let layer = network.layers[index]
      return [
        Message(network.path(of: layer)), Message((network.outputShape(of: layer).elements * 4).grouped),
        Message(network.outputShape(of: layer).description), linePlace(of: TensorID(index)),
      ]
    }
    return .why("the largest tensors, in bytes", table: .init([.left, .right, .left, .left], rows))
  }

  static func share(_ part: Int64, _ total: Int64) -> String {
    let tenths = (Double(part) / Double(total) * 1000).rounded()
    return "\(Int64(tenths) / 10).\(Int64(tenths) % 10) %"
  }

  /// `9216 * 4096 + 4096`
  private func parameterArithmetic(_ layer: NetworkLayer) -> String {
    layer.operation.weights(for: network.firstInputShape(of: layer)).filter(\.isTrained)
      .map { $0.shape.map(String.init).joined(separator: " * ") }.joined(separator: " + ")
  }
}
