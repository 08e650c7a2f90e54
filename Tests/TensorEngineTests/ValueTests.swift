import Foundation
import Testing

@testable import TensorEngine

/// Functions and reductions where they bend, overflow or meet equals.
@Suite struct ValueTests {
  private func values(_ function: Activation.Function, _ x: [Float]) throws -> [Float] {
    try Activation(function)(Tensor([1, x.count], x)).scalars
  }

  /// The derivatives of the sum of a layer's outputs.
  private func slopes(_ layer: any Layer, _ x: Tensor) throws -> [Float] {
    var tape = Tape.recording
    let variable = tape.variable(x)
    let y = try layer(variable, &tape)
    let ones = try Tensor(repeating: 1, y.tensor.shape)
    return try #require(tape.backward(from: [(y, ones)], to: [variable], parameterCount: 0).inputs[0]).scalars
  }

  private func slopes(_ function: Activation.Function, _ x: [Float]) throws -> [Float] {
    try slopes(Activation(function), Tensor([1, x.count], x))
  }

  @Test func exponentialsReachBothEnds() throws {
    let x: [Float] = [-.infinity, -200, -100, -87.5, -1, 0, 1, 50, 88, 88.6, 89, 200, .infinity]
    for (x, y) in zip(x, try values(.exp, x)) {
      let expected = Float(exp(Double(x)))
      // What is less than a normal number has fewer digits.
      #expect(y == expected || abs(y - expected) <= max(4e-7 * expected, 0x1p-146), "e^\(x)")
    }
    #expect(try values(.exp, [.nan])[0].isNaN)
  }

  @Test func logarithmsReachBothEnds() throws {
    let x: [Float] = [0x1p-149, 0x1p-133, 1e-20, 0.5, 0.99999, 1, 1.00001, 2, 1e20, 3e38]
    for (x, y) in zip(x, try values(.log, x)) {
      #expect(abs(Double(y) - log(Double(x))) <= 3e-7 * (abs(log(Double(x))) + 1e-3), "ln \(x)")
    }
    let ends = try values(.log, [0, -0.0, .infinity, -1, -.infinity, .nan])
    #expect(ends[0] == -.infinity && ends[1] == -.infinity && ends[2] == .infinity)
    #expect(ends[3].isNaN && ends[4].isNaN && ends[5].isNaN)
  }

  @Test func derivativesAtBendsAreThoseOfPyTorch() throws {
    #expect(try slopes(.abs, [-2, 0, 2]) == [-1, 0, 1])
    #expect(try slopes(.clip(low: -1, high: 2), [-1.5, -1, 0, 2, 2.5]) == [0, 1, 1, 1, 0])
    #expect(try slopes(.hardTanh(low: -1, high: 2), [-1.5, -1, 0, 2, 2.5]) == [0, 0, 1, 0, 0])
    #expect(try slopes(.softShrink(threshold: 0.5), [-0.6, -0.5, 0, 0.5, 0.6]) == [1, 0, 0, 0, 1])
    #expect(try slopes(.sqrt, [0, 4]) == [.infinity, 0.25])
    #expect(try values(.clip(low: -1, high: 2), [.nan, -.infinity, .infinity])[1...] == [-1, 2])
    #expect(try values(.softShrink(threshold: 0.5), [.nan])[0].isNaN)
  }

  @Test func equalExtremesShareTheGradient() throws {
    let x = try Tensor([1, 2, 2, 2], [3, 1, 3, 5, 3, 5, 0, 1])
    let third: Float = 1 / 3
    let shared: [Float] = [third, 0, third, 0.5, third, 0.5, 0, 0]
    #expect(try slopes(Reduce(.maximum, over: .cells), x) == shared)
    #expect(try slopes(Reduce(.minimum, over: .cells), x) == [0, 0.5, 0, 0, 0, 0, 1, 0.5])
    #expect(try slopes(Reduce(.maximum, over: .channels), x) == [1, 0, 0, 1, 0, 1, 0, 1])
    let equal = try Tensor(repeating: 2, TensorShape([1, 40]))
    #expect(try slopes(Reduce(.maximum, over: .channels), equal) == Array(repeating: 1 / 40, count: 40))
  }

  @Test func aNormOfZeroHasNoSlope() throws {
    let x = try Tensor([2, 3], [0, 0, 0, 0, 3, 4])
    #expect(try Reduce(.norm, over: .channels)(x).scalars == [0, 5])
    #expect(try slopes(Reduce(.norm, over: .channels), x) == [0, 0, 0, 0, 0.6, 0.8])
    let unit = try UnitNormalization()(x).scalars
    #expect(unit[..<3] == [0, 0, 0] && abs(unit[4] - 0.6) < 1e-6 && abs(unit[5] - 0.8) < 1e-6)
    #expect(try slopes(UnitNormalization(epsilon: 0.5), x)[..<3] == [2, 2, 2])
  }

