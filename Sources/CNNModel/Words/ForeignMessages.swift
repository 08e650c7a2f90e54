import CNNLayers
import CNNSyntax
import CNNText

/// The words for names that other frameworks have.
extension ModelWords {
  func unknownStage(_ name: String, _ nearest: String?, _ span: Span) -> Diagnostic {
    let message: Message = "there is no layer or block `\(name)`"
    if let foreign = ForeignWords.layer(name) { return foreignLayer(foreign, message, span) }
    if let stage = stageBeforeDigits(name) {
      return Diagnostic(
        .unknownName, message, at: span, "a blank is missing",
        fixes: [.init("`\(stage)` instead of `\(name)`", [.init(span, stage)], .guess)])
    }
    return unknown(.unknownName, message, nearest, span)
  }

  private func foreignLayer(_ foreign: ForeignWords.Layer, _ message: Message, _ span: Span) -> Diagnostic {
    var diagnostic = Diagnostic(.unknownName, message, at: span)
    let written = program.sources.text(span)
    if let layer = foreign.layer {
      diagnostic.primary.message = "`\(layer)` here"
      // What comes first there has no place here, so another name alone would make another network.
      if positionalArguments(after: span) <= foreign.ownArguments {
        diagnostic.fixes = [.init("`\(layer)` instead of `\(written)`", [.init(span, layer)], .guess)]
      } else {
        diagnostic.remarks.append(
          .help("`\(layer)` instead of `\(written)`, without the first argument, which says what enters"))
      }
    }
    if let phrase = foreign.phrase { diagnostic.remarks.append(.help("write `\(phrase)`")) }
    if let difference = foreign.difference { diagnostic.remarks.append(.note(Message(difference))) }
    return diagnostic
  }

  /// How many arguments without a name follow a stage's name on its line, as far as its text tells.
  private func positionalArguments(after span: Span) -> Int {
    let rest = program.sources[span.file].bytes[Int(span.end)...]
    let ends = ["\n", "\r", "|", "{", "}", "/"].map { UInt8(ascii: $0) }
    let line = String(decoding: rest.prefix { !ends.contains($0) }, as: UTF8.self)
    return line.split(separator: ",").count { argument in
      let words = argument.split { " ()".contains($0) }
      return words.count == 1 && !argument.contains("=")
    }
  }

  /// `dense 10` for `dense10`, where the name without its digits is one that can be called.
  private func stageBeforeDigits(_ name: String) -> String? {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let base = String(name.dropLast(digits))
    guard digits > 0, !base.isEmpty, program.names.kinds.contains(where: { $0.name == base }) else { return nil }
    return "\(base) \(name.suffix(digits))"
  }

  /// `True`, `False` and `None` of Python.
  func foreignValue(_ name: String, _ span: Span) -> Diagnostic? {
    let value: String
    switch name {
    case "True": value = "on"
    case "False": value = "off"
    case "None":
      return Diagnostic(
        .unknownName, "there is no `None`", at: span,
        remarks: [.help("leave the argument out: what is not written has its default")])
    default: return nil
    }
    return Diagnostic(
      .unknownName, "nothing here is called `\(name)`", at: span, "`\(value)` here",
      fixes: [.init("`\(value)` instead of `\(name)`", [.init(span, value)])])
  }

  func unknownParameter(
    _ name: String, of callee: String, _ nearest: String?, _ parameters: [String], _ span: Span
  ) -> Diagnostic {
    let message: Message = "`\(callee)` has no parameter `\(name)`"
    let takes = Diagnostic.Remark.note(Self.takes(callee, parameters))
    guard let foreign = ForeignWords.parameter(name) else {
      var diagnostic = unknown(.unknownArgument, message, nearest, span)
      diagnostic.remarks.append(takes)
      return diagnostic
    }
    let own = foreign.parameter(among: parameters)
    var diagnostic = unknown(.unknownArgument, message, own, span)
    if own != nil { diagnostic.primary.message = "`\(own ?? "")` here" }
    if let difference = foreign.difference { diagnostic.remarks.append(.note(Message(difference))) }
    diagnostic.remarks.append(takes)
    return diagnostic
  }
}
