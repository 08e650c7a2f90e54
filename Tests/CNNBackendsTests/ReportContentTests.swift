import CNNModel
import CNNText
import Testing

@testable import CNNBackends

@Suite struct ReportContentTests {
  @Test(arguments: [
    (ReportSample.unet, "UNet  572x572x1 to 388x388x2"),
    (.yolo, "YOLOv3Tiny  416x416x3 to 13x13x255, 26x26x255"),
    (.twins, "Twins  32x32x3, 32x32x3 to 2"),
  ])
  func theTitleTellsWhatGoesInAndOut(sample: ReportSample, title: String) throws {
    #expect(try report(sample.model()).hasPrefix(title + "\n\n"))
  }

  @Test(arguments: [ReportSample.unet, .yolo, .twins, .incomplete, .line, .volume, .sizes])
  func textAndMarkdown(sample: ReportSample) throws {
    let model = try sample.model()
    try Fixture.expect(
      [
        report(model, ReportOptions(by: .macs, width: 100)),
        report(model, ReportOptions(depth: .levels(2), by: .memory, layout: .chw, width: 120)),
        report(model, ReportOptions(depth: .all, width: 64)),
      ].joined(separator: "\n\n"), matches: "report-\(sample).txt")
    try Fixture.expect(
      report(model, ReportOptions(format: .markdown, depth: .levels(2))), matches: "report-\(sample).md")
  }

  @Test func eachInputHasARow() throws {
    let rows = try report(ReportSample.twins.model()).split(separator: "\n").filter {
      $0.contains("  32x32x3 ") || $0.hasSuffix("  32x32x3")
    }
    #expect(rows.map { $0.split(separator: " ").first } == ["left", "right"])
  }

  /// A row is shared where all of its weights are those of another; one that has weights of its own is not.
  @Test func tellsWhoseWeightsARowUses() throws {
    let model = try backendInput(
      """
      block gated {
        shared squeeze: conv 4, 1x1
        multiply {
          - globalavgpool keep | squeeze
          - globalmaxpool keep | squeeze
        }
      }
      model Net {
        input 8x8x4
        shared tower: gated
        a: conv 4, 1x1 | gated
        b: from input | tower
        c: from a | tower
        add b
      }
      """)
    let shared = report(model).split(separator: "\n").filter { $0.contains("shared with") }
    #expect(shared.map { $0.split(separator: " ").first } == ["c"])
  }

  @Test func channelsFirst() throws {
    let text = try report(ReportSample.mnist.model(), ReportOptions(layout: .chw))
    #expect(text.hasPrefix("MNIST  1x28x28 to 10\n"))
    #expect(text.contains("  32x28x28 ") && text.hasSuffix("  32x28x28 after conv1\n"))
  }

  @Test func memoryHasAPeak() throws {
    let model = try ReportSample.mnist.model()
    let costs = NetworkCosts(model.network)
    let text = report(model, ReportOptions(by: .memory, width: 120))
    let last = try #require(text.split(separator: "\n").last)
    #expect(last.hasPrefix("peak memory"))
    #expect(last.contains("  \(costs.peakActivationBytes.grouped)  "))
    #expect(text.contains("share of memory"))
    // Two outputs of 28x28x32 and one of 14x14x32 are 50,176 and 6,272 of 73,370 numbers.
    #expect(report(model).split(separator: "\n").last?.hasPrefix("largest tensor") ?? false)
  }

  @Test func aMistakeEndsTheReport() throws {
    let text = try report(ReportSample.incomplete.model())
    #expect(text.contains("\nfirst "))
    #expect(!text.contains("third"))
    #expect(text.hasSuffix("\nincomplete: a mistake ends this report after first\n"))
  }

  @Test func shortNumbers() {
    let cases: [(Int64, String)] = [
      (0, "0"), (1, "1"), (832, "832"), (999, "999"), (1000, "1.00 K"), (1004, "1.00 K"), (1005, "1.01 K"),
      (9_994, "9.99 K"), (9_995, "10.0 K"), (51_264, "51.3 K"), (99_949, "99.9 K"), (99_950, "100 K"),
      (999_499, "999 K"), (999_500, "1.00 M"), (10_035_200, "10.0 M"), (1_091_829_760, "1.09 G"),
      (1_234_567_890_123, "1.23 T"), (.max, "9.22 E"),
    ]
    for (number, text) in cases { #expect(number.short == text, "\(number)") }
    #expect(Int64(13_098_536).bytes == "13.1 MB")
    #expect(Int64(999).bytes == "999 B")
    #expect(UInt64.max.short(unit: "FLOP") == "18.4 EFLOP")
  }

  @Test func shares() {
    let cases: [(Int64, Int64, String)] = [
      (1, 1, "100.0 %"), (1, 1000, "0.1 %"), (999, 1_000_000, "<0.1 %"), (1, 3, "33.3 %"), (9995, 10_000, "100.0 %"),
      (.max, .max, "100.0 %"),
    ]
    for (part, whole, text) in cases { #expect(Share(part, of: whole)?.percent == text, "\(part) of \(whole)") }
    #expect(Share(0, of: 5) == nil)
  }

  @Test func rangesOfNames() {
    let cases = [
      ("layer2.1", "layer2.3", "layer2.1-3"), ("layer2.8", "layer2.12", "layer2.8-12"), ("up1", "up4", "up1-4"),
      ("x19", "x29", "x19-29"), ("a1.conv", "a3.conv", "a1-3.conv"), ("left", "right", "left-right"), ("a", "a", "a"),
      ("a1.b1", "a2.b2", "a1.b1-a2.b2"), ("", "", ""),
    ]
    for (first, last, range) in cases { #expect(nameRange(first, last) == range, "\(first), \(last)") }
  }
}
