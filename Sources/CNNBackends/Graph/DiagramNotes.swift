import CNNLayers
import CNNModel
import CNNSyntax
import CNNText

/// What a pointer that rests on a node is told, and where a click leads: whole names, arguments and costs, and the line
/// of the source.
struct DiagramNotes {
  private let input: BackendInput
  private let program: Program
  private let network: Network
  private let form: NormalForm
  private let names: DiagramNames
  private let costs: DiagramCosts
  private let plan: CardPlan
  private let linkBase: String?
  private let lines: [LineIndex]

  init(
    _ input: BackendInput, _ plan: CardPlan, _ names: DiagramNames, _ costs: DiagramCosts, _ form: NormalForm,
    linkBase: String?
  ) {
    self.input = input
    program = input.program
    network = input.network
    self.plan = plan
    self.names = names
    self.costs = costs
    self.form = form
    self.linkBase = linkBase
    lines = linkBase == nil ? [] : program.sources.files.map { LineIndex($0) }
  }

  func tooltip(_ index: Int) -> String {
    let card = plan.cards[index]
    switch card.content {
    case .input(let tensor): return "\(tensor.name): input"
    case .output(let tensor): return "\(tensor.name): output"
    case .layers(let layers, _):
      let head = layers.prefix(1).map { line($0, giving: card.output) }
      return (head + (layers.dropFirst() + card.crops + card.riders).map { line($0) }).joined(separator: "\n")
    case .call(let call):
      let frame = network.frames[Int(call)]
      return noted("\(names.path(index)): \(form.text(of: frame).text)", index, card, block: frame.block)
    case .stack(let calls):
      let frame = network.frames[Int(calls[0])]
      let title = "\(names.path(index)): \(form.text(of: frame).kind) × \(calls.count)"
      let groups = StackGroup.groups(of: calls, network, form).map { "\($0.text) × \($0.count)" }
      return noted(title, index, card, block: frame.block, further: groups)
    }
  }

  /// Of an open block; of the model for the first.
  func tooltip(ofCluster index: Int) -> String {
    let frame = network.frames[Int(plan.clusters[index].frame)]
    guard index > 0 else { return documentation(ofModel: network.name) ?? network.name }
    let words = DiagramCosts.words(costs.sum(frame.layers.clamped(to: plan.cardOf.indices)))
    let title = "\(network.path(of: frame)): \(form.text(of: frame).text)" + (words.map { " (\($0))" } ?? "")
    return [title, documentation(ofBlock: frame.block)].compactMap { $0 }.joined(separator: "\n\n")
  }

  func link(_ index: Int) -> String? {
    switch plan.cards[index].content {
    case .input(let tensor), .output(let tensor): tensor.place.flatMap { link(to: $0) }
    case .layers(_, let call?), .call(let call): link(to: call)
    case .layers(let layers, nil): program.place(of: network.layers[layers[0]], in: network).flatMap { link(to: $0) }
    case .stack(let calls): link(to: calls[0])
    }
  }

  func link(ofCluster index: Int) -> String? { index == 0 ? nil : link(to: plan.clusters[index].frame) }

  /// `conv1: conv 32, 5x5, pad same -> 28 × 28 × 32 (832 parameters, 627,200 multiply-adds)`
  private func line(_ index: Int, giving tensor: TensorID? = nil) -> String {
    let layer = network.layers[index]
    let words = DiagramCosts.words(costs.sum(index..<index + 1))
    let shape = tensor.map { " -> \(input.shapeText(of: $0))" } ?? ""
    return "\(network.path(of: layer)): \(form.text(of: layer).text)\(shape)" + (words.map { " (\($0))" } ?? "")
  }

  private func noted(
    _ title: String, _ index: Int, _ card: CardPlan.Card, block: Int?, further: [String] = []
  ) -> String {
    let closed = card.layerCount - card.riders.count
    let words = DiagramCosts.words(costs.cards[index]).map { ", \($0)" } ?? ""
    let shape = input.shapeText(of: card.output)
    let lines = ["\(title) -> \(shape) (\(closed) \(closed == 1 ? "layer" : "layers")\(words))"] + further
    let body = (lines + card.riders.map { line($0) }).joined(separator: "\n")
    return [body, documentation(ofBlock: block)].compactMap { $0 }.joined(separator: "\n\n")
  }

  private func documentation(ofBlock block: Int?) -> String? {
    guard let block else { return nil }
    return documentation(of: program.callable(block))
  }

  private func documentation(ofModel name: String) -> String? {
    program.mainModels.first { program.name(of: $0) == name }.flatMap { documentation(of: $0) }
  }

  private func documentation(of definition: ProgramDefinition) -> String? {
    program.tree(definition.file).documentation(above: definition.definition.keyword)
  }

  private func link(to call: FrameID) -> String? {
    let frame = network.frames[Int(call)]
    guard let stage = frame.stage else { return nil }
    let tree = program.tree(network.frames[Int(frame.parent)].file)
    return link(to: tree.headSpan(tree.stages[stage.position]))
  }

  /// `https://example.org/net.cnn#L12`
  private func link(to span: Span) -> String? {
    guard let linkBase, Int(span.file.index) < lines.count else { return nil }
    let path = program.sources[span.file].path
    var relative = path[...]
    while relative.hasPrefix("./") { relative = relative.dropFirst(2) }
    while relative.hasPrefix("/") { relative = relative.dropFirst() }
    let base = linkBase.hasSuffix("/") ? linkBase : linkBase + "/"
    return base + Self.escaped(relative) + "#L\(lines[Int(span.file.index)].line(at: span.start))"
  }

  private static func escaped(_ path: Substring) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    return path.utf8.reduce(into: "") { result, byte in
      result +=
        plain.contains(byte) ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
