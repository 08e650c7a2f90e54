import TensorKernels
import Testing

@testable import TensorEngine

/// What does not fit is an error that says what was expected, what was found and where; nothing traps.
@Suite struct RefusalTests {
  private static let site = Site(path: "stage1.conv2", file: "net.cnn", line: 7)

  @Test func anErrorNamesItsLayer() throws {
    var generator = SeededGenerator(seed: 1)
    let layer = try Convolution(3, filters: 4, window: Window([3, 3]), using: &generator, site: Self.site)
    let x = try Tensor(zeros: TensorShape([2, 8, 8, 5]))
    let error = #expect(throws: TensorError.self) { try layer(x) }
    #expect(error?.site == Self.site)
    #expect(error?.description == "stage1.conv2 (net.cnn:7): expected an input with 3 channels, found [2, 8, 8, 5]")
  }

  @Test func aWeightOfAnotherShapeIsNamed() throws {
    var generator = SeededGenerator(seed: 1)
    var layer = try Dense(3, units: 4, using: &generator, site: Self.site)
    layer.weight.value = try Tensor(zeros: TensorShape([4, 3]))
    let error = #expect(throws: TensorError.self) { try layer(Tensor(zeros: TensorShape([1, 3]))) }
    #expect(error?.description == "stage1.conv2 (net.cnn:7): expected weight [3, 4], found [4, 3]")
  }

  /// Its input fits, what a layer makes of it does not.
  @Test func aBatchLargerThanMemoryIsRefused() throws {
    var generator = SeededGenerator(seed: 1)
    let filters = 1 << 16
    let layer = try Convolution(1, filters: filters, window: Window([1, 1]), using: &generator, site: Self.site)
    let batch = tk_memory_limit() / (64 * 64 * filters * 4) + 1
    let x = try Tensor(zeros: TensorShape([batch, 64, 64, 1]))
    let expected = TensorError(.outOfMemory(bytes: batch * 64 * 64 * filters * 4), site: Self.site)
    #expect(throws: expected) { try layer(x) }
  }

  /// Layers with numbers out of any range, on inputs of every rank: each either runs or says why not.
  @Test func noNumberTraps() throws {
    let numbers = [Int.min, -1, 0, 1, 2, 3, 1 << 40, Int.max]
    var refused = 0
    var ran = 0
    for input in [[2, 6], [1, 5, 6], [1, 3, 4, 6], [1, 2, 3, 2, 6]] {
      let x = try Tensor(repeating: 1, TensorShape(input))
      let axes = input.count - 2
      for number in numbers {
        for make in Self.layers(number, axes) {
          do {
            let layer = try make()
            let y = try layer(x)
            #expect(y.shape.count >= 1)
            ran += 1
          } catch is TensorError {
            refused += 1
          }
        }
      }
    }
    #expect(ran > 100 && refused > 100)
  }

  @Test(arguments: [Fit.Operation.crop, .pool(.max), .resize(.nearest, alignsCorners: false)])
  func noSizeTraps(_ operation: Fit.Operation) throws {
    let x = Variable(try Tensor(repeating: 1, TensorShape([1, 5, 2])))
    for cells in [Int.min, -1, 0, 1 << 40, Int.max] {
      var tape = Tape.inference
      #expect(throws: TensorError.self, "\(cells) cells") { try Fit(operation, to: [.cells(cells)])(x, &tape) }
    }
  }

