/// Every kind of thing the compiler says, by its stable name. `DiagnosticPage` holds what is published about each.
public enum DiagnosticCode: String, CaseIterable, Hashable, Sendable {
  // Bytes and tokens.
  case invalidUTF8 = "invalid-utf8"
  case unexpectedCharacter = "unexpected-character"
  case unclosedString = "unclosed-string"
  case badNumber = "bad-number"
  case badShape = "bad-shape"

  // Grammar.
  case unexpectedToken = "unexpected-token"
  case unclosedDelimiter = "unclosed-delimiter"
  case missingComma = "missing-comma"
  case positionalAfterNamed = "positional-after-named"
  case ambiguousMinus = "ambiguous-minus"
  case misplacedBranch = "misplaced-branch"
  case nestingTooDeep = "nesting-too-deep"

  // Files and declarations.
  case unreadableFile = "unreadable-file"
  case importCycle = "import-cycle"
  case duplicateName = "duplicate-name"
  case duplicateLabel = "duplicate-label"
  case recursiveBlock = "recursive-block"

  // Names.
  case unknownName = "unknown-name"
  case unknownArgument = "unknown-argument"
  case unknownTensor = "unknown-tensor"
  case unknownModel = "unknown-model"
  case reservedName = "reserved-name"

  // Arguments and values.
  case missingArgument = "missing-argument"
  case extraArgument = "extra-argument"
  case duplicateArgument = "duplicate-argument"
  case typeMismatch = "type-mismatch"
  case notWhole = "not-whole"
  case outOfRange = "out-of-range"
  case divisionByZero = "division-by-zero"
  case overflow = "overflow"
  case patternMismatch = "pattern-mismatch"
  case positionalVariable = "positional-variable"

  // The network.
  case missingInput = "missing-input"
  case misplacedStatement = "misplaced-statement"
  case symbolicExtent = "symbolic-extent"
  case tensorTooLarge = "tensor-too-large"
  case rankMismatch = "rank-mismatch"
  case needsFlatten = "needs-flatten"
  case windowTooLarge = "window-too-large"
  case paddingTooLarge = "padding-too-large"
  case notDivisible = "not-divisible"
  case shapeMismatch = "shape-mismatch"
  case shapeAssertion = "shape-assertion"
  case expectation = "expectation"
  case strideRemainder = "stride-remainder"
  case strideGap = "stride-gap"
  case channelsFirst = "channels-first"
  case sharedMismatch = "shared-mismatch"
  case unusedLayer = "unused-layer"
  case unusedShared = "unused-shared"

  // The sizes of its inputs.
  case undecidedSize = "undecided-size"
  case sizeNotAdmitted = "size-not-admitted"
  case noInputSize = "no-input-size"
  case someInputSizes = "some-input-sizes"

  public var severity: Diagnostic.Severity {
    switch self {
    case .positionalVariable, .strideRemainder, .strideGap, .channelsFirst, .someInputSizes, .unusedLayer,
      .unusedShared:
      .warning
    case .invalidUTF8, .unexpectedCharacter, .unclosedString, .badNumber, .badShape, .unexpectedToken,
      .unclosedDelimiter, .missingComma, .positionalAfterNamed, .ambiguousMinus, .misplacedBranch, .nestingTooDeep,
      .unreadableFile, .importCycle, .duplicateName, .duplicateLabel, .recursiveBlock, .unknownName,
      .unknownArgument, .unknownTensor, .unknownModel, .reservedName, .missingArgument, .extraArgument,
      .duplicateArgument, .typeMismatch, .notWhole, .outOfRange, .divisionByZero, .overflow, .patternMismatch,
      .missingInput, .misplacedStatement, .symbolicExtent, .tensorTooLarge, .rankMismatch, .needsFlatten,
      .windowTooLarge, .paddingTooLarge, .notDivisible, .shapeMismatch, .shapeAssertion, .expectation,
      .undecidedSize, .sizeNotAdmitted, .noInputSize, .sharedMismatch:
      .error
    }
  }
}
