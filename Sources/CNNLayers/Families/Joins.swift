// Layers where several tensors meet. Their branches and named tensors are the language's; here is what they compute.

/// `add`
public struct Add: Layer {
  public init() {}

  public static let name = "add"
  public static let family = Family.join
  public static let summary = "The sum of its branches."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("add { - conv 32, 3x3, pad 1\n - identity\n }", "28x28x32", "28x28x32", parameters: 9248)
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.add, constants: []) }
}

/// `multiply`
public struct Multiply: Layer {
  public init() {}

  public static let name = "multiply"
  public static let family = Family.join
  public static let summary = "The product of its branches."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example(
      "multiply { - identity\n - globalavgpool | dense 32 | sigmoid\n }", "28x28x32", "28x28x32", parameters: 1056),
    Example("multiply 0.2", "28x28x32", "28x28x32"),
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.multiply, constants: []) }
}

/// `subtract`
public struct Subtract: Layer {
  public init() {}

  public static let name = "subtract"
  public static let family = Family.join
  public static let summary = "The first branch less the others."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("subtract { - identity\n - avgpool 3x3, stride 1, pad 1\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.subtract, constants: []) }
}

/// `divide`
public struct Divide: Layer {
  public init() {}

  public static let name = "divide"
  public static let family = Family.join
  public static let summary = "The first branch by the others."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("divide 127.5", "224x224x3", "224x224x3"),
    Example("divide { - identity\n - mean channels\n }", "28x28x32", "28x28x32"),
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.divide, constants: []) }
}

/// `power 2`
public struct Power: Layer {
  public init() {}

  public static let name = "power"
  public static let family = Family.join
  public static let summary = "The first branch to the power of the second, value by value."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [Example("power 3", "28x28x32", "28x28x32")]

  public func operation(on input: Shape) -> Operation? { .elementwise(.power, constants: []) }
}

/// `maximum`
public struct Maximum: Layer {
  public init() {}

  public static let name = "maximum"
  public static let family = Family.join
  public static let summary = "The largest of its branches, value by value."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("maximum { - relu\n - sigmoid\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.maximum, constants: []) }
}

/// `minimum`
public struct Minimum: Layer {
  public init() {}

  public static let name = "minimum"
  public static let family = Family.join
  public static let summary = "The smallest of its branches, value by value."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("minimum { - relu\n - sigmoid\n }", "28x28x32", "28x28x32"), Example("minimum 1", "28x28x32", "28x28x32"),
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.minimum, constants: []) }
}

/// `average`
public struct Average: Layer {
  public init() {}

  public static let name = "average"
  public static let family = Family.join
  public static let summary = "The mean of its branches."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("average { - relu\n - tanh\n }", "28x28x32", "28x28x32")
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.average, constants: []) }
}

/// `concat`
public struct Concatenate: Layer {
  var axis = Axis.channels

  public init() {}

  public static let name = "concat"
  public static let family = Family.join
  public static let summary = "Its branches one after the other along the channels, or another axis."
  public static let shapeRule = "along the axis the extents add up; the others are equal"
  public static let parameters: [Parameter<Concatenate>] = [
    .optional("over", .axis, .word(.channels), "The axis along which they lie.", words: Word.axes) { $0.axis = $1 }
  ]
  public static let examples = [
    Example("concat { - conv 16, 1x1\n - identity\n }", "28x28x32", "28x28x48", parameters: 528),
    Example("concat over height { - identity\n - maxpool 2x1\n }", "28x28x32", "42x28x32"),
  ]

  public func operation(on input: Shape) -> Operation? { .concatenate(over: axis) }
}

/// `residual`
public struct Residual: Layer {
  public init() {}

  public static let name = "residual"
  public static let family = Family.join
  public static let summary = "Its lines, added to what entered: `add { - ... - identity }` (He et al., 2016)."
  public static let shapeRule = ElementwiseShape.rule
  public static let takesNumbers = true
  public static let examples = [
    Example("residual { conv 32, 3x3, pad 1 | relu }", "28x28x32", "28x28x32", parameters: 9248)
  ]

  public func operation(on input: Shape) -> Operation? { .elementwise(.add, constants: []) }
}

enum ElementwiseShape {
  static let rule = "axes equal, or 1 on one side; a vector beside maps is a map of one cell"
}
