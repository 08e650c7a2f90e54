import CNNLayers
import CNNSyntax
import CNNText

/// The words for shapes that do not fit, with the arithmetic that led to them.
extension ModelWords {
  func words(_ fact: ShapeFact, at span: Span, frame: FrameID) -> Diagnostic {
    switch fact {
    case .layer(let error, let layer, let inputs): words(error, layer: layer, inputs, span, frame)
    case .assertion(let expected, let found): words(expected: expected, found: found, span)
    case .remainder(let remainders, let tensor): words(remainders, tensor, span)
    case .gap(let layer, let axis, let window, let stride):
      Diagnostic(
        .strideGap, "this `\(layer)` steps over cells that it never reads", at: span,
        "a window of \(window) moves by \(stride)",
        remarks: [
          .why("of every \(stride) cells along axis \(axis + 1) it reads \(window)"),
          .help("a window of \(stride), or a stride of \(window)"),
        ])
    case .channelsFirst(let shape): channelsFirstWords(shape, span)
    case .expectation(let expectation): words(expectation, span)
    case .meetingSymbols(let first, let second): words(first, second, span)
    case .sizesTooMany(let failure): words(failure, span)
    case .noSizeLeft(let symbol):
      Diagnostic(
        .noInputSize, "no `\(sizes.symbols[symbol].name)` works here", at: span,
        remarks: [exhaustion(of: symbol)])
    case .sizes: sizeVerdict(span)
    }
  }

  // MARK: Layers and joins

  private func words(
    _ error: LayerError, layer: String, _ inputs: [JoinInput], _ span: Span, _ frame: FrameID
  ) -> Diagnostic {
    if case .inputsDiffer(let first, let second, let axis) = error.fault {
      return branchWords(inputs, first, second, axis, layer: layer, isAlongAxis: error.parameter == "over", span, frame)
    }
    let input = inputs.first.map { network.shape(of: $0.tensor) }
    let shown = inputs.first.map { "\(network.shapeWords(of: $0.tensor))" }
    let words = LayerMessage(error, layer: layer, input: input, shown, text: text)
    var secondary: [Diagnostic.Label] = []
    if let input = inputs.first, input.span == nil,
      let place = place(of: input.tensor), place.file == span.file, !place.overlaps(span),
      ![.typeMismatch, .missingArgument, .duplicateArgument].contains(words.code),
      words.code != .notWhole
    {
      secondary.append(.init(place, "\(network.shapeWords(of: input.tensor)) comes from here"))
    }
    var remarks = words.remarks
    if case .windowTooLarge(let fit) = error.fault, let input = inputs.first?.tensor {
      remarks = windowHelp(fit, input) ?? remarks
    }
    return Diagnostic(
      words.code, words.message, at: span, words.label, secondary: secondary,
      remarks: remarks + (error.fault.speaksOfExtents ? standInNote() : []))
  }

  /// Where the layers above leave too little for a window, the input is what is too small; where the input itself has its
  /// channels first, that.
  private func windowHelp(_ fit: WindowFit, _ tensor: TensorID) -> [Diagnostic.Remark]? {
    let layer = network.producer(of: tensor)
    let shape = network.shape(of: tensor)
    guard layer.kind != nil else { return channelsFirstRemark(shape).map { [$0] } }
    guard triesAlternatives else { return nil }
    let reach = Int64(fit.dilation) * (Int64(fit.kernel) - 1) + 1
    let padding = Int64(fit.before) + Int64(fit.after)
    let alternatives = ShapeAlternatives(of: tensor, in: network, NormalForm(network, of: program)) { shape in
      fit.axis < Int(shape.rank) && Int64(shape.spatial[fit.axis]) + padding >= reach
    }
    guard let least = alternatives?.leastInput else { return nil }
    let expected = (0..<Int(shape.rank)).map { $0 == fit.axis ? Int32(-1) : nil } + [nil]
    return [extentTable(of: tensor, expected)].compactMap(\.self)
      + [.help("the input is too small: `input \(least)` is the least that comes so far")]
  }

