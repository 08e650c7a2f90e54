import CNNLayers
import CNNSyntax
import CNNText

/// Checks names without running: for blocks that no model calls and branches that no condition took. Knows the names of
/// layers, blocks and parameters, and every label of the definition, but no values.
struct StaticCheck {
  var log: ProblemLog
  /// The blocks that are called whatever the arguments, and where.
  private(set) var calledBlocks: [(block: Int, site: Span)] = []

  private let program: Program
  private let definition: ProgramDefinition
  private let tree: SyntaxTree
  /// Bodies that ran, which were checked better.
  private let visited: VisitedBodies
  private var scope: Scope
  /// Labels with holes: any name of their form may be one of them.
  private var templates: [LabelTemplate] = []
  private var layers = LayersInUse()
  /// False inside a body that ran.
  private var checksNames = true
  /// Whether a condition or a loop may leave out what is checked.
  private var isConditional = false

  init(_ program: Program, _ definition: ProgramDefinition, except visited: VisitedBodies) {
    self.program = program
    tree = program.tree(definition.file)
    log = ProblemLog(program)
    scope = Scope(program, file: definition.file)
    self.definition = definition
    self.visited = visited
  }

  /// Checks the whole definition.
  mutating func run() {
    guard case .body(let body) = definition.definition.content else { return }
    for index in definition.definition.parameters.range {
      scope.locals.append(Local(symbol: tree.parameters[index].name.symbol, value: nil))
      if let value = tree.parameters[index].defaultValue { checkNames(value) }
    }
    collectLabels(body.statements)
    scope.labels.isIncomplete = tree.isDamaged(
      from: tree.tokens[definition.definition.keyword.position].start, to: tree.tokens[body.close.position].end)
    scope.labels.lacksParameters = program.hasDamagedParameters(definition)
    checkNames(body)
  }

  /// Reports a name that has no meaning, unless what could not be read may declare it.
  private mutating func reportUnknown(_ fact: NameFact, at span: Span) {
    if let unknown = fact.unknown, scope.mayDeclare(unknown) { return }
    log.report(fact, at: span)
  }

  private mutating func checkNames(_ body: Body) {
    let outer = checksNames
    checksNames = !visited.contains(body, in: scope.file)
    checkNames(body.statements)
    checksNames = outer
  }

  private mutating func checkNames(_ statements: NodeList<Statement>) {
    let mark = scope.locals.count
    for index in statements.range {
      switch tree.statements[index] {
      case .binding(let id):
        checkNames(tree[id].value)
        scope.locals.append(Local(symbol: tree[id].name.symbol, value: nil))
      case .input(let id):
        for name in tree.names(inShape: tree[id].shape) where scope.variable(name.symbol) == nil {
          scope.locals.append(Local(symbol: name.symbol, value: nil))
        }
        if let clause = tree[id].whereClause {
          for index in clause.conditions.range { checkNames(tree.expressionLists[index]) }
        }
      case .expect: break
      case .output(let id):
        checkNames(tree[id].label)
        switch tree[id].content {
        case .none: break
        case .body(let body): checkNames(body)
        case .pipeline(let stages):
          for stage in stages.range { checkNames(tree.stages[stage]) }
        }
      case .pipeline(let stages):
        for stage in stages.range { checkNames(tree.stages[stage]) }
      case .shared(let id):
        checkNames(tree[tree[id].stage])
        scope.locals.append(Local(symbol: tree[id].name.symbol, value: nil))
      case .branch(let id): checkNames(tree[id].statements)
      }
    }
    scope.locals.removeSubrange(mark...)
  }

  private mutating func checkNames(_ stage: Stage) {
    switch stage.kind {
    case .from: break
    case .call(let call): checkNames(call)
    case .conditional(let id):
      let conditional = tree[id]
      checkNames(conditional.condition)
      conditionally {
        $0.checkNames(conditional.body)
        if let alternative = conditional.alternative { $0.checkNames(alternative) }
      }
    case .loop(let id):
      let loop = tree[id]
      checkNames(loop.sequence)
      let mark = scope.locals.count
      if let index = loop.index { declare(tree[index]) }
      declare(tree[loop.element])
      conditionally { $0.checkNames(loop.body) }
      scope.locals.removeSubrange(mark...)
    case .repetition(let id):
      checkNames(tree[id].count)
      conditionally { $0.checkNames($0.tree[id].body) }
    }
  }

