extension Operation {
  /// The shape the operation gives for its inputs.
  ///
  /// - Parameters:
  ///   - input: The first input.
  ///   - others: The further inputs, in order.
  /// - Throws: What does not fit, with its numbers.
  public func output(of input: Shape, and others: [Shape] = []) throws(LayerError) -> Shape {
    let output: Shape
    switch self {
    case .input, .normalization, .localResponseNormalization, .activation, .softmax, .unitNorm, .dropout, .scale,
      .channelShuffle, .noise:
      return input
    case .convolution(let window, let filters, _, _), .localConvolution(let window, let filters, _):
      output = Shape(rank: Int(input.rank), spatial: try window.output(of: input), channels: filters)
    case .transposedConvolution(let window, let filters, _, _):
      output = Shape(rank: Int(input.rank), spatial: try Self.transposed(window, input), channels: filters)
    case .dense(let units, _):
      output = Shape(vector: units)
    case .pool(_, let window, let ceil, _):
      output = input.with(spatial: try window.output(of: input, ceil: ceil))
    case .globalPool(_, let keepsAxes):
      return keepsAxes ? input.with(spatial: Axes(all: 1)) : Shape(vector: input.channels)
    case .adaptivePool(_, let size), .resize(_, _, let size):
      output = input.with(spatial: size)
    case .flatten:
      return Shape(vector: Int32(truncatingIfNeeded: input.elements))
    case .reshape(let shape):
      guard shape.checkedElements == input.elements else {
        throw LayerError(.elementCount(from: input, to: shape), parameter: "shape")
      }
      return shape
    case .permute(let permutation):
      let extents = input.extents
      return Shape(permutation.order.map { extents[$0] }) ?? input
    case .reduce(_, let axes):
      return axes.axes.reduce(input) { $0.with($1, 1) }
    case .unpool(let window, let ceil):
      output = try Self.unpooled(input, others, window, ceil: ceil)
    case .gatedLinear:
      guard input.channels % 2 == 0 else {
        throw LayerError(
          .notDivisible(what: "channels", value: Int64(input.channels), by: "", divisor: 2, remedy: .otherValue))
      }
      return input.with(channels: input.channels / 2)
    case .attention(let heads, _):
      output = try Self.attended(input, others, heads: heads)
    case .recurrent(let recurrent):
      output = try Self.recurrent(input, recurrent)
    case .learned(let shape, _):
      return shape
    case .coordinates:
      output = input.with(channels: Int32(input.rank))
    case .concatenate(let axis):
      output = try Self.concatenation(input, others, over: axis)
    case .elementwise:
      output = try Self.broadcast(input, others)
    case .pixelShuffle(let factor):
      output = try Self.scaled(input, up: factor)
    case .pixelUnshuffle(let factor):
      output = try Self.scaled(input, down: factor)
    case .pad(_, let before, let after):
      output = try Self.resized(input, by: { Int64(before[$0]) + Int64(after[$0]) })
    case .crop(let before, let after):
      output = try Self.resized(input, by: { -Int64(before[$0]) - Int64(after[$0]) })
    case .slice(let axis, let start, let count):
      guard Int64(start) + Int64(count) <= Int64(input.extent(axis)) else {
        throw LayerError(
          .badRange(
            lower: Int64(start), upper: Int64(start) + Int64(count), axis: axis.name(rank: Int(input.rank)),
            extent: input.extent(axis)))
      }
      return input.with(axis, count)
    }
    guard output.checkedElements != nil else {
      throw LayerError(.tensorTooLarge(extents: output.extents.map(Int64.init)))
    }
    return output
  }

