import CNNLayers
import CNNText

/// The words for what is wrong with a layer and its arguments: one place for all families.
struct LayerMessage {
  let code: DiagnosticCode
  let message: Message
  let label: Message
  var remarks: [Diagnostic.Remark] = []

  init(_ code: DiagnosticCode, _ message: Message, _ label: Message = "", _ remarks: [Diagnostic.Remark] = []) {
    self.code = code
    self.message = message
    self.label = label
    self.remarks = remarks
  }

  /// - Parameters:
  ///   - layer: The name of the layer, as it is written.
  ///   - input: The shape of its first input, where it had one.
  ///   - text: Writes a value as the author would.
  ///   - words: The same as it is to be shown, with the symbols of its extents.
  init(_ error: LayerError, layer: String, input: Shape?, _ words: String?, text: (Value) -> String) {
    let subject = error.parameter.map { "`\($0)` of `\(layer)`" } ?? "`\(layer)`"
    switch error.fault {
    case .wrongType(let expected, let found):
      self =
        found.double == nil
        ? Self(.typeMismatch, "\(subject) needs \(expected), not \(found.typeName)", Self.shown(found, text))
        : Self(.typeMismatch, "\(subject) needs \(expected), and is \(text(found))")
    case .notWhole(let value):
      self = Self.notWhole(subject, value, text)
    case .belowMinimum(let minimum, let found):
      self.init(
        .outOfRange, "\(subject) is \(text(found)), and must be at least \(minimum)", "at least \(minimum)")
    case .aboveMaximum(let maximum, let found):
      self.init(
        .outOfRange, "\(subject) is \(text(found)), and must be at most \(maximum.grouped)",
        "at most \(maximum.grouped)")
    case .wrongExtentCount(let expected, let found, let rank):
      if let input, input.isVector {
        self = Self.inputRank("`\(layer)`", input, 1...3)
      } else {
        self = Self.wrongExtentCount(subject, expected, found, rank, words)
      }
    case .unknownWord(let expected, let found):
      let words = expected.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      self.init(.typeMismatch, "\(subject) does not know \(Self.shown(found, text))", "one of \(words)")
    case .negativePadding(let amount):
      self.init(
        .outOfRange, "\(subject) is \(amount): an amount cannot be negative", "",
        [.help("`crop \(-amount)` takes cells away")])
    case .dependsOnSize(let value):
      self.init(
        .symbolicExtent, "\(subject) must be a known number, and this depends on the size of the input", "",
        value.symbolHelp)
    case .missingOneOf(let names):
      let list = names.map { "`\($0)`" }.joined(separator: " or ")
      self.init(.missingArgument, "`\(layer)` needs \(list)")
    case .excludeEachOther(let names):
      let list = names.map { "`\($0)`" }.joined(separator: " and ")
      self.init(.duplicateArgument, "`\(layer)` takes one of \(list), not several")
    case .alignedCorners(let mode):
      self.init(
        .typeMismatch, "`aligncorners` has no meaning with mode `\(mode.rawValue)`", "",
        [.help("use `mode bilinear` or `mode bicubic`, or leave `aligncorners` out")])
    case .causalNeedsLength(let rank):
      self.init(
        .rankMismatch, "`pad causal` needs an input with one axis, and this one has \(rank)", "",
        [.why("it pads the past of a sequence: reach - 1 cells before the first")])
    case .evenHalf(let kernel):
      self.init(
        .outOfRange, "`pad half` needs an odd kernel, and this one is \(kernel)", "",
        [.why("(\(kernel) - 1) / 2 is not whole"), .help("`pad same`, or an amount for each side")])
    case .outputPadding(let value, let stride, let dilation):
      self.init(
        .outOfRange, "`outputpad` is \(value), and must be below \(max(stride, dilation))",
        "below the larger of stride \(stride) and dilation \(dilation)")
    case .notDivisible(let what, let value, let by, let divisor, let remedy):
      self.init(
        .notDivisible, "\(value) \(what) cannot be split by \(by)\(by.isEmpty ? "" : " ")\(divisor)",
        "\(value) / \(divisor) = \(Self.quotient(value, divisor))",
        Self.help(value, what, divisor, remedy))
    case .badOrder(let order, let axes):
      let list = order.map(String.init).joined(separator: ", ")
      self.init(
        .outOfRange, "[\(list)] is no order of \(axes) axes",
        "each of 0 to \(axes - 1) once")
    case .badRange(let lower, let upper, let axis, let extent):
      let whole = axis == "channels" ? "the \(extent) channels" : "the \(axis) of \(extent)"
      self.init(.outOfRange, "\(lower) ..< \(upper) is not within \(whole)", "within 0 ..< \(extent)")
    case .noAxis(let word, let rank):
      let names = ((0...rank).map { "`\(Shape.axisName($0, rank: rank))`" }).joined(separator: ", ")
      self.init(
        .rankMismatch, "this tensor has no `\(word.rawValue)`",
        rank == 0 ? "a vector has `channels` only" : "it has \(names)")
    case .severalAxes(let rank):
      let names = (0...rank).map { "`\(Shape.axisName($0, rank: rank))`" }.joined(separator: ", ")
      self.init(.outOfRange, "\(subject) is one axis, not several", "one of \(names)")
    case .severalOpen:
      self.init(.outOfRange, "\(subject) can have one `_`, not several", "only one extent can be worked out")
    case .descending(let low, let high):
      self.init(.outOfRange, "`low` of `\(layer)` is \(low), and `high` is \(high)", "at least \(low)")
    case .inputRank(let shape, let wanted):
      self = Self.inputRank(subject, shape, wanted)
    case .needsFlatten(let shape, let units):
      let oneCell = Array(repeating: "1", count: Int(shape.rank)).joined(separator: "x")
      self.init(
        .needsFlatten, "`\(layer)` needs a vector, and this is a map of \(shape)", "",
        [
          .help("`flatten` before it, for \(shape.elements.grouped) inputs"),
          .help("`conv \(units), \(oneCell)` for the same layer in every cell"),
        ])
    case .windowTooLarge(let fit):
      self = Self.windowTooLarge(layer, fit)
    case .poolPadding(let pad, let kernel):
      self.init(
        .paddingTooLarge, "`\(layer)` is padded by \(pad), more than half of its window of \(kernel)",
        "at most \(kernel / 2)", [.why("a window could lie in the padding alone")])
    case .padTooLarge(let amount, let extent, let axis, let limit):
      self.init(
        .paddingTooLarge,
        "`\(layer)` adds \(amount) cells to a \(Shape.axisName(axis, rank: Int(input?.rank ?? 2))) of \(extent)",
        "at most \(limit)")
    case .emptyOutput(let axis, let rank, let arithmetic):
      self.init(
        .windowTooLarge, "`\(layer)` leaves no \(Shape.axisName(axis, rank: rank))", Message(arithmetic))
    case .elementCount(let from, let to):
      self.init(
        .shapeMismatch, "\(from) has \(from.elements.grouped) elements, and \(to) has \(Self.elements(to))", "",
        [.why("a reshape keeps every element")])
    case .openExtent(let from, let known):
      self.init(
        .shapeMismatch, "the \(from.elements.grouped) elements of \(from) do not divide into parts of \(known.grouped)",
        "", [.why("a reshape keeps every element")])
    case .unknownExtents:
      self.init(
        .symbolicExtent,
        "`\(layer)` needs to know every extent of its input, and they depend on the size of the network's",
        "", [.help("`globalavgpool` or `adaptiveavgpool 7x7` before it, or a fixed size for the input")])
    case .tensorTooLarge(let extents):
      self.init(
        .tensorTooLarge, "`\(layer)` gives a tensor of 2,147,483,648 elements or more",
        Message(extents.map { $0 == .max ? "..." : String($0) }.joined(separator: "x")),
        [.note("a tensor has fewer than 2^31 elements, 8.6 GB in float32")])
    case .countTooLarge(let what, let power):
      self.init(.overflow, "the \(what) of `\(layer)` are more than can be counted", "2^\(power) or more")
    case .totalTooLarge(let what, let power):
      self.init(.overflow, "the \(what) of all layers up to here are more than can be counted", "2^\(power) or more")
    case .tooFewInputs(let count):
      self.init(.missingArgument, "`\(layer)` joins tensors, and this has \(count)")
    case .tooManyInputs(let count, let wanted):
      self.init(
        .extraArgument, "`\(layer)` takes \(wanted.upperBound) tensors, and this has \(count)", "",
        [.help("with \(wanted.lowerBound), the tensor that enters is the first")])
    case .unequal(let what, let first, let one, let second, let other):
      self.init(
        .shapeMismatch,
        "the \(first) of this `\(layer)` has \(one.grouped) \(what), and the \(second) has \(other.grouped)",
        "these must be as many")
    case .notPooled(let found, let pooled):
      self.init(.shapeMismatch, "`\(layer)` needs what the pool gives, \(pooled), and this is \(found)")
    case .noPool:
      self.init(
        .typeMismatch, "\(subject) needs what a `maxpool` gave", "", [.help("label the pool, and name the label here")])
    case .inputsDiffer:
      self.init(
        .shapeMismatch, "the branches of this `\(layer)` differ in shape", "every branch must have the same shape")
    }
  }

