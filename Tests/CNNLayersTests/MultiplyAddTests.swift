import Testing

@testable import CNNLayers

/// Multiply-adds against loops that do nothing but count them.
@Suite struct MultiplyAddTests {
  private static let ones = Axes(all: 1)

  private static func window(_ kernel: Axes, stride: Int32, pad: Int32) -> Window {
    Window(kernel: kernel, stride: Axes(all: stride), dilation: ones, before: Axes(all: pad), after: Axes(all: pad))
  }

  /// Every place of a box of up to three axes.
  private static func places(_ extents: Axes, rank: Int) -> Int {
    var count = 0
    for _ in 0..<extents[0] {
      for _ in 0..<(rank > 1 ? extents[1] : 1) {
        for _ in 0..<(rank > 2 ? extents[2] : 1) { count += 1 }
      }
    }
    return count
  }

  private static let inputs = [
    Shape(rank: 1, spatial: Axes(7, 1, 1), channels: 6), Shape(rank: 2, spatial: Axes(5, 4, 1), channels: 6),
    Shape(rank: 3, spatial: Axes(3, 4, 5), channels: 6),
  ]

  @Test func convolutionsMultiplyForEveryCellFilterAndTap() throws {
    for input in Self.inputs {
      let rank = Int(input.rank)
      for (groups, stride, pad) in [(1, 1, 0), (2, 2, 1), (3, 1, 1), (6, 2, 0)] {
        let window = Self.window(Axes(3, 2, 1), stride: Int32(stride), pad: Int32(pad))
        let operation = Operation.convolution(window, filters: 12, groups: Int32(groups), bias: true)
        let output = try operation.output(of: input)
        var count: Int64 = 0
        for _ in 0..<Self.places(output.spatial, rank: rank) {
          for filter in 0..<12 {
            for _ in 0..<Self.places(window.kernel, rank: rank) {
              for channel in 0..<6 where channel / (6 / groups) == filter / (12 / groups) { count += 1 }
            }
          }
        }
        #expect(operation.multiplyAdds(input: input, output: output) == count, "\(input), \(groups) groups")
      }
    }
  }

  @Test func transposedConvolutionsMultiplyForEveryCellOfTheInput() throws {
    for input in Self.inputs {
      let rank = Int(input.rank)
      for groups in [1, 2, 3, 6] {
        let window = Self.window(Axes(3, 2, 2), stride: 2, pad: 0)
        let operation = Operation.transposedConvolution(window, filters: 12, groups: Int32(groups), bias: false)
        var count: Int64 = 0
        for _ in 0..<Self.places(input.spatial, rank: rank) {
          for channel in 0..<6 {
            for _ in 0..<Self.places(window.kernel, rank: rank) {
              for filter in 0..<12 where channel / (6 / groups) == filter / (12 / groups) { count += 1 }
            }
          }
        }
        let output = try operation.output(of: input)
        #expect(operation.multiplyAdds(input: input, output: output) == count, "\(input), \(groups) groups")
      }
    }
  }

  @Test func weightsAreOnesForEveryConnection() throws {
    for input in Self.inputs {
      let window = Self.window(Axes(1, 1, 1), stride: 1, pad: 0)
      for groups: Int32 in [1, 2, 3, 6] {
        for operation in [
          Operation.convolution(window, filters: 12, groups: groups, bias: true),
          .transposedConvolution(window, filters: 12, groups: groups, bias: true),
        ] {
          // A kernel of one cell multiplies every weight once in every cell.
          let output = try operation.output(of: input)
          let weights = operation.weights(for: input)
          let perCell = operation.multiplyAdds(input: input, output: output).map { $0 / input.cells }
          #expect(weights.first?.count == perCell, "\(operation) on \(input)")
          #expect(weights.last?.count == 12, "\(operation) on \(input)")
        }
      }
    }
  }
}