  /// An input of few rows and many channels: `3x224x224`.
  func channelsFirstRemark(_ shape: Shape) -> Diagnostic.Remark? {
    guard shape.isChannelsFirst else { return nil }
    let extents = shape.extents
    let turned = (extents.dropFirst() + extents.prefix(1)).map(String.init).joined(separator: "x")
    return .help("channels come last: `input \(turned)`")
  }

  private func channelsFirstWords(_ shape: Shape, _ span: Span) -> Diagnostic {
    let extents = shape.extents
    let turned = (extents.dropFirst() + extents.prefix(1)).map(String.init).joined(separator: "x")
    let isWord = program.sources.text(span) == shape.description
    return Diagnostic(
      .channelsFirst, "this input has \(shape.channels) channels and a height of \(shape.spatial[0])", at: span,
      "height x width x channels",
      remarks: [.help("an image of \(shape.spatial[1])x\(shape.channels) is `input \(turned)`")],
      fixes: isWord ? [.init("`\(turned)` instead of `\(shape)`", [.init(span, turned)], .guess)] : [])
  }

  // MARK: Assertions

  private func words(expected: [Int32?], found: TensorID, _ span: Span) -> Diagnostic {
    let layer = network.producer(of: found)
    let shape = network.outputShape(of: layer)
    let actual = shape.extents
    let wanted = expected.map { $0.map(String.init) ?? "_" }.joined(separator: "x")
    guard actual.count == expected.count else {
      return Diagnostic(
        .shapeAssertion, "this is \(shape), not \(wanted)", at: span, Message(shape.description),
        remarks: keepHelp(layer, expected))
    }
    let channelsAgree = expected.last.flatMap { $0 }.map { $0 == actual.last } ?? true
    let spatialAgrees = zip(expected, actual).dropLast().allSatisfy { $0 == nil || $0 == $1 }
    if spatialAgrees, !shape.isVector { return channelWords(layer, expected, span) }
    let spatial = actual.dropLast().map(String.init).joined(separator: "x")
    let agreement =
      channelsAgree && !shape.isVector ? "\(spatial) here; the \(shape.channels) channels agree" : "\(shape) here"
    var remarks: [Diagnostic.Remark] = []
    if let map = rowedMap(of: found), let length = expected.first.flatMap({ $0 }) {
      return lengthWords(map, found, Int64(length), span)
    }
    if !shape.isVector, let table = extentTable(of: found, expected) { remarks.append(table) }
    let padding = (triesAlternatives ? outputPaddingHelp(found, expected) : []) + paddingHelp(found, expected)
    remarks += padding.isEmpty && triesAlternatives ? inputHelp(found, expected) : padding
    return Diagnostic(
      .shapeAssertion, "this is \(shape), not \(wanted)", at: span, Message(agreement),
      remarks: remarks + standInNote())
  }

  /// `globalavgpool -> 1x1x8`: a global pool gives a vector unless it keeps its axes.
  private func keepHelp(_ layer: NetworkLayer, _ expected: [Int32?]) -> [Diagnostic.Remark] {
    guard case .globalPool(_, let keepsAxes) = layer.operation, let kind = layer.kind else { return [] }
    let channels = network.outputShape(of: layer).channels
    let name = Catalogue.layers[kind].name
    if keepsAxes { return expected.count == 1 ? [.help("without `keep` it gives a vector of \(channels)")] : [] }
    guard expected.count == Int(network.firstInputShape(of: layer).rank) + 1,
      expected.dropLast().allSatisfy({ $0 == nil || $0 == 1 })
    else { return [] }
    return [.help("`\(name) keep` keeps the axes, with an extent of 1")]
  }