  private static func shown(_ value: Value, _ text: (Value) -> String) -> Message {
    let written = text(value)
    return written.utf8.count <= 40 ? "`\(written)`" : Message(value.typeName)
  }

  private static func quotient(_ value: Int64, _ divisor: Int64) -> String {
    guard let exact = Rational(value, divisor) else { return "" }
    // Two decimals are enough to see that it is not whole.
    return exact.isWhole ? "\(exact)" : "\((exact.double * 100).rounded() / 100)"
  }

  private static func elements(_ shape: Shape) -> String {
    shape.checkedElements.map(\.grouped) ?? "more than 2^31"
  }

  private static func notWhole(_ subject: String, _ value: Value, _ text: (Value) -> String) -> LayerMessage {
    LayerMessage(
      .notWhole, "\(subject) needs a whole number, and this is \(text(value))", "",
      [.help("`floor( )`, `ceil( )` or `round( )` make it whole")])
  }

  private static func wrongExtentCount(
    _ subject: String, _ expected: [Int], _ found: Int, _ rank: Int, _ input: String?
  ) -> LayerMessage {
    let wanted = expected.map(String.init).joined(separator: " or ") + (expected == [1] ? " number" : " numbers")
    let axes = rank == 1 ? "1 spatial axis" : "\(rank) spatial axes"
    let why: [Diagnostic.Remark] = input.map { [.why("the input, \($0), has \(axes)")] } ?? []
    return LayerMessage(.rankMismatch, "\(subject) needs \(wanted), and has \(found)", "", why)
  }

