import CNNLayers
import CNNModel
import CNNSyntax
import CNNText

/// Which layers stand together on a card, and which blocks are drawn open around them.
struct CardPlan {
  enum Content: Hashable {
    case input(NamedTensor)
    /// Layers that the card shows one by one: what stands first computes, the rest was folded into it. `call` is the
    /// block that holds nothing else.
    case layers([Int], call: FrameID?)
    /// A closed block.
    case call(FrameID)
    /// Calls that one line makes in a row.
    case stack([FrameID])
    case output(NamedTensor)
  }

  struct Card {
    let content: Content
    let cluster: Int
    /// Layers folded into it from behind.
    var riders: [Int] = []
    /// Crops on the way into a join, which are told in a row of it.
    var crops: [Int] = []
    /// What the card hands on.
    var output: TensorID
    /// The outputs of the model that it hands on to other cards, too: told in a row of it. Where nothing reads an output,
    /// it is a card of its own, and ends a column.
    var outputs: [NamedTensor] = []
    /// How many layers it stands for.
    var layerCount: Int
  }

  /// An open block; the first is the model.
  struct Cluster {
    let frame: FrameID
    let parent: Int?
    let depth: Int
  }

  private(set) var cards: [Card] = []
  private(set) var clusters: [Cluster] = []
  /// The card of each layer.
  private(set) var cardOf: [Int]
  /// How many layers read a tensor; an output of the model counts as one more.
  let readerCounts: [Int]

  private let network: Network
  private let form: NormalForm
  private let depth: ReportOptions.Depth
  private let layers: Range<Int>
  private let calls: CallTree
  private let folding: Folding
  private var named: Set<FrameID> = []

  init(_ input: BackendInput, _ options: GraphOptions) throws(GraphError) {
    network = input.network
    form = NormalForm(input.model, of: input.program)
    depth = options.depth
    layers = 0..<(network.validLayers ?? network.layers.count)
    cardOf = Array(repeating: -1, count: layers.count)
    readerCounts = Self.readerCounts(network, layers)
    calls = CallTree(network, layers)
    folding = Folding(network, layers, readerCounts)
    if let name = options.open { named = try Self.calls(named: name, in: network) }
    clusters = [Cluster(frame: .model, parent: nil, depth: 0)]
    addCards(of: .model, in: 0)
    for output in network.outputs where layers.contains(Int(output.tensor)) {
      if let card = handsOn(output.tensor) {
        cards[card].outputs.append(output)
      } else {
        cards.append(Card(content: .output(output), cluster: 0, output: output.tensor, layerCount: 0))
      }
    }
  }

  /// The card of layers that makes a tensor, where another card reads it.
  private func handsOn(_ tensor: TensorID) -> Int? {
    let card = cardOf[Int(tensor)]
    guard cards[card].output == tensor else { return nil }
    if case .input = cards[card].content { return nil }
    let isRead = layers.contains { cardOf[$0] != card && network.inputs(of: network.layers[$0]).contains(tensor) }
    return isRead ? card : nil
  }

  func operation(of layer: Int) -> Operation { network.layers[layer].operation }

  /// The innermost open block around two of them.
  func commonCluster(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while a != b {
      if clusters[a].depth >= clusters[b].depth { a = clusters[a].parent ?? 0 } else { b = clusters[b].parent ?? 0 }
    }
    return a
  }

  private static func readerCounts(_ network: Network, _ layers: Range<Int>) -> [Int] {
    var counts = [Int](repeating: 0, count: layers.count)
    for index in layers {
      for tensor in network.inputs(of: network.layers[index]) { counts[Int(tensor)] += 1 }
    }
    for output in network.outputs where layers.contains(Int(output.tensor)) { counts[Int(output.tensor)] += 1 }
    return counts
  }

  /// A call and all around it.
  private static func calls(named name: String, in network: Network) throws(GraphError) -> Set<FrameID> {
    let paths = network.frames.map { network.path(of: $0) }
    let exact = paths.indices.dropFirst().filter { paths[$0] == name }
    let found = exact.isEmpty ? paths.indices.dropFirst().filter { paths[$0].hasSuffix(".\(name)") } : exact
    guard let first = found.first else {
      throw .noSuchCall(name, nearest: nearestName(to: name, in: paths.dropFirst()))
    }
    guard found.count == 1 else { throw .ambiguous(name, candidates: found.map { paths[$0] }) }
    var frames: Set<FrameID> = []
    var frame = FrameID(first)
    while frame > .model {
      frames.insert(frame)
      frame = network.frames[Int(frame)].parent
    }
    return frames
  }
}