  private static func layers(_ number: Int, _ axes: Int) -> [() throws -> any Layer] {
    let list = Array(repeating: number, count: axes)
    let twos = Array(repeating: 2, count: axes)
    let zeros = Array(repeating: 0, count: axes)
    return [
      { try Pool(.max, window: Window(list)) },
      { try Pool(.average, window: Window(twos, stride: list), ceil: true) },
      { try Pool(.max, window: Window(twos, dilation: list, before: list), countsPadding: true) },
      { try Pool(.average, window: Window(list, before: list), countsPadding: true) },
      { AdaptivePool(.average, size: list) },
      { Resize(.bicubic, size: list) },
      { Resize(.nearest, size: list) },
      { Pad(.zero, before: list, after: zeros) },
      { Pad(.reflect, before: zeros, after: list) },
      { Pad(.circular, before: list, after: list) },
      { Crop(before: list, after: zeros) },
      { Slice(start: number, count: 2) },
      { Slice(start: 1, count: number) },
      { PixelShuffle(factor: number) },
      { PixelUnshuffle(factor: number) },
      { ChannelShuffle(groups: number) },
      { Reshape([number, number]) },
      { try Permute([number]) },
      { LocalResponseNormalization(size: number) },
      { try Normalization(.group(number), channels: 6) },
      { try Normalization(.batch(momentum: 0.1), channels: number) },
      { try ParametricRelu(slopes: number) },
      { try Scale(channels: number) },
      { Dropout(rate: Float(number)) },
      { GlobalPool(.max) },
      { Slice(start: number, count: 1, over: .length) },
      { Slice(start: 0, count: number, over: .height) },
      { Reduce(.norm, over: AxisSet(rawValue: UInt8(truncatingIfNeeded: number))) },
      { Softmax(over: [.width, .channels]) },
      { UnitNormalization(over: .cells, epsilon: Float(number)) },
      { GatedLinear() },
      { Coordinates() },
      { Activation(.clip(low: Float(number), high: 0)) },
      {
        var generator = SeededGenerator(seed: 1)
        return try Learned(list + [number], using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try LocalConvolution(
          list + [6], filters: 2, window: Window(twos, stride: list, before: list), using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try LocalConvolution([5, 6], filters: number, window: Window([2]), using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try Recurrent(.lstm, 6, units: number, both: true, using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try Recurrent(.gru, number, units: 2, biases: number, using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try Convolution(6, filters: 2, window: Window(twos, stride: list, before: list), using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try Convolution(6, filters: number, window: Window(twos), groups: 2, using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try Convolution(number, filters: 6, window: Window(list), groups: number, using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try TransposedConvolution(6, filters: 2, window: Window(twos, stride: list), using: &generator)
      },
      {
        var generator = SeededGenerator(seed: 1)
        return try Dense(number, units: number, using: &generator)
      },
    ]
  }

  @Test func joinsSayWhichShapesDiffer() throws {
    var tape = Tape.inference
    let a = Variable(try Tensor(zeros: TensorShape([1, 2, 3])))
    let b = Variable(try Tensor(zeros: TensorShape([1, 4, 3])))
    let expected = TensorError(.shapesDiffer([1, 2, 3], [1, 4, 3]), site: Self.site)
    #expect(throws: expected) { try Concatenate(site: Self.site)([a, b], &tape) }
    #expect(throws: expected) { try Elementwise(.add, site: Self.site)([a, b], &tape) }
    #expect(throws: TensorError.self) { try Concatenate()([], &tape) }
    #expect(throws: TensorError.self) { try Elementwise(.maximum)([], &tape) }
  }

  @Test func attentionAndUnpoolingSayWhatTheyWant() throws {
    func tensor(_ extents: Int...) throws -> Tensor { try Tensor(zeros: TensorShape(extents)) }
    let x = try tensor(2, 5, 6)
    for inputs in [
      [], [x], [x, x], [x, x, x, x], [x, try tensor(2, 5, 4), x], [x, x, try tensor(2, 4, 6)],
      [x, try tensor(1, 5, 6), try tensor(1, 5, 6)], [try tensor(6), try tensor(6), try tensor(6)],
    ] {
      #expect(throws: TensorError.self, "\(inputs.map(\.shape))") { try Attention()(inputs) }
    }
    for heads in [Int.min, -1, 0, 4, 5, Int.max] {
      #expect(throws: TensorError.self, "\(heads) heads") { try Attention(heads: heads)([x, x, x]) }
    }
    let error = #expect(throws: TensorError.self) { try Attention(heads: 4, site: Self.site)([x, x, x]) }
    #expect(error?.description == "stage1.conv2 (net.cnn:7): expected channels divisible by 4, found 6")
    let unpool = MaxUnpool(window: try Window([2], stride: [2]))
    #expect(try unpool([tensor(2, 2, 6), x]) == tensor(2, 5, 6))
    for inputs in [[], [x], [x, x], [x, x, x], [try tensor(2, 2, 6), try tensor(2, 5, 5, 6)]] {
      #expect(throws: TensorError.self, "\(inputs.map(\.shape))") { try unpool(inputs) }
    }
  }

  @Test func anAxisHasToBeThere() throws {
    let extents = [[2, 6], [1, 5, 6], [1, 3, 4, 6], [1, 2, 3, 2, 6]]
    let present: [[Axis]] = [
      [.channels], [.channels, .length], [.channels, .height, .width], [.channels, .depth, .height, .width],
    ]
    for (extents, present) in zip(extents, present) {
      let x = try Tensor(zeros: TensorShape(extents))
      for axis in Axis.allCases {
        let slice = Slice(start: 0, count: 1, over: axis)
        if present.contains(axis) {
          #expect(try slice(x).shape.rank == extents.count)
        } else {
          #expect(throws: TensorError.self, "\(axis) of \(extents)") { try slice(x) }
          #expect(throws: TensorError.self, "\(axis) of \(extents)") { try Concatenate(over: axis)([x, x]) }
        }
      }
      #expect(throws: TensorError.self) { try Reduce(.sum, over: [])(x) }
    }
    let error = #expect(throws: TensorError.self) {
      try Reduce(.sum, over: .height)(Tensor(zeros: TensorShape([1, 5, 6])))
    }
    #expect(error?.description == "expected an input over whose height to go of 4 to 5 axes, found [1, 5, 6]")
  }

  @Test func gradientsNeedATapeThatRecords() throws {
    let x = Variable(try Tensor(zeros: TensorShape([1, 2])))
    #expect(throws: TensorError(.notRecorded)) {
      try Tape.inference.backward(from: [(x, x.tensor)], parameterCount: 0)
    }
  }
}
