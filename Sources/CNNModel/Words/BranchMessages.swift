import CNNLayers
import CNNSyntax
import CNNText

/// The words for branches that do not fit together: which step one makes and the other does not, and how it could.
extension ModelWords {
  func branchWords(
    _ inputs: [JoinInput], _ first: Int, _ second: Int, _ axis: Int, layer: String, isAlongAxis: Bool, _ span: Span,
    _ frame: FrameID
  ) -> Diagnostic {
    var secondary: [Diagnostic.Label] = []
    for index in [first, second] where index < inputs.count {
      let input = inputs[index]
      guard let place = input.span ?? place(of: input.tensor) else { continue }
      secondary.append(.init(place, Message(network.shapeWords(of: input.tensor).description)))
    }
    let shapes = [first, second].map { network.shape(of: inputs[$0].tensor) }
    let rule =
      if axis < 0 {
        "they have \(shapes[0].rank) and \(shapes[1].rank) spatial axes"
      } else if layer == "concat" {
        isAlongAxis ? "they may differ only along the axis that `over` names" : "they may differ in channels only"
      } else {
        "every branch must have the same shape"
      }
    var remarks: [Diagnostic.Remark] = []
    if axis >= 0 {
      let pair = BranchPair(self, [first, second].map { ($0, inputs[$0].tensor) }, axis: axis, frame: frame)
      let isResidual = layer == "residual"
      remarks =
        axis < Int(shapes[0].rank)
        ? stepRemarks(pair, isResidual: isResidual) : [channelHelp(pair, isResidual: isResidual)]
    }
    if let help = channelsFirstHelp(shapes) { remarks = [help] }
    let isNamed = layer != "residual" && inputs.contains { $0.span == nil }
    if axis >= 0, isNamed, let help = enteringHelp(inputs, axis: axis, layer) { remarks = [help] }
    return Diagnostic(
      .shapeMismatch, "the \(isNamed ? "tensors" : "branches") of this `\(layer)` differ in shape", at: span,
      Message(rule), secondary: secondary, remarks: remarks + standInNote())
  }

  /// Where a reshape has put the channels of a vector first, as other frameworks have them.
  private func channelsFirstHelp(_ shapes: [Shape]) -> Diagnostic.Remark? {
    for (shape, other) in [(shapes[0], shapes[1]), (shapes[1], shapes[0])] {
      let extents = shape.extents
      guard extents.count > 1, other.rank == shape.rank, extents[0] == other.channels, extents[0] > 1,
        extents.dropFirst().allSatisfy({ $0 == 1 })
      else { continue }
      let turned = (extents.dropFirst().map(String.init) + [String(extents[0])]).joined(separator: "x")
      return .help("channels come last: `reshape \(turned)` meets the \(other.channels) channels of \(other)")
    }
    return nil
  }

  /// Where what is named would fit, but for the tensor that enters: how to join the others alone.
  private func enteringHelp(_ inputs: [JoinInput], axis: Int, _ layer: String) -> Diagnostic.Remark? {
    let named = inputs.compactMap(\.span)
    let shapes = inputs.dropFirst().map { network.shape(of: $0.tensor) }
    guard inputs[0].span == nil, named.count == inputs.count - 1, named.count > 1,
      Set(shapes.map(\.rank)).count == 1,
      Set(shapes.map { axis < Int($0.rank) ? $0.spatial[axis] : $0.channels }).count == 1
    else { return nil }
    let texts = named.map { program.sources.text($0) }
    guard texts.allSatisfy({ $0.utf8.count <= 30 }) else { return nil }
    let others = texts.dropFirst().joined(separator: ", ")
    return .help(
      "the tensor that enters is the first of them; `from \(texts[0]) | \(layer) \(others)` joins the named ones only")
  }

  // MARK: Spatial axes

  private func stepRemarks(_ pair: BranchPair, isResidual: Bool) -> [Diagnostic.Remark] {
    let remarks = [pair.small, pair.large].flatMap { branch in
      branch.steps.last.map { [Diagnostic.Remark.why(reason($0, pair))] } ?? []
    }
    return remarks + [stepHelp(pair, isResidual: isResidual)]
  }

  /// ``stride` is 2 here: (56 + 1 + 1 - 3) / 2 + 1 = 28.5, rounded down to 28`
  private func reason(_ step: TensorID, _ pair: BranchPair) -> Message {
    let layer = network.producer(of: step)
    let input = network.firstInputShape(of: layer)
    let arithmetic = layer.operation.arithmetic(axis: pair.axis, input: input, output: network.outputShape(of: layer))
    let text = arithmetic?.text ?? "\(network.outputShape(of: layer).spatial[pair.axis])"
    guard let authored = authored(layer, in: pair.frame) else { return "\(network.path(of: layer)): \(text)" }
    if let stride = authored.argument(named: "stride"), let value = authored.value(of: "stride") {
      let written = authored.tree.text(stride.value)
      let value = self.text(value)
      if written != value, written.utf8.count <= 40 { return "`\(written)` is \(value) here: \(text)" }
    }
    return authored.text.utf8.count <= 60 ? "`\(authored.text)`: \(text)" : "\(network.path(of: layer)): \(text)"
  }

