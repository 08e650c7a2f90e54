import CNNLayers
import CNNModel
import CNNText

/// What a window gives as it is written, and what it would give with another rounding, input or padding.
struct WindowReading {
  /// `as written`, `pad 2`, `input 227x227x3`
  let label: String
  /// The extents before rounding.
  let exact: String
  let output: Shape
  /// What no window reads, or how far the last one hangs over.
  let remark: String
}

extension LayerFacts {
  /// As written first; empty for layers without a window.
  var windowReadings: [WindowReading] {
    guard let window = operation.window else { return [] }
    var readings = [
      WindowReading(
        label: "as written", exact: exactText(operation, input), output: output, remark: remark(operation, input))
    ]
    if rounds(window) {
      if let other = otherRounding(window) { readings.append(other) }
      let fitting = fittingInput(window)
      if fitting.elements != input.elements, fitting.checkedElements != nil {
        let isModelInput = inputs.first.map { facts(of: $0).inputs.isEmpty } ?? false
        add(&readings, "\(isModelInput ? "input" : "fed") \(fitting)", [:], on: fitting)
      }
      for pad in paddingsThatFit(window) { add(&readings, "pad \(pad.text { _ in "" })", ["pad": pad]) }
    }
    let isPadded = (0..<rank).contains { window.before[$0] > 0 || window.after[$0] > 0 }
    add(&readings, "pad same", ["pad": .word(.same)])
    if isPadded { add(&readings, "pad valid", ["pad": .word(.valid)]) }
    return readings
  }

  /// Adds what the layer would be, unless it is the same window again or cannot be.
  private func add(
    _ readings: inout [WindowReading], _ label: String, _ changes: [String: Value], on other: Shape? = nil
  ) {
    let input = other ?? self.input
    guard let changed = operation(on: input, with: changes), other != nil || !isSameWindow(changed),
      let output = try? changed.output(of: input), !readings.contains(where: { $0.label == label })
    else { return }
    let isSame = changes["pad"] == .word(.same)
    let remark = isSame ? changed.window.map { "padded by \($0.sides(rank: rank))" } : nil
    readings.append(
      WindowReading(
        label: label, exact: exactText(changed, input), output: output,
        remark: remark ?? self.remark(changed, input)))
  }

  /// True where an operation of this layer has the same window along every axis there is.
  private func isSameWindow(_ other: Operation) -> Bool {
    guard let ours = operation.window, let theirs = other.window else { return false }
    return ours.sides(rank: rank) == theirs.sides(rank: rank)
  }

  /// Rounded up where it rounds down, and the other way round.
  private func otherRounding(_ window: Window) -> WindowReading? {
    guard case .pool(_, _, let ceil, _) = operation else {
      var axes = output.spatial
      var overhangs: [Int64] = []
      for axis in 0..<rank {
        let cells = window.arithmetic(axis: axis, extent: input.spatial[axis], isPool: false, ceil: false).exact.ceiling
        guard cells <= Int32.max else { return nil }
        axes[axis] = Int32(cells)
        overhangs.append(-window.spare(axis, of: input, cells: axes[axis]))
      }
      guard let widest = overhangs.max() else { return nil }
      return WindowReading(
        label: "rounded up", exact: "", output: output.with(spatial: axes),
        remark: "overhangs by \(widest): a conv never does")
    }
    guard let other = operation(on: input, with: ["ceil": .boolean(!ceil)]), let output = try? other.output(of: input),
      output != self.output
    else { return nil }
    return WindowReading(
      label: ceil ? "ceil off" : "ceil", exact: "", output: output, remark: remark(other, input))
  }

  /// `54.25`, or `54.25x30` where axes differ.
  private func exactText(_ operation: Operation, _ input: Shape) -> String {
    let exact = (0..<rank).compactMap { axis in
      operation.arithmetic(axis: axis, input: input, output: output)?.exact
    }
    guard let first = exact.first else { return "" }
    return exact.allSatisfy { $0 == first } ? first.description : exact.map(\.description).joined(separator: "x")
  }

  // MARK: - What would fit

  /// True where cells are left over that a further position of the window would have read.
  private func rounds(_ window: Window) -> Bool {
    (0..<rank).contains { axis in
      window.missing(axis, of: input) > 0 && Int64(window.stride[axis]) <= window.reach(axis)
    }
  }

  /// The next larger input that leaves nothing over.
  private func fittingInput(_ window: Window) -> Shape {
    var axes = input.spatial
    for axis in 0..<rank {
      let extent = Int64(axes[axis]) + window.missing(axis, of: input)
      axes[axis] = Int32(clamping: extent)
    }
    return input.with(spatial: axes)
  }

