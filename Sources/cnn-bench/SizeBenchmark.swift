import CNNCompiler
import CNNModel
import CNNText

/// Times models whose inputs have symbols in their shapes against the same models with numbers, in turns and in one
/// process: `swift run -c release cnn-bench --sizes`.
enum SizeBenchmark {
  /// A dilated ResNet152 with an upsampled head: the longest network that works on maps of any size.
  private static let segmentation = """
    block bottleneck(filters, stride = 1, dilation = 1) {
      add {
        - conv1: conv filters, 1x1, bias off                                         | bn1: batchnorm | relu
          conv2: conv filters, 3x3, stride, pad dilation, dilation dilation, bias off | bn2: batchnorm | relu
          conv3: conv 4 * filters, 1x1, bias off                                     | bn3: batchnorm
        - if stride != 1 or input.c != 4 * filters {
            "downsample.0": conv 4 * filters, 1x1, stride, bias off | "downsample.1": batchnorm
          }
      }
      relu
    }
    model Segmentation {
      input image SHAPE
      conv1: conv 64, 7x7, stride 2, pad 3, bias off | bn1: batchnorm | relu
      maxpool 3x3, stride 2, pad 1
      for i in 0 ..< 4 {
        for j in 0 ..< [3, 8, 36, 3][i] {
          "layer{i + 1}.{j}": bottleneck 64 * 2 ^ i, stride (if i == 1 and j == 0 then 2 else 1), dilation max(1, 2 ^ (i - 1))
        }
      }
      head: conv 512, 3x3, pad 1 | relu | last: conv 21, 1x1
      resize like image, mode bilinear
    }

    """

  /// Halved so many times that it repeats itself only after 2^halvings sizes, and back again by branches that meet.
  private static func hourglass(halvings: Int) -> String {
    """
    model Hourglass {
      input SHAPE
      for i in 0 ..< \(halvings) {
        "down.{i}": conv 8, 3x3, pad 1 | batchnorm | relu
        maxpool 2x2
      }
      for i in 0 ..< \(halvings) {
        upsample 2
        concat {
          - from "down.{\(halvings - 1) - i}"
          - identity
        }
        conv 8, 3x3, pad 1 | batchnorm | relu
      }
    }

    """
  }

  static func run() {
    compare("segmentation", segmentation, rounds: 400)
    let divisible = "H % 16 == 0, W % 16 == 0"
    compare("U-Net of the sizes that work", hourglass(halvings: 4), where: divisible, rounds: 400)
    for halvings in [5, 8, 10, 12] {
      compare("repeats after \(1 << halvings)", hourglass(halvings: halvings), rounds: 200)
    }
  }

  /// Prints the best of many runs with numbers and with symbols, and their ratio.
  private static func compare(_ name: String, _ text: String, where conditions: String? = nil, rounds: Int) {
    let numeric = Array(text.replacing("SHAPE", with: "4096x4096x3").utf8)
    let shape = "[H, W, 3]" + (conditions.map { " where \($0)" } ?? "")
    let symbolic = Array(text.replacing("SHAPE", with: shape).utf8)
    var best = (numeric: Double.infinity, symbolic: Double.infinity)
    for _ in 0..<rounds {
      best.numeric = min(best.numeric, time(numeric))
      best.symbolic = min(best.symbolic, time(symbolic))
    }
    let ratio = Int((best.symbolic / best.numeric * 100).rounded())
    let times = [best.numeric, best.symbolic].map { "\(Int(($0 * 1e6).rounded()))" }
    print("\(name): \(times[0]) us with numbers, \(times[1]) us with symbols, \(ratio) %")
  }

  private static func time(_ bytes: [UInt8]) -> Double {
    let start = Benchmark.now()
    let compilation = Compilation(path: "generated.cnn", bytes: bytes) { _ in .failure(UnreadableFile("none")) }
    let seconds = Benchmark.now() - start
    precondition(!compilation.hasErrors, "the model works")
    return seconds
  }
}
