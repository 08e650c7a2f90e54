/// What the second part of the language does to extents that are symbols.
extension SizeGraphs {
  private var cells: [String] { [["length"], ["height", "width"], ["depth", "height", "width"]][rank - 1] }

  mutating func secondPart(_ depth: Int) {
    switch number(0...13) {
    case 0: slice()
    case 1: split()
    case 2: concatenation()
    case 3, 4: reduction()
    case 5: attention()
    case 6, 7: unpool()
    case 8: source()
    case 9, 10: shared()
    case 11: values()
    case 12: recurrent(depth)
    default: reshape(depth)
    }
  }

  /// A name that no other label has; nil in a loop, whose rounds would give it again.
  private mutating func fresh() -> String? {
    if isInLoop { return nil }
    count += 1
    return "s\(count)"
  }

  // MARK: - Parts of an axis

  private mutating func slice() {
    let lower = number(0...3)
    add("slice \(lower) ..< \(lower + number(1...6)), over \(one(cells))")
    lose()
  }

  private mutating func split() {
    guard let name = fresh() else { return values() }
    let count = number(2...3)
    let names = (0..<count).map { "\(name)_\($0)" }
    let axis = one(cells)
    // Equal parts of an extent that is not known are refused.
    if chance(8) {
      add("[\(names.joined(separator: ", "))]: split \(count), over \(axis)")
      add("\(one(["add", "maximum"])) \(names.dropLast().joined(separator: ", "))")
    } else {
      add("[\(names[0]), _]: slice 0 ..< 2, 1 ..< \(number(3...7)), over \(axis)")
      add("from \(names[0]) | relu")
    }
    lose()
  }

  private mutating func concatenation() {
    let axis = one(cells)
    let stride = number(1...2)
    if let label = labels.last, chance(2), label.channels == channels {
      growth += label.growth
      add("concat \(label.name), over \(axis)")
    } else {
      growth *= 2
      let pool = "maxpool \(stride), stride 1"
      let other = one(["relu", pool, "conv \(channels), 3, pad 1", "slice 1 ..< 3, over \(axis)"])
      add("concat over \(axis) {")
      add("  - identity")
      add("  - \(other)")
      add("}")
    }
    if growth > 4 { convolution() }
    lose()
  }

  // MARK: - Layers

  private mutating func reduction() {
    let axes = one(["channels", "cells", one(cells), "[channels, \(one(cells))]"])
    let kind = one(["mean", "max", "min", "sum", "norm"])
    if chance(4) {
      add("\(kind) \(axes)")
      if axes.contains("channels") { channels = 1 }
      return lose()
    }
    add("\(one(["divide", "subtract", "multiply"])) {")
    add("  - identity")
    add("  - \(kind) \(axes)")
    add("}")
  }

  private mutating func attention() {
    let width = number(1...2)
    let heads = chance(2) ? "" : " heads \(width)"
    let values = width * number(1...2)
    // Key and value have as many cells; the query may have others.
    let pool = one(["", "", "maxpool 2 | ", "conv 2, 3, stride 2, pad 1 | "])
    add("attention\(heads) {")
    add("  - conv \(width), 1")
    add("  - \(pool)conv \(width), 1")
    add("  - \(chance(6) ? "" : pool)conv \(values), 1")
    add("}")
    channels = values
  }

  private mutating func unpool() {
    guard let name = fresh() else { return values() }
    let options = one(["2", "2, ceil", "3, stride 2", "3, stride 2, pad 1", "2, stride \(number(1...3))"])
    add("\(name): maxpool \(options)")
    add(one(["relu", "conv \(channels), 3, pad 1", "conv \(channels), 1"]))
    if chance(6) { convolution() }
    add("unpool \(name)")
    lose()
  }

  private mutating func source() {
    let ones = (0..<rank).map { _ in "1, " }.joined()
    switch number(0...3) {
    case 0:
      add("concat {")
      add("  - identity")
      add("  - coordinates")
      channels += rank
    case 1:
      add("add {")
      add("  - identity")
      add("  - noise | multiply 0.1")
    case 2:
      add("multiply {")
      add("  - identity")
      add("  - learned [\(ones)\(channels)]")
    default:
      // Its own extents meet those of the sizes: equal, or none.
      add("add {")
      add("  - identity")
      add("  - learned [\((0..<rank).map { _ in "\(one([1, 1, 8])), " }.joined())\(channels)]")
    }
    add("}")
    lose()
  }

  /// The same weights on other extents.
  private mutating func shared() {
    guard let name = fresh() else { return values() }
    let filters = "conv \(channels), 3"
    let callee = one(["\(filters), pad 1", "line \(channels)", "\(filters), stride 2, pad same", "gate"])
    add("shared \(name): \(callee)")
    add(name)
    add(one(["maxpool 2", "relu", "conv \(channels), 2", "upsample 0.5"]))
    add(name)
    lose()
  }

  private mutating func values() {
    let axes = one(["channels", "cells", one(cells)])
    add(
      one([
        "multiply 0.2", "add 1 | square", "power 2", "exp", "clip (-1), 1", "softmax over \(axes)",
        "normalize over \(axes)", "minimum 1 | softshrink",
      ]))
  }

  private mutating func recurrent(_ depth: Int) {
    guard rank == 1 else { return reshape(depth) }
    channels = number(1...3)
    let both = chance(2)
    add("\(one(["lstm", "gru"])) \(channels)\(both ? ", both" : "")")
    if both { channels *= 2 }
  }

  private mutating func reshape(_ depth: Int) {
    // A tensor of another rank meets none of those around it.
    guard depth == 0, !isInLoop else { return values() }
    let factor = one([1, 1, 2, 3])
    switch number(0...2) {
    case 0 where rank == 1:
      add("reshape [_, \(factor * channels)]")
      channels *= factor
    case 1 where rank == 1:
      add("reshape [_, \(factor), \(channels)]")
      (rank, labels) = (2, [])
      formulas = [nil, nil]
    default:
      // One extent is left open, and may follow one symbol.
      guard rank == 2 else { return values() }
      add("\(chance(9) ? "" : "\(one(["mean", "max"])) \(one(cells)) | ")reshape [_, \(factor * channels)]")
      (rank, labels) = (1, [])
      channels *= factor
      formulas = [nil]
    }
    lose()
  }
}