  /// Paddings in numbers under which every cell of the input is read, apart from the one that `pad same` is: the least
  /// that is the same on all sides, and the least that leaves nothing over.
  private func paddingsThatFit(_ window: Window) -> [Value] {
    let same = operation(on: input, with: ["pad": .word(.same)])?.window?.sides(rank: rank)
    let fitting = sidesThatFit(window)
    let paddings = [amountThatReadsAll(window).map { Array(repeating: $0, count: 2 * rank) }, fitting]
    var seen = [same]
    return paddings.compactMap { sides in
      guard let sides, let first = sides.first else { return nil }
      let isEven = sides.allSatisfy { $0 == first }
      let numbers = sides.map { Value.number(Rational($0)) }
      let text = isEven ? String(first) : Value.list(numbers).text { _ in "" }
      guard !seen.contains(text) else { return nil }
      seen.append(text)
      return isEven ? numbers[0] : .list(numbers)
    }
  }

  /// The least padding, the same on all sides, that leaves nothing but padding unread.
  private func amountThatReadsAll(_ window: Window) -> Int64? {
    guard (0..<rank).contains(where: { window.unread($0, of: input, cells: output.spatial[$0]) > 0 }),
      let now = window.evenPadding(rank: rank)
    else { return nil }
    for amount in now + 1...now + Self.triedAmounts {
      var padded = window
      (padded.before, padded.after) = (Axes(all: amount), Axes(all: amount))
      guard let axes = try? padded.output(of: input) else { continue }
      let readsAll = (0..<rank).allSatisfy { padded.unread($0, of: input, cells: axes[$0]) == 0 }
      if readsAll { return Int64(amount) }
    }
    return nil
  }

  /// More padding than this is no remedy.
  private static let triedAmounts: Int32 = 64

  /// The padding that lets one more position fit exactly, the odd cell behind.
  private func sidesThatFit(_ window: Window) -> [Int64] {
    (0..<rank).flatMap { axis in
      let missing = window.missing(axis, of: input)
      return [
        Int64(window.before[axis]) + missing / 2, Int64(window.after[axis]) + missing - missing / 2,
      ]
    }
  }

  // MARK: - What is left over

  private func remark(_ operation: Operation, _ input: Shape) -> String {
    guard let window = operation.window, let output = try? operation.output(of: input) else { return "" }
    let cells = output.spatial
    let unread = (0..<rank).map { window.unread($0, of: input, cells: cells[$0]) }
    if unread.contains(where: { $0 > 0 }) { return "the last " + Self.rows(unread, article: false) }
    let spare = (0..<rank).map { axis in
      min(window.spare(axis, of: input, cells: cells[axis]), Int64(window.after[axis]))
    }
    if spare.contains(where: { $0 > 0 }) { return Self.rows(spare, article: true) + " of padding" }
    let overhang = (0..<rank).map { -window.spare($0, of: input, cells: cells[$0]) }.max() ?? 0
    return overhang > 0 ? "overhangs by \(overhang)" : ""
  }

  /// `row and column`, `2 rows and columns`, `a row and 2 columns`
  private static func rows(_ counts: [Int64], article: Bool) -> String {
    let names = [1: ["cell"], 2: ["row", "column"]][counts.count] ?? ["plane", "row", "column"]
    let present = zip(counts, names).filter { $0.0 > 0 }
    let areEqual = present.allSatisfy { $0.0 == present[0].0 }
    if areEqual, !article {
      let isOne = present[0].0 == 1
      return (isOne ? "" : "\(present[0].0) ") + listed(present.map { isOne ? $0.1 : $0.1 + "s" })
    }
    return listed(present.map { $0.0 == 1 ? (article ? "a \($0.1)" : $0.1) : "\($0.0) \($0.1)s" })
  }
}

extension Window {
  /// Cells of the padded input behind the last position of the window; below zero where it hangs over.
  fileprivate func spare(_ axis: Int, of input: Shape, cells: Int32) -> Int64 {
    let padded = Int64(input.spatial[axis]) + Int64(before[axis]) + Int64(after[axis])
    return padded - ((Int64(cells) - 1) * Int64(stride[axis]) + reach(axis))
  }

  /// How many cells more would let a further position fit exactly; 0 where nothing is left over.
  fileprivate func missing(_ axis: Int, of input: Shape) -> Int64 {
    let step = Int64(stride[axis])
    let room = Int64(input.spatial[axis]) + Int64(before[axis]) + Int64(after[axis]) - reach(axis)
    return room % step == 0 ? 0 : step - room % step
  }

  /// The padding where it is the same on all sides, and small enough to add to.
  fileprivate func evenPadding(rank: Int) -> Int32? {
    let sides = (0..<rank).flatMap { [before[$0], after[$0]] }
    guard let first = sides.first, first < Int32.max / 2, sides.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// The padding as it is written: `[3, 4, 3, 4]`, or `2` where all sides agree.
  fileprivate func sides(rank: Int) -> String {
    let sides = (0..<rank).flatMap { [before[$0], after[$0]] }
    if let first = sides.first, sides.allSatisfy({ $0 == first }) { return String(first) }
    return "[" + sides.map(String.init).joined(separator: ", ") + "]"
  }
}
