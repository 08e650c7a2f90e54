import CNNLayers
import CNNSyntax
import CNNText

/// The words for shapes that do not fit, with the arithmetic that led to them.
extension Expander {
  func words(_ fact: ShapeFact, at span: Span, frame: FrameID) -> Diagnostic {
    switch fact {
    case .layer(let error, let layer, let inputs): words(error, layer: layer, inputs, span, frame)
    case .assertion(let expected, let found): words(expected: expected, found: found, span)
    case .remainder(let remainders, let tensor): words(remainders, tensor, span)
    case .expectation(let expectation): words(expectation, span)
    }
  }

  // MARK: Layers and joins

  private func words(
    _ error: LayerError, layer: String, _ inputs: [JoinInput], _ span: Span, _ frame: FrameID
  ) -> Diagnostic {
    if case .inputsDiffer(let first, let second, let axis) = error.fault {
      return mismatch(inputs, first, second, axis, layer: layer, span)
    }
    let input = inputs.first.map { network.shape(of: $0.tensor) }
    let words = LayerMessage(error, layer: layer, input: input, text: text)
    var secondary: [Diagnostic.Label] = []
    if let input = inputs.first, let shape = input.span == nil ? network.shape(of: input.tensor) : nil,
      let place = place(of: input.tensor), place.file == span.file, !place.overlaps(span), words.code != .typeMismatch
    {
      secondary.append(.init(place, "\(shape) comes from here"))
    }
    return Diagnostic(words.code, words.message, at: span, words.label, secondary: secondary, remarks: words.remarks)
  }

  private func mismatch(
    _ inputs: [JoinInput], _ first: Int, _ second: Int, _ axis: Int, layer: String, _ span: Span
  ) -> Diagnostic {
    var secondary: [Diagnostic.Label] = []
    var remarks: [Diagnostic.Remark] = []
    for index in [first, second] where index < inputs.count {
      let input = inputs[index]
      guard let place = input.span ?? place(of: input.tensor) else { continue }
      secondary.append(.init(place, Message(network.shape(of: input.tensor).description)))
    }
    let shapes = [first, second].map { network.shape(of: inputs[$0].tensor) }
    if axis >= 0, axis < Int(shapes[0].rank) {
      for index in [first, second] {
        if let reason = lastRounding(of: inputs[index].tensor, axis) { remarks.append(.why(reason)) }
      }
    }
    let what = inputs.count == 2 && secondary.count < 2 ? "tensors" : "branches"
    let rule =
      axis < 0
      ? "they have \(shapes[0].rank) and \(shapes[1].rank) spatial axes"
      : layer == "concat" ? "they may differ in channels only" : "every branch must have the same shape"
    return Diagnostic(
      .shapeMismatch, "the \(what) of this `\(layer)` differ in shape", at: span, Message(rule), secondary: secondary,
      remarks: remarks + stepHelp(inputs, first, second, axis))
  }

  /// The arithmetic of the last layer that changed an axis.
  private func lastRounding(of tensor: TensorID, _ axis: Int) -> Message? {
    for id in chain(of: tensor).reversed() {
      let layer = network.layers[Int(id)]
      let input = network.firstInputShape(of: layer)
      guard let arithmetic = layer.operation.arithmetic(axis: axis, input: input, output: layer.output),
        arithmetic.result != Int64(input.spatial[axis])
      else { continue }
      return "\(network.path(of: layer)): \(arithmetic.text)"
    }
    return nil
  }

  /// Where one branch makes steps and the other none, the other must make them too.
  private func stepHelp(
    _ inputs: [JoinInput], _ first: Int, _ second: Int, _ axis: Int
  ) -> [Diagnostic.Remark] {
    let shapes = [first, second].map { network.shape(of: inputs[$0].tensor) }
    guard axis >= 0, axis < Int(shapes[0].rank) else {
      guard axis >= 0 else { return [] }
      return [.help("`conv \(shapes[0].channels), 1x1` gives the second as many channels as the first")]
    }
    let (a, b) = (Int64(shapes[0].spatial[axis]), Int64(shapes[1].spatial[axis]))
    let (small, large) = (min(a, b), max(a, b))
    let name = shapes[0].axisName(axis)
    if small > 0, (large + small / 2) / small >= 2 {
      return [
        .help(
          "let both branches make the same steps: one is \((large + small / 2) / small) times the \(name) of the other")
      ]
    }
    return [.help("`crop like` the smaller takes the \(large - small) cells of \(name) away")]
  }

  // MARK: Assertions

