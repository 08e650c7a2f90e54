import CNNText

/// The words for what the lexer and the parser find.
extension Diagnostic {
  public init(_ problem: SyntaxProblem, in source: SourceFile) {
    let text = source.text(problem.span)
    switch problem.fact {
    case .invalidUTF8:
      self = Diagnostic(
        .invalidUTF8, "these bytes are not UTF-8", at: problem.span, Message(Self.hex(source, problem.span)),
        remarks: [.help("save the file as UTF-8")])
    case .unexpectedCharacter:
      self = Self.unexpectedCharacter(text, in: source, at: problem.span)
    case .hashComment:
      self = Diagnostic(
        .unexpectedCharacter, "`#` begins no comment here", at: problem.span,
        remarks: [.help("a comment begins with `//`")],
        fixes: [Fix("`//` instead of `\(text)`", [.init(problem.span, "//")])])
    case .callParentheses(let close):
      let (open, end) = (Span(file: close.file, start: problem.span.start, end: problem.span.end), close)
      let isEmpty = source.text(Span(file: open.file, start: open.end, end: end.start)).allSatisfy(\.isWhitespace)
      self = Diagnostic(
        .unexpectedToken, "the arguments of a layer stand without parentheses", at: open,
        secondary: [.init(end)],
        remarks: [
          .help(
            isEmpty ? "a layer without arguments is its name alone: `relu`" : "a blank follows the name: `conv 64, 3x3`"
          )
        ],
        fixes: [Fix("leave the parentheses out", [.init(open, isEmpty ? "" : " "), .init(end, "")])])
    case .equalsInArgument(let gap):
      self = Diagnostic(
        .unexpectedToken, "an argument is a name and a value, without `=`", at: problem.span,
        remarks: [.help("a blank stands between them: `stride 2`")],
        fixes: [Fix("leave the `=` out", [.init(gap, " ")])])
    case .equalsAfterLabel(let gap):
      self = Diagnostic(
        .unexpectedToken, "a label ends in a colon", at: problem.span,
        remarks: [.help("`x: conv 64, 3x3` names the tensor that the line gives; `let` names numbers")],
        fixes: [Fix("`:` instead of `=`", [.init(gap, ":")])])
    case .modulePrefix:
      self = Diagnostic(
        .unexpectedToken, "layers are called by their names alone", at: problem.span,
        fixes: [Fix("leave `\(text)` out", [.init(problem.span, "")])])
    case .returnStatement:
      self = Diagnostic(
        .unexpectedToken, "nothing is returned here: what the last line gives is the result", at: problem.span,
        remarks: [.help("`from x` goes back to an earlier tensor, and `output x` names a result")],
        fixes: [Fix("`from` instead of `return`", [.init(problem.span, "from")])])
    case .tuple(let shape):
      self = Diagnostic(
        .unexpectedToken, "extents stand in one word or in brackets", at: problem.span,
        remarks: [.help("write `\(shape)`")],
        fixes: [Fix("`\(shape)` instead of `\(text)`", [.init(problem.span, shape)])])
    case .unclosedString:
      self = Diagnostic(
        .unclosedString, "this string is not closed on its line", at: problem.span, "a `\"` is missing")
    case .badNumber:
      self = Diagnostic(
        .badNumber, "`\(text)` is not a number", at: problem.span,
        remarks: [.note("a number may end in K, M or G; a name begins with a letter")])
    case .badShape:
      self = Self.badShape(text, at: problem.span)
    case .expected(let expectation, let found):
      self = Self.expected(expectation, found: found, text: text, at: problem.span)
    case .unclosed(let opening, let end):
      self = Diagnostic(
        .unclosedDelimiter, "this \(opening.description) is never closed", at: problem.span,
        secondary: end.map { [.init($0, "not closed before this")] } ?? [])
    case .strayBrace:
      self = Diagnostic(
        .unexpectedToken, "this `}` closes nothing", at: problem.span, "one too many",
        fixes: [Fix("leave it out", [.init(problem.span, "")])])
    case .misspelled(let keyword):
      let spelling = keyword.spelling ?? ""
      self = Diagnostic(
        .unexpectedToken, "`\(text)` begins no declaration", at: problem.span, "nearest: `\(spelling)`",
        fixes: [Fix("`\(spelling)` instead of `\(text)`", [.init(problem.span, spelling)], .guess)])
    case .missingComma:
      self = Diagnostic(
        .missingComma, "a comma is missing here", at: problem.span,
        remarks: [.note("arguments are separated by commas; it is read as if it stood here")],
        fixes: [Fix("insert `,`", [.init(problem.span, ",")])])
    case .ambiguousMinus(let name):
      self = Self.ambiguousMinus(name: source.text(name), span: problem.span)
    case .misplacedDash:
      self = Diagnostic(
        .misplacedBranch, "a `-` begins a branch, and only between the braces of a join", at: problem.span,
        remarks: [.help("joins are `add { }`, `concat { }` and the like")])
    case .sharedPipeline:
      self = Diagnostic(
        .unexpectedToken, "a shared declaration holds one call", at: problem.span,
        text == "|" ? "a second stage begins here" : "the shape is known where it is called",
        remarks: [
          .help(
            text == "|"
              ? "put the stages into a `block` and share one call of that block"
              : "write the `->` after a call of the name")
        ])
    case .dashBeforeBranches:
      self = Diagnostic(
        .misplacedBranch, "this branch holds branches", at: problem.span,
        remarks: [.note("a loop or condition with dashes of its own stands on its own line, without a dash")],
        fixes: [Fix("leave the dash out", [.init(problem.span, "")])])
    case .labelOfBranches:
      self = Diagnostic(
        .misplacedBranch, "branches in a loop or condition have no label together", at: problem.span,
        remarks: [.help("label the lines after the dashes, or the join")])
    case .stageAfterBranches:
      self = Diagnostic(
        .misplacedBranch, "nothing can follow these branches on their line", at: problem.span,
        "the join puts them together, not this line",
        remarks: [.help("write the stage inside each branch, or after the braces of the join")])
    case .detachedWhere(let shape):
      self = Self.detachedWhere(from: shape, in: source, at: problem.span)
    case .tooDeep(let limit):
      self = Diagnostic(
        .nestingTooDeep, "nested more than \(limit) levels deep", at: problem.span,
        remarks: [.help("move the inner part into a `block` or a `let`")])
    }
  }

