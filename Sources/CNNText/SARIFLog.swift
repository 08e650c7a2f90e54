/// Diagnostics in SARIF 2.1.0, the format that code-scanning services and editors import.
struct SARIFLog {
  private var places: Places

  init(_ sources: SourceSet) {
    places = Places(sources)
  }

  mutating func describe(_ diagnostics: [Diagnostic], version: String) -> JSON {
    let codes = DiagnosticCode.allCases.filter(Set(diagnostics.map(\.code)).contains)
    let ruleIndex = Dictionary(uniqueKeysWithValues: zip(codes, codes.indices))
    let driver: JSON = [
      "name": "cnn",
      "version": .string(version),
      "rules": .array(codes.map { ["id": .string($0.rawValue)] }),
    ]
    let run: JSON = [
      "tool": ["driver": driver],
      "columnKind": "unicodeCodePoints",
      "results": .array(diagnostics.map { result($0, ruleIndex: ruleIndex[$0.code]) }),
    ]
    return [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [run],
    ]
  }

  private mutating func result(_ diagnostic: Diagnostic, ruleIndex: Int?) -> JSON {
    let file = diagnostic.primary.span.file
    var members: [(String, JSON)] = [("ruleId", .string(diagnostic.code.rawValue))]
    if let ruleIndex { members.append(("ruleIndex", JSON(ruleIndex))) }
    members += [
      ("level", .string(diagnostic.severity.rawValue)),
      ("message", message(diagnostic.plainLines(&places).joined(separator: "\n"))),
      ("locations", [["physicalLocation": location(diagnostic.primary.span)]]),
    ]
    // The schema asks for at least one element where a list is given at all.
    if !diagnostic.secondary.isEmpty {
      let related = diagnostic.secondary.enumerated().map { relatedLocation($1, id: $0, about: file) }
      members.append(("relatedLocations", .array(related)))
    }
    let fixes = diagnostic.fixes.filter { !$0.edits.isEmpty }
    if !fixes.isEmpty { members.append(("fixes", .array(fixes.map { fix($0, about: file) }))) }
    return .object(members)
  }

  private mutating func relatedLocation(_ label: Diagnostic.Label, id: Int, about file: FileID) -> JSON {
    [
      "id": JSON(id),
      "physicalLocation": location(label.span),
      "message": message(places.text(label.message, about: file)),
    ]
  }

  /// The edits of a fix, file by file.
  private mutating func fix(_ fix: Diagnostic.Fix, about file: FileID) -> JSON {
    let changes = Set(fix.edits.map(\.span.file)).sorted().map { changed -> JSON in
      let edits = fix.edits.filter { $0.span.file == changed }
      return ["artifactLocation": artifact(changed), "replacements": .array(edits.map { replacement($0) })]
    }
    return ["description": message(places.text(fix.title, about: file)), "artifactChanges": .array(changes)]
  }

  private mutating func replacement(_ edit: Diagnostic.Fix.Edit) -> JSON {
    ["deletedRegion": region(edit.span), "insertedContent": ["text": .string(edit.replacement)]]
  }

  private mutating func location(_ span: Span) -> JSON {
    ["artifactLocation": artifact(span.file), "region": region(span)]
  }

  private func artifact(_ file: FileID) -> JSON {
    ["uri": .string(uri(of: places.sources[file].path))]
  }

  private mutating func region(_ span: Span) -> JSON {
    let (start, end) = (places.start(of: span), places.end(of: span))
    return [
      "startLine": JSON(start.line),
      "startColumn": JSON(start.column),
      "endLine": JSON(end.line),
      "endColumn": JSON(end.column),
    ]
  }

  private func message(_ text: String) -> JSON { ["text": .string(text)] }
}

/// A path as a reference relative to where the program ran, or as a `file:` address if it is absolute.
private func uri(of path: String) -> String {
  let isUnreserved = { (byte: UInt8) in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case _: "-._~/".utf8.contains(byte)
    }
  }
  return (path.hasPrefix("/") ? "file://" : "") + percentEncoded(path) { !isUnreserved($0) }
}
