/// The networks of `three-questions.json` under the names it gives their layers.
enum ReferenceNetworks {
  static func mnist(padding: String) -> String {
    """
    model Tutorial {
      input 28x28x1
      wc1: conv 32, 5x5, pad \(padding) | relu
      pool1: maxpool 2x2, pad same
      wc2: conv 64, 5x5, pad \(padding) | relu
      pool2: maxpool 2x2, pad same
      flatten: flatten
      wd1: dense 1024 | relu
      dropout: dropout 0.5
      out: dense 10
    }
    """
  }

  static let torchvisionAlexNet = """
    model AlexNet {
      input 224x224x3
      conv 64, 11x11, stride 4, pad 2 | relu | maxpool 3x3, stride 2
      conv 192, 5x5, pad 2 | relu | maxpool 3x3, stride 2
      conv 384, 3x3, pad 1 | relu
      conv 256, 3x3, pad 1 | relu
      conv 256, 3x3, pad 1 | relu | maxpool 3x3, stride 2
      adaptiveavgpool 6x6 | flatten
      dropout | dense 4096 | relu | dropout | dense 4096 | relu | dense 1000
    }
    """

  static let modernLeNet = """
    model LeNet5 {
      input 32x32x1
      conv 6, 5x5 | tanh | avgpool 2x2
      conv 16, 5x5 | tanh | avgpool 2x2
      flatten | dense 120 | tanh | dense 84 | tanh | dense 10
    }
    """

  enum LeNet {
    /// Pools with one factor and one bias a map, as they are trained; the output's weights are not.
    case trained
    /// Pools as sums with a weight for each value they read, whose connections are counted.
    case connections
  }

  /// LeNet-5 of 1998; the table says which maps each filter of C3 reads.
  static func lenet(_ table: [[Int]], _ kind: LeNet) -> String {
    let branches = table.map { maps in
      let slices = maps.map { "      - slice \($0) ..< \($0 + 1)" }.joined(separator: "\n")
      return "    - concat {\n\(slices)\n      }\n      conv 1, 5x5"
    }
    let pool = kind == .trained ? "avgpool 2x2 | depthwise 1x1" : "depthwise 2x2, stride 2"
    return """
      block c3 {
        concat {
      \(branches.joined(separator: "\n"))
        }
      }

      model LeNet5 {
        input 32x32x1
        C1: conv 6, 5x5 | tanh
        S2: \(pool) | tanh
        C3: c3
        tanh
        S4: \(pool) | tanh
        C5: conv 120, 5x5 | tanh
        flatten
        F6: dense 84 | tanh
        \(kind == .trained ? "" : "RBF: dense 10, bias off")
      }
      """
  }
}
