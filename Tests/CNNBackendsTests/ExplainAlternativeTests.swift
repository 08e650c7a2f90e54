import CNNBackends
import CNNModel
import Testing

/// What a page says another padding, input or rounding would give is what a file that says so gives.
@Suite struct ExplainAlternativeTests {
  private static func model(_ input: String, _ stage: String) -> String {
    "model M {\n  input \(input)\n  l: \(stage)\n}\n"
  }

  /// The rows of the table of readings: label and output.
  private static func readings(_ explanation: Explanation) -> [(label: String, output: String)] {
    for case .table(let table) in explanation.sections where table.columns.contains(where: { $0.header == "exact" }) {
      return table.rows.map { ($0[0], $0[2]) }
    }
    return []
  }

  @Test(arguments: [1, 2, 3]) func alternativesAreTrue(rank: Int) throws {
    var count = 0
    for (kind, arguments) in [("conv 8, ", ""), ("conv 8, ", ", pad 1"), ("maxpool ", ""), ("maxpool ", ", ceil")] {
      for kernel in [1, 2, 3, 11] {
        for stride in 1...4 {
          for extent in 12...14 {
            func spelled(_ start: Int) -> String {
              (0..<rank).map { String(start + $0) }.joined(separator: "x")
            }
            let input = rank == 1 ? "\(extent)x2" : spelled(extent) + "x2"
            let stage = "\(kind)\(kernel), stride \(stride)\(arguments)"
            let text = Self.model(input, stage)
            let rows = Self.readings(try backendInput(text).explain(ExplainRequest(layer: "l")))
            for row in rows {
              let other: String
              if row.label.hasPrefix("pad ") {
                other = Self.model(
                  input, "\(kind)\(kernel), stride \(stride)\(arguments == ", ceil" ? ", ceil" : ""), \(row.label)")
              } else if row.label.hasPrefix("input ") {
                other = Self.model(String(row.label.dropFirst(6)), stage)
              } else if row.label.hasPrefix("ceil") {
                other = Self.model(input, "\(kind)\(kernel), stride \(stride), \(row.label)")
              } else {
                #expect(["as written", "rounded up"].contains(row.label))
                continue
              }
              count += 1
              let layer = try #require(try backendInput(other, comment: Comment(rawValue: other)).network.tensors.last)
              #expect("\(layer.shape)" == row.output, "\(row.label) of\n\(text)")
            }
          }
        }
      }
    }
    #expect(count > 250)
  }

  /// Behind a flatten, the numbers with the other padding are those of a file that pads so.
  @Test func otherPaddingsOfAStack() throws {
    func text(_ padding: String, _ kernel: Int, _ extent: Int) -> String {
      """
      model M {
        input \(extent)x\(extent + 3)x1
        conv 4, \(kernel)x\(kernel), pad \(padding) | relu
        add { - conv 4, 3x3, pad \(padding)
          - conv 4, 3x3, pad \(padding)
        }
        maxpool 2x2
        flatten | last: dense 10
      }
      """
    }
    for (padding, other) in [("same", "valid"), ("valid", "same")] {
      for kernel in [1, 3, 5] {
        for extent in 16...18 {
          let page = try backendInput(text(padding, kernel, extent)).page("last")
          let network = try backendInput(text(other, kernel, extent)).network
          let expected = network.inputShapes(of: try #require(network.layers.last))[0]
          #expect(page.contains("With `pad \(other)`"), "\(page)")
          #expect(
            page.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("= \(expected),"), "\(page)")
        }
      }
    }
  }

  /// Too little is left for the last convolution.
  @Test func mapsThatRunOut() throws {
    let text = "model M {\n  input 8x8x1\n  repeat 5 { conv 4, 3x3, pad same }\n  flatten | last: dense 2\n}\n"
    #expect(
      try backendInput(text).page("last")
        .contains("With `pad valid` on every convolution conv4 would find its input too small."))
  }
}
