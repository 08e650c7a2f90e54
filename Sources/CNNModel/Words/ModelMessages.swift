import CNNLayers
import CNNSyntax
import CNNText

/// The words for names, arguments, values and statements.
extension ModelWords {
  // MARK: Names

  func words(_ fact: NameFact, at span: Span) -> Diagnostic {
    switch fact {
    case .unknownStage(let name, let nearest):
      return unknownStage(name, nearest, span)
    case .unknownName(let name, let nearest):
      return foreignValue(name, span) ?? unknown(.unknownName, "nothing here is called `\(name)`", nearest, span)
    case .unknownFunction(let name, let nearest):
      return unknown(.unknownName, "there is no function `\(name)`", nearest, span)
    case .unknownTensor(let name, let nearest):
      return unknown(.unknownTensor, "no tensor is labelled `\(name)` up to here", nearest, span)
    case .unknownModel(let name, let nearest):
      return unknown(.unknownModel, "there is no model `\(name)`", nearest, span)
    case .unknownMember(let name, let rank):
      let of = rank.map { $0 == 0 ? "a vector" : "a tensor of \($0) spatial \($0 == 1 ? "axis" : "axes")" }
      return Diagnostic(
        .unknownName, "\(of ?? "a tensor") has no `.\(name)`", at: span,
        remarks: [.note("it has \(Self.members(ofRank: rank))")])
    case .notAStage(let name, let value):
      return Diagnostic(
        .typeMismatch, "`\(name)` is \(value.typeName), and a stage is a layer or a block", at: span)
    case .missingColon(let name):
      return Diagnostic(
        .unexpectedToken, "expected `:` behind the label `\(name)`", at: span,
        fixes: [.init("insert `:`", [.init(span, ":")])])
    case .duplicateLabel(let name, let first, let hasHole):
      let help: Message =
        hasHole
        ? "the variable of every loop around a label belongs into its holes"
        : "a label in a loop needs a hole: `\"\(name){i}\":`"
      return Diagnostic(
        .duplicateLabel, "`\(name)` names two tensors", at: span, "again here",
        secondary: first == span ? [] : [.init(first, "first here")],
        remarks: first == span ? [.help(help)] : [])
    case .labelOfVariable(let name, let declared):
      return Diagnostic(
        .duplicateName, "the label `\(name)` is also the name of a variable", at: span, "a tensor here",
        secondary: declared.map { [.init($0, "a variable here")] } ?? [],
        remarks: [.help("choose another label: `\(name)` would always mean the variable")])
    case .samePath(let name, let first):
      return Diagnostic(
        .duplicateLabel, "`\(name)` is the name of two layers or calls", at: span, "again here",
        secondary: first == span ? [] : [.init(first, "first here")],
        remarks: [
          .help("give one of them another label"),
          .note("a name is what the calls around it are called, joined by dots; those without a label are counted"),
        ])
    case .duplicateBinding(let name, let first):
      return Diagnostic(
        .duplicateName, "`\(name)` is declared twice", at: span, "again here", secondary: [.init(first, "first here")])
    case .recursiveCall(let name, let chain):
      var remarks: [Diagnostic.Remark] = []
      if chain.count > 1 { remarks.append(.why("by way of \(chain[0])")) }
      remarks.append(
        .help(
          "a call within itself needs an end: `if n > 0 { \(name) n - 1 }`; a loop repeats layers: `repeat 3 { ... }`"))
      return Diagnostic(.recursiveBlock, "`\(name)` calls itself without end", at: span, remarks: remarks)
    case .aliasCycle(let name):
      return Diagnostic(.recursiveBlock, "model `\(name)` is an alias of itself", at: span)
    }
  }

  func unknown(_ code: DiagnosticCode, _ message: Message, _ nearest: String?, _ span: Span) -> Diagnostic {
    guard let nearest else { return Diagnostic(code, message, at: span) }
    let written = program.sources.text(span)
    let replacement = written.hasPrefix("\"") ? "\"\(nearest)\"" : nearest
    return Diagnostic(
      code, message, at: span, "nearest: `\(nearest)`",
      fixes: [.init("`\(replacement)` instead of `\(written)`", [.init(span, replacement)], .guess)])
  }

  private static func members(ofRank rank: Int?) -> String {
    switch rank {
    case 0: "`.c`"
    case 1: "`.l` and `.c`"
    case 2: "`.h`, `.w` and `.c`"
    case 3: "`.d`, `.h`, `.w` and `.c`"
    default: "`.h`, `.w`, `.d` and `.c`"
    }
  }

  // MARK: Arguments