  /// An output padding of the transposed convolution that gives what is claimed.
  private func outputPaddingHelp(_ found: TensorID, _ expected: [Int32?]) -> [Diagnostic.Remark] {
    let shape = network.shape(of: found)
    guard let step = chain(of: found).last(where: { network.producer(of: $0).operation.kernel?.isSpreading == true }),
      let axis = (0..<Int(shape.rank)).first(where: { expected[$0] != nil && expected[$0] != shape.spatial[$0] }),
      let wanted = expected[axis], wanted > shape.spatial[axis]
    else { return [] }
    let cells = wanted - shape.spatial[axis]
    let whatIf = WhatIf(found, in: network, NormalForm(network, of: program))
    let arguments = ["outputpad": Value.number(Rational(Int64(cells)))]
    guard case .shapes(let shapes) = whatIf.shapes(arguments: [step: arguments]), let other = shapes[found],
      zip(other.extents, expected).allSatisfy({ $1 == nil || $0 == $1 })
    else { return [] }
    return [.help("`outputpad \(cells)` on \(network.path(of: network.producer(of: step))) gives \(other)")]
  }

  /// Which input gives the extents that are claimed.
  private func inputHelp(_ found: TensorID, _ expected: [Int32?]) -> [Diagnostic.Remark] {
    guard !network.shape(of: found).isVector else { return [] }
    let form = NormalForm(network, of: program)
    let alternatives = ShapeAlternatives(of: found, in: network, form) { shape in
      shape.extents.count == expected.count && zip(shape.extents, expected).allSatisfy { $1 == nil || $0 == $1 }
    }
    guard let alternatives else { return [] }
    return [.help("\(alternatives.shape) comes \(alternatives.words)")]
  }

  /// `flatten -> 400` where the maps above give 256 numbers.
  private func lengthWords(_ map: TensorID, _ vector: TensorID, _ length: Int64, _ span: Span) -> Diagnostic {
    let shape = network.shape(of: map)
    let product = shape.extents.map(String.init).joined(separator: " * ")
    var remarks: [Diagnostic.Remark] = []
    if let table = extentTable(of: map, shape.extents.map { _ in -1 }) { remarks.append(table) }
    let form = NormalForm(network, of: program)
    if triesAlternatives, let alternatives = ShapeAlternatives(length: length, ofRow: map, in: network, form) {
      let other = alternatives.shape.extents.map(String.init).joined(separator: " * ")
      remarks.append(.help("\(length) is \(other), \(alternatives.words)"))
    }
    return Diagnostic(
      .shapeAssertion, "this is \(network.shape(of: vector)), not \(length)", at: span,
      "\(product) = \(shape.elements.grouped) here", remarks: remarks + standInNote())
  }

  /// The map that a vector lays out in a row; nil for any other tensor.
  private func rowedMap(of tensor: TensorID) -> TensorID? {
    var layer = network.producer(of: tensor)
    while let input = network.inputs(of: layer).first {
      if case .flatten = layer.operation { return network.shape(of: input).isVector ? nil : input }
      guard network.shape(of: input) == network.outputShape(of: layer) else { return nil }
      layer = network.producer(of: input)
    }
    return nil
  }

  private func channelWords(_ layer: NetworkLayer, _ expected: [Int32?], _ span: Span) -> Diagnostic {
    let shape = network.outputShape(of: layer)
    let wanted = expected.last.flatMap { $0 } ?? shape.channels
    let kind = layer.kind.map { Catalogue.layers[$0].name } ?? "input"
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
          let part = channelSource(of: id)
          let channels = Message(String(network.outputShape(of: part).channels))
          guard let authored = authored(part, in: producer.frame) else {
            return [channels, Message(source(of: part)), ""]
          }
          return [channels, Message(authored.text), Message(firstValue(of: authored))]
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
    let source = channelSource(of: layer)
    if case .concatenate(over: .channels) = source.operation { return source }
    return nil
  }

  private func channelSource(of tensor: TensorID) -> NetworkLayer { channelSource(of: network.producer(of: tensor)) }

  /// The layer that gave a tensor its channels.
  private func channelSource(of layer: NetworkLayer) -> NetworkLayer {
    var layer = layer
    while layer.operation.keepsChannels, let input = network.inputs(of: layer).first {
      layer = network.producer(of: input)
    }
    return layer
  }

