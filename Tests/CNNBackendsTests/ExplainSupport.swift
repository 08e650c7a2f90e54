import CNNBackends
import CNNCompiler
import CNNModel
import CNNText
import Testing

/// Compiles a text and gives one of its models to the backends; mistakes fail the test.
func backendInput(_ text: String, model: String? = nil, comment: Comment? = nil) throws -> BackendInput {
  let compilation = Compilation(
    path: "t.cnn", bytes: Array(text.utf8), selection: model.map { .model($0) } ?? .first
  ) { _ in .failure(UnreadableFile("none")) }
  let errors = compilation.diagnostics.filter { $0.severity == .error }
  #expect(errors.map { "\($0.code)" } == [], comment)
  return BackendInput(compilation, try #require(compilation.models.first, comment))
}

extension BackendInput {
  /// The text of an explanation.
  func page(_ layer: String? = nil, parameters: Bool = false, compare: Int64? = nil, columns: Int = 81) throws -> String
  {
    try explain(ExplainRequest(layer: layer, parameters: parameters, compare: compare)).text(columns: columns)
  }

  /// The names of the layers, of every seventh where there are many, and nil for the whole model.
  var explained: [String?] {
    let names = layerNames
    return [nil] + names.indices.filter { names.count < 60 || $0 % 7 == 0 }.map { names[$0] }
  }

  /// The names of all layers.
  var layerNames: [String] { network.layers.map { network.path(of: $0) } }
}

/// Networks of the tests, as a reader would write them.
enum Samples {
  static let mnist = """
    model MNIST(classes = 10) {
      input 28x28x1

      conv1: conv 32, 5x5, pad same | relu     -> 28x28x32
      maxpool 2x2                              -> 14x14x32
      conv2: conv 64, 5x5, pad same | relu
      maxpool 2x2                              -> 7x7x64
      flatten                                  -> 3136
      fc1: dense 1024 | relu | dropout 0.5
      fc2: dense classes
    }
    """

  /// AlexNet as Krizhevsky, Sutskever and Hinton describe it, in two groups; the paper's input is 224x224x3.
  static func alexnet(input: String, pad: String = "") -> String {
    """
    model AlexNet {
      input \(input)
      conv1: conv 96, 11x11, stride 4\(pad) | relu | lrn
      pool1: maxpool 3x3, stride 2
      conv2: conv 256, 5x5, pad 2, groups 2 | relu | lrn
      pool2: maxpool 3x3, stride 2
      conv3: conv 384, 3x3, pad 1 | relu
      conv4: conv 384, 3x3, pad 1, groups 2 | relu
      conv5: conv 256, 3x3, pad 1, groups 2 | relu
      pool5: maxpool 3x3, stride 2
      flatten
      fc6: dense 4096 | relu | dropout 0.5
      fc7: dense 4096 | relu | dropout 0.5
      fc8: dense 1000
    }
    """
  }

  static func stack(_ k1: Int, _ k2: Int) -> String {
    """
    model Stack {
      input 28x28x1
      conv1: conv \(k1), 3x3, pad same
      conv2: conv \(k2), 5x5, pad same
    }
    """
  }

  static let resnet = """
    block bottleneck(filters, stride = 1) {
      add {
        - conv1: conv filters, 1x1, bias off                  | bn1: batchnorm | relu
          conv2: conv filters, 3x3, stride, pad 1, bias off   | bn2: batchnorm | relu
          conv3: conv 4 * filters, 1x1, bias off              | bn3: batchnorm
        - if stride != 1 or input.c != 4 * filters {
            "downsample.0": conv 4 * filters, 1x1, stride, bias off | "downsample.1": batchnorm
          }
      }
      relu
    }

    model ResNet(depths = [3, 4, 6, 3], classes = 1000) {
      input 224x224x3
      conv1: conv 64, 7x7, stride 2, pad 3, bias off | bn1: batchnorm | relu
      maxpool 3x3, stride 2, pad 1
      for i, depth in depths {
        for j in 0 ..< depth {
          "layer{i + 1}.{j}": bottleneck 64 * 2 ^ i, stride if i > 0 and j == 0 then 2 else 1
        }
      }
      globalavgpool | fc: dense classes
    }
    """

  /// Axes that differ, one of every sort of join, and the ways up and down.
  static let kinds = """
    block cell(f) { residual { conv f, 3x3, pad 1 | batchnorm | relu } }
    model Kinds {
      input 30x17x8
      a: concat {
        - conv 16, 3x3, pad 1, stride 2
        - maxpool 3x3, stride 2, pad 1
      }
      cell 24
      s: multiply {
        - identity
        - globalavgpool keep | conv 24, 1x1 | sigmoid
      }
      up: convtranspose 8, 3x3, stride 2, pad 1, outputpad 1
      upsample 1.5
      n: groupnorm 4
      whole: layernorm whole
      slopes: prelu
      lrn
      dw: depthwise 3x3, multiplier 2, bias off
      adaptiveavgpool 6x7
      channelshuffle 4
      zeropad [1, 2, 0, 1]
      crop 1
      slice 0 ..< 8
      permute [2, 0, 1]
      flatten
      softmax
    }
    """

  static let signal = """
    model Signal {
      input 16000x1
      a: conv 16, 9, stride 2, pad causal | relu
      b: maxpool 4, stride 3
      c: conv 32, 5, stride 4, groups 4
      d: convtranspose 8, 4, stride 4
      flatten | e: dense 10
    }
    """

  static let volume = """
    model Volume {
      input 16x31x30x2
      a: conv 8, 3x3x3, stride 2 | relu
      b: avgpool 2, ceil
      c: conv 4, 3x3x3, pad same
      flatten | d: dense 3
    }
    """

  static let all = [
    mnist, alexnet(input: "224x224x3"), alexnet(input: "227x227x3"), stack(20, 50), resnet, kinds, signal, volume,
  ]
}
