import Testing

@testable import TensorEngine

/// Layers that take nothing from what enters but its extents.
@Suite struct SourceTests {
  @Test func coordinatesGoFromEndToEnd() throws {
    let y = try Coordinates()(Tensor(zeros: TensorShape([2, 3, 2, 5])))
    #expect(y.shape.extents == [2, 3, 2, 2])
    let example: [Float] = [-1, -1, -1, 1, 0, -1, 0, 1, 1, -1, 1, 1]
    #expect(y.scalars == example + example)
    let volume = try Coordinates()(Tensor(zeros: TensorShape([1, 1, 2, 1, 4])))
    #expect(volume.scalars == [-1, -1, -1, -1, 1, -1])
    #expect(try Coordinates()(Tensor(zeros: TensorShape([1, 4, 1]))).scalars == [-1, -1 / 3, 1 / 3, 1])
    #expect(throws: TensorError.self) { try Coordinates()(Tensor(zeros: TensorShape([2, 5]))) }
  }

  @Test func noiseIsNormalWhileTrainingAndNothingInUse() throws {
    let x = try Tensor(repeating: 7, TensorShape([4, 30, 30, 3]))
    #expect(try Noise()(x) == Tensor(zeros: x.shape))
    func noise(_ seed: UInt64) throws -> [Double] {
      var tape = Tape.training(seed: seed)
      return try Noise()(tape.variable(x), &tape).tensor.doubles
    }
    let values = try noise(5)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count
    let inside = Double(values.filter { abs($0) < 1 }.count) / count
    // Five standard deviations of each.
    #expect(abs(mean) < 5 / count.squareRoot())
    #expect(abs(variance - 1) < 5 * (2 / count).squareRoot())
    #expect(abs(fourth - 3) < 5 * (96 / count).squareRoot())
    #expect(abs(inside - 0.6827) < 5 * (0.22 / count).squareRoot())
    let neighbours = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
    #expect(abs(neighbours) < 5 / count.squareRoot())
    #expect(try noise(5) == values)
    #expect(try noise(6) != values)
    #expect(Set(values).count > values.count * 99 / 100)
  }

  @Test func twoNoisesOfAStepDiffer() throws {
    let x = Variable(try Tensor(zeros: TensorShape([1, 9])))
    var tape = Tape.training(seed: 1)
    #expect(try Noise()(x, &tape).tensor != Noise()(x, &tape).tensor)
  }

  @Test func noGradientGoesIntoASource() throws {
    var generator = SeededGenerator(seed: 1)
    let learned = try Learned([4, 4, 2], using: &generator)
    for layer in [Coordinates(), Noise(), learned] as [any Layer] {
      var tape = Tape.training(seed: 1)
      let x = tape.variable(try Tensor(zeros: TensorShape([2, 4, 4, 2])))
      let y = try layer(x, &tape)
      let flow = try tape.backward(from: [(y, y.tensor)], to: [x], parameterCount: 0)
      #expect(flow.inputs[0] == nil, "\(type(of: layer))")
    }
  }

  @Test func aLearnedTensorIsNamedAsItsLayer() throws {
    var generator = SeededGenerator(seed: 1)
    var learned = try Learned([2, 3], initial: 0.5, using: &generator)
    #expect(learned.weight.value.scalars == Array(repeating: 0.5, count: 6))
    #expect(learned.weight.role == .tensor && learned.weight.isLearned)
    var names: [String] = []
    try learned.visitParameters("encoder.pos_embed.") { (name, _) throws(TensorError) in names.append(name) }
    try learned.visitParameters("") { (name, _) throws(TensorError) in names.append(name) }
    #expect(names == ["encoder.pos_embed", ""])
    let y = try learned(Tensor(zeros: TensorShape([4, 9])))
    #expect(y == (try Tensor(repeating: 0.5, TensorShape([4, 2, 3]))))
  }

  @Test func aDeviationIsDrawnFromTheSeed() throws {
    func values(_ seed: UInt64, _ deviation: Float) throws -> [Double] {
      var generator = SeededGenerator(seed: seed)
      return try Learned([50, 60], initial: 2, deviation: deviation, using: &generator).weight.value.doubles
    }
    let drawn = try values(1, 0.02)
    let mean = drawn.reduce(0, +) / 3000
    let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3000
    #expect(abs(mean - 2) < 5 * 0.02 / 3000.0.squareRoot())
    #expect(abs(variance.squareRoot() - 0.02) < 0.002)
    #expect(try values(1, 0.02) == drawn)
    #expect(try values(2, 0.02) != drawn)
    #expect(try values(1, 0) == Array(repeating: 2, count: 3000))
  }

  @Test(arguments: [[], [0, 3], [1, 1, 1, 1, 1], [Int.max, 2]])
  func impossibleLearnedTensorsAreRefused(_ extents: [Int]) {
    var generator = SeededGenerator(seed: 1)
    #expect(throws: TensorError.self) { try Learned(extents, using: &generator) }
  }
}
