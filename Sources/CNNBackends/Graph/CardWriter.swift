import CNNLayers
import CNNModel
import CNNText

/// Puts on a card what its layers are, each text as long as there is room for it.
struct CardWriter {
  private let input: BackendInput
  private let network: Network
  private let form: NormalForm
  private let columns: ColumnPlan
  private let names: DiagramNames
  private let costs: DiagramCosts

  init(_ input: BackendInput, _ columns: ColumnPlan, _ names: DiagramNames, _ costs: DiagramCosts, _ form: NormalForm) {
    self.input = input
    self.columns = columns
    self.names = names
    self.costs = costs
    self.form = form
    network = input.network
  }

  private static let inside = 178
  /// Two spaces before a text, and air behind it.
  private static let indentation = 8.0
  /// What there is for the text of a row that has the whole width.
  private static let lineRoom = 167.0
  private static let longestName = 70.0

  func content(of index: Int, hasSideLine: Bool) -> Diagram.Content {
    let card = columns.cards.cards[index]
    if let bars = columns.regions.barsOfJoin[index] { return .joinBar(joinBar(index, columns.regions.bars[bars])) }
    switch card.content {
    case .input(let tensor): return .terminal(terminal("input", tensor, shape: shape(tensor.tensor)))
    case .output(let tensor): return .terminal(terminal("output", tensor, shape: nil))
    case .layers(let layers, _): return .card(self.card(index, layers, hasSideLine))
    case .call(let call): return .card(self.card(index, call, hasSideLine))
    case .stack(let calls): return .card(stack(index, calls, hasSideLine))
    }
  }

  private func shape(_ tensor: TensorID) -> String {
    Helvetica.elided(input.shapeText(of: tensor), to: Double(Self.inside), size: 9)
  }

  private func terminal(_ kind: String, _ tensor: NamedTensor, shape: String?) -> Diagram.Terminal {
    let name = tensor.name == kind ? "" : Helvetica.elided(tensor.name.printable, to: 120, size: 10)
    return Diagram.Terminal(kind: kind, name: name, shape: shape)
  }
}

// MARK: - Layers and blocks

extension CardWriter {
  private func card(_ index: Int, _ layers: [Int], _ hasSideLine: Bool) -> Diagram.Card {
    let card = columns.cards.cards[index]
    let head = network.layers[layers[0]]
    let arguments = form.argumentTexts(of: head)
    let text = ArgumentLines(
      kind: head.kind.map { Catalogue.layers[$0].name } ?? "", positional: arguments.filter { !$0.isNamed }.map(\.text),
      named: arguments.filter(\.isNamed).map(\.text))
    let spine = Diagram.Spine.family(family(of: head))
    var (rows, rightWidth) = namedRows(text, spine, index)
    rows += sharedRow(layers[0]..<layers[0] + 1)
    rows += card.crops.map { cropRow($0) }
    rows += (layers.dropFirst() + card.riders).flatMap { foldedRows($0) }
    rows += outputRows(card) + costRow(index)
    return Diagram.Card(
      rightWidth: rightWidth, rows: rows, shape: shape(card.output), isStack: false, hasSideLine: hasSideLine)
  }

  /// A line that says whose weights the layers use, where others used them first.
  private func sharedRow(_ layers: Range<Int>) -> [Diagram.Row] {
    guard let name = network.sharedName(ofLayers: layers) else { return [] }
    let text = elided("shared with \(name.printable)", Double(Self.inside) - Self.indentation, .detail)
    return [Diagram.Row(spine: nil, height: 13, left: [Diagram.Run(text: text, style: .detail)], right: nil)]
  }

  private func card(_ index: Int, _ call: FrameID, _ hasSideLine: Bool) -> Diagram.Card {
    let card = columns.cards.cards[index]
    let stage = form.text(of: network.frames[Int(call)])
    let text = ArgumentLines(kind: stage.kind, positional: stage.argumentList, named: [])
    var (rows, rightWidth) = namedRows(text, .block, index)
    rows += sharedRow(network.frames[Int(call)].layers)
    rows += card.riders.flatMap { foldedRows($0) } + outputRows(card) + costRow(index)
    return Diagram.Card(
      rightWidth: rightWidth, rows: rows, shape: shape(card.output), isStack: false, hasSideLine: hasSideLine)
  }

