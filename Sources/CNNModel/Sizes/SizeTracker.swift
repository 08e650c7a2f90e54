import CNNLayers
import CNNText

/// Builds the sizes of a network while it is expanded. Every function is worked out once, whichever axis or symbol it
/// is for: height and width of a square network share theirs.
struct SizeTracker {
  private(set) var sizes = NetworkSizes()
  /// True once a stand-in had to be given up: shapes before that moment belong to another size.
  private(set) var changedStandIn = false
  /// True while shapes are those of a stand-in that has moved.
  var hasStaleShapes = false
  /// True where stand-ins are the smallest that work, so that a tensor which is too large for them is for all sizes.
  var keepsStandIns = false

  /// True after sizes fell away.
  private var needsMove = false

  private var ids: [SizeFunction: Int32] = [:]
  /// Extents whose sizes have been left already.
  private var settled: Set<SizeReference> = []
  private var domains: [SizeSet] = []
  private var mappings: [Mapping: Int32] = [:]
  private var meetings: [Meeting: Int32] = [:]
  /// Table entries so far.
  private var work = 0
  /// Entries that all functions of a model may have together. A network of a thousand layers whose extents repeat after
  /// 4,096 sizes stays below it.
  static let workLimit = 1 << 24
  /// The size that is tried first: many networks halve their maps again and again.
  private static let firstStandIn: Int64 = 256

  enum MeetingKind: Hashable {
    case agreement, broadcast, cut, sum
  }

  private struct Mapping: Hashable {
    let function: Int32
    let rule: ExtentRule
  }

  private struct Meeting: Hashable {
    let kind: MeetingKind
    let first: Int32
    let second: Int32
  }

  /// The first symbol none of whose sizes is left.
  var exhausted: Int? { sizes.exhausted }

  var isActive: Bool { !sizes.symbols.isEmpty }

  // MARK: Functions

  mutating func id(of function: SizeFunction, from source: FunctionSource = .other) throws(SizeFunction.Failure)
    -> Int32
  {
    if let id = ids[function] { return id }
    work += Int(function.end - function.origin)
    if work > Self.workLimit { throw .tooLong }
    let id = Int32(sizes.functions.count)
    sizes.functions.append(function)
    sizes.sources.append(source)
    domains.append(function.domain)
    ids[function] = id
    return id
  }

  func domain(of function: Int32) -> SizeSet { domains[Int(function)] }

  mutating func mapped(_ function: Int32, _ rule: ExtentRule) throws(SizeFunction.Failure) -> Int32 {
    if rule.isIdentity { return function }
    let key = Mapping(function: function, rule: rule)
    if let id = mappings[key] { return id }
    let id = try id(of: try sizes.functions[Int(function)].mapped(rule), from: .rule(rule, of: function))
    mappings[key] = id
    return id
  }

  mutating func meeting(
    _ kind: MeetingKind, _ first: Int32, _ second: Int32
  ) throws(SizeFunction.Failure) -> Int32 {
    if first == second, kind != .sum { return first }
    let key = Meeting(kind: kind, first: first, second: second)
    if let id = meetings[key] { return id }
    let (a, b) = (sizes.functions[Int(first)], sizes.functions[Int(second)])
    let id: Int32
    switch kind {
    case .agreement: id = try self.id(of: try a.agreeing(with: b), from: .restricted(first))
    case .broadcast:
      let result = try a.broadcast(with: b)
      let isFirst = try a.agreeing(with: result) == result
      let isSecond = try b.agreeing(with: result) == result
      id = try self.id(of: result, from: isFirst ? .restricted(first) : isSecond ? .restricted(second) : .other)
    case .cut: id = try self.id(of: try a.cut(to: b), from: .restricted(second))
    case .sum: id = try self.id(of: try a.adding(b), from: .sum(first, second))
    }
    meetings[key] = id
    return id
  }

  // MARK: Symbols and tensors

  /// Adds a symbol that stands for every size.
  mutating func addSymbol(_ name: String, at place: Span, standIn: Int64?) -> Int {
    sizes.symbols.append(
      .init(name: name, place: place, admitted: .all, valid: .all, standIn: standIn ?? Self.firstStandIn))
    return sizes.symbols.count - 1
  }

