import CNNLayers

/// What the window of a layer never reads.
extension NetworkBuilder {
  /// The first axis along which the last layer, a pool, moves by more than its window spans.
  func gap() -> (axis: Int, window: Int64, stride: Int32)? {
    guard let layer = network.layers.last, case .pool(_, let window, _, _) = layer.operation else { return nil }
    let axes = 0..<Int(network.shape(of: layer.input).rank)
    return axes.first { Int64(window.stride[$0]) > window.reach($0) }
      .map { ($0, window.reach($0), window.stride[$0]) }
  }

  /// Real rows or columns that the window of the last layer leaves unread, at every size.
  func remainders() -> [Remainder] {
    guard let layer = network.layers.last, let window = layer.operation.window else { return [] }
    let input = layer.input
    let shape = network.shape(of: input)
    if tracker.isActive, !leavesRemainderAlways(window, input) { return [] }
    let output = network.shape(of: TensorID(network.tensors.count - 1))
    let padding = paddingAfterInput()
    var remainders: [Remainder] = []
    for axis in 0..<Int(shape.rank) where window.stride[axis] > 1 {
      let unread = window.unread(axis, of: shape, cells: output.spatial[axis]) - Int64(padding[axis])
      if unread > 0 { remainders.append(Remainder(axis: axis, unread: unread)) }
    }
    return remainders
  }

  /// True where a window leaves rows or columns unread at every size. Where it does at some sizes only, nothing is said.
  private func leavesRemainderAlways(_ window: Window, _ input: TensorID) -> Bool {
    let output = TensorID(network.tensors.count - 1)
    let (shape, padding) = (network.shape(of: input), paddingAfterInput())
    var leaving = tracker.sizes.symbols.map { _ in SizeSet.none }
    for axis in 0..<Int(shape.rank) where window.stride[axis] > 1 {
      let cells = network.shape(of: output).spatial[axis]
      guard let before = tracker.extents(of: input)[axis] else {
        if window.unread(axis, of: shape, cells: cells) > padding[axis] { return true }
        continue
      }
      let after = tracker.extents(of: output)[axis].map { tracker.sizes.functions[Int($0.function)] }
      // `pad same` leaves nothing.
      guard !window.isSame,
        let read = try? (after ?? .constant(Int64(cells))).scaled(by: -Int64(window.stride[axis])),
        let rest = try? tracker.sizes.functions[Int(before.function)].adding(read),
        let unread = try? rest.adding(.constant(window.unreadOffset(axis) - Int64(padding[axis]))),
        let some = try? unread.sizes(where: { $0 > 0 }),
        let all = try? leaving[Int(before.symbol)].union(some)
      else { continue }
      leaving[Int(before.symbol)] = all
    }
    return zip(tracker.sizes.symbols, leaving).contains { (try? $0.valid.isSubset(of: $1)) ?? false }
  }

  /// Cells at the end of what the last layer reads that a layer before it added: `zeropad 3 | conv 64, 7x7, stride 2`.
  private func paddingAfterInput() -> Axes {
    guard let layer = network.layers.last, let input = network.inputs(of: layer).first,
      case .pad(_, _, let after) = network.producer(of: input).operation
    else { return Axes(all: 0) }
    return after
  }
}
