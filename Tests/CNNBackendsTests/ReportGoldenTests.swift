import CNNBackends
import Testing

@Suite struct ReportGoldenTests {
  /// Three reports with two blank lines between them.
  private func reports(_ options: ReportOptions) throws -> String {
    var byMacs = options
    byMacs.measure = .macs
    return try [
      report(Fixture.model("MNIST", of: "mnist.cnn"), options),
      report(Fixture.model("AlexNet", of: "alexnet.cnn"), options),
      report(Fixture.model("ResNet50", of: "resnet.cnn"), byMacs),
    ].joined(separator: "\n\n")
  }

  @Test func eightyColumns() throws {
    try Fixture.expect(reports(ReportOptions(width: 80)), matches: "report-80.txt")
    try Fixture.expect(reports(ReportOptions(width: 80, color: true)), matches: "report-80.ansi")
  }

  @Test func aHundredAndTwentyColumns() throws {
    try Fixture.expect(reports(ReportOptions(width: 120)), matches: "report-120.txt")
    try Fixture.expect(reports(ReportOptions(width: 120, color: true)), matches: "report-120.ansi")
  }

  @Test func nothingButASCII() throws {
    try Fixture.expect(reports(ReportOptions(width: 80, ascii: true)), matches: "report-80-ascii.txt")
  }

  @Test func anOpenedGroupShowsOnePass() throws {
    let options = ReportOptions(depth: .levels(2), by: .macs, width: 120)
    let text = try report(Fixture.model("ResNet50", of: "resnet.cnn"), options)
    let excerpt = """
      layer2.0        bottleneck 128, stride 2                28x28x512      379,392    372,506,624     43  ▉            9.1 %
      """
    let opened = """
      layer2.1-3      bottleneck 128  × 3                     28x28x512      840,192    655,097,856     91  █▋          16.0 %
        convbn1         - convbn 128, 1x1 | relu              28x28x128       65,792     51,380,224     43
        convbn2           convbn 128, 3x3, pad 1 | relu       28x28x128      147,712    115,605,504     59
        convbn3           convbn 512, 1x1                     28x28x512       66,560     51,380,224     59
                        - identity                            28x28x512                                 43
        add1            add | relu                            28x28x512                                 59
      """
    #expect(text.contains("\n" + excerpt + "\n"), "\(text)")
    #expect(text.contains("\n" + opened + "\n"), "\(text)")
  }
}
