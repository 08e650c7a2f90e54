import CNNBackends
import CNNModel
import CNNText
import Foundation
import Testing

@Suite struct ReportLawTests {
  private static let depths: [ReportOptions.Depth] = [.levels(1), .levels(2), .levels(5), .all]

  /// The number columns of a report in colours, of the rows that are not dim.
  private func numbers(_ text: String) throws -> (parameters: Int64, macs: Int64) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex { withoutColor($0).hasPrefix("name ") })
    let header = withoutColor(lines[start])
    let ends = try ["parameters", "multiply-adds"].map { word in
      header.distance(from: header.startIndex, to: try #require(header.range(of: word)).upperBound)
    }
    var sums: [Int64] = [0, 0]
    for line in lines[(start + 2)...].prefix(while: { !$0.isEmpty }) where !line.hasPrefix("\u{1B}[2m") {
      let cells = Array(withoutColor(line))
      for (column, end) in ends.enumerated() where cells.count >= end {
        let cell = cells[..<end].reversed().prefix { $0 != " " }.reversed()
        if let number = Int64(String(cell.filter { $0 != "," })) { sums[column] += number }
      }
    }
    return (sums[0], sums[1])
  }

  @Test(arguments: [ReportSample.mnist, .alexnet, .resnet, .unet, .yolo, .twins, .deepNesting, .line, .volume])
  func columnsAddUpToTheTotals(sample: ReportSample) throws {
    let model = try sample.model()
    let costs = NetworkCosts(model.network).total
    for depth in Self.depths {
      let found = try numbers(report(model, ReportOptions(depth: depth, width: 500, color: true)))
      #expect(found.parameters == costs.parameters, "\(sample), depth \(depth)")
      #expect(found.macs == costs.multiplyAdds, "\(sample), depth \(depth)")
    }
  }

  @Test(arguments: ReportSample.allCases)
  func colorRepeatsWhatTheTextSays(sample: ReportSample) throws {
    let model = try sample.model()
    for width in [60, 80, 100, 140] {
      for depth in Self.depths {
        let plain = report(model, ReportOptions(depth: depth, width: width))
        let colored = report(model, ReportOptions(depth: depth, width: width, color: true))
        #expect(!plain.contains("\u{1B}"), "\(sample) at \(width)")
        let stripped = colored.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          var text = withoutColor(String(line))
          while text.last == " " { text.removeLast() }
          return text
        }
        #expect(stripped.joined(separator: "\n") == plain, "\(sample) at \(width)")
      }
    }
  }

  @Test(arguments: ReportSample.allCases)
  func noLineExceedsTheTerminal(sample: ReportSample) throws {
    let model = try sample.model()
    for width in [60, 61, 65, 70, 71, 72, 73, 79, 80, 81, 90, 99, 100, 101, 110, 120, 150, 200] {
      for depth in [ReportOptions.Depth.levels(1), .all] {
        for ascii in [false, true] {
          for measure in ReportOptions.Measure.allCases {
            let options = ReportOptions(depth: depth, by: measure, width: width, ascii: ascii)
            for line in report(model, options).split(separator: "\n") {
              #expect(line.unicodeScalars.reduce(0) { $0 + $1.displayWidth } <= width, "\(sample), \(width): \(line)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: ReportSample.allCases)
  func asciiIsASCII(sample: ReportSample) throws {
    let model = try sample.model()
    for width in [60, 80, 120] {
      for color in [false, true] {
        let text = report(model, ReportOptions(depth: .all, by: .macs, width: width, color: color, ascii: true))
        #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(sample) at \(width)")
      }
    }
  }

  /// Arguments, and what stands beside the output, go before the output, the share and what a line computes.
  @Test func whatIsTakenAway() throws {
    let model = try ReportSample.alexnet.model()
    var sizes: [Int] = []
    for width in 60...140 {
      let text = report(model, ReportOptions(width: width))
      sizes.append(text.split(separator: "\n").dropFirst(2).prefix(13).reduce(0) { $0 + $1.count })
      for needed in ["conv", "maxpool", "flatten", "dense", "227x227x3", "55x55x96", "6x6x256", "9216"] {
        #expect(text.contains(needed), "\(needed) at \(width)")
      }
      let hasExactNumbers = text.contains("37,748,736")
      #expect(hasExactNumbers == (width >= 100), "at \(width)")
      let hasBar = text.contains("█")
      #expect(hasBar == (width >= 72), "at \(width)")
      let hasPercent = text.contains("61.9 %")
      #expect(hasPercent == (width >= 100 || width < 72), "at \(width)")
    }
    #expect(sizes.first ?? 0 < sizes.last ?? 0)
  }

  @Test func groupedRowsAreSums() throws {
    let model = try ReportSample.resnet.model()
    let blocks = try #require(json(report(model, ReportOptions(format: .json)))["blocks"] as? [[String: Any]])
    let text = report(model, ReportOptions(width: 140))
    for stage in 1...4 {
      let calls = blocks.filter { block in
        let name = block["name"] as? String ?? ""
        return name.hasPrefix("layer\(stage).") && name != "layer\(stage).0" && !name.dropFirst(7).contains(".")
      }
      let parameters = calls.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) }
      let macs = calls.reduce(0) { $0 + ($1["macs"] as? Int ?? 0) }
      let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("layer\(stage).1-") })
      #expect(row.contains("× \(calls.count) "), "\(row)")
      #expect(row.contains(" \(parameters.grouped) ") && row.contains(" \(macs.grouped) "), "\(row)")
    }
  }
}

/// The text without what a terminal would obey.
func withoutColor(_ text: String) -> String {
  text.replacing(try! Regex("\u{1B}\\[[0-9;]*m"), with: "")
}

func json(_ text: String) throws -> [String: Any] {
  try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}
