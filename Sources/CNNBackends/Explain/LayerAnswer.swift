import CNNLayers
import CNNModel
import CNNText

extension LayerFacts {
  /// The answer in one sentence: the shape, and the arithmetic that gives it.
  var answer: String {
    let source = inputs.first.map { facts(of: $0).shaper.name } ?? ""
    let extents = arithmetic(\.shortText)
    let values = "\(output.elements.grouped) \(operation.outputNoun)"
    let gives = "\(name) gives \(output), \(values)"
    switch operation {
    case .input:
      return "\(name) is \(output): \(productText(output.extents.map(Int64.init))) values."
    case .convolution, .localConvolution, .pool, .transposedConvolution, .pad, .crop:
      return "\(gives)\(extents.isEmpty ? "" : ": " + extents.joined(separator: ", "))."
    case .dense:
      return "\(name) reads \(input.channels) numbers\(origin(source))."
    case .flatten:
      return
        "\(name) gives \(productText(input.extents.map(Int64.init), grouped: false)) numbers, the maps of \(source) "
        + "laid out in a row, \(order)."
    case .globalPool(let kind, _):
      let factors = input.spatial.array(rank: rank).map(Int64.init)
      return
        "\(name) gives \(output): of each of \(counted(input.channels, "map")) \(kind == .max ? "the largest" : "the mean")"
        + " of \(productText(factors)) values."
    case .adaptivePool(let kind, let size):
      let windows = (0..<rank).map { "\(input.axisName($0)) \(sharing(input.spatial[$0], size[$0]))" }
      return
        "\(gives): \(kind == .max ? "maxima" : "means") of evenly spread windows, \(windows.joined(separator: ", "))."
    case .normalization(let normalization):
      return "\(name) keeps \(output); \(statistics(of: normalization))."
    case .localResponseNormalization(let size, let alpha, let beta, let k):
      return "\(name) keeps \(output): it divides each value by (\(decimal(k)) + \(decimal(alpha)) / \(size) * s) ^ "
        + "\(decimal(beta)), s being the "
        + "sum of the squares of \(counted(size, "channel")) around it."
    case .activation:
      return
        "\(name) keeps \(output): it changes each of \(productText(output.extents.map(Int64.init))) values by itself."
    case .gatedLinear:
      return "\(gives): \(input.channels) / 2 = \(counted(output.channels, "channel")), each times the sigmoid of its "
        + "partner in the second half."
    case .softmax(_, over: .channels):
      return "\(name) keeps \(output): the \(output.channels) channels of a cell become shares that add up to 1."
    case .softmax(_, let axes):
      return "\(name) keeps \(output): the \(together(axes)) become shares that add up to 1."
    case .unitNorm(let axes, let epsilon):
      return "\(name) keeps \(output): the \(together(axes)) are divided by their Euclidean norm, or by "
        + "\(decimal(epsilon)) where it is smaller."
    case .reduce(let kind, let axes):
      return "\(gives): each is \(kind.phrase) of the \(together(axes))."
    case .unpool:
      let source = inputs.dropFirst().first.map { facts(of: $0).shaper.name } ?? ""
      return "\(gives): the \(input.elements.grouped) values of its input where the pool of \(source) found its own, "
        + "zeros elsewhere."
    case .attention(let heads, _):
      let key = inputs.dropFirst().first.map { network.shape(of: $0) } ?? input
      let factors = [input.cells, key.cells, Int64(input.channels) + Int64(output.channels)]
      return "\(gives): each of \(counted(input.cells, "cell")) is a mean of \(counted(key.cells, "cell")), weighed in "
        + "\(counted(heads, "head")); \(productText(factors)) multiply-adds."
    case .recurrent(let recurrent):
      let factors = [recurrent.kind.gates * recurrent.directions, Int64(recurrent.units)]
      let sum = "(\(input.channels) + \(recurrent.units))"
      let steps = "\(input.spatial[0]) * \(times(factors)) * \(sum)"
      let channels =
        recurrent.both ? "2 * \(recurrent.units) = \(output.channels) channels" : "\(output.channels) channels"
      let products = multiplyAdds.map { "; \(steps) = \($0.grouped) multiply-adds" } ?? ""
      return "\(gives): \(channels), a state \(recurrent.last ? "after" : "for each of") "
        + "\(counted(input.spatial[0], "step"))\(products)."
    case .learned:
      return "\(name) is \(output), the same for every example: \(productText(output.extents.map(Int64.init))) learned "
        + "numbers."
    case .coordinates:
      return "\(gives): a channel for each axis of cells, from -1 to 1."
    case .noise:
      return "\(name) is \(output): random numbers while training, zeros in use."
    case .dropout(let kind, let rate):
      let what =
        switch kind {
        case .elements: "values"
        case .channels: "whole maps"
        case .path: "whole examples of the branch"
        }
      return "\(name) keeps \(output): while training it sets \(what) to 0 with probability \(decimal(rate))."
    case .scale:
      return "\(name) keeps \(output): it multiplies each of \(counted(output.channels, "map")) by a learned factor."
    case .reshape:
      return "\(name) gives \(output): the same \(productText(input.extents.map(Int64.init))) values in their order."
    case .permute(let permutation):
      let axes = permutation.order.map { "axis \($0) (\(input.extents[$0]))" }
      return "\(name) gives \(output): \(listed(axes)) of its input, counted from 0."
    case .concatenate:
      return "\(gives): \(working)."
    case .elementwise(let kind, let constants):
      let numbers = constants.map { decimal($0.value) }
      let operands = counted(inputs.count, "tensor") + (numbers.isEmpty ? "" : " and " + listed(numbers))
      return "\(gives): \(kind.phrase) of \(operands), value by value."
    case .resize, .pixelShuffle, .pixelUnshuffle, .slice:
      return "\(gives)\(working.isEmpty ? "" : ": " + listed(working.split(separator: "\n").map(String.init)))."
    case .channelShuffle(let groups):
      return "\(name) keeps \(output): \(input.channels) / \(groups) = \(counted(input.channels / groups, "channel")) "
        + "a group, dealt out in turn."
    }
  }

