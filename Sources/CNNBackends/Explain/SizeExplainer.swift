import CNNLayers
import CNNModel
import CNNText

extension BackendInput {
  /// Which input sizes the model works for, and what keeps the others out.
  ///
  /// - Parameter asked: Sizes to say more of, by the name of their symbol: whether they work, the nearest that do, and
  ///   why they do not.
  public func explainSizes(asked: [(symbol: String, size: Int64)] = []) -> Explanation {
    SizeExplainer(program, network, NormalForm(model, of: program), asked).explanation
  }
}

/// Says for which sizes a model works.
struct SizeExplainer {
  private let program: Program
  private let network: Network
  private let form: NormalForm
  private let asked: [(symbol: String, size: Int64)]
  private var lineIndices: [FileID: LineIndex] = [:]

  init(
    _ program: Program, _ network: Network, _ form: NormalForm, _ asked: [(symbol: String, size: Int64)]
  ) {
    self.program = program
    self.network = network
    self.form = form
    self.asked = asked
  }

  var explanation: Explanation {
    var explanation = Explanation()
    guard let sizes = network.sizes else {
      let shapes = network.inputs.map { network.shapeWords(of: $0.tensor).description }.joined(separator: ", ")
      explanation.say(
        "\(network.name) has an input of one size: \(shapes).",
        "A name in its shape, as in `input [H, W, 3]`, stands for every size.")
      return explanation
    }
    explanation.say("\(network.name)  \(signature(network.inputs)) to \(signature(network.outputs))")
    explanation.add(verdict(sizes))
    var told: [Int] = []
    for symbol in sizes.symbols.indices {
      // Height and width mostly have the same fate, which is told once.
      if told.contains(where: { isAlike($0, symbol, sizes) }) { continue }
      told.append(symbol)
      explanation.add(conditions(on: symbol, sizes))
    }
    for (name, size) in asked {
      guard let symbol = sizes.symbols.firstIndex(where: { $0.name == name }) else { continue }
      answer(size, symbol, sizes, &explanation)
    }
    return explanation
  }

  private func signature(_ tensors: [NamedTensor]) -> String {
    tensors.map { network.shapeWords(of: $0.tensor).description }.joined(separator: ", ")
  }

  /// The sizes that work, and those that are admitted where these are more.
  private func verdict(_ sizes: NetworkSizes) -> Explanation.Table {
    Explanation.Table(
      [.init(gap: 2), .init()],
      rows: sizes.symbols.flatMap { symbol in
        let works = ["works for", symbol.valid.words(symbol.name)]
        return symbol.valid == symbol.admitted
          ? [works] : [works, ["admits", symbol.admitted.words(symbol.name)]]
      })
  }

  /// What each layer asks of a symbol, where, and what it leaves.
  private func conditions(on symbol: Int, _ sizes: NetworkSizes) -> Explanation.Table {
    let name = sizes.symbols[symbol].name
    let alike = sizes.symbols.indices.filter { $0 != symbol && isAlike(symbol, $0, sizes) }
    let others = alike.isEmpty ? "" : "; " + alike.map { sizes.symbols[$0].name }.joined(separator: ", ") + " likewise"
    return Explanation.Table(
      [.init(role: .name), .init(), .init("asks for", minimum: 20), .init("leaves", minimum: 16)],
      title: "sizes of \(name)\(others)",
      rows: sizes.conditions.filter { $0.symbol == symbol }.map { condition in
        [
          form.name(of: condition.tensor), line(of: condition.place), network.words(condition),
          condition.leaves.words(name),
        ]
      })
  }

  /// True for symbols of which the same is asked at the same places.
  private func isAlike(_ a: Int, _ b: Int, _ sizes: NetworkSizes) -> Bool {
    let (first, second) = (sizes.conditions.filter { $0.symbol == a }, sizes.conditions.filter { $0.symbol == b })
    return sizes.symbols[a].admitted == sizes.symbols[b].admitted && first.count == second.count
      && zip(first, second).allSatisfy { $0.cause == $1.cause && $0.place == $1.place && $0.leaves == $1.leaves }
  }

