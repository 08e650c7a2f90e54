import CNNLayers
import CNNSyntax
import CNNText

/// What is between the braces of a join. Branches are statements there: loops, conditions and repetitions run as they
/// do elsewhere, and each branch that runs leaves its tensor here.
struct OpenJoin {
  /// What every branch begins with.
  let entering: Flow
  /// The tensor of each branch, with the place of its last stage.
  var inputs: [JoinOperand] = []
  /// True where a mistake may have kept branches from running.
  var lacksBranches = false
}

extension Expander {
  /// Runs the branches of a join. Nil where the lines make no sense, which has been reported.
  mutating func branches(of join: Join, _ kind: Int, _ entering: Flow) -> OpenJoin? {
    here.built.nesting += 1
    defer { here.built.nesting -= 1 }
    let body = join.body
    if kinds[kind].join == .residual {
      if let dash = firstDash(in: body) {
        here.log.report(.branchesInResidual, at: here.tree.span(dash))
        runDetached(join)
        return nil
      }
      run(body)
      let end = lastStage(body.statements)
      return OpenJoin(
        entering: entering, inputs: [.init(flow: here.built.current, span: end), .init(flow: entering, span: nil)])
    }
    if let line = plainLine(in: body) {
      here.log.report(.linesInBranches(kinds[kind].name), at: line)
      runDetached(join)
      return nil
    }
    return collectingBranches(of: body, entering)
  }

  /// Runs the lines of a join that makes no sense, for the mistakes in them.
  mutating func runDetached(_ join: Join) {
    _ = collectingBranches(of: join.body, here.built.current)
  }

  private mutating func collectingBranches(of body: Body, _ entering: Flow) -> OpenJoin {
    let outer = openJoin
    openJoin = OpenJoin(entering: entering)
    run(body)
    here.built.atDash = false
    var result = openJoin
    openJoin = outer
    if result.inputs.count < 2,
      here.tree.isDamaged(from: here.tree.span(body.open).start, to: here.tree.span(body.close).end)
    {
      result.lacksBranches = true
    }
    return result
  }

  mutating func run(_ branch: Branch, until end: TokenID) {
    let mark = here.scope.locals.count
    // The braces around it have been counted.
    depth -= 1
    defer { depth += 1 }
    let entering = openJoin.entering
    here.built.current = entering
    here.built.atDash = true
    run(branch.statements, at: here.tree.span(branch.dash), until: end)
    here.built.atDash = false
    openJoin.inputs.append(
      .init(flow: here.built.current, span: lastStage(branch.statements) ?? here.tree.span(branch.dash)))
    here.built.current = entering
    here.scope.locals.removeSubrange(mark...)
  }

  /// Runs a loop, condition or repetition that holds branches. It is no row of a report: its branches are.
  mutating func runBranches(in stage: Stage) {
    here.built.current = openJoin.entering
    switch stage.kind {
    case .call, .from: return
    case .conditional(let id): run(here.tree[id])
    case .loop(let id): run(here.tree[id])
    case .repetition(let id): run(here.tree[id])
    }
    // A header without a value; the branches themselves leave what entered them.
    if here.built.current == .unknown, openJoin.entering != .unknown { openJoin.lacksBranches = true }
    here.built.current = openJoin.entering
  }

  // MARK: What is in a body

  /// A stage whose braces hold branches.
  func holdsBranches(_ stage: Stage) -> Bool {
    switch stage.kind {
    case .call, .from: false
    case .conditional(let id): here.tree[id].body.holdsBranches || here.tree[id].alternative?.holdsBranches ?? false
    case .loop(let id): here.tree[id].body.holdsBranches
    case .repetition(let id): here.tree[id].body.holdsBranches
    }
  }

  /// The first line beside the branches of a join that is not a branch.
  private func plainLine(in body: Body) -> Span? {
    for index in body.statements.range {
      switch here.tree.statements[index] {
      case .binding, .shared, .branch: continue
      case .pipeline(let stages):
        let stage = here.tree.stages[Int(stages.start)]
        let isAlone = stages.count == 1 && stage.label == nil && stage.assertion == nil
        guard isAlone, let bodies = bodies(of: stage) else { return here.tree.headSpan(stage) }
        for body in bodies {
          if let line = plainLine(in: body) { return line }
        }
      case .input(let id): return here.tree.span(here.tree[id].keyword)
      case .output(let id): return here.tree.span(here.tree[id].keyword)
      case .expect(let keyword, _): return here.tree.span(keyword)
      }
    }
    return nil
  }

  private func firstDash(in body: Body) -> TokenID? {
    guard body.holdsBranches else { return nil }
    for index in body.statements.range {
      switch here.tree.statements[index] {
      case .branch(let id): return here.tree[id].dash
      case .pipeline(let stages):
        for body in bodies(of: here.tree.stages[Int(stages.start)]) ?? [] {
          if let dash = firstDash(in: body) { return dash }
        }
      case .binding, .shared, .input, .output, .expect: continue
      }
    }
    return nil
  }

  /// What is in the braces of a loop, condition or repetition; nil for every other stage.
  private func bodies(of stage: Stage) -> [Body]? {
    switch stage.kind {
    case .call, .from: nil
    case .conditional(let id): [here.tree[id].body] + (here.tree[id].alternative.map { [$0] } ?? [])
    case .loop(let id): [here.tree[id].body]
    case .repetition(let id): [here.tree[id].body]
    }
  }

  private func lastStage(_ statements: NodeList<Statement>) -> Span? {
    for index in statements.range.reversed() {
      if case .pipeline(let stages) = here.tree.statements[index] {
        return here.tree.headSpan(here.tree.stages[stages.range.upperBound - 1])
      }
    }
    return nil
  }
}