  private func stack(_ index: Int, _ calls: [FrameID], _ hasSideLine: Bool) -> Diagram.Card {
    let card = columns.cards.cards[index]
    let groups = StackGroup.groups(of: calls, network, form)
    let total = Diagram.Run(text: "× \(calls.count)", style: .kind)
    let counts = groups.map { Diagram.Run(text: "× \($0.count)", style: .detail) }
    let rightWidth = rightWidth([total] + counts, index)
    let kind = form.text(of: network.frames[Int(calls[0])]).kind
    let common = groups.count == 1 ? groups[0].arguments : []
    var rows = titleRows(
      ArgumentLines(kind: kind, positional: common, named: []), .block, total, rightWidth)
    let range = elided(names.shown(index) ?? "", Self.lineRoom, .small)
    rows.insert(row(.block, 12, [Diagram.Run(text: range, style: .small)]), at: 1)
    if groups.count > 1 {
      for (group, count) in zip(groups, counts) {
        let room = Double(Self.inside - rightWidth) - Self.indentation
        let text = elided(group.text.printable.withCrosses, room, .detail)
        rows.append(
          Diagram.Row(spine: .block, height: 13, left: [Diagram.Run(text: text, style: .detail)], right: count))
      }
    }
    rows += card.riders.flatMap { foldedRows($0) } + outputRows(card) + costRow(index)
    return Diagram.Card(
      rightWidth: rightWidth, rows: rows, shape: shape(card.output), isStack: true, hasSideLine: hasSideLine)
  }

  private func joinBar(_ index: Int, _ bars: Regions.Bars) -> Diagram.JoinBar {
    let card = columns.cards.cards[index]
    let concatenates = columns.cards.concatenates(index)
    let columns = Self.columns(of: bars)
    let parts = zip(bars.branches, columns).map { branch, column in
      let tensor = self.columns.wiring.wires[branch.last].tensor
      let text = concatenates ? input.channelText(of: tensor) : input.shapeText(of: tensor)
      return elided(text, Double(column.width), .detail)
    }
    var layers: [Int] = []
    if case .layers(let own, _) = card.content { layers = own }
    var kind = [Diagram.Run(text: layers.first.map { form.text(of: network.layers[$0]).kind } ?? "", style: .kind)]
    if let name = names.shown(index) {
      kind.append(Diagram.Run(text: elided(name, Self.longestName, .small), style: .small))
    }
    let rows = (layers.dropFirst() + card.riders).flatMap { foldedRows($0) } + outputRows(card) + costRow(index)
    return Diagram.JoinBar(
      columns: columns, parts: parts, hasPlus: concatenates, kind: kind, rows: rows, shape: shape(card.output))
  }

  /// Where the branches of two bars stand.
  static func columns(of bars: Regions.Bars) -> [Diagram.BarColumn] {
    bars.branches.enumerated().map { position, branch in
      let isLast = position + 1 == bars.branches.count
      return Diagram.BarColumn(
        width: branch.room.column, gap: branch.room.side + (isLast ? 0 : Regions.gap))
    }
  }

  private func family(of layer: NetworkLayer) -> GraphFamily { layer.family.map { GraphFamily($0) } ?? .reshaping }
}

// MARK: - Rows

extension CardWriter {
  private func row(_ spine: Diagram.Spine?, _ height: Int, _ left: [Diagram.Run]) -> Diagram.Row {
    Diagram.Row(spine: spine, height: height, left: left, right: nil)
  }

  /// The first rows of a card with a name. It gets what the kind and its arguments leave, and more than that only as far
  /// as `longestName`: then the arguments go below.
  private func namedRows(
    _ text: ArgumentLines, _ spine: Diagram.Spine, _ index: Int
  ) -> (rows: [Diagram.Row], rightWidth: Int) {
    guard let name = names.shown(index) else {
      let width = rightWidth([], index)
      return (titleRows(text, spine, nil, width), width)
    }
    let short = Diagram.Run(text: elided(name, Self.longestName, .small), style: .small)
    let rows = titleRows(text, spine, short, rightWidth([short], index))
    let used = rows[0].left.reduce(0) { $0 + Helvetica.width($1.text + " ", size: 11, bold: $1.style.isBold) }
    let left = Double(Self.inside) - 3 * Self.indentation - used
    let long = Diagram.Run(text: elided(name, max(left, Self.longestName), .small), style: .small)
    let first = Diagram.Row(spine: spine, height: rows[0].height, left: rows[0].left, right: long)
    return ([first] + rows.dropFirst(), rightWidth([long], index))
  }