// MARK: - From layers to cards

extension CardPlan {
  private mutating func addCards(of frame: FrameID, in cluster: Int) {
    var index = calls.layers(of: frame).lowerBound
    var next = calls.first(in: frame)
    while index < calls.layers(of: frame).upperBound {
      guard let call = next, calls.layers(of: call).lowerBound <= index else {
        add(layer: index, cluster)
        index += 1
        continue
      }
      if folding.isSingle(calls.layers(of: call)) {
        let own = Array(calls.layers(of: call))
        addCard(
          .layers(own.filter { !folding.crops[$0] }, call: call), cluster, own, output: TensorID(own.count - 1 + own[0])
        )
        index = calls.layers(of: call).upperBound
        next = calls.following(call)
      } else if opens(call) {
        clusters.append(Cluster(frame: call, parent: cluster, depth: clusters[cluster].depth + 1))
        addCards(of: call, in: clusters.count - 1)
        index = calls.layers(of: call).upperBound
        next = calls.following(call)
      } else {
        let stack = stack(from: call)
        let last = stack[stack.count - 1]
        let range = calls.layers(of: call).lowerBound..<calls.layers(of: last).upperBound
        let output = network.frames[Int(last)].output
        addCard(
          stack.count == 1 ? .call(call) : .stack(stack), cluster, Array(range),
          output: range.contains(Int(output)) ? output : TensorID(range.upperBound - 1))
        index = range.upperBound
        next = calls.following(last)
      }
    }
  }

  private mutating func add(layer index: Int, _ cluster: Int) {
    if folding.crops[index] { return }
    if folding.rides[index], let producer = network.inputs(of: network.layers[index]).first {
      let card = cardOf[Int(producer)]
      if card >= 0, cards[card].cluster == cluster {
        cards[card].riders.append(index)
        cards[card].output = TensorID(index)
        cards[card].layerCount += 1
        cardOf[index] = card
        return
      }
    }
    if network.layers[index].kind == nil {
      guard let input = network.inputs.first(where: { Int($0.tensor) == index }) else { return }
      addCard(.input(input), cluster, [index], output: TensorID(index))
    } else {
      addCard(.layers([index], call: nil), cluster, [index], output: TensorID(index))
    }
  }

  private mutating func addCard(_ content: Content, _ cluster: Int, _ layers: [Int], output: TensorID) {
    var card = Card(content: content, cluster: cluster, output: output, layerCount: layers.count)
    for index in layers { cardOf[index] = cards.count }
    guard case .layers(let own, _) = content else {
      cards.append(card)
      return
    }
    for tensor in own.flatMap({ network.inputs(of: network.layers[$0]) }) where folding.crops[Int(tensor)] {
      card.crops.append(Int(tensor))
      if cardOf[Int(tensor)] < 0 { card.layerCount += 1 }
      cardOf[Int(tensor)] = cards.count
    }
    cards.append(card)
  }

  private func opens(_ call: FrameID) -> Bool {
    depth.opens(network.frames[Int(call)].depth - 1) || named.contains(call)
  }

  /// The calls from one on that one line makes in a row: each feeds the next and nothing else, and either the shape
  /// stays or the call is written alike.
  private func stack(from first: FrameID) -> [FrameID] {
    var stack = [first]
    while let next = calls.following(stack[stack.count - 1]), continues(stack[stack.count - 1], next) {
      stack.append(next)
    }
    return stack
  }

  private func continues(_ call: FrameID, _ next: FrameID) -> Bool {
    let (a, b) = (network.frames[Int(call)], network.frames[Int(next)])
    guard a.block == b.block, a.stage == b.stage, !a.output.isNone, !b.output.isNone, b.input == a.output,
      calls.layers(of: call).upperBound == calls.layers(of: next).lowerBound,
      calls.layers(of: call).contains(Int(a.output)), calls.layers(of: next).contains(Int(b.output)),
      readers(of: a.output, in: calls.layers(of: next)) == readerCounts[Int(a.output)],
      !opens(next), !folding.isSingle(calls.layers(of: next))
    else { return false }
    return network.shapeWords(of: a.output) == network.shapeWords(of: b.output) || form.text(of: a) == form.text(of: b)
  }

  private func readers(of tensor: TensorID, in layers: Range<Int>) -> Int {
    layers.reduce(0) { sum, index in
      sum + network.inputs(of: network.layers[index]).count { $0 == tensor }
    }
  }
}
