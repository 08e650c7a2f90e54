import CNNLayers
import CNNSyntax
import CNNText

/// `expect parameters <= 5M`: claims about the whole model, checked once it is complete.
extension Evaluator {
  /// Reports the claims of the model's own file that do not hold.
  mutating func check(_ claims: [(claim: NodeID<Expression>, file: FileID)]) {
    guard !claims.isEmpty else { return }
    let costs = NetworkCosts(built.network)
    guard costs.fits else { return }
    let mark = scope.locals.count
    for measure in Measure.allCases {
      guard let symbol = program.names.symbol(of: measure) else { continue }
      scope.locals.append(Local(symbol: symbol, value: value(of: measure, costs).map { .number(Rational($0)) }))
    }
    for (claim, file) in claims where file == scope.file {
      if built.tracker.isActive {
        checkSizedClaim(claim, costs)
        continue
      }
      let count = log.problems.count
      switch truth(of: claim) {
      case true?: break
      case false?: log.report(.expectation(expectation(claim, costs)), at: tree.span(claim))
      case nil where log.problems.count == count:
        // The only measure that a network may lack.
        let nothing = Expectation(measure: .receptivefield, comparison: nil, actual: 0, limit: nil)
        log.report(.expectation(nothing), at: tree.span(claim))
      case nil: break
      }
    }
    scope.locals.removeSubrange(mark...)
  }

  /// What a measure is for this network. A receptive field that holds everything is as large as the input.
  private func value(of measure: Measure, _ costs: NetworkCosts) -> Int64? {
    switch measure {
    case .parameters: return costs.total.parameters
    case .macs: return costs.total.multiplyAdds
    case .memory: return costs.peakActivationBytes
    case .receptivefield:
      guard let output = built.network.outputs.last else { return nil }
      switch built.network.receptiveFields()[Int(output.tensor)] {
      case .window(let hull): return hull.axes.map(\.size).max()
      case .all:
        return built.network.inputs.first.flatMap { built.network.shape(of: $0.tensor).extents.dropLast().max() }.map(
          Int64.init)
      case .constant: return 0
      case .none: return nil
      }
    }
  }

  private mutating func expectation(_ claim: NodeID<Expression>, _ costs: NetworkCosts) -> Expectation {
    guard case .binary(let comparison, let left, let right) = tree[claim], case .name(let name) = tree[left],
      let measure = program.names.measure(name.symbol), let actual = value(of: measure, costs),
      case .number(let limit)? = evaluate(right)
    else { return Expectation(measure: nil, comparison: nil, actual: 0, limit: nil) }
    return Expectation(measure: measure, comparison: comparison, actual: actual, limit: limit)
  }
}
