/// Random numbers that are the same for the same seed on every machine (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014: SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to 1, of the 24 bits a float can tell apart.
  public mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number below `count`, each as likely as the next (Lemire, "Fast Random Integer Generation in an Interval", 2019).
  public mutating func below(_ count: Int) -> Int { Int(next(upperBound: UInt64(max(count, 1)))) }
}
