import CNNLayers
import CNNSyntax
import CNNText

/// Arguments meet parameters, of layers, blocks and models alike.
extension Evaluator {
  /// Evaluates the arguments of a call into `bound`.
  ///
  /// - Returns: False when a mistake left the call without a meaning.
  mutating func bind(_ arguments: NodeList<Argument>, to signature: Signature) -> Bool {
    bound.values.removeAll(keepingCapacity: true)
    scope.usedVariable = false
    var isWhole = true
    var sawNamed = false
    // One argument in the wrong place displaces those after it.
    var sawDisplaced = false
    for (position, index) in arguments.range.enumerated() {
      let argument = tree.arguments[index]
      let target: Int?
      var isFlag = false
      if let name = argument.name {
        sawNamed = true
        target = parameter(name, of: signature)
      } else if case .name(let name) = tree[argument.value], let own = signature.index(of: name.symbol) {
        (target, isFlag) = bareName(name, own, position, signature, isAfterNamed: sawNamed)
      } else if sawNamed {
        if !sawDisplaced { log.report(.positionalAfterNamed, at: tree.span(argument)) }
        sawDisplaced = true
        target = nil
      } else if signature.gathers {
        target = 0
      } else if position < signature.symbols.count {
        target = position
      } else {
        if !sawDisplaced, !signature.infos.isEmpty || log.isWorthSaying(of: signature.callee) {
          log.report(.extra(of: signature.callee, parameters: signature.names(scope.symbols)), at: tree.span(argument))
        }
        sawDisplaced = true
        target = nil
      }
      guard let value = isFlag ? .boolean(true) : argumentValue(argument.value, target, signature), let target else {
        isWhole = false
        continue
      }
      if let first = bound.values.firstIndex(where: { $0.parameter == target }) {
        if signature.gathers, target == 0, argument.name == nil {
          gather(value, at: first)
          continue
        }
        let name = scope.spelling(signature.symbols[target])
        log.report(.duplicate(name, of: signature.callee), at: tree.span(argument))
        isWhole = false
        continue
      }
      bound.values.append(
        .init(parameter: target, value: value, isPositional: argument.name == nil && !isFlag && target == position))
    }
    return isWhole
  }

  /// Binds no arguments at all.
  mutating func bindNothing() -> Bool {
    bound.values.removeAll(keepingCapacity: true)
    scope.usedVariable = false
    return true
  }

  /// Evaluates the arguments of a layer into `bound`.
  mutating func bind(_ call: Call, toLayer kind: Int) -> Bool {
    let signature = layer(kind).signature
    return bind(call.arguments, to: signature) && !writesChannels(call.arguments, signature)
  }

  /// Reports `conv 16, 64, 3x3`, which says in PyTorch's order what enters, how many filters there are and their kernel.
  /// As it is read here, large kernels would make steps that no one makes.
  private mutating func writesChannels(_ arguments: NodeList<Argument>, _ signature: Signature) -> Bool {
    guard arguments.count >= 3, signature.infos.prefix(3).map(\.name) == ["filters", "kernel", "stride"] else {
      return false
    }
    let first = Int(arguments.start)
    let values = (first..<first + 3).map { tree.arguments[$0] }
    guard values.allSatisfy({ $0.name == nil }), case .number = tree[values[1].value],
      case .shape(let token) = tree[values[2].value], case .number(let kernel)? = evaluate(values[1].value),
      kernel >= 16, ["1x1", "3x3", "5x5", "7x7"].contains(tree.text(token))
    else { return false }
    let next = tree.span(values[1].value).start
    log.report(.channelsWritten(signature.callee, upTo: next), at: tree.span(values[0].value))
    return true
  }

  /// Whether all arguments are bound that a layer cannot do without; reports what is missing.
  mutating func hasRequired(_ layer: LayerInUse, _ stage: Stage) -> Bool {
    var missing = layer.definition.required
    for index in bound.values.indices { missing &= ~(1 << UInt32(bound.values[index].parameter)) }
    if missing == 0 { return true }
    let names = layer.definition.parameters.enumerated().filter { missing & (1 << UInt32($0.offset)) != 0 }
    log.report(.missing(names.map(\.element.name), of: layer.signature.callee), at: tree.headSpan(stage))
    return false
  }

  /// Adds a value to those that an argument has so far.
  private mutating func gather(_ value: Value, at place: Int) {
    let argument = bound.values[place]
    let items: [Value] = if case .list(let items) = argument.value { items } else { [argument.value] }
    bound.values[place] = .init(
      parameter: argument.parameter, value: .list(items + [value]), isPositional: argument.isPositional)
  }

  /// The parameter a name means, or nil and a problem.
  mutating func parameter(_ name: Name, of signature: Signature) -> Int? {
    if let index = signature.index(of: name.symbol) { return index }
    let names = signature.names(scope.symbols)
    let written = scope.spelling(name.symbol)
    log.report(
      .unknown(
        written, of: signature.callee, nearest: nearestName(to: written, in: names), parameters: names),
      at: tree.span(name))
    return nil
  }

