import Foundation
import ReferenceFixtures
import Testing

@testable import TensorEngine

/// Whole networks with the library's own files, losses and optimisers, against PyTorch: forward in use and in training,
/// the first gradients, and three steps of descent.
@Suite struct NetTests {
  /// The tensors of a file of the reference in the engine's layouts. Before both first dense layers there is one cell, so
  /// that no order of cells and channels is in question.
  private func tensors(_ name: String, _ part: String) throws -> NamedTensors {
    let path = Fixture.folder.appending(path: "nets/\(name).\(part).safetensors").path
    return try NamedTensors(
      try NamedTensors(contentsOf: path).elements.map { element in
        let order: [Int]? =
          switch (element.name.hasSuffix("weight"), element.tensor.shape.rank) {
          case (true, 4): [2, 3, 1, 0]
          case (true, 2): [1, 0]
          case (false, 4): [0, 2, 3, 1]
          case (_, _): nil
          }
        return (element.name, try order.map { try element.tensor.permuted($0) } ?? element.tensor)
      })
  }

  @Test(arguments: ["lenet5", "mini_resnet"])
  func threeStepsAreThoseOfPyTorch(_ name: String) throws {
    var network = try FixtureGraph(name)
    let labels = network.labels
    try network.load(tensors(name, "weights"))
    let values = try tensors(name, "io")
    let x = try #require(values["x"])
    let inUse = try #require(values["logits_eval"])
    #expect(try network(x).excess(over: inUse, tolerance: 1e-5) == 0)

    let gradients = try tensors(name, "grads")
    let first = try network.step(on: [x], seed: 1) { outputs throws(TensorError) in
      let value = try CrossEntropy()(outputs[0], labels)
      return (outputs[0], [value.gradient])
    }
    let inTraining = try #require(values["logits_train"])
    #expect(first.measure.excess(over: inTraining, tolerance: 1e-5) == 0)
    let learned = network.parameters.filter(\.parameter.isLearned)
    #expect(learned.map(\.name).sorted() == gradients.names.sorted())
    for (name, parameter) in learned {
      let found = try #require(first.gradients[parameter], "the gradient by \(name)")
      let expected = try #require(gradients[name])
      #expect(found.excess(over: expected, tolerance: 1e-5) == 0, "the gradient by \(name)")
    }

    var optimizer = try SGD(rate: 0.05, momentum: 0.9)
    var losses: [Double] = []
    for _ in 0..<3 {
      losses.append(try network.train(on: x, labels, loss: CrossEntropy(), with: &optimizer, seed: 1).loss)
    }
    let after = try tensors(name, "after3")
    #expect(network.parameters.map(\.name).sorted() == after.names.sorted())
    for (name, parameter) in network.parameters {
      let expected = try #require(after[name])
      #expect(parameter.value.excess(over: expected, tolerance: 1e-5) == 0, "\(name) after three steps")
    }
    // A fourth step is only asked for its loss.
    losses.append(try network.train(on: x, labels, loss: CrossEntropy(), with: &optimizer, seed: 1).loss)
    for (found, expected) in zip(losses, network.losses) { #expect(abs(found - expected) < 1e-5 * (1 + expected)) }
    #expect(losses.count == network.losses.count)
  }
}
