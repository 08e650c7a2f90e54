import CNNText
import Testing

@Suite struct NearestNameTests {
  @Test func findsWhatWasMeant() {
    let names = [
      "conv", "convtranspose", "dense", "maxpool", "avgpool", "globalavgpool", "relu", "softmax", "stride", "pad",
      "kernel", "filters", "groups", "bias", "in", "out",
    ]
    let expected: [(typed: String, meant: String?)] = [
      ("strde", "stride"), ("stirde", "stride"), ("stridee", "stride"), ("strive", "stride"), ("conf", "conv"),
      ("Conv", "conv"), ("RELU", "relu"), ("conv2d", "conv"), ("global_avg_pool", "globalavgpool"), ("padd", "pad"),
      ("maxpol", "maxpool"), ("ou", "out"), ("xyzzy", nil), ("", nil), ("q", nil), ("lstm", nil), ("conv", nil),
    ]
    for (typed, meant) in expected {
      #expect(nearestName(to: typed, in: names) == meant, "\(typed)")
    }
    #expect(nearestName(to: "conv", in: [String]()) == nil)
    #expect(nearestName(to: "", in: ["", "a"]) == nil)
  }

  @Test func theOrderOfTheCandidatesDoesNotMatter() {
    var random = SeededGenerator(seed: 8)
    let letters = Array("abcAB")
    for _ in 0..<300 {
      let word = { (random: inout SeededGenerator) in
        String((0..<Int.random(in: 1...7, using: &random)).map { _ in random.pick(letters) })
      }
      let names = (0..<12).map { _ in word(&random) }
      let typed = word(&random)
      let first = nearestName(to: typed, in: names)
      #expect(nearestName(to: typed, in: names.shuffled(using: &random)) == first, "\(typed) in \(names)")
    }
  }

  /// The quick way, along the diagonal of the table, agrees with the table in full.
  @Test func agreesWithTheFullTable() {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<1000 {
      let word = { (random: inout SeededGenerator) in
        (0..<Int.random(in: 1...14, using: &random)).map { _ in random.pick(Array("abc".utf8)) }
      }
      let (a, b) = (word(&random), word(&random))
      let (typed, name) = (String(decoding: a, as: UTF8.self), String(decoding: b, as: UTF8.self))
      let distance = fullDistance(a, b)
      let isClose = a != b && distance <= min(max(a.count / 3, 1), 4) && distance < max(a.count, b.count)
      #expect((nearestName(to: typed, in: [name]) != nil) == isClose, "\(typed), \(name): \(distance)")
    }
  }

  private func fullDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var table = Array(repeating: Array(0...b.count), count: a.count + 1)
    for i in 1...a.count {
      table[i][0] = i
      for j in 1...b.count {
        let replaced = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, replaced)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        }
      }
    }
    return table[a.count][b.count]
  }

  @Test(.timeLimit(.minutes(1))) func manyAndLongNamesStayQuick() {
    let names = (0..<20_000).map { "layer\($0)" }
    #expect(nearestName(to: "layer199999", in: names) == "layer19999")
    let long = repeated("conv", 100_000)
    #expect(nearestName(to: long + "x", in: names + [long]) == long)
    #expect(nearestName(to: long, in: [repeated("vnoc", 100_000)]) == nil)
  }
}
