import ReferenceFixtures
import Testing

@testable import TensorEngine

@Suite struct OptimizerTests {
  @Test(arguments: Fixture.names.filter { $0.hasPrefix("optimizer_") && $0 != "optimizer_rmsprop" })
  func weightsAreThoseOfPyTorch(_ name: String) throws {
    let fixture = try Fixture(name)
    let rate = Schedule.constant(try fixture.number("lr"))
    let decay = fixture.attributes["weight_decay"] as? Double ?? 0
    switch fixture.attributes["kind"] as? String {
    case "sgd":
      let momentum = fixture.attributes["momentum"] as? Double ?? 0
      try follow(
        fixture, SGD(rate: rate, momentum: momentum, nesterov: fixture.flag("nesterov"), decay: decay))
    case "adam": try follow(fixture, Adam(rate: rate, decay: decay))
    case "adamw": try follow(fixture, AdamW(rate: rate, decay: decay))
    case let other: Issue.record("no optimiser \(other ?? "")")
    }
  }

  private func follow(_ fixture: Fixture, _ optimizer: some Optimizer) throws {
    var optimizer = optimizer
    var network = Loose([("w", .weight, try fixture.tensor("w0"))])
    for step in 1...3 {
      try optimizer.update(&network, network.gradients([fixture.tensor("g\(step)")]))
      let excess = network.list[0].parameter.value.excess(over: try fixture.tensor("w\(step)"), tolerance: 1e-6)
      #expect(excess == 0, "step \(step) of \(fixture.name)")
    }
    #expect(optimizer.steps == 3)
  }

  /// The formulas again, for one weight in float64.
  private struct Single {
    let kind: Kind
    let decay: Double
    let momentum: Double
    let betas: (Double, Double)
    var weight: Double
    var velocity = 0.0
    var mean = 0.0
    var square = 0.0

    enum Kind: CaseIterable {
      case plain, momentum, nesterov, adam, adamW
    }

    mutating func step(_ number: Int, _ gradient: Double, rate: Double) {
      switch kind {
      case .plain: weight -= rate * (gradient + decay * weight)
      case .momentum:
        velocity = momentum * velocity + gradient + decay * weight
        weight -= rate * velocity
      case .nesterov:
        let slope = gradient + decay * weight
        velocity = momentum * velocity + slope
        weight -= rate * (slope + momentum * velocity)
      case .adam, .adamW:
        let slope = kind == .adam ? gradient + decay * weight : gradient
        if kind == .adamW { weight -= rate * decay * weight }
        mean = betas.0 * mean + (1 - betas.0) * slope
        square = betas.1 * square + (1 - betas.1) * slope * slope
        var (first, second) = (1.0, 1.0)
        for _ in 0..<number { (first, second) = (first * betas.0, second * betas.1) }
        weight -= rate * (mean / (1 - first)) / ((square / (1 - second)).squareRoot() + 1e-8)
      }
    }
  }

  @Test func manyStepsFollowTheFormulasInFloat64() throws {
    for kind in Single.Kind.allCases {
      let schedule = Schedule.warmUp(3, then: .step(from: 0.05, every: 10, factor: 0.5))
      let betas = (0.8, 0.95)
      switch kind {
      case .plain: try compare(kind, betas, SGD(rate: schedule, decay: 0.02))
      case .momentum: try compare(kind, betas, SGD(rate: schedule, momentum: 0.7, decay: 0.02))
      case .nesterov: try compare(kind, betas, SGD(rate: schedule, momentum: 0.7, nesterov: true, decay: 0.02))
      case .adam: try compare(kind, betas, Adam(rate: schedule, betas: betas, decay: 0.02))
      case .adamW: try compare(kind, betas, AdamW(rate: schedule, betas: betas, decay: 0.02))
      }
    }
  }

