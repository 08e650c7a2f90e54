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
      if let dash = here.tree.firstDash(in: body) {
        here.log.report(.branchesInResidual, at: here.tree.span(dash))
        runDetached(join)
        return nil
      }
      run(body)
      let end = here.tree.lastStage(body.statements)
      return OpenJoin(
        entering: entering, inputs: [.init(flow: here.built.current, span: end), .init(flow: entering, span: nil)])
    }
    if let line = here.tree.plainLine(in: body) {
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
    openJoin.inputs.reserveCapacity(2)
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
      .init(flow: here.built.current, span: here.tree.lastStage(branch.statements) ?? here.tree.span(branch.dash)))
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
}
