extension SourceFile {
  /// The bytes of the file with the fixes of some diagnostics made, and how many were. Where two touch the same place
  /// the later one waits for another run.
  public func applying(_ fixes: [Diagnostic.Fix]) -> (bytes: [UInt8], count: Int) {
    var taken: [Diagnostic.Fix.Edit] = []
    var count = 0
    for fix in fixes where fix.edits.allSatisfy({ $0.span.file == id }) {
      let collides = fix.edits.contains { edit in
        taken.contains { edit.span.start <= $0.span.end && $0.span.start <= edit.span.end }
      }
      if collides { continue }
      taken += fix.edits
      count += 1
    }
    var result: [UInt8] = []
    var position = 0
    for edit in taken.sorted(by: { $0.span < $1.span }) {
      result += bytes[position..<Int(edit.span.start)]
      result += Array(edit.replacement.utf8)
      position = Int(edit.span.end)
    }
    result += bytes[position...]
    return (result, count)
  }
}
