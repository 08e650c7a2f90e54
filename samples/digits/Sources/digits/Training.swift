import Foundation
import TensorEngine

/// Trains a network, shows what it takes for what, and saves it.
func train(_ options: Options) throws {
  let (training, test) = try Images.split(contentsOf: options.data)
  print("\(training.count) images to train with, \(test.count) to test, threads: \(Execution.threads)\n")

  var network = try Digits(seed: options.seed)
  let clock = ContinuousClock()
  let start = clock.now
  try network.learn(from: training, epochs: options.epochs, seed: options.seed) { line, progress in
    line.finish(progress.summary)
  }
  print("\(options.epochs) epochs took \(String(format: "%.1f", (clock.now - start) / .seconds(1))) seconds\n")

  var matrix = try ConfusionMatrix(classes: (0...9).map(String.init))
  try matrix.add(network(test.inputs), test.labels)
  print(matrix)

  try NamedTensors(of: network).write(to: options.checkpoint)
  print("\nThe weights are in \(options.checkpoint).")
}

/// Trains from several seeds, to see how much of a result is luck.
func compareSeeds(_ options: Options) throws {
  let (training, test) = try Images.split(contentsOf: options.data)
  let seeds: ClosedRange<UInt64> = 1...5
  var accuracies: [Double] = []
  for seed in seeds {
    var network = try Digits(seed: seed)
    try network.learn(from: training, epochs: options.epochs, seed: seed) { line, progress in
      if progress.epoch == options.epochs - 1 { line.finish("seed \(seed), \(progress.summary)") }
    }
    accuracies.append(try network(test.inputs).accuracy(test.labels))
    print("  of the test images it knows \(percent(accuracies.last ?? 0))")
  }
  print("mean \(percent(accuracies.reduce(0, +) / Double(accuracies.count)))")
}

extension Digits {
  /// Trains with AdamW, whose rate falls along a cosine.
  ///
  /// - Parameters:
  ///   - seed: Decides the order of the images, and what dropout leaves out.
  ///   - epochDone: Is told of each epoch.
  mutating func learn(
    from examples: Examples, epochs: Int, seed: UInt64, epochDone: (inout ProgressLine, EpochProgress) -> Void
  ) throws {
    let batches = try Batches(of: examples.count, size: 32, seed: seed)
    var optimizer = try AdamW(rate: .cosine(from: 0.003, over: epochs * batches.count))
    var line = ProgressLine()
    for epoch in 0..<epochs {
      var progress = EpochProgress(epoch: epoch, of: epochs, batches: batches.count)
      for indices in batches.epoch(epoch) {
        let batch = try examples.at(indices)
        let step = try train(on: batch.inputs, batch.labels, loss: CrossEntropy(), with: &optimizer, seed: seed)
        progress.add(loss: step.loss, hits: try step.output.hits(batch.labels), of: batch.count)
        line.show(progress.bar)
      }
      epochDone(&line, progress)
    }
  }
}

/// `97.5 %`
func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
