import CNNBackends
import CNNLayers
import CNNModel
import Foundation
import Testing

/// Every layer and every connection is in what Graphviz read, once, with the shape it carries.
@Suite(.enabled(if: Graphviz.isInstalled, Graphviz.isMissing))
struct GraphContentTests {
  @Test(arguments: GraphSample.all)
  func isComplete(sample: GraphSample) throws {
    let input = try sample.input()
    try check(try input.graph(GraphOptions(depth: sample.depth)), input.network, "\(sample.testDescription)")
  }

  @Test(arguments: ReportSample.allCases)
  func isCompleteForHardNetworks(sample: ReportSample) throws {
    for depth in [ReportOptions.Depth.levels(1), .levels(2), .all] {
      let input = try sample.model()
      try check(try input.graph(GraphOptions(depth: depth)), input.network, "\(sample) \(depth)")
    }
  }

  @Test func isCompleteWithHeads() throws {
    let compilation = try GraphSample.compile(
      "googlenet.cnn", .first, overrides: [Override(name: "auxiliary", value: "on")])
    let input = BackendInput(compilation, try #require(compilation.models.first))
    try check(try input.graph(), input.network, "GoogLeNet with its heads")
    let text = try input.graph()
    for name in ["aux1", "aux2"] { #expect(text.contains("<B>output</B>&nbsp;&nbsp;\(name)"), "\(name)") }
  }

  @Test func isCompleteFromLeftToRight() throws {
    for file in ["unet.cnn", "googlenet.cnn", "two_inputs.cnn", "yolov3_tiny.cnn"] {
      let compilation = try GraphSample.compile(file, .first)
      let input = BackendInput(compilation, try #require(compilation.models.first))
      try check(try input.graph(GraphOptions(isHorizontal: true)), input.network, file)
    }
  }

  private func check(_ dot: String, _ network: Network, _ name: String) throws {
    let layout = try Graphviz.layout(dot)
    let places = Places(layout, network)
    for (layer, nodes) in places.nodes.enumerated() {
      #expect(nodes.count == 1, "\(network.path(of: network.layers[layer])) stands \(nodes.count) times in \(name)")
    }
    #expect(places.unknown.isEmpty, "\(places.unknown) in \(name)")
    #expect(found(layout) == expected(layout, network, places), "the connections of \(name)")
    // A closed block with several results has room for one shape.
    var shapes: [Int: Set<String>] = [:]
    for (index, layer) in places.nodes.enumerated() where layer.count == 1 {
      let readers = network.readers(of: TensorID(index), in: places.nodes.indices)
      guard readers.contains(where: { places.nodes[$0] != layer }) else { continue }
      shapes[layer[0], default: []].insert(Self.shape(network.shapeWords(of: TensorID(index))))
    }
    for (node, given) in shapes {
      let shown = layout.nodes[node]?.shape ?? ""
      #expect(given.contains { Self.isSame(shown, $0) }, "\(node) of \(name) gives \(given)")
    }
  }

  /// Sums are set apart from the crosses between extents.
  private static func shape(_ words: ShapeWords) -> String {
    words.extents.map { extent in
      var depth = 0
      let isSum = extent.contains { letter in
        depth += letter == "(" ? 1 : letter == ")" ? -1 : 0
        return letter == " " && depth == 0
      }
      return isSum ? "(\(extent))" : extent
    }.joined(separator: " × ")
  }

  /// Formulas that have no room are cut in their middle.
  private static func isSame(_ shown: String, _ shape: String) -> Bool {
    let parts = shown.components(separatedBy: "…")
    return shown == shape
      || parts.count == 2 && shown.count > 20 && shape.hasPrefix(parts[0]) && shape.hasSuffix(parts[1])
  }

  /// How often a node reads another, as the lines show it.
  private func found(_ layout: GraphLayout) -> [Pair: Int] {
    let next = Dictionary(grouping: layout.edges.filter(\.isVisible), by: \.tail).mapValues { $0.map(\.head) }
    var pairs: [Pair: Int] = [:]
    for (index, node) in layout.nodes where node.isCard {
      var open = next[index] ?? []
      while let place = open.popLast() {
        if layout.nodes[place]?.isCard ?? false {
          pairs[Pair(from: index, to: place), default: 0] += 1
        } else {
          open += next[place] ?? []
        }
      }
    }
    return pairs
  }

  /// How often it does, as the network says it: closed blocks read a tensor once.
  private func expected(_ layout: GraphLayout, _ network: Network, _ places: Places) -> [Pair: Int] {
    var pairs: [Pair: Int] = [:]
    var seen: Set<[Int]> = []
    for index in places.nodes.indices {
      guard let reader = places.nodes[index].first else { continue }
      for tensor in network.inputs(of: network.layers[index]) {
        guard let source = places.nodes[Int(tensor)].first, source != reader else { continue }
        if places.closed.contains(reader), !seen.insert([Int(tensor), reader]).inserted { continue }
        pairs[Pair(from: source, to: reader), default: 0] += 1
      }
    }
    for output in network.outputs where Int(output.tensor) < places.nodes.count {
      let name = output.place == nil ? "~output" : "~output~\(output.name)"
      guard let source = places.nodes[Int(output.tensor)].first,
        let node = layout.nodes.first(where: { $0.value.name == name })?.key
      else { continue }
      pairs[Pair(from: source, to: node), default: 0] += 1
    }
    return pairs
  }

  private struct Pair: Hashable {
    let from: Int
    let to: Int
  }
}

/// Where each layer stands, as the tooltips tell it: cards name every layer, closed blocks how many there are.
private struct Places {
  /// The nodes of each layer.
  private(set) var nodes: [[Int]]
  /// The nodes that stand for closed blocks.
  private(set) var closed: Set<Int> = []
  /// Names that no layer has.
  private(set) var unknown: [String] = []

  init(_ layout: GraphLayout, _ network: Network) {
    let count = network.validLayers ?? network.layers.count
    nodes = Array(repeating: [], count: count)
    let names = network.layers.prefix(count).map { Self.shown(network.path(of: $0)) }
    let layerNumbers = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let inputs = Dictionary(network.inputs.map { ($0.name, Int($0.tensor)) }, uniquingKeysWith: { first, _ in first })
    for (index, node) in layout.nodes where node.isCard && !node.tooltip.hasSuffix(": output") {
      if node.tooltip.hasSuffix(": input") {
        if let layer = inputs[String(node.tooltip.dropLast(7))] {
          nodes[layer].append(index)
        } else {
          unknown.append(node.name)
        }
        continue
      }
      let lines = node.tooltip.components(separatedBy: "\\n\\n")[0].components(separatedBy: "\\n")
      if let layers = Self.closedLayers(lines[0], network) {
        closed.insert(index)
        for layer in layers { nodes[layer].append(index) }
      }
      for line in lines {
        guard let colon = line.range(of: ": ") else { continue }
        if let layer = layerNumbers[String(line[..<colon.lowerBound])] {
          nodes[layer].append(index)
        } else if !closed.contains(index) {
          unknown.append(line)
        }
      }
    }
  }

  /// The layers of `layer2.0–3: bottleneck × 4 (52 layers, ...)`: so many from the first of the first call on.
  private static func closedLayers(_ line: String, _ network: Network) -> Range<Int>? {
    guard let match = line.firstMatch(of: #/ \((\d+) layers?[,)]/#), let count = Int(match.1),
      let colon = line.range(of: ": ")
    else { return nil }
    let name = line[..<colon.lowerBound]
    let first = network.frames.first { frame in
      let path = shown(network.path(of: frame))
      return path == name || name.hasPrefix(path + "–") || range(name, startsWith: path)
    }
    return first.map { $0.layers.lowerBound..<$0.layers.lowerBound + count }
  }

  /// `layer2.0–3` starts with `layer2.0`.
  private static func range(_ name: Substring, startsWith path: String) -> Bool {
    guard let dash = name.firstIndex(of: "–") else { return false }
    let rest = name[name.index(after: dash)...].drop { $0.isNumber }
    return String(name[..<dash] + rest) == path
  }

  private static func shown(_ path: String) -> String {
    path.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control && scalar != "\t"
        ? "\u{FFFD}" : scalar == "\t" ? "    " : String(scalar)
    }.joined()
  }
}

extension Network {
  fileprivate func readers(of tensor: TensorID, in layers: Range<Int>) -> [Int] {
    layers.filter { inputs(of: self.layers[$0]).contains(tensor) }
  }
}
