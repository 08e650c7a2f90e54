import CNNLayers
import CNNSyntax
import CNNText

/// Joins: several tensors become one.
extension Expander {
  mutating func join(_ kind: Int, _ call: Call, _ stage: Int, _ name: StageName) {
    let syntax = here.tree.stages[stage]
    let entering = here.built.current
    var operands = here.operands(call, of: kind)
    var inputs: [JoinOperand] = []
    var isWhole = operands.isWhole
    if let join = call.join {
      if operands.areBesideBranches {
        here.log.report(.argumentsAndBranches(kinds[kind].name), at: here.tree.headSpan(syntax))
      }
      betweenRows(stage) { expander in
        expander.scoped(name) {
          let found = $0.branches(of: $0.here.tree[join], kind, entering)
          isWhole = isWhole && (found.map { !$0.lacksBranches } ?? false)
          inputs = found?.inputs ?? []
        }
      }
    } else {
      if operands.areAll(for: kinds[kind], entering: here.built.current) {
        operands.leaveOutEntering()
      } else {
        inputs = [JoinOperand(flow: here.built.current, span: nil)]
      }
      inputs += operands.inputs
    }
    here.scope.usedVariable = !call.arguments.isEmpty
    here.bound = operands.arguments
    let constants = operands.constants
    let resultKind = kinds[kind].join == .residual ? program.names.add : kind
    if entering == .none { reportMissingInput(at: here.tree.headSpan(syntax)) }
    if isWhole, inputs.count + constants.count < 2, !inputs.contains(where: { $0.flow == .none }) {
      here.log.report(.tooFewBranches(kinds[kind].name, inputs.count), at: here.tree.span(call.name))
      here.built.markBroken()
      return
    }
    let tensors = inputs.compactMap { if case .tensor(let id) = $0.flow { id } else { nil } }
    guard isWhole, tensors.count == inputs.count, inputs.count + constants.count > 1 else {
      here.built.markBroken()
      _ = localName(name, .kind(resultKind))
      return
    }
    do throws(SizeFailure) {
      let operation: Operation?
      do throws(LayerError) {
        operation = try here.layer(resultKind).definition.operation(operands.named, here.built.shape(of: tensors[0]))
      } catch {
        throw .layer(error)
      }
      guard let operation = operation?.with(constants) else { return }
      let (output, extents) = try here.built.meeting(operation, tensors, at: here.tree.span(call.name))
      append(
        operation, output, resultKind, stage, localName(name, .kind(resultKind)), input: tensors[0], joined: tensors
      )
      here.built.keep(extents)
    } catch {
      let spans = zip(tensors, inputs).map { JoinInput(tensor: $0, span: $1.span) }
      report(error, kind: kind, call, nil, inputs: spans)
      _ = localName(name, .kind(resultKind))
      here.built.markBroken()
    }
  }
}
