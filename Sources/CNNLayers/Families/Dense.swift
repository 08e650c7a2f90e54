/// `dense 1024`
public struct Dense: Layer {
  var units: Int32 = 1
  var bias = true

  public init() {}

  public static let name = "dense"
  public static let family = Family.dense
  public static let summary = "Weighs every input for every unit: a fully connected layer."
  public static let shapeRule = "units; the input must be a vector"
  public static let isWeighted = true
  public static let parameters: [Parameter<Dense>] = [
    .required("units", .count, "How many outputs.") { $0.units = $1 },
    .optional("bias", .flag, true, "A learned number added to each output.") { $0.bias = $1 },
  ]
  public static let examples = [
    Example("dense 1024", "3136", "1024", parameters: 3_212_288),
    Example("dense 10, bias off", "84", "10", parameters: 840),
  ]

  public func operation(on input: Shape) throws(LayerError) -> Operation? {
    guard input.isVector else { throw LayerError(.needsFlatten(input, units: units)) }
    return .dense(units: units, bias: bias)
  }
}
