import CNNModel

/// The calls of a network from the outside in, those without layers left out.
struct CallTree {
  private let ranges: [Range<Int>]
  private var firstCall: [FrameID?]
  private var nextCall: [FrameID?]
  private var reachedInto: Set<FrameID> = []

  init(_ network: Network, _ layers: Range<Int>) {
    let ranges = network.frames.map { $0.layers.clamped(to: layers) }
    self.ranges = ranges
    firstCall = Array(repeating: nil, count: ranges.count)
    nextCall = Array(repeating: nil, count: ranges.count)
    var lastCall: [FrameID?] = firstCall
    for (index, frame) in network.frames.enumerated().dropFirst() where !ranges[index].isEmpty {
      let parent = Int(frame.parent)
      if let last = lastCall[parent] {
        nextCall[Int(last)] = FrameID(index)
      } else {
        firstCall[parent] = FrameID(index)
      }
      lastCall[parent] = FrameID(index)
    }
    for index in layers {
      for tensor in network.inputs(of: network.layers[index]) { note(tensor, readBy: index, network) }
    }
    for output in network.outputs where layers.contains(Int(output.tensor)) { note(output.tensor, readBy: nil, network) }
  }

  func layers(of call: FrameID) -> Range<Int> { ranges[Int(call)] }

  /// The first call that a call makes.
  func first(in call: FrameID) -> FrameID? { firstCall[Int(call)] }

  /// The next call that the same caller makes.
  func following(_ call: FrameID) -> FrameID? { nextCall[Int(call)] }

  /// Whether something outside reads a tensor of it that is not its output. Closed, it would hide where that comes from.
  func isReachedInto(_ call: FrameID) -> Bool { reachedInto.contains(call) }

  private mutating func note(_ tensor: TensorID, readBy reader: Int?, _ network: Network) {
    var frame = network.layers[Int(tensor)].frame
    while frame > 0, !(reader.map { ranges[Int(frame)].contains($0) } ?? false) {
      if network.frames[Int(frame)].output != tensor { reachedInto.insert(frame) }
      frame = network.frames[Int(frame)].parent
    }
  }
}
