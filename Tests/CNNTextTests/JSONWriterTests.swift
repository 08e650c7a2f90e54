import CNNText
import Foundation
import Testing

@Suite struct JSONWriterTests {
  @Test func printsALineForEachMember() {
    let value: JSON = [
      "name": "conv1", "shape": [JSON(28), JSON(28)], "empty": [], "none": [:], "share": .number(0.5),
      "last": .null, "on": .bool(true),
    ]
    #expect(
      value.indented == """
        {
          "name": "conv1",
          "shape": [
            28,
            28
          ],
          "empty": [],
          "none": {},
          "share": 0.5,
          "last": null,
          "on": true
        }

        """)
  }

  @Test func escapesWhatMustNotStandInAString() {
    let expected: [(text: String, json: String)] = [
      ("", #""""#), ("a\"b\\c/", #""a\"b\\c/""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{0}\u{1B}\u{7F}", #""\u0000\u001b\u007f""#),
      ("\u{9B}", #""\u009b""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("é漢🙂", #""é漢🙂""#), ("\r\n", #""\r\n""#),
      ("\"\u{0301}", "\"\\\"\u{0301}\""),
    ]
    for (text, json) in expected {
      #expect(JSON.string(text).indented == json + "\n", "\(text.debugDescription)")
    }
  }

  @Test func printsNumbersThatReadBackTheSame() {
    let numbers = [
      0, -0.0, 0.1, 1, 1e16, 1e22, 1e-7, .leastNonzeroMagnitude, .pi, .greatestFiniteMagnitude, .leastNormalMagnitude,
      1 / 3,
    ]
    for number in numbers {
      let text = JSON.number(number).indented
      #expect(Double(text.dropLast()) == number, "\(text)")
      #expect(throws: Never.self, "\(text)") {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      }
    }
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(JSON.number(number).indented == "null\n")
    }
    #expect(JSON.integer(.max).indented == "9223372036854775807\n")
    #expect(JSON.integer(.min).indented == "-9223372036854775808\n")
  }

  @Test func anotherParserReadsTheSameValue() throws {
    var random = SeededGenerator(seed: 10)
    for _ in 0..<300 {
      let value = randomValue(&random, depth: 4)
      let text = value.indented
      let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      #expect(isSame(value, parsed), "\(text)")
    }
  }

  private func randomValue(_ random: inout SeededGenerator, depth: Int) -> JSON {
    let count = Int.random(in: 0...4, using: &random)
    switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
    // Foundation reads decimals by way of a power of ten and is exact for short fractions only.
    case 3: return .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 256)
    case 4: return .string(randomText(&random))
    case 5: return .array((0..<count).map { _ in randomValue(&random, depth: depth - 1) })
    default:
      return .object((0..<count).map { ("\($0)" + randomText(&random), randomValue(&random, depth: depth - 1)) })
    }
  }

  private func randomText(_ random: inout SeededGenerator) -> String {
    let scalars = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0...random.pick([0x7F, 0x2FFF, 0x10FFFF]), using: &random))
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private func isSame(_ value: JSON, _ parsed: Any) -> Bool {
    switch value {
    case .null: parsed is NSNull
    case .bool(let value): (parsed as? NSNumber)?.boolValue == value
    case .integer(let value): (parsed as? NSNumber)?.int64Value == value
    case .number(let value): (parsed as? NSNumber)?.doubleValue == value
    case .string(let value): (parsed as? String).map { $0.utf8.elementsEqual(value.utf8) } ?? false
    case .array(let elements):
      (parsed as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy(isSame) } ?? false
    case .object(let members):
      (parsed as? [String: Any]).map { object in
        object.count == members.count
          && members.allSatisfy { name, value in object[name].map { isSame(value, $0) } ?? false }
      } ?? false
    }
  }
}