  private func words(expected: [Int32?], found: TensorID, _ span: Span) -> Diagnostic {
    let layer = network.layers[Int(found)]
    let shape = layer.output
    let actual = shape.extents
    let wanted = expected.map { $0.map(String.init) ?? "_" }.joined(separator: "x")
    guard actual.count == expected.count else {
      return Diagnostic(
        .shapeAssertion, "this is \(shape), not \(wanted)", at: span, Message(shape.description))
    }
    let channelsAgree = expected.last.flatMap { $0 }.map { $0 == actual.last } ?? true
    let spatialAgrees = zip(expected, actual).dropLast().allSatisfy { $0 == nil || $0 == $1 }
    if spatialAgrees, !shape.isVector { return channelWords(layer, expected, span) }
    let spatial = actual.dropLast().map(String.init).joined(separator: "x")
    let agreement =
      channelsAgree && !shape.isVector ? "\(spatial) here; the \(shape.channels) channels agree" : "\(shape) here"
    var remarks: [Diagnostic.Remark] = []
    if !shape.isVector, let table = extentTable(of: found, expected) { remarks.append(table) }
    remarks += paddingHelp(found, expected)
    return Diagnostic(
      .shapeAssertion, "this is \(shape), not \(wanted)", at: span, Message(agreement), remarks: remarks)
  }

  private func channelWords(_ layer: NetworkLayer, _ expected: [Int32?], _ span: Span) -> Diagnostic {
    let shape = layer.output
    let wanted = expected.last.flatMap { $0 } ?? shape.channels
    let kind = layer.kind.map { kinds[$0].name } ?? "input"
    var label = Message("\(shape.channels) here")
    var remarks: [Diagnostic.Remark] = []
    var subject = "this `\(kind)` gives"
    if let producer = concatenation(behind: layer) {
      subject = "this `concat` gives"
      let inputs = network.inputs(of: producer)
      let parts = inputs.map { network.shape(of: $0).channels }
      label = Message(parts.map(String.init).joined(separator: " + ") + " = \(shape.channels)")
      if let stage = producer.stage {
        let tree = program.tree(network.frames[Int(producer.frame)].file)
        let rows: [[Message]] = inputs.map { id in
          let part = network.layers[Int(id)]
          return [Message(String(part.output.channels)), Message(source(of: part)), Message(values(in: part))]
        }
        remarks.append(
          .why(
            "the branches of the `concat` at \(tree.headSpan(tree.stages[stage.position]))",
            table: .init([.right, .left, .left], rows)))
      }
      let difference = Int64(wanted) - Int64(shape.channels)
      let text = shape.description
      let change = difference > 0 ? "\(difference) channels more" : "\(-difference) channels fewer"
      remarks.append(.help("write `-> \(text)`, or give the branches \(change)"))
    } else {
      remarks.append(.help("write `-> \(shape)`"))
    }
    return Diagnostic(
      .shapeAssertion, "\(subject) \(shape.channels) channels, not \(wanted)", at: span, label, remarks: remarks)
  }

  /// The concatenation a tensor comes from, through layers that leave channels alone.
  private func concatenation(behind layer: NetworkLayer) -> NetworkLayer? {
    var layer = layer
    while true {
      switch layer.operation {
      case .concatenate: return layer
      case .activation, .normalization, .dropout, .pool, .localResponseNormalization, .softmax, .channelShuffle:
        guard let input = network.inputs(of: layer).first else { return nil }
        layer = network.layers[Int(input)]
      case .input, .convolution, .transposedConvolution, .dense, .globalPool, .adaptivePool, .scale, .flatten,
        .reshape, .permute, .elementwise, .resize, .pixelShuffle, .pixelUnshuffle, .pad, .crop, .slice:
        return nil
      }
    }
  }

  // MARK: Remainders

  private func words(_ remainders: [Remainder], _ tensor: TensorID, _ span: Span) -> Diagnostic {
    let layer = network.layers[Int(tensor)]
    let input = network.firstInputShape(of: layer)
    let parts = remainders.map { remainder in
      let name = remainderName(remainder.axis, rank: Int(input.rank))
      return remainder.unread == 1 ? "last \(name)" : "last \(remainder.unread) \(name)s"
    }
    let axis = remainders[0].axis
    let arithmetic = layer.operation.arithmetic(axis: axis, input: input, output: layer.output)
    var secondary: [Diagnostic.Label] = []
    let source = network.inputs(of: layer).first ?? 0
    if let place = place(of: source), place.file == span.file, !place.overlaps(span) {
      secondary.append(.init(place, Message(String(input.spatial[axis]))))
    }
    let names = Self.collapsed(parts)
    return Diagnostic(
      .strideRemainder, "\(network.path(of: layer)) never reads the \(names) of its input", at: span,
      Message(arithmetic?.text ?? ""), secondary: secondary,
      remarks: remainderHelp(layer, input, axis, isInput: network.inputs(of: layer).first.map(isNetworkInput) ?? false))
  }

