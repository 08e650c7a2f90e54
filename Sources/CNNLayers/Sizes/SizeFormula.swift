extension SizeFunction {
  /// A formula that is exact for all sizes that have a value: `7`, `H + 2`, `H/2 - 2`, `(H - 4)/8`, `3*H/2`,
  /// `ceil(H/8)`, `floor((H - 4)/8)`, `2*floor(H/2)`; nil where no such formula is exact.
  ///
  /// - Parameter symbol: What a size is called.
  public func words(_ symbol: String) -> String? {
    guard let points = Points(self), let slope = points.slope else { return nil }
    if let line = Line(points, slope: slope) {
      return line.exactFormula(symbol) ?? line.roundedFormula(symbol)
    }
    // A rounded value may have been multiplied: then all values, moved alike, have a divisor in common.
    guard let factor = points.commonStep, factor > 1, let small = slope.divided(by: Rational(factor)) else {
      return nil
    }
    let offset = points.values[0] - points.values[0].floorDivided(by: factor) * factor
    let line = Line(points.reduced(by: factor), slope: small)
    return line?.roundedFormula(symbol, times: factor, plus: offset)
  }
}

/// The values of a function: those below its first period, and of that.
private struct Points {
  private(set) var sizes: [Int64] = []
  private(set) var values: [Int64] = []
  let gain: Int64
  /// How much the values grow from size to size, on the whole; nil where they grow differently at different sizes, or
  /// shrink.
  private(set) var slope: Rational?

  /// Nil for a function without a value.
  init?(_ function: SizeFunction) {
    gain = function.gain
    guard let table = try? function.table(function.origin..<function.end) else { return nil }
    for (size, value) in zip(function.origin..., table) where value != SizeFunction.none {
      sizes.append(size)
      values.append(value)
    }
    guard let first = sizes.first, let last = sizes.last else { return nil }
    if function.isConstant {
      slope = Rational(0)
    } else if gain > 0 {
      slope = Rational(gain, Int64(function.period))
    } else if last < function.start, gain == 0 {
      slope = boundedSlope(Array(table[Int(first - function.origin)...Int(last - function.origin)]))
    }
  }

  /// The slope of a function that ends: of a period that its values keep to, or of the line they lie on.
  private func boundedSlope(_ table: [Int64]) -> Rational? {
    let longest = 256
    for period in 1..<max(min(table.count / 2, longest), 1) + 1 {
      if let gain = Self.gain(of: table, in: period) { return gain > 0 ? Rational(gain, Int64(period)) : nil }
    }
    guard let rise = difference(values.count - 1, 0), rise > 0,
      let slope = Rational(rise, sizes[sizes.count - 1] - sizes[0]),
      Line(self, slope: slope)?.isExact == true
    else { return nil }
    return slope
  }

  /// What all values grow by in a period; nil where it is not the same for all.
  private static func gain(of table: [Int64], in period: Int) -> Int64? {
    var gain: Int64?
    for (early, late) in zip(table, table.dropFirst(period)) where early != SizeFunction.none || late != early {
      guard early != SizeFunction.none, late != SizeFunction.none else { return nil }
      let (growth, overflow) = late.subtractingReportingOverflow(early)
      guard !overflow, gain == nil || gain == growth else { return nil }
      gain = growth
    }
    return gain
  }

  private func difference(_ late: Int, _ early: Int) -> Int64? {
    let (difference, overflow) = values[late].subtractingReportingOverflow(values[early])
    return overflow ? nil : difference
  }

  /// The greatest number that all values differ by a multiple of; nil where a difference overflows.
  var commonStep: Int64? {
    var step = gain
    for index in values.indices {
      guard let difference = difference(index, 0) else { return nil }
      step = greatestCommonDivisor(step, difference)
    }
    return step
  }

  /// With values divided and rounded down.
  func reduced(by divisor: Int64) -> Points {
    var points = self
    points.values = values.map { $0.floorDivided(by: divisor) }
    return points
  }
}

/// floor((rise * n + offset) / run), for every offset of a range.
private struct Line {
  let rise: Int64
  let run: Int64
  let offsets: ClosedRange<Int64>
  /// With the first of the offsets the division leaves nothing over, for any of the points.
  let isExact: Bool

  /// The line through all points once it is rounded down; nil where there is none.
  init?(_ points: Points, slope: Rational) {
    (rise, run) = (slope.numerator, slope.denominator)
    var (least, most) = (Int64.max, Int64.min)
    for (size, value) in zip(points.sizes, points.values) {
      // run * value <= rise * n + offset < run * (value + 1)
      let (high, overflow) = run.multipliedReportingOverflow(by: value)
      let (low, carry) = rise.multipliedReportingOverflow(by: size)
      let (offset, borrow) = high.subtractingReportingOverflow(low)
      // Offsets are added to later, where they must not overflow.
      guard !overflow, !carry, !borrow, offset.magnitude < 1 << 60, run < 1 << 60 else { return nil }
      (least, most) = (min(least, offset), max(most, offset))
    }
    guard most < least + run else { return nil }
    offsets = most...(least + run - 1)
    isExact = least == most
  }

  /// Without rounding; nil where something is left over.
  func exactFormula(_ symbol: String) -> String? {
    guard isExact else { return nil }
    let offset = offsets.lowerBound
    if rise == 0 { return "\(offset)" }
    if offset % run == 0 { return Self.sum(quotient(symbol, 0), offset / run) }
    return quotient(symbol, offset)
  }

  /// Rounded down or up, with as little as possible beside the symbol: best nothing in the brackets, else nothing behind
  /// them; down where both are alike.
  func roundedFormula(_ symbol: String, times factor: Int64 = 1, plus end: Int64 = 0) -> String? {
    // floor((x + run - 1) / run) = ceil(x / run)
    let raised = (offsets.lowerBound - run + 1)...(offsets.upperBound - run + 1)
    let whole = [("floor", offsets), ("ceil", raised)].compactMap { name, range in
      let first = range.lowerBound.ceilingDivided(by: run)
      return first * run <= range.upperBound ? (name: name, inside: Int64(0), behind: first) : nil
    }
    let parts = [("floor", offsets), ("ceil", raised)].map { name, range in
      (name: name, inside: max(range.lowerBound, min(0, range.upperBound)), behind: Int64(0))
    }
    let choices = whole.isEmpty ? parts : whole
    guard
      let best = choices.min(by: {
        ($0.inside.magnitude, $0.behind.magnitude) < ($1.inside.magnitude, $1.behind.magnitude)
      })
    else { return nil }
    let (product, overflow) = best.behind.multipliedReportingOverflow(by: factor)
    let (rest, carry) = product.addingReportingOverflow(end)
    guard !overflow, !carry else { return nil }
    return Self.sum("\(factor == 1 ? "" : "\(factor)*")\(best.name)(\(quotient(symbol, best.inside)))", rest)
  }

  /// `H`, `3*H`, `H/8`, `(H - 4)/8`.
  private func quotient(_ symbol: String, _ offset: Int64) -> String {
    let sum = Self.sum(rise == 1 ? symbol : "\(rise)*\(symbol)", offset)
    if run == 1 { return sum }
    return offset == 0 ? "\(sum)/\(run)" : "(\(sum))/\(run)"
  }

  private static func sum(_ term: String, _ offset: Int64) -> String {
    offset == 0 ? term : offset < 0 ? "\(term) - \(offset.magnitude)" : "\(term) + \(offset)"
  }
}