  private static func inputRank(_ subject: String, _ shape: Shape, _ wanted: ClosedRange<Int>) -> LayerMessage {
    if shape.isVector {
      return LayerMessage(
        .rankMismatch, "\(subject) needs a map, and this is a vector of \(shape)", "",
        [.help("`reshape` gives it spatial axes: `reshape 1x1x\(shape)`")])
    }
    return LayerMessage(
      .rankMismatch, "\(subject) needs \(wanted.lowerBound) spatial axes, and \(shape) has \(shape.rank)")
  }

  private static func windowTooLarge(_ layer: String, _ fit: WindowFit) -> LayerMessage {
    let reach = Int64(fit.dilation) * (Int64(fit.kernel) - 1) + 1
    let name = Shape.axisName(fit.axis, rank: fit.rank)
    let padded = Int64(fit.extent) + Int64(fit.before) + Int64(fit.after)
    let sum = padded == Int64(fit.extent) ? "\(padded)" : "\(fit.extent) + \(fit.before) + \(fit.after) = \(padded)"
    var remarks: [Diagnostic.Remark] = []
    if fit.dilation > 1 {
      remarks.append(
        .why("dilated by \(fit.dilation) it spans \(fit.dilation) * (\(fit.kernel) - 1) + 1 = \(reach) cells"))
    }
    remarks.append(.help("`pad same` lets any window fit"))
    return LayerMessage(
      .windowTooLarge, "the window of `\(layer)` spans \(reach) cells, and the \(name) is \(sum)",
      "\(reach) > \(padded)", remarks)
  }

