import CNNText
import Testing

@Suite struct GroupedNumberTests {
  @Test func groupsThousands() {
    let expected: [(number: Int, text: String)] = [
      (0, "0"), (999, "999"), (1000, "1,000"), (65_536, "65,536"), (123_456, "123,456"), (60_965_224, "60,965,224"),
      (-1, "-1"), (-999, "-999"), (-1000, "-1,000"), (.min, "-9,223,372,036,854,775,808"),
    ]
    for (number, text) in expected {
      #expect(number.grouped == text)
    }
  }
}