  /// Where one branch makes a step and the other none, the other must make it too.
  private func stepHelp(_ pair: BranchPair, isResidual: Bool) -> Diagnostic.Remark {
    let (small, large) = (Int64(pair.small.extent), Int64(pair.large.extent))
    let name = Shape.axisName(pair.axis, rank: pair.rank)
    let ratio = (large + small / 2) / max(small, 1)
    if triesAlternatives, let help = argumentHelp(pair) { return help }
    guard ratio >= 2 else {
      if !pair.small.steps.isEmpty, pair.small.steps.allSatisfy({ isUnpadded(network.producer(of: $0)) }) {
        let stages = pair.small.steps.compactMap { authored(network.producer(of: $0), in: pair.frame)?.text }
        if let last = stages.last, stages.count == pair.small.steps.count, last.utf8.count <= 60 {
          return .help("`\(last), pad same` keeps the \(name)\(stages.count > 1 ? ", there and above" : "")")
        }
      }
      let cells = large - small == 1 ? "odd cell" : "\(large - small) cells"
      return .help("`crop like` the smaller takes the \(cells) of \(name) away from the larger")
    }
    if pair.large.layers.isEmpty, pair.large.position < Self.ordinals.count, let call = shortcut(pair) {
      if isResidual { return .help("write `add { }` instead, with `\(call)` in the branch of the shortcut") }
      return .help("let the \(Self.ordinals[pair.large.position]) branch make the same step: `\(call)`")
    }
    let factor = large == small * ratio ? "\(ratio)" : "about \(ratio)"
    return .help("let both branches make the same steps: one is \(factor) times the \(name) of the other")
  }

  /// One argument of the last step of a branch with which both branches would have the same extents: another padding of a
  /// convolution, an output padding, a pool that rounds down as the others do.
  private func argumentHelp(_ pair: BranchPair) -> Diagnostic.Remark? {
    for (branch, other) in [(pair.small, pair.large), (pair.large, pair.small)] {
      guard let step = branch.steps.last, let authored = authored(network.producer(of: step), in: pair.frame) else {
        continue
      }
      let layer = network.producer(of: step)
      let difference = other.extent - branch.extent
      let change: (name: String, value: Value, text: String)?
      switch layer.operation {
      case .transposedConvolution where difference > 0:
        change = ("outputpad", .number(Rational(Int64(difference))), "`outputpad \(difference)`")
      case .convolution(let window, _, _, _) where difference > 0 && difference % 2 == 0 && isPadded(window, pair.rank):
        let pad = window.before[pair.axis] + difference / 2
        change = ("pad", .number(Rational(Int64(pad))), "`pad \(pad)`")
      case .pool(_, _, ceil: true, _) where difference < 0:
        change = ("ceil", .boolean(false), "leaving `ceil` out")
      default: change = nil
      }
      guard let change, tries(change.name, change.value, at: step, giving: other, pair) else { continue }
      let place = authored.text.utf8.count <= 60 ? "`\(authored.text)`" : network.path(of: layer)
      return .help(
        change.name == "ceil"
          ? "\(change.text) of \(place) gives \(other.extent) here too"
          : "\(change.text) in \(place) gives \(other.extent) too")
    }
    return nil
  }

  private func isPadded(_ window: Window, _ rank: Int) -> Bool {
    (0..<rank).allSatisfy { window.stride[$0] == 1 && window.before[$0] == window.after[$0] }
      && (0..<rank).contains { window.before[$0] > 0 }
  }

  /// Whether the end of a branch would have the extent of the other one, with another argument of one of its layers.
  private func tries(
    _ name: String, _ value: Value, at step: TensorID, giving other: BranchPair.Branch, _ pair: BranchPair
  ) -> Bool {
    let end = pair.small.steps.last == step ? pair.small.end : pair.large.end
    let whatIf = WhatIf(end, in: network, NormalForm(network, of: program))
    guard case .shapes(let shapes) = whatIf.shapes(arguments: [step: [name: value]]), let shape = shapes[end] else {
      return false
    }
    return shape.spatial == network.shape(of: other.end).spatial
  }

  private static let ordinals = ["first", "second", "third", "fourth", "fifth", "sixth"]

