/// Which cells of the network's input one cell of a tensor depends on.
///
/// Cell i of an axis reads `size` cells of the input, from `start + i * stride` on; a start below zero lies in the
/// padding. (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", 2019.)
public enum ReceptiveField: Hashable, Sendable {
  case window(Hull)
  /// Everything, as behind a global pool or a flatten.
  case all
  /// Behind an upsampling cells differ in what they read, and no one window describes them.
  case none
  /// No cell at all, as of what a source gives: learned numbers, coordinates, noise.
  case constant

  public struct Hull: Hashable, Sendable {
    /// For each spatial axis of the input.
    public var axes: [Axis]
  }

  public struct Axis: Hashable, Sendable {
    public var size: Int64
    public var stride: Int64
    public var start: Int64
  }

  /// That of an input itself.
  public static func identity(rank: Int) -> ReceptiveField {
    rank == 0 ? .all : .window(Hull(axes: Array(repeating: Axis(size: 1, stride: 1, start: 0), count: rank)))
  }
}

extension Operation {
  /// The receptive field of the operation's output, from those of its inputs: the hull over them where they meet.
  ///
  /// - Parameters:
  ///   - fields: One for each input.
  ///   - input: The shape of the first input.
  public func receptiveField(from fields: [ReceptiveField], input: Shape) -> ReceptiveField {
    guard let first = fields.first else { return .identity(rank: Int(input.rank)) }
    if fields.allSatisfy({ $0 == .constant }) { return .constant }
    switch self {
    case .convolution(let window, _, _, _), .pool(_, let window, _, _), .localConvolution(let window, _, _):
      return first.mapAxes { axis, field in
        Self.extended(field, reach: window.reach(axis), stride: Int64(window.stride[axis]), before: window.before[axis])
      }
    case .pad(_, let before, _):
      return first.mapAxes { axis, field in Self.moved(field, by: -Int64(before[axis])) }
    case .crop(let before, _):
      return first.mapAxes { axis, field in Self.moved(field, by: Int64(before[axis])) }
    case .globalPool, .flatten, .dense, .attention, .recurrent:
      return .all
    case .reduce(_, let axes), .softmax(_, let axes), .unitNorm(let axes, _):
      return axes.hasCells ? .all : first
    case .slice(let axis, let start, _):
      return first.mapAxes { index, field in index == axis.spatial ? Self.moved(field, by: Int64(start)) : field }
    case .adaptivePool(_, let size):
      return Self.adaptive(first, from: input, to: size)
    case .transposedConvolution, .resize, .pixelShuffle, .unpool:
      return .none
    case .pixelUnshuffle(let factor):
      return first.mapAxes { _, field in
        Self.extended(field, reach: Int64(factor), stride: Int64(factor), before: 0)
      }
    case .reshape(let shape):
      return shape.rank == input.rank && shape.spatial == input.spatial ? first : first.widened
    case .permute(let permutation):
      return Self.reordered(first, permutation, input)
    // A normalisation's statistics are of the whole map, yet by custom it is not said to widen the field.
    case .input, .normalization, .localResponseNormalization, .activation, .gatedLinear, .dropout, .scale,
      .channelShuffle:
      return first
    case .learned, .coordinates, .noise:
      return .constant
    case .concatenate(.cells):
      return fields.allSatisfy { $0 == .all } ? .all : .none
    case .concatenate(.channels), .elementwise:
      return fields.dropFirst().reduce(first) { $0.hull(with: $1) }
    }
  }

  private static func extended(
    _ field: ReceptiveField.Axis, reach: Int64, stride: Int64, before: Int32
  ) -> ReceptiveField.Axis? {
    let (growth, overflow1) = (reach - 1).multipliedReportingOverflow(by: field.stride)
    let (size, overflow2) = field.size.addingReportingOverflow(growth)
    let (step, overflow3) = field.stride.multipliedReportingOverflow(by: stride)
    guard !overflow1, !overflow2, !overflow3, let moved = moved(field, by: -Int64(before)) else { return nil }
    return ReceptiveField.Axis(size: size, stride: step, start: moved.start)
  }

  /// The field of an axis whose first cell is `cells` further on.
  private static func moved(_ field: ReceptiveField.Axis, by cells: Int64) -> ReceptiveField.Axis? {
    let (distance, overflow) = cells.multipliedReportingOverflow(by: field.stride)
    let (start, carry) = field.start.addingReportingOverflow(distance)
    return overflow || carry ? nil : ReceptiveField.Axis(size: field.size, stride: field.stride, start: start)
  }

  /// Even windows are windows; down to one cell it reads everything; uneven ones have no single size.
  private static func adaptive(_ field: ReceptiveField, from input: Shape, to size: Axes) -> ReceptiveField {
    let rank = Int(input.rank)
    if (0..<rank).allSatisfy({ size[$0] == 1 }) { return .all }
    guard (0..<rank).allSatisfy({ input.spatial[$0] % size[$0] == 0 }) else { return field == .all ? .all : .none }
    return field.mapAxes { axis, field in
      let step = Int64(input.spatial[axis] / size[axis])
      return extended(field, reach: step, stride: step, before: 0)
    }
  }

  /// Axes that only change places keep their fields; cells that move into other axes do not.
  private static func reordered(
    _ field: ReceptiveField, _ permutation: Permutation, _ input: Shape
  ) -> ReceptiveField {
    guard case .window(let hull) = field, permutation.order.last == Int(input.rank) else { return field.widened }
    return .window(.init(axes: permutation.order.dropLast().map { hull.axes[$0] }))
  }
}

extension ReceptiveField {
  /// Everything, where it is a window so far.
  fileprivate var widened: ReceptiveField {
    if case .window = self { .all } else { self }
  }

  /// The smallest field that holds both. Strides that differ have none, nor has what no longer fits 63 bits.
  func hull(with other: ReceptiveField) -> ReceptiveField {
    switch (self, other) {
    case (.constant, let field), (let field, .constant): return field
    case (.none, _), (_, .none): return .none
    case (.all, _), (_, .all): return .all
    case (.window(let a), .window(let b)):
      guard a.axes.count == b.axes.count else { return .none }
      var axes: [Axis] = []
      for (left, right) in zip(a.axes, b.axes) {
        guard left.stride == right.stride else { return .none }
        let (leftEnd, overflow1) = left.start.addingReportingOverflow(left.size)
        let (rightEnd, overflow2) = right.start.addingReportingOverflow(right.size)
        let start = min(left.start, right.start)
        let (size, overflow3) = max(leftEnd, rightEnd).subtractingReportingOverflow(start)
        guard !overflow1, !overflow2, !overflow3 else { return .none }
        axes.append(Axis(size: size, stride: left.stride, start: start))
      }
      return .window(Hull(axes: axes))
    }
  }

  /// Applies a change to each axis; a number that no longer fits makes the field `none`.
  func mapAxes(_ change: (Int, Axis) -> Axis?) -> ReceptiveField {
    guard case .window(let hull) = self else { return self }
    var axes: [Axis] = []
    for (index, axis) in hull.axes.enumerated() {
      guard let changed = change(index, axis) else { return .none }
      axes.append(changed)
    }
    return .window(Hull(axes: axes))
  }
}
