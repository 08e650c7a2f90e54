import CNNModel

/// The calls of a network from the outside in, those without layers left out.
struct CallTree {
  private let ranges: [Range<Int>]
  private var firstCall: [FrameID?]
  private var nextCall: [FrameID?]

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
  }

  func layers(of call: FrameID) -> Range<Int> { ranges[Int(call)] }

  /// The first call that a call makes.
  func first(in call: FrameID) -> FrameID? { firstCall[Int(call)] }

  /// The next call that the same caller makes.
  func following(_ call: FrameID) -> FrameID? { nextCall[Int(call)] }
}