  private func line(of place: Span) -> String {
    "line \(LineIndex(program.sources[place.file]).line(at: place.start))"
  }

  // MARK: One size

  private func answer(_ size: Int64, _ symbol: Int, _ sizes: NetworkSizes, _ explanation: inout Explanation) {
    let (name, valid, admitted) = (
      sizes.symbols[symbol].name, sizes.symbols[symbol].valid, sizes.symbols[symbol].admitted
    )
    if valid.contains(size) {
      explanation.say("\(name) = \(size) works.")
      explanation.note(size, "a size of \(name) that works")
      return
    }
    let below = size > 1 ? valid.previous(from: size - 1) : nil
    let above = size < .max ? valid.next(from: size + 1) : nil
    var nearest = [below.map { "\($0) below" }, above.map { "\($0) above" }].compactMap { $0 }
    if nearest.isEmpty { nearest = ["none"] }
    explanation.say("\(name) = \(size) does not work. The nearest sizes that do: \(nearest.joined(separator: ", ")).")
    explanation.note(below, "the nearest smaller size of \(name) that works")
    explanation.note(above, "the nearest larger size of \(name) that works")
    guard admitted.contains(size) else {
      explanation.say("The conditions behind `where` do not admit it: they are met by \(admitted.words(name)).")
      return
    }
    guard
      let condition = sizes.conditions.first(where: { $0.symbol == symbol && !$0.leaves.contains(size) })
    else { return }
    explanation.say(
      "\(form.name(of: condition.tensor)), \(line(of: condition.place)), asks for \(network.words(condition)), "
        + "and at \(name) = \(size) \(values(condition, at: size, sizes)).")
    for tensor in sources(of: condition) { explanation.add(chain(to: tensor, condition, at: size, sizes)) }
  }

  /// `that is 30 and 31`
  private func values(_ condition: SizeCondition, at size: Int64, _ sizes: NetworkSizes) -> String {
    func value(_ function: Int32) -> String { sizes.functions[Int(function)][size].map(String.init) ?? "nothing" }
    switch condition.cause {
    case .input: return "it is none"
    case .rule(_, let function): return "it is \(value(function))"
    case .meeting(let first, let second), .cut(let first, let second), .assertion(let first, let second):
      return "they are \(value(first)) and \(value(second))"
    }
  }

  /// The tensors whose extents are at odds.
  private func sources(of condition: SizeCondition) -> [TensorID] {
    switch condition.cause {
    case .input: return []
    case .assertion: return [condition.tensor]
    case .rule, .meeting, .cut:
      guard Int(condition.tensor) < network.layers.count else { return [] }
      return network.inputs(of: network.producer(of: condition.tensor))
    }
  }

  /// The extents along the way to a tensor at a size: a row for each layer that changes them.
  private func chain(
    to tensor: TensorID, _ condition: SizeCondition, at size: Int64, _ sizes: NetworkSizes
  ) -> Explanation.Table {
    var path: [TensorID] = []
    var id: TensorID? = tensor
    while let tensor = id {
      path.append(tensor)
      id = network.inputs(of: network.producer(of: tensor)).first
    }
    var rows: [[String]] = []
    var last: Int64?
    for tensor in path.reversed() {
      guard let extent = sizes.extent(of: tensor, axis: condition.axis), Int(extent.symbol) == condition.symbol,
        let value = sizes.functions[Int(extent.function)][size], value != last
      else { continue }
      last = value
      rows.append([String(value), form.name(of: tensor), form.text(of: network.producer(of: tensor)).text])
    }
    return Explanation.Table(
      [.init(gap: 3), .init(role: .name), .init(minimum: 20)], title: "to \(form.name(of: tensor))", rows: rows)
  }
}