  private func titleRows(
    _ text: ArgumentLines, _ spine: Diagram.Spine, _ right: Diagram.Run?, _ rightWidth: Int
  ) -> [Diagram.Row] {
    let room = right == nil ? Self.lineRoom : Double(Self.inside - rightWidth) - Self.indentation
    let lines = text.lines(title: room, line: Self.lineRoom)
    let title = Diagram.Row(spine: spine, height: 19, left: lines.title, right: right)
    return [title] + lines.further.map { row(spine, 13, [Diagram.Run(text: $0, style: .detail)]) }
  }

  private func foldedRows(_ index: Int) -> [Diagram.Row] {
    let stage = form.text(of: network.layers[index])
    let arguments = stage.argumentList.map { $0.printable.withCrosses }
    let first = [stage.kind.printable, arguments.first].compactMap { $0 }.joined(separator: " ")
    let family = Diagram.Spine.family(family(of: network.layers[index]))
    return ArgumentLines.wrapped([first] + arguments.dropFirst(), Self.lineRoom).map { line in
      row(family, 13, [Diagram.Run(text: line, style: .detail)])
    }
  }

  /// `output z_mean`, for what goes out of the model and on in it.
  private func outputRows(_ card: CardPlan.Card) -> [Diagram.Row] {
    card.outputs.map { output in
      let text = elided("output \(output.name.printable)", Self.lineRoom, .detail)
      return row(nil, 13, [Diagram.Run(text: text, style: .detail)])
    }
  }

  /// `down4 cropped to 56 × 56 × 512`, without a shape that has no room.
  private func cropRow(_ index: Int) -> Diagram.Row {
    let source = network.inputs(of: network.layers[index]).first.map { form.name(of: $0).printable } ?? ""
    let shape = " cropped to " + input.shapeText(of: TensorID(index))
    let end = Helvetica.width(source + shape, size: 9) <= Self.lineRoom ? shape : " cropped"
    let text = elided(source, Self.lineRoom - Helvetica.width(end, size: 9), .detail) + end
    return row(.family(.reshaping), 13, [Diagram.Run(text: text, style: .detail)])
  }

  private func costRow(_ index: Int) -> [Diagram.Row] {
    guard let cost = costs.shown(index) else { return [] }
    let room = Double(Self.inside - Self.heatWidth) - Self.indentation
    let fits = Helvetica.width(cost.exact, size: 8.5) <= room
    return [
      Diagram.Row(
        spine: nil, height: 14, left: [Diagram.Run(text: fits ? cost.exact : cost.short, style: .small)],
        right: Diagram.Run(text: cost.share, style: .heat), heat: cost.heat)
    ]
  }

  private static let heatWidth = 44

  /// The width of the cells at the right; 0 where they are empty.
  private func rightWidth(_ texts: [Diagram.Run?], _ index: Int) -> Int {
    let widest = texts.compactMap { $0 }.map { Helvetica.width($0.text, size: $0.style.size, bold: $0.style.isBold) }
    let cost = costs.shown(index) == nil ? 0 : Self.heatWidth
    guard let width = widest.max() else { return cost }
    return max(Int((width + Self.indentation).rounded(.up)), 20, cost)
  }

  private func elided(_ text: String, _ room: Double, _ style: Diagram.Run.Style) -> String {
    Helvetica.elided(text, to: room, size: style.size, bold: style.isBold)
  }
}

extension Diagram.Run.Style {
  /// In points.
  var size: Double {
    switch self {
    case .kind, .arguments: 11
    case .detail: 9
    case .small, .heat: 8.5
    }
  }

  var isBold: Bool {
    switch self {
    case .kind: true
    case .arguments, .detail, .small, .heat: false
    }
  }
}
