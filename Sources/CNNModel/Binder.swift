import CNNLayers
import CNNSyntax
import CNNText

/// Arguments meet parameters, of layers, blocks and models alike.
extension Expander {
  /// The names a call can give values to, in order.
  struct Signature {
    let callee: String
    let symbols: [Symbol]
    /// The parameters of a layer; empty for blocks and models, whose parameters take any value.
    let infos: [ParameterInfo]
    /// Whether further values without a name belong to the first parameter.
    var gathers: Bool { infos.first?.takesSeveral ?? false }
  }

  /// Evaluates the arguments of a call into `bound`.
  ///
  /// - Returns: False when a mistake left the call without a meaning.
  mutating func bind(_ arguments: NodeList<Argument>, to signature: Signature, at head: Span) -> Bool {
    bound.values.removeAll(keepingCapacity: true)
    usedVariable = false
    var isWhole = true
    var sawNamed = false
    // One argument in the wrong place displaces those behind it.
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
        if !sawDisplaced { report(.positionalAfterNamed, at: tree.span(argument)) }
        sawDisplaced = true
        target = nil
      } else if signature.gathers {
        target = 0
      } else if position < signature.symbols.count {
        target = position
      } else {
        if !sawDisplaced, !signature.infos.isEmpty || isWorthSaying(of: signature.callee) {
          report(.extra(of: signature.callee, parameters: signature.names(self)), at: tree.span(argument))
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
        let name = spelling(signature.symbols[target])
        report(.duplicate(name, of: signature.callee), at: tree.span(argument))
        isWhole = false
        continue
      }
      bound.values.append(
        .init(parameter: target, value: value, isPositional: argument.name == nil && !isFlag && target == position))
    }
    return isWhole
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
    let names = signature.names(self)
    let written = spelling(name.symbol)
    report(
      .unknown(
        written, of: signature.callee, nearest: nearestName(to: written, in: names), parameters: names),
      at: tree.span(name))
    return nil
  }

  /// A bare name that is a parameter: a flag that is set, or a variable of the same name wherever it stands.
  private mutating func bareName(
    _ name: Name, _ own: Int, _ position: Int, _ signature: Signature, isAfterNamed: Bool
  ) -> (target: Int?, isFlag: Bool) {
    let text = spelling(name.symbol)
    guard variable(name.symbol) != nil else {
      if own < signature.infos.count, signature.infos[own].isFlag { return (own, true) }
      // Without a variable of that name it is a positional value: a word, a layer, a tensor.
      if isValue(name.symbol) { return (position < signature.symbols.count ? position : nil, false) }
      if signature.infos.isEmpty { return (own, true) }
      report(.flagNeedsValue(text, of: signature.callee), at: tree.span(name))
      return (nil, true)
    }
    // Behind a named argument nothing is positional, so the name stands in nobody's place.
    if own != position, position < signature.symbols.count, !isAfterNamed {
      let displaced = spelling(signature.symbols[position])
      report(.positionalVariable(text, inPlaceOf: displaced), at: tree.span(name))
    }
    return (own, false)
  }

  private func isValue(_ symbol: Symbol) -> Bool {
    labels.entries[symbol] != nil || program.names.word(symbol) != nil || program.names.layer(symbol) != nil
      || callable(symbol) != nil
  }

  /// The value of an argument. Words of the parameter come before labels, and those for axes before all else; strings name
  /// tensors.
  mutating func argumentValue(
    _ id: NodeID<Expression>, _ target: Int?, _ signature: Signature
  ) -> Value? {
    if let target, target < signature.infos.count {
      let info = signature.infos[target]
      if case .name(let name) = tree[id], let word = program.names.word(name.symbol), info.words.contains(word),
        info.prefersWords || variable(name.symbol) == nil
      {
        return .word(word)
      }
      if info.prefersWords, let list = wordList(id, info) { return list }
    }
    guard let value = evaluate(id) else { return nil }
    guard case .text(let text) = value else { return value }
    return tensor(named: text, at: tree.span(id)).flatMap { tensorValue($0) }
  }

  /// `[height, channels]`, all of it words of the parameter; nil for any other expression.
  private func wordList(_ id: NodeID<Expression>, _ info: ParameterInfo) -> Value? {
    guard case .compound(let compound) = tree[id], case .list(let items, _, _) = tree[compound] else { return nil }
    var words: [Value] = []
    for index in items.range {
      guard case .name(let name) = tree[tree.expressionLists[index]], let word = program.names.word(name.symbol),
        info.words.contains(word)
      else { return nil }
      words.append(.word(word))
    }
    return .list(words)
  }

  /// The tensor with a label; nil and a problem where there is none.
  mutating func tensor(named text: String, at span: Span) -> Flow? {
    let symbol = network.symbols.intern(text)
    if let entry = labels.entries[symbol] { return entry.flow }
    let (entries, names) = (labels.entries, network.symbols)
    let hint = nearest(to: text) { entries.keys.map { names[$0] }.sorted() }
    report(.unknownTensor(text, nearest: hint), at: span)
    return nil
  }

  /// The name in scope that is nearest to one that is not, for values.
  mutating func nearestValue(to symbol: Symbol) -> String? {
    let expander = self
    return nearest(to: spelling(symbol)) { expander.valueNames }
  }

  private var valueNames: [String] {
    var names: Set<String> = []
    for index in localBase..<locals.count { names.insert(spelling(locals[index].symbol)) }
    for key in labels.entries.keys { names.insert(spelling(key)) }
    for symbol in namespace.valueSymbols + namespace.blockSymbols { names.insert(spelling(symbol)) }
    // Axes are no help where a number is wanted, and the names of many mistyped numbers are near to `width`.
    for word in Word.allCases where !Word.axes.contains(word) { names.insert(word.rawValue) }
    for kind in kinds { names.insert(kind.name) }
    return names.sorted()
  }
}

extension Expander.Signature {
  func index(of symbol: Symbol) -> Int? { symbols.firstIndex(of: symbol) }

  func names(_ expander: Expander) -> [String] { symbols.map { expander.spelling($0) } }
}

extension Expander {
  mutating func signature(ofLayer index: Int) -> Signature { layers[use(index)].signature }

  /// Where a layer's definition lies among those in use; the first use makes it.
  @inline(__always)
  mutating func use(_ kind: Int) -> Int {
    let index = Int(layerPlaces[kind])
    return index >= 0 ? index : makeLayer(kind)
  }

  private mutating func makeLayer(_ kind: Int) -> Int {
    let definition = kinds[kind].definition()
    let signature = Signature(
      callee: kinds[kind].name, symbols: definition.parameters.map { network.symbols.intern($0.name) },
      infos: definition.parameters)
    layers.append(LayerInUse(definition, signature))
    layerPlaces[kind] = Int16(layers.count - 1)
    return layers.count - 1
  }

  func signature(of definition: ProgramDefinition) -> Signature {
    let tree = program.tree(definition.file)
    return Signature(
      callee: spelling(definition.definition.name.symbol),
      symbols: definition.definition.parameters.range.map { tree.parameters[$0].name.symbol }, infos: [])
  }
}
