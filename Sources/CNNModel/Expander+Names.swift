import CNNLayers
import CNNSyntax
import CNNText

/// What lines, layers and calls are named: labels, and kinds with numbers.
extension Expander {
  /// The label of a line and what each of its stages is called; no names where the line has no label at all.
  mutating func names(for stages: NodeList<Stage>) -> (Symbol?, [StageName]) {
    var hasLabel = false
    for index in stages.range where tree.stages[index].label != nil { hasLabel = true }
    guard hasLabel else { return (nil, []) }
    var names: [StageName] = []
    let first = tree.stages[Int(stages.start)].label.flatMap { symbol(of: $0) }
    var weighted: [Int] = []
    for (position, index) in stages.range.enumerated() {
      let stage = tree.stages[index]
      if position > 0, let label = stage.label {
        names.append(symbol(of: label).map { .own($0) } ?? .counted)
        continue
      }
      if isWeighted(stage) { weighted.append(position) }
      names.append(first.map { .under($0) } ?? .counted)
    }
    if let first {
      if weighted.count == 1 { names[weighted[0]] = .own(first) }
      if weighted.isEmpty { names[0] = .own(first) }
    }
    return (first, names)
  }

  func firstLabel(_ names: [StageName]) -> Symbol? {
    for case .own(let symbol) in names { return symbol }
    return nil
  }

  mutating func symbol(of label: Label) -> Symbol? {
    switch label {
    case .name(let name): return name.symbol
    case .template(let id): return text(id).map { network.symbols.intern($0) }
    // It names the parts of what the line gives, not the line.
    case .pattern: return nil
    }
  }

  mutating func isWeighted(_ stage: Stage) -> Bool {
    switch stage.kind {
    case .from: return false
    case .conditional, .loop, .repetition: return true
    case .call(let call):
      if call.join != nil { return true }
      switch callee(of: call.name) {
      case nil, .block: return true
      case .layer(let index): return kinds[index].isWeighted
      }
    }
  }

  /// Gives the current tensor a label. A label twice in one call is a mistake, and so is one that a counted layer bears.
  mutating func define(_ symbol: Symbol, at span: Span) {
    if let other = labels.entries[symbol], other.level == labels.level {
      return report(.duplicateLabel(spelling(symbol), first: other.span, hasHole: hasHole(span)), at: span)
    }
    labels.entries[symbol] = .init(flow: current, span: span, level: labels.level)
    noteNumbered(symbol, at: span)
  }

  /// Names what a labelled stage or line has given, where the label is a list: `[a, b]: split 2`.
  mutating func defineParts(of stage: Stage) {
    guard case .pattern(let id)? = stage.label, case .list(let items, _, _) = tree[id] else { return }
    let parts = [current]
    guard parts.count == items.range.count else {
      return report(.patternCount(expected: items.range.count, found: parts.count), at: tree.span(tree[id]))
    }
    let whole = current
    for (index, part) in zip(items.range, parts) {
      guard case .name(let name) = tree.patterns[index] else { continue }
      current = part
      define(name.symbol, at: tree.span(name))
    }
    current = whole
  }

  /// True for a label that is a string with holes.
  func hasHole(_ label: Span) -> Bool { program.sources.text(label).contains("{") }

  /// A label such as `conv1` must not be the name of a layer without a label, be that above it or below.
  mutating func noteNumbered(_ symbol: Symbol, at span: Span) {
    let text = spelling(symbol)
    let digits = text.utf8.reversed().prefix { $0 >= 0x30 && $0 <= 0x39 }.count
    guard digits > 0, let number = UInt32(text.suffix(digits)), String(number) == text.suffix(digits) else { return }
    let base = network.symbols.intern(String(text.dropLast(digits)))
    let kind = program.names.layer(base)
    guard kind != nil || namespace.block(base) != nil else { return }
    if let other = counted(base, kind, number) {
      report(.labelOfCounted(text, layer: other), at: span)
    } else {
      naming.numberedLabels.append(NumberedLabel(base: base, number: number, span: span))
    }
  }

  /// The place of the layer or block call of this scope that bears a name by its number.
  func counted(_ base: Symbol, _ kind: Int?, _ number: UInt32) -> Span? {
    let name = LocalName(symbol: base, number: number)
    if let kind {
      guard kind < naming.layers.count, naming.layers[kind] >= number else { return nil }
      let layer = network.layers.lastIndex { $0.scope == naming.id && $0.name == name }
      return layer.flatMap { program.place(of: TensorID($0), in: network) }
    }
    guard naming.blocks[base] ?? 0 >= number else { return nil }
    let frame = network.frames.last { frame in
      guard frame.scope >= 0 else { return false }
      let scope = network.scopes[Int(frame.scope)]
      return scope.parent == naming.id && scope.name == name
    }
    return frame?.stage.map { tree.headSpan(tree.stages[$0.position]) }
  }

  /// The name of a layer or block call without a label, and a complaint where a label above it says the same.
  mutating func countedName(_ base: Symbol, _ number: UInt32, _ stage: Int) -> LocalName {
    if let label = naming.numberedLabels.first(where: { $0.base == base && $0.number == number }) {
      report(.labelOfCounted("\(spelling(base))\(number)", layer: tree.headSpan(tree.stages[stage])), at: label.span)
    }
    return LocalName(symbol: base, number: number)
  }

  mutating func layerName(_ name: StageName, kind: Int, _ stage: Int) -> LocalName {
    switch name {
    case .own(let symbol): return LocalName(symbol: symbol, number: 0)
    case .counted:
      let number = naming.nextLayer(kind, of: kinds.count)
      return countedName(program.names.layerSymbols[kind], number, stage)
    case .under(let label):
      let symbol = network.symbols.intern(label, dot: program.names.layerSymbols[kind])
      let number = naming.nextBlock(symbol)
      return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
    }
  }

  mutating func blockName(_ name: StageName, _ block: Symbol, _ stage: Int) -> LocalName {
    switch name {
    case .own(let symbol): return LocalName(symbol: symbol, number: 0)
    case .counted: return countedName(block, naming.nextBlock(block), stage)
    case .under(let label):
      let symbol = network.symbols.intern(label, dot: block)
      let number = naming.nextBlock(symbol)
      return LocalName(symbol: symbol, number: number == 1 ? 0 : number)
    }
  }
}
