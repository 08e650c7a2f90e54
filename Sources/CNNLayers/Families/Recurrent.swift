// Layers that step through a sequence with a state. Weights, gates and names are PyTorch's.

/// `lstm 128, both`
public struct LongShortTermMemory: Layer {
  var units: Int32 = 1
  var both = false
  var biases: Int32 = 2
  var last = false

  public init() {}

  public static let name = "lstm"
  public static let family = Family.recurrent
  public static let summary =
    "Steps through a sequence with a state and a memory that gates keep and forget (Hochreiter and Schmidhuber, 1997)."
  public static let shapeRule = RecurrentShape.rule
  public static let isWeighted = true
  public static let parameters: [Parameter<LongShortTermMemory>] = [
    .required("units", .count, "How many numbers the state has.") { $0.units = $1 },
    .optional("both", .flag, false, "Run from the end as well, with weights of its own.") { $0.both = $1 },
    .optional("biases", .biases, 2, "Biases of each gate: 2 as in PyTorch, 1 for the input alone, or 0.") {
      $0.biases = $1
    },
    .optional("last", .flag, false, "Give the last state alone.") { $0.last = $1 },
  ]
  public static let examples = [
    Example("lstm 256, both", "26x512", "26x512", parameters: 1_576_960),
    Example("lstm 128, biases 1, last", "80x64", "128", parameters: 98_816),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard input.rank == 1 else { throw LayerError(.inputRank(input, wanted: 1...1)) }
    return .recurrent(Recurrent(kind: .lstm, units: units, both: both, biases: biases, last: last))
  }
}

/// `gru 128, both`
public struct GatedRecurrentUnit: Layer {
  var units: Int32 = 1
  var both = false
  var biases: Int32 = 2
  var last = false

  public init() {}

  public static let name = "gru"
  public static let family = Family.recurrent
  public static let summary = "Steps through a sequence with a state that gates keep and renew (Cho et al., 2014)."
  public static let shapeRule = RecurrentShape.rule
  public static let isWeighted = true
  public static let parameters: [Parameter<GatedRecurrentUnit>] = [
    .required("units", .count, "How many numbers the state has.") { $0.units = $1 },
    .optional("both", .flag, false, "Run from the end as well, with weights of its own.") { $0.both = $1 },
    .optional("biases", .biases, 2, "Biases of each gate: 2 as in PyTorch, 1 for the input alone, or 0.") {
      $0.biases = $1
    },
    .optional("last", .flag, false, "Give the last state alone.") { $0.last = $1 },
  ]
  public static let examples = [
    Example("gru 128", "80x64", "80x128", parameters: 74_496),
    Example("gru 64, both, last", "80x40", "128", parameters: 40_704),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard input.rank == 1 else { throw LayerError(.inputRank(input, wanted: 1...1)) }
    return .recurrent(Recurrent(kind: .gru, units: units, both: both, biases: biases, last: last))
  }
}

enum RecurrentShape {
  static let rule = "the length of the sequence, or with `last` a vector; channels = units, twice as many with `both`"
}
