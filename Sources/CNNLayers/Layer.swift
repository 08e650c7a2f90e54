/// A layer of the language: a small struct that holds its arguments, declares its parameters once, and becomes an
/// `Operation` when it meets its input. To add one, write a file under `Families` and a line in `Catalogue`.
public protocol Layer: Sendable {
  /// The values before any argument is read; defaults are in `parameters`.
  init()

  static var name: String { get }
  static var family: Family { get }
  /// One sentence.
  static var summary: String { get }
  /// The shape of the output, in words or as a formula, and where the rule comes from.
  static var shapeRule: String { get }
  static var parameters: [Parameter<Self>] { get }
  /// True where the layer may keep weights; labels of lines go to such layers.
  static var isWeighted: Bool { get }
  static var examples: [Example] { get }

  /// What the layer computes on an input.
  func operation(on input: Shape) throws(LayerError) -> Operation?

  /// True where the numbers of the operation are worked out from the extents of the input, or where it may refuse an
  /// extent: then `change` says what holds for every extent.
  static var answersChange: Bool { get }
  /// True where the output has the elements of the input in other extents, so that no axis follows from one alone.
  static var regroups: Bool { get }
  func change(_ axis: Int) -> ExtentChange?

  /// The operations of a layer that gives several tensors, in their order: `JoinStyle.parts`.
  func parts(on input: Shape) throws(LayerError) -> [Operation]

  /// How many tensors meet in it, where that is one number: then as many named ones stand for themselves, and one less
  /// joins the one that enters.
  static var operands: Int? { get }

  /// Whether numbers may stand among the tensors that meet in it.
  static var takesNumbers: Bool { get }

  /// What a layer makes of the operation that gave the tensor it names: `JoinStyle.inverse`.
  static func inverse(of operation: Operation) throws(LayerFault) -> Operation
}

extension Layer {
  public static var parameters: [Parameter<Self>] { [] }
  public static var isWeighted: Bool { false }
  public static var answersChange: Bool { false }
  public static var regroups: Bool { false }
  public func change(_ axis: Int) -> ExtentChange? { nil }
  public func parts(on input: Shape) throws(LayerError) -> [Operation] { try operation(on: input).map { [$0] } ?? [] }
  public static var operands: Int? { nil }
  public static var takesNumbers: Bool { false }
  public static func inverse(of operation: Operation) throws(LayerFault) -> Operation { operation }
}

/// Layers that belong together, for the reference, colours and diagrams.
public enum Family: String, CaseIterable, Hashable, Sendable {
  case convolution, dense, recurrent, pooling, reduction, normalization, activation, regularization, join, attention
  case source, reshaping, resampling, padding
}

/// A use of a layer that holds, for the reference and the tests.
public struct Example: Hashable, Sendable {
  public let stage: String
  public let input: String
  public let output: String
  public let parameters: Int64

  public init(_ stage: String, _ input: String, _ output: String, parameters: Int64 = 0) {
    self.stage = stage
    self.input = input
    self.output = output
    self.parameters = parameters
  }
}

/// How many tensors a layer takes and gives.
public enum JoinStyle: Hashable, Sendable {
  /// One input, no braces, one output.
  case none
  /// One input, and an output for each of its parts, as `LayerDefinition.parts` has them.
  case parts
  /// The tensor that enters, and the one that the operation which made the named tensor read. `LayerKind.inverse` tells
  /// what it computes.
  case inverse
  /// Branches, one to a dash, or named tensors.
  case branches
  /// Plain lines, whose end meets the tensor that entered.
  case residual

  /// Whether several tensors meet: branches, lines or named ones.
  public var isJoin: Bool {
    switch self {
    case .branches, .residual: true
    case .none, .parts, .inverse: false
    }
  }
}

/// A layer of the catalogue without its type: what the rest of the compiler sees. Light, since the whole catalogue is made
/// whenever the compiler starts; what a file uses is in `definition()`.
public struct LayerKind: Sendable {
  public let name: String
  public let family: Family
  public let isWeighted: Bool
  public let join: JoinStyle
  /// Whether a block or model may have its name, and then takes its place in the file.
  public let yields: Bool
  private let type: any Layer.Type
  private let make: @Sendable () -> LayerDefinition

