import CNNLayers
import CNNSyntax
import CNNText

/// Claims about a model whose inputs have symbols hold for every size: they are decided at the smallest and at the
/// largest sizes that work, since a network takes the more the larger its input is.
extension Evaluator {
  /// What a measure lies between, over all sizes; the upper end nil where there is none.
  struct Extremes {
    let low: Int64
    let high: Int64?
  }

  mutating func checkSizedClaim(_ claim: NodeID<Expression>, _ costs: NetworkCosts) {
    let place = tree.span(claim)
    guard case .binary(let comparison, let left, let right) = tree[claim], case .name(let name) = tree[left],
      let measure = program.names.measure(name.symbol), let extremes = extremes(of: measure, costs)
    else { return log.report(.undecidable(tree.text(claim)), at: place) }
    guard let value = evaluate(right) else { return }
    guard case .number(let limit) = value else {
      return log.report(.needs("a number", found: value), at: tree.span(right))
    }
    switch verdict(comparison, limit, extremes) {
    case .holds: return
    case .breaks(let actual):
      log.report(
        .expectation(Expectation(measure: measure, comparison: comparison, actual: actual, limit: limit)), at: place)
    case .unbounded: log.report(.unboundedClaim(measure), at: place)
    case .undecided: log.report(.undecidable(tree.text(claim)), at: place)
    }
  }

  private enum Verdict {
    case holds
    /// With the number that breaks the claim.
    case breaks(Int64)
    case unbounded, undecided
  }

  private func verdict(_ comparison: BinaryOperator, _ limit: Rational, _ extremes: Extremes) -> Verdict {
    let (low, high) = (extremes.low, extremes.high)
    switch comparison {
    case .lessEqual, .less, .equal:
      let isHeld = { (number: Int64) in
        comparison == .less ? Rational(number) < limit : Rational(number) <= limit
      }
      if comparison == .equal, Rational(low) != limit { return .breaks(low) }
      guard let high else { return .unbounded }
      return isHeld(high) ? .holds : .breaks(high)
    case .greaterEqual: return Rational(low) >= limit ? .holds : .breaks(low)
    case .greater: return Rational(low) > limit ? .holds : .breaks(low)
    case .notEqual:
      let isOutside = limit < Rational(low) || high.map { Rational($0) < limit } ?? false
      return isOutside ? .holds : .undecided
    case .or, .and, .until, .add, .subtract, .multiply, .divide, .remainder, .power: return .undecided
    }
  }

  /// The least and the most of a measure; nil where it does not simply grow with the sizes.
  private func extremes(of measure: Measure, _ costs: NetworkCosts) -> Extremes? {
    switch measure {
    case .parameters: return Extremes(low: costs.total.parameters, high: costs.total.parameters)
    case .macs: return extremes { costs.sizedMultiplyAdds(built.network, at: $0, built.tracker.sizes) }
    case .memory: return extremes { costs.sizedPeak(built.network, at: $0, built.tracker.sizes) }
    case .receptivefield:
      guard let output = built.network.outputs.last else { return nil }
      switch built.network.receptiveFields()[Int(output.tensor)] {
      case .window(let hull):
        guard let size = hull.axes.map(\.size).max() else { return nil }
        return Extremes(low: size, high: size)
      case .constant: return Extremes(low: 0, high: 0)
      case .all, .none: return nil
      }
    }
  }

  private func extremes(_ number: ([Int64]) -> Int64?) -> Extremes? {
    let symbols = built.tracker.sizes.symbols
    guard built.tracker.sizes.functions.allSatisfy(\.isGrowing), let low = number(symbols.map { $0.valid.first ?? 1 })
    else {
      return nil
    }
    let largest = symbols.map(\.valid.last)
    if let sizes = largest as? [Int64] { return number(sizes).map { Extremes(low: low, high: $0) } }
    return Extremes(low: low, high: nil)
  }
}

extension NetworkCosts {
  /// The multiply-adds at some sizes of the symbols; nil where they do not fit.
  fileprivate func sizedMultiplyAdds(_ network: Network, at sizes: [Int64], _ symbols: NetworkSizes) -> Int64? {
    var total: Int64 = 0
    for (index, layer) in network.layers.enumerated() where layers[index].multiplyAdds > 0 {
      let tensor = network.tensorOfWork(of: layer)
      guard let number = network.number(layers[index].multiplyAdds, of: tensor, at: sizes, symbols) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(number)
      if overflow { return nil }
      total = sum
    }
    return total
  }

  /// The peak of live activations in bytes, at some sizes of the symbols.
  fileprivate func sizedPeak(_ network: Network, at sizes: [Int64], _ symbols: NetworkSizes) -> Int64? {
    var elements: [Int64] = []
    for (index, layer) in network.layers.enumerated() {
      guard
        let number = network.number(network.outputShape(of: layer).elements, of: TensorID(index), at: sizes, symbols)
      else {
        return nil
      }
      elements.append(number)
    }
    return network.peakBytes(of: elements).bytes
  }
}

extension Network {
  /// A number that has every extent of a tensor as a factor, at other sizes than the stand-ins.
  fileprivate func number(
    _ number: Int64, of tensor: TensorID, at sizes: [Int64], _ symbols: NetworkSizes
  ) -> Int64? {
    var result = number
    for axis in 0..<3 {
      guard let extent = symbols.extent(of: tensor, axis: axis) else { continue }
      guard let value = symbols.value(of: extent, at: sizes) else { return nil }
      let (product, overflow) = (result / Int64(shape(of: tensor).spatial[axis])).multipliedReportingOverflow(by: value)
      if overflow { return nil }
      result = product
    }
    return result
  }
}
