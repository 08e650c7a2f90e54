import CNNBackends
import CNNModel
import Testing

/// Networks that reports are tested on: real ones, and some that are hard to lay out.
enum ReportSample: String, CaseIterable {
  case mnist, alexnet, resnet, unet, yolo, twins, longNames, deepNesting, wideLetters, hugeNumbers, line, volume, sizes
  case incomplete, nothing

  func model() throws -> BackendInput {
    switch self {
    case .mnist, .alexnet, .unet, .yolo, .twins: try input(Fixture.text("\(rawValue).cnn"))
    case .resnet: try input(Fixture.text("resnet.cnn"), model: "ResNet50")
    case .longNames: try input(Self.longNamesSource)
    case .deepNesting: try input(Self.deepNestingSource)
    case .wideLetters: try input(Self.wideLettersSource)
    case .hugeNumbers: try input(Self.hugeNumbersSource)
    case .line:
      try input("model Line {\n input 16000x1\n conv 8, 9, stride 4, pad causal | relu\n flatten | dense 2\n}")
    case .volume: try input("model Volume {\n input 8x8x8x2\n conv 4, 3x3x3, pad [1, 1, 1]\n maxpool [2, 2, 1]\n}")
    case .sizes: try input(Self.sizesSource)
    case .incomplete: try input(Self.incompleteSource)
    case .nothing: try input("model Nothing {\n input 4x4x1\n}")
    }
  }

  /// Extents, multiply-adds and memory are formulas of two symbols, exact and not.
  private static let sizesSource = """
    model Sizes {
      input [H, W, 3] where H % 4 == 0, H >= 16
      stem: conv 16, 3x3, stride 2, pad same | relu
      down: conv 32, 3x3, stride [2, 3], pad 1 | relu
      up: upsample 2 | conv 8, 3x3
      head: conv 2, 1x1
    }
    """

  private static let longName = String(repeating: "abcdefghij", count: 20)

  private static let longNamesSource = """
    block \(longName)(filters, \(longName)z = 1) { inner\(longName): conv filters, 3x3, pad 1 | relu | dropout 0.25 }
    model M\(longName) {
      input in\(longName) 8x8x3
      \(longName)x: \(longName) 8
      \(longName)y: \(longName) 8, \(longName)z 2
      conv 4, 1x1 | \(longName) 8 | relu
    }
    """

  /// Forty blocks, each of which calls the next in a branch.
  private static let deepNestingSource = """
    \((0..<40).map { "block b\($0) { add {\n - b\($0 + 1)\n - identity\n } | relu\n }" }.joined(separator: "\n"))
    block b40 { conv 4, 3x3, pad 1 | relu }
    model Deep {
      input 8x8x4
      b0
      b0
    }
    """

  private static let wideLettersSource = """
    model Weit {
      input 8x8x3
      "größe 字字字字字字字 🐱🐱🐱🐱🐱🐱": conv 4, 3x3 | relu
      "tab\\ttab…": conv 4, 3x3 | relu
      "\u{1B}[31mred": conv 4, 3x3 | relu
      globalavgpool
    }
    """

  private static let hugeNumbersSource = """
    model Huge {
      input 1x1x1x2000000000
      flatten
      dense 2000000000, bias off
      dense 1000000000 | batchnorm
    }
    """

  /// The second convolution is larger than its input.
  private static let incompleteSource = """
    model Incomplete {
      input 8x8x3
      first: conv 4, 3x3
      conv 4, 9x9 | relu
      third: conv 4, 3x3
    }
    """
}
