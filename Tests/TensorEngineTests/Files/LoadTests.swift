import Testing

@testable import TensorEngine

@Suite struct LoadTests {
  private func network() throws -> Loose {
    Loose([
      ("a.weight", .weight, try Tensor([2, 2], [1, 2, 3, 4])), ("a.bias", .bias, try Tensor([2], [5, 6])),
      ("b.running_mean", .statistic, try Tensor([2], [7, 8])),
    ])
  }

  @Test func everyParameterIsSavedAndLoaded() throws {
    let first = try network()
    var second = first
    for index in second.list.indices {
      second.list[index].parameter.value = try Tensor(zeros: second.list[index].parameter.value.shape)
    }
    try second.load(NamedTensors(of: first))
    #expect(second.list.map(\.parameter.value) == first.list.map(\.parameter.value))
  }

  @Test func everyMisfitIsNamedAtOnceAndNothingIsLoaded() throws {
    var loaded = try network()
    let before = loaded.list.map(\.parameter.value)
    let tensors = try NamedTensors([
      ("more", Tensor([1], [1])), ("a.bias", Tensor([3], [1, 2, 3])), ("b.running_mean", Tensor([2], [.nan, 1])),
      ("other", Tensor([1], [1])),
    ])
    let error = #expect(throws: TensorError.self) { try loaded.load(tensors) }
    #expect(
      error?.description == """
        the tensors are not those of the network
          missing 'a.weight'
          unexpected 'more'
          unexpected 'other'
          'a.bias': expected [2], found [3]
          'b.running_mean' holds numbers that are not finite
        """)
    #expect(loaded.list.map(\.parameter.value) == before)
  }

  @Test func eachMisfitAloneIsRefused() throws {
    let network = try network()
    let fitting = try NamedTensors(of: network).elements.map { ($0.name, $0.tensor) }
    let one = try Tensor([1], [1])
    let nan = try Tensor([2], [0, .nan])
    for tensors in [
      fitting + [("more", one)], fitting.dropLast(), fitting.dropLast() + [("b.running_mean", one)],
      fitting.dropLast() + [("b.running_mean", nan)],
    ] {
      var loaded = network
      let named = try NamedTensors(tensors)
      #expect(throws: TensorError.self, "\(named.names)") { try loaded.load(named) }
    }
  }

  @Test func twoParametersOfOneNameAreNotSaved() throws {
    let one = try Tensor([1], [1])
    let twins = Loose([("w", .weight, one), ("w", .weight, one)])
    #expect(throws: TensorError(.data(.duplicateName("w")))) { try NamedTensors(of: twins) }
  }
}