  /// Checks what may not run: a block that calls itself there may end.
  private mutating func conditionally(_ content: (inout StaticCheck) -> Void) {
    let outer = isConditional
    isConditional = true
    content(&self)
    isConditional = outer
  }

  private mutating func checkNames(_ label: Label) {
    switch label {
    case .name, .pattern: break
    case .template(let id): checkHoles(of: tree[id])
    }
  }

  private mutating func checkHoles(of template: StringTemplate) {
    for index in template.parts.range {
      if case .hole(let expression) = tree.templateParts[index] { checkNames(expression) }
    }
  }

  private mutating func declare(_ pattern: Pattern) {
    switch pattern {
    case .name(let name): scope.locals.append(Local(symbol: name.symbol, value: nil))
    case .ignored: break
    case .list(let items, _, _):
      for index in items.range { declare(tree.patterns[index]) }
    }
  }

  private mutating func checkNames(_ call: Call) {
    defer { checkBranches(of: call) }
    if !isConditional, case .block(let index)? = scope.callee(of: call.name) {
      calledBlocks.append((index, tree.span(call.name)))
    }
    guard checksNames else { return }
    var signature: Signature?
    if let variable = scope.variable(call.name.symbol), variable == nil {
      // A variable may hold any layer.
    } else {
      switch scope.callee(of: call.name) {
      case .layer(let index) where !program.names.kinds[index].join.isJoin:
        signature = layers.layer(index, &scope.symbols).signature
      case .layer, .shared: break
      case .block(let index): signature = program.signature(of: program.callable(index))
      case nil:
        let text = scope.spelling(call.name.symbol)
        reportUnknown(
          .unknownStage(text, nearest: log.nearest(to: text, in: scope.stageNames)), at: tree.span(call.name))
      }
    }
    for index in call.arguments.range {
      let argument = tree.arguments[index]
      if let name = argument.name, let signature, signature.index(of: name.symbol) == nil {
        let text = scope.spelling(name.symbol)
        let names = signature.names(scope.symbols)
        log.report(
          .unknown(text, of: signature.callee, nearest: nearestName(to: text, in: names), parameters: names),
          at: tree.span(name))
      }
      if case .name(let name) = tree[argument.value], signature?.index(of: name.symbol) != nil { continue }
      checkNames(argument.value)
    }
  }

  private mutating func checkBranches(of call: Call) {
    if let join = call.join { checkNames(tree[join].body) }
  }

  private mutating func checkNames(_ comprehension: Comprehension) {
    checkNames(comprehension.sequence)
    let mark = scope.locals.count
    if let index = comprehension.index { declare(tree[index]) }
    declare(tree[comprehension.element])
    checkNames(comprehension.value)
    if let condition = comprehension.condition { checkNames(condition) }
    scope.locals.removeSubrange(mark...)
  }

  private mutating func checkNames(_ id: NodeID<Expression>) {
    guard checksNames else { return }
    switch tree[id] {
    case .number, .shape, .boolean, .wildcard, .input, .missing: break
    case .string(let template): checkHoles(of: tree[template])
    case .comprehension(let id): checkNames(tree[id])
    case .name(let name):
      let symbol = name.symbol
      let isKnown = scope.variable(symbol) != nil || scope.isValue(symbol)
      if !isKnown, !templates.contains(where: { $0.admits(scope.spelling(symbol)) }) {
        reportUnknown(
          .unknownName(scope.spelling(symbol), nearest: log.nearest(to: scope.spelling(symbol), in: scope.valueNames)),
          at: tree.span(name))
      }
    case .negation(_, let operand), .not(_, let operand): checkNames(operand)
    case .binary(_, let left, let right):
      checkNames(left)
      checkNames(right)
    case .member(let base, _):
      // The base of a dotted label is no name of its own.
      if case .name(let name) = tree[base], scope.variable(name.symbol) == nil { return }
      checkNames(base)
    case .compound(let compound):
      switch tree[compound] {
      case .list(let items, _, _):
        for index in items.range { checkNames(tree.expressionLists[index]) }
      case .parenthesized(let inner, _, _): checkNames(inner)
      case .conditional(_, let condition, let value, let other):
        checkNames(condition)
        checkNames(value)
        checkNames(other)
      case .call(let name, let arguments, _):
        if program.names.function(name.symbol) == nil {
          let nearest = nearestName(to: scope.spelling(name.symbol), in: Function.allCases.map(\.rawValue))
          log.report(.unknownFunction(scope.spelling(name.symbol), nearest: nearest), at: tree.span(name))
        }
        for index in arguments.range { checkNames(tree.arguments[index].value) }
      case .item(let base, let index, _):
        checkNames(base)
        checkNames(index)
      }
    }
  }

