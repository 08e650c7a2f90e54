import Testing

@testable import TensorEngine

@Suite struct ScheduleTests {
  @Test func ratesAreThoseOfTheFormulas() {
    let steady: Schedule = 0.1
    #expect([0, 1, 1000].map { steady.rate(at: $0) } == [0.1, 0.1, 0.1])
    let stairs = Schedule.step(from: 8, every: 3, factor: 0.5)
    #expect((0..<7).map { stairs.rate(at: $0) } == [8, 8, 8, 4, 4, 4, 2])
    let wave = Schedule.cosine(from: 1, to: 0.5, over: 4)
    let expected = [1, 0.75 + 0.125 * 2.0.squareRoot(), 0.75, 0.75 - 0.125 * 2.0.squareRoot(), 0.5, 0.5]
    for (step, rate) in expected.enumerated() { #expect(abs(wave.rate(at: step) - rate) < 1e-15, "step \(step)") }
  }

  @Test(arguments: [
    Schedule.constant(2), .step(from: 2, every: 2, factor: 0.1), .cosine(from: 2, over: 9),
    .warmUp(3, then: .cosine(from: 2, to: 1, over: 5)),
  ])
  func aWarmUpRisesToWhatFollows(_ next: Schedule) {
    let schedule = Schedule.warmUp(4, then: next)
    let top = next.rate(at: 0)
    for step in 0..<4 { #expect(schedule.rate(at: step) == top * Double(step + 1) / 4) }
    for step in 0..<20 { #expect(schedule.rate(at: step + 4) == next.rate(at: step), "step \(step)") }
  }

  @Test(arguments: [Int.min, -1, 0, 1, Int.max])
  func noNumberTraps(_ number: Int) {
    for step in [Int.min, -1, 0, 1, Int.max] {
      for schedule in [
        Schedule.step(from: 1, every: number, factor: 0.5), .cosine(from: 1, over: number),
        .warmUp(number, then: .constant(1)),
      ] {
        #expect((0...1).contains(schedule.rate(at: step)), "\(schedule) at \(step)")
      }
    }
  }

  @Test func impossibleSchedulesAreRefused() {
    for wrong: Schedule in [
      -1, .constant(.nan), .step(from: 1, every: 0, factor: 1), .step(from: 1, every: 1, factor: -1),
      .cosine(from: 1, over: 0), .cosine(from: 1, to: -1, over: 1), .warmUp(0, then: 1), .warmUp(1, then: -1),
    ] {
      #expect(throws: TensorError.self, "\(wrong)") { try wrong.check() }
    }
  }
}
