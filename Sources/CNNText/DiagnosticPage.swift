/// What is published about a kind of diagnostic: `cnn lint --explain` prints it, and the reference holds it. The pages
/// themselves are in `DiagnosticPages+...`, in the order of `DiagnosticCode`.
public struct DiagnosticPage: Hashable, Sendable {
  /// A small program: its first file, and those it imports.
  public struct Sample: Hashable, Sendable {
    public struct File: Hashable, Sendable {
      public let path: String
      public let bytes: [UInt8]

      /// Bytes that are not UTF-8 show as U+FFFD.
      public var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    public let files: [File]
  }

  public let code: DiagnosticCode
  /// A sentence without a full stop.
  public let title: String
  /// What is wrong, why it is an error, and what to do. Paragraphs; those with four spaces before their lines are to be
  /// shown as they stand.
  public let paragraphs: [String]
  /// A program in which the compiler finds this and nothing else.
  public let wrong: Sample
  /// What it should be; the compiler finds nothing.
  public let right: Sample

  init(_ code: DiagnosticCode, _ title: String, _ explanation: String, wrong: Sample, right: Sample) {
    self.code = code
    self.title = title
    self.wrong = wrong
    self.right = right
    paragraphs = Self.paragraphs(of: explanation)
  }

  /// Lines with blank lines between them, joined, unless they are indented.
  private static func paragraphs(of text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.split(whereSeparator: \.isEmpty).map { lines in
      lines.joined(separator: isVerbatim(String(lines.first ?? "")) ? "\n" : " ")
    }
  }

  /// True for a paragraph whose lines are not to be broken.
  public static func isVerbatim(_ paragraph: String) -> Bool { paragraph.hasPrefix("    ") }
}

extension DiagnosticPage.Sample: ExpressibleByStringLiteral {
  /// A program of one file.
  public init(stringLiteral text: String) {
    self.init([("model.cnn", text)])
  }

  init(_ files: [(path: String, text: String)]) {
    self.files = files.map { File(path: $0.path, bytes: Array($0.text.utf8) + [UInt8(ascii: "\n")]) }
  }

  /// A program of one file that is no text.
  init(bytes: [UInt8]) {
    files = [File(path: "model.cnn", bytes: bytes)]
  }
}

extension DiagnosticPage {
  /// The page for a terminal of 80 columns.
  public var text: String {
    var blocks = wrap("\(code.severity.rawValue)[\(code.rawValue)]: \(title)", width: 80, hanging: 2)
      .enumerated().map { $0.offset == 0 ? $0.element : "  " + $0.element }.joined(separator: "\n")
    for paragraph in paragraphs {
      let lines = Self.isVerbatim(paragraph) ? [paragraph] : wrap(paragraph, width: 80)
      blocks += "\n\n" + lines.joined(separator: "\n")
    }
    blocks += "\n\n" + Self.text(of: wrong, title: "Wrong") + "\n\n" + Self.text(of: right, title: "Right")
    return blocks + "\n"
  }

  private static func text(of sample: Sample, title: String) -> String {
    let files = sample.files.map { file in
      let heading = sample.files.count == 1 ? "\(title):" : "\(title), \(file.path):"
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return heading + "\n\n" + lines.map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
    }
    return files.joined(separator: "\n\n")
  }
}

extension DiagnosticPage {
  public init(_ code: DiagnosticCode) {
    self =
      switch code {
      case .invalidUTF8: .invalidUTF8
      case .unexpectedCharacter: .unexpectedCharacter
      case .unclosedString: .unclosedString
      case .badNumber: .badNumber
      case .badShape: .badShape
      case .unexpectedToken: .unexpectedToken
      case .unclosedDelimiter: .unclosedDelimiter
      case .missingComma: .missingComma
      case .positionalAfterNamed: .positionalAfterNamed
      case .ambiguousMinus: .ambiguousMinus
      case .misplacedBranch: .misplacedBranch
      case .nestingTooDeep: .nestingTooDeep
      case .unreadableFile: .unreadableFile
      case .importCycle: .importCycle
      case .duplicateName: .duplicateName
      case .duplicateLabel: .duplicateLabel
      case .recursiveBlock: .recursiveBlock
      case .sharedMismatch: .sharedMismatch
      case .unusedLayer: .unusedLayer
      case .unusedShared: .unusedShared
      case .unknownName: .unknownName
      case .unknownArgument: .unknownArgument
      case .unknownTensor: .unknownTensor
      case .unknownModel: .unknownModel
      case .reservedName: .reservedName
      case .missingArgument: .missingArgument
      case .extraArgument: .extraArgument
      case .duplicateArgument: .duplicateArgument
      case .typeMismatch: .typeMismatch
      case .notWhole: .notWhole
      case .outOfRange: .outOfRange
      case .divisionByZero: .divisionByZero
      case .overflow: .overflow
      case .patternMismatch: .patternMismatch
      case .positionalVariable: .positionalVariable
      case .missingInput: .missingInput
      case .misplacedStatement: .misplacedStatement
      case .symbolicExtent: .symbolicExtent
      case .tensorTooLarge: .tensorTooLarge
      case .rankMismatch: .rankMismatch
      case .needsFlatten: .needsFlatten
      case .windowTooLarge: .windowTooLarge
      case .paddingTooLarge: .paddingTooLarge
      case .notDivisible: .notDivisible
      case .shapeMismatch: .shapeMismatch
      case .shapeAssertion: .shapeAssertion
      case .expectation: .expectation
      case .strideRemainder: .strideRemainder
      case .strideGap: .strideGap
      case .channelsFirst: .channelsFirst
      case .undecidedSize: .undecidedSize
      case .sizeNotAdmitted: .sizeNotAdmitted
      case .noInputSize: .noInputSize
      case .someInputSizes: .someInputSizes
      }
  }
}
