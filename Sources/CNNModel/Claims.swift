import CNNLayers
import CNNSyntax
import CNNText

/// `expect parameters <= 5M`: claims about the whole model, checked once it is complete.
extension Expander {
  mutating func checkClaims() {
    guard !claims.isEmpty else { return }
    let costs = NetworkCosts(network)
    guard costs.fits else { return }
    let mark = locals.count
    for measure in Measure.allCases {
      guard let symbol = program.names.symbol(of: measure) else { continue }
      locals.append(Local(symbol: symbol, value: value(of: measure, costs).map { .number(Rational($0)) }))
    }
    for (claim, file) in claims where file == self.file {
      if sizes.isActive {
        checkSizedClaim(claim, costs)
        continue
      }
      let count = problems.count
      switch truth(of: claim) {
      case true?: break
      case false?: report(.expectation(expectation(claim, costs)), at: tree.span(claim))
      case nil where problems.count == count:
        // The only measure that a network may lack.
        let nothing = Expectation(measure: .receptivefield, comparison: nil, actual: 0, limit: nil)
        report(.expectation(nothing), at: tree.span(claim))
      case nil: break
      }
    }
    locals.removeSubrange(mark...)
  }

  /// What a measure is for this network. A receptive field that holds everything is as large as the input.
  private func value(of measure: Measure, _ costs: NetworkCosts) -> Int64? {
    switch measure {
    case .parameters: return costs.total.parameters
    case .macs: return costs.total.multiplyAdds
    case .memory: return costs.peakActivationBytes
    case .receptivefield:
      guard let output = network.outputs.last else { return nil }
      switch network.receptiveFields()[Int(output.tensor)] {
      case .window(let hull): return hull.axes.map(\.size).max()
      case .all:
        return network.inputs.first.flatMap { network.shape(of: $0.tensor).extents.dropLast().max() }.map(Int64.init)
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