  /// Every label of a definition, and the names of its inputs.
  private mutating func collectLabels(_ statements: NodeList<Statement>) {
    for index in statements.range {
      switch tree.statements[index] {
      case .binding, .expect: break
      case .input(let id):
        if let name = tree[id].name { scope.labels.entries[name.symbol] = .init(flow: .unknown, span: tree.span(name)) }
      case .output(let id):
        collect(tree[id].label)
        switch tree[id].content {
        case .none: break
        case .body(let body): collectLabels(body.statements)
        case .pipeline(let stages):
          for stage in stages.range { collectLabels(tree.stages[stage]) }
        }
      case .pipeline(let stages):
        for stage in stages.range { collectLabels(tree.stages[stage]) }
      case .shared(let id): collectLabels(tree[tree[id].stage])
      case .branch(let id): collectLabels(tree[id].statements)
      }
    }
  }

  private mutating func collectLabels(_ stage: Stage) {
    if let label = stage.label { collect(label) }
    switch stage.kind {
    case .from: break
    case .call(let call):
      if let join = call.join { collectLabels(tree[join].body.statements) }
    case .conditional(let id):
      collectLabels(tree[id].body.statements)
      if let alternative = tree[id].alternative { collectLabels(alternative.statements) }
    case .loop(let id): collectLabels(tree[id].body.statements)
    case .repetition(let id): collectLabels(tree[id].body.statements)
    }
  }

  private mutating func collect(_ label: Label) {
    switch label {
    case .name(let name): scope.labels.entries[name.symbol] = .init(flow: .unknown, span: tree.span(name))
    case .template(let id):
      let template = tree[id]
      guard template.first == template.last else {
        templates.append(LabelTemplate(template, in: tree))
        return
      }
      let symbol = scope.symbols.intern(tree.stringText(template.first))
      scope.labels.entries[symbol] = .init(flow: .unknown, span: tree.span(template))
    case .pattern(let id): collectNames(of: tree[id])
    }
  }

  private mutating func collectNames(of parts: Pattern) {
    switch parts {
    case .name(let name): scope.labels.entries[name.symbol] = .init(flow: .unknown, span: tree.span(name))
    case .ignored: break
    case .list(let items, _, _):
      for index in items.range { collectNames(of: tree.patterns[index]) }
    }
  }
}

/// A label with holes, `"p{i + 1}"`.
private struct LabelTemplate {
  /// What is written before, between and after its holes.
  private let texts: [String]

  init(_ template: StringTemplate, in tree: SyntaxTree) {
    var texts = [""]
    for index in template.parts.range {
      switch tree.templateParts[index] {
      case .text(let token): texts[texts.count - 1] += tree.stringText(token)
      case .hole: texts.append("")
      }
    }
    self.texts = texts
  }

  /// Whether something in its holes makes it a name.
  func admits(_ name: String) -> Bool {
    guard let first = texts.first, let last = texts.last, name.hasPrefix(first) else { return false }
    var rest = name.dropFirst(first.count)
    for text in texts.dropFirst().dropLast() {
      guard !text.isEmpty else { continue }
      // The first place is as good as any: what lies before it may all be in the hole.
      while !rest.hasPrefix(text) {
        if rest.isEmpty { return false }
        rest.removeFirst()
      }
      rest.removeFirst(text.count)
    }
    return rest.hasSuffix(last)
  }
}
