import Testing

@testable import CNNText

@Suite struct TableLayoutTests {
  @Test func columnsAlign() {
    let expected: [(columns: [Diagnostic.Table.Alignment], rows: [[String]], lines: [String])] = [
      ([], [], []),
      ([.left], [["a"], [""]], ["a", ""]),
      ([.right, .left], [["5", "x"], ["10", ""], ["100"]], ["  5  x", " 10", "100"]),
      ([.left, .right], [["漢字", "1"], ["a", "22"]], ["漢字   1", "a     22"]),
      ([.left, .left], [["a", "b"], ["cc", "d"]], ["a     b", "cc    d"]),
    ]
    for (columns, rows, lines) in expected {
      #expect(alignedRows(rows, columns) == lines, "\(rows)")
    }
  }
}
