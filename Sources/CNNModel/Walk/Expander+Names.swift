import CNNLayers
import CNNSyntax
import CNNText

/// What lines, layers and calls are named: labels, and kinds with numbers.
extension Expander {
  /// The label of a line and what each of its stages is called; no names where the line has no label at all.
  mutating func names(for stages: NodeList<Stage>) -> (Symbol?, [StageName]) {
    var hasLabel = false
    for index in stages.range where here.tree.stages[index].label != nil { hasLabel = true }
    guard hasLabel else { return (nil, []) }
    var names: [StageName] = []
    let first = here.tree.stages[Int(stages.start)].label.flatMap { symbol(of: $0) }
    var weighted: [Int] = []
    for (position, index) in stages.range.enumerated() {
      let stage = here.tree.stages[index]
      if position > 0, let label = stage.label {
        names.append(symbol(of: label).map { .own($0) } ?? .counted)
        continue
      }
      if isWeighted(stage) { weighted.append(position) }
      names.append(first.map { .under($0) } ?? .counted)
    }
    if let first {
      if weighted.count == 1 { names[weighted[0]] = .own(first) }
      if weighted.isEmpty { names[firstLayer(of: stages)] = .own(first) }
    }
    return (first, names)
  }

  /// Which stage of a line that begins with a label is the first to make a layer without a label of its own.
  private func firstLayer(of stages: NodeList<Stage>) -> Int {
    for (position, index) in stages.range.enumerated() where position == 0 || here.tree.stages[index].label == nil {
      if case .from = here.tree.stages[index].kind { continue }
      return position
    }
    return 0
  }

  func firstLabel(_ names: [StageName]) -> Symbol? {
    for case .own(let symbol) in names { return symbol }
    return nil
  }

  mutating func symbol(of label: Label) -> Symbol? {
    switch label {
    case .name(let name): return name.symbol
    case .template(let id): return here.text(id).map { here.scope.symbols.intern($0) }
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
      switch here.scope.callee(of: call.name) {
      case nil, .block: return true
      case .layer(let index): return kinds[index].isWeighted
      case .shared(let index):
        if case .layer(let kind) = here.built.network.sharedCalls[index].callee { return kinds[kind].isWeighted }
        return true
      }
    }
  }

  /// Gives the current tensor a label. A label twice in one call is a mistake, and so is one that is the name of a
  /// variable, which could not be read any more.
  mutating func define(_ symbol: Symbol, at span: Span) {
    define(symbol, as: here.built.current, at: span)
  }

  mutating func define(_ symbol: Symbol, as flow: Flow, at span: Span) {
    if let other = here.scope.labels.entries[symbol], other.level == here.scope.labels.level {
      return here.log.report(
        .duplicateLabel(here.scope.spelling(symbol), first: other.span, hasHole: hasHole(span)), at: span)
    }
    if let position = here.scope.locals.position(of: symbol, from: here.scope.localBase) {
      let place = here.scope.locals[position].place
      here.log.report(.labelOfVariable(here.scope.spelling(symbol), declared: place), at: span)
    }
    here.scope.labels.entries[symbol] = .init(flow: flow, span: span, level: here.scope.labels.level)
    noteNumbered(symbol)
  }

  /// Names what a labelled stage or line has given, where the label is a list: `[a, b]: split 2`.
  mutating func defineParts(of stage: Stage) {
    guard case .pattern(let id)? = stage.label, case .list(let items, _, _) = here.tree[id] else { return }
    // After a mistake the names are known all the same, so that reading one is not another mistake.
    guard here.built.current != .unknown else {
      for index in items.range {
        guard case .name(let name) = here.tree.patterns[index], here.scope.labels.entries[name.symbol] == nil else {
          continue
        }
        define(name.symbol, at: here.tree.span(name))
      }
      return
    }
    let parts = parts.isEmpty ? [here.built.current] : parts
    guard parts.count == items.range.count else {
      return here.log.report(
        .patternCount(expected: items.range.count, found: parts.count), at: here.tree.span(here.tree[id]))
    }
    for (index, part) in zip(items.range, parts) {
      guard case .name(let name) = here.tree.patterns[index] else { continue }
      define(name.symbol, as: part, at: here.tree.span(name))
    }
  }

  /// True for a label that is a string with holes.
  func hasHole(_ label: Span) -> Bool { program.sources.text(label).contains("{") }

  /// A label such as `conv1` takes a number away from the layers without labels, those above it and those below.
  mutating func noteNumbered(_ symbol: Symbol) {
    let text = here.scope.spelling(symbol)
    let digits = text.utf8.reversed().prefix { $0 >= 0x30 && $0 <= 0x39 }.count
    guard digits > 0, let number = UInt32(text.suffix(digits)), String(number) == text.suffix(digits) else { return }
    let base = here.scope.symbols.intern(String(text.dropLast(digits)))
    guard
      program.names.layer(base) != nil || here.scope.callable(base) != nil
        || here.scope.locals.position(of: base, from: 0) != nil
    else { return }
    here.built.naming.take(LocalName(symbol: base, number: number))
  }

  /// What the number in a name without a label counts.
  enum CountedBase {
    /// Layers of a kind.
    case kind(Int)
    /// Calls of a block, a model or what is shared, by their name.
    case called(Symbol)
  }

  /// The name of a layer or a call.
  mutating func localName(_ name: StageName, _ base: CountedBase) -> LocalName {
    switch (name, base) {
    case (.own(let symbol), _): return LocalName(symbol: symbol, number: 0)
    case (.counted, .kind(let kind)):
      return here.built.naming.nextLayer(kind, of: kinds.count, program.names.layerSymbols[kind])
    case (.counted, .called(let symbol)): return here.built.naming.nextCall(symbol)
    case (.under(let label), .kind(let kind)): return inner(label, program.names.layerSymbols[kind])
    case (.under(let label), .called(let called)): return inner(label, called)
    }
  }

  /// `conv1.relu`, and `conv1.relu2` for the second.
  private mutating func inner(_ label: Symbol, _ base: Symbol) -> LocalName {
    here.built.naming.nextLabelled(here.scope.symbols.intern(label, dot: base))
  }
}
