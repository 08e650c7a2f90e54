import CNNBackends
import Foundation
import Testing

/// The checks of a layout find the fault that was put into it, and no other.
@Suite(.enabled(if: Graphviz.isInstalled, Graphviz.isMissing))
struct LayoutCheckTests {
  private typealias Object = [String: Any]

  /// A residual block that is drawn open, between two layers.
  private static let source = """
    model Net {
      input 8x8x4
      first: conv 4, 3x3, pad same
      body: unit
      last: conv 4, 3x3, pad same
    }

    block unit {
      add {
        - conv 4, 3x3, pad same | conv 4, 3x3, pad same
        - identity
      }
    }
    """

  private func dot() throws -> String {
    let input = try input(Self.source)
    try #require(input.network.isComplete)
    return try input.graph(GraphOptions(depth: .all))
  }

  /// The layout after a change to what Graphviz wrote of it.
  private func faults(_ change: (inout Document) throws -> Void) throws -> [String] {
    var document = try Document(Graphviz.run(dot(), format: "json").output)
    try change(&document)
    return LayoutCheck(layout: try GraphLayout(document.data)).faults
  }

  @Test func nothingIsFoundInAGoodLayout() throws {
    #expect(try faults { _ in } == [])
  }

  @Test func aCardOnAnotherIsFound() throws {
    let faults = try faults { document in
      try document.set("pos", of: "first", to: document.get("pos", of: "last"))
    }
    #expect(faults.contains("first and last overlap") || faults.contains("last and first overlap"), "\(faults)")
    #expect(faults.filter { $0.contains("overlap") }.count == 1, "\(faults)")
  }

  @Test func cardsThatTouchDoNotOverlap() throws {
    let faults = try faults { document in
      let place = try document.place(of: "first")
      let height = (Double(try document.get("height", of: "first")) ?? 0) * 72
      let below = try document.place(of: "last")
      try document.set("pos", of: "last", to: "\(below.x),\(place.y - height)")
      try document.set("height", of: "last", to: document.get("height", of: "first"))
    }
    #expect(!faults.contains { $0.contains("overlap") }, "\(faults)")
  }

  @Test func aLineThroughACardIsFound() throws {
    let faults = try faults { document in
      let (start, end) = (try document.place(of: "first"), try document.place(of: "last"))
      document.redraw(firstEdgeFrom: "first", from: start, to: end)
    }
    #expect(faults.contains { $0.contains("runs through body.conv1") }, "\(faults)")
    #expect(!faults.contains { $0.contains("overlap") || $0.contains("beside") || $0.contains("wide") }, "\(faults)")
  }

  /// Straight lines where Graphviz is not told to lead them around what is in their way.
  @Test func aLineThatGraphvizDrawsThroughCardsIsFound() throws {
    let straight = try dot().replacing("splines=spline", with: "splines=line")
    let end = try #require(straight.lastIndex(of: "}"))
    let dot = straight[..<end] + "\"first\" -> \"last\"\n}\n"
    let faults = LayoutCheck(layout: try Graphviz.layout(String(dot))).faults
    #expect(faults.contains { $0.hasPrefix("the line from first to last runs through") }, "\(faults)")
  }

  @Test func aLineThroughATitleIsFound() throws {
    let faults = try faults { document in
      let title = try document.title(of: "cluster_body")
      document.redraw(firstEdgeFrom: "input", from: (title.x, title.y + 20), to: (title.x, title.y - 20))
    }
    #expect(faults.contains { $0.hasSuffix("runs through the title of cluster_body") }, "\(faults)")
  }

  @Test func aKinkInTheMainColumnIsFound() throws {
    let faults = try faults { document in
      let place = try document.place(of: "last")
      try document.set("pos", of: "last", to: "\(place.x + 2),\(place.y)")
    }
    #expect(faults == ["last is beside the main column"], "\(faults)")
  }

  @Test func aBowIsFound() throws {
    let faults = try faults { document in
      let corner = try document.place(of: "first~to~body.add1~1")
      document.redraw(
        firstEdgeFrom: "first~to~body.add1~1", from: corner, to: (corner.x + 2, corner.y - 40))
    }
    #expect(faults == ["the line from first~to~body.add1~1 to body.add1~at~first~1 bows"], "\(faults)")
  }

  @Test func aWideCardIsFound() throws {
    let faults = try faults { try $0.set("width", of: "last", to: "2.7") }
    #expect(faults.count == 1 && faults[0].hasPrefix("last is 194"), "\(faults)")
  }

  /// What `dot -Tjson` wrote, with its objects open to changes.
  private struct Document {
    private var root: Object
    private var objects: [Object]

    init(_ json: Data) throws {
      root = try #require(try JSONSerialization.jsonObject(with: json) as? Object)
      objects = try #require(root["objects"] as? [Object])
    }

    var data: Data {
      get throws {
        var root = root
        root["objects"] = objects
        return try JSONSerialization.data(withJSONObject: root)
      }
    }

    private func index(of name: String) throws -> Int {
      try #require(objects.firstIndex { $0["name"] as? String == name }, "\(name) is not drawn")
    }

    func get(_ attribute: String, of name: String) throws -> String {
      try #require(objects[index(of: name)][attribute] as? String)
    }

    mutating func set(_ attribute: String, of name: String, to value: String) throws {
      objects[try index(of: name)][attribute] = value
    }

    func place(of name: String) throws -> (x: Double, y: Double) { try Self.point(get("pos", of: name)) }

    func title(of cluster: String) throws -> (x: Double, y: Double) { try Self.point(get("lp", of: cluster)) }

    private static func point(_ text: String) throws -> (x: Double, y: Double) {
      let numbers = text.split(separator: ",").compactMap { Double($0) }
      try #require(numbers.count == 2)
      return (numbers[0], numbers[1])
    }

    /// A straight line in the place of the one that was drawn.
    mutating func redraw(firstEdgeFrom name: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) {
      guard var edges = root["edges"] as? [Object],
        let tail = objects.first(where: { $0["name"] as? String == name })?["_gvid"] as? Int,
        let index = edges.firstIndex(where: { $0["tail"] as? Int == tail })
      else {
        Issue.record("no line leaves \(name)")
        return
      }
      let points = [0, 1.0 / 3, 2.0 / 3, 1].map { t in
        "\(from.x + t * (to.x - from.x)),\(from.y + t * (to.y - from.y))"
      }
      edges[index]["pos"] = points.joined(separator: " ")
      root["edges"] = edges
    }
  }
}