  private static func help(_ value: Int64, _ what: String, _ divisor: Int64, _ remedy: Division) -> [Diagnostic.Remark]
  {
    switch remedy {
    case .otherDivisor:
      let near = divisors(of: value, near: divisor).filter { $0 < value }
      if near.isEmpty { return [] }
      return [.help("\(listed(near)) \(near.count == 1 ? "divides" : "divide") \(value)")]
    case .commonDivisor(let other, let others):
      let near = divisors(of: greatestCommonDivisor(value, other), near: divisor)
      let both = "both the \(value) \(what) and the \(other) \(others)"
      if near.isEmpty { return [] }
      return [.help("\(listed(near)) \(near.count == 1 ? "divides" : "divide") \(both)")]
    case .otherValue:
      let below = value / divisor * divisor
      let (above, overflow) = below.addingReportingOverflow(divisor)
      if overflow || above > Int64(Extent.max) { return [] }
      return [.help(below > 0 ? "\(below) or \(above) \(what) can be" : "\(above) \(what) can be")]
    }
  }

  private static func listed(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: " and ") }

  private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  /// The divisors nearest to one that does not divide: the two below and above it, or the two largest.
  private static func divisors(of value: Int64, near divisor: Int64) -> [Int64] {
    guard value > 0, value < 1 << 24, divisor < .max else { return [] }
    let below = stride(from: min(divisor - 1, value), to: 0, by: -1).prefix(4096).filter { value % $0 == 0 }
    let above = stride(from: divisor + 1, through: value, by: 1).prefix(4096).first { value % $0 == 0 }
    if let above { return below.prefix(1) + [above] }
    return below.prefix(2).filter { $0 > 1 }.reversed()
  }
}

extension LayerFault {
  /// True for what a message tells with the extents of the input.
  var speaksOfExtents: Bool {
    switch self {
    case .windowTooLarge, .padTooLarge, .emptyOutput, .elementCount, .openExtent, .inputsDiffer, .notDivisible,
      .tensorTooLarge, .countTooLarge, .totalTooLarge, .unequal, .notPooled, .badRange:
      true
    case .wrongType, .notWhole, .belowMinimum, .aboveMaximum, .wrongExtentCount, .unknownWord, .negativePadding,
      .dependsOnSize, .missingOneOf, .excludeEachOther, .alignedCorners, .causalNeedsLength, .evenHalf,
      .outputPadding, .badOrder, .inputRank, .needsFlatten, .poolPadding, .unknownExtents, .tooFewInputs,
      .tooManyInputs, .noAxis, .severalAxes, .severalOpen, .descending, .noPool:
      false
    }
  }

  /// True for what is wrong with an argument on any input.
  var isOfArgument: Bool {
    switch self {
    case .wrongType, .notWhole, .belowMinimum, .aboveMaximum, .unknownWord, .negativePadding, .dependsOnSize,
      .severalOpen,
      .descending:
      true
    case .wrongExtentCount, .missingOneOf, .excludeEachOther, .alignedCorners, .causalNeedsLength, .evenHalf,
      .outputPadding, .notDivisible, .badOrder, .badRange, .inputRank, .needsFlatten, .windowTooLarge, .poolPadding,
      .padTooLarge, .emptyOutput, .elementCount, .unknownExtents, .tensorTooLarge, .countTooLarge, .totalTooLarge,
      .tooFewInputs, .tooManyInputs, .inputsDiffer, .noAxis, .severalAxes, .openExtent, .unequal, .notPooled, .noPool:
      false
    }
  }
}
