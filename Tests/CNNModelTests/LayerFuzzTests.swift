import CNNCompiler
import CNNLayers
import CNNText
import Testing

@testable import CNNModel

/// Every layer with arguments that nobody means, on inputs of every rank: a network or a diagnostic, never a trap.
@Suite struct LayerFuzzTests {
  private static let inputs = [
    "1", "8", "2147483647", "1x1", "16x4", "7x6", "2147483647x1", "1x2147483647", "1x1x1", "8x8x4", "5x7x12",
    "46340x46340x1", "2147483647x1x1", "1x1x2147483647", "1x1x1x1", "4x4x4x8", "2x3x5x12", "1290x1290x1290x1",
  ]

  private static let plain = ["1", "2", "3", "4", "3x3", "1x2", "[1, 2, 1]", "5"]

  private static let nasty = [
    // Numbers that are too small, too large or not whole.
    "0", "(-1)", "1 / 2", "1 / 3", "2147483647", "2147483648", "1073741824", "65536", "2 ^ 62", "(-(2 ^ 62))",
    "9223372036854775807", "1e-9", "1 / 2 ^ 60", "0.1", "1 / 7", "sqrt(2)", "log2(3)",
    // Extents and lists of any length.
    "1x1", "1x1x1x1", "0x0", "8x8x4", "2147483647x1", "2147483647x2147483647", "_", "_x_", "[_, 1]", "[]", "[[1]]",
    "[1]", "[0, 1, 2]", "[2, 0, 1]", "[1, 0]", "[0, 0, 0, 0]", "[1, 0, 1, 0]", "[2147483647, 2147483647]",
    "[0, 2147483647, 0, 2147483647]", "[1, (-1)]", "[1 / 2, 1 / 2]", "[2 ^ 40, 2 ^ 40]",
    // Ranges, words, layers, tensors and what is none of them.
    "0 ..< 0", "0 ..< 1", "3 ..< 1", "(-1) ..< 4", "0 ..< 2 ^ 62", "(-(2 ^ 62)) ..< 2 ^ 62", "on", "off", "same",
    "valid", "half", "causal", "nearest", "bilinear", "area", "relu", "conv", "input", "input.c", "\"input\"", "\"x\"",
    "channels", "cells", "depth", "[]", "[height, height]", "[cells, channels, cells]",
  ]

  private static let axes = [
    "channels", "cells", "length", "height", "width", "[height, channels]", "[cells, channels]",
  ]

  /// What a fuzzed line became.
  private struct Outcome {
    let line: String
    let model: CheckedModel
    let compilation: Compilation
  }

  /// The parameters of every layer.
  private static let parameters = Catalogue.layers.map(\.parameters)

  private static func argument(_ generator: inout SplitMix) -> String {
    let values = Int.random(in: 0..<3, using: &generator) == 0 ? plain : nasty
    return values[Int.random(in: 0..<values.count, using: &generator)]
  }

  /// What often fits a parameter that has to be given.
  private static func likely(_ parameter: ParameterInfo, of layer: LayerKind) -> [String] {
    if layer.join == .inverse { return ["pool"] }
    return switch parameter.name {
    case "over": axes
    case "range": ["0 ..< 1", "0 ..< 2", "[0 ..< 1, 1 ..< 4]"]
    default: plain
    }
  }

