import CNNCompiler
import CNNModel
import CNNText
import Testing

/// Symbols at the edges: sizes that run out, numbers beyond all limits, and what cannot be told for all sizes.
@Suite struct SizeLimitTests {
  private func compile(_ body: String) -> Compilation {
    let text = "model M {\n\(body)\n}\n"
    return Compilation(path: "limit.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
  }

  /// The lines of a model, and the only error there is to them.
  @Test(
    arguments: [
      // No size is left, though the layer takes the size that stands for them.
      ("input [H, W, 3] where H % 2 == 0\n resize [(input.h + 1) / 2, _]", .noInputSize),
      ("input [-H, W, 3]\n relu", .noInputSize),
      ("input [H, W, 3] where H > 5, H < 6\n relu", .noInputSize),
      // Beyond 2^31, and beyond 64 bits.
      ("input [9223372036854775807 * H, W, 3]\n relu", .outOfRange),
      ("input [4096 * H, 4096 * W, 128]\n relu", .tensorTooLarge),
      ("input [H, W, 3]\n resize [9223372036854775807 * H, 1]", .tensorTooLarge),
      ("input [H, W, 3]\n upsample 1000000000", .tensorTooLarge),
      ("input [H + 9223372036854775807, W, 3]\n relu", .undecidedSize),
      ("input [H, W, 3] where H >= 9223372036854775807\n relu", .undecidedSize),
      // Periods beyond the limit.
      ("input [H, W, 3] where H % 65521 == 1, H % 7 == 1\n relu", .undecidedSize),
      ("input [H, W, 3]\n repeat 40 { upsample 7 / 8 }", .undecidedSize),
      // What does not repeat, and what two symbols decide.
      ("input [H * H, W, 3]\n relu", .undecidedSize),
      ("input [2 ^ H, W, 3]\n relu", .undecidedSize),
      ("input [H / W, W, 3]\n relu", .undecidedSize),
      ("input [min(H, W), W, 3]\n relu", .undecidedSize),
      ("input [H, W, 3] where [H] == [3]\n relu", .undecidedSize),
      ("input [H, W, 3]\n resize [W, H] | add input", .undecidedSize),
      ("input [H, W, 3]\n if H > 4 { relu }", .undecidedSize),
      ("input [H, W, 3] where H / 0 == 1\n relu", .divisionByZero),
      ("input [H, W, 3] where H % 0 == 1\n relu", .divisionByZero),
      // Weights have known shapes.
      ("input [H, W, H]\n relu", .symbolicExtent),
      ("input [H, W, 3]\n conv H, 3", .symbolicExtent),
      ("input [H, W, 3]\n conv 4, H", .symbolicExtent),
      ("input [H, W, 3]\n flatten", .symbolicExtent),
    ] as [(String, DiagnosticCode)])
  func anErrorAndNoOther(body: String, code: DiagnosticCode) {
    let errors = compile(body).diagnostics.filter { $0.severity == .error }.map(\.code)
    #expect(errors == [code])
  }

  /// The lines of a model, and the smallest size of its first symbol that works.
  @Test(arguments: [
    ("input [H, W, 3]\n repeat 2000 { conv 4, 3 }", 4001),
    ("input [H, W, 1]\n maxpool 4000, stride 3", 4000),
    // A first input is worked out with sizes that the second does not take.
    ("input a [H, W, 3]\n input b [min(H, 107) / 2, W, 3]\n upsample [2, 1] | concat a\n resize [(H + 2) / 3, 4]", 4),
    // Too large at the size that is tried first.
    ("input [4096 * H, 4096 * W, 120]\n relu", 1),
    ("input [H, W, 3] where H >= 40000\n relu", 40000),
    // Each tensor is small enough at sizes that the layers behind it do not take.
    ("input [H, W, 3]\n repeat 11 { conv 2, 3, pad 1 | maxpool 2 }\n conv 2, 5", 10240),
    ("input [H, W, 3] where H % 4096 == 17\n repeat 12 { conv 2, 3, stride 2, pad 1 }", 17),
  ])
  func theSmallestSize(body: String, size: Int64) throws {
    let compilation = compile(body)
    #expect(!compilation.hasErrors, "\(compilation.diagnostics.map(\.code))")
    let sizes = try #require(compilation.models.first?.network.sizes)
    let symbol = try #require(sizes.symbols.first)
    #expect(symbol.valid.first == size)
    #expect(sizes.symbols.allSatisfy { $0.valid.contains($0.standIn) })
  }
}
