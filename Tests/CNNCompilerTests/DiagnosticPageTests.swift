import CNNCompiler
import CNNModel
import CNNText
import Testing

/// The samples of the published pages are what they claim to be.
@Suite struct DiagnosticPageSampleTests {
  @Test(arguments: DiagnosticCode.allCases)
  func theWrongSampleHasThisProblemAlone(code: DiagnosticCode) {
    let found = diagnostics(of: DiagnosticPage(code).wrong)
    #expect(!found.isEmpty && found.allSatisfy { $0.code == code }, "\(found.map { ($0.code, $0.message) })")
  }

  @Test(arguments: DiagnosticCode.allCases)
  func theRightSampleHasNone(code: DiagnosticCode) {
    let found = diagnostics(of: DiagnosticPage(code).right)
    #expect(found.isEmpty, "\(found.map { ($0.code, $0.message) })")
  }

  private func diagnostics(of sample: DiagnosticPage.Sample) -> [Diagnostic] {
    let main = sample.files[0]
    let compilation = Compilation(path: main.path, bytes: main.bytes) { path in
      guard let file = sample.files.first(where: { $0.path == path }) else {
        return .failure(UnreadableFile("no such file"))
      }
      return .success(file.bytes)
    }
    return compilation.diagnostics
  }
}
