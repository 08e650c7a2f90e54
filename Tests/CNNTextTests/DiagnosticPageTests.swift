import CNNText
import Testing

@Suite struct DiagnosticPageTests {
  @Test(arguments: DiagnosticCode.allCases)
  func aPageIsCompleteAndFitsTheTerminal(code: DiagnosticCode) {
    let page = DiagnosticPage(code)
    #expect(page.code == code)
    #expect(page.title.first?.isUppercase == true && page.title.last != ".", "\(page.title)")
    #expect(!page.paragraphs.isEmpty)
    #expect(page.wrong != page.right)
    #expect(page.text.hasPrefix("\(code.severity.rawValue)[\(code.rawValue)]: "))
    for line in page.text.split(separator: "\n") {
      #expect(line.count <= 80 && line.last != " ", "\(line)")
    }
  }

  @Test func titlesDiffer() {
    #expect(Set(DiagnosticCode.allCases.map { DiagnosticPage($0).title }).count == DiagnosticCode.allCases.count)
  }

  @Test func aPageHoldsItsSamples() {
    let text = DiagnosticPage(.missingComma).text
    #expect(text.contains("\n\nWrong:\n\n    model Tiny {\n      input 28x28x1\n      conv 8 3x3\n    }\n\nRight:\n\n"))
    #expect(text.hasSuffix("      conv 8, 3x3\n    }\n"))
  }
}