  /// `last row and last column` is `last row and column`.
  private static func collapsed(_ parts: [String]) -> String {
    guard let first = parts.first else { return "" }
    return ([first] + parts.dropFirst().map { $0.hasPrefix("last ") ? String($0.dropFirst(5)) : $0 })
      .joined(separator: " and ")
  }

  private func remainderName(_ axis: Int, rank: Int) -> String {
    switch rank - axis {
    case 1: rank == 1 ? "cell" : "column"
    case 2: "row"
    default: "slice"
    }
  }

  private func isNetworkInput(_ tensor: TensorID) -> Bool { network.inputs.contains { $0.tensor == tensor } }

  /// Sizes and paddings that leave nothing unread.
  private func remainderHelp(
    _ layer: NetworkLayer, _ input: Shape, _ axis: Int, isInput: Bool
  ) -> [Diagnostic.Remark] {
    guard let window = layer.operation.window else { return [] }
    var remarks: [Diagnostic.Remark] = []
    let extent = input.spatial[axis]
    if isInput, let next = fittingExtent(window, input, axis) {
      var spatial = input.spatial
      for index in 0..<Int(input.rank) where input.spatial[index] == extent { spatial[index] = next }
      let cells = window.arithmetic(axis: axis, extent: next, isPool: false, ceil: false).result
      remarks.append(.help("`input \(input.with(spatial: spatial))` gives exactly \(cells)"))
    }
    // Paddings of thousands of cells are nobody's wish.
    let pads = 1...max(1, min(window.kernel[axis] / 2, 4096))
    if let pad = pads.first(where: { leavesOnlyPadding(window, extent, axis, $0) }) {
      var padded = window
      (padded.before[axis], padded.after[axis]) = (pad, pad)
      let arithmetic = padded.arithmetic(axis: axis, extent: extent, isPool: false, ceil: false)
      let rest = arithmetic.rounding == .exact ? "nothing unread" : "only padding unread"
      remarks.append(.help("`pad \(pad)` gives \(arithmetic.result) and leaves \(rest)"))
    }
    return remarks
  }

  /// The next extent that leaves nothing over; nil where a tensor of it would be too large.
  private func fittingExtent(_ window: Window, _ input: Shape, _ axis: Int) -> Int32? {
    let step = Int64(window.stride[axis])
    let padded = Int64(input.spatial[axis]) + Int64(window.before[axis]) + Int64(window.after[axis])
    let rest = (padded - window.reach(axis)) % step
    guard let next = Int32(exactly: Int64(input.spatial[axis]) + (step - rest) % step) else { return nil }
    var spatial = input.spatial
    for index in 0..<Int(input.rank) where input.spatial[index] == input.spatial[axis] { spatial[index] = next }
    return input.with(spatial: spatial).checkedElements == nil ? nil : next
  }

  private func leavesOnlyPadding(_ window: Window, _ extent: Int32, _ axis: Int, _ pad: Int32) -> Bool {
    guard pad > window.before[axis] else { return false }
    var padded = window
    (padded.before[axis], padded.after[axis]) = (pad, pad)
    let cells = padded.arithmetic(axis: axis, extent: extent, isPool: false, ceil: false).result
    let read = (cells - 1) * Int64(padded.stride[axis]) + padded.reach(axis) - Int64(pad)
    return read >= Int64(extent)
  }

  // MARK: Claims

  private func words(_ expectation: Expectation, _ span: Span) -> Diagnostic {
    guard let measure = expectation.measure, let comparison = expectation.comparison, let limit = expectation.limit
    else { return Diagnostic(.expectation, "\(network.name) does not keep to this", at: span) }
    let actual = expectation.actual
    let bound = limit.whole?.grouped ?? limit.description
    let relation =
      switch comparison {
      case .lessEqual: "at most \(bound)"
      case .less: "fewer than \(bound)"
      case .greaterEqual: "at least \(bound)"
      case .greater: "more than \(bound)"
      case .equal: "exactly \(bound)"
      case .notEqual: "other than \(bound)"
      case .or, .and, .until, .add, .subtract, .multiply, .divide, .remainder, .power: bound
      }
    let possession =
      switch measure {
      case .parameters: "has \(actual.grouped) parameters"
      case .macs: "takes \(actual.grouped) multiply-adds"
      case .memory: "needs \(actual.grouped) bytes for its activations"
      case .receptivefield: "has a receptive field of \(actual.grouped)"
      }
    let difference = Rational(actual).subtracting(limit)?.whole ?? 0
    let label =
      difference == 0 ? "" : difference > 0 ? "\(difference.grouped) too many" : "\((-difference).grouped) too few"
    return Diagnostic(
      .expectation, "\(network.name) \(possession) and expects \(relation)", at: span, Message(label),
      remarks: costliest(measure))
  }
}

extension Span {
  func overlaps(_ other: Span) -> Bool { file == other.file && start < other.end && other.start < end }
}