  func words(_ fact: ArgumentFact, at span: Span) -> Diagnostic {
    switch fact {
    case .unknown(let name, let callee, let nearest, let parameters):
      return unknownParameter(name, of: callee, nearest, parameters, span)
    case .extra(let callee, let parameters):
      let count = parameters.count == 1 ? "1 argument" : "\(parameters.count) arguments"
      return Diagnostic(
        .extraArgument, "`\(callee)` takes \(parameters.isEmpty ? "no arguments" : "at most \(count)")", at: span,
        remarks: parameters.isEmpty ? [] : [.note(Self.takes(callee, parameters))])
    case .channelsWritten(let callee, let next):
      return Diagnostic(
        .extraArgument, "the channels that enter a `\(callee)` are not written", at: span,
        remarks: [.help("what follows is filters, kernel, stride: `\(callee) 64, 3x3`")],
        fixes: [.init("leave it out", [.init(Span(file: span.file, start: span.start, end: next), "")], .guess)])
    case .quotedWord(let word):
      return Diagnostic(
        .typeMismatch, "`\(word)` is a word of the language, and a string names a tensor", at: span,
        fixes: [.init("`\(word)` without quotes", [.init(span, word)])])
    case .tooManyNumbers(let callee):
      let limit = ElementwiseConstants.limit
      return Diagnostic(
        .extraArgument, "`\(callee)` takes at most \(limit) numbers among its operands", at: span,
        remarks: [.help("work out numbers that follow each other, or write a second `\(callee)`")])
    case .missing(let names, let callee):
      let list = names.map { "`\($0)`" }.joined(separator: " and ")
      return Diagnostic(
        .missingArgument, "`\(callee)` needs \(list)", at: span,
        "\(list) \(names.count == 1 ? "has no value" : "have no values")")
    case .duplicate(let name, let callee):
      return Diagnostic(.duplicateArgument, "`\(name)` of `\(callee)` is given twice", at: span)
    case .positionalAfterNamed:
      return Diagnostic(
        .positionalAfterNamed, "an argument without a name cannot follow one with a name", at: span,
        remarks: [.help("write the parameter's name before it")])
    case .flagNeedsValue(let name, let callee):
      return Diagnostic(
        .missingArgument, "`\(name)` of `\(callee)` needs a value", at: span,
        remarks: [.note("only parameters that are on or off may stand alone")])
    case .positionalVariable(let name, let place):
      return Diagnostic(
        .positionalVariable, "`\(name)` stands in the place of `\(place)`, and is bound to `\(name)`", at: span,
        remarks: [.help("write `\(name) \(name)` to say so, or `\(place) \(name)` for the other")])
    case .noSuchParameter(let name, let model, let nearest):
      return Diagnostic(
        .unknownArgument, "model `\(model)` has no parameter `\(name)`", at: span,
        remarks: nearest.map { [.help("nearest: `\($0)`")] } ?? [])
    }
  }

  static func takes(_ callee: String, _ parameters: [String]) -> Message {
    parameters.isEmpty ? "\(callee) takes tensors only" : "\(callee) takes \(parameters.joined(separator: ", "))"
  }

  // MARK: Values

