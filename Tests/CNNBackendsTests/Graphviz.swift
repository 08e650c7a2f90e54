import Foundation
import Testing

/// The installed Graphviz, and what it makes of a diagram.
enum Graphviz {
  static let isInstalled = program != nil
  static let isMissing: Comment = "`dot` is not on the PATH; `apt install graphviz` brings it"

  private static let program: URL? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("dot") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  struct Run {
    let output: Data
    let complaints: String
    let exitCode: Int32
  }

  static func run(_ dot: String, format: String) throws -> Run {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = ["in.dot", "out", "err"].map { folder.appendingPathComponent($0) }
    try Data(dot.utf8).write(to: names[0])
    _ = FileManager.default.createFile(atPath: names[2].path, contents: nil)
    let process = Process()
    process.executableURL = program
    process.arguments = ["-T\(format)", names[0].path, "-o", names[1].path]
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    process.waitUntilExit()
    return Run(
      output: (try? Data(contentsOf: names[1])) ?? Data(),
      complaints: try String(contentsOf: names[2], encoding: .utf8),
      exitCode: process.terminationStatus)
  }

  /// Lays a diagram out; Graphviz must have nothing to complain of.
  static func layout(_ dot: String) throws -> GraphLayout {
    let run = try run(dot, format: "json")
    #expect(run.complaints.isEmpty, "\(run.complaints)")
    #expect(run.exitCode == 0)
    return try GraphLayout(run.output)
  }
}

/// A diagram as Graphviz has laid it out: points to the right and up.
struct GraphLayout {
  struct Box {
    let left: Double
    let bottom: Double
    let right: Double
    let top: Double

    var middle: Double { (left + right) / 2 }
    var width: Double { right - left }

    func overlaps(_ other: Box) -> Bool {
      left < other.right - 0.5 && other.left < right - 0.5 && bottom < other.top - 0.5 && other.bottom < top - 0.5
    }

    /// Whether a point lies inside, further from the border than `margin`.
    func holds(_ x: Double, _ y: Double, margin: Double) -> Bool {
      x > left + margin && x < right - margin && y > bottom + margin && y < top - margin
    }
  }

  struct Node {
    let name: String
    let group: String
    let label: String
    let tooltip: String
    let link: String
    let box: Box
    let isPoint: Bool

    /// Whether it stands for layers, an input or an output, and not only for a place where lines turn.
    var isCard: Bool { tooltip.contains(":") }

    /// What stands below the card.
    var shape: String? {
      guard let cell = label.range(of: "PORT=\"t\"") else { return nil }
      let rest = label[cell.upperBound...]
      guard let start = rest.range(of: "<FONT")?.upperBound, let text = rest[start...].firstIndex(of: ">"),
        let end = rest.range(of: "</FONT>")?.lowerBound
      else { return nil }
      return String(rest[rest.index(after: text)..<end])
    }
  }

  struct Edge {
    let tail: Int
    let head: Int
    /// Points along the line.
    let line: [(x: Double, y: Double)]
    let isVisible: Bool
  }

  struct Cluster {
    let name: String
    let label: Box?
  }

  private(set) var nodes: [Int: Node] = [:]
  private(set) var edges: [Edge] = []
  private(set) var clusters: [Cluster] = []

  init(_ json: Data) throws {
    let root = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    for object in root["objects"] as? [[String: Any]] ?? [] {
      guard let identifier = object["_gvid"] as? Int, let name = object["name"] as? String else { continue }
      if let position = object["pos"] as? String {
        let middle = position.split(separator: ",").compactMap { Double($0) }
        let size = ["width", "height"].map { Double(object[$0] as? String ?? "") ?? 0 }
        let (width, height) = (size[0] * 72, size[1] * 72)
        let box = Box(
          left: middle[0] - width / 2, bottom: middle[1] - height / 2, right: middle[0] + width / 2,
          top: middle[1] + height / 2)
        nodes[identifier] = Node(
          name: name, group: object["group"] as? String ?? "", label: object["label"] as? String ?? "",
          tooltip: object["tooltip"] as? String ?? "", link: object["URL"] as? String ?? "", box: box,
          isPoint: ["point", "box"].contains(object["shape"] as? String))
      } else if name.hasPrefix("cluster") {
        clusters.append(Cluster(name: name, label: Self.label(object)))
      }
    }
    for edge in root["edges"] as? [[String: Any]] ?? [] {
      guard var tail = edge["tail"] as? Int, var head = edge["head"] as? Int else { continue }
      if edge["dir"] as? String == "back" { swap(&tail, &head) }
      edges.append(
        Edge(
          tail: tail, head: head, line: Self.line(edge["pos"] as? String ?? ""),
          isVisible: edge["style"] as? String != "invis"))
    }
  }

  private static func label(_ cluster: [String: Any]) -> Box? {
    guard let middle = (cluster["lp"] as? String)?.split(separator: ",").compactMap({ Double($0) }), middle.count == 2,
      let width = Double(cluster["lwidth"] as? String ?? ""), let height = Double(cluster["lheight"] as? String ?? "")
    else { return nil }
    return Box(
      left: middle[0] - width * 36, bottom: middle[1] - height * 36, right: middle[0] + width * 36,
      top: middle[1] + height * 36)
  }

  /// The points of the curves that Graphviz gives by their four control points each.
  private static func line(_ text: String) -> [(x: Double, y: Double)] {
    var controls: [(Double, Double)] = []
    var end: (Double, Double)?
    for part in text.split(separator: " ") {
      let numbers = part.split(separator: ",").compactMap { Double($0) }
      guard numbers.count == 2 else { continue }
      if part.hasPrefix("e,") { end = (numbers[0], numbers[1]) } else { controls.append((numbers[0], numbers[1])) }
    }
    var points: [(x: Double, y: Double)] = []
    for start in stride(from: 0, to: max(controls.count - 3, 0), by: 3) {
      for step in 0...20 {
        let t = Double(step) / 20
        let weights = [(1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t]
        let (x, y) = (0..<4).reduce((0.0, 0.0)) { sum, index in
          (sum.0 + weights[index] * controls[start + index].0, sum.1 + weights[index] * controls[start + index].1)
        }
        points.append((x, y))
      }
    }
    if let end { points.append((end.0, end.1)) }
    return points
  }
}
