import CNNModel

/// Calls of a stack that are written alike and built alike.
struct StackGroup {
  private(set) var arguments: [String]
  private(set) var text: String
  private(set) var count = 1
  private let first: FrameID
  private let layerCount: Int
  private let written: String

  private static let most = 4

  /// In the order of their first calls; what is more than a card should hold comes to one of `others`.
  static func groups(of calls: [FrameID], _ network: Network, _ form: NormalForm) -> [StackGroup] {
    struct Key: Hashable {
      let text: String
      let layerCount: Int
    }
    var groups: [StackGroup] = []
    var indices: [Key: Int] = [:]
    for call in calls {
      let frame = network.frames[Int(call)]
      let stage = form.text(of: frame)
      let key = Key(text: stage.arguments, layerCount: frame.layers.count)
      if let index = indices[key] {
        groups[index].count += 1
      } else {
        indices[key] = groups.count
        groups.append(
          StackGroup(
            arguments: stage.argumentList, text: stage.arguments, first: call, layerCount: key.layerCount,
            written: stage.arguments))
      }
    }
    if groups.count > most {
      let rest = groups[(most - 1)...]
      var others = groups[most - 1]
      others.count = rest.reduce(0) { $0 + $1.count }
      others.text = "\(rest.count) others"
      return groups[..<(most - 1)] + [others]
    }
    return groups.indices.map { index in
      var group = groups[index]
      if groups[(index + 1)...].contains(where: { $0.written == group.written }) {
        let channels = network.shape(of: network.frames[Int(group.first)].input).channels
        group.text += (group.text.isEmpty ? "" : ", ") + "\(channels) channels in"
      }
      return group
    }
  }

  private init(arguments: [String], text: String, first: FrameID, layerCount: Int, written: String) {
    self.arguments = arguments
    self.text = text
    self.first = first
    self.layerCount = layerCount
    self.written = written
  }
}