  private func isUnpadded(_ layer: NetworkLayer) -> Bool {
    guard case .convolution(let window, _, _, _) = layer.operation else { return false }
    let axes = 0..<Int(network.outputShape(of: layer).rank)
    return axes.allSatisfy { window.stride[$0] == 1 && window.before[$0] == 0 && window.after[$0] == 0 }
  }

  /// A call that makes the step of the other branch and no more: `convbn filters, 1x1, stride`; nil where a window of one
  /// cell gives another extent.
  private func shortcut(_ pair: BranchPair) -> String? {
    guard let last = pair.small.steps.last, let window = network.producer(of: last).operation.window,
      (pair.large.extent - 1) / window.stride[pair.axis] + 1 == pair.small.extent
    else { return nil }
    guard let step = pair.small.steps.last.flatMap({ authored(network.producer(of: $0), in: pair.frame) }),
      let stride = step.argument(named: "stride"), let filters = filters(of: pair.small, in: pair.frame)
    else { return nil }
    let ones = Array(repeating: "1", count: pair.rank).joined(separator: "x")
    let makesFilters = step.parameters.first == "filters" && step.parameters.contains("kernel")
    let callee = makesFilters ? step.callee : "conv"
    let written = step.tree.source.text(step.tree.span(stride))
    return "\(callee) \(filters), \(pair.rank == 1 ? "1" : ones), \(written)"
  }

  /// How the author wrote the number of channels a branch ends with; the number itself where nobody did.
  private func filters(of branch: BranchPair.Branch, in frame: FrameID) -> String? {
    for id in branch.layers.reversed() {
      let layer = network.producer(of: id)
      if let stage = authored(layer, in: frame), stage.parameters.first == "filters" { return stage.firstArgument }
      if network.outputShape(of: layer).channels != branch.channels { break }
    }
    return String(branch.channels)
  }

  // MARK: Channels

  private func channelHelp(_ pair: BranchPair, isResidual: Bool) -> Diagnostic.Remark {
    // A vector that meets a map is the one to change, then what passes its input on; else the one with fewer channels.
    let changesLarge =
      pair.small.rank == pair.large.rank
      ? pair.large.layers.isEmpty && !pair.small.layers.isEmpty : pair.large.rank < pair.small.rank
    let (lesser, other) = changesLarge ? (pair.large, pair.small) : (pair.small, pair.large)
    let filters = filters(of: other, in: pair.frame) ?? String(other.channels)
    let ones = Array(repeating: "1", count: lesser.rank).joined(separator: "x")
    let call = lesser.rank == 0 ? "dense \(other.channels)" : "conv \(filters), \(ones)"
    if isResidual { return .help("write `add { }` instead, with `\(call)` in the branch of the shortcut") }
    guard lesser.position < Self.ordinals.count else { return .help("`\(call)` gives both as many channels") }
    return .help(
      "`\(call)` in the \(Self.ordinals[lesser.position]) branch gives it \(other.channels) channels too")
  }
}

/// Two branches that differ along an axis, and what each does to the tensor that entered both.
private struct BranchPair {
  struct Branch {
    let position: Int
    let end: TensorID
    let extent: Int32
    let channels: Int32
    /// How many axes of cells its end has.
    let rank: Int
    /// From the tensor that entered on, in the order of execution.
    let layers: [TensorID]
    /// Those that change the axis.
    let steps: [TensorID]
  }

  let axis: Int
  let rank: Int
  let frame: FrameID
  let small: Branch
  let large: Branch

  init(_ words: ModelWords, _ ends: [(position: Int, tensor: TensorID)], axis: Int, frame: FrameID) {
    self.axis = axis
    self.frame = frame
    let network = words.network
    rank = Int(network.shape(of: ends[0].tensor).rank)
    let chains = ends.map { words.chain(of: $0.tensor) }
    let shared = zip(chains[0], chains[1]).prefix { $0 == $1 }.count
    let branches = zip(ends, chains).map { end, chain in
      let shape = network.shape(of: end.tensor)
      let own = chain.dropFirst(shared)
      let steps = own.filter { id in
        let layer = network.producer(of: id)
        let input = network.firstInputShape(of: layer)
        return axis < Int(shape.rank) && input.rank == network.outputShape(of: layer).rank
          && input.spatial[axis] != network.outputShape(of: layer).spatial[axis]
      }
      return Branch(
        position: end.position, end: end.tensor, extent: axis < Int(shape.rank) ? shape.spatial[axis] : shape.channels,
        channels: shape.channels, rank: Int(shape.rank), layers: Array(own), steps: steps)
    }
    let isOrdered = branches[0].extent <= branches[1].extent
    small = branches[isOrdered ? 0 : 1]
    large = branches[isOrdered ? 1 : 0]
  }
}
