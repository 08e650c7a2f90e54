/// A set of sizes taken apart into what can be said of it: single sizes, or else remainders, bounds and sizes left out,
/// as in `H = 7 or 9, or H = 12 (mod 16), 188 <= H <= 700, H != 300`.
struct SizeForm {
  /// Sizes beside the rest, as runs of neighbours.
  var extras: [ClosedRange<Int64>]
  /// What is left without the extras; nil where there is nothing.
  var rest: Rest?

  struct Rest {
    /// All of them hold. Their moduli have no divisor in common; none is without effect.
    var congruences: [Congruence]
    /// The smallest size; nil where the congruences give it.
    var lower: Int64?
    /// The largest size; nil where there is none.
    var upper: Int64?
    /// Sizes that are not in the set though all the rest holds, as runs of neighbours.
    var missing: [ClosedRange<Int64>]
  }

  /// Sizes with certain remainders.
  struct Congruence {
    /// For each remainder whether it is one of them; as many as the modulus says.
    let isMember: [Bool]

    var modulus: Int64 { Int64(isMember.count) }
    var remainders: [Int64] { isMember.indices.filter { isMember[$0] }.map { Int64($0) } }
    var others: [Int64] { isMember.indices.filter { !isMember[$0] }.map { Int64($0) } }
  }
}

// MARK: - From a set

extension SizeForm {
  /// The ways to say a set; one at least.
  static func forms(of set: SizeSet) -> [SizeForm] {
    guard let first = set.first else { return [SizeForm(extras: [], rest: nil)] }
    let pattern = set.pattern
    guard let last = set.last else {
      return [SizeForm(set, from: first, pattern: pattern, upper: nil)]
    }
    let list = SizeForm(extras: runs(pattern.exceptions), rest: nil)
    guard let repeating = repetition(of: pattern.exceptions, from: first, to: last) else { return [list] }
    let form = SizeForm(set, from: first, pattern: repeating, upper: last)
    return [list, form]
  }

  /// The set as far as it follows a pattern, with a lower bound or without, so that the fewest sizes stand beside it.
  private init(_ set: SizeSet, from first: Int64, pattern: SizeSet.Pattern, upper: Int64?) {
    let modulus = pattern.modulus
    var isMember = [Bool](repeating: false, count: Int(modulus))
    for remainder in pattern.remainders { isMember[Int(remainder)] = true }
    // Far below the set nothing has to be looked at: many sizes are missing there, so that a bound is needed.
    let isNear = first <= 4 * modulus || first <= 64
    let begin = isNear ? 1 : first
    let end = set.next(from: pattern.start) ?? pattern.start
    let sizes = Array(begin...max(begin, end))
    let members = sizes.map(set.contains)
    let followers = sizes.map { isMember[Int($0 % modulus)] }
    // What it takes to list the members below a place, and what stands beside the pattern from there on.
    let below = Self.costs(members)
    let extra = Self.costs(zip(members, followers).reversed().map { $0 && !$1 })
    let absent = Self.costs(zip(members, followers).reversed().map { !$0 && $1 })
    func cost(_ place: Int) -> Int {
      below[place] + extra[sizes.count - place] + absent[sizes.count - place]
    }
    var bound: Int? = nil
    var least = isNear ? cost(0) : Int.max
    for place in sizes.indices where members[place] && followers[place] {
      let cost = cost(place) + 1
      if cost <= least { (least, bound) = (cost, place) }
    }
    let place = bound ?? 0
    let extras = sizes.indices.filter { members[$0] && ($0 < place || !followers[$0]) }.map { sizes[$0] }
    let missing = sizes.indices.filter { !members[$0] && followers[$0] && $0 >= place }.map { sizes[$0] }
    let whole = Congruence(isMember: isMember)
    self.init(
      extras: Self.runs(extras),
      rest: Rest(
        congruences: modulus == 1 ? [] : whole.independentParts, lower: bound.map { sizes[$0] }, upper: upper,
        missing: Self.runs(missing)))
  }

  /// How many items a list of the members among the first so many has; three neighbours or more are one item.
  private static func costs(_ members: [Bool]) -> [Int] {
    var costs = [0]
    costs.reserveCapacity(members.count + 1)
    var run = 0
    for isMember in members {
      run = isMember ? run + 1 : 0
      costs.append(costs[costs.count - 1] + (run == 1 || run == 2 ? 1 : run == 3 ? -1 : 0))
    }
    return costs
  }