  private static func hex(_ source: SourceFile, _ span: Span) -> String {
    let bytes = source.bytes[Int(span.start)..<Int(span.end)]
    let shown = bytes.prefix(8).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count < 2 ? "0" + digits : digits
    }
    return shown.joined(separator: " ") + (bytes.count > 8 ? " ..." : "")
  }

  private static func unexpectedCharacter(_ text: String, in source: SourceFile, at span: Span) -> Diagnostic {
    let scalars = text.unicodeScalars
    let visible = scalars.allSatisfy { $0.properties.generalCategory != .control }
    let codes = scalars.prefix(4).map { scalar in
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    let code = codes.joined(separator: " ") + (scalars.count > 4 ? " ..." : "")
    var help: [Remark] = []
    switch text {
    case ";": help = [.help("one line holds one pipeline; end it with a new line")]
    case "&", "&&": help = [.help("write `and`")]
    case "!": help = [.help("write `not`")]
    case "'", "\u{2019}", "\u{201C}", "\u{201D}": help = [.help("strings stand between `\"`")]
    case "\u{00D7}": help = [.help("write `x`: `3x3`")]
    default: break
    }
    return Diagnostic(
      .unexpectedCharacter, visible ? "`\(text)` means nothing here" : "a control character means nothing here",
      at: span, Message(code), remarks: help,
      fixes: text == ";" && isLast(span, in: source) ? [Fix("leave it out", [.init(span, "")])] : [])
  }

  /// Whether nothing follows a place on its line but blanks and a comment.
  private static func isLast(_ span: Span, in source: SourceFile) -> Bool {
    let rest = source.bytes[Int(span.end)...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let text = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return text.isEmpty || text.starts(with: "//".utf8)
  }

  private static func badShape(_ text: String, at span: Span) -> Diagnostic {
    let extents = text.split(separator: "x", omittingEmptySubsequences: false)
    let list = "[" + extents.joined(separator: ", ") + "]"
    let wellFormed = extents.allSatisfy { extent in
      !extent.isEmpty && (extent.allSatisfy(\.isNumber) || !(extent.first?.isNumber ?? true))
    }
    return Diagnostic(
      .badShape, "a shape in one word is made of numbers and `_`", at: span,
      remarks: wellFormed ? [.help("write `\(list)`")] : [],
      fixes: wellFormed ? [Fix("`\(list)` instead of `\(text)`", [.init(span, list)])] : [])
  }

  private static func ambiguousMinus(name: String, span: Span) -> Diagnostic {
    return Diagnostic(
      .ambiguousMinus, "is this a difference, or an argument with a negative value", at: span,
      "a blank before it and none behind",
      remarks: [.help("write `\(name) - x` for the difference, `\(name) (-x)` for the argument")])
  }

  private static func detachedWhere(from shape: Span, in source: SourceFile, at span: Span) -> Diagnostic {
    let gap = Span(file: span.file, start: shape.end, end: span.start)
    // A comment between the two lines would be lost.
    let isBlank = source.text(gap).allSatisfy(\.isWhitespace)
    return Diagnostic(
      .unexpectedToken, "`where` stands on the line of its `input`", at: span, "begins a line of its own",
      secondary: [.init(shape, "belongs behind this")],
      remarks: [.help("the conditions may go on in the next line behind `where` and behind a comma")],
      fixes: isBlank ? [Fix("join the two lines", [.init(gap, " ")])] : [])
  }

  private static func expected(
    _ expectation: SyntaxProblem.Expectation, found: TokenKind, text: String, at span: Span
  ) -> Diagnostic {
    let isWord = found == .name || found == .number || found == .shape
    let what = isWord && text.utf8.count <= 40 ? "`\(text)`" : found.description
    var remarks: [Remark] = []
    switch expectation {
    case .declaration:
      remarks = [.help("a file holds `import`, `let`, `block` and `model`; layers stand between their braces")]
    case .stage where found == .keywordElse:
      remarks = [.help("`else` follows the `}` of an `if`, or an `if` as a value: `if a then b else c`")]
    case .stage where found == .keywordWhere, .endOfLine where found == .keywordWhere:
      remarks = [.help("`where` follows the shape of an input: `input [H, W, 3] where H >= 224`")]
    case .endOfLine where BinaryOperator(found)?.level == .comparison:
      remarks = [.help("a comparison has two sides: `0 < i and i < 3`")]
    case .stage where found.isKeyword:
      remarks = [.note("\(found.description) is a word of the language")]
    case .stage, .value, .condition, .shape, .pattern, .part, .tensor, .endOfLine, .body, .name, .token: break
    }
    return Diagnostic(
      .unexpectedToken, "expected \(expectation.description), found \(what)", at: span, remarks: remarks)
  }
}

extension SyntaxProblem.Expectation {
  /// What a message says was expected.
  public var description: String {
    switch self {
    case .declaration: "`model`, `block`, `let` or `import`"
    case .stage: "a layer"
    case .value: "a value"
    case .condition: "a condition"
    case .shape: "a shape such as `28x28x1` or `[h, w, 3]`"
    case .pattern: "a name, `_` or a list of names"
    case .part: "a name or `_`"
    case .tensor: "a tensor: a label, `input` or a string"
    case .endOfLine: "the end of the line"
    case .body: "`{`"
    case .name(let owner): "a name for \(owner)"
    case .token(let kind): kind.description
    }
  }
}