  private static func transposed(_ window: Window, _ input: Shape) throws(LayerError) -> Axes {
    var axes = Axes(all: 1)
    for axis in 0..<Int(input.rank) {
      guard let cells = window.transposedRule(axis)(Int64(input.spatial[axis])) else {
        let cells = window.transposedCells(axis, of: input.spatial[axis])
        let arithmetic =
          "(\(input.spatial[axis]) - 1) * \(window.stride[axis]) + \(window.reach(axis)) - \(window.before[axis]) - "
          + "\(window.after[axis]) = \(cells)"
        throw LayerError(
          .emptyOutput(axis: axis, rank: Int(input.rank), arithmetic: arithmetic), parameter: "pad")
      }
      guard cells <= Int32.max else { throw LayerError(.tensorTooLarge(extents: [cells])) }
      axes[axis] = Int32(cells)
    }
    return axes
  }

  /// Axes must be equal, but for the one whose extents add up.
  private static func concatenation(_ first: Shape, _ others: [Shape], over axis: Axis) throws(LayerError) -> Shape {
    let rank = Int(first.rank)
    let parameter = axis == .channels ? nil : "over"
    let place = axis.spatial ?? rank
    var sum = Int64(first.extent(axis))
    for (index, shape) in others.enumerated() {
      guard shape.rank == first.rank else {
        throw LayerError(.inputsDiffer(first: 0, second: index + 1, axis: -1), parameter: parameter)
      }
      for other in 0...rank where other != place {
        let (ours, theirs) =
          other == rank ? (first.channels, shape.channels) : (first.spatial[other], shape.spatial[other])
        guard ours == theirs else {
          throw LayerError(.inputsDiffer(first: 0, second: index + 1, axis: other), parameter: parameter)
        }
      }
      sum += Int64(shape.extent(axis))
    }
    guard sum <= Int32.max else {
      var extents = first.extents.map(Int64.init)
      extents[place] = sum
      throw LayerError(.tensorTooLarge(extents: extents))
    }
    return first.with(axis, Int32(sum))
  }

  /// Axes must be equal, or 1 on one side; a vector beside maps is a map of one cell.
  private static func broadcast(_ first: Shape, _ others: [Shape]) throws(LayerError) -> Shape {
    if others.allSatisfy({ $0 == first }) { return first }
    let rank = Int(others.reduce(first.rank) { max($0, $1.rank) })
    var result = Shape(rank: rank, spatial: first.isVector ? Axes(all: 1) : first.spatial, channels: first.channels)
    var owner = [Int](repeating: 0, count: 4)
    for (index, shape) in others.enumerated() {
      guard shape.isVector || Int(shape.rank) == rank, first.isVector || Int(first.rank) == rank else {
        throw LayerError(.inputsDiffer(first: 0, second: index + 1, axis: -1))
      }
      var spatial = result.spatial
      for axis in 0...rank {
        let ours = axis == rank ? result.channels : spatial[axis]
        let theirs = axis == rank ? shape.channels : shape.isVector ? 1 : shape.spatial[axis]
        guard ours == theirs || ours == 1 || theirs == 1 else {
          throw LayerError(.inputsDiffer(first: owner[axis], second: index + 1, axis: axis))
        }
        if ours == 1, theirs != 1 { owner[axis] = index + 1 }
        if axis < rank { spatial[axis] = max(ours, theirs) }
      }
      result = Shape(rank: rank, spatial: spatial, channels: max(result.channels, shape.channels))
    }
    return result
  }

  /// The shape of what the pool read, if the input is of that which it gives.
  private static func unpooled(
    _ input: Shape, _ others: [Shape], _ window: Window, ceil: Bool
  ) throws(LayerError) -> Shape {
    guard let source = others.first else { throw LayerError(.tooFewInputs(1)) }
    let pooled = source.with(spatial: try window.output(of: source, ceil: ceil))
    guard pooled == input else { throw LayerError(.notPooled(input, pooled: pooled)) }
    return source
  }