  /// The pattern of the upper half at least of a bounded set, which it runs through twice at least.
  private static func repetition(of members: [Int64], from first: Int64, to last: Int64) -> SizeSet.Pattern? {
    let count = Int(last - first) + 1
    var isMember = [Bool](repeating: false, count: count)
    // From the last size downwards.
    for member in members { isMember[Int(last - member)] = true }
    let matches = prefixMatches(isMember)
    guard
      let modulus = (1..<max(count, 1)).first(where: { matches[$0] >= $0 && 2 * ($0 + matches[$0]) >= count })
    else { return nil }
    let start = last - Int64(modulus + matches[modulus]) + 1
    let remainders = (0..<modulus).filter { isMember[$0] }.map { (last - Int64($0)) % Int64(modulus) }.sorted()
    return SizeSet.Pattern(
      modulus: Int64(modulus), remainders: remainders, start: start, exceptions: members.filter { $0 < start })
  }

  /// For each place, how many items from there on agree with those from the beginning (Gusfield's Z).
  private static func prefixMatches(_ items: [Bool]) -> [Int] {
    var matches = [Int](repeating: 0, count: items.count)
    var window = 0..<0
    for place in items.indices.dropFirst() {
      var length = place < window.upperBound ? min(window.upperBound - place, matches[place - window.lowerBound]) : 0
      while place + length < items.count, items[length] == items[place + length] { length += 1 }
      matches[place] = length
      if place + length > window.upperBound { window = place..<(place + length) }
    }
    return matches
  }

  /// Ascending numbers as runs of neighbours.
  static func runs(_ numbers: [Int64]) -> [ClosedRange<Int64>] {
    var runs: [ClosedRange<Int64>] = []
    for number in numbers {
      if let run = runs.last, run.upperBound + 1 == number {
        runs[runs.count - 1] = run.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs
  }
}

// MARK: - Congruences

extension SizeForm.Congruence {
  /// Conditions on coprime moduli that together say the same (Chinese remainder theorem), as many as there can be.
  var independentParts: [SizeForm.Congruence] {
    let powers = Self.primePowers(isMember.count)
    // A mask names some of the prime powers; the smallest parts come first.
    let masks = (1..<(1 << powers.count) - 1).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    let count = count
    for mask in masks {
      let part = powers.indices.reduce(1) { mask >> $1 & 1 == 1 ? $0 * powers[$1] : $0 }
      let (one, other) = (projected(on: part), projected(on: isMember.count / part))
      if one.count * other.count == count { return [one] + other.independentParts }
    }
    return [self]
  }

  private var count: Int { isMember.count { $0 } }

  private func projected(on divisor: Int) -> SizeForm.Congruence {
    var projection = [Bool](repeating: false, count: divisor)
    for (remainder, isMember) in isMember.enumerated() where isMember { projection[remainder % divisor] = true }
    return SizeForm.Congruence(isMember: projection)
  }

  /// Two conditions on coprime moduli as one.
  func merged(with other: SizeForm.Congruence) -> SizeForm.Congruence {
    let (mine, theirs) = (isMember, other.isMember)
    return SizeForm.Congruence(
      isMember: (0..<mine.count * theirs.count).map { mine[$0 % mine.count] && theirs[$0 % theirs.count] })
  }

  private static func primePowers(_ number: Int) -> [Int] {
    var (powers, rest, factor): ([Int], Int, Int) = ([], number, 2)
    while rest > 1 {
      if factor * factor > rest { factor = rest }
      var power = 1
      while rest % factor == 0 { (rest, power) = (rest / factor, power * factor) }
      if power > 1 { powers.append(power) }
      factor += 1
    }
    return powers
  }
}

extension SizeForm.Rest {
  /// The congruences, those of them in one where that is shorter to say.
  ///
  /// - Parameter length: Of the text of a congruence; nil for one that cannot be said.
  func merged(_ length: (SizeForm.Congruence) -> Int?) -> [SizeForm.Congruence] {
    var parts = congruences.map { (part: $0, length: length($0)) }
    var place = 0
    while place < parts.count {
      let (one, mine) = parts[place]
      var partner: Int?
      for other in parts.indices.dropFirst(place + 1) {
        let whole = one.merged(with: parts[other].part)
        guard let together = length(whole), let mine, let theirs = parts[other].length,
          together <= mine + ", ".count + theirs
        else { continue }
        parts[place] = (whole, together)
        partner = other
        break
      }
      if let partner { parts.remove(at: partner) } else { place += 1 }
    }
    return parts.map(\.part)
  }
}