  private static func stage(_ kind: Int, _ generator: inout SplitMix) -> String {
    let layer = Catalogue.layers[kind]
    let parameters = parameters[kind]
    var arguments: [String] = []
    for parameter in parameters where parameter.isRequired {
      let likely = likely(parameter, of: layer)
      let isLikely = Bool.random(using: &generator)
      arguments.append(isLikely ? likely[Int.random(in: 0..<likely.count, using: &generator)] : argument(&generator))
    }
    if parameters.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
      arguments.append(argument(&generator))
    }
    for parameter in parameters where !parameter.isRequired {
      guard Int.random(in: 0..<3, using: &generator) == 0 else { continue }
      let isBare = parameter.isFlag && Bool.random(using: &generator)
      arguments.append(isBare ? parameter.name : "\(parameter.name) \(argument(&generator))")
    }
    let call = arguments.isEmpty ? layer.name : "\(layer.name) \(arguments.joined(separator: ", "))"
    switch layer.join {
    case .none: return call
    case .branches where layer.family == .attention:
      return "\(call) {\n - identity\n - conv input.c, 1\n - conv \(argument(&generator)), 1\n }"
    case .branches where arguments.isEmpty: return "\(call) {\n - identity\n - conv 1, \(argument(&generator))\n }"
    case .residual where arguments.isEmpty: return "\(call) { depthwise \(argument(&generator)) }"
    case .branches, .residual: return call
    // What gives several tensors names them; a wrong number of names is a mistake like any other.
    case .parts: return Bool.random(using: &generator) ? call : "[a, b]: \(call)"
    case .inverse: return "pool: maxpool 2x2 | relu | \(call)"
    }
  }

  /// Models of one line each, compiled by the hundred.
  private static func compile(_ lines: [(input: String, line: String)]) throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for start in stride(from: 0, to: lines.count, by: 250) {
      let batch = lines[start..<min(start + 250, lines.count)]
      let text = batch.enumerated().map { "model M\($0) {\n input \($1.input)\n \($1.line)\n}\n" }.joined()
      let compilation = Compilation(path: "fuzz.cnn", bytes: Array(text.utf8)) { _ in .failure(UnreadableFile("none")) }
      let count = compilation.models.count
      try #require(count == batch.count, "\(compilation.diagnostics.prefix(1))")
      for (line, model) in zip(batch, compilation.models) {
        outcomes.append(Outcome(line: "\(line.input): \(line.line)", model: model, compilation: compilation))
      }
    }
    return outcomes
  }

  @Test func argumentsOfAnyKindGiveANetworkOrADiagnostic() throws {
    var generator = SplitMix(seed: 7)
    var lines: [(input: String, line: String)] = []
    for round in 0..<350 {
      for kind in Catalogue.layers.indices {
        let input = Self.inputs[Int.random(in: 0..<Self.inputs.count, using: &generator)]
        var line = Self.stage(kind, &generator)
        if round % 4 == 0 {
          let second = Int.random(in: 0..<Catalogue.layers.count, using: &generator)
          line += " | " + Self.stage(second, &generator)
        }
        lines.append((input, line))
      }
    }
    var complete = 0
    var kinds: Set<Int> = []
    var printed: [(input: String, line: String)] = []
    var expected: [NetworkLayer] = []
    for outcome in try Self.compile(lines) {
      let network = outcome.model.network
      guard network.isComplete else {
        #expect(outcome.model.diagnostics.contains { $0.severity == .error }, "\(outcome.line)")
        continue
      }
      complete += 1
      kinds.formUnion(network.layers.compactMap(\.kind))
      Self.expectLaws(network, outcome.line)
      // Printing is the slowest part; a third of the networks are printed and read again.
      if complete % 3 != 0 { continue }
      let form = NormalForm(outcome.model, of: outcome.compilation.program)
      for layer in network.layers where layer.kind.map({ Catalogue.layers[$0].join == .none }) ?? false {
        let text = form.text(of: layer).text
        // A tensor alone in a model of one layer is another one.
        if text.contains("input") { continue }
        printed.append((network.firstInputShape(of: layer).description, text))
        expected.append(layer)
      }
    }
    #expect(complete > 4000)
    #expect(printed.count > 2000)
    let names = Set(Catalogue.layers.indices.filter { !kinds.contains($0) }.map { Catalogue.layers[$0].name })
    // An identity leaves no layer, and a residual is an addition.
    #expect(names == ["identity", "residual"])
    for (outcome, layer) in zip(try Self.compile(printed), expected) {
      #expect(outcome.model.network.layers.last?.operation == layer.operation, "\(outcome.line)")
    }
  }

  /// Sums, products and searches that do not fit or would not end.
  @Test(arguments: [
    ("4x4x4x8", "pixelshuffle 2147483647"),
    ("2147483647x1", "conv 1, 1073741824, stride 1073741825"),
    ("2147483647x1", "conv 1, 1000000000, stride 1900000000"),
    ("9x1", "add { - identity\n - zeropad [0, 2147483638]\n }"),
    ("28x6", "reshape 28x1x6 | permute [1, 0, 2]"),
    ("1x1", "zeropad [0, 2] | slice (-(2 ^ 62)) ..< 2 ^ 62"),
    ("1x1", "for [a, b] in [(-(2 ^ 62)) ..< 2 ^ 62] { relu }"),
    ("1x1", "conv 1, 1, stride 2147483647 | conv 1, 1, stride 2147483647 | conv 1, 2, pad 1 | conv 1, 3, pad 2"),
    (
      "1x1",
      "conv 1, 1, stride 2147483647 | conv 1, 1, stride 2147483647 | zeropad [0, 9] | crop [1, 0] "
        + "| residual { conv 1, 2, pad same }"
    ),
    ("2147483647", "dense 2147483647 | dense 2147483647"),
    ("500000000", "dense 500000000 | dense 500000000 | dense 500000000 | dense 500000000 | dense 500000000"),
    ("1x1x1x1", "conv 7, [64897, 31252369, 649657], pad same"),
    ("1x1x1x1", "convtranspose 1, 2147483647, stride 2147483647, dilation 2147483647"),
  ])
  func countsAtTheEdgeGiveANetworkOrADiagnostic(input: String, line: String) throws {
    let outcome = try #require(try Self.compile([(input, line)]).first)
    if outcome.model.network.isComplete {
      Self.expectLaws(outcome.model.network, line)
    } else {
      #expect(outcome.model.diagnostics.contains { $0.severity == .error }, "\(line)")
    }
  }

  /// What holds for every network: shapes follow from inputs, extents from their arithmetic, and counts can be asked for.
  private static func expectLaws(_ network: Network, _ line: String) {
    let costs = NetworkCosts(network)
    #expect(costs.fits, "\(line)")
    #expect(costs.total.multiplyAdds >= 0 && costs.total.parameters >= 0, "\(line)")
    #expect(network.receptiveFields().count == network.layers.count, "\(line)")
    for layer in network.layers {
      let (inputs, output) = (network.inputShapes(of: layer), network.outputShape(of: layer))
      guard let input = inputs.first else { continue }
      #expect((try? layer.operation.output(of: input, and: Array(inputs.dropFirst()))) == output, "\(line)")
      #expect(output.checkedElements != nil, "\(line)")
      for axis in 0..<Int(min(input.rank, output.rank)) {
        guard let arithmetic = layer.operation.arithmetic(axis: axis, input: input, output: output) else {
          continue
        }
        #expect(arithmetic.result == Int64(output.spatial[axis]), "\(line): \(arithmetic.text)")
      }
    }
  }
}