  /// The variable of a call's first argument with its value: `b1 = 64`.
  private func firstValue(of stage: AuthoredStage) -> String {
    guard let written = stage.firstArgument, let name = stage.parameters.first, let value = stage.value(of: name) else {
      return ""
    }
    return text(value) == written ? "" : "\(written) = \(text(value))"
  }

  // MARK: Remainders

  private func words(_ remainders: [Remainder], _ tensor: TensorID, _ span: Span) -> Diagnostic {
    let layer = network.producer(of: tensor)
    let input = network.firstInputShape(of: layer)
    let parts = remainders.map { remainder in
      let name = remainderName(remainder.axis, rank: Int(input.rank))
      return remainder.unread == 1 ? "last \(name)" : "last \(remainder.unread) \(name)s"
    }
    let axis = remainders[0].axis
    let arithmetic = layer.operation.arithmetic(axis: axis, input: input, output: network.outputShape(of: layer))
    var secondary: [Diagnostic.Label] = []
    let source = network.inputs(of: layer).first ?? layer.output
    if let place = spatialPlace(of: source), place.file == span.file, !place.overlaps(span) {
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
    if isInput, let fitting = fittingInput(window, input) {
      let cells = window.arithmetic(axis: axis, extent: fitting.spatial[axis], isPool: false, ceil: false).result
      remarks.append(.help("`input \(fitting)` gives exactly \(cells)"))
    }
    // A pad is for all axes, none of which may be padded by more than half a window. Thousands of cells are nobody's wish.
    let axes = 0..<Int(input.rank)
    let most = axes.map { window.kernel[$0] / 2 }.min() ?? 0
    let pads = max(window.before[axis] + 1, 1)...max(window.before[axis] + 1, min(most, 4096))
    if let pad = pads.first(where: { pad in
      pad <= most && axes.allSatisfy { leavesOnlyPadding(window, input.spatial[$0], $0, pad) }
    }) {
      let results = axes.map { arithmetic(window, input.spatial[$0], $0, padding: pad) }
      let rest = results.allSatisfy { $0.rounding == .exact } ? "nothing unread" : "only padding unread"
      remarks.append(.help("`pad \(pad)` gives \(results[axis].result) and leaves \(rest)"))
    }
    return remarks
  }

  /// The next shape whose every axis leaves nothing over; nil where a tensor of it would be too large.
  private func fittingInput(_ window: Window, _ input: Shape) -> Shape? {
    var spatial = input.spatial
    for axis in 0..<Int(input.rank) {
      let step = Int64(window.stride[axis])
      let padded = Int64(input.spatial[axis]) + Int64(window.before[axis]) + Int64(window.after[axis])
      let rest = (padded - window.reach(axis)) % step
      guard let next = Int32(exactly: Int64(input.spatial[axis]) + (step - rest) % step) else { return nil }
      spatial[axis] = next
    }
    let shape = input.with(spatial: spatial)
    return shape.checkedElements == nil ? nil : shape
  }

  private func arithmetic(_ window: Window, _ extent: Int32, _ axis: Int, padding: Int32) -> ExtentArithmetic {
    var padded = window
    (padded.before[axis], padded.after[axis]) = (padding, padding)
    return padded.arithmetic(axis: axis, extent: extent, isPool: false, ceil: false)
  }

  private func leavesOnlyPadding(_ window: Window, _ extent: Int32, _ axis: Int, _ padding: Int32) -> Bool {
    let cells = arithmetic(window, extent, axis, padding: padding).result
    let read = (cells - 1) * Int64(window.stride[axis]) + window.reach(axis) - Int64(padding)
    return read >= Int64(extent)
  }

  // MARK: Claims

  private func words(_ expectation: Expectation, _ span: Span) -> Diagnostic {
    if expectation.measure == .receptivefield, expectation.comparison == nil {
      return Diagnostic(
        .expectation, "\(network.name) has no receptive field to measure", at: span,
        remarks: [.why("behind an upsampling, cells differ in what they read of the input")])
    }
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
      remarks: costliest(measure) + standInNote())
  }
}

extension Span {
  func overlaps(_ other: Span) -> Bool { file == other.file && start < other.end && other.start < end }
}
