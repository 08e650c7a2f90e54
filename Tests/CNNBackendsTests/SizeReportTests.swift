import CNNBackends
import CNNCompiler
import CNNModel
import Foundation
import Testing

/// Formulas of sizes give what the same model has with numbers.
@Suite struct SizeReportTests {
  private static let models: [(name: String, source: String, sizes: [[String: Int64]])] = [
    (
      "Mask",
      """
      model Mask {
        input [H, W, 3] where H % 4 == 0, W % 4 == 0
        skip: conv 8, 3x3, pad same
        maxpool 2x2 | conv 16, 3x3, pad same
        convtranspose 8, 2x2, stride 2
        concat skip
        conv 2, 1x1
      }
      """, [["H": 4, "W": 4], ["H": 64, "W": 12], ["H": 400, "W": 256]]
    ),
    (
      "Square",
      """
      model Square {
        input [n, n, 4]
        conv 8, 5x5
        conv 8, 3x3, pad half
      }
      """, [["n": 5], ["n": 6], ["n": 301]]
    ),
    (
      "Wave",
      """
      model Wave {
        input [length, 1] where length % 32 == 1, length >= 65
        conv 8, 9, stride 4, pad half
        conv 16, 9, stride 8, pad half -> [(length - 1) / 32 + 1, 16]
      }
      """, [["length": 65], ["length": 97], ["length": 16001]]
    ),
  ]

  @Test(arguments: models.indices)
  func formulasAreTheNumbers(model: Int) throws {
    let (name, source, sizes) = Self.models[model]
    let symbolic = try #require(try jsonObject(report(backendInput(source), ReportOptions(format: .json))))
    for size in sizes {
      let numeric = try #require(try jsonObject(report(input(source, size), ReportOptions(format: .json))))
      let symbolicLayers = try #require(symbolic["layers"] as? [[String: Any]])
      let numericLayers = try #require(numeric["layers"] as? [[String: Any]])
      #expect(symbolicLayers.count == numericLayers.count)
      for (formula, number) in zip(symbolicLayers, numericLayers) {
        for key in ["macs", "neurons"] {
          #expect(value(formula[key], at: size) == number[key] as? Int, "\(name) \(size) \(key)")
        }
      }
      let totals = try #require(symbolic["totals"] as? [String: Any])
      let expected = try #require(numeric["totals"] as? [String: Any])
      #expect(value(totals["macs"], at: size) == expected["macs"] as? Int, "\(name) \(size)")
    }
  }

  /// A formula that rounding keeps from being exact says so.
  @Test func roundedFormulasHaveATilde() throws {
    let source = "model Odd {\n input [H, 8, 1]\n conv 4, 3x3, stride 2, pad same\n}"
    let json = try #require(try jsonObject(report(backendInput(source), ReportOptions(format: .json))))
    let totals = try #require(json["totals"] as? [String: Any])
    #expect(totals["macs"] as? String == "~72*H")
  }

  private func input(_ source: String, _ size: [String: Int64]) throws -> BackendInput {
    let overrides = size.map { Override(name: $0.key, value: String($0.value)) }
    let compilation = Compilation(path: "test.cnn", bytes: Array(source.utf8), overrides: overrides) { _ in
      .failure(UnreadableFile("no imports"))
    }
    #expect(!compilation.hasErrors)
    return BackendInput(compilation, try #require(compilation.models.first))
  }

  /// `1,728*H*W - 64*H + 3` at some sizes.
  private func value(_ member: Any?, at sizes: [String: Int64]) -> Int? {
    if let number = member as? Int { return number }
    guard let text = member as? String, !text.hasPrefix("~") else { return nil }
    let terms = text.replacingOccurrences(of: " - ", with: " + -").components(separatedBy: " + ")
    return terms.reduce(0 as Double?) { sum, term in
      term.components(separatedBy: "*").reduce(1 as Double?) { product, factor in
        let parts = factor.components(separatedBy: "^")
        let power = parts.count == 2 ? Double(parts[1]) ?? .nan : 1
        let number = sizes[parts[0]].map(Double.init) ?? Double(parts[0].replacingOccurrences(of: ",", with: ""))
        return number.flatMap { number in product.map { $0 * pow(number, power) } }
      }.flatMap { term in sum.map { $0 + term } }
    }.flatMap { Int(exactly: $0) }
  }

  private func jsonObject(_ text: String) throws -> [String: Any]? {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
  }
}

/// `cnn explain --sizes`: what it says of a size is what the check of that size says.
@Suite struct ExplainSizesTests {
  private static let source = """
    model Net {
      input [H, W, 3] where W == 64, H >= 10
      skip: conv 8, 5x5
      maxpool 2x2 | conv 8, 3x3, pad same
      upsample [2, 2]
      add skip
    }
    """

  @Test func aSizeIsAnsweredAsItsCheckSays() throws {
    let symbolic = try backendInput(Self.source)
    for size in Int64(1)...64 {
      let overrides = [Override(name: "H", value: String(size)), Override(name: "W", value: "64")]
      let compilation = Compilation(path: "test.cnn", bytes: Array(Self.source.utf8), overrides: overrides) { _ in
        .failure(UnreadableFile("no imports"))
      }
      let text = symbolic.explainSizes(asked: [("H", size)]).text()
      #expect(text.contains("H = \(size) works.") == !compilation.hasErrors, "\(size)")
      #expect(text.contains("H = \(size) does not work.") == compilation.hasErrors, "\(size)")
    }
  }

  @Test func theNearestSizesAreNamed() throws {
    let text = try backendInput(Self.source).explainSizes(asked: [("H", 33)]).text()
    #expect(text.contains("H = 33 does not work. The nearest sizes that do: 32 below, 34 above."), "\(text)")
    let below = try backendInput(Self.source).explainSizes(asked: [("H", 4)]).text()
    #expect(below.contains("H = 4 does not work. The nearest sizes that do: 10 above."), "\(below)")
    #expect(below.contains("do not admit it"))
  }

  @Test func theWholeAnswer() throws {
    try Fixture.expect(try backendInput(Self.source).explainSizes(asked: [("H", 33)]).text(), matches: "sizes.txt")
  }

  @Test func aModelOfOneSizeSaysSo() throws {
    let text = try backendInput("model One {\n input 8x8x1\n conv 4, 3x3\n}").explainSizes().text()
    #expect(text.contains("8x8x1"))
  }
}
