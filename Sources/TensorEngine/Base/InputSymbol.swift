/// A name that stands for any of a set of sizes: from some size on for those with certain remainders, below it for some.
public struct InputSymbol: Hashable, Sendable {
  public let name: String
  /// The set as people write it: `H = 12 (mod 16), H >= 188`.
  public let words: String
  private let modulus: Int
  private let remainders: [ClosedRange<Int>]
  private let start: Int
  private let exceptions: [ClosedRange<Int>]

  /// - Parameters:
  ///   - words: The set as people write it, for errors to say.
  ///   - remainders: The remainders of the sizes from `start` on.
  ///   - modulus: What they are remainders of; at least 1.
  ///   - start: From here on the remainders alone decide.
  ///   - exceptions: The sizes below `start`.
  public init(
    _ name: String, _ words: String, remainders: [ClosedRange<Int>] = [0...0], of modulus: Int = 1, from start: Int = 1,
    or exceptions: [ClosedRange<Int>] = []
  ) {
    self.name = name
    self.words = words
    self.modulus = max(modulus, 1)
    self.remainders = remainders
    self.start = start
    self.exceptions = exceptions
  }

  /// Whether the name can stand for a size.
  public func contains(_ size: Int) -> Bool {
    size >= start
      ? remainders.contains { $0.contains(size % modulus) } : exceptions.contains { $0.contains(size) }
  }

  /// From here on the set repeats itself, and so often.
  var cycle: (start: Int, period: Int) { (start, modulus) }
}

/// How the extent of an axis follows from a size, as a table that goes on: behind its end each value is that of a period
/// before it, and `gain` more.
///
///     SizeTable([3], gain: 2)      // 3, 5, 7, ...: 2 * n + 1
///     SizeTable([5, 5, 6], gain: 1)  // 5, 5, 6, 6, 6, 7, ...: floor(n / 3) + 5
public struct SizeTable: Hashable, Sendable {
  private let values: [Int?]
  private let prefix: Int
  private let gain: Int
  private let origin: Int

  /// The size itself.
  public static let identity = SizeTable([1], gain: 1)

  /// - Parameters:
  ///   - values: One for each size from `origin` on; nil for a size without a value.
  ///   - prefix: How many of them come before the first period.
  ///   - gain: What values grow by in a period; not negative.
  ///   - origin: The first size.
  public init(_ values: [Int?], prefix: Int = 0, gain: Int, from origin: Int = 1) {
    self.values = values
    self.prefix = prefix
    self.gain = gain
    self.origin = origin
  }

  private var period: Int { max(values.count - prefix, 1) }

  /// From here on the values repeat themselves, and so often.
  var cycle: (start: Int, period: Int) { (origin + prefix, period) }

  /// The value for a size; nil where there is none.
  public subscript(size: Int) -> Int? {
    guard size >= origin else { return nil }
    let place = size - origin
    if place < values.count { return values[place] }
    let (rounds, rest) = (place - prefix).quotientAndRemainder(dividingBy: period)
    guard values.indices.contains(prefix + rest), let value = values[prefix + rest] else { return nil }
    let (growth, overflow) = rounds.multipliedReportingOverflow(by: gain)
    let (sum, carry) = value.addingReportingOverflow(growth)
    return overflow || carry ? nil : sum
  }

  /// The sizes with a value; nil where they may be without end.
  func sizes(giving value: Int) -> [Int]? {
    guard gain > 0 else { return nil }
    var sizes: [Int] = []
    for (place, first) in values.enumerated() {
      guard let first else { continue }
      if first == value {
        sizes.append(origin + place)
      } else if place >= prefix, value > first, (value - first).isMultiple(of: gain) {
        sizes.append(origin + place + (value - first) / gain * period)
      }
    }
    return sizes
  }
}
