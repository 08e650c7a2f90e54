import CNNBackends
import Foundation
import Testing

/// Every figure of `Tests/Reference/three-questions.json` is found in what `explain` says, at the place named here.
@Suite struct ExplainReferenceTests {
  /// Where a figure is found.
  private enum Place {
    /// In a text that holds one of the spellings.
    case text(String, [String])
    /// In a text that has, or has not, what a pattern describes: a padding of 0 is an arithmetic without a summand.
    case pattern(String, Regex<Substring>, found: Bool)
    /// Nowhere, and why.
    case reason(String)
  }

  @Test func everyFigureIsFound() throws {
    let figures = try ReferenceFigure.all(in: "three-questions.json")
    #expect(figures.count > 300)
    var reasons: [String] = []
    for figure in figures {
      guard let place = try place(of: figure) else {
        Issue.record("\(figure.path) has no place")
        continue
      }
      switch place {
      case .text(let text, let spellings):
        #expect(spellings.contains { Self.holds(text, $0) }, "\(figure.path): none of \(spellings) in\n\(text)")
      case .pattern(let text, let pattern, let found):
        #expect(text.contains(pattern) == found, "\(figure.path) in\n\(text)")
      case .reason:
        reasons.append(figure.path[1])
      }
    }
    #expect(Set(reasons) == ["c3_table"])
  }

  /// The page of the first layer shows every way to 55 but the padding of 3, which is no better than that of 2.
  @Test func theFirstLayersAlternatives() throws {
    let page = try backendInput(Samples.alexnet(input: "224x224x3")).page("conv1")
    let rows = try ReferenceFigure.all(in: "three-questions.json").filter {
      $0.path.contains("conv1_geometry") && $0.path.last == "neurons" && $0.siblingLists["pad"] != [3, 3, 3, 3]
    }
    #expect(rows.count == 5)
    for row in rows {
      let exact = "\(row.siblings["exact"] ?? 0)".replacing(/\.0$/, with: "")
      let side = Int(row.siblings["out"] ?? 0)
      let line = page.split(separator: "\n").filter {
        Self.holds(String($0), exact) && Self.holds(String($0), "\(side)x\(side)x96")
          && Self.holds(String($0), row.numbers[0])
      }
      #expect(!line.isEmpty, "\(row.path) in\n\(page)")
    }
  }

  /// True where a text holds a number or shape as a word of its own: `25` is not in `1,250`.
  private static func holds(_ text: String, _ spelling: String) -> Bool {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.ranges(of: spelling).contains { range in
      let before = words[..<range.lowerBound].last
      let after = words[range.upperBound...].prefix(2)
      let joinsBefore = before.map { $0.isNumber || $0 == "," || $0 == "." } ?? false
      let joinsAfter = after.first.map { $0.isNumber } ?? false
      let isGrouped = after.count == 2 && (after.first == "," || after.first == ".") && (after.last?.isNumber ?? false)
      return !(joinsBefore && spelling.first?.isNumber == true) && !joinsAfter && !isGrouped
    }
  }

  private func place(of figure: ReferenceFigure) throws -> Place? {
    switch figure.path[0] {
    case "mnist_convnet": try mnist(figure, figure.path[1], Array(figure.path.dropFirst(2)))
    case "two_stacked_convs": try stack(figure, Array(figure.path.dropFirst()))
    case "alexnet_2012": try alexnet(figure, Array(figure.path.dropFirst()))
    case "lenet5_1998": try lenet(figure, Array(figure.path.dropFirst()))
    default: nil
    }
  }

  // MARK: - The dense layer behind two convolutions

  private func mnist(_ figure: ReferenceFigure, _ padding: String, _ path: [String]) throws -> Place? {
    let input = try backendInput(ReferenceNetworks.mnist(padding: padding))
    switch path[0] {
    case "input": return .text(try input.page("input"), figure.shapes)
    case "layers": return try layer(figure, path[1], path[2], input, figure.shapes)
    case "flattened": return .text(try input.page("flatten"), figure.numbers)
    case "wd1": return .text(try input.page("wd1"), [figure.product])
    case "total_params", "macs": return .text(try input.page(), figure.numbers)
    default: return nil
    }
  }

