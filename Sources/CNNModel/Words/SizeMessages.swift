import CNNLayers
import CNNSyntax
import CNNText

/// The words for sizes: which a model works for, and what keeps the others out.
extension ModelWords {
  /// Which sizes a model works for, where it admits others too, and the condition to write.
  func sizeVerdict(_ span: Span) -> Diagnostic {
    let narrowed = sizes.symbols.indices.filter {
      sizes.symbols[$0].valid != sizes.symbols[$0].admitted
    }
    let list = narrowed.map { sizes.symbols[$0].valid.words(sizes.symbols[$0].name) }
    var remarks: [Diagnostic.Remark] = []
    var explained: [[SizeCondition]] = []
    let decisive = decisiveConditions()
    for symbol in narrowed.prefix(8) {
      let conditions = decisive[symbol]
      // Height and width mostly have the same fate, which is told once.
      if explained.contains(where: { same($0, conditions) }) { continue }
      explained.append(conditions)
      let others = narrowed.filter { $0 != symbol && same(decisive[$0], conditions) }
      remarks += table(conditions, symbol, others)
    }
    var fixes: [Diagnostic.Fix] = []
    if let (edit, text) = whereEdit(narrowed, span) {
      fixes.append(.init("`\(text)` admits only these", [edit]))
    } else {
      remarks.append(.help("conditions behind `where` admit some sizes only"))
    }
    return Diagnostic(
      .someInputSizes, "\(network.name) works only for \(list.joined(separator: " and "))", at: span,
      narrowed.allSatisfy { sizes.symbols[$0].admitted == .all } ? "every size is admitted" : "more is admitted",
      remarks: remarks, fixes: fixes)
  }

  /// Behind the shape of the input, or behind the conditions that it has.
  private func whereEdit(_ narrowed: [Int], _ span: Span) -> (Diagnostic.Fix.Edit, text: String)? {
    let symbols = narrowed.map { sizes.symbols[$0] }
    let conditions = symbols.compactMap { $0.valid.condition($0.name) }.filter { !$0.isEmpty }
    guard conditions.count == symbols.count else { return nil }
    let text = conditions.joined(separator: ", ")
    let tree = program.tree(span.file)
    for statement in tree.statements {
      guard case .input(let id) = statement, tree.span(tree[id].shape) == span else { continue }
      guard let clause = tree[id].whereClause else { return (.init(span.after, " where " + text), "where " + text) }
      let last = tree.span(tree.expressionLists[clause.conditions.range.upperBound - 1])
      return (.init(last.after, ", " + text), text)
    }
    return nil
  }

  /// The conditions on each symbol; of the layers that need some extent at least, the last, which needs the most.
  private func decisiveConditions() -> [[SizeCondition]] {
    var result: [[SizeCondition]] = sizes.symbols.map { _ in [] }
    for condition in sizes.conditions { result[condition.symbol].append(condition) }
    return result.map { own in
      let last = own.last { $0.isMinimum }?.tensor
      return own.filter { !$0.isMinimum || $0.tensor == last }
    }
  }

  /// True for conditions of two symbols that say the same of each.
  private func same(_ a: [SizeCondition], _ b: [SizeCondition]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0.cause == $1.cause && $0.place == $1.place && $0.leaves == $1.leaves }
  }

  /// What each layer asks of a symbol, and what it leaves.
  private func table(_ conditions: [SizeCondition], _ symbol: Int, _ others: [Int]) -> [Diagnostic.Remark] {
    guard !conditions.isEmpty else { return [] }
    let name = sizes.symbols[symbol].name
    var rows = conditions.map { condition in
      ["\(point: condition.place)", Message(network.words(condition)), Message(condition.leaves.words(name))]
    }
    if rows.count > 8 { rows = rows.prefix(4) + [["...", "", ""]] + rows.suffix(3) }
    let alike = others.map { "`\(sizes.symbols[$0].name)`" }.joined(separator: ", ")
    return [
      .why(
        "what each asks of `\(name)`, and what is left\(alike.isEmpty ? "" : "; \(alike) likewise")",
        table: .init([.left, .left, .left], rows))
    ]
  }

  /// That numbers in a message are those of one size.
  func standInNote() -> [Diagnostic.Remark] {
    let symbols = sizes.symbols
    guard !symbols.isEmpty else { return [] }
    let list = symbols.map { "\($0.name) = \($0.standIn)" }.joined(separator: " and ")
    let note = Diagnostic.Remark.note("the numbers are those of \(list)")
    return (sizes.exhausted.map { [exhaustion(of: $0)] } ?? []) + [note]
  }

  /// What sizes were left where something takes none of them.
  func exhaustion(of index: Int) -> Diagnostic.Remark {
    let symbol = sizes.symbols[index]
    let own = sizes.conditions.filter { $0.symbol == index }
    let before = own.dropLast().last?.leaves ?? symbol.admitted
    let need = own.last.map { ": " + network.words($0) } ?? ""
    return .why("\(before.words(symbol.name)) is left up to here, and no size of it can be\(need)")
  }

  func words(_ first: Int, _ second: Int, _ span: Span) -> Diagnostic {
    let names = [first, second].map { sizes.symbols[$0].name }
    return Diagnostic(
      .undecidedSize, "extents that depend on `\(names[0])` and on `\(names[1])` meet here", at: span,
      remarks: [
        .why("sizes are decided one symbol at a time"),
        .help("write `\(names[0])` for both in the shape of the input, where they are always equal"),
      ])
  }

  func words(_ failure: SizeFunction.Failure, _ span: Span) -> Diagnostic {
    let reason: Message =
      switch failure {
      case .tooLong:
        "the extents repeat themselves, or end, only after \(Int64(SizeFunction.limit).grouped) sizes or more"
      case .overflow: "the extents grow beyond 64 bits"
      }
    return Diagnostic(
      .undecidedSize, "the sizes that work up to here are too many to be told apart", at: span,
      remarks: [.why(reason), .help("`-D` gives a symbol a value; a number instead of it does too")])
  }

  func undecided(_ text: String, _ symbol: String, _ holds: SizeSet, _ domain: SizeSet, _ span: Span) -> Diagnostic {
    let fails = (try? domain.subtracting(holds)) ?? .none
    let examples = [(holds, "true"), (fails, "false")].compactMap { set, word in
      set.first.map { "\(word) for \(symbol) = \($0)" }
    }
    var remarks: [Diagnostic.Remark] = [
      .why("which layers there are must not depend on the size: \(examples.joined(separator: ", "))")
    ]
    if let condition = holds.condition(symbol), !condition.isEmpty {
      remarks.append(.help("`where \(condition)` behind the shape of the input, or the opposite, decides it"))
    }
    return Diagnostic(.undecidedSize, "`\(text)` holds for some sizes and not for others", at: span, remarks: remarks)
  }
}

extension Value {
  /// How a number that depends on a size could be known.
  var symbolHelp: [Diagnostic.Remark] {
    [.help("a number; a parameter of the model with a default; or `-D`, which gives the symbol a value")]
  }
}
