import CNNBackends
import Testing

/// What Graphviz makes of the diagrams: nothing overlaps, and what should be straight is.
@Suite(.enabled(if: Graphviz.isInstalled, Graphviz.isMissing))
struct GraphLayoutTests {
  @Test(arguments: GraphSample.all)
  func isInOrder(sample: GraphSample) throws {
    try check(try sample.input().graph(GraphOptions(depth: sample.depth)), "\(sample.testDescription)")
  }

  @Test(arguments: GraphSample.all.filter { $0.depth == .levels(1) })
  func isInOrderWithCosts(sample: GraphSample) throws {
    try check(try sample.input().graph(GraphOptions(heat: .macs, theme: .print)), "\(sample.testDescription)")
  }

  @Test(arguments: ReportSample.allCases)
  func isInOrderForHardNetworks(sample: ReportSample) throws {
    for depth in [ReportOptions.Depth.levels(1), .levels(2), .all] {
      try check(
        try sample.model().graph(GraphOptions(depth: depth, heat: .parameters, theme: .dark)), "\(sample) \(depth)")
    }
  }

  @Test(arguments: GraphSample.all.filter { $0.depth == .levels(1) })
  func takesTheWayToTheRight(sample: GraphSample) throws {
    let dot = try sample.input().graph(GraphOptions(isHorizontal: true))
    let check = LayoutCheck(layout: try Graphviz.layout(dot))
    let faults = check.overlaps + check.crossings
    #expect(faults.isEmpty, "\(sample.testDescription): \(faults)")
  }

  private func check(_ dot: String, _ name: String) throws {
    let faults = LayoutCheck(layout: try Graphviz.layout(dot)).faults
    #expect(faults.isEmpty, "\(name): \(faults)")
  }
}