  private func compare(_ kind: Single.Kind, _ betas: (Double, Double), _ optimizer: some Optimizer) throws {
    var optimizer = optimizer
    // So many that the work is shared between threads.
    let count = 70_000
    var generator = SeededGenerator(seed: 3)
    let start = (0..<count).map { _ in 2 * generator.unit() - 1 }
    let watched = stride(from: 0, to: count, by: 6999).map { $0 }
    var singles = watched.map { index in
      Single(kind: kind, decay: 0.02, momentum: 0.7, betas: betas, weight: Double(start[index]))
    }
    var network = Loose([("w", .weight, try Tensor([count], start))])
    for step in 0..<20 {
      let gradient = (0..<count).map { _ in 2 * generator.unit() - 1 }
      let expectedRate = step < 3 ? 0.05 * Double(step + 1) / 3 : step < 13 ? 0.05 : 0.025
      for (place, index) in watched.enumerated() {
        singles[place].step(step + 1, Double(gradient[index]), rate: expectedRate)
      }
      try optimizer.update(&network, network.gradients([Tensor([count], gradient)]))
    }
    let found = network.list[0].parameter.value.scalars
    for (single, index) in zip(singles, watched) {
      #expect(abs(Double(found[index]) - single.weight) < 1e-5, "\(kind), weight \(index)")
    }
  }

  @Test func eachRoleIsTreatedAsItShould() throws {
    let one = try Tensor([1], [1])
    let zero = try Tensor([1], [0])
    let roles: [Parameter.Role] = [.weight, .bias, .scale, .shift, .statistic, .weight]
    var network = Loose(roles.enumerated().map { ("p\($0.offset)", $0.element, one) })
    var optimizer = try SGD(rate: 0.5, decay: 0.5, decaying: [.weight])
    try optimizer.update(&network, network.gradients([zero, zero, zero, one, zero, nil]))
    // A weight decays, a bias and a scale do not; a statistic is stored; what has no gradient stays.
    #expect(network.list.map { $0.parameter.value.scalars[0] } == [0.75, 1, 1, 0.5, 0, 1])
  }

  @Test func theOptimiserOfAnotherNetworkIsRefused() throws {
    let two = try Tensor([2], [1, 2])
    let three = try Tensor([3], [1, 2, 3])
    var first = Loose([("w", .weight, two)])
    var second = Loose([("w", .weight, three)])
    var optimizer = try Adam()
    #expect(throws: TensorError(.shape(what: "a gradient of w", expected: [3], found: [2]))) {
      try optimizer.update(&second, second.gradients([two]))
    }
    try optimizer.update(&first, first.gradients([two]))
    #expect(throws: TensorError.self) { try optimizer.update(&second, second.gradients([three])) }
    #expect(second.list[0].parameter.value == three)
  }

  @Test func aCopyOfAnOptimiserGoesItsOwnWay() throws {
    let start = Loose([("w", .weight, try Tensor([2], [1, 2]))])
    let gradient = try Tensor([2], [1, -1])
    var (first, network) = (try SGD(rate: 0.1, momentum: 0.9), start)
    try first.update(&network, network.gradients([gradient]))
    var (second, other) = (first, network)
    try first.update(&network, network.gradients([gradient]))
    try first.update(&network, network.gradients([gradient]))
    try second.update(&other, other.gradients([gradient]))
    try second.update(&other, other.gradients([gradient]))
    #expect(network.list[0].parameter.value == other.list[0].parameter.value)
  }

  @Test func impossibleNumbersAreRefused() {
    for wrong in [-0.1, .nan, .infinity] {
      #expect(throws: TensorError.self, "a rate of \(wrong)") { try SGD(rate: .constant(wrong)) }
      #expect(throws: TensorError.self, "a decay of \(wrong)") { try SGD(rate: 0.1, decay: wrong) }
      #expect(throws: TensorError.self, "a momentum of \(wrong)") { try SGD(rate: 0.1, momentum: wrong) }
      #expect(throws: TensorError.self, "an epsilon of \(wrong)") { try AdamW(epsilon: wrong) }
      #expect(throws: TensorError.self, "a beta of \(wrong)") { try Adam(betas: (wrong, 0.9)) }
      #expect(throws: TensorError.self, "a beta of \(wrong)") { try AdamW(betas: (0.9, wrong)) }
    }
    #expect(throws: TensorError.self) { try SGD(rate: 0.1, momentum: 1) }
    #expect(throws: TensorError.self) { try SGD(rate: 0.1, nesterov: true) }
    #expect(throws: TensorError.self) { try Adam(betas: (0.9, 1)) }
  }
}