  /// A figure of one layer, on its own two pages and on its line of the model's parameters.
  private func layer(
    _ figure: ReferenceFigure, _ name: String, _ key: String, _ input: BackendInput, _ shapes: [String]
  ) throws -> Place? {
    let shape = try input.page(name)
    let answer = String(shape.prefix { $0 != "\n" })
    let parameters = try input.page(name, parameters: true)
    switch key {
    case "out": return figure.values.count == 1 ? .text(shape, shapes) : .text(answer, shapes)
    case "params":
      return figure.values == [0] ? .text(parameters, ["has no parameters"]) : .text(parameters, figure.numbers)
    case "biases", "macs": return .text(parameters, figure.numbers)
    case "neurons", "weights_per_neuron": return .text(shape, figure.numbers)
    case "kernel": return .text(shape + parameters, figure.shapes)
    case "stride":
      // A stride of 1 divides nothing.
      let step = figure.values[0]
      return step == 1 ? .pattern(answer, /\d \/ \d/, found: false) : .text(answer, ["/ \(Int(step))"])
    case "pad":
      let cells = Int(figure.values[0])
      return cells == 0
        ? .pattern(answer, /: \(?\d+ [-\/]/, found: true) : .text(answer, ["+ \(cells) + \(cells) -"])
    case "weights":
      // The filters stand before the extents of one.
      let line = try input.page(parameters: true).split(separator: "\n").first { $0.contains(" \(name) ") } ?? ""
      let values = figure.values.map { String(Int($0)) }
      let filters = "\(values.last ?? "") * (\(values.dropLast().joined(separator: " * ")) + 1)"
      return .text(String(line), [filters, values.joined(separator: " * ") + " +"])
    case "groups":
      return figure.values == [1]
        ? .pattern(parameters, /in \d+ groups/, found: false)
        : .text(parameters, ["in \(Int(figure.values[0])) groups"])
    default: return nil
    }
  }

  // MARK: - Two convolutions, one above the other

  private func stack(_ figure: ReferenceFigure, _ path: [String]) throws -> Place? {
    guard path[0] == "evaluated",
      let sizes = figure.siblings["k1"].flatMap({ k1 in figure.siblings["k2"].map { (k1, $0) } })
    else { return nil }
    let input = try backendInput(Samples.stack(Int(sizes.0), Int(sizes.1)))
    let first = try input.page("conv1", parameters: true)
    let second = try input.page("conv2", parameters: true)
    if path[2] == "k1" { return .text(first, ["\(Int(sizes.0)) filters"]) }
    if path[2] == "k2" { return .text(second, ["\(Int(sizes.1)) filters"]) }
    let kind = path[3]
    func line(_ page: String, _ starts: [String: String]) -> String {
      page.split(separator: "\n").first { $0.contains(starts[kind] ?? "?") }.map(String.init) ?? ""
    }
    let reading = line(second, ["1": "every 5x5 filter", "2.1": "one flat 5x5", "2.2": "this layer:"])
    let total = line(
      try input.page(parameters: true), ["1": "every filter", "2.1": "one flat filter", "2.2": "these layers"])
    switch path[4] {
    case "maps_after_layer1": return .text(try input.page("conv1"), ["28x28x\(figure.numbers[1])"])
    case "maps_after_layer2": return .text(reading, figure.numbers)
    // Types 2.1 and 2.2 read the same values, with weights that differ.
    case "inputs_per_output_value": return .text(second, ["\(figure.numbers[0]) products"])
    case "layer1_weights", "layer1_biases": return .text(first, figure.numbers)
    case "layer2_weights": return .text(reading, figure.numbers)
    case "layer2_biases": return .text(second, figure.numbers)
    case "params_without_bias", "params_with_bias": return .text(total, figure.numbers)
    default: return nil
    }
  }

  // MARK: - AlexNet

  private func alexnet(_ figure: ReferenceFigure, _ path: [String]) throws -> Place? {
    let input = try backendInput(Samples.alexnet(input: "227x227x3"))
    let printed = try backendInput(Samples.alexnet(input: "224x224x3"))
    let compared = try printed.page("conv1", compare: 253_440)
    let names = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"]
    switch path[0] {
    case "paper_neurons", "actual_neurons":
      if path[1] == "input" || path[1] == "input_224" { return .text(try printed.page("input"), figure.numbers) }
      if path[1] == "input_227" { return .text(try input.page("input"), figure.numbers) }
      guard let index = Int(path[2]) else { return nil }
      if path[0] == "paper_neurons", index == 0 { return .text(compared, figure.numbers) }
      return .text(try input.page(names[index]), figure.numbers)
    case "first_layer":
      return .text(compared, figure.numbers)
    case "conv1_geometry":
      return try geometry(figure, path[2])
    case "conv1_weights_per_neuron", "conv1_params_shared", "conv1_weights_shared", "conv1_params_unshared":
      return .text(try input.page("conv1", parameters: true), figure.numbers)
    case "lrn":
      let text = try input.page(input.layerNames.first { $0.hasSuffix("lrn") } ?? "")
      return .text(text, figure.numbers + ["\(figure.values[0])"])
    case "pooling":
      let name = path[1] == "shapes" ? path[2] : "pool1"
      return try layer(figure, name, path[1] == "shapes" ? "out" : path[1], input, figure.shapesChannelsFirst)
    case "layers":
      return try layer(figure, path[1], path[2], input, figure.shapesChannelsFirst)
    case "total_params", "macs":
      return .text(try input.page(), figure.numbers)
    case "ungrouped_params":
      let line = try input.page(parameters: true).split(separator: "\n").first { $0.contains(" \(path[1]) ") } ?? ""
      return .text(String(line), figure.numbers)
    case "ungrouped_total":
      return .text(try input.page(parameters: true), figure.numbers)
    case "torchvision_alexnet_total":
      return .text(try backendInput(ReferenceNetworks.torchvisionAlexNet).page(), figure.numbers)
    default: return nil
    }
  }

  /// A row of the geometry: what the file that says so gives as it is written.
  private func geometry(_ figure: ReferenceFigure, _ key: String) throws -> Place? {
    guard let extent = figure.siblings["input"].map({ Int($0) }) else { return nil }
    let pad = figure.siblingLists["pad"].map { $0.map { String(Int($0)) } } ?? []
    let input = try backendInput(
      Samples.alexnet(input: "\(extent)x\(extent)x3", pad: ", pad [\(pad.joined(separator: ", "))]"))
    let page = try input.page("conv1")
    let written = page.split(separator: "\n").first { $0.contains("as written") }.map(String.init) ?? ""
    switch key {
    case "input": return .text(page, figure.numbers)
    case "pad":
      return Set(pad) == ["0"]
        ? .pattern(page, /\(\d+ - 11\)/, found: true) : .text(page, ["\(extent) + \(pad[0]) + \(pad[1]) - 11"])
    case "exact": return .text(written, figure.numbers)
    case "out": return .text(written, ["\(figure.numbers[1])x\(figure.numbers[1])x96"])
    case "neurons": return .text(written, figure.numbers)
    case "unused_at_the_end":
      switch figure.values[0] {
      case 0: return .pattern(written, /row|column/, found: false)
      case 1: return .text(written, ["the last row and column", "a row and a column of padding"])
      default: return .text(written, ["\(figure.numbers[1]) rows and \(figure.numbers[1]) columns of padding"])
      }
    default: return nil
    }
  }

  // MARK: - LeNet-5

  private func lenet(_ figure: ReferenceFigure, _ path: [String]) throws -> Place? {
    let trained = try backendInput(ReferenceNetworks.lenet(figure.table, .trained))
    let connected = try backendInput(ReferenceNetworks.lenet(figure.table, .connections))
    switch path[0] {
    case "input": return .text(try trained.page("input"), figure.shapesChannelsFirst)
    case "shapes":
      let name = path[1] == "output" ? "RBF" : path[1]
      return .text(try connected.page(name), figure.shapesChannelsFirst)
    case "c3_table":
      return .reason("which maps a filter reads is the text of the model, not a number worked out from it")
    case "params": return .text(try trained.page(path[1], parameters: true), figure.numbers)
    case "total_trainable": return .text(try trained.page(), figure.numbers)
    case "connections": return .text(try connected.page(path[1], parameters: true), figure.numbers)
    case "total_connections": return .text(try connected.page(parameters: true), figure.numbers)
    case "modern_total": return .text(try backendInput(ReferenceNetworks.modernLeNet).page(), figure.numbers)
    default: return nil
    }
  }
}
