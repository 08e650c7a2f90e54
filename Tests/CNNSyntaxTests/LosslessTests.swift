import CNNText
import Testing

@testable import CNNSyntax

/// The texts of all tokens with their trivia, joined, are the file.
@Suite struct LosslessTests {
  @Test(arguments: [
    "", "\n", "model A { input 3x3 }", "\u{FEFF}let a = 1\r\n\r\n// é\tend", "\"open {i", "a\u{0}b \u{1F600} ;;",
    "28x28xN 5Mx 3..<4", "model A {\n input [H, 3] where\n  H >= 2, // why\n  H % 2 == 0\n where H }",
  ])
  func tokensCoverTheFile(text: String) {
    let source = SourceFile(path: "t.cnn", text: text)
    let (tokens, _) = Lexer.tokens(of: source)
    var end: UInt32 = 0
    for token in tokens {
      #expect(token.start >= end && token.end >= token.start, "token \(token)")
      end = token.end
    }
    #expect(tokens.last?.kind == .end)
    #expect(Int(end) == source.bytes.count)
  }
}
