import CNNLayers
import CNNModel
import CNNSyntax

/// Makes the rows of a report from those of the network: leaves out what shows nothing, puts neighbouring calls that
/// are the same together, and opens calls as deep as was asked for.
struct ReportRowBuilder {
  private(set) var rows: [ReportTable.Row] = []

  private let program: Program
  private let network: Network
  private let form: NormalForm
  private let costs: NetworkCosts
  private let sized: SizeCosts?
  private let fields: [ReceptiveField]
  private let depth: ReportOptions.Depth
  /// Those before the first mistake.
  private let validLayers: Range<Int>
  /// The model's own lines: where the layers of each begin, and its row.
  private var lines: [(layers: Range<Int>, row: Int)] = []

  init(
    _ input: BackendInput, _ costs: NetworkCosts, _ sized: SizeCosts?, _ depth: ReportOptions.Depth,
    _ validLayers: Range<Int>
  ) {
    program = input.program
    network = input.network
    form = NormalForm(input.model, of: input.program)
    fields = input.network.receptiveFields()
    self.costs = costs
    self.sized = sized
    self.depth = depth
    self.validLayers = validLayers
  }

  /// The inputs and the lines of the model.
  mutating func addModel() {
    var inputs = network.inputs.filter { validLayers.contains(Int($0.tensor)) }[...]
    for group in groups(of: shownRows(of: .model, in: network.rows.indices)) {
      while let input = inputs.first, Int(input.tensor) < network.rows[group[0].index].layers.lowerBound {
        add(input)
        inputs.removeFirst()
      }
      add(group, level: 0, below: "")
    }
    for input in inputs { add(input) }
  }

  /// What the line of the model is called that holds a layer.
  func lineName(of layer: Int) -> String {
    var low = 0
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if lines[middle].layers.upperBound <= layer { low = middle + 1 } else { high = middle }
    }
    guard low < lines.count, lines[low].layers.contains(layer),
      let name = network.name(of: network.rows[lines[low].row])
    else { return form.name(of: TensorID(layer)) }
    return name
  }

  private mutating func add(_ input: NamedTensor) {
    var row = ReportTable.Row(name: input.name)
    row.output = network.shapeWords(of: input.tensor)
    row.memory = network.shape(of: input.tensor).bytes
    rows.append(row)
  }

  /// A row for calls that are the same, and, where their depth is open, the rows inside the first.
  private mutating func add(_ group: [ShownRow], level: Int, below path: String) {
    guard let first = group.first, let last = group.last else { return }
    let source = network.rows[first.index]
    let names = [first, last].map { relativeName(network.name(of: network.rows[$0.index]) ?? "", below: path) }
    var row = ReportTable.Row(name: group.count == 1 ? names[0] : nameRange(names[0], names[1]))
    row.stages = first.stages
    row.count = group.count
    row.symbols = network.sizes?.symbolNames ?? []
    row.level = level
    row.nesting = source.nesting
    row.startsBranch = source.startsBranch
    let output = network.rows[last.index].output
    if !output.isNone, validLayers.contains(Int(output)) {
      row.output = network.shapeWords(of: output)
      row.field = fields[Int(output)]
    }
    for shown in group {
      let layers = network.rows[shown.index].layers.clamped(to: validLayers)
      if level == 0 { lines.append((layers, shown.index)) }
      for layer in layers {
        row.costs.add(costs.layers[layer])
        if let sized { row.work = SizeCosts.sum([row.work ?? SizePolynomial(), sized.multiplyAdds[layer]]) }
        row.memory = row.memory.saturatingAdd(network.outputShape(of: network.layers[layer]).bytes)
      }
    }
    row.sharedWith = network.sharedName(
      ofLayers: group.flatMap { network.rows[$0.index].layers.clamped(to: validLayers) })
    rows.append(row)
    guard depth.opens(level) else { return }
    var inside = first.inside
    for (position, call) in first.calls.enumerated() {
      // Rows and calls stand in the order in which they ran: those of this call end where the next one begins.
      let next = position + 1 < first.calls.count ? first.calls[position + 1] : FrameID(Int(Int32.max))
      let end = inside.first { network.rows[$0].frame >= next } ?? inside.upperBound
      // Several calls on one line keep their names, which tell their rows apart.
      let callPath = first.calls.count == 1 ? network.path(of: network.frames[Int(call)]) : path
      for group in groups(of: shownRows(of: call, in: inside.lowerBound..<end)) {
        add(group, level: level + 1, below: callPath)
      }
      inside = end..<inside.upperBound
    }
  }

  private func relativeName(_ name: String, below path: String) -> String {
    !path.isEmpty && name.hasPrefix(path + ".") ? String(name.dropFirst(path.count + 1)) : name
  }
}

