import Foundation
import ReferenceFixtures
import Testing

@testable import TensorEngine

@Suite struct LossTests {
  @Test(arguments: ["cross_entropy_mean", "cross_entropy_smoothing", "mse_mean"])
  func valuesAndGradientsAreThoseOfPyTorch(_ name: String) throws {
    let fixture = try Fixture(name)
    let x = try fixture.tensor("x")
    let found: LossValue
    if fixture.operation == "mse" {
      found = try MeanSquaredError()(x, fixture.tensor("target"))
    } else {
      let smoothing = fixture.attributes["label_smoothing"] as? Double ?? 0
      found = try CrossEntropy(smoothing: smoothing)(x, fixture.integers("labels"))
    }
    let mean = try Tensor([1], [Float(found.mean)])
    #expect(mean.excess(over: try fixture.tensor("y"), tolerance: 1e-5) == 0)
    #expect(found.gradient.shape == x.shape)
    #expect(found.gradient.excess(over: try fixture.tensor("dx"), tolerance: 1e-5) == 0)
  }

  /// The losses again, from their definitions, with a softmax and a sigmoid that are not made safe.
  private enum Definition: CaseIterable {
    case crossEntropy, smoothed, squared, logits, probabilities

    func callAsFunction(_ x: [Double], _ target: [Double], classes: Int) -> Double {
      var sum = 0.0
      for (index, (value, target)) in zip(x, target).enumerated() {
        switch self {
        case .crossEntropy, .smoothed:
          let row = index / classes * classes
          let all = x[row..<row + classes].reduce(0) { $0 + exp($1) }
          let smoothing = self == .smoothed ? 0.2 : 0
          sum -= (target * (1 - smoothing) + smoothing / Double(classes)) * log(exp(value) / all)
        case .squared: sum += (value - target) * (value - target)
        case .logits:
          let probability = 1 / (1 + exp(-value))
          sum -= target * log(probability) + (1 - target) * log(1 - probability)
        case .probabilities: sum -= target * log(value) + (1 - target) * log(1 - value)
        }
      }
      switch self {
      case .crossEntropy, .smoothed: return sum / Double(x.count / classes)
      case .squared, .logits, .probabilities: return sum / Double(x.count)
      }
    }

    func engine(_ x: Tensor, _ target: Tensor, _ labels: [Int]) throws -> LossValue {
      switch self {
      case .crossEntropy: try CrossEntropy()(x, labels)
      case .smoothed: try CrossEntropy(smoothing: 0.2)(x, labels)
      case .squared: try MeanSquaredError()(x, target)
      case .logits: try BinaryCrossEntropy()(x, target)
      case .probabilities: try BinaryCrossEntropy(of: .probabilities)(x, target)
      }
    }
  }

  @Test(arguments: [[1, 2], [3, 4], [2, 3, 5], [2, 2, 3, 4]])
  func valuesAreThoseOfTheDefinitionsAndGradientsTheirDifferences(_ extents: [Int]) throws {
    var generator = SeededGenerator(seed: 5)
    let shape = try TensorShape(extents)
    let classes = shape.channels
    for definition in Definition.allCases {
      let labels = (0..<shape.count / classes).map { _ in generator.below(classes) }
      let x = (0..<shape.count).map { _ in
        definition == .probabilities ? 0.05 + 0.9 * generator.unit() : 6 * generator.unit() - 3
      }
      var target = (0..<shape.count).map { _ in generator.unit() }
      if definition == .crossEntropy || definition == .smoothed {
        target = (0..<shape.count).map { labels[$0 / classes] == $0 % classes ? 1 : 0 }
      }
      let exact = x.map(Double.init)
      let wanted = target.map(Double.init)
      let found = try definition.engine(Tensor(shape, x), Tensor(shape, target), labels)
      #expect(abs(found.mean - definition(exact, wanted, classes: classes)) < 1e-10, "\(definition)")
      for (index, slope) in found.gradient.scalars.enumerated() {
        let step = 1e-5
        var (above, below) = (exact, exact)
        above[index] += step
        below[index] -= step
        let difference =
          definition(above, wanted, classes: classes) - definition(below, wanted, classes: classes)
        #expect(abs(Double(slope) - difference / (2 * step)) < 1e-6, "\(definition), element \(index)")
      }
    }
  }

  @Test func largeNumbersAreHarmless() throws {
    let logits = try Tensor([2, 2], [1e38, -3e38, -1e30, 1e30])
    let entropy = try CrossEntropy()(logits, [1, 1])
    #expect(abs(entropy.mean - 2e38) < 1e32)
    #expect(entropy.gradient.scalars == [0.5, -0.5, 0, 0])
    let binary = try BinaryCrossEntropy()(logits, Tensor([2, 2], [1, 0, 1, 0]))
    #expect(abs(binary.mean - 5e29) < 1e23)
    #expect(binary.gradient.scalars == [0, 0, -0.25, 0.25])
    let certain = try BinaryCrossEntropy(of: .probabilities)(Tensor([1, 2], [0, 1]), Tensor([1, 2], [1, 1]))
    #expect(certain.mean == 50)
    #expect(certain.gradient.firstNotFinite == nil)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let two = try Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    let broken = try Tensor([2, 3], [1, 2, 3, 4, .nan, 6])
    let other = try Tensor([3, 2], [0, 0, 0, 1, 1, 1])
    let entropy = CrossEntropy()
    #expect(throws: TensorError(.count(what: "labels for [2, 3]", expected: 2, found: 0))) { try entropy(two, []) }
    #expect(throws: TensorError(.count(what: "labels for [2, 3]", expected: 2, found: 3))) {
      try entropy(two, [0, 1, 2])
    }
    for wrong in [-1, 3, Int.max, Int.min] {
      #expect(throws: TensorError(.data(.label(index: 1, found: wrong, classes: 3)))) { try entropy(two, [0, wrong]) }
    }
    #expect(throws: TensorError(.rank(what: "an output", expected: 2...5, found: [3]))) {
      try entropy(Tensor([3], [1, 2, 3]), [0])
    }
    #expect(throws: TensorError(.notFinite(what: "the output", index: 4))) { try entropy(broken, [0, 1]) }
    #expect(throws: TensorError(.shape(what: "targets", expected: [2, 3], found: [3, 2]))) {
      try MeanSquaredError()(two, other)
    }
    #expect(throws: TensorError(.notFinite(what: "the output", index: 4))) { try MeanSquaredError()(broken, two) }
    #expect(throws: TensorError(.notFinite(what: "the target", index: 4))) { try MeanSquaredError()(two, broken) }
    #expect(throws: TensorError(.data(.notAProbability(what: "the target", index: 1, found: 2)))) {
      try BinaryCrossEntropy()(two, two)
    }
    #expect(throws: TensorError(.data(.notAProbability(what: "the output", index: 1, found: 2)))) {
      try BinaryCrossEntropy(of: .probabilities)(two, two)
    }
    for smoothing in [-0.1, 1, .nan] {
      #expect(throws: TensorError.self, "a smoothing of \(smoothing)") { try CrossEntropy(smoothing: smoothing) }
    }
  }
}
