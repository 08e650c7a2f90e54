import CNNLayers
import CNNSyntax
import CNNText

/// The words for sizes: which a model works for, and what keeps the others out.
extension Expander {
  /// Which sizes a model works for, where it admits others too, and the condition to write.
  func sizeVerdict(_ span: Span) -> Diagnostic {
    let symbols = sizes.sizes.symbols.filter { $0.valid != $0.admitted }
    let list = symbols.map { $0.valid.words($0.name) }.joined(separator: " and ")
    var remarks = symbols.flatMap { conditionTables($0.name) }
    var fixes: [Diagnostic.Fix] = []
    if let edit = whereEdit(span) {
      fixes.append(.init("admit these sizes only", [edit]))
    } else {
      remarks.append(.help("`where` behind the shape admits some sizes only"))
    }
    return Diagnostic(
      .someInputSizes, "\(network.name) works only for \(list)", at: span,
      sizes.sizes.symbols.allSatisfy({ $0.admitted == .all }) ? "every size is admitted here" : "more is admitted here",
      remarks: remarks, fixes: fixes)
  }

  /// Behind the shape of the input, or behind the conditions that it has.
  private func whereEdit(_ span: Span) -> Diagnostic.Fix.Edit? {
    let symbols = sizes.sizes.symbols.filter { $0.valid != $0.admitted }
    let conditions = symbols.compactMap { $0.valid.condition($0.name) }.filter { !$0.isEmpty }
    guard conditions.count == symbols.count else { return nil }
    let tree = program.tree(span.file)
    for statement in tree.statements {
      guard case .input(let id) = statement, tree.span(tree[id].shape) == span else { continue }
      guard let clause = tree[id].whereClause else {
        return .init(span.after, " where " + conditions.joined(separator: ", "))
      }
      let last = tree.span(tree.expressionLists[clause.conditions.range.upperBound - 1])
      return .init(last.after, ", " + conditions.joined(separator: ", "))
    }
    return nil
  }

  /// What each layer asks of a symbol, and what it leaves.
  private func conditionTables(_ symbol: String) -> [Diagnostic.Remark] {
    let network = networkWithSizes
    var own = sizes.sizes.conditions.filter { sizes.sizes.symbols[$0.symbol].name == symbol }
    // Of the layers that need some extent at least, the last needs the most.
    let last = own.last { $0.isMinimum }?.tensor
    own.removeAll { $0.isMinimum && $0.tensor != last }
    guard !own.isEmpty else { return [] }
    var rows = own.map { condition in
      [
        "\(point: condition.place)", Message(network.words(condition)), Message(condition.leaves.words(symbol)),
      ]
    }
    if rows.count > 8 { rows = rows.prefix(4) + [["...", "", ""]] + rows.suffix(3) }
    return [
      .why("what keeps sizes of `\(symbol)` out, and what is left", table: .init([.left, .left, .left], rows))
    ]
  }

  private var networkWithSizes: Network {
    var network = network
    network.sizes = sizes.sizes
    return network
  }

  /// That numbers in a message are those of one size.
  func standInNote() -> [Diagnostic.Remark] {
    let symbols = sizes.sizes.symbols
    guard !symbols.isEmpty else { return [] }
    let list = symbols.map { "\($0.name) = \($0.standIn)" }.joined(separator: " and ")
    guard let exhausted = sizes.exhausted else { return [.note("the numbers are those of \(list)")] }
    let symbol = symbols[exhausted]
    let condition = sizes.sizes.conditions.last { $0.symbol == exhausted }
    let before = sizes.sizes.conditions.dropLast().last { $0.symbol == exhausted }?.leaves ?? symbol.admitted
    let need = condition.map { ": " + networkWithSizes.words($0) } ?? ""
    return [
      .note("the numbers are those of \(list)"),
      .why("of \(before.words(symbol.name)) none is left here\(need)"),
    ]
  }

  func words(_ first: Int, _ second: Int, _ span: Span) -> Diagnostic {
    let names = [first, second].map { sizes.sizes.symbols[$0].name }
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
      case .tooLong: "the extents repeat themselves only after \(Int64(SizeFunction.limit).grouped) sizes or more"
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