// MARK: - What is shown

extension ReportRowBuilder {
  /// A row of the network that is to be seen.
  private struct ShownRow {
    let index: Int
    let stages: [NormalForm.StageText]
    let calls: [FrameID]
    /// The rows of the calls it makes.
    let inside: Range<Int>
  }

  /// The rows of one call, up to the first mistake. Loops and conditions show what they run and not themselves.
  private func shownRows(of frame: FrameID, in range: Range<Int>) -> [ShownRow] {
    let own = range.filter { network.rows[$0].frame == frame }
    var shown: [ShownRow] = []
    for (position, index) in own.enumerated() {
      let row = network.rows[index]
      let isValid = !row.output.isNone && validLayers.contains(Int(row.output))
      if !isValid, row.layers.clamped(to: validLayers).isEmpty { break }
      let stages = visibleStages(of: row)
      if !stages.isEmpty {
        let end = position + 1 < own.count ? own[position + 1] : range.upperBound
        shown.append(ShownRow(index: index, stages: stages, calls: network.calls(of: row), inside: index + 1..<end))
      }
      if !isValid { break }
    }
    return shown
  }

  /// The layers and calls of a row. A branch that adds nothing passes its input through.
  private func visibleStages(of row: Row) -> [NormalForm.StageText] {
    let tree = program.tree(network.frames[Int(row.frame)].file)
    let stages = zip(row.stages, form.stages(of: row)).compactMap { index, text in
      switch tree.stages[index].kind {
      case .call, .from: text
      case .conditional, .loop, .repetition: nil
      }
    }
    if stages.isEmpty, row.startsBranch { return [NormalForm.StageText(kind: "identity", arguments: "")] }
    return stages
  }

  /// Neighbouring calls whose text, input, output and expansion are equal stand together.
  private func groups(of shown: [ShownRow]) -> [[ShownRow]] {
    var groups: [[ShownRow]] = []
    for row in shown {
      if let last = groups.last?.last, isSame(last, row) {
        groups[groups.count - 1].append(row)
      } else {
        groups.append([row])
      }
    }
    return groups
  }

  private func isSame(_ a: ShownRow, _ b: ShownRow) -> Bool {
    let first = network.rows[a.index]
    let second = network.rows[b.index]
    guard !a.calls.isEmpty, a.calls.count == b.calls.count, !second.startsBranch, first.nesting == second.nesting,
      first.layers.count == second.layers.count, first.frames.count == second.frames.count, a.stages == b.stages,
      !first.input.isNone, !second.input.isNone, !second.output.isNone, validLayers.contains(Int(second.output)),
      network.shapeWords(of: first.input) == network.shapeWords(of: second.input),
      network.shapeWords(of: first.output) == network.shapeWords(of: second.output)
    else { return false }
    return zip(first.layers, second.layers).allSatisfy { index, other in
      let layer = network.layers[index]
      let otherLayer = network.layers[other]
      guard layer.operation == otherLayer.operation,
        network.outputShape(of: layer) == network.outputShape(of: otherLayer)
      else { return false }
      let inputs = network.inputs(of: layer)
      let otherInputs = network.inputs(of: otherLayer)
      return inputs.count == otherInputs.count
        && zip(inputs, otherInputs).allSatisfy { $0 == $1 || place($0, in: first) == place($1, in: second) }
    }
  }

  /// Where a tensor stands as seen from a row: how many layers into it, with what entered it before.
  private func place(_ tensor: TensorID, in row: Row) -> Int {
    tensor == row.input ? -1 : Int(tensor) - row.layers.lowerBound
  }
}

/// The names from `first` to `last`: `layer2.1-3` where they differ in a number, else both of them.
func nameRange(_ first: String, _ last: String, dash: String = "-") -> String {
  let a = Array(first.utf8)
  let b = Array(last.utf8)
  let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  var start = zip(a, b).prefix { $0 == $1 }.count
  while start > 0, isDigit(a[start - 1]) { start -= 1 }
  var end = zip(a.dropFirst(start).reversed(), b.dropFirst(start).reversed()).prefix { $0 == $1 }.count
  while end > 0, isDigit(a[a.count - end]) { end -= 1 }
  let numbers = (a[start..<(a.count - end)], b[start..<(b.count - end)])
  guard !numbers.0.isEmpty, !numbers.1.isEmpty, numbers.0.allSatisfy(isDigit), numbers.1.allSatisfy(isDigit) else {
    return first == last ? first : first + dash + last
  }
  let range = a[..<(a.count - end)] + Array(dash.utf8) + numbers.1 + a.suffix(end)
  return String(decoding: range, as: UTF8.self)
}