  public init<L: Layer>(_ type: L.Type, join: JoinStyle = .none, yields: Bool = false) {
    name = L.name
    family = L.family
    isWeighted = L.isWeighted
    self.join = join
    self.yields = yields
    self.type = type
    make = { LayerDefinition(type) }
  }

  public var summary: String { type.summary }
  public var shapeRule: String { type.shapeRule }
  public var examples: [Example] { type.examples }
  public var parameters: [ParameterInfo] { definition().parameters }
  /// How many tensors meet in it, where that is one number.
  public var operands: Int? { type.operands }
  /// Whether numbers may stand among the tensors that meet in it.
  public var takesNumbers: Bool { type.takesNumbers }

  /// What it makes of the operation that gave the tensor it names.
  public func inverse(of operation: Operation) throws(LayerFault) -> Operation { try type.inverse(of: operation) }

  /// Its parameters and what it computes. Made anew by each call: keep it.
  public func definition() -> LayerDefinition { make() }
}

/// The parameters of a layer, and the way from arguments to an operation.
public struct LayerDefinition: Sendable {
  public let parameters: [ParameterInfo]
  /// A bit for every parameter that must be given.
  public let required: UInt32
  /// The operation for arguments and an input, or nil where the layer passes its input through.
  public let operation: @Sendable (borrowing BoundArguments, Shape) throws(LayerError) -> Operation?

  /// The operations of a layer that gives several tensors.
  public let parts: @Sendable (borrowing BoundArguments, Shape) throws(LayerError) -> [Operation]

  /// Whether the output has the elements of the input in the extents that the first argument gives.
  public let regroups: Bool

  /// How each spatial axis changes, whatever its extent; nil where the operation says so.
  public let changes: (@Sendable (borrowing BoundArguments, Shape) throws(LayerError) -> [ExtentChange?])?

  /// The position of a parameter by its name.
  public func parameter(named name: String) -> Int? { parameters.firstIndex { $0.name == name } }

  init<L: Layer>(_ type: L.Type) {
    let parameters = L.parameters
    self.parameters = parameters.map(\.info)
    required = parameters.enumerated().reduce(0) { $1.element.info.isRequired ? $0 | 1 << UInt32($1.offset) : $0 }
    let prototype = Self.prototype(parameters)
    operation = { (arguments, input) throws(LayerError) in
      try Self.layer(prototype, parameters, arguments, input).operation(on: input)
    }
    parts = { (arguments, input) throws(LayerError) in
      try Self.layer(prototype, parameters, arguments, input).parts(on: input)
    }
    regroups = L.regroups
    guard L.answersChange else {
      changes = nil
      return
    }
    changes = { (arguments, input) throws(LayerError) in
      // A vector has no extents that could be unknown.
      if input.isVector { return [] }
      let layer = try Self.layer(prototype, parameters, arguments, input)
      return (0..<Int(input.rank)).map { layer.change($0) }
    }
  }

  /// The layer with its arguments.
  @inline(__always)
  private static func layer<L: Layer>(
    _ prototype: L, _ parameters: [Parameter<L>], _ arguments: borrowing BoundArguments, _ input: Shape
  ) throws(LayerError) -> L {
    var layer = prototype
    for argument in arguments.values {
      do throws(LayerFault) {
        try parameters[argument.parameter].set(&layer, argument.value, Int(input.rank))
      } catch {
        throw LayerError(error, parameter: parameters[argument.parameter].info.name)
      }
    }
    return layer
  }

  /// The layer with its defaults, which suit any number of axes.
  private static func prototype<L: Layer>(_ parameters: [Parameter<L>]) -> L {
    var layer = L()
    for parameter in parameters {
      if case .value(let value) = parameter.info.defaultValue { try? parameter.set(&layer, value, 3) }
    }
    return layer
  }
}

/// Arguments of one call, each with the parameter it is for.
public struct BoundArguments: Sendable {
  public struct Bound: Hashable, Sendable {
    public let parameter: Int
    public let value: Value
    /// Written without its name, in the place of the parameter.
    public let isPositional: Bool

    public init(parameter: Int, value: Value, isPositional: Bool) {
      self.parameter = parameter
      self.value = value
      self.isPositional = isPositional
    }
  }

  public var values: [Bound] = []

  public init() {}
}

extension Shape {
  /// Refuses inputs without spatial axes.
  func requireSpatial() throws(LayerError) {
    if rank == 0 { throw LayerError(.inputRank(self, wanted: 1...3)) }
  }
}