  /// Admits only some of the sizes of a symbol.
  mutating func admit(_ set: SizeSet, for symbol: Int) throws(SizeFunction.Failure) {
    sizes.symbols[symbol].admitted = try sizes.symbols[symbol].admitted.intersection(set)
    sizes.symbols[symbol].valid = try sizes.symbols[symbol].valid.intersection(set)
    needsMove = true
  }

  func extents(of tensor: TensorID) -> TensorExtents {
    Int(tensor) < sizes.tensors.count ? sizes.tensors[Int(tensor)] : .known
  }

  /// An extent as a value of the language; nil where it is a known number.
  func expression(of tensor: TensorID, _ axis: Int) -> SizeExpression? {
    extents(of: tensor)[axis].map { extent in
      SizeExpression(symbol: Int(extent.symbol), sizes.functions[Int(extent.function)])
    }
  }

  mutating func setExtents(_ extents: TensorExtents, of tensor: TensorID) {
    if extents.isKnown, Int(tensor) >= sizes.tensors.count { return }
    while sizes.tensors.count <= Int(tensor) { sizes.tensors.append(.known) }
    sizes.tensors[Int(tensor)] = extents
  }

  // MARK: What sizes are left

  /// Leaves only the sizes of a set.
  ///
  /// - Returns: True where sizes fell away.
  mutating func leave(_ set: SizeSet, of symbol: Int) throws(SizeFunction.Failure) -> Bool {
    let valid = sizes.symbols[symbol].valid
    let left = try valid.intersection(set)
    if left == valid { return false }
    sizes.symbols[symbol].valid = left
    needsMove = true
    if left.isEmpty, sizes.exhausted == nil { sizes.exhausted = symbol }
    return true
  }

  /// Leaves only the sizes for which an extent has a value.
  mutating func leaveDomain(of extent: SizeReference) throws(SizeFunction.Failure) -> Bool {
    // Most layers give an extent that another gave before.
    guard settled.insert(extent).inserted else { return false }
    return try leave(domain(of: extent.function), of: Int(extent.symbol))
  }

  mutating func record(_ condition: SizeCondition) { sizes.conditions.append(condition) }

  /// Moves each stand-in that no longer works to a size that does.
  ///
  /// - Returns: True where one moved.
  mutating func moveStandIns() -> Bool {
    guard needsMove else { return false }
    needsMove = false
    return move { symbol in
      if symbol.valid.contains(symbol.standIn) { return nil }
      // Twice as large, so that a thousand layers that each take a little more do not move it a thousand times.
      return symbol.valid.next(from: 2 * symbol.standIn) ?? symbol.valid.previous(from: 2 * symbol.standIn)
    }
  }

  /// Moves each stand-in about half-way down to the smallest size that works.
  ///
  /// - Returns: True where one moved.
  mutating func shrinkStandIns() -> Bool {
    if keepsStandIns { return false }
    return move { symbol in
      guard let first = symbol.valid.first, first < symbol.standIn else { return nil }
      return symbol.valid.previous(from: first + (symbol.standIn - first) / 2)
    }
  }

  private mutating func move(_ target: (NetworkSizes.Symbol) -> Int64?) -> Bool {
    var moved = false
    for index in sizes.symbols.indices {
      guard let size = target(sizes.symbols[index]), size != sizes.symbols[index].standIn else { continue }
      sizes.symbols[index].standIn = size
      moved = true
    }
    if moved { (changedStandIn, hasStaleShapes) = (true, true) }
    return moved
  }

  /// The extent that an expression has at the present stand-in; 1 where it has none.
  func standIn(of expression: SizeExpression) -> Extent {
    Int32(clamping: max(expression.value(at: sizes.symbols[expression.symbol].standIn)?.floor ?? 1, 1))
  }

  func standIn(of reference: SizeReference) -> Int64? {
    sizes.functions[Int(reference.function)][sizes.symbols[Int(reference.symbol)].standIn]
  }
}
