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

  /// Many branches, joins within joins, a skip around a long chain, several outputs and a model that ends at a mistake.
  private static let tangled = [
    "model Wide {\n  input 16x16x8\n  concat {\n"
      + (1...12).map { "    - conv \($0), 1x1" + ($0 % 3 == 0 ? " | conv 4, 3x3, pad same | relu\n" : "\n") }.joined()
      + "  }\n  conv 4, 1x1\n}\n",
    """
    model Nested {
      input 16x16x8
      add {
        - conv 8, 1x1 | inner
        - identity
      }
      outer | relu
    }

    block inner {
      add {
        - conv 8, 3x3, pad same
        - add {
            - conv 8, 1x1
            - identity
          }
        - identity
      }
    }

    block outer {
      add {
        - inner
        - identity
      }
    }
    """,
    "model Long {\n  input 32x32x8\n  start: conv 8, 3x3, pad same\n"
      + String(repeating: "  conv 8, 3x3, pad same | relu\n", count: 40)
      + "  add {\n    - identity\n    - from start\n  }\n  flatten | dense 4\n}\n",
    """
    model Outputs {
      input 32x32x3
      trunk: conv 8, 3x3, pad same | relu
      conv 4, 1x1
      output a
      from trunk | conv 4, 3x3
      output b
      from trunk | conv 2, 1x1
    }
    """,
    """
    model OutputsOnTheWay {
      input 32x32x3
      trunk: conv 8, 3x3, pad same
      output mean: conv 4, 1x1
      output deviation: from trunk | conv 4, 1x1
      exp | multiply mean
      conv 3, 1x1
    }
    """,
    """
    model Pyramid {
      input 64x64x3
      for i in 0 ..< 4 { "level{i}": conv 8, 3x3, stride 2, pad 1 | relu }
      for i in 0 ..< 4 {
        concat {
          - from "level{i}" | conv 8, 3x3, pad 1 | conv 4, 1x1
          - from "level{i}" | conv 8, 3x3, pad 1 | conv 2, 1x1
        }
        output "found{i}"
      }
    }
    """,
    """
    model Mistaken {
      input 32x32x3
      conv 8, 3x3 | relu
      conv 9, 40x40
      maxpool 2x2
    }
    """,
  ]

  @Test(arguments: tangled) func isInOrderForTangledNetworks(source: String) throws {
    for depth in [ReportOptions.Depth.levels(1), .all] {
      for theme in GraphOptions.Theme.allCases {
        try check(try input(source).graph(GraphOptions(depth: depth, heat: .macs, theme: theme)), source)
      }
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