  /// Where the numbers of a vector come from: `: 7 * 7 * 64, the maps of maxpool2 laid out in a row`.
  private func origin(_ source: String) -> String {
    guard let input = inputs.first else { return "" }
    guard let flatten = facts(of: input).flattenAbove, let map = flatten.inputs.first, !flatten.input.isVector else {
      return ", the output of \(source)"
    }
    return ": \(times(flatten.input.extents)), the maps of \(facts(of: map).shaper.name) laid out in a row"
  }

  /// The place of a value in a flattened map: `value (y, x, c) at (y * 7 + x) * 64 + c`.
  private var order: String {
    let names = [[], ["x"], ["y", "x"], ["z", "y", "x"]][rank]
    var place = names.first ?? "c"
    for (axis, name) in names.enumerated().dropFirst() {
      place = "\(axis > 1 ? "(\(place))" : place) * \(input.spatial[axis]) + \(name)"
    }
    if !names.isEmpty { place = "\(names.count > 1 ? "(\(place))" : place) * \(input.channels) + c" }
    return "value (\((names + ["c"]).joined(separator: ", "))) at \(place)"
  }

  /// `13 in 6 windows of 3 cells`: how wide the windows of an adaptive pool are.
  private func sharing(_ extent: Int32, _ count: Int32) -> String {
    let quotient = extent / count
    if extent % count == 0 { return "\(extent) / \(count) = \(counted(quotient, "cell")) each" }
    // A window reaches from floor(i * n / m) to ceil((i + 1) * n / m): with n / m = q + k / m in lowest terms that is q + 1
    // cells, and q + 2 where it begins late in a cell, which takes a k of 2 or more.
    let common = Self.greatestCommonDivisor(extent, count)
    let isUneven = (extent / common) % (count / common) >= 2
    return
      "\(extent) in \(count) windows of \(isUneven ? "\(quotient + 1) or \(quotient + 2)" : "\(quotient + 1)") cells"
  }

  private static func greatestCommonDivisor(_ a: Int32, _ b: Int32) -> Int32 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }

  private func statistics(of normalization: Normalization) -> String {
    let cells = input.spatial.array(rank: rank).map(Int64.init)
    let channels = Int64(input.channels)
    let perMap = cells.isEmpty ? "one value" : "\(productText(cells)) values"
    switch normalization.kind {
    case .batch:
      return "a mean and a variance for each of \(counted(channels, "map")), over \(perMap) an example"
    case .instance: return "a mean and a variance for each of \(counted(channels, "map")), over \(perMap)"
    case .group(let groups):
      let share = cells + [channels / Int64(max(groups, 1))]
      return "a mean and a variance for each of \(counted(groups, "group")), over \(productText(share)) values"
    case .layer(whole: true):
      return "one mean and one variance, over \(productText(input.extents.map(Int64.init))) values"
    case .layer: return "a mean and a variance for each cell, over its \(counted(channels, "channel"))"
    }
  }
}

extension LayerFacts {
  /// `28 * 28 = 784 values of height and width`: what lies along some axes together.
  private func together(_ axes: AxisSet) -> String {
    "\(productText(axes.extents(of: input))) values along \(listed(axes.axes.map { $0.name(rank: rank) }))"
  }
}

extension Reduction {
  fileprivate var phrase: String {
    switch self {
    case .mean: "the mean"
    case .maximum: "the largest"
    case .minimum: "the smallest"
    case .sum: "the sum"
    case .norm: "the Euclidean norm"
    }
  }
}

extension Elementwise {
  fileprivate var phrase: String {
    switch self {
    case .add: "the sum"
    case .multiply: "the product"
    case .subtract: "the difference"
    case .divide: "the quotient"
    case .power: "the power"
    case .maximum: "the largest"
    case .minimum: "the smallest"
    case .average: "the mean"
    }
  }
}
