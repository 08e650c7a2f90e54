/// `attention q, k, v, heads 4`
public struct Attention: Layer {
  var heads: Int32 = 1
  var scaled = true

  public init() {}

  public static let name = "attention"
  public static let family = Family.attention
  public static let summary =
    "Weighs the value's cells, for each cell of the query, by the softmax of its products with the key's cells (Vaswani et al., 2017)."
  public static let shapeRule =
    "the cells of the query, the channels of the value; query and key have as many channels, key and value as many cells"
  public static let parameters: [Parameter<Attention>] = [
    .optional("heads", .count, 1, "Groups of neighbouring channels, each of which attends by itself.") {
      $0.heads = $1
    },
    .optional("scale", .flag, true, "Divide the products by the root of the channels of a head.") { $0.scaled = $1 },
  ]
  public static let operands: Int? = 3
  public static let examples = [
    Example(
      "attention heads 4 { - conv 64, 1x1\n - conv 64, 1x1\n - conv 64, 1x1\n }", "14x14x64", "14x14x64",
      parameters: 12_480)
  ]

  public func operation(on input: Shape) -> Operation? { .attention(heads: heads, scaled: scaled) }
}
