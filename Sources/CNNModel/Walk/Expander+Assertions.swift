import CNNLayers
import CNNSyntax
import CNNText

/// What is claimed of the tensor after a stage: `-> 7x7x64`.
extension Expander {
  /// `-> 7x7x64`. After a mistake, a shape without open extents lets the checking go on from there.
  mutating func check(_ assertion: NodeID<Expression>, after stage: Stage) {
    if ignoresClaims { return }
    guard let value = here.evaluate(assertion) else { return }
    if here.built.tracker.isActive, case .tensor(let tensor) = here.built.current,
      !assertSizes(value, of: tensor, at: assertion)
    {
      return
    }
    guard let expected = extents(value, at: assertion) else { return }
    switch here.built.current {
    case .none: return
    case .unknown:
      guard let shape = Shape(expected.compactMap { $0 }), shape.extents.count == expected.count,
        shape.checkedElements != nil
      else { return }
      assume(shape, at: stage)
    case .tensor(let id):
      let found = here.built.shape(of: id).extents
      let fits = found.count == expected.count && zip(found, expected).allSatisfy { $1 == nil || $0 == $1 }
      guard !fits else { return checkSizesAreLeft(at: assertion) }
      if case .call(let call) = stage.kind, case .block? = here.scope.callee(of: call.name),
        !here.log.isWorthSaying(of: "-> " + here.scope.spelling(call.name.symbol))
      {
        return here.built.markBroken()
      }
      here.log.report(.assertion(expected: expected, found: id), at: differing(assertion, expected, found))
      // What follows is checked against what the author has in mind.
      let meant = expected.count == found.count ? zip(expected, found).map { $0 ?? $1 } : expected.compactMap { $0 }
      guard let shape = Shape(meant), shape.extents.count == expected.count, shape.checkedElements != nil else {
        return here.built.markBroken()
      }
      assume(shape, at: stage)
    }
  }

  /// The part of an assertion that differs: all of it, its channels, or its spatial extents.
  private func differing(_ assertion: NodeID<Expression>, _ expected: [Int32?], _ found: [Int32]) -> Span {
    let whole = here.tree.span(assertion)
    guard case .shape = here.tree[assertion], expected.count == found.count, expected.count > 1 else { return whole }
    let channelsDiffer = expected.last.flatMap { $0 }.map { $0 != found.last } ?? false
    let spatialDiffers = zip(expected, found).dropLast().contains { $0 != nil && $0 != $1 }
    let text = Array(here.tree.text(assertion).utf8)
    guard channelsDiffer != spatialDiffers, let cut = text.lastIndex(of: UInt8(ascii: "x")) else { return whole }
    return channelsDiffer
      ? Span(file: whole.file, start: whole.start + UInt32(cut) + 1, end: whole.end)
      : Span(file: whole.file, start: whole.start, end: whole.start + UInt32(cut))
  }

  private mutating func extents(_ value: Value, at id: NodeID<Expression>) -> [Int32?]? {
    guard let items = value.elements ?? (value.double == nil ? nil : [value]), (1...4).contains(items.count) else {
      here.log.report(.needs("a shape", found: value), at: here.tree.span(id))
      return nil
    }
    var extents: [Int32?] = []
    for item in items {
      if item == .openExtent {
        extents.append(nil)
        continue
      }
      do throws(LayerFault) {
        if case .size(let expression) = item, !expression.isCondition {
          extents.append(here.built.tracker.standIn(of: expression))
        } else {
          extents.append(try item.whole(atLeast: 1))
        }
      } catch {
        here.log.report(.layer(LayerError(error), layer: "shape", inputs: []), at: here.tree.span(id))
        return nil
      }
    }
    return extents
  }

  /// Goes on from the shape the author states where a mistake left none.
  private mutating func assume(_ shape: Shape, at stage: Stage) {
    here.built.markBroken()
    _ = here.built.appendInput(here.scope.symbols.intern("assumed"), shape)
  }

  // MARK: Extents that depend on symbols

  /// `-> [H / 8, W / 8, 64]`: leaves only the sizes for which every extent is what the author says.
  ///
  /// - Returns: False where nothing more is to be said.
  mutating func assertSizes(_ value: Value, of tensor: TensorID, at id: NodeID<Expression>) -> Bool {
    let shape = here.built.shape(of: tensor)
    guard let items = value.elements, items.count == Int(shape.rank) + 1 else { return true }
    var extents = here.built.tracker.extents(of: tensor)
    for axis in 0..<Int(shape.rank) where items[axis] != .openExtent {
      do throws(SizeFunction.Failure) {
        guard let wanted = try assertedFunction(items[axis]) else { continue }
        let own = extents[axis]
        guard let symbol = own?.symbol ?? wanted.symbol else { continue }
        if let own, let other = wanted.symbol, own.symbol != other {
          here.log.report(.meetingSymbols(Int(own.symbol), Int(other)), at: here.tree.span(id))
          here.built.markBroken()
          return false
        }
        let function = try here.built.function(of: own, or: shape.spatial[axis])
        let agreed = try here.built.tracker.meeting(.agreement, function, wanted.function)
        extents[axis] = try here.built.settle(
          SizeReference(symbol: symbol, function: agreed), axis, .assertion(function, wanted.function),
          tensor: tensor, at: here.tree.span(id))
      } catch {
        here.log.report(.sizesTooMany(error), at: here.tree.span(id))
        here.built.markBroken()
        return false
      }
    }
    here.built.tracker.setExtents(extents, of: tensor)
    _ = here.built.tracker.moveStandIns()
    here.built.refreshShapes()
    return true
  }

  private mutating func assertedFunction(
    _ item: Value
  ) throws(SizeFunction.Failure) -> (function: Int32, symbol: Int32?)? {
    switch item {
    case .size(let size):
      return size.isCondition ? nil : (try here.built.tracker.id(of: try size.extent()), Int32(size.symbol))
    case .number(let number):
      guard let whole = number.whole, whole >= 1 else { return nil }
      return (try here.built.tracker.id(of: .constant(whole)), nil)
    case .decimal, .boolean, .shape, .list, .range, .word, .text, .tensor, .layer: return nil
    }
  }

  /// An error where no size is left, though a tensor is as it should be at the stand-in, which is none of them.
  mutating func checkSizesAreLeft(at id: NodeID<Expression>) {
    guard let symbol = here.built.tracker.exhausted else { return }
    here.log.report(.noSizeLeft(symbol), at: here.tree.span(id))
    here.built.markBroken()
  }
}
