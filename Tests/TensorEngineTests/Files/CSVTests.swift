import Testing

@testable import TensorEngine

@Suite struct CSVTests {
  private func read(_ text: String) throws -> Tensor { try CSV.read(Array(text.utf8)) }

  @Test func rowsAndColumnsAreThoseOfTheText() throws {
    let table = try Tensor([2, 3], [1, -2.5, 3e2, 0, 4, 5])
    let spellings = [
      "1,-2.5,3e2\n0,4,5\n", "1,-2.5,3e2\n0,4,5", "a,b,c\n1,-2.5,3e2\n0,4,5\n", " 1 ,\t-2.5,3e2\r\n0,4,5\r\n",
      "\n1,-2.5,300\n\n0,4,5\n\n",
    ]
    for text in spellings { #expect(try read(text) == table, "\(text)") }
    #expect(try read("7") == Tensor([1, 1], [7]))
  }

  @Test func everyNumberOfAFileComesBack() throws {
    var generator = SeededGenerator(seed: 3)
    let numbers = (0..<600).map { _ in generator.unit() * 1e6 - 5e5 }
    let lines = stride(from: 0, to: 600, by: 6).map { numbers[$0..<$0 + 6].map(\.description).joined(separator: ",") }
    #expect(try read(lines.joined(separator: "\n")) == Tensor([100, 6], numbers))
  }

  @Test func whatIsNoTableIsRefusedAtItsLine() throws {
    let wrongs = [
      ("1,2\n3\n", "expected 2 numbers on line 2, found 1"),
      ("1,2\n3,4,5\n", "expected 2 numbers on line 2, found 3"),
      ("1,2\n\n3,x\n", "byte 7: expected a finite number on line 3, found 'x'"),
      ("1,two\n", "expected a finite number on line 1, found 'two'"),
      ("a,b\n1,\n", "expected a finite number on line 2, found ''"),
      ("1\nnan\n", "expected a finite number on line 2, found 'nan'"),
      ("1\n1e99\n", "expected a finite number on line 2, found '1e99'"),
      ("1\n\u{1B}[2J\n", "found '\\u{1b}[2J'"),
      ("", "expected a row of numbers, found the end of the file"),
      ("\n \n", "expected a row of numbers, found the end of the file"),
      ("a,b,c\n", "expected a row of numbers, found the end of the file"),
    ]
    for (text, message) in wrongs {
      let error = #expect(throws: TensorError.self, "\(text)") { try read(text) }
      #expect(error?.description.contains(message) == true, "\(text): \(error?.description ?? "")")
    }
    let error = #expect(throws: TensorError.self) { try Tensor(contentsOfCSV: "no/such.csv") }
    #expect(error?.description.contains("'no/such.csv': cannot open it") == true)
  }

  @Test func bytesOfAnyKindAreATableOrAnError() {
    var generator = SeededGenerator(seed: 5)
    let alphabet = Array("0123456789,,,\n\n\r .-e\u{0}é".utf8)
    for _ in 0..<2000 {
      let bytes = (0..<generator.below(40)).map { _ in alphabet[generator.below(alphabet.count)] }
      let table = try? CSV.read(bytes)
      #expect(table?.firstNotFinite == nil, "\(bytes)")
    }
  }
}