  /// The cells of the query, with the channels of the value.
  private static func attended(_ query: Shape, _ others: [Shape], heads: Int32) throws(LayerError) -> Shape {
    guard others.count == 2 else {
      throw LayerError(
        others.count < 2 ? .tooFewInputs(others.count + 1) : .tooManyInputs(others.count + 1, wanted: 2...3))
    }
    let (key, value) = (others[0], others[1])
    guard query.channels == key.channels else {
      throw LayerError(
        .unequal(what: "channels", first: "query", Int64(query.channels), second: "key", Int64(key.channels)))
    }
    guard key.cells == value.cells else {
      throw LayerError(.unequal(what: "cells", first: "key", key.cells, second: "value", value.cells))
    }
    for (name, shape) in [("query", query), ("value", value)] where shape.channels % heads != 0 {
      throw LayerError(
        .notDivisible(
          what: "channels of the \(name)", value: Int64(shape.channels), by: "heads", divisor: Int64(heads)),
        parameter: "heads")
    }
    return query.with(channels: value.channels)
  }

  private static func recurrent(_ input: Shape, _ recurrent: Recurrent) throws(LayerError) -> Shape {
    guard input.rank == 1 else { throw LayerError(.inputRank(input, wanted: 1...1)) }
    let channels = Int64(recurrent.units) * recurrent.directions
    guard channels <= Int32.max else {
      throw LayerError(.tensorTooLarge(extents: [Int64(input.spatial[0]), channels]))
    }
    return recurrent.last ? Shape(vector: Int32(channels)) : input.with(channels: Int32(channels))
  }

  /// Channels become cells (Shi et al., "Real-Time Single Image and Video Super-Resolution", 2016).
  private static func scaled(_ input: Shape, up factor: Int32) throws(LayerError) -> Shape {
    var divisor: Int64 = 1
    var extents: [Int64] = []
    for axis in 0..<Int(input.rank) {
      let (product, overflow) = divisor.multipliedReportingOverflow(by: Int64(factor))
      divisor = overflow ? Int64.max : product
      extents.append(Int64(input.spatial[axis]) * Int64(factor))
    }
    guard Int64(input.channels) % divisor == 0 else {
      throw LayerError(
        .notDivisible(
          what: "channels", value: Int64(input.channels), by: "the cells it becomes", divisor: divisor,
          remedy: .otherValue),
        parameter: "factor")
    }
    return try shape(extents, channels: Int64(input.channels) / divisor)
  }

  private static func scaled(_ input: Shape, down factor: Int32) throws(LayerError) -> Shape {
    var channels = Int64(input.channels)
    var extents: [Int64] = []
    for axis in 0..<Int(input.rank) {
      let extent = Int64(input.spatial[axis])
      guard extent % Int64(factor) == 0 else {
        throw LayerError(
          .notDivisible(what: input.axisName(axis), value: extent, by: "factor", divisor: Int64(factor)),
          parameter: "factor")
      }
      let (product, overflow) = channels.multipliedReportingOverflow(by: Int64(factor))
      channels = overflow ? Int64.max : product
      extents.append(extent / Int64(factor))
    }
    return try shape(extents, channels: channels)
  }

  private static func resized(_ input: Shape, by change: (Int) -> Int64) throws(LayerError) -> Shape {
    var extents: [Int64] = []
    for axis in 0..<Int(input.rank) { extents.append(Int64(input.spatial[axis]) + change(axis)) }
    for (axis, extent) in extents.enumerated() where extent < 1 {
      let arithmetic = "\(input.spatial[axis]) - \(-change(axis)) = \(extent)"
      throw LayerError(.emptyOutput(axis: axis, rank: Int(input.rank), arithmetic: arithmetic), parameter: "amounts")
    }
    return try shape(extents, channels: Int64(input.channels))
  }

  private static func shape(_ extents: [Int64], channels: Int64) throws(LayerError) -> Shape {
    let all = extents + [channels]
    guard all.allSatisfy({ $0 <= Int32.max }), let shape = Shape(all.map { Int32($0) }) else {
      throw LayerError(.tensorTooLarge(extents: all))
    }
    return shape
  }
}
