import CNNLayers
import CNNSyntax
import CNNText

/// What is wrong with a program, as a fact with its place and the call it happened in. The `...Messages` files word it.
struct ModelProblem: Sendable {
  enum Fact: Sendable {
    case name(NameFact)
    case argument(ArgumentFact)
    case value(ValueFact)
    case statement(StatementFact)
    case shape(ShapeFact)
  }

  let fact: Fact
  let span: Span
  /// The call it happened in, for the chain of calls; nil outside a model.
  let frame: FrameID?
}

/// A kind of problem at a place: what a model is told of once only.
///
/// This is no deduplication, which `DiagnosticSet` does by code, but keeps the problems of a run bounded: a loop of a
/// million rounds, and a block in each of its calls, makes its mistakes again every time, with other numbers and perhaps
/// of another sort. There are no more of these than places in the files times kinds.
struct ReportedFact: Hashable {
  enum Kind { case name, argument, displaced, value, statement, layer, assertion, remainder, expectation, sizes }

  let place: Span
  let kind: Kind
}

extension ModelProblem.Fact {
  var kind: ReportedFact.Kind {
    switch self {
    case .name: .name
    case .argument(.positionalVariable): .displaced
    case .argument: .argument
    case .value: .value
    case .statement: .statement
    case .shape(.layer), .shape(.meetingSymbols), .shape(.sizesTooMany), .shape(.noSizeLeft): .layer
    case .shape(.sizes): .sizes
    case .shape(.assertion): .assertion
    case .shape(.remainder), .shape(.gap), .shape(.channelsFirst): .remainder
    case .shape(.expectation): .expectation
    }
  }
}

extension ModelProblem.Fact {
  /// Whether the network is still what the author wrote.
  var isWarning: Bool {
    switch self {
    case .argument(.positionalVariable), .shape(.remainder), .shape(.gap), .shape(.channelsFirst),
      .statement(.unusedShared), .statement(.unused),
      .statement(.unusedInput):
      true
    case .name, .argument, .value, .statement, .shape: false
    }
  }
}

extension NameFact {
  /// The name that is not known, where that is the fact, and whether it stands where a layer should.
  var unknown: (name: String, nearest: String?, isStage: Bool)? {
    switch self {
    case .unknownStage(let name, let nearest): (name, nearest, true)
    case .unknownName(let name, let nearest), .unknownTensor(let name, let nearest),
      .unknownModel(let name, let nearest):
      (name, nearest, false)
    case .unknownFunction, .unknownMember, .notAStage, .missingColon, .duplicateLabel, .labelOfVariable,
      .samePath, .duplicateBinding, .recursiveCall, .aliasCycle:
      nil
    }
  }
}

enum NameFact: Sendable {
  case unknownStage(String, nearest: String?)
  case unknownName(String, nearest: String?)
  case unknownTensor(String, nearest: String?)
  case unknownFunction(String, nearest: String?)
  case unknownMember(String, rank: Int?)
  case unknownModel(String, nearest: String?)
  case notAStage(String, Value)
  case missingColon(String)
  case duplicateLabel(String, first: Span, hasHole: Bool)
  /// A label that is the name of a variable in scope.
  case labelOfVariable(String, declared: Span?)
  case samePath(String, first: Span)
  case duplicateBinding(String, first: Span)
  case recursiveCall(String, chain: [Span])
  case aliasCycle(String)
}

enum ArgumentFact: Sendable {
  case unknown(String, of: String, nearest: String?, parameters: [String])
  case extra(of: String, parameters: [String])
  /// `conv 16, 64, 3x3`, where the first number says what enters; the next argument begins at the offset.
  case channelsWritten(String, upTo: UInt32)
  /// `pad "same"`
  case quotedWord(String)
  /// More numbers among the operands of a join than there can be.
  case tooManyNumbers(of: String)
  case missing([String], of: String)
  case duplicate(String, of: String)
  case positionalAfterNamed
  case flagNeedsValue(String, of: String)
  case positionalVariable(String, inPlaceOf: String)
  case noSuchParameter(String, model: String, nearest: String?)
}

enum ValueFact: Sendable {
  case needs(String, found: Value)
  case notWhole(Value)
  case negativeCount(Value)
  case divisionByZero(String)
  case overflow(String)
  case indexOutOfRange(Int64, count: Int)
  case patternCount(expected: Int, found: Int)
  case badOperands(String, Value, Value)
  case listTooLong(Int)
  case textTooLong(Int)
  case literalTooLarge
  /// What depends on the size of an input, and is no sum of multiples of it.
  case undecidable(String)
  case twoSymbols(String)
  /// A condition that holds for some of the sizes that are left only.
  case undecided(String, symbol: String, holds: SizeSet, of: SizeSet)
  case notAdmitted(String)
  /// What is claimed to be bounded grows with the size.
  case unboundedClaim(Measure)
  case noSizeAdmitted(String)
}

enum StatementFact: Sendable {
  case missingInput
  case inputInBlock
  case expectInBlock
  case duplicateInput(String, first: Span)
  case duplicateOutput(String, first: Span)
  case nothingToOutput
  case noBranches(String)
  case linesInBranches(String)
  case branchesInResidual
  case tooFewBranches(String, Int)
  /// A stage gives several tensors that no label names.
  case unnamedParts(String, Int)
  /// `shared sum: add { ... }`
  case sharedJoin(String)
  /// What is shared is shared again under another name.
  case sharedTwice(String)
  case sharedArguments(String, declared: Span)
  /// A later call of what is shared brings another number of channels or of axes.
  case sharedInput(String, first: Shape, site: Span, here: Shape)
  /// A later call comes to other layers than the first.
  case sharedDiffers(String, first: Span)
  case sharedWeights(String, of: Int, expected: [Weight], found: [Weight])
  case unusedShared(String)
  /// A model that is called as a stage declares a second input.
  case severalInputs(callee: String)
  /// The tensor that enters is not what the model's input says.
  case modelInput(String, found: Shape, wanted: Span)
  case unused(String, UnusedLayers.End)
  case unusedInput(String)
  case argumentsAndBranches(String)
  case tooDeep(Int)
  case tooManyAliases(Int)
  case tooManyLayers(Int)
}

enum ShapeFact: Sendable {
  case layer(LayerError, layer: String, inputs: [JoinInput])
  case assertion(expected: [Int32?], found: TensorID)
  /// Extents of two symbols meet.
  case meetingSymbols(Int, Int)
  case sizesTooMany(SizeFunction.Failure)
  /// No size of a symbol is left, though the stand-in would do.
  case noSizeLeft(Int)
  /// The whole model works for some of its sizes only.
  case sizes
  case remainder([Remainder], tensor: TensorID)
  /// A pool that steps over cells of the axis.
  case gap(layer: String, axis: Int, window: Int64, stride: Int32)
  /// An input whose channels seem to come first.
  case channelsFirst(Shape)
  case expectation(Expectation)
}

/// A tensor that meets others, and the place it comes from.
struct JoinInput: Sendable {
  let tensor: TensorID
  let span: Span?
}

/// Rows or columns that a window never reads.
struct Remainder: Sendable {
  let axis: Int
  let unread: Int64
}

/// A claim that does not hold; no measure where it is not a plain comparison.
struct Expectation: Sendable {
  let measure: Measure?
  let comparison: BinaryOperator?
  let actual: Int64
  let limit: Rational?
}
