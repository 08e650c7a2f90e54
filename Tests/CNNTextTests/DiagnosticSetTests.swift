import CNNText
import Testing

@Suite struct DiagnosticSetTests {
  @Test func ofSeveralWithOneCodeAndPlaceTheFirstIsKept() {
    let place = Span(file: FileID(0), start: 2, end: 4)
    let other = Span(file: FileID(1), start: 2, end: 4)
    var set = DiagnosticSet()
    set.insert(Diagnostic(.overflow, "first", at: place))
    set.insert(Diagnostic(.overflow, "again, with another number", at: place))
    set.insert(Diagnostic(.overflow, "in another file", at: other))
    set.insert(Diagnostic(.outOfRange, "something else", at: place))
    #expect(set.diagnostics.map(\.message) == ["first", "in another file", "something else"])
  }

  /// Two files import a third: what is wrong in it is one thing, unless it changed between the two.
  @Test func aFileOfTwoCompilationsIsOne() {
    var sources = SourceSet()
    var set = DiagnosticSet()
    for (main, imported) in [("a.cnn", "let x = "), ("b.cnn", "let x = "), ("c.cnn", "let y = ")] {
      var own = SourceSet()
      _ = own.add(path: main, bytes: Array("import \"d.cnn\"".utf8))
      let file = own.add(path: "d.cnn", bytes: Array(imported.utf8))
      let found = [Diagnostic(.unexpectedToken, "expected a value", at: file.wholeSpan)]
      for diagnostic in sources.merge(own, found) { set.insert(diagnostic) }
    }
    #expect(sources.files.map(\.path) == ["a.cnn", "d.cnn", "b.cnn", "c.cnn", "d.cnn"])
    #expect(set.diagnostics.map(\.primary.span.file) == [FileID(1), FileID(4)])
  }
}
