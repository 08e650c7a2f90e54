import CNNLayers
import CNNSyntax
import CNNText

/// A value given from outside: `-D classes=10`.
public struct Override: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A model that was checked, and what there is to say about it.
public struct CheckedModel: Sendable {
  public let network: Network
  /// In the order in which they were found; `Compilation` orders those of all models, and keeps each once.
  public let diagnostics: [Diagnostic]
}

extension Program {
  /// Expands a model and checks it. Parameters take the values of `overrides`, then those of an alias, then their
  /// defaults. An override that names no parameter gives a symbol of the model's inputs its value.
  ///
  /// - Parameter run: What models before this one did, and what it does.
  public mutating func check(
    _ model: ProgramDefinition, overrides: [Override] = [], ignoringClaims: Bool = false,
    in run: inout ProgramRun
  ) -> CheckedModel {
    var diagnostics: [Diagnostic] = []
    let values = evaluate(overrides, for: model, &diagnostics)
    var expander = Expander(self, model, symbols: InputSymbols(), ignoresClaims: ignoringClaims)
    expander.exchange(&run)
    expander.runModel(model, overrides: values)
    // The sizes that its shapes were worked out with at first may not work. Those it came to do, unless at one of them a
    // tensor is too large that comes before the layer that led to it; then the smallest sizes decide.
    for sizes in [Rerun.present, .smallest] where expander.here.built.tracker.changedStandIn {
      var standIns: [String: Int64] = [:]
      for symbol in expander.here.built.tracker.sizes.symbols {
        standIns[symbol.name] = sizes == .smallest ? symbol.valid.first : symbol.standIn
      }
      expander.exchange(&run)
      expander = Expander(self, model, symbols: InputSymbols(standIns: standIns), ignoresClaims: ignoringClaims)
      expander.exchange(&run)
      expander.here.built.tracker.keepsStandIns = sizes == .smallest
      expander.runModel(model, overrides: values)
    }
    expander.exchange(&run)
    let words = ModelWords(self, expander.here.built.network)
    return CheckedModel(
      network: expander.here.built.network, diagnostics: diagnostics + words.diagnostics(expander.here.log.problems))
  }

  /// Checks the names in what no model reached: blocks that nobody calls, branches that were not taken. What ran has
  /// been checked, and better.
  public func checkUnreached(after run: ProgramRun) -> [Diagnostic] {
    let visited = run.visited
    var hints = run.hints
    if trees.allSatisfy({ visited.containsAll(of: $0) }) { return [] }
    var diagnostics: [Diagnostic] = []
    var calls: [[(block: Int, site: Span)]] = []
    for definition in blocks + models {
      var check = StaticCheck(self, definition, except: visited)
      swap(&check.log.hints, &hints)
      check.run()
      swap(&check.log.hints, &hints)
      calls.append(check.calledBlocks)
      diagnostics += ModelWords(self).diagnostics(check.log.problems)
    }
    return diagnostics + circles(in: calls, except: visited)
  }

  /// Blocks that call themselves whatever their arguments, by way of others or not, though no model ran them.
  ///
  /// - Parameter calls: For each block, the blocks it calls and where.
  private func circles(in calls: [[(block: Int, site: Span)]], except visited: VisitedBodies) -> [Diagnostic] {
    enum Mark { case unseen, open, done }
    var marks = [Mark](repeating: .unseen, count: blocks.count + models.count)
    var diagnostics: [Diagnostic] = []
    for start in marks.indices where marks[start] == .unseen {
      // Depth first, with a stack of its own: chains of calls may be as long as the file.
      var path: [(block: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let top = path.last {
        guard top.next < calls[top.block].count else {
          marks[top.block] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let call = calls[top.block][top.next]
        if marks[call.block] == .unseen {
          marks[call.block] = .open
          path.append((call.block, 0))
        } else if marks[call.block] == .open, !wasRun(callable(call.block), visited) {
          var log = ProblemLog(self)
          log.report(.recursiveCall(name(of: callable(call.block)), chain: []), at: call.site)
          diagnostics += ModelWords(self).diagnostics(log.problems)
        }
      }
    }
    return diagnostics
  }

  private func wasRun(_ definition: ProgramDefinition, _ visited: VisitedBodies) -> Bool {
    guard case .body(let body) = definition.definition.content else { return false }
    return visited.contains(body, in: definition.file)
  }

  /// What to say of a model that the main file does not declare.
  public func unknownModel(_ name: String) -> Diagnostic {
    let known = mainModels.map { self.name(of: $0) }
    var remarks: [Diagnostic.Remark] = [
      .note(known.isEmpty ? "the file declares none" : "it declares \(known.joined(separator: ", "))")
    ]
    if let nearest = nearestName(to: name, in: known) { remarks.insert(.help("nearest: `\(nearest)`"), at: 0) }
    let start = Span(file: FileID(0), start: 0, end: 0)
    return Diagnostic(.unknownModel, "this file has no model `\(name)`", at: start, remarks: remarks)
  }

  private mutating func evaluate(
    _ overrides: [Override], for model: ProgramDefinition, _ diagnostics: inout [Diagnostic]
  ) -> [OverrideValue] {
    var values: [OverrideValue] = []
    for override in overrides {
      let source = sources.add(path: "-D", bytes: Array("let \(override.name) = \(override.value)".utf8))
      let (tree, problems) = parse(source, symbols: &symbols)
      trees.append(tree)
      namespaces.append(namespaces[Int(model.file.index)])
      diagnostics += problems.map { Diagnostic($0, in: source) }
      guard problems.isEmpty, tree.declarations.count == 1, case .binding(let id) = tree.declarations[0] else {
        if problems.isEmpty { diagnostics.append(LoaderWords.badOverride(override, at: source.wholeSpan)) }
        continue
      }
      var evaluator = Evaluator(self, file: source.id)
      let value = evaluator.evaluate(tree[id].value)
      diagnostics += ModelWords(self).diagnostics(evaluator.log.problems)
      if let value {
        let place = tree.span(tree[id].name)
        values.append(OverrideValue(symbol: tree[id].name.symbol, value: value, place: place))
      }
    }
    return values
  }
}

/// Which sizes a model is run with again.
private enum Rerun {
  /// Those that the run before it came to.
  case present
  /// The smallest that work.
  case smallest
}

/// An override whose value has been worked out.
struct OverrideValue {
  let symbol: Symbol
  let value: Value
  let place: Span
}