  func words(_ fact: ValueFact, at span: Span) -> Diagnostic {
    switch fact {
    case .needs(let wanted, let found):
      let written = text(found)
      if wanted.contains("number"), found.double != nil {
        return Diagnostic(.typeMismatch, "this must be \(wanted), and is \(written)", at: span)
      }
      return Diagnostic(
        .typeMismatch, "this must be \(wanted), and is \(found.typeName)", at: span,
        written.utf8.count <= 40 ? Message(written) : "")
    case .notWhole(let value):
      return Diagnostic(
        .notWhole, "this must be a whole number, and is \(text(value))", at: span,
        remarks: [.help("`floor( )`, `ceil( )` or `round( )` make it whole")])
    case .negativeCount(let value):
      return Diagnostic(.outOfRange, "nothing can be repeated \(text(value)) times", at: span)
    case .divisionByZero(let text):
      return Diagnostic(.divisionByZero, "`\(text)` divides by zero", at: span, "this is 0")
    case .overflow(let text):
      return Diagnostic(.overflow, "`\(text)` is too large to be exact", at: span, "beyond 64 bits")
    case .indexOutOfRange(let index, let count):
      return Diagnostic(
        .outOfRange, "there is no item \(index): the list has \(count)", at: span,
        count == 0 ? "the list is empty" : "0 to \(count - 1)")
    case .patternCount(let expected, let found):
      return Diagnostic(
        .patternMismatch, "this pattern takes \(expected) values apart, and the item has \(found)", at: span)
    case .badOperands(let sign, let left, let right):
      return Diagnostic(
        .typeMismatch, "\(sign) does not go with \(left.typeName) and \(right.typeName)", at: span)
    case .listTooLong(let limit):
      return Diagnostic(.outOfRange, "more than \(limit.grouped) items", at: span)
    case .textTooLong(let limit):
      return Diagnostic(.outOfRange, "this text is longer than \(limit.grouped) bytes", at: span)
    case .literalTooLarge:
      return Diagnostic(
        .overflow, "this number is too large or has too many digits", at: span, "beyond 64 bits, or 2^31 for an extent",
        remarks: [.note("a number is held exactly, as a fraction of two whole numbers below 2^63")])
    case .undecidable(let text):
      return Diagnostic(
        .undecidedSize, "`\(text)` cannot be decided for every size", at: span,
        remarks: [
          .why("what depends on a size may be added, rounded, compared, and multiplied or divided by a number"),
          .help("`-D` gives a symbol a value; a parameter has one from the start"),
        ])
    case .twoSymbols(let text):
      return Diagnostic(
        .undecidedSize, "`\(text)` depends on two symbols", at: span,
        remarks: [.why("sizes are decided one symbol at a time"), .help("write the same symbol for both axes")])
    case .undecided(let text, let symbol, let holds, let domain):
      return undecided(text, symbol, holds, domain, span)
    case .unboundedClaim(let measure):
      let what = measure == .macs ? "the multiply-adds grow" : "the memory grows"
      let symbol = sizes.symbols.first { !$0.valid.isBounded }?.name ?? "H"
      return Diagnostic(
        .expectation, "\(what) with \(symbol), which has no largest size", at: span,
        remarks: [.help("`where \(symbol) <= 512` behind the shape of the input gives it one")])
    case .notAdmitted(let text):
      return Diagnostic(
        .sizeNotAdmitted, "`\(text)` does not hold, so the model does not admit this size", at: span)
    case .noSizeAdmitted(let symbol):
      return Diagnostic(.noInputSize, "no `\(symbol)` meets these conditions", at: span)
    }
  }

  // MARK: Statements