  /// A bare name that is a parameter: a flag that is set, or a variable of the same name in any place.
  private mutating func bareName(
    _ name: Name, _ own: Int, _ position: Int, _ signature: Signature, isAfterNamed: Bool
  ) -> (target: Int?, isFlag: Bool) {
    let text = scope.spelling(name.symbol)
    guard scope.variable(name.symbol) != nil else {
      if own < signature.infos.count, signature.infos[own].isFlag { return (own, true) }
      // Without a variable of that name it is a positional value: a word, a layer, a tensor.
      if scope.isValue(name.symbol) { return (position < signature.symbols.count ? position : nil, false) }
      if signature.infos.isEmpty { return (own, true) }
      log.report(.flagNeedsValue(text, of: signature.callee), at: tree.span(name))
      return (nil, true)
    }
    // After a named argument nothing is positional, so the name takes no other's place.
    if own != position, position < signature.symbols.count, !isAfterNamed {
      let displaced = scope.spelling(signature.symbols[position])
      log.report(.positionalVariable(text, inPlaceOf: displaced), at: tree.span(name))
    }
    return (own, false)
  }

  /// The value of an argument. Words of the parameter come before labels, and those for axes before all else; strings name
  /// tensors.
  mutating func argumentValue(
    _ id: NodeID<Expression>, _ target: Int?, _ signature: Signature
  ) -> Value? {
    // Most parameters take no words.
    if let target, target < signature.infos.count, !signature.infos[target].words.isEmpty,
      let word = word(id, of: signature, target)
    {
      return word
    }
    if case .string = tree[id] {
      // Of what no parameter takes, no more can be said.
      if target == nil { return nil }
      if let target, let word = quotedWord(id, of: signature, target) { return word }
    }
    guard let value = evaluate(id) else { return nil }
    switch value {
    case .text(let text): return tensor(named: text, at: tree.span(id)).flatMap { tensorValue($0) }
    case .list: return withTensors(value)
    case .number, .decimal, .boolean, .shape, .range, .word, .layer, .size, .tensor: return value
    }
  }

  /// A value whose strings are the tensors with those labels, which a callee could not find by name. A string that labels
  /// nothing here stays text, of which a block can make labels.
  private mutating func withTensors(_ value: Value) -> Value? {
    switch value {
    case .text(let text):
      guard let entry = scope.labels.entries[scope.symbols.intern(text)] else { return value }
      return tensorValue(entry.flow)
    case .list(let items):
      var values: [Value] = []
      for item in items {
        guard let value = withTensors(item) else { return nil }
        values.append(value)
      }
      return .list(values)
    case .number, .decimal, .boolean, .shape, .range, .word, .layer, .size, .tensor: return value
    }
  }

  /// A word of a parameter, or a list of them; nil for any other expression.
  private mutating func word(_ id: NodeID<Expression>, of signature: Signature, _ target: Int) -> Value? {
    switch tree[id] {
    case .name(let name):
      guard let word = program.names.word(name.symbol), signature.infos[target].words.contains(word),
        signature.infos[target].prefersWords || scope.variable(name.symbol) == nil
      else { return nil }
      return .word(word)
    case .compound(let compound):
      return signature.infos[target].prefersWords ? wordList(tree[compound], signature.infos[target].words) : nil
    case .number, .shape, .boolean, .wildcard, .string, .input, .negation, .not, .binary, .member, .comprehension,
      .missing:
      return nil
    }
  }

  /// `"same"` where `same` is a word of the parameter, which is reported.
  private mutating func quotedWord(_ id: NodeID<Expression>, of signature: Signature, _ target: Int) -> Value? {
    guard target < signature.infos.count, !signature.infos[target].words.isEmpty, case .text(let text)? = evaluate(id),
      let word = Word(rawValue: text), signature.infos[target].words.contains(word)
    else { return nil }
    log.report(.quotedWord(text), at: tree.span(id))
    return .word(word)
  }

  /// `[height, channels]`, where all of it is words of the parameter.
  private func wordList(_ compound: Compound, _ known: [Word]) -> Value? {
    guard case .list(let items, _, _) = compound else { return nil }
    var words: [Value] = []
    for index in items.range {
      guard case .name(let name) = tree[tree.expressionLists[index]], let word = program.names.word(name.symbol),
        known.contains(word)
      else { return nil }
      words.append(.word(word))
    }
    return .list(words)
  }

  /// The tensor with a label; nil and a problem where there is none.
  mutating func tensor(named text: String, at span: Span) -> Flow? {
    let symbol = scope.symbols.intern(text)
    if let entry = scope.labels.entries[symbol] { return entry.flow }
    let hint = log.nearest(to: text, in: scope.labelNames)
    reportUnknown(.unknownTensor(text, nearest: hint), at: span)
    return nil
  }

  /// The name in scope that is nearest to one that is not, for values.
  mutating func nearestValue(to symbol: Symbol) -> String? {
    log.nearest(to: scope.spelling(symbol), in: scope.valueNames)
  }

  /// What can begin a line and is nearest to a name that cannot.
  mutating func nearestStage(to text: String) -> String? {
    if let foreign = ForeignWords.layer(text) { return foreign.layer }
    return log.nearest(to: text, in: scope.stageNames)
  }
}
