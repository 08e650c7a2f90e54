import CNNLayers
import CNNModel

/// What a model takes, as static properties: the symbols of its inputs' shapes, and the shapes.
struct InputWriter {
  let properties: [SwiftProperty]

  /// A list with more items makes no sense in a file that people read.
  private static let mostItems = 4096

  /// - Throws: `SwiftError` where the sizes that work are too many to be listed.
  init(_ input: BackendInput, _ places: SwiftPlaces) throws(SwiftError) {
    let network = input.network
    var names = SwiftNames(reserved: SwiftNames.members)
    var properties: [SwiftProperty] = []
    var symbols: [String] = []
    for symbol in network.sizes?.symbols ?? [] {
      let name = names.unique(SwiftNames.property(symbol.name))
      symbols.append(name)
      properties.append(
        SwiftProperty(introducer: "private static let", name: name, value: try Self.value(of: symbol)))
    }
    var shapes: [String] = []
    for item in network.inputs {
      var extents: [String] = []
      let shape = network.shape(of: item.tensor)
      for (axis, extent) in shape.extents.enumerated() {
        // Symbols stand for spatial extents alone.
        guard axis < Int(shape.rank), let sizes = network.sizes,
          let reference = sizes.extent(of: item.tensor, axis: axis)
        else {
          extents.append(String(extent))
          continue
        }
        let symbol = symbols[Int(reference.symbol)]
        let function = sizes.functions[Int(reference.function)]
        let table = try Self.table(function, sizes.symbols[Int(reference.symbol)].name)
        extents.append(".symbol(\(([symbol] + table).joined(separator: ", ")))")
      }
      let site = places.site(of: item.place, SwiftText.literal(item.name))
      shapes.append("InputShape(\(SwiftText.literal(item.name)), [\(extents.joined(separator: ", "))], site: \(site))")
    }
    properties.append(
      SwiftProperty(
        documentation: ["What the network takes."], introducer: "public static let", name: "inputs",
        value: .list(shapes)))
    self.properties = properties
  }

  /// `InputSymbol("H", "H = 12 (mod 16), H >= 188", remainders: [12...12], of: 16, from: 188)`
  private static func value(of symbol: NetworkSizes.Symbol) throws(SwiftError) -> SwiftExpression {
    var arguments = [symbol.name, symbol.valid.words(symbol.name)].map(SwiftText.literal)
    let pattern = symbol.valid.pattern
    if pattern.remainders != [0] || pattern.modulus != 1 {
      arguments.append("remainders: \(try runs(pattern.remainders, symbol.name))")
    }
    if pattern.modulus != 1 { arguments.append("of: \(pattern.modulus)") }
    // A set without sizes below begins with its first one, which need not be said where no smaller has its remainder.
    let start = pattern.exceptions.isEmpty ? symbol.valid.first ?? pattern.start : pattern.start
    let remainders = Set(pattern.remainders)
    let isSaid = !pattern.exceptions.isEmpty || (1..<start).contains { remainders.contains($0 % pattern.modulus) }
    if isSaid { arguments.append("from: \(start)") }
    if !pattern.exceptions.isEmpty { arguments.append("or: \(try runs(pattern.exceptions, symbol.name))") }
    return SwiftExpression("InputSymbol", arguments)
  }

  /// `[1...3, 7...7]`
  private static func runs(_ sizes: [Int64], _ symbol: String) throws(SwiftError) -> String {
    var runs: [ClosedRange<Int64>] = []
    for size in sizes {
      if let last = runs.last, last.upperBound + 1 == size {
        runs[runs.count - 1] = last.lowerBound...size
      } else {
        runs.append(size...size)
      }
    }
    try check(runs.count, symbol)
    return "[" + runs.map { "\($0.lowerBound)...\($0.upperBound)" }.joined(separator: ", ") + "]"
  }

  /// `SizeTable([3], gain: 2)`; nothing for an extent that is the size itself.
  private static func table(_ function: SizeFunction, _ symbol: String) throws(SwiftError) -> [String] {
    // Where a function has no value, its symbol's set has no size.
    if let (slope, offset) = function.affine, let slope = slope.whole, let offset = offset.whole {
      return slope == 1 && offset == 0 ? [] : ["SizeTable([\(slope + offset)], gain: \(slope))"]
    }
    try check(Int(function.end - function.origin), symbol)
    let values = (function.origin..<function.end).map { function[$0].map(String.init) ?? "nil" }
    let prefix = function.prefix == 0 ? "" : ", prefix: \(function.prefix)"
    let origin = function.origin == 1 ? "" : ", from: \(function.origin)"
    return ["SizeTable([\(values.joined(separator: ", "))]\(prefix), gain: \(function.gain)\(origin))"]
  }

  private static func check(_ count: Int, _ symbol: String) throws(SwiftError) {
    guard count > mostItems else { return }
    throw SwiftError(
      description: """
        the sizes that `\(symbol)` can have follow no short rule, and generated Swift would have to list them; fix the \
        input's size with `-D`
        """)
  }
}