  func words(_ fact: StatementFact, at span: Span) -> Diagnostic {
    switch fact {
    case .missingInput:
      return Diagnostic(
        .missingInput, "there is no input up to here", at: span,
        remarks: [.help("`input 224x224x3` before the first layer")])
    case .inputInBlock:
      return Diagnostic(
        .misplacedStatement, "a block has no input of its own", at: span,
        remarks: [.help("`input` in a block is the tensor that enters it; take others as parameters")])
    case .expectInBlock:
      return Diagnostic(.misplacedStatement, "`expect` speaks of a model, not of a block", at: span)
    case .duplicateInput(let name, let first):
      return Diagnostic(
        .duplicateName, name == "input" ? "two inputs without a name" : "two inputs are called `\(name)`", at: span,
        "again here", secondary: [.init(first, "first here")],
        remarks: [.help("name them: `input left 28x28x1`")])
    case .duplicateOutput(let name, let first):
      return Diagnostic(
        .duplicateName, "two outputs are called `\(name)`", at: span, "again here",
        secondary: [.init(first, "first here")])
    case .nothingToOutput:
      return Diagnostic(.missingInput, "there is no tensor to put out yet", at: span)
    case .noBranches(let layer):
      return Diagnostic(
        .misplacedBranch, "`\(layer)` takes no branches", at: span,
        remarks: [.help("`add { }` and `concat { }` do")])
    case .linesInBranches(let join):
      return Diagnostic(
        .misplacedBranch, "the branches of `\(join)` begin with a dash", at: span,
        remarks: [.help("a `-` before the first line of each branch; or `residual { }` for these lines and a shortcut")]
      )
    case .branchesInResidual:
      return Diagnostic(
        .misplacedBranch, "`residual` has plain lines, not branches", at: span,
        remarks: [.help("leave the dash out, or write `add { }` with a branch for the shortcut")])
    case .unnamedParts(let name, let count):
      let letters = ["a", "b", "c", "d"]
      let label = "[" + (count <= 4 ? letters.prefix(count).joined(separator: ", ") : "a, b, ...") + "]:"
      return Diagnostic(
        .patternMismatch, "`\(name)` gives \(count) tensors here, and nothing names them", at: span,
        remarks: [.help("a list of names as the label names each: `\(label) \(name) ...`")])
    case .sharedJoin(let name):
      return Diagnostic(
        .misplacedStatement, "`\(name)` cannot be shared: it joins tensors", at: span, "expected one layer or block",
        remarks: [.help("put the join into a block, and share a call of that")])
    case .sharedTwice(let name):
      return Diagnostic(
        .misplacedStatement, "`\(name)` is shared already", at: span,
        remarks: [.help("call `\(name)` wherever its weights are wanted")])
    case .sharedArguments(let name, let declared):
      return Diagnostic(
        .extraArgument, "`\(name)` takes no arguments here", at: span,
        secondary: [.init(declared, "its arguments stand where it is declared")])
    case .sharedInput(let name, let first, let site, let here):
      return Diagnostic(
        .sharedMismatch, "`\(name)` was first called on \(first), and here on \(here)", at: span,
        first.rank == here.rank
          ? "\(here.channels) channels, and its weights are for \(first.channels)" : "another number of axes",
        secondary: [.init(site, "the first call decides what its weights are")],
        remarks: [
          .help(
            first.rank == here.rank
              ? "`conv \(first.channels), 1x1` brings this tensor to \(first.channels) channels"
              : "declare another shared call for tensors of this kind")
        ])
    case .sharedDiffers(let name, let first):
      return Diagnostic(
        .sharedMismatch, "this call of `\(name)` has other layers than the first", at: span,
        secondary: first == span ? [] : [.init(first, "the first call")],
        remarks: [.help("what a shared block runs must not depend on the extents of its input")])
    case .sharedWeights(let name, let layer, let expected, let found):
      let owner = network.layers[layer]
      func list(_ weights: [Weight]) -> String {
        weights.first.map { $0.shape.map(String.init).joined(separator: "x") } ?? "none"
      }
      return Diagnostic(
        .sharedMismatch, "`\(name)` needs other weights here than in its first call", at: span,
        "`\(network.path(of: owner))` has \(list(expected)), here \(list(found))",
        secondary: program.place(of: owner, in: network).map { [.init($0, "its weights are made here")] } ?? [],
        remarks: [.help("bring the input to the extents of the first call, or end in a global pool")])
    case .severalInputs(let callee):
      return Diagnostic(
        .misplacedStatement, "`\(callee)` is called as a stage, and has a second input", at: span,
        remarks: [.help("a model with one input can be a stage; a block takes further tensors as arguments")])
    case .modelInput(let callee, let found, let wanted):
      return Diagnostic(
        .shapeMismatch, "`\(callee)` does not take \(found)", at: span,
        secondary: [.init(wanted, "its input")],
        remarks: [.help("a name in the model's input (`input [H, W, 3]`) takes any extent")])
    case .unused(let name, let end):
      var notes: [Diagnostic.Remark] = []
      if end.layerCount > 1 || end.costs.parameters > 0 || end.costs.multiplyAdds > 0 {
        let layers = end.layerCount == 1 ? "1 layer" : "\(end.layerCount) layers"
        notes.append(
          .why(
            "left out with it: \(layers), \(end.costs.parameters.grouped) parameters, "
              + "\(end.costs.multiplyAdds.grouped) multiply-adds"))
      }
      return Diagnostic(
        .unusedLayer, "nothing reads `\(name)`, so it is no part of the network", at: span,
        remarks: notes + [.help("read it (`from`, a join), make it an output (`output NAME`), or take it out")])
    case .unusedInput(let name):
      return Diagnostic(
        .unusedLayer, "nothing reads the input `\(name)`", at: span,
        remarks: [.help("read it with `from \(name)` or in a join, or take it out")])
    case .unusedShared(let name):
      return Diagnostic(
        .unusedShared, "nothing calls `\(name)`", at: span, "declared here",
        remarks: [.help("write `\(name)` where its layers are to run, or take the line out")])
    case .tooFewBranches(let join, let count):
      return Diagnostic(
        .missingArgument, "`\(join)` joins two or more tensors, and has \(count)", at: span,
        remarks: [.help("branches in braces, one to a dash; or the labels of tensors: `\(join) skip`")])
    case .argumentsAndBranches(let join):
      return Diagnostic(
        .extraArgument, "`\(join)` takes branches or tensors, not both", at: span,
        remarks: [.help("a branch `- from skip` brings a tensor in")])
    case .tooDeep(let limit):
      return Diagnostic(.nestingTooDeep, "calls and bodies lie more than \(limit) deep in each other", at: span)
    case .tooManyAliases(let limit):
      return Diagnostic(
        .nestingTooDeep, "more than \(limit) models stand for each other before one has a body", at: span)
    case .tooManyLayers(let limit):
      return Diagnostic(.overflow, "the models take more than \(limit.grouped) steps to build", at: span)
    }
  }
}
