// Layers where several tensors meet. Their branches and named tensors are the language's; here is what they compute.

/// `add`
public struct Add: Layer {
  public init() {}

  public static let name = "add"
  public static let family = Family.join
  public static let summary = "The sum of its branches."
  public static let shapeRule = "axes equal, or 1 on one side"
  public static let examples = [
    Example("add { - conv 32, 3x3, pad 1\n - identity\n }", "28x28x32", "28x28x32", parameters: 9248)
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.add) }
}

/// `multiply`
public struct Multiply: Layer {
  public init() {}

  public static let name = "multiply"
  public static let family = Family.join
  public static let summary = "The product of its branches."
  public static let shapeRule = "axes equal, or 1 on one side"
  public static let examples = [
    Example("multiply { - identity\n - globalavgpool keep | sigmoid\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.multiply) }
}

/// `subtract`
public struct Subtract: Layer {
  public init() {}

  public static let name = "subtract"
  public static let family = Family.join
  public static let summary = "The first branch less the others."
  public static let shapeRule = "axes equal, or 1 on one side"
  public static let examples = [
    Example("subtract { - identity\n - avgpool 3x3, stride 1, pad 1\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.subtract) }
}

/// `maximum`
public struct Maximum: Layer {
  public init() {}

  public static let name = "maximum"
  public static let family = Family.join
  public static let summary = "The largest of its branches, value by value."
  public static let shapeRule = "axes equal, or 1 on one side"
  public static let examples = [
    Example("maximum { - relu\n - sigmoid\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.maximum) }
}

/// `average`
public struct Average: Layer {
  public init() {}

  public static let name = "average"
  public static let family = Family.join
  public static let summary = "The mean of its branches."
  public static let shapeRule = "axes equal, or 1 on one side"
  public static let examples = [
    Example("average { - relu\n - tanh\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.average) }
}

/// `concat`
public struct Concatenate: Layer {
  public init() {}

  public static let name = "concat"
  public static let family = Family.join
  public static let summary = "Its branches one after the other along the channels."
  public static let shapeRule = "spatial axes equal; the channels add up"
  public static let examples = [
    Example("concat { - conv 16, 1x1\n - identity\n }", "28x28x32", "28x28x48", parameters: 528)
  ]

  public func operation(on input: Shape) -> Operation? { .concatenate }
}

/// `residual`
public struct Residual: Layer {
  public init() {}

  public static let name = "residual"
  public static let family = Family.join
  public static let summary = "Its lines, added to what entered: `add { - ... - identity }` (He et al., 2016)."
  public static let shapeRule = "axes equal, or 1 on one side"
  public static let examples = [
    Example("residual { conv 32, 3x3, pad 1 | relu }", "28x28x32", "28x28x32", parameters: 9248)
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.add) }
}
