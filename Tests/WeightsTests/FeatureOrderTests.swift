import CNNBackends
import TensorEngine
import Testing

/// The order of features is what becomes of a map flattened channels first and channels last, element by element.
@Suite struct FeatureOrderTests {
  /// A tensor in both worlds: which elements of the input, or which sums of them, lie where.
  private struct Twin {
    /// Spatial extents, then channels.
    var extents: [Int]
    var last: [String]
    var first: [String]

    var count: Int { last.count }

    /// Elements that lie in the order of their axes, channels last and channels first.
    init(_ extents: [Int], _ tag: String) {
      self.extents = extents
      let (cells, channels) = (extents.dropLast().reduce(1, *), extents[extents.count - 1])
      last = (0..<cells).flatMap { cell in (0..<channels).map { "\(tag)\(cell).\($0)" } }
      first = (0..<channels).flatMap { channel in (0..<cells).map { "\(tag)\($0).\(channel)" } }
    }

    /// Whether the elements have the same axes in both worlds.
    var isOne: Bool {
      let (cells, channels) = (extents.dropLast().reduce(1, *), extents[extents.count - 1])
      return (0..<count).allSatisfy { last[$0] == first[$0 % channels * cells + $0 / channels] }
    }
  }

  @Test func theOrderIsThatOfTheElements() throws {
    var refusals = 0
    var permuted = 0
    for seed in 0..<600 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      let extents = (0..<number(2...4)).map { _ in number(1...3) }
      var lines = ["input \(extents.map(String.init).joined(separator: "x"))", "start: relu"]
      let start = Twin(extents, "i")
      var twin = start
      var saved: [Twin] = []
      // Where the worlds have parted, they begin anew with the next tensor.
      var parted = 0
      func part(_ name: String) {
        parted += 1
        twin = Twin(twin.extents, "\(name)\(parted)_")
      }
      var probes: [Twin] = []
      for step in 0..<number(2...7) {
        let isVector = twin.extents.count == 1
        switch number(0...7) {
        case 0, 1:
          lines.append("flatten")
          twin.extents = [twin.count]
        case 2:
          lines.append("from start | flatten")
          twin = start
          twin.extents = [twin.count]
        case 3:
          let divisors = (1...twin.count).filter { twin.count % $0 == 0 }
          let channels = divisors.randomElement(using: &generator) ?? 1
          lines.append("reshape \(twin.count / channels)x\(channels)")
          twin.extents = [twin.count / channels, channels]
          if !twin.isOne { part("reshape") }
        case 4 where isVector && twin.count > 1:
          let lower = number(0...(twin.count - 1))
          let upper = number((lower + 1)...twin.count)
          lines.append("slice \(lower) ..< \(upper)")
          twin.last = Array(twin.last[lower..<upper])
          twin.first = Array(twin.first[lower..<upper])
          twin.extents = [upper - lower]
          if Set(twin.last) != Set(twin.first) { part("slice") }
        case 5 where isVector:
          let groups = (1...twin.count).filter { twin.count % $0 == 0 }.randomElement(using: &generator) ?? 1
          lines.append("channelshuffle \(groups)")
          func shuffled(_ items: [String]) -> [String] {
            let width = items.count / groups
            return (0..<items.count).map { items[$0 % groups * width + $0 / groups] }
          }
          (twin.last, twin.first) = (shuffled(twin.last), shuffled(twin.first))
        case 6 where isVector && !saved.isEmpty && twin.count < 100:
          let index = number(0...(saved.count - 1))
          lines.append("concat v\(index)")
          twin.last += saved[index].last
          twin.first += saved[index].first
          twin.extents = [twin.count]
        case 7 where isVector:
          guard let index = saved.firstIndex(where: { $0.count == twin.count }) else { continue }
          lines.append("add v\(index)")
          let other = saved[index]
          twin.last = zip(twin.last, other.last).map { "(\($0)+\($1))" }
          twin.first = zip(twin.first, other.first).map { "(\($0)+\($1))" }
          if twin.last.sorted() != twin.first.sorted() { part("add") }
        default: lines.append("relu | dropout 0.5")
        }
        // Every line is read by an output: what nothing reads is no part of the network.
        guard twin.extents.count == 1 else {
          lines.append("output map\(step): relu")
          continue
        }
        lines.append("probe\(step): batchnorm")
        lines.append("output v\(saved.count): relu")
        saved.append(twin)
        probes.append(twin)
      }
      let source = "model N {\n\(lines.joined(separator: "\n"))\n}"
      let file = try WeightFile(compiled(source))
      if !file.channelsLast.isEmpty {
        refusals += 1
        // Channels that are shuffled, or parts cut in the middle, may be told to part a little early.
        #expect(parted > 0 || lines.contains { $0.hasPrefix("channelshuffle") || $0.hasPrefix("slice") }, "\(source)")
        continue
      }
      #expect(parted == 0, "\(source)")
      let scales = file.tensors.filter { $0.engine.name.hasPrefix("probe") && $0.engine.name.hasSuffix(".weight") }
      #expect(scales.count == probes.count, "\(source)")
      for (scale, probe) in zip(scales, probes) {
        if !scale.flattened.isEmpty { permuted += 1 }
        var features: [Int] = []
        for part in scale.flattened.isEmpty ? [[probe.count]] : scale.flattened {
          let begin = features.count
          let (cells, channels) = (part.dropLast().reduce(1, *), part[part.count - 1])
          for channel in 0..<channels { features += (0..<cells).map { begin + $0 * channels + channel } }
        }
        #expect(features.map { probe.last[$0] } == probe.first, "\(source)")
      }
    }
    #expect(refusals > 20 && permuted > 200, "\(refusals) and \(permuted)")
  }

  /// Through blocks, joins, several inputs, and what each layer does with a vector.
  @Test(arguments: [
    ("flatten | relu | dropout 0.5 | prelu | probe: batchnorm", [[2, 3, 4]], 0),
    ("inner", [[2, 3, 4]], 0),
    ("globalavgpool keep | flatten | probe: batchnorm", [], 0),
    ("conv 1, 1x1 | flatten | probe: batchnorm", [], 0),
    ("reshape 24 | probe: batchnorm", [[2, 3, 4]], 0),
    ("reshape 6x4 | flatten | probe: batchnorm", [[6, 4]], 0),
    ("flatten | reshape 3x2x4 | flatten | probe: batchnorm", [[3, 2, 4]], 0),
    ("permute [2, 0, 1] | flatten | probe: batchnorm", [[4, 2, 3]], 0),
    ("flatten | dense 24 | probe: batchnorm", [], 0),
    ("a: flatten\nfrom a | dense 8 | concat a | probe: batchnorm", [[8], [2, 3, 4]], 0),
    ("a: flatten\nfrom a | concat a | slice 24 ..< 48 | probe: batchnorm", [[2, 3, 4]], 0),
    ("flatten | slice 1 ..< 13 | probe: batchnorm", [], 1),
    ("flatten | groupnorm 3 | probe: batchnorm", [], 1),
    ("flatten | lrn | probe: batchnorm", [], 1),
    ("flatten | channelshuffle 4 | probe: batchnorm", [], 1),
    ("flatten | dense 24 | reshape 2x3x4 | flatten | probe: batchnorm", [[2, 3, 4]], 1),
    ("a: flatten\nfrom a | dense 24 | add a | probe: batchnorm", [], 1),
    ("flatten | multiply 0.5 | exp | softmax | probe: batchnorm", [[2, 3, 4]], 0),
    ("flatten | power 2 | normalize | noise | probe: batchnorm", [[2, 3, 4]], 0),
    ("a: flatten\nfrom a | divide 2 | maximum 0, a | probe: batchnorm", [[2, 3, 4]], 0),
    ("a: flatten\nmean channels | multiply a | probe: batchnorm", [[2, 3, 4]], 0),
    ("a: flatten\nattention a, a, a | probe: batchnorm", [[2, 3, 4]], 0),
    ("a: flatten\nfrom a | dense 24 | attention a, a | probe: batchnorm", [], 1),
    ("a: flatten\nattention a, a, a, heads 2 | probe: batchnorm", [], 1),
    ("flatten | glu | probe: batchnorm", [], 1),
    ("flatten\n[half, _]: split 2\nfrom half | probe: batchnorm", [], 1),
    ("flatten | learned 24 | probe: batchnorm", [], 0),
    ("a: flatten\nfrom a | learned 24 | add a | probe: batchnorm", [], 1),
    ("localconv 2, 1x1 | flatten | probe: batchnorm", [[2, 3, 2]], 0),
    ("reshape 6x4 | lstm 3 | flatten | probe: batchnorm", [[6, 3]], 0),
  ])
  func theOrderGoesWithTheFeatures(_ line: String, _ flattened: [[Int]], _ refusals: Int) throws {
    let source = "block inner { flatten | relu\n probe: batchnorm }\nmodel N {\ninput 2x3x4\n"
    let file = try WeightFile(compiled(source + line + "\n}"))
    let probe = try #require(file.tensors.first { $0.layer.hasSuffix("probe") })
    #expect(probe.flattened == flattened)
    #expect(file.channelsLast.count == refusals)
  }
}
