import CNNLayers
import CNNSyntax
import CNNText

/// `reshape` on tensors whose extents depend on symbols: what is left of the elements for an open extent, and what two
/// sides must agree on where there is none.
extension NetworkBuilder {
  /// The extents that a tensor gets from the shape among the arguments of a `reshape`.
  ///
  /// - Throws: Where products of extents would have to be followed, or the channels would depend on a symbol.
  mutating func regroupedExtents(
    of input: TensorID, _ arguments: BoundArguments, at place: Span
  ) throws(SizeFailure) -> TensorExtents {
    let shape = network.shape(of: input)
    let own = tracker.extents(of: input)
    /// What of the input is not found again in the new shape, and the product of its known extents.
    var left: [SizeReference] = []
    var elements = Int64(shape.channels)
    for axis in 0..<Int(shape.rank) {
      if let extent = own[axis] { left.append(extent) } else { elements *= Int64(shape.spatial[axis]) }
    }
    let items = arguments.values.first { $0.parameter == 0 }.map { $0.value.elements ?? [$0.value] } ?? []
    var extents = TensorExtents.known
    var wanted: [(axis: Int, extent: SizeReference)] = []
    var open: Int?
    var known: Int64 = 1
    do throws(SizeFunction.Failure) {
      for (axis, item) in items.enumerated() {
        if item == .openExtent {
          open = axis
        } else if case .size(let size) = item, !size.isCondition {
          let extent = SizeReference(symbol: Int32(size.symbol), function: try tracker.id(of: try size.extent()))
          if let match = left.firstIndex(of: extent) {
            left.remove(at: match)
            if axis < items.count - 1 { extents[axis] = extent }
          } else {
            wanted.append((axis, extent))
          }
        } else if case .number(let number) = item, let extent = number.whole, extent >= 1 {
          let (product, overflow) = known.multipliedReportingOverflow(by: extent)
          known = overflow ? .max : product
        }
      }
    } catch {
      throw .function(error)
    }
    // Channels are known numbers, and a product of two symbols is no function of one.
    let hasOpenChannels = (wanted.map(\.axis) + (open.map { [$0] } ?? [])).contains(items.count - 1)
    let isProduct = left.count > 1 || wanted.count > (open == nil ? 1 : 0)
    if left.isEmpty, wanted.isEmpty { return extents }
    if hasOpenChannels || isProduct { throw .layer(LayerError(.unknownExtents)) }
    let divisor = Self.commonDivisor(elements, known)
    let rule = ExtentRule(factor: elements / divisor, divisor: known / divisor, isExact: known > divisor)
    do throws(SizeFunction.Failure) {
      let source = left.first
      let given = try function(of: source, or: 1)
      let function = try tracker.mapped(given, rule)
      guard let symbol = source?.symbol ?? wanted.first?.extent.symbol else { return extents }
      if let axis = open {
        extents[axis] = try settle(
          SizeReference(symbol: symbol, function: function), axis, .rule(rule, of: given), at: place)
        return extents
      }
      // Without an open extent the elements must be as many for every size.
      let other = try self.function(of: wanted.first?.extent, or: 1)
      let axis = wanted.first?.axis ?? 0
      let agreed = try tracker.meeting(.agreement, function, other)
      let extent = try settle(
        SizeReference(symbol: symbol, function: agreed), axis, .assertion(function, other), at: place)
      if !wanted.isEmpty { extents[axis] = extent }
      return extents
    } catch {
      throw .function(error)
    }
  }

  private static func commonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}