  @Test(arguments: [Reduce.Kind.maximum, .minimum, .sum, .mean, .norm])
  func notANumberIsNotLost(_ kind: Reduce.Kind) throws {
    for place in [0, 1, 17, 39] {
      var scalars = Array(repeating: Float(1), count: 40)
      scalars[place] = .nan
      #expect(try Reduce(kind, over: .channels)(Tensor([1, 40], scalars)).scalars[0].isNaN)
      #expect(try Reduce(kind, over: .length)(Tensor([1, 40, 1], scalars)).scalars[0].isNaN)
      #expect(try Reduce(kind, over: .length)(Tensor([1, 20, 2], scalars)).scalars[place % 2].isNaN)
    }
  }

  /// A mean of a million equal numbers is that number.
  @Test func longSumsAreExact() throws {
    let x = try Tensor(repeating: 0.1, TensorShape([1, 1000, 1000, 1]))
    #expect(abs(try Reduce(.mean, over: .cells)(x).scalars[0] - 0.1) < 1e-8)
    let two = try x.reshaped(TensorShape([1, 500, 1000, 2]))
    #expect(try Reduce(.sum, over: .cells)(two).scalars.allSatisfy { abs($0 - 50000) < 0.01 })
  }

  @Test func powersAreThoseOfPyTorchWhereTheyAreOdd() throws {
    func power(_ a: [Float], _ b: [Float]) throws -> (y: [Float], da: [Float], db: [Float]) {
      var tape = Tape.recording
      let (p, q) = (tape.variable(try Tensor([1, a.count], a)), tape.variable(try Tensor([1, b.count], b)))
      let y = try Elementwise(.power)([p, q], &tape)
      let ones = try Tensor(repeating: 1, y.tensor.shape)
      let flow = try tape.backward(from: [(y, ones)], to: [p, q], parameterCount: 0)
      return (y.tensor.scalars, flow.inputs[0]?.scalars ?? [], flow.inputs[1]?.scalars ?? [])
    }
    let found = try power([0, 0, -2, -2, 5, 0], [3, 0, 2, 3, 0, 2])
    #expect(found.y == [0, 1, 4, -8, 1, 0])
    #expect(found.da == [0, 0, -4, 12, 0, 0])
    #expect(found.db[..<4] == [0, 0, 0, 0] && abs(found.db[4] - 1.609438) < 1e-5 && found.db[5] == 0)
  }

  @Test func equalNumbersShareExtremes() throws {
    func slopes(_ operation: Elementwise.Operation) throws -> [Float] {
      var tape = Tape.recording
      let x = tape.variable(try Tensor([1, 3], [1, 2, 3]))
      let y = try Elementwise(operation, constants: [.init(2, at: 1)])([x], &tape)
      let ones = try Tensor(repeating: 1, y.tensor.shape)
      return try #require(tape.backward(from: [(y, ones)], to: [x], parameterCount: 0).inputs[0]).scalars
    }
    #expect(try slopes(.maximum) == [0, 0.5, 1])
    #expect(try slopes(.minimum) == [1, 0.5, 0])
  }

  @Test func constantsAloneAreNoJoin() throws {
    var tape = Tape.inference
    let x = Variable(try Tensor([1, 1], [3]))
    #expect(throws: TensorError.self) { try Elementwise(.add, constants: [.init(1, at: 0)])([], &tape) }
    for place in [-1, 2, Int.min, Int.max] {
      #expect(throws: TensorError.self) { try Elementwise(.add, constants: [.init(1, at: place)])([x], &tape) }
    }
    let twice = Elementwise(.add, constants: [.init(1, at: 1), .init(2, at: 1)])
    #expect(throws: TensorError.self) { try twice([x], &tape) }
    #expect(
      try Elementwise(.subtract, constants: [.init(1, at: 0), .init(5, at: 2)])([x], &tape).tensor.scalars == [-7])
    #expect(try Elementwise(.average)([x], &tape).tensor.scalars == [3])
  }

  /// Many queries meet in blocks, and large products would overflow without their largest taken off.
  @Test func attentionToEqualKeysIsTheMean() throws {
    let q = try Tensor(repeating: 40, TensorShape([1, 300, 8]))
    let v = try Tensor([1, 300, 8], (0..<2400).map { Float($0 / 8 % 5) })
    let y = try Attention(heads: 2)([q, q, v])
    #expect(y.scalars.allSatisfy { abs($0 - 2) < 1e-5 })
  }
}
